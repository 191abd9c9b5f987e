"""What comes back from POST /chat."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot import fallback
from bot.reply import KINDS, Reply
from bot.safety.resources import read_resources
from bot.safety.standby import Scoring, Standby
from bot.settings import settings
from bot.site.app import STATIC
from bot.site.chat import DANGER_SECONDS, WAIT_SECONDS
from tests.site.conftest import ANSWER, EMERGENCY, Assistant, message


def assert_stands_in(body: dict[str, Any]) -> None:
    """The reply for an outage: the numbers to call, in the reply contract's shape."""
    assert body["unavailable"] is True
    customs = [part["custom"] for part in body["messages"] if "custom" in part]
    assert len(customs) == 1
    assert customs[0]["kind"] in KINDS
    assert set(customs[0]) == {"kind", "topics", "safety", "sources", "cards"}
    links = [contact["href"] for card in customs[0]["cards"] for contact in card["contacts"]]
    assert links == ["tel:911", "tel:988", "tel:+15550100142"]
    words = " ".join(part.get("text", "") for part in body["messages"])
    assert "911" in words
    assert "988" in words
    assert "+1 555 010 0142" in words


def test_the_assistants_messages_come_as_they_are(client: TestClient, assistant: Assistant) -> None:
    sent = message("How long does it take?")
    response = client.post("/chat", json=sent)
    assert response.status_code == 200
    assert response.json() == {"messages": ANSWER}
    asked = {"sender": sent["conversation"], "message": sent["text"], "message_id": sent["message_id"]}
    assert assistant.asked == [asked]
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "reply",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("cut off"),
        RuntimeError("something nobody thought of"),
        httpx.Response(500, text="Traceback (most recent call last)"),
        httpx.Response(401, json=[{"text": "no"}]),
        httpx.Response(200, json=[]),
        httpx.Response(200, json=[{"recipient_id": "x"}]),
        httpx.Response(200, json=[{"text": ""}]),
        httpx.Response(200, json={"text": "not a list"}),
        httpx.Response(200, json=["not a message"]),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, content=b"\xff\xfe"),
        httpx.Response(200, text="[" * 100_000),
    ],
    ids=lambda reply: type(reply).__name__,
)
def test_no_usable_answer_gives_the_numbers_to_call(
    client: TestClient, assistant: Assistant, reply: Any
) -> None:
    assistant.reply = reply
    response = client.post("/chat", json=message())
    assert response.status_code == 200
    assert_stands_in(response.json())


def test_a_slow_assistant_keeps_nobody_waiting(build: Callable[..., Starlette], assistant: Assistant) -> None:
    assistant.delay = 0.4
    sent = message()
    with TestClient(build(wait_seconds=0.1)) as client:
        assert_stands_in(client.post("/chat", json=sent).json())
        # Sent again while Rasa still works on it, the message waits for that answer.
        assert "unavailable" in client.post("/chat", json=sent).json()
        client.portal.call(asyncio.sleep, 0.4)  # type: ignore[union-attr]
        assert client.post("/chat", json=sent).json() == {"messages": ANSWER}
    assert len(assistant.asked) == 1


def test_a_retry_is_answered_once(client: TestClient, assistant: Assistant) -> None:
    sent = message()
    first = client.post("/chat", json=sent).json()
    assistant.reply = httpx.Response(200, json=[{"text": "another answer"}])
    assert client.post("/chat", json=sent).json() == first
    assert len(assistant.asked) == 1


@pytest.mark.parametrize("again", [False, True])
def test_a_retry_while_the_first_is_under_way_waits_for_it(
    build: Callable[..., Starlette], assistant: Assistant, store: Callable[..., None], again: bool
) -> None:
    assistant.delay = 0.2
    sent = message(again=again)

    async def both() -> list[Any]:
        transport = httpx.ASGITransport(app=build())
        async with httpx.AsyncClient(transport=transport, base_url="http://site") as visitor:
            replies = await asyncio.gather(*(visitor.post("/chat", json=sent) for _ in range(3)))
            return [reply.json() for reply in replies]

    assert asyncio.run(both()) == [{"messages": ANSWER}] * 3
    assert len(assistant.asked) == 1


