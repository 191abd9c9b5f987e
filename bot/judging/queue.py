"""What waits to be judged today, in the order that matters."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import BigInteger, and_, case, cast, exists, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from bot.feedback.tables import feedback
from bot.judging.meaning import Meaning
from bot.judging.tables import safety_verdict
from bot.safety.messages import OF_TROUBLE
from bot.transcripts.tables import turn
from bot.transcripts.turns import NEAR_DANGER, moment

Reason = Literal["danger", "thumbs_down", "unanswered", "unsure", "refused", "sample", "chosen"]
REASONS: tuple[Reason, ...] = get_args(Reason)
DAYS = 30  # as long as conversations are kept, where nothing else is set
UNSURE = 0.60  # confidence below which an answer is looked at
SAMPLE = 10  # of the rest, a day
MOST = 5000  # messages that wait, the latest
LEFT_AFTER = 600.0  # seconds without an answer after which a choice was refused
LARGEST = 2**31 - 1  # a prime
_DAY = 86_400.0


@dataclass(frozen=True)
class Waiting:
    """A message that waits; the time is UTC. `alarm`, from 0 to 1, is how much speaks for danger that nobody
    noticed."""

    id: int
    at: datetime
    text: str
    intent: str
    confidence: float
    alarm: float = 0.0


@dataclass(frozen=True)
class Item:
    """One thing to judge: a message, or several that ask the same, the latest first."""

    reason: Reason
    messages: tuple[Waiting, ...]

    @property
    def id(self) -> int:
        """That of its latest message."""
        return self.messages[0].id


def today(connection: Connection, meaning: Meaning, day: float, now: float | None = None) -> tuple[Item, ...]:
    """All that waits; `day` is when the centre's day began, in seconds since 1970: the sample stays the same
    all day. Raises SQLAlchemyError."""
    now = time.time() if now is None else now
    found: dict[Reason, list[Waiting]] = defaultdict(list)
    seen = set()
    for row in connection.execute(_waiting(now)):
        reason = _reason(row, now)
        if reason:
            found[reason].append(_message(row, _alarm(row)))
            seen.add(row.id)
    for row in connection.execute(_sample(day)):
        if row.reviewed is None and row.id not in seen:
            found["sample"].append(_message(row))
    found["danger"].sort(key=lambda one: -one.alarm)
    found["unsure"].sort(key=lambda one: one.confidence)
    items = [
        Item(reason, (message,))
        for reason in ("danger", "thumbs_down", "unsure", "sample")
        for message in found[reason]
    ]
    items += [one for reason in ("unanswered", "refused") for one in grouped(reason, found[reason], meaning)]
    return tuple(sorted(items, key=lambda item: REASONS.index(item.reason)))


def grouped(reason: Reason, messages: Sequence[Waiting], meaning: Meaning) -> list[Item]:
    """Those that ask the same together, the largest groups first."""
    groups: dict[int, list[Waiting]] = defaultdict(list)
    for message, group in zip(messages, meaning.groups([one.text for one in messages]), strict=True):
        groups[group].append(message)
    items = [Item(reason, tuple(group)) for group in groups.values()]
    return sorted(items, key=lambda item: (-len(item.messages), -item.id))


def item_of(items: Iterable[Item], id: int) -> Item | None:
    """The one that has this message."""
    return next((item for item in items if any(one.id == id for one in item.messages)), None)


def chosen(connection: Connection, id: int) -> Item | None:
    """Any message by itself, waiting or not; None where it is gone."""
    row = connection.execute(select(turn).where(turn.c.id == id)).first()
    return Item("chosen", (_message(row),)) if row else None


def in_words() -> ColumnElement:
    """No button's, and not empty."""
    return and_(turn.c.text != "", ~turn.c.text.startswith("/"))


def nearly_noticed() -> ColumnElement:
    """Nothing was noticed, but it came near."""
    return and_(turn.c.safety == "", turn.c.near_danger >= NEAR_DANGER)


def scattered() -> ColumnElement:
    """A number of the message that looks random, below LARGEST, and stays: the same in every database."""
    return (cast(turn.c.id, BigInteger) * 742_938_285) % LARGEST


def _waiting(now: float) -> Any:
    said_danger = exists().where(
        safety_verdict.c.turn_id == turn.c.id, safety_verdict.c.verdict == "danger", turn.c.safety != "danger"
    )
    after = turn.alias("after")
    next_text = (
        select(after.c.text)
        .where(after.c.sender_id == turn.c.sender_id, after.c.id > turn.c.id)
        .order_by(after.c.id)
        .limit(1)
        .scalar_subquery()
    )
    given = and_(feedback.c.sender_id == turn.c.sender_id, feedback.c.message_id == turn.c.message_id)
    return (
        select(
            turn,
            feedback.c.rating,
            said_danger.label("said_danger"),
            case((turn.c.kind == "clarify", next_text), else_=None).label("next_text"),
        )
        .join_from(turn, feedback, given, isouter=True)
        .where(
            turn.c.at >= now - DAYS * _DAY,
            turn.c.reviewed.is_(None),
            in_words(),
            or_(
                turn.c.safety == "distress",
                and_(turn.c.intent.in_(sorted(OF_TROUBLE)), turn.c.safety == ""),
                nearly_noticed(),
                said_danger,
                feedback.c.rating == "down",
                turn.c.unanswered.is_(True),
                and_(turn.c.kind == "answer", turn.c.confidence < UNSURE),
                turn.c.kind == "clarify",
            ),
        )
        .order_by(turn.c.id.desc())
        .limit(MOST)
    )


def _reason(row: Any, now: float) -> Reason | None:
    """The first that fits; None for a choice that was taken, or may yet be."""
    of_trouble = row.intent in OF_TROUBLE and not row.safety
    if row.safety == "distress" or of_trouble or _alarm(row):
        return "danger"
    if row.rating == "down":
        return "thumbs_down"
    if row.kind == "clarify":
        left = row.next_text is None and row.at < now - LEFT_AFTER
        return "refused" if left or not (row.next_text or "/").startswith("/") else None
    if row.unanswered:
        return "unanswered"
    return "unsure"


def _alarm(row: Any) -> float:
    """What somebody called danger counts most, then what came nearest to being noticed."""
    is_near = not row.safety and row.near_danger >= NEAR_DANGER
    return 1.0 if row.said_danger else row.near_danger if is_near else 0.0


def _sample(day: float) -> Any:
    """Of the days before today, by a number that looks random and is another every day."""
    number = (scattered() + int(day // 60) * 69_621) % LARGEST
    return (
        select(turn)
        .where(turn.c.at >= day - DAYS * _DAY, turn.c.at < day, in_words())
        .order_by(number, turn.c.id)
        .limit(SAMPLE)
    )


def _message(row: Any, alarm: float = 0.0) -> Waiting:
    return Waiting(row.id, moment(row.at), row.text, row.intent, row.confidence, alarm)
