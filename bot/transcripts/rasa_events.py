"""Turns as the events Rasa would have stored of them: for the demo, the benchmark and the tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from bot.transcripts.turns import LAST_REPLY, Turn

Event = dict[str, Any]
_DATA = ("elements", "quick_replies", "buttons", "attachment", "image", "custom")


def rows_of(turns: Sequence[Turn]) -> Iterator[dict[str, Any]]:
    """Rows for the table `events` of a conversation that begins with these turns; ids are given there."""
    for number, turn in enumerate(turns):
        for event in events_of(turn, begins=number == 0):
            parsed = event.get("parse_data") or {}
            yield {
                "sender_id": turn.conversation,
                "type_name": event["event"],
                "timestamp": event["timestamp"],
                "intent_name": parsed.get("intent", {}).get("name"),
                "action_name": event.get("name"),
                "data": json.dumps(event),
            }


def events_of(turn: Turn, begins: bool) -> list[Event]:
    """One turn's, in order; with those by which a session begins before the first."""
    start = turn.at.timestamp()
    rasa = {"model_id": turn.model, "assistant_id": "iop-assistant"}

    def event(kind: str, seconds: float, **more: Any) -> Event:
        return {"event": kind, "timestamp": start + seconds, "metadata": rasa, **more}

    answered = 0.05  # seconds after the message
    bot = [event("bot", answered, **message) for message in _messages(turn)]
    remembered = {
        "kind": turn.reply.kind,
        "offered": [button.payload.lstrip("/") for button in turn.reply.buttons],
        "knowledge": turn.knowledge or 0,
    }
    session = [event("action", 0, name="action_session_start"), event("session_started", 0)] if begins else []
    return [
        *session,
        event(
            "user",
            0,
            text=turn.text,
            input_channel=turn.channel,
            message_id=turn.message_id,
            parse_data=_parsed(turn),
        ),
        event("user_featurization", answered, use_text_for_featurization=False),
        event("action", answered, name=_action(turn), policy="RulePolicy", confidence=1.0),
        *bot,
        event("slot", answered, name=LAST_REPLY, value=remembered),
        event("followup", answered, name="action_listen"),
        event("action", answered, name="action_listen", policy="followup_action", confidence=1.0),
    ]


def _parsed(turn: Turn) -> Event:
    understood = turn.understood
    first = {"name": understood.intent, "confidence": understood.confidence}
    others = [{"name": one.intent, "confidence": one.confidence} for one in understood.others]
    parsed: Event = {
        "text": turn.text,
        "intent": first,
        "intent_ranking": [first, *others],
        "entities": [{"entity": one.kind, "value": one.value} for one in understood.entities],
    }
    if understood.parts:
        parsed["parts"] = [vars(part) for part in understood.parts]
    if understood.notice:
        parsed["notice"] = understood.notice
    if understood.safety:
        parsed["safety"] = vars(understood.safety)
    if understood.near_danger:
        parsed["near_danger"] = understood.near_danger
    return parsed


def _messages(turn: Turn) -> Iterator[Event]:
    reply = turn.reply
    for number, text in enumerate(reply.texts, start=1):
        buttons = [vars(button) for button in reply.buttons] if number == len(reply.texts) else []
        yield {"text": text, "data": {**dict.fromkeys(_DATA), "buttons": buttons or None}}
    if reply.kind:
        custom = {
            "kind": reply.kind,
            "topics": list(reply.topics),
            "safety": list(reply.safety),
            "sources": [vars(source) for source in reply.sources],
            "cards": [dict(card) for card in reply.cards],
        }
        yield {"text": None, "data": {**dict.fromkeys(_DATA), "custom": custom}}


def _action(turn: Turn) -> str:
    named = {"answer": "action_answer", "safety": "action_safety", "clarify": "action_unknown"}
    return named.get(turn.reply.kind, "action_reply")
