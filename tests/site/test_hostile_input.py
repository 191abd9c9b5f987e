"""Whatever is sent, POST /chat answers with a clear 4xx or passes it on clean: never a 500, never a trace."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.text import clean
from tests.site.conftest import Assistant, message

JSON = {"Content-Type": "application/json"}


def assert_refused(response: Any, status: int, code: str) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert set(body) == {"error"}
    assert body["error"]["code"] == code
    assert len(body["error"]["message"]) > 10
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t \r\n", "\x00\x01\x1f", "\u200b\u200d\ufeff", "\u3000", "\ud800"]
)
def test_nothing_to_read(client: TestClient, assistant: Assistant, text: str) -> None:
    body = json.dumps(message(text))
    assert_refused(client.post("/chat", content=body, headers=JSON), 400, "empty")
    assert assistant.asked == []


def test_two_thousand_characters_are_enough(client: TestClient, assistant: Assistant) -> None:
    assert client.post("/chat", json=message("x" * 2000)).status_code == 200
    assert client.post("/chat", json=message("\N{PENSIVE FACE}" * 2000)).status_code == 200
    assert_refused(client.post("/chat", json=message("x" * 2001)), 400, "too_long")
    assert len(assistant.asked) == 2


@pytest.mark.parametrize("length", [100_000, 10_000_000])
def test_a_huge_body_is_not_read_to_its_end(client: TestClient, assistant: Assistant, length: int) -> None:
    assert_refused(client.post("/chat", json=message("x" * length)), 413, "too_long")
    assert assistant.asked == []


@pytest.mark.parametrize(
    ("sent", "handed_on"),
    [
        ("\N{PENSIVE FACE}\N{BROKEN HEART}", "\N{PENSIVE FACE}\N{BROKEN HEART}"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("he\x00llo\x07", "hello"),
        ("one\r\ntwo\rthree\n", "one\ntwo\nthree"),
        ("a\tb", "a b"),
        ("half \ud83d character", "half  character"),
        ("¿Cuánto dura el programa?", "¿Cuánto dura el programa?"),
        ("/no_such_intent", "no_such_intent"),
        ('/intent{"slot": "x"}', 'intent{"slot": "x"}'),
        ("\u202eevil", "\u202eevil"),
    ],
)
def test_odd_text_is_handed_on_clean(
    client: TestClient, assistant: Assistant, sent: str, handed_on: str
) -> None:
    assert client.post("/chat", content=json.dumps(message(sent)), headers=JSON).status_code == 200
    assert assistant.asked[-1]["message"] == handed_on


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b"\xff\xfe\x00",
        b'{"text": "\xff"}',
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"text": ' + b"9" * 5000 + b"}",
        b"\x1f\x8b\x08\x00gzip",
    ],
)
def test_malformed_json(client: TestClient, body: bytes) -> None:
    assert_refused(client.post("/chat", content=body, headers=JSON), 400, "bad_json")


@pytest.mark.parametrize("body", [b"null", b"[]", b'"text"', b"17", b"NaN", b"true"])
def test_json_that_is_no_object(client: TestClient, body: bytes) -> None:
    assert_refused(client.post("/chat", content=body, headers=JSON), 400, "bad_request")


@pytest.mark.parametrize("key", ["conversation", "message_id", "text"])
@pytest.mark.parametrize("value", [None, 17, 1.5, True, [], ["a"], {}, {"a": "b"}])
def test_wrong_types(client: TestClient, key: str, value: Any) -> None:
    assert_refused(client.post("/chat", json=message(**{key: value})), 400, "bad_request")


@pytest.mark.parametrize("key", ["conversation", "message_id", "text"])
def test_missing_keys(client: TestClient, key: str) -> None:
    sent = message()
    del sent[key]
    assert_refused(client.post("/chat", json=sent), 400, "bad_request")


@pytest.mark.parametrize("key", ["conversation", "message_id"])
@pytest.mark.parametrize(
    "value", ["", "short", "x" * 65, "../" * 8, "a b" * 8, "é" * 20, "x" * 20 + "\n", "x" * 20 + "\x00"]
)
def test_ids_that_no_widget_makes(client: TestClient, key: str, value: str) -> None:
    assert_refused(client.post("/chat", json=message(**{key: value})), 400, "bad_request")


def test_keys_nobody_asked_for_are_passed_over(client: TestClient, assistant: Assistant) -> None:
    assert client.post("/chat", json=message(metadata={"admin": True}, sender="x")).status_code == 200
    assert set(assistant.asked[0]) == {"sender", "message", "message_id"}


@pytest.mark.parametrize(
    "content_type",
    [None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
)
def test_only_json(client: TestClient, content_type: str | None) -> None:
    """Other types could be sent from any page without the browser asking us first."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    response = client.post("/chat", content=json.dumps(message()).encode(), headers=headers)
    assert_refused(response, 415, "unsupported_type")


def test_json_with_a_charset(client: TestClient) -> None:
    headers = {"Content-Type": "Application/JSON; charset=UTF-8"}
    assert client.post("/chat", content=json.dumps(message()), headers=headers).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS"])
def test_only_what_the_widget_needs(client: TestClient, method: str) -> None:
    response = client.request(method, "/chat")
    assert_refused(response, 405, "bad_request")
    assert response.headers["allow"] == "POST"


def send_slowly(app: Starlette, *received: dict[str, Any]) -> dict[str, Any]:
    """The start of the response to a request whose body comes as `received`, and then nothing more."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/chat",
        "headers": [(b"content-type", b"application/json")],
        "query_string": b"",
    }
    parts, sent = list(received), []

    async def receive() -> Any:
        if parts:
            return parts.pop(0)
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return dict(sent[0])


def test_a_body_that_never_ends(build: Callable[..., Starlette], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.site.incoming.BODY_SECONDS", 0.05)
    start = send_slowly(build(), {"type": "http.request", "body": b'{"text":', "more_body": True})
    assert start["status"] == 408


def test_a_connection_that_breaks(build: Callable[..., Starlette]) -> None:
    half = {"type": "http.request", "body": b'{"text":', "more_body": True}
    assert send_slowly(build(), half, {"type": "http.disconnect"})["status"] == 400


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(), max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    sent=st.fixed_dictionaries(
        {},
        optional={
            "conversation": st.just("conversation-hypothesis") | json_values,
            "message_id": st.uuids().map(str) | json_values,
            "text": st.text(st.characters(), max_size=100) | json_values,
        },
    )
)
@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_anything_gets_an_orderly_answer(client: TestClient, sent: dict[str, Any]) -> None:
    response = client.post("/chat", content=json.dumps(sent), headers=JSON)
    assert response.status_code in (200, 400, 409, 429)
    assert ("messages" in response.json()) == (response.status_code == 200)


@given(st.text(st.characters()))
def test_cleaned_text_can_be_sent_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert clean(cleaned) == cleaned
    assert not any(ord(sign) < 32 and sign != "\n" for sign in cleaned)
