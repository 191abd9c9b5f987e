"""Rasa's training phrases are copied quickly, and are the same as Rasa's own copies."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import rasa_command

ENTITY = {"entity": "quantity", "value": "3 nights", "start": 0, "end": 8}


def made() -> Message:
    return Message(
        {"text": "3 nights? ", "intent": "weekly_schedule", "entities": [dict(ENTITY)], "response": None}
    )


@pytest.fixture
def installed() -> Iterator[None]:
    rasas = Message.set
    rasa_command.install()
    yield
    Message.set = rasas
    if "__deepcopy__" in vars(Message):
        del Message.__deepcopy__


def test_a_copy_is_rasas_own(installed: None) -> None:
    message = made()
    message.fingerprint()
    ours = copy.deepcopy(message)
    del Message.__deepcopy__
    rasas = copy.deepcopy(message)
    assert vars(ours) == vars(rasas)
    assert ours == rasas == message


def test_a_copy_is_of_its_own(installed: None) -> None:
    message = made()
    one, same = copy.deepcopy([message, message])
    assert one is same
    assert one is not message
    one.get("entities")[0]["value"] = "4 nights"
    one.set("intent", "time_of_day", add_to_output=True)
    assert message.get("entities") == [ENTITY]
    assert message.get("intent") == "weekly_schedule"
    assert "intent" not in message.output_properties


def test_a_fingerprint_is_made_again_after_a_change_only(installed: None) -> None:
    message = made()
    before = message.fingerprint()
    message.set("intent", "weekly_schedule")
    assert message._cached_fingerprint == before
    message.set("intent", "time_of_day")
    assert message.fingerprint() != before
    message.set("text", "3 nights?")
    assert message.fingerprint() == Message({**message.data}).fingerprint()


def test_phrases_are_merged_as_rasa_merges_them(installed: None) -> None:
    one, other = (
        TrainingData([made(), made()]),
        TrainingData([made(), Message({"text": "x", "intent": " a "})]),
    )
    merged = one.merge(other)
    assert [message.get("intent") for message in merged.training_examples] == ["weekly_schedule", "a"]
