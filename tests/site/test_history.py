"""GET /chat, and messages that are sent again after the site has forgotten them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.site.conftest import ANSWER, Assistant, message

ID = "conversation-0123456789"
CUSTOM = {"kind": "answer", "topics": ["cost"], "safety": [], "sources": [], "cards": []}
BUTTONS = [{"title": "How do I start?", "payload": "/how_to_start"}]
EVENTS: tuple[dict[str, Any], ...] = (
    {"event": "action", "name": "action_session_start"},
    {"event": "user", "text": "I am <name>. What is the cost?", "message_id": "message-id-in-the-store"},
    {"event": "slot", "name": "last_answer", "value": None},
    {"event": "bot", "text": "It depends.", "data": {"buttons": BUTTONS, "custom": None, "image": None}},
    {"event": "bot", "text": None, "data": {"custom": CUSTOM}},
    {"event": "user", "text": "never answered", "message_id": "another-message-id"},
)


def history(client: TestClient, conversation: str = ID) -> Any:
    return client.get("/chat", headers={"Conversation-Id": conversation})


def test_what_was_said_comes_back_in_the_shape_of_a_reply(
    client: TestClient, store: Callable[..., None]
) -> None:
    store(ID, *EVENTS)
    response = history(client)
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == {
        "turns": [
            {
                "message_id": "message-id-in-the-store",
                "text": "I am <name>. What is the cost?",
                "messages": [{"text": "It depends.", "buttons": BUTTONS}, {"custom": CUSTOM}],
            }
        ]
    }


def test_nobody_elses_conversation(client: TestClient, store: Callable[..., None]) -> None:
    store(ID, *EVENTS)
    assert history(client, "conversation-0123456780").json() == {"turns": []}
    assert history(client, "conversation-%%%%%%%%%").status_code == 400
    assert client.get("/chat").status_code == 400
    assert client.get("/chat", params={"conversation": ID}).status_code == 400, "never in an address"


def test_before_the_first_conversation_there_is_no_database(client: TestClient) -> None:
    assert history(client).json() == {"turns": []}


def test_a_database_that_fails_is_said(
    client: TestClient, store: Callable[..., None], database: Path
) -> None:
    store(ID, *EVENTS)
    with sqlite3.connect(database.with_name("tracker.db")) as connection:
        connection.execute("alter table events rename column data to other")
    connection.close()
    response = history(client)
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "no_history"


def test_a_message_sent_again_gets_the_stored_answer(
    client: TestClient, assistant: Assistant, store: Callable[..., None]
) -> None:
    """The site was restarted in between, or is another process."""
    store(ID, *EVENTS)
    sent = message(conversation=ID, message_id="message-id-in-the-store", again=True)
    assert client.post("/chat", json=sent).json()["messages"][0]["text"] == "It depends."
    assert assistant.asked == []


@pytest.mark.parametrize("message_id", ["another-message-id", "unknown-message-id"])
def test_what_was_not_answered_is_asked(
    client: TestClient, assistant: Assistant, store: Callable[..., None], message_id: str
) -> None:
    store(ID, *EVENTS)
    sent = message(conversation=ID, message_id=message_id, again=True)
    assert client.post("/chat", json=sent).json() == {"messages": ANSWER}
    assert len(assistant.asked) == 1