def test_a_failure_is_not_remembered(client: TestClient, assistant: Assistant) -> None:
    sent = message()
    working, assistant.reply = assistant.reply, httpx.Response(500)
    assert_stands_in(client.post("/chat", json=sent).json())
    assistant.reply = working
    assert client.post("/chat", json=sent).json() == {"messages": ANSWER}
    assert len(assistant.asked) == 2


def test_the_same_id_in_another_conversation_is_another_message(
    client: TestClient, assistant: Assistant
) -> None:
    sent = message()
    client.post("/chat", json=sent)
    client.post("/chat", json={**sent, "conversation": "another-conversation-1"})
    assert len(assistant.asked) == 2


def test_an_id_used_for_other_words_gets_no_wrong_answer(client: TestClient, assistant: Assistant) -> None:
    sent = message("How long does it take?")
    client.post("/chat", json=sent)
    response = client.post("/chat", json={**sent, "text": "I want to die"})
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "message_id_reused"


def test_twenty_messages_a_minute(client: TestClient, assistant: Assistant) -> None:
    sent = [message() for _ in range(20)]
    assert [client.post("/chat", json=one).status_code for one in sent] == [200] * 20
    refused = client.post("/chat", json=message())
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    error = refused.json()["error"]
    assert error["code"] == "too_many"
    assert "911" in error["message"]
    assert "988" in error["message"]
    # What was answered may be asked for again, and other visitors notice nothing.
    assert client.post("/chat", json=sent[0]).json() == {"messages": ANSWER}
    assert client.post("/chat", json=message(conversation="another-conversation-2")).status_code == 200
    assert len(assistant.asked) == 21


