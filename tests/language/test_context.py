"""What a message means after what was said before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from bot.language.context import Context, chosen, corrected, could_be_of_anything, says_nothing_alone
from bot.language.follow_ups import NO_EVIDENCE
from bot.language.understanding import understand

OFFERED = ("cost", "family_involvement", "aftercare")
ASKED_WHICH = Context(topics=("cost",), offered=OFFERED, clarifying=True)
NO_IDEA = {"cost": 0.01, "family_involvement": 0.01, "aftercare": 0.01, "greeting": 0.9}


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("the second one", "family_involvement"),
        ("2", "family_involvement"),
        ("Option 3, please", "aftercare"),
        ("first", "cost"),
        ("#1", "cost"),
        ("the last one", "aftercare"),
        ("the 4th one", None),
        ("how do i start and is there a second group", None),
        ("", None),
    ],
)
def test_an_option_is_chosen_by_its_place(said: str, intent: str | None) -> None:
    assert chosen(said, NO_IDEA, ASKED_WHICH) == intent


def test_an_option_is_chosen_by_its_words() -> None:
    family = {"cost": 0.05, "family_involvement": 0.5, "aftercare": 0.02}
    assert chosen("the family one", family, ASKED_WHICH) == "family_involvement"
    undecided = {"cost": 0.3, "family_involvement": 0.3, "aftercare": 0.3}
    assert chosen("the family one", undecided, ASKED_WHICH) is None


def test_nothing_is_chosen_where_nothing_was_offered() -> None:
    assert chosen("the second one", NO_IDEA, Context(topics=("cost",))) is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("no, hours per day", "hours per day"),
        ("i meant the classes", "the classes"),
        ("i meant the group not the program", "the group"),
        ("not the cost, the length", "the length"),
        ("No.", None),
        ("how long is it", None),
        ("", None),
    ],
)
def test_a_correction_tells_what_is_asked_instead(said: str, meant: str | None) -> None:
    assert corrected(said) == meant


@pytest.mark.parametrize("said", ["what about that one?", "why", "and then?", "is it", "and this?"])
def test_some_messages_mean_nothing_alone(said: str) -> None:
    assert says_nothing_alone(said)


@pytest.mark.parametrize("said", ["cost?", "and the bus", "does he need detox", "", "🙂"])
def test_others_name_what_they_are_about(said: str) -> None:
    assert not says_nothing_alone(said)


def test_how_often_could_be_asked_of_anything() -> None:
    assert could_be_of_anything("how often?")
    assert could_be_of_anything("is that free")
    assert not could_be_of_anything("how often do you test")


def test_a_greeting_whose_rest_says_little_is_a_greeting():
    scores = {
        "hey quick question": {"greeting": 0.98, "simpler": 0.02},
        "quick question": {"simpler": 0.4, "greeting": 0.38, "cost": 0.22},
        "hey what is the price": {"greeting": 0.6, "cost": 0.4},
        "what is the price": {"cost": 0.99, "greeting": 0.01},
    }
    for text, intent in (("hey quick question", "greeting"), ("hey what is the price", "cost")):
        found = understand(text, lambda texts: [scores[one] for one in texts], lambda *_: {}, Context())
        assert found.intent == intent


def test_what_follows_thanks_counts_only_where_it_asks_something():
    scores = {
        "thank you very much": {"thanks": 0.99, "cost": 0.01},
        "very much": {"thanks": 0.9, "cost": 0.1},
        "thank you what is the price": {"thanks": 0.6, "cost": 0.4},
        "what is the price": {"cost": 0.99, "thanks": 0.01},
    }
    after = Context(topics=("cost",), question="What does it cost?")
    for text, intent in (("thank you very much", "thanks"), ("thank you what is the price", "cost")):
        found = understand(
            text,
            lambda texts: [scores[one] for one in texts],
            lambda *_: {"cost": {**NO_EVIDENCE, "after_by_meaning": 0.0}},
            after,
        )
        assert found.intent == intent


def read_as(evidence: str) -> list[str]:
    """The parts found in "what groups are there and how long is each", the second after the first meaning
    what the evidence says."""
    alone = {
        "what groups are there and how long is each": {"group_types": 0.6, "program_length": 0.4},
        "what groups are there": {"group_types": 0.98, "program_length": 0.01},
        "how long is each": {"program_length": 0.6, "group_format": 0.2},
    }

    def score(texts: Sequence[str]) -> list[Mapping[str, float]]:
        known = ("group_types", "program_length", "group_format", "medical_advice")
        return [{intent: alone.get(text, {}).get(intent, 0.01) for intent in known} for text in texts]

    def after(text: str, context: Context) -> Mapping[str, Mapping[str, float]]:
        assert (text, context.topics) == ("how long is each", ("group_types",))
        assert context.question == "what groups are there"
        return {evidence: {**NO_EVIDENCE, "after_by_meaning": 0.0, "near_in_meaning": 1.0}}

    found = understand("what groups are there and how long is each", score, after, Context())
    return [part.intent for part in found.parts] or [found.intent]


def test_a_part_that_leans_on_the_one_before_is_read_after_it() -> None:
    assert read_as("group_format") == ["group_types", "group_format"]


def test_a_part_that_asks_the_same_again_is_no_part() -> None:
    assert read_as("group_types") == ["group_types"]


def test_what_is_before_does_not_make_medical_advice_of_a_part() -> None:
    assert read_as("medical_advice") == ["group_types", "program_length"]
