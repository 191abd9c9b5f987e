"""DELETE /chat: the widget's way to have a conversation deleted."""

from __future__ import annotations

import httpx
import pytest
from starlette.testclient import TestClient

from bot.reply import Reply
from tests.site.conftest import ANSWER, Assistant, message

DELETED = Reply(kind="privacy", texts=("Done.",), deleted=True).messages()
ID = "conversation-0123456789"


def delete(client: TestClient, **options: object) -> httpx.Response:
    response: httpx.Response = client.request("DELETE", "/chat", **options)  # type: ignore[arg-type, assignment]
    return response


def test_the_assistant_deletes_and_the_site_forgets(client: TestClient, assistant: Assistant) -> None:
    sent = message()
    client.post("/chat", json=sent)
    assistant.reply = httpx.Response(200, json=DELETED)
    response = delete(client, json={"conversation": ID})
    assert response.status_code == 200
    assert response.json() == {"messages": DELETED}
    assert assistant.asked[-1] == {"sender": ID, "message": "/delete_conversation"}
    assistant.reply = httpx.Response(200, json=ANSWER)
    client.post("/chat", json=sent)
    assert len(assistant.asked) == 3, "the earlier answer is not remembered"


def test_told_in_words_the_site_forgets_too(client: TestClient, assistant: Assistant) -> None:
    sent = message()
    client.post("/chat", json=sent)
    assistant.reply = httpx.Response(200, json=DELETED)
    client.post("/chat", json=message("delete my conversation"))
    client.post("/chat", json=sent)
    assert len(assistant.asked) == 3


@pytest.mark.parametrize(
    "reply", [httpx.ConnectError("refused"), httpx.Response(500), httpx.Response(200, json=ANSWER)]
)
def test_what_is_not_deleted_is_not_called_deleted(
    client: TestClient, assistant: Assistant, reply: object
) -> None:
    assistant.reply = reply
    response = delete(client, json={"conversation": ID})
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "not_deleted"
    assert "not deleted yet" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"json": {}}, 400),
        ({"json": {"conversation": "short"}}, 400),
        ({"json": {"conversation": 5}}, 400),
        ({"json": []}, 400),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ({"content": b"x" * 70_000, "headers": {"content-type": "application/json"}}, 413),
        ({}, 415),
    ],
)
def test_the_same_checks_as_for_messages(
    client: TestClient, assistant: Assistant, options: dict[str, object], status: int
) -> None:
    assert delete(client, **options).status_code == status
    assert assistant.asked == []


def test_deletions_count_among_the_messages_of_a_minute(client: TestClient, assistant: Assistant) -> None:
    assistant.reply = httpx.Response(200, json=DELETED)
    statuses = [delete(client, json={"conversation": ID}).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
