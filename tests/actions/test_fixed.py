"""What is said in fixed words to who asks nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import actions.callback
import actions.fixed
from actions.fixed import ActionHuman, ActionReply
from bot.knowledge.answers import Snapshot
from bot.knowledge.reading import read_data
from bot.replies import read_replies
from bot.reply import Reply
from bot.safety.resources import read_resources
from bot.settings import settings

DATA = settings().data_dir
SNAPSHOT = Snapshot(*read_data(DATA))


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    replies = read_replies(DATA / "replies.yml", SNAPSHOT.knowledge.topics)
    safety = read_resources(DATA / "safety" / "resources.yml", "US")
    monkeypatch.setattr(actions.fixed, "house", lambda: SimpleNamespace(replies=replies, safety=safety))
    monkeypatch.setattr(actions.callback, "callbacks", lambda: SimpleNamespace(on=False))


def reply(
    action: ActionHuman | ActionReply,
    intent: str,
    snapshot: Snapshot = SNAPSHOT,
    confidence: float = 1.0,
    **message: Any,
) -> Reply:
    intended = {"name": intent, "confidence": confidence}
    tracker: Any = SimpleNamespace(latest_message={"intent": intended, **message})
    return action.reply(tracker, snapshot)[0]


def test_who_asks_for_help_sees_the_crisis_lines_before_the_centre() -> None:
    said = reply(ActionHuman(), "wants_help")
    assert said.kind == "human"
    assert "988" in said.texts[0]
    assert "how to start" in said.texts[0]
    links = [contact.href for contact in said.contacts]
    assert "tel:911" in links
    assert links[-1] == "tel:+13125550142"
    assert [button.payload for button in said.buttons] == ["/how_to_start"]


def test_help_stays_in_sight_where_the_centre_has_no_phone() -> None:
    profile = SNAPSHOT.profile.copy(update={"phone": None})
    said = reply(ActionHuman(), "wants_help", Snapshot(SNAPSHOT.knowledge, profile))
    assert "988" in said.texts[0]
    assert "{" not in said.texts[0]


def test_who_asks_for_a_person_is_not_shown_the_emergency_cards() -> None:
    assert [contact.href for contact in reply(ActionHuman(), "human").contacts] == ["tel:+13125550142"]


@pytest.mark.parametrize("intent", ["tells_trouble", "good_news"])
def test_what_asks_nothing_is_heard_and_something_to_ask_offered(intent: str) -> None:
    said = reply(ActionReply(), intent)
    assert said.kind == "small_talk"
    assert "telling me" in said.texts[0]
    assert said.buttons[0].payload == "/how_to_start"


def test_trouble_leads_to_a_person() -> None:
    said = reply(ActionReply(), "tells_trouble")
    assert said.buttons[-1].title == "Talk to a person"
    assert said.buttons[-1].payload == "/human"
    assert "988" in said.texts[0]


@pytest.mark.parametrize("told", [{"confidence": 0.85}, {"safety": {"id": "distress"}}])
def test_joy_is_kept_for_what_is_surely_good_news(told: dict[str, Any]) -> None:
    assert "so glad" in reply(ActionReply(), "good_news").texts[0]
    assert reply(ActionReply(), "good_news", **told) == reply(ActionReply(), "tells_trouble")
