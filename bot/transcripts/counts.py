"""How much was asked, and how it was answered: counts by the week, made in the database.

They are of conversations that are still kept: whoever deletes theirs is taken out of these figures too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import BigInteger, and_, case, cast, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from bot.feedback.tables import feedback
from bot.transcripts.tables import turn
from bot.transcripts.turns import moment

OUTCOMES = ("answered", "clarified", "unanswered", "other")
_OTHER = ("small_talk", "safety")  # kinds of reply to what was no question
_QUARTER = 900  # seconds: no time zone is off by less


@dataclass(frozen=True)
class WeekCounts:
    """The messages of a week by what became of them: `other` are greetings, thanks and safety replies.
    `danger` and `distress` are messages in which it was noticed; thumbs count in the week they were given."""

    start: datetime
    conversations: int = 0
    answered: int = 0
    clarified: int = 0
    unanswered: int = 0
    other: int = 0
    danger: int = 0
    distress: int = 0
    up: int = 0
    down: int = 0

    @property
    def messages(self) -> int:
        """All of them."""
        return self.questions + self.other

    @property
    def questions(self) -> int:
        """Those that asked something."""
        return self.answered + self.clarified + self.unanswered

    @property
    def share_answered(self) -> float | None:
        """Of the questions, from 0 to 1; None where there were none."""
        return self.answered / self.questions if self.questions else None


@dataclass(frozen=True)
class Within:
    """The messages of one week: by topic that was answered (one message may have several) and by channel,
    the most frequent first; and by the hour of the day, 24 numbers."""

    topics: Mapping[str, int] = field(default_factory=dict)
    channels: Mapping[str, int] = field(default_factory=dict)
    hours: tuple[int, ...] = (0,) * 24


@dataclass(frozen=True)
class Waiting:
    """How many messages nobody has reviewed: with danger or distress, thumbs down, unanswered."""

    safety: int
    down: int
    unanswered: int


def count_weeks(connection: Connection, starts: Sequence[datetime]) -> tuple[WeekCounts, ...]:
    """The weeks between these times, of which the last one only ends a week. Raises SQLAlchemyError."""
    bounds = [start.timestamp() for start in starts]
    found: list[dict[str, int]] = [{} for _ in bounds[1:]]

    def add(week: int, name: str, count: int) -> None:
        found[week][name] = found[week].get(name, 0) + count

    outcome = case(
        (turn.c.unanswered, "unanswered"),
        (turn.c.kind == "clarify", "clarified"),
        (turn.c.kind.in_(_OTHER), "other"),
        else_="answered",
    ).label("outcome")
    week, within = _week_of(turn.c.at, bounds)
    messages = (
        select(week, outcome, turn.c.safety, func.count().label("count"))
        .where(within)
        .group_by("week", "outcome", turn.c.safety)
    )
    for row in connection.execute(messages):
        add(row.week, row.outcome, row.count)
        if row.safety in ("danger", "distress"):
            add(row.week, row.safety, row.count)
    talks = select(week, func.count(turn.c.sender_id.distinct()).label("count"))
    for row in connection.execute(talks.where(within).group_by("week")):
        add(row.week, "conversations", row.count)
    week, within = _week_of(feedback.c.given, bounds)
    thumbs = select(week, feedback.c.rating, func.count().label("count"))
    for row in connection.execute(thumbs.where(within).group_by("week", feedback.c.rating)):
        add(row.week, row.rating, row.count)
    return tuple(WeekCounts(start, **counts) for start, counts in zip(starts[:-1], found, strict=True))


def count_within(connection: Connection, start: datetime, end: datetime, zone: tzinfo) -> Within:
    """What was asked from `start` until before `end`, at what hours in `zone`. Raises SQLAlchemyError."""
    within = (turn.c.at >= start.timestamp()) & (turn.c.at < end.timestamp())
    topics: Counter[str] = Counter()
    for names, count in _grouped(connection, turn.c.topics, within):
        topics.update(dict.fromkeys(names.split(), count))
    channels = Counter(dict(_grouped(connection, turn.c.channel, within)))
    hours = [0] * 24
    # Whole seconds divided are whole in both databases, where a cast rounds in one and cuts in the other.
    for quarter, count in _grouped(connection, cast(turn.c.at, BigInteger) / _QUARTER, within):
        hours[moment(quarter * _QUARTER).astimezone(zone).hour] += count
    return Within(_by_frequency(topics), _by_frequency(channels), tuple(hours))


def count_waiting(connection: Connection, since: datetime) -> Waiting:
    """Among the messages since then. Raises SQLAlchemyError."""
    new = (turn.c.at >= since.timestamp()) & turn.c.reviewed.is_(None)
    noticed = func.sum(case((turn.c.safety != "", 1), else_=0))
    unanswered = func.sum(case((turn.c.unanswered, 1), else_=0))
    down = and_(
        feedback.c.sender_id == turn.c.sender_id,
        feedback.c.message_id == turn.c.message_id,
        feedback.c.rating == "down",
    )
    counts = connection.execute(select(noticed, unanswered).where(new)).one()
    thumbs = select(func.count()).select_from(turn).join(feedback, down).where(new)
    return Waiting(counts[0] or 0, connection.execute(thumbs).scalar_one(), counts[1] or 0)


def _week_of(at: ColumnElement, bounds: Sequence[float]) -> tuple[ColumnElement, ColumnElement]:
    """Which week a time is in, from 0, and whether it is in one of them."""
    week = case(*((at < end, number) for number, end in enumerate(bounds[1:]))).label("week")
    return week, (at >= bounds[0]) & (at < bounds[-1])


def _grouped(connection: Connection, value: ColumnElement, within: ColumnElement) -> list[tuple[Any, int]]:
    query = select(value.label("value"), func.count().label("count")).where(within).group_by("value")
    return [(row.value, row.count) for row in connection.execute(query)]


def _by_frequency(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
