from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from bot.language.clauses import clauses, is_elliptic, is_yes_or_no_question, without_opening_words
from bot.language.compound import MOST_PARTS, parts
from bot.language.division import Part

# A stand-in for the classifier: each of these words is a topic of its own.
TOPICS = {
    "weeks": "program_length",
    "cost": "cost",
    "price": "cost",
    "detox": "detox_availability",
    "bus": "transport",
    "phone": "house_rules",
    "person": "human",
    "hello": "greeting",
    "thanks": "thanks",
    "weather": "out_of_scope",
}
INTENTS = sorted(set(TOPICS.values()))


class Scorer:
    """Shares the probability out among the topics named, or among all where none is."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> list[Mapping[str, float]]:
        self.calls.append(list(texts))
        return [self._scores(text.lower()) for text in texts]

    def _scores(self, text: str) -> Mapping[str, float]:
        named = {intent for word, intent in TOPICS.items() if word in text}
        share = {intent: 0.95 / len(named) if intent in named else 0.0 for intent in INTENTS}
        rest = (0.05 if named else 1.0) / len(INTENTS)
        return {intent: share[intent] + rest for intent in INTENTS}


@pytest.fixture
def scorer() -> Scorer:
    return Scorer()


def intents(found: Sequence[Part]) -> list[str]:
    return [part.intent for part in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is it", ["what is it"]),
        ("what is it, and who pays?", ["what is it", "who pays"]),
        ("what is it how much is it", ["what is it", "how much is it"]),
        ("Is it far? Do you open at 9 a.m. on Mondays?", ["Is it far", "Do you open at 9 a.m. on Mondays"]),
        ("1) the price 2) the bus", ["the price", "the bus"]),
        ("price / bus", ["price", "bus"]),
        ("i want to know how long it takes", ["i want to know how long it takes"]),
        ("how many days a week do you meet", ["how many days a week do you meet"]),
        ("hi, two quick questions: is it far? thank you!", ["is it far"]),
        ("thanks!", []),
        ("?!", []),
        ("", []),
    ],
)
def test_a_message_is_cut_into_clauses(text: str, expected: list[str]) -> None:
    found = clauses(text)
    assert [clause.text for clause in found] == expected
    assert [text[clause.start : clause.end] for clause in found] == expected


@pytest.mark.parametrize(
    ("text", "role", "asks"),
    [
        ("how long is it", "question", True),
        ("at what time", "question", True),
        ("are all of them alike", "question", True),
        ("u take blue cross", "question", True),
        ("thats normal", "question", True),
        ("i was wondering about the food", "request", True),
        ("describe the first day", "request", True),
        ("i live far away", "statement", False),
        ("i live far away?", "statement", True),
        ("have anxiety", "fragment", False),
        ("evenings", "fragment", False),
        ("evenings?", "fragment", True),
    ],
)
def test_a_clause_says_by_its_form_whether_it_asks(text: str, role: str, asks: bool) -> None:
    [clause] = clauses(text)
    assert (clause.role, clause.asks) == (role, asks)


@pytest.mark.parametrize(
    ("text", "joint"),
    [
        ("is it far. is it dear", "sentence"),
        ("is it far, is it dear", "comma"),
        ("is it far and is it dear", "and"),
        ("is it far, or is it near", "or"),
        ("is it far? also is it dear", "also"),
        ("is it far is it dear", "none"),
    ],
)
def test_clauses_tell_what_parts_them(text: str, joint: str) -> None:
    assert [clause.joint for clause in clauses(text)] == ["sentence", joint]


def test_ellipsis_and_questions_for_yes_or_no() -> None:
    assert is_elliptic("and for how long")
    assert not is_elliptic("and how long is it")
    assert is_yes_or_no_question("also do you drive people")
    assert not is_yes_or_no_question("how do you drive people")
    assert without_opening_words("hi, also how far") == "how far"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how many weeks is it, and what does it cost?", ["program_length", "cost"]),
        ("is there a bus? Also can he keep his phone?", ["transport", "house_rules"]),
        ("how many weeks is it what does it cost is there a bus", ["program_length", "cost", "transport"]),
        (
            "what does it cost, do u do detox and is there a bus",
            ["cost", "detox_availability", "transport"],
        ),
        ("hello, what does it cost and can i talk to a person", ["cost", "human"]),
    ],
)
def test_several_questions_are_found_in_order(text: str, expected: list[str], scorer: Scorer) -> None:
    found = parts(text, scorer)
    assert intents(found) == expected
    assert all(part.text in text for part in found)
    assert len(scorer.calls) == 1


@pytest.mark.parametrize(
    "text",
    [
        "what does it cost",
        "hello! what does it cost? thanks",
        "what does it cost? i mean the price",
        "my brother has been there before and he liked it. what does it cost?",
        "i have two jobs, so what does it cost",
        "how is the weather, and what does it cost?",
        "",
    ],
)
def test_one_question_is_not_divided(text: str, scorer: Scorer) -> None:
    assert parts(text, scorer) == ()


def test_a_plain_message_costs_nothing(scorer: Scorer) -> None:
    assert parts("hi, what does it cost?", scorer) == ()
    assert scorer.calls == []


def test_a_long_message_costs_twelve_texts_and_the_known_one_nothing(scorer: Scorer) -> None:
    text = "what does it cost? is there a bus? do you do detox? how many weeks? can i keep a phone? a person?"
    [whole] = scorer([text])
    found = parts(text, scorer, whole)
    assert 2 <= len(found) <= MOST_PARTS
    assert len(set(intents(found))) == len(found)
    assert len(scorer.calls) == 2
    assert len(scorer.calls[1]) <= 12
    assert text not in scorer.calls[1]


def test_strange_text_is_no_trouble(scorer: Scorer) -> None:
    for text in (
        "and and and, , ,",
        "how " * 500,
        "thanks hi ok so " * 200,
        "what is it " * 300,
        "((((" * 300,
    ):
        parts(text, scorer)
