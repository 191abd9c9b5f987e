"""Bad input on Rasa's REST channel: a kind reply or a clear 4xx, never silence."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "text",
        17,
        None,
        {"sender": "a"},
        {"message": "hi"},
        {"sender": "", "message": "hi"},
        {"sender": "x" * 129, "message": "hi"},
        {"sender": "a\u0000b", "message": "hi"},
        {"sender": 5, "message": "hi"},
        {"sender": "a", "message": None},
        {"sender": "a", "message": 5},
        {"sender": "a", "message": ["hi"]},
        {"sender": "a", "message": {"text": "hi"}},
        {"sender": "a", "message": "x" * 100_001},
        {"sender": "a", "message": "hi", "metadata": "text"},
    ],
    ids=lambda body: repr(body)[:40],
)
def test_unusable_bodies_are_refused_with_a_reason(running, body):
    answer = running.post(body)
    assert answer.status_code == 400
    assert len(answer.json()["error"]) > 10
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "raw", [b"", b"{", b'{"sender": "a", "message": ', b"\xff\xfe\x00", b"<html></html>"]
)
def test_malformed_json_is_refused_with_a_reason(running, raw):
    answer = running.post(None, content=raw, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "JSON" in answer.json()["error"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "words"),
        ("   \n\t ", "words"),
        ("🙂🙂🙂", "words"),
        ("\u0000\u0000", "words"),
        ("12345", "words"),
        ("x" * 100_000, "too long"),
        ("word " * 20_000, "too long"),
        ("cuánto cuesta el programa para mi hijo", "988"),
        ("combien de temps dure le programme", "English"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_what_cannot_be_understood_gets_a_kind_reply(running, text, says):
    heard = running.conversation().say(text)
    assert heard.kind == "unknown"
    assert says in heard.text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)"> how long is it',
        "how long is it\u0000\u0000 exactly",
        "/",
        "//",
        "/no_such_button",
        "/program_length{",
        '/program_length{"a": 1}',
        "/inform{not json}",
        "/restart now",
        "/session_start",
        "[x](intent)",
        "{centre} {phone}",
        "'; DROP TABLE topic; --",
        "\U0001f469\u200d\U0001f469\u200d\U0001f467 family?",
        "a" * 2000,
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_odd_text_is_answered_within_the_contract(running, text):
    heard = running.conversation().say(text)
    assert heard.text
    assert heard.kind in ("answer", "clarify", "unknown", "small_talk", "rephrase", "capabilities")


def test_the_channel_says_it_is_there(running):
    import httpx

    address = f"{running.assistant}/webhooks/rest/"
    assert httpx.get(address, trust_env=False).json() == {"status": "ok"}
