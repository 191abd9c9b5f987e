"""Turns, made from Rasa's events: a visitor's message, what was understood, what was answered.

Events are taken as they come: one that is not shaped as expected loses what cannot be read, never the turn.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from bot.feedback.repository import Given
from bot.reply import Button, Source

Json = Mapping[str, Any]
READ_EVENTS = ("user", "bot", "slot", "session_started", "restart")  # the kinds a turn is made from
LAST_REPLY = "last_reply"  # the slot that names the knowledge base's version (actions/base.py)
# Of the score for a support line: 3 % of ordinary questions come as near, and 39 % of implicit danger that is
# missed (docs/review.md).
NEAR_DANGER = 0.5
LONGEST_NAME = 64  # characters of what our components write themselves: ids, channels, intents


@dataclass(frozen=True)
class StoredEvent:
    """One row of Rasa's `events`; `data` is the event as JSON."""

    id: int
    data: str


@dataclass(frozen=True)
class Scored:
    """An intent and how likely it is, from 0 to 1; `text` is the part of the message, of several."""

    intent: str
    confidence: float
    text: str = ""


@dataclass(frozen=True)
class Entity:
    """A name that was found in the message, of a therapy or the like."""

    kind: str
    value: str


@dataclass(frozen=True)
class Noticed:
    """Danger or distress in a message: its safety id, `strength` (danger, distress), and the reason, which
    is "" where the message is withheld (docs/privacy.md)."""

    id: str
    strength: str
    reason: str


@dataclass(frozen=True)
class Understood:
    """`others` are the runners-up, the likeliest first; `parts` are more than one where the message asks
    several things; `notice` says why it could not be read ("spanish"), or is ""; `near_danger` is how near a
    message in which nothing was noticed came to a support line, from 0 to 1."""

    intent: str = ""
    confidence: float = 0.0
    others: tuple[Scored, ...] = ()
    parts: tuple[Scored, ...] = ()
    entities: tuple[Entity, ...] = ()
    notice: str = ""
    safety: Noticed | None = None
    near_danger: float = 0.0

    @property
    def nearly_noticed(self) -> bool:
        """Whether staff should look for danger in it first."""
        return self.safety is None and self.near_danger >= NEAR_DANGER


@dataclass(frozen=True)
class Replied:
    """What was answered, by the reply contract (bot/reply.py); `kind` is "" where nothing was."""

    kind: str = ""
    texts: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    topics: tuple[str, ...] = ()
    safety: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    cards: tuple[Json, ...] = ()


