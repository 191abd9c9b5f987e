"""Several particular questions on one topic are all answered, each by its own sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest

from actions.answers import answer_to
from bot.knowledge.answers import Snapshot, compose
from bot.knowledge.reading import read_data
from bot.settings import settings


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return Snapshot(*read_data(settings().data_dir))


def asked(text: str, topic: str) -> dict[str, Any]:
    return {"text": text, "entities": [], "intent": {"name": topic}}


@pytest.mark.parametrize(
    ("text", "topic", "said"),
    [
        ("where are you and is there parking", "contact", ["100 Example Street", "Yes. At .*: Parking"]),
        ("do you have an interpreter and is there a ramp?", "language_access", ["interpreter", "ramp"]),
        ("can i smoke there, and can i bring my phone?", "house_rules", ["smoke", "phone"]),
    ],
)
def test_each_is_answered_in_order(snapshot: Snapshot, text: str, topic: str, said: list[str]) -> None:
    reply, _ = answer_to(asked(text, topic), topic, snapshot)
    assert len(reply.texts) == len(said)
    assert all(re.search(words, answer) for words, answer in zip(said, reply.texts, strict=True))
    assert reply.topics == (topic,)
    assert reply.sources


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("is 3 hours the whole thing? and is that every day?", "session_length"),  # one sentence answers both
        ("where are you exactly, i drive from far", "contact"),
        ("/contact", "contact"),
    ],
)
def test_one_is_answered_once(snapshot: Snapshot, text: str, topic: str) -> None:
    reply, _ = answer_to(asked(text, topic), topic, snapshot)
    assert len(reply.texts) == 1


def test_what_is_not_known_in_particular_leaves_the_answer_as_it_is(snapshot: Snapshot) -> None:
    text = "do you test for zorbium, and is zorbium bad?"
    reply, _ = answer_to(asked(text, "group_format"), "group_format", snapshot)
    assert reply.texts == (compose(snapshot, "group_format").first,)
