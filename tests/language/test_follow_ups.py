"""The short messages after an answer: what their files may hold, and what is learned from them."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from bot.knowledge.reading import read_knowledge
from bot.knowledge.yaml_file import DataError
from bot.language.follow_ups import NO_EVIDENCE, FollowUp, FollowUpClassifier, after, read_follow_ups
from bot.settings import settings

QUESTIONS = {"phases": "What are the phases?", "groups": "What are the groups?"}


def encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Which of a few words a text has."""
    words = ("phases", "groups", "each", "cost")
    return np.array([[float(word in text) for word in words] for text in texts], dtype=np.float32)


def test_every_follow_up_is_after_a_topic_and_of_an_intent_there_is(phrases: dict[str, list[str]]) -> None:
    topics = read_knowledge(settings().data_dir / "knowledge").topics
    found = read_follow_ups(settings().data_dir / "follow_ups")
    assert len(found) > 500
    assert {one.after for one in found} <= set(topics)
    assert {one.intent for one in found} <= set(phrases)


def test_every_mistake_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "cost.yml").write_text("after: costs\nfollow_ups:\n  cost: [why so much]\n")
    (tmp_path / "phases.yml").write_text("after: phases\nfollow_ups: 3\n")
    with pytest.raises(DataError) as raised:
        read_follow_ups(tmp_path)
    assert "cost.yml" in str(raised.value)
    assert "expected cost, the name of the file" in str(raised.value)
    assert "phases.yml" in str(raised.value)


def best(classifier: FollowUpClassifier, text: str, topic: str, of: str) -> str:
    """The intent that has most of a kind of evidence."""
    said, joined = encode([text, after(QUESTIONS[topic], text)])
    found = classifier.evidence(text, said, joined, (topic,))
    return max(found, key=lambda intent: found[intent][of])


@pytest.fixture
def learned() -> FollowUpClassifier:
    follow_ups = [FollowUp("phases", "how long is each", "length"), FollowUp("groups", "each one", "size")]
    classifier = FollowUpClassifier()
    classifier.fit(follow_ups * 5, [("money", "cost")] * 4, QUESTIONS, encode)
    return classifier


@pytest.mark.parametrize(
    "of", ["after_by_meaning", "after_by_spelling", "near_in_meaning_here", "near_in_spelling_here"]
)
def test_the_same_words_mean_another_thing_after_another_answer(learned: FollowUpClassifier, of: str) -> None:
    assert best(learned, "and each?", "phases", of) == "length"
    assert best(learned, "and each?", "groups", of) == "size"


def test_what_follows_another_answer_is_near_but_not_here(learned: FollowUpClassifier) -> None:
    said, joined = encode(["how long is each", after(QUESTIONS["groups"], "how long is each")])
    length = learned.evidence("how long is each", said, joined, ("groups",))["length"]
    assert length["near_in_spelling"] == pytest.approx(1.0, abs=1e-3)
    assert length["near_in_spelling_here"] == 0.0
    assert length["near_in_meaning_here"] == 0.0


def test_an_intent_without_follow_ups_is_near_to_nothing(learned: FollowUpClassifier) -> None:
    said, joined = encode(["money", after(QUESTIONS["groups"], "money")])
    cost = learned.evidence("money", said, joined, ("groups",))["cost"]
    assert cost["near_in_spelling"] == cost["near_in_meaning"] == 0.0
    assert cost["after_by_spelling"] > NO_EVIDENCE["after_by_spelling"]


def test_a_file_keeps_what_was_learned(learned: FollowUpClassifier) -> None:
    said, joined = encode(["each", after(QUESTIONS["groups"], "each")])
    again = pickle.loads(pickle.dumps(learned))
    assert again.evidence("each", said, joined, ("groups",)) == learned.evidence(
        "each", said, joined, ("groups",)
    )