def test_nothing_said_is_logged(
    client: TestClient, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for reply in (
        assistant.reply,
        httpx.Response(500),
        httpx.ConnectError("x"),
        RuntimeError("my secret words"),
    ):
        assistant.reply = reply
        client.post("/chat", json=message("my secret words", conversation="secret-conversation-id"))
    client.post("/chat", json=message("my secret words" * 1000, conversation="secret-conversation-id"))
    assert "did not answer" in caplog.text
    assert "secret" not in caplog.text


def test_without_contacts_the_stand_in_is_still_a_reply(
    build: Callable[..., Starlette], assistant: Assistant
) -> None:
    from bot.knowledge.profile import CentreProfile

    assistant.reply = httpx.Response(500)
    with TestClient(build(profile=CentreProfile(), emergency=())) as client:
        body = client.post("/chat", json=message()).json()
    assert body["unavailable"] is True
    assert body["messages"][0]["text"]
    assert body["messages"][-1]["custom"]["cards"] == []


def test_the_emergency_numbers_are_not_written_into_the_site(
    build: Callable[..., Starlette], assistant: Assistant
) -> None:
    """Another country's numbers stand everywhere instead."""
    elsewhere = (type(EMERGENCY[0])("Call 999", "emergency", "tel:999"),)
    assistant.reply = httpx.Response(500)
    with TestClient(build(emergency=elsewhere)) as client:
        said = client.post("/chat", json=message()).text + client.get("/").text
    assert "999" in said
    assert "911" not in said
    assert "988" not in said


def ready_stand_in(text: str) -> Reply:
    """The site's own, some seconds after its start."""
    fallback.get_ready()
    for thread in threading.enumerate():
        if thread.name == "standby":
            thread.join()
    return fallback.stand_in(text)


@pytest.mark.parametrize(
    ("text", "danger", "number"),
    [
        ("i want to kill myself", "suicide", "988"),
        ("my son took a handful of pills and wont wake up", "overdose", "911"),
        # Words that only the classifier knows.
        ("i swallowed something i shouldnt have and my lips are tingling", "overdose", "911"),
    ],
)
def test_danger_gets_its_reply_while_the_assistant_is_down(
    build: Callable[..., Starlette],
    assistant: Assistant,
    trained_model: Path,
    text: str,
    danger: str,
    number: str,
) -> None:
    assistant.reply = httpx.ConnectError("refused")
    with TestClient(build(stand_in=ready_stand_in)) as client:
        body = client.post("/chat", json=message(text)).json()
    said, custom = body["messages"][0]["text"], body["messages"][-1]["custom"]
    assert custom["kind"] == "safety"
    assert danger in custom["safety"]
    assert number in " ".join(said.split()[:40])


def test_an_ordinary_question_gets_no_safety_reply_while_the_assistant_is_down(
    build: Callable[..., Starlette], assistant: Assistant, trained_model: Path
) -> None:
    assistant.reply = httpx.ConnectError("refused")
    with TestClient(build(stand_in=ready_stand_in)) as client:
        body = client.post("/chat", json=message("how long is the program")).json()
    assert body["messages"][-1]["custom"]["kind"] == "unknown"


def test_without_a_model_the_rules_still_see_danger() -> None:
    def no_model() -> Scoring:
        raise FileNotFoundError("models")

    resources = read_resources(settings().data_dir / "safety" / "resources.yml", "US")
    standby = Standby(resources, no_model)
    found = standby.reply("i want to kill myself")
    assert found is not None
    assert found.safety[0] == "suicide"
    assert standby.reply("how long is it") is None


def test_nobody_waits_until_the_model_is_read() -> None:
    reading, go_on = threading.Event(), threading.Event()

    def slow_model() -> Scoring:
        reading.set()
        go_on.wait(20)
        raise FileNotFoundError("models")

    resources = read_resources(settings().data_dir / "safety" / "resources.yml", "US")
    standby = Standby(resources, slow_model)
    standby.reply("hello")  # reads the rules
    begun = time.monotonic()
    found = standby.reply("i want to kill myself")
    assert time.monotonic() - begun < 1
    assert found is not None
    assert reading.wait(5), "it is read in the background"
    go_on.set()


def test_danger_does_not_wait_long_for_an_assistant_that_hangs(
    build: Callable[..., Starlette], assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.site.chat.DANGER_SECONDS", 0.2)
    fallback.get_ready()
    assistant.delay = 6
    site = build(stand_in=fallback.stand_in, sees_danger=fallback.sees_danger, wait_seconds=4.0)
    with TestClient(site) as client:
        begun = time.monotonic()
        body = client.post("/chat", json=message("i want to die")).json()
        assert time.monotonic() - begun < 2
        assert body["messages"][-1]["custom"]["safety"][0] == "suicide"
        begun = time.monotonic()
        client.post("/chat", json=message("how long is it"))
        assert time.monotonic() - begun >= 4, "an ordinary question has time"
    assert len(assistant.asked) == 2, "both were handed on"


def test_the_site_answers_before_the_widget_gives_up() -> None:
    found = re.search(r"GIVE_UP_MS = ([0-9_]+);", (STATIC / "iop-chat" / "client.js").read_text())
    assert found is not None
    assert int(found[1]) / 1000 > WAIT_SECONDS + 3
    assert DANGER_SECONDS <= 3


@pytest.mark.parametrize(
    ("typed", "handed_on"),
    [
        ("/restart", "restart"),
        ("/session_start", "session_start"),
        ("//back", "back"),
        (" / restart", "restart"),
        ("/anything", "anything"),
        ('/program_length{"a": 1}', 'program_length{"a": 1}'),
        ("/program_length", "/program_length"),
        ("/tell_more", "/tell_more"),
        ("/delete_conversation", "/delete_conversation"),
    ],
)
def test_only_what_a_button_sends_is_a_command(
    client: TestClient, assistant: Assistant, typed: str, handed_on: str
) -> None:
    client.post("/chat", json=message(typed))
    assert [asked["message"] for asked in assistant.asked] == [handed_on]


def test_a_slash_alone_is_nothing_to_read(client: TestClient, assistant: Assistant) -> None:
    assert client.post("/chat", json=message("//")).json()["error"]["code"] == "empty"
    assert assistant.asked == []