@dataclass(frozen=True)
class Reviewed:
    """Who looked at a turn, and when (UTC)."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Turn:
    """One turn. `id` is that of the message's event; `text` is the message, redacted, and `pressed` what a
    button showed that sent it; `knowledge` is the version of the knowledge base that answered, None where
    it was not recorded."""

    id: int
    conversation: str
    message_id: str
    at: datetime
    channel: str
    text: str
    pressed: str = ""
    understood: Understood = field(default_factory=Understood)
    reply: Replied = field(default_factory=Replied)
    model: str = ""
    knowledge: int | None = None
    feedback: Given | None = None
    reviewed: Reviewed | None = None

    @property
    def unanswered(self) -> bool:
        """Whether the visitor was not told what they asked: not understood, nothing said, or an answer
        that rests on nothing ("the material doesn't cover that")."""
        kind = self.reply.kind
        return kind in ("", "unknown") or (kind == "answer" and not self.reply.sources)


def turns_of(conversation: str, events: Iterable[StoredEvent]) -> list[Turn]:
    """The turns of one conversation's events, which come in order. What precedes a visitor's first message,
    and what is said after a session or the conversation began anew, belongs to no turn."""
    turns: list[Turn] = []
    is_open = False
    for stored in events:
        event = _read(stored.data)
        kind = event.get("event")
        if kind == "user":
            turns.append(_begun(conversation, stored.id, event, turns[-1].reply.buttons if turns else ()))
            is_open = True
        elif kind in ("session_started", "restart"):
            is_open = False
        elif is_open:
            turns[-1] = _continued(turns[-1], event)
    return turns


def _begun(conversation: str, number: int, event: Json, offered: Sequence[Button]) -> Turn:
    text = _text(event.get("text"))
    return Turn(
        id=number,
        conversation=conversation,
        message_id=_name(event.get("message_id")),
        at=moment(_number(event.get("timestamp"))),
        channel=_name(event.get("input_channel")),
        text=text,
        pressed=next((button.title for button in offered if text and button.payload == text), ""),
        understood=_understood(_mapping(event.get("parse_data"))),
        model=_name(_mapping(event.get("metadata")).get("model_id")),
    )


def _continued(turn: Turn, event: Json) -> Turn:
    if event.get("event") == "bot":
        return replace(turn, reply=_with_message(turn.reply, event))
    if event.get("event") == "slot" and event.get("name") == LAST_REPLY:
        version = _mapping(event.get("value")).get("knowledge")
        if isinstance(version, int) and 0 < version < 2**31:
            return replace(turn, knowledge=version)
    return turn


def _understood(parsed: Json) -> Understood:
    intent = _scored(parsed.get("intent"), "name")
    ranking = tuple(_scored(scored, "name") for scored in _mappings(parsed.get("intent_ranking")))
    noticed = _mapping(parsed.get("safety"))
    return Understood(
        intent=intent.intent,
        confidence=intent.confidence,
        others=tuple(scored for scored in ranking if scored.intent != intent.intent),
        parts=tuple(_scored(part, "intent") for part in _mappings(parsed.get("parts"))),
        entities=tuple(
            Entity(_name(entity.get("entity")), _text(entity.get("value")))
            for entity in _mappings(parsed.get("entities"))
        ),
        notice=_name(parsed.get("notice")),
        safety=Noticed(_name(noticed.get("id")), _name(noticed["strength"]), _text(noticed.get("reason")))
        if noticed.get("strength")
        else None,
        near_danger=_number(parsed.get("near_danger")),
    )


def _scored(value: Any, name: str) -> Scored:
    scored = _mapping(value)
    return Scored(_name(scored.get(name)), _number(scored.get("confidence")), _text(scored.get("text")))


def _with_message(reply: Replied, event: Json) -> Replied:
    data = _mapping(event.get("data"))
    text, custom = _text(event.get("text")), _mapping(data.get("custom"))
    buttons = tuple(
        Button(_text(button.get("title")), _text(button.get("payload")))
        for button in _mappings(data.get("buttons"))
    )
    reply = replace(
        reply, texts=(*reply.texts, *([text] if text else ())), buttons=(*reply.buttons, *buttons)
    )
    if not custom.get("kind"):
        return reply
    return replace(
        reply,
        kind=_name(custom["kind"]),
        topics=_names(custom.get("topics")),
        safety=_names(custom.get("safety")),
        sources=tuple(
            Source(_text(one.get("document")), _text(one.get("title")), _text(one.get("section")))
            for one in _mappings(custom.get("sources"))
        ),
        cards=_mappings(custom.get("cards")),
    )


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as UTC; what is no time any more as 1970."""
    try:
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0, timezone.utc)


def _read(data: str) -> Json:
    try:
        return _mapping(json.loads(data))
    except (ValueError, TypeError, RecursionError):
        return {}


def _mapping(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _mappings(value: Any) -> tuple[Json, ...]:
    return tuple(part for part in value if isinstance(part, dict)) if isinstance(value, list) else ()


def storable(text: str) -> str:
    """The text without what no database takes: NUL, and halves of characters."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _text(value: Any) -> str:
    return storable(value) if isinstance(value, str) else ""


def _name(value: Any) -> str:
    return _text(value)[:LONGEST_NAME]


def _names(value: Any) -> tuple[str, ...]:
    return tuple(_name(part) for part in value if isinstance(part, str)) if isinstance(value, list) else ()


def _number(value: Any) -> float:
    try:
        return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else 0.0
    except OverflowError:
        return 0.0
