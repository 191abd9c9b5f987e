"""A turn is read from Rasa's events, whatever they are like."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.reply import Source
from bot.transcripts.rasa_events import events_of
from bot.transcripts.turns import StoredEvent, Turn, turns_of

MESSAGE = {"event": "user", "text": "how long is it", "timestamp": 1000.5, "message_id": "m" * 20}
ANSWERED = {
    "event": "bot",
    "text": None,
    "data": {"custom": {"kind": "answer", "sources": [{"document": "a", "title": "b", "section": "c"}]}},
}


def read(*events: Any) -> list[Turn]:
    rows = [StoredEvent(number, json.dumps(event)) for number, event in enumerate(events, start=1)]
    return turns_of("somebody", rows)


def said(*texts: str) -> dict[str, Any]:
    return {"event": "bot", "text": " ".join(texts), "data": {}}


def test_what_was_said_is_read_back(invented: list[list[Turn]]) -> None:
    for turns in invented[:50]:
        rows, ids = [], []
        for turn in turns:
            for event in events_of(turn, begins=not rows):
                rows.append(StoredEvent(len(rows) + 1, json.dumps(event)))
                if event["event"] == "user":
                    ids.append(len(rows))
        found = turns_of(turns[0].conversation, rows)
        expected = [
            replace(turn, id=number, feedback=None, pressed=one.pressed)
            for number, turn, one in zip(ids, turns, found, strict=True)
        ]
        assert found == expected


def test_a_button_is_shown_as_the_visitor_saw_it() -> None:
    offered = {"event": "bot", "text": "Which?", "data": {"buttons": [{"title": "Cost", "payload": "/cost"}]}}
    first, second = read(MESSAGE, offered, {**MESSAGE, "text": "/cost"})
    assert (first.pressed, second.pressed) == ("", "Cost")


def test_what_was_understood_and_which_knowledge_answered() -> None:
    understood = {
        "intent": {"name": "cost", "confidence": 0.7},
        "intent_ranking": [{"name": "cost", "confidence": 0.7}, {"name": "insurance", "confidence": 0.2}],
        "parts": [{"text": "how much", "intent": "cost", "confidence": 0.8}],
        "entities": [{"entity": "therapy", "value": "detox", "start": 0, "end": 5}],
        "safety": {"id": "suicide", "strength": "distress", "reason": "rule x", "sentence": 0},
    }
    slot = {"event": "slot", "name": "last_reply", "value": {"kind": "answer", "knowledge": 17}}
    [turn] = read({**MESSAGE, "parse_data": understood, "metadata": {"model_id": "abc"}}, ANSWERED, slot)
    found = turn.understood
    assert [(one.intent, one.confidence) for one in found.others] == [("insurance", 0.2)]
    assert [(one.text, one.intent) for one in found.parts] == [("how much", "cost")]
    assert [(one.kind, one.value) for one in found.entities] == [("therapy", "detox")]
    assert found.safety
    assert (found.safety.strength, found.safety.reason) == ("distress", "rule x")
    assert (turn.model, turn.knowledge) == ("abc", 17)
    assert turn.reply.sources == (Source("a", "b", "c"),)


def test_what_is_said_after_a_new_session_answers_nothing() -> None:
    turns = read(
        said("hello"), MESSAGE, said("eight weeks"), {"event": "session_started"}, said("still there?")
    )
    assert [turn.reply.texts for turn in turns] == [("eight weeks",)]
    assert read(MESSAGE, {"event": "restart"}, said("hi"))[0].reply.texts == ()


def test_an_answer_that_rests_on_nothing_is_none() -> None:
    def custom(kind: str, **more: Any) -> dict[str, Any]:
        return {"event": "bot", "data": {"custom": {"kind": kind, **more}}}

    assert not read(MESSAGE, ANSWERED)[0].unanswered
    assert read(MESSAGE, custom("answer", sources=[]))[0].unanswered
    assert read(MESSAGE, custom("unknown"))[0].unanswered
    assert read(MESSAGE)[0].unanswered, "nothing was said at all"
    assert not read(MESSAGE, custom("small_talk"))[0].unanswered


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(10**400),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from("text data parse_data metadata message_id input_channel timestamp name value".split())
INNER = st.sampled_from("custom buttons kind topics sources cards intent intent_ranking parts safety".split())
strange = st.fixed_dictionaries(
    {"event": st.sampled_from("user bot slot restart session_started action rewind undo".split()) | anything}
).flatmap(
    lambda event: st.dictionaries(
        KEYS, anything | st.dictionaries(INNER, anything, max_size=3), max_size=4
    ).map(lambda more: {**event, **more})
)


@given(st.lists(strange | anything, max_size=6))
def test_no_event_breaks_it(events: list[Any]) -> None:
    count = sum(isinstance(event, dict) and event.get("event") == "user" for event in events)
    turns = read(*events)
    assert len(turns) == count
    for turn in turns:
        turn.text.encode()
        assert "\0" not in turn.text + turn.message_id + turn.channel
        assert turn.at.tzinfo is not None


def test_what_is_no_json_breaks_nothing() -> None:
    rows = [StoredEvent(1, "{"), StoredEvent(2, json.dumps(MESSAGE)), StoredEvent(3, "[" * 100_000)]
    rows.append(StoredEvent(4, None))  # type: ignore[arg-type]
    assert [turn.text for turn in turns_of("somebody", rows)] == ["how long is it"]
