"""What counts as right, on outcomes made by hand, and files that cannot be used."""

from __future__ import annotations

import json

import pytest

from bot.house import Heard
from bot.language.evaluate import (
    CasesError,
    Outcome,
    Said,
    Turn,
    by_wanted,
    read_cases,
    summary,
    taken_for,
    verdict_first,
)
from bot.reply import Button, Reply

TOPICS = {"cost", "insurance", "program_length", "time_of_day", "medication"}
ANSWER = ("answer",)


def topic(*accepted: str) -> Turn:
    return Turn("t1", "topic", "what will it cost", (accepted,), ANSWER)


def said(*topics: str, kind: str = "answer", text: str = "", offered: tuple[str, ...] = ()) -> Said:
    return Said(kind, topics, text, offered)


def written(tmp_path, *rows):
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


# --- one question


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        (said("cost"), True),
        (said("insurance"), True),
        (said("cost", "insurance"), True),
        (said("time_of_day"), False),
        (said("cost", "time_of_day"), False),
        (said(), False),
        (said("cost", kind="rephrase"), False),
        (said(kind="safety"), False),
        (said(kind="broken"), False),
    ],
)
def test_a_question_is_right_when_all_that_is_answered_is_accepted(reply, right):
    assert Outcome(topic("cost", "insurance"), reply).right is right


def test_offered_counts_where_the_assistant_owns_to_being_unsure():
    choice = Outcome(topic("cost"), said(kind="clarify", offered=("time_of_day", "cost")))
    unknown = Outcome(topic("cost"), said(kind="unknown", offered=("cost",)))
    other = Outcome(topic("cost"), said(kind="clarify", offered=("time_of_day",)))
    beside = Outcome(topic("cost"), said("time_of_day", offered=("tell_more", "cost")))
    assert [one.offered for one in (choice, unknown, other, beside)] == [True, True, False, False]
    assert [one.beside for one in (choice, unknown, other, beside)] == [False, False, False, True]
    assert not any(one.right for one in (choice, unknown, other, beside))


def test_a_button_beside_a_right_answer_adds_nothing():
    assert not Outcome(topic("cost", "insurance"), said("cost", offered=("insurance",))).beside


def test_a_message_of_another_kind_is_judged_by_its_kind(tmp_path):
    rows = ({"id": "k1", "text": "hi", "kind": "small_talk"}, {"id": "k2", "text": "?!", "kind": "unknown"})
    [[greeting], [nonsense]] = read_cases(written(tmp_path, *rows), TOPICS)
    assert Outcome(greeting, said(kind="small_talk")).right
    assert not Outcome(greeting, said(kind="unknown")).right
    assert Outcome(nonsense, said(kind="unknown")).right
    assert Outcome(nonsense, said(kind="clarify")).right, "a choice is an honest way not to know"
    assert not Outcome(nonsense, said("cost")).right
    assert nonsense.wanted == "unknown"


def test_where_danger_is_told_as_well_the_safety_reply_is_right_too(tmp_path):
    row = {"id": "r1", "text": "who learns of my pills", "topics": ["cost"], "safety": ["overdose"]}
    [[turn]] = read_cases(written(tmp_path, row), TOPICS)
    assert Outcome(turn, said(kind="safety")).right
    assert Outcome(turn, said("cost")).right


# --- several questions


@pytest.mark.parametrize(
    ("topics", "right"),
    [
        (("cost", "program_length"), True),
        (("insurance", "program_length"), True),
        (("program_length", "cost"), False),
        (("cost",), False),
        (("cost", "program_length", "time_of_day"), False),
    ],
)
def test_all_parts_in_order_and_nothing_else(topics, right):
    turn = Turn("c1", "compound", "", (("cost", "insurance"), ("program_length",)), ANSWER)
    assert Outcome(turn, said(*topics)).right is right


@pytest.mark.parametrize(
    ("wanted", "topics", "right"),
    [
        (["cost", "cost"], ("cost",), True),
        (["cost", "time_of_day", "cost"], ("cost", "time_of_day"), True),
        (["cost", "cost", "time_of_day"], ("cost",), False),
        (["cost", "cost"], ("cost", "time_of_day"), False),
        (["cost", "time_of_day"], ("time_of_day", "cost"), False),
        (["cost", "cost"], (), False),
    ],
)
def test_two_questions_on_one_topic_have_one_answer(wanted, topics, right):
    turn = Turn("c3", "compound", "", tuple((topic,) for topic in wanted), ANSWER)
    assert Outcome(turn, said(*topics)).right is right


def test_what_asks_one_thing_must_not_be_split():
    turn = Turn("c2", "compound", "", (("cost", "insurance"),), ANSWER)
    assert Outcome(turn, said("insurance")).right
    assert not Outcome(turn, said("cost", "insurance")).right


