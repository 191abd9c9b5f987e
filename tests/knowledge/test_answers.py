from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.knowledge.answers import Answer, Snapshot, compose
from bot.knowledge.reading import read_data
from bot.reply import Source

Edit = Callable[[str, str, str], None]
LENGTH = "knowledge/length.yml"
COURSES = Source("a.txt", "All About Courses", "How long")
SHORT = Source("b.txt", "Short Courses", "Short Courses")


def own_word(data: Path, says: list[str], more: list[str] | None = None, topic: str = "length") -> None:
    (data / "centre.yml").write_text(
        f"name: Oak House\nwords:\n  {topic}:\n    says: {says!r}\n    more: {more or []!r}\n"
    )


def answer(data: Path, topic: str) -> Answer:
    return compose(Snapshot(*read_data(data)), topic)


def test_the_documents_speak_with_their_figures_and_sources(data: Path) -> None:
    said = answer(data, "length")
    assert said.first == (
        "Sources differ: 8 to 12 weeks (Courses) or 5 to 8 weeks (Short). Staying longer is possible."
    )
    assert said.first_sources == (COURSES, SHORT)
    assert said.more == "Some courses offer pottery, riding, and 12-step work."
    assert said.more_sources == (SHORT,)
    assert said.next_topics == (("crafts", "Are there crafts?"), ("money", "What does it cost?"))
    assert said.known


def test_what_is_doubtful_is_never_said(data: Path, edit: Edit) -> None:
    assert "cure" not in answer(data, "length").first + answer(data, "length").more
    edit(LENGTH, "status: doubtful", "status: approved")
    assert "A cure is sure." in answer(data, "length").first


def test_a_sentence_with_one_doubtful_fact_is_not_said(data: Path, edit: Edit) -> None:
    edit(LENGTH, "id: short\n  status: approved", "id: short\n  status: doubtful\n  reason: too short")
    assert answer(data, "length").first == "Staying longer is possible."
    assert answer(data, "length").first_sources == (COURSES,)


def test_a_fact_doubtful_in_another_topic_is_not_said_here_either(data: Path, edit: Edit) -> None:
    edit("knowledge/crafts.yml", "status: approved", "status: doubtful\n  reason: no longer so")
    assert answer(data, "length").more == ""
    said = answer(data, "crafts")
    assert not said.known
    assert said.first == (
        "The material behind this assistant doesn't cover that. Please call Oak House at +1 555 010 0199, "
        "Monday to Friday 8 am to 7 pm, Saturday 9:30 am to noon."
    )
    assert said.first_sources == ()


def test_where_only_what_follows_is_approved_it_is_said_first(data: Path, edit: Edit) -> None:
    for fact in ("weeks", "stay"):
        edit(LENGTH, f"id: {fact}\n  status: approved", f"id: {fact}\n  status: doubtful\n  reason: doubt")
    assert answer(data, "length").first == "Some courses offer pottery, riding, and 12-step work."
    assert answer(data, "length").more == ""


def test_the_centres_word_comes_first_and_is_marked(data: Path) -> None:
    own_word(data, ["Our course takes 10 weeks.", "You can stay on."], ["Ask us."])
    said = answer(data, "length")
    assert said.first == (
        "At Oak House: Our course takes 10 weeks. You can stay on.\n\n"
        "In general: Sources differ: 8 to 12 weeks (Courses) or 5 to 8 weeks (Short). "
        "Staying longer is possible."
    )
    assert said.first_sources == (
        Source("centre.yml", "Oak House", "How long a course takes"),
        COURSES,
        SHORT,
    )
    assert said.more == (
        "At Oak House: Ask us.\n\nIn general: Some courses offer pottery, riding, and 12-step work."
    )
    assert said.more_sources == (Source("centre.yml", "Oak House", "How long a course takes"), SHORT)


def test_a_topic_of_the_centre_alone_is_its_own_word(data: Path) -> None:
    said = answer(data, "money")
    assert said.first == "At Oak House: Each week costs 10 dollars. You can pay in parts."
    assert said.more == "At Oak House: Ask us about help."
    assert said.first_sources == (Source("centre.yml", "Oak House", "What it costs"),)


@pytest.mark.parametrize("words", [30, 40, 46, 47, 48, 56, 57, 58, 80])
def test_the_first_message_holds_at_most_60_words_and_nothing_is_lost(data: Path, words: int) -> None:
    own_word(data, [" ".join(["word"] * (words - 1)) + " last."])
    said = answer(data, "length")
    counted = len(said.first.split())
    assert counted <= 60 or (words > 57 and counted == words + 3), "an overlong first sentence is said alone"
    for sentence in ("last.", "Sources differ", "Staying longer", "Some courses"):
        assert (sentence in said.first) + (sentence in said.more) == 1
    moved = [sentence for sentence in ("Sources differ", "Staying longer") if sentence in said.more]
    if moved:
        assert said.more.startswith("In general: " + moved[0]), "what moved is still marked, and in its order"


def test_a_sentence_is_moved_whole_and_none_overtakes_it(data: Path) -> None:
    long = " ".join(["word"] * 58) + "."
    own_word(data, ["Short.", long, "Short too."], ["Last."], topic="money")
    said = answer(data, "money")
    assert said.first == "At Oak House: Short."
    assert said.more == f"At Oak House: {long} Short too. Last."


@pytest.mark.parametrize(
    ("profile", "first"),
    [
        ("", "The center has not told this assistant about that. Please ask a staff member at the center."),
        (
            "name: Oak House\nphone: 555 0199\n",
            "Oak House has not told this assistant about that. Please call Oak House at 555 0199.",
        ),
    ],
)
def test_where_the_centre_is_silent_it_says_so_and_whom_to_ask(data: Path, profile: str, first: str) -> None:
    (data / "centre.yml").write_text(profile)
    said = answer(data, "money")
    assert (said.first, said.more, said.known) == (first, "", False)
    assert said.next_topics


def test_with_an_empty_profile_the_documents_still_answer(data: Path) -> None:
    (data / "centre.yml").write_text("")
    assert answer(data, "length").first.startswith("Sources differ: 8 to 12 weeks")


def test_a_sentence_starts_with_a_capital_whatever_it_starts_with(data: Path) -> None:
    assert answer(data, "crafts").first == "Pottery, riding, and 12-step work are on offer at some courses."


def test_the_whole_statement_can_be_said_in_place_of_the_figure(data: Path, edit: Edit) -> None:
    edit(LENGTH, '"{stay}"', '"{weeks:says}"')
    assert "Courses mostly take 8 to 12 weeks." in answer(data, "length").first


def test_a_changed_number_changes_the_answer(data: Path, edit: Edit) -> None:
    edit(LENGTH, "high: 12", "high: 14")
    assert "8 to 14 weeks" in answer(data, "length").first


def test_an_unknown_topic_is_a_key_error(data: Path) -> None:
    with pytest.raises(KeyError):
        answer(data, "weather")
