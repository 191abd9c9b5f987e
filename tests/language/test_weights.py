from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.fit import calibration, compound, context
from benchmarks.fit.log_linear import Choice, chance, fit
from benchmarks.fit.report import Fitted, write
from benchmarks.fit.synthesis import Maker
from bot.language import classifier, division, understanding
from bot.language.compound import divisible
from bot.language.context import Context
from bot.language.evaluate import Turn
from bot.language.follow_ups import EVIDENCE, Evidence
from bot.language.weights import FILE, WeightsError, weights

# Made-up phrases of made-up topics: each topic is known by a word.
PHRASES = {
    "cost": [
        "what does it cost",
        "how much does it cost",
        "is the cost high",
        "my husband and i both lost our jobs in spring. what does it cost?",
        "and what would it cost, also for two",
    ],
    "weeks": ["how many weeks is it", "what are the weeks like", "is it six weeks or more, weeks i mean"],
    "bus": [
        "is there a bus",
        "can i take the bus",
        "how do i get there, is there a bus",
        "the bus",
        "how far by bus is it",
    ],
    "phone": [
        "what about my phone",
        "is there a phone",
        "my phone",
        "can he keep his phone",
        "are phones, and i mean any phone, okay",
    ],
    "greeting": ["hello there, how are you today"],
}


def score(texts: Sequence[str]) -> list[Mapping[str, float]]:
    """Shares the probability out among the topics named, or among all where none is."""
    rows: list[Mapping[str, float]] = []
    for text in texts:
        named = {topic for topic in PHRASES if topic in text.lower()} or set(PHRASES)
        rows.append({topic: 0.1 / len(PHRASES) + 0.9 * (topic in named) / len(named) for topic in PHRASES})
    return rows


def follow(text: str, context: Context) -> Evidence:
    """As if nothing but the message counted."""
    [row] = score([text])
    return {topic: dict.fromkeys(EVIDENCE, float(np.log(share))) for topic, share in row.items()}


def test_the_file_holds_just_the_weights_that_are_used() -> None:
    used = {
        "calibration": classifier.CALIBRATION,
        "compound": division.WEIGHTS,
        "context": understanding.WEIGHTS,
    }
    assert json.loads(FILE.read_text()) == used
    assert all(round(value, 2) == value for group in used.values() for value in group.values())


def test_every_weight_is_of_a_feature_there_is() -> None:
    maker = Maker(PHRASES, 1)
    found: set[str] = set()
    texts = [made.text for made in [*maker.several(300), *maker.one(100)]]
    texts += ["what does it cost or is there a bus", "what about the bus. any phone. phones"]
    texts += ["what does it cost, i was wondering about the bus"]
    for text in texts:
        message = divisible(text, score)
        terms = [term for way in message.ways for term in message.terms(way)] if message else []
        found |= {name for term in terms for name, value in term.features.items() if value}
    assert found == set(division.FEATURES)
    answered = Context(("cost",), "What does it cost?", ("bus",))
    _, features = understanding.heard("and how often?", score(["x"])[0], score, follow, answered)
    assert features
    assert all(set(of_intent) == set(understanding.FEATURES) for of_intent in features.values())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"calibration": {"slope": 1}}', "'calibration' has no number 'intercept'"),
        ('{"calibration": {"slope": 1, "intercept": "high"}}', "no number 'intercept'"),
        ('{"calibration": {"slope": 1, "intercept": 0, "bend": 2}}', "'bend', which nothing uses"),
        ('{"compound": {}}', "there is no 'calibration'"),
        ("[]", "expected an object"),
        ("{", "weights.json"),
        (None, "weights.json"),
    ],
)
def test_a_mistake_in_the_file_is_named(content: str | None, message: str, tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(WeightsError, match=message):
        weights("calibration", ("slope", "intercept"), file)


def test_what_was_fitted_is_written_beside_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    file.write_text('{"compound": {"part": 0.5}, "calibration": {"slope": 1, "intercept": 0}}')
    write(Fitted("calibration", {}, {"slope": 1.2345, "intercept": -0.001}, ()), file)
    assert weights("calibration", ("slope", "intercept"), file) == {"slope": 1.23, "intercept": 0.0}
    assert weights("compound", ("part",), file) == {"part": 0.5}


def test_weights_of_choices_are_found() -> None:
    random = np.random.default_rng(1)
    true = {"a": 2.0, "b": -1.0, "c": 0.0}
    choices = []
    for _ in range(2000):
        features = random.normal(size=(4, 3))
        weighed = features @ np.array(list(true.values())) + random.gumbel(size=4)
        choices.append(Choice(features, weighed == weighed.max()))
    found = fit(choices, dict.fromkeys(true, 0.0), 1.0)
    assert found == pytest.approx(true, abs=0.2)
    assert chance(choices, found) > chance(choices, dict.fromkeys(true, 0.0))


def test_compound_weights_can_be_fitted_on_made_messages() -> None:
    maker = Maker(PHRASES, 1)
    made = [*maker.several(150), *maker.one(50)]
    again = Maker(PHRASES, 1)
    assert made == [*again.several(150), *again.one(50)]
    assert all(one.text[start:end] for one in made for start, end, _ in one.asks)
    examples = [one for one in (compound.example(text, score) for text in made) if one]
    found = compound.fitted_on(examples)
    choices = [one.choice for one in examples]
    assert chance(choices, found) > chance(choices, compound.PRIOR)
    assert np.mean([one.right(found) for one in examples]) > 0.7


def test_context_weights_can_be_fitted_on_dialogues() -> None:
    class Topic:
        question, next = "What does it cost?", ("bus",)

    class Judge:
        def accepted(self, turn: Turn) -> frozenset[str]:
            return frozenset(turn.topics[0])

    turns = [
        Turn(f"d#{number}", "turn", text, ((topic,),), ("answer",))
        for number, (text, topic) in enumerate(
            [("what does it cost", "cost"), ("why?", "cost"), ("and the bus", "bus"), ("how so", "bus")]
        )
    ]
    dialogue = context.follow_ups(turns, Judge(), dict.fromkeys(PHRASES, Topic()), score, follow)  # type: ignore[arg-type]
    assert len(dialogue) == 3
    found = context.fitted_on(dialogue)
    assert chance(dialogue, found) > chance(dialogue, context.PRIOR)
    assert found["same_topic"] > 0
    for part, others in context.folds([dialogue] * 10):
        assert len(part) == 6
        assert len(others) == 24


def test_calibration_is_fitted_to_how_often_guesses_are_right() -> None:
    random = np.random.default_rng(1)
    best = random.uniform(0.2, 0.98, 5000)
    true = {"slope": 1.3, "intercept": 0.4}
    right = random.uniform(size=5000) < classifier.sure(best, true)
    found = calibration.fit(best, right)
    assert found == pytest.approx(true, abs=0.15)
    plain = {"slope": 1.0, "intercept": 0.0}
    assert calibration.chance(best, right, found) > calibration.chance(best, right, plain)
    assert calibration.error(best, right, found) < calibration.error(best, right, plain)