# --- conversations


def turn_of(tmp_path, **row):
    [[turn]] = read_cases(written(tmp_path, {"id": "d1", "turns": [{"text": "why", **row}]}), TOPICS)
    return turn


def test_a_turn_needs_the_kind_and_the_topics(tmp_path):
    turn = turn_of(tmp_path, topics=[["cost", "insurance"]], kind="rephrase")
    assert Outcome(turn, said("insurance", kind="rephrase")).right
    assert not Outcome(turn, said("time_of_day", kind="rephrase")).right
    assert not Outcome(turn, said("cost")).right
    answered = turn_of(tmp_path, topics=[["cost"]], kind="answer")
    assert not Outcome(answered, said("cost", kind="rephrase")).right, "only where it is listed"
    either = turn_of(tmp_path, topics=[["cost"]], kinds=["answer", "rephrase", "unknown"])
    assert Outcome(either, said("cost", kind="rephrase")).right
    assert Outcome(either, said(kind="unknown", offered=("time_of_day",))).right
    assert not Outcome(either, said(kind="clarify")).right
    assert Outcome(turn_of(tmp_path, topics=[], kind="small_talk"), said(kind="small_talk")).right


# --- questions to which yes or no comes first


@pytest.mark.parametrize(
    ("verdict", "text", "right"),
    [
        ("yes", "Yes. At Willow Creek: groups meet at nine.", True),
        ("yes", "At Willow Creek: Yes, groups meet at nine.", True),
        ("yes", "At Willow Creek: groups meet at nine. Yes.", False),
        ("yes", "No. Nobody does.", False),
        ("no", "No. You go home at night.", True),
        ("no", "No two programs are alike.", False),
        ("depends", "It depends. Sources differ.", True),
        ("depends", "That is hard to say. It depends.", False),
        ("unsaid", "The material behind this assistant doesn't say. Please call.", True),
        ("unsaid", "The material behind this assistant doesn't cover that.", True),
        ("unsaid", "Willow Creek has not told this assistant about that. Please call.", True),
        ("unsaid", "Dinner is at six. The material doesn't say more.", False),
        ("unsaid", "", False),
    ],
)
def test_the_verdict_comes_first(verdict, text, right):
    turn = Turn("s1", "specific", "", (("cost",),), ANSWER, verdict=verdict)
    assert Outcome(turn, said("cost", text=text)).right is right


@pytest.mark.parametrize(
    ("lead", "text", "right"),
    [
        ("week", "It takes weeks. Some stay for months.", True),
        ("month", "It takes weeks. Some stay for months.", False),
        ("9", "At Willow Creek: mornings start at 9 a.m. and end at noon.", True),
        ("noon", "At Willow Creek: mornings start at 9 a.m. and end at noon.", True),
        ("9", "At Willow Creek: it lasts 90 days.", False),
        ("person", "In general: groups meet in person.", True),
        ("free", "The carefree group costs nothing.", False),
    ],
)
def test_a_choice_is_made_in_the_first_sentence(lead, text, right):
    turn = Turn("s2", "specific", "", (("cost",),), ANSWER, leads=("nothing like it", lead))
    assert verdict_first(turn, said("cost", text=text)) is right


def test_the_topic_of_a_specific_question_is_judged_beside_the_verdict():
    turn = Turn("s3", "specific", "", (("cost",),), ANSWER, verdict="yes")
    outcomes = [
        Outcome(turn, said("time_of_day", text="Yes. Always.")),
        Outcome(turn, said("cost", text="No. Never.")),
    ]
    shares = summary(outcomes)
    assert shares["verdict or choice first"].count == 1
    assert shares["- right topic"].count == 1


# --- in all


def test_the_summary_counts_what_there_is(tmp_path):
    parts = {"id": "c1", "text": "both", "parts": [["cost"], ["time_of_day"]]}
    control = {"id": "c2", "text": "one", "parts": [["cost"]]}
    turn = {"text": "and?", "topics": [["cost"]], "kind": "answer"}
    dialogues = ({"id": "d1", "turns": [turn, turn]}, {"id": "d2", "turns": [turn]})
    cases = read_cases(written(tmp_path, parts, control, *dialogues), TOPICS)
    shares = summary(Outcome(turn, said("cost")) for turns in cases for turn in turns)
    assert {name: (share.count, share.of) for name, share in shares.items()} == {
        "all parts and nothing else": (1, 2),
        "- of messages that ask several things": (0, 1),
        "- of messages that ask one thing": (1, 1),
        "dialogue turns": (3, 3),
        "- without first turns": (1, 1),
        "- whole dialogues": (2, 2),
    }
    assert summary([]) == {}


