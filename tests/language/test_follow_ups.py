"""The short messages after an answer: what their files may hold, and what is learned from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from bot.knowledge.reading import read_knowledge
from bot.knowledge.yaml_file import DataError
from bot.language.follow_ups import FollowUp, FollowUpClassifier, after, read_follow_ups
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


def test_the_same_words_mean_another_thing_after_another_answer() -> None:
    follow_ups = [FollowUp("phases", "how long is each", "length"), FollowUp("groups", "each one", "size")]
    classifier = FollowUpClassifier()
    classifier.fit(follow_ups * 5, [("cost", "money")] * 4, QUESTIONS, encode)

    def best(topic: str) -> str:
        said, joined = encode(["and each?", after(QUESTIONS[topic], "and each?")])
        found = classifier.probabilities(said, joined)
        return max(found, key=found.__getitem__)

    assert (best("phases"), best("groups")) == ("length", "size")
