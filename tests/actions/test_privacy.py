"""What the visitor hears when the conversation is to be deleted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

import actions.privacy
from actions.privacy import ActionDeleteConversation
from bot.knowledge.answers import Snapshot
from bot.knowledge.reading import read_data
from bot.privacy.conversations import Deleted
from bot.replies import read_replies
from bot.settings import settings

SNAPSHOT = Snapshot(*read_data(settings().data_dir))


def reply(monkeypatch: pytest.MonkeyPatch, forget: Any, confidence: float = 1.0) -> Any:
    replies = read_replies(settings().data_dir / "replies.yml", SNAPSHOT.knowledge.topics)
    monkeypatch.setattr(actions.privacy, "house", lambda: SimpleNamespace(replies=replies))
    monkeypatch.setattr(actions.privacy, "conversations", lambda _: SimpleNamespace(forget=forget))
    message = {"intent": {"name": "delete_conversation", "confidence": confidence}}
    tracker: Any = SimpleNamespace(sender_id="sender", latest_message=message)
    return ActionDeleteConversation().reply(tracker, SNAPSHOT)


def test_done_is_said_when_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def forget(sender: str) -> Deleted:
        asked.append(sender)
        return Deleted(1, 9)

    said, events = reply(monkeypatch, forget)
    assert asked == ["sender"]
    assert said.texts[0].startswith("Done.")
    assert said.custom()["cards"] == [{"type": "deleted"}]
    assert [(event["name"], event["value"]) for event in events] == [("conversation_deleted", True)]


def test_a_failure_is_owned_up_to_and_the_conversation_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def forget(sender: str) -> Deleted:
        raise OperationalError("DELETE", {}, Exception("away"))

    said, events = reply(monkeypatch, forget)
    assert "not deleted yet" in said.texts[0]
    assert events == []
    assert not said.deleted
    assert said.contacts[0].href == "tel:+13125550142"


def test_what_is_not_surely_meant_is_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def forget(sender: str) -> Deleted:
        raise AssertionError("nothing may be deleted")

    said, events = reply(monkeypatch, forget, confidence=0.6)
    assert said.kind == "clarify"
    assert [button.payload for button in said.buttons] == ["/delete_conversation"]
    assert events == []