def test_offers_are_added_in_steps():
    turn = topic("cost")
    shares = summary(
        [
            Outcome(turn, said("cost")),
            Outcome(turn, said(kind="clarify", offered=("cost",))),
            Outcome(turn, said("time_of_day", offered=("cost",))),
            Outcome(turn, said("time_of_day")),
        ]
    )
    assert [share.count for share in shares.values()] == [1, 2, 3]
    low, high = shares["right topic"].interval
    assert 0 < low < 0.25 < high < 0.75


def test_the_table_says_what_was_taken_for_what():
    outcomes = [
        Outcome(topic("cost"), said("time_of_day")),
        Outcome(topic("cost"), said(kind="unknown")),
        Outcome(topic("cost"), said("time_of_day")),
        Outcome(topic("cost"), said("cost")),
        Outcome(topic("insurance"), said("cost", "medication")),
    ]
    groups = by_wanted(outcomes)
    assert list(groups) == ["cost", "insurance"]
    assert taken_for(groups["cost"]) == "time_of_day 2, unknown"
    assert taken_for(groups["insurance"]) == "cost + medication"


def test_on_its_topic_a_specific_question_is_taken_for_another_verdict():
    turn = Turn("s4", "specific", "", (("cost",),), ANSWER, verdict="yes")
    replies = [
        said("cost", text="No. Never."),
        said("cost", text="It is free."),
        said("medication", text="No."),
    ]
    assert [Outcome(turn, reply).got for reply in replies] == ["no", "no verdict", "medication"]


def test_a_reply_is_read_from_the_rest_channel():
    reply = Reply("clarify", ("Which?", "One of these:"), buttons=(Button("Cost", "/cost"),))
    assert Said.of(Heard(reply.messages())) == Said("clarify", (), "Which?", ("cost",))
    assert Said.of(Heard([])).kind == "broken"
    assert Said.of(Heard([*reply.messages(), *reply.messages()])).kind == "broken"


# --- files that cannot be used

GOOD = {"id": "q1", "text": "how much", "topics": ["cost"]}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "line 2"),
        ("[]", "JSON object"),
        ({"text": "x", "topics": ["cost"]}, "'id'"),
        ({"id": "q2", "text": " ", "topics": ["cost"]}, "'text'"),
        ({"id": "q2", "text": "x"}, "'topics', 'kind', 'parts'"),
        ({"id": "q2", "text": "x", "topics": "cost"}, "list of texts"),
        ({"id": "q2", "text": "x", "topics": []}, "no topic"),
        ({"id": "q2", "text": "x", "topics": ["costs"]}, "'costs' is no topic"),
        ({"id": "q2", "text": "x", "kind": "chat"}, "kinds of reply"),
        ({"id": "q2", "text": "x", "kind": ["unknown"]}, "kinds of reply"),
        ({"id": "q2", "text": "x", "parts": []}, "'parts'"),
        ({"id": "q2", "text": "x", "parts": ["cost"]}, "list of texts"),
        ({"id": "q2", "text": "x", "topics": ["cost"], "verdict": "maybe"}, "'verdict'"),
        ({"id": "q2", "text": "x", "topics": ["cost"], "verdict": ""}, "leads"),
        ({"id": "q2", "text": "x", "verdict": "yes"}, "'topics'"),
        ({"id": "q2", "turns": []}, "'turns'"),
        ({"id": "q2", "turns": ["hi"]}, "'turns'"),
        ({"id": "q2", "turns": [{"text": "hi", "kind": "small_talk"}]}, "'topics'"),
        ({"id": "q2", "turns": [{"text": "hi", "topics": []}]}, "kinds of reply"),
        ({"id": "q2", "turns": [{"text": "hi", "topics": [], "kinds": "answer"}]}, "kinds of reply"),
        (GOOD, "twice"),
    ],
)
def test_a_malformed_file_is_named_with_its_line(tmp_path, row, says):
    path = written(tmp_path, GOOD, row)
    with pytest.raises(CasesError) as error:
        read_cases(path, TOPICS)
    assert str(error.value).startswith(f"{path}, line 2: ")
    assert says in str(error.value)


def test_a_file_that_is_not_there_or_empty_is_an_error(tmp_path):
    with pytest.raises(CasesError, match=r"nowhere\.jsonl"):
        read_cases(tmp_path / "nowhere.jsonl", TOPICS)
    with pytest.raises(CasesError, match="nothing in it"):
        read_cases(written(tmp_path, ""), TOPICS)


def test_the_held_out_files_can_all_be_read():
    from bot.knowledge.reading import read_knowledge
    from bot.settings import ROOT, settings

    topics = read_knowledge(settings().data_dir / "knowledge").topics
    for path in sorted((ROOT / "tests" / "held_out").glob("*.jsonl")):
        assert read_cases(path, topics)
