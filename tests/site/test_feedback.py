"""POST /feedback: what a visitor says of a reply is stored redacted, and danger in it is answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.feedback.repository import FeedbackStore
from bot.privacy.conversations import Conversations
from bot.reply import Reply
from tests.site.conftest import EMERGENCY
from tests.stored import stored_bytes

ID = "conversation-0123456789"
REPLIED = "message-id-in-the-store"
EVENTS = (
    {"event": "user", "text": "What is the cost?", "message_id": REPLIED},
    {"event": "bot", "text": "It depends.", "data": {}},
)
SAFETY = Reply("safety", ("Call 988.",), safety=("suicide",), contacts=EMERGENCY)


@pytest.fixture
def url(database: Path, store: Callable[..., None]) -> str:
    store(ID, *EVENTS)
    return f"sqlite:///{database.with_name('tracker.db')}"


def say(client: TestClient, **changes: Any) -> Any:
    sent = {"conversation": ID, "message_id": REPLIED, "rating": "down", **changes}
    return client.post("/feedback", json=sent)


def test_it_is_stored_without_what_identifies_somebody(client: TestClient, url: str) -> None:
    response = say(client, why="my name is Dolores Quintero, call 312 555 0188")
    assert response.status_code == 200
    assert response.json() == {"messages": []}
    [given] = FeedbackStore(url).latest()
    assert (given.conversation, given.message_id, given.rating) == (ID, REPLIED, "down")
    assert given.why == "my name is <name>, call <phone>"


def test_a_changed_mind_replaces_it(client: TestClient, url: str) -> None:
    say(client, rating="up")
    say(client, rating="down", why="too long")
    [given] = FeedbackStore(url).latest()
    assert (given.rating, given.why) == ("down", "too long")


def test_it_goes_with_the_conversation(client: TestClient, url: str, store: Callable[..., None]) -> None:
    other = "conversation-9876543210"
    store(other, *EVENTS)
    say(client, why="marmalade")
    say(client, conversation=other)
    Conversations(url).forget(ID)
    assert [given.conversation for given in FeedbackStore(url).latest()] == [other]
    assert b"marmalade" not in stored_bytes(Path(url.removeprefix("sqlite:///")))
    Conversations(url).expire(0)
    assert FeedbackStore(url).latest() == ()
    assert say(client).status_code == 404, "nothing is stored of a conversation that is gone"


def test_danger_in_the_word_why_gets_its_reply(build: Callable[..., Starlette], url: str) -> None:
    def look_at(text: str) -> Reply:
        return SAFETY if "die" in text else Reply("unknown", ("Sorry.",))

    with TestClient(build(stand_in=look_at)) as client:
        assert say(client, why="too long").json() == {"messages": []}
        assert say(client, why="i want to die").json() == {"messages": SAFETY.messages()}
        gone = say(client, why="i want to die", message_id="not-in-the-store-0")
        assert gone.json() == {"messages": SAFETY.messages()}, "also when there is nothing to rate"


@pytest.mark.parametrize(
    "changes",
    [
        {"rating": "sideways"},
        {"rating": None},
        {"rating": ["up"]},
        {"why": 7},
        {"why": "x" * 2001},
        {"conversation": "short"},
        {"message_id": "../../etc/passwd"},
    ],
)
def test_anything_else_is_refused(client: TestClient, url: str, changes: dict[str, Any]) -> None:
    assert say(client, **changes).status_code == 400
    assert FeedbackStore(url).latest() == ()


def test_it_counts_among_the_messages_of_a_minute(client: TestClient, url: str) -> None:
    assert [say(client).status_code for _ in range(21)] == [200] * 20 + [429]
