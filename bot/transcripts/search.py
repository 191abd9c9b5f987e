"""Finds turns and conversations by what staff look for, the latest first, a page at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from sqlalchemy import and_, exists, select
from sqlalchemy.engine import Engine
from sqlalchemy.sql import ColumnElement, FromClause

from bot.feedback.repository import Rating
from bot.feedback.tables import feedback
from bot.reply import Kind
from bot.transcripts.tables import DEMO, conversation, turn
from bot.transcripts.turns import moment, storable

PAGE = 50
_ESCAPE = "\\"


@dataclass(frozen=True)
class Filter:
    """What is looked for; None, or "", is anything. `since` and `until` are with a time zone, `until` is not
    included; confidence is from 0 to 1, both ends included; `safety` "any" is danger or distress."""

    since: datetime | None = None
    until: datetime | None = None
    channel: str = ""
    kind: Kind | None = None
    topic: str = ""
    confidence_from: float | None = None
    confidence_to: float | None = None
    rating: Rating | None = None
    safety: Literal["danger", "distress", "any", "none"] | None = None
    unanswered: bool | None = None
    reviewed: bool | None = None
    text: str = ""  # in the visitor's message, upper or lower case


@dataclass(frozen=True)
class FoundTurn:
    """A turn in a list. `topics` are those answered; `safety` is danger, distress or ""; the time is UTC."""

    id: int
    conversation: str
    at: datetime
    channel: str
    text: str
    intent: str
    confidence: float
    kind: str
    topics: tuple[str, ...]
    safety: str
    unanswered: bool
    rating: str
    reviewed: bool
    reviewer: str


@dataclass(frozen=True)
class FoundConversation:
    """A conversation in a list: its latest turn that was looked for, how many turns it has, when it began and
    went on last (UTC), and its first message."""

    id: str
    turn: int
    turns: int
    started: datetime
    latest: datetime
    channel: str
    text: str


Found = TypeVar("Found")


@dataclass(frozen=True)
class Page(Generic[Found]):
    """The latest first; `before` finds the next page, and is None on the last one; `after` finds the one
    before it, and is None on the first one, and where turns are listed."""

    found: tuple[Found, ...]
    before: int | None
    after: int | None = None


def turns(engine: Engine, sought: Filter, before: int | None = None, size: int = PAGE) -> Page[FoundTurn]:
    """The turns before the one of that id. Raises SQLAlchemyError."""
    query = (
        select(turn, feedback.c.rating)
        .join_from(turn, feedback, _of(turn, feedback), isouter=True)
        .where(*_conditions(sought, turn))
        .order_by(turn.c.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        query = query.where(turn.c.id < before)
    with engine.connect() as connection:
        found = [_turn(row) for row in connection.execute(query)]
    return Page(tuple(found[:size]), found[size - 1].id if len(found) > size else None)


def every_turn(engine: Engine, sought: Filter, size: int = 500) -> Iterator[tuple[FoundTurn, ...]]:
    """All turns, page by page: no transaction lasts while somebody works with one."""
    before: int | None = None
    while True:
        page = turns(engine, sought, before, size)
        yield page.found
        before = page.before
        if before is None:
            return


def conversations(
    engine: Engine, sought: Filter, before: int | None = None, size: int = PAGE, *, after: int | None = None
) -> Page[FoundConversation]:
    """The conversations with such a turn, by the latest one of each, before the one of that id; or, with
    `after`, those next to it on the other side.

    Raises SQLAlchemyError.
    """
    later, first = turn.alias("later"), turn.alias("first")
    is_latest = ~exists().where(
        later.c.sender_id == turn.c.sender_id, later.c.id > turn.c.id, *_conditions(sought, later)
    )
    query = (
        select(conversation, turn.c.id.label("turn"), first.c.channel, first.c.text)
        .join_from(turn, conversation, conversation.c.sender_id == turn.c.sender_id)
        .join(first, first.c.id == conversation.c.first_turn)
        .where(*_conditions(sought, turn), is_latest)
        .order_by(turn.c.id.desc() if after is None else turn.c.id)
        .limit(size + 1)
    )
    if after is not None:
        query = query.where(turn.c.id > after)
    elif before is not None:
        query = query.where(turn.c.id < before)
    with engine.connect() as connection:
        found = [_conversation(row) for row in connection.execute(query)]
    shown, more = found[:size], len(found) > size
    if after is not None:
        shown.reverse()
    if not shown:
        return Page((), None)
    newer = more if after is not None else before is not None
    older = True if after is not None else more
    return Page(tuple(shown), shown[-1].turn if older else None, shown[0].turn if newer else None)


def of_conversations(engine: Engine, senders: Collection[str]) -> Mapping[str, tuple[FoundTurn, ...]]:
    """All turns of these conversations, in order. Raises SQLAlchemyError."""
    query = (
        select(turn, feedback.c.rating)
        .join_from(turn, feedback, _of(turn, feedback), isouter=True)
        .where(turn.c.sender_id.in_(senders))
        .order_by(turn.c.id)
    )
    found: dict[str, tuple[FoundTurn, ...]] = {}
    with engine.connect() as connection:
        for row in connection.execute(query):
            found[row.sender_id] = (*found.get(row.sender_id, ()), _turn(row))
    return found


def sender_of(engine: Engine, turn_id: int) -> str | None:
    """The id of the conversation that has this turn: a secret. Raises SQLAlchemyError."""
    with engine.connect() as connection:
        sender: str | None = connection.execute(
            select(turn.c.sender_id).where(turn.c.id == turn_id)
        ).scalar_one_or_none()
    return sender


def has_demo(engine: Engine) -> bool:
    """Whether there are invented conversations. Raises SQLAlchemyError."""
    invented = conversation.c.sender_id.between(DEMO, f"{DEMO}~")
    with engine.connect() as connection:
        return bool(connection.execute(select(exists().where(invented))).scalar_one())


def _conditions(sought: Filter, turn: FromClause) -> Iterable[ColumnElement]:
    """What holds for a turn that is looked for; `turn` is the table, or another name for it."""
    if sought.since is not None:
        yield turn.c.at >= sought.since.timestamp()
    if sought.until is not None:
        yield turn.c.at < sought.until.timestamp()
    if sought.channel:
        yield turn.c.channel == storable(sought.channel)
    if sought.kind is not None:
        yield turn.c.kind == sought.kind
    if sought.topic:
        yield turn.c.topics.like(f"% {_literally(sought.topic)} %", escape=_ESCAPE)
    if sought.confidence_from is not None:
        yield turn.c.confidence >= sought.confidence_from
    if sought.confidence_to is not None:
        yield turn.c.confidence <= sought.confidence_to
    if sought.rating is not None:
        rated = feedback.alias()  # a list names the feedback too
        yield exists().where(_of(turn, rated), rated.c.rating == sought.rating)
    if sought.safety is not None:
        whichever = {"any": turn.c.safety != "", "none": turn.c.safety == ""}
        yield whichever.get(sought.safety, turn.c.safety == sought.safety)
    if sought.unanswered is not None:
        yield turn.c.unanswered.is_(sought.unanswered)
    if sought.reviewed is not None:
        yield turn.c.reviewed.is_not(None) if sought.reviewed else turn.c.reviewed.is_(None)
    if sought.text.strip():
        yield turn.c.folded.like(f"%{_literally(sought.text.strip().casefold())}%", escape=_ESCAPE)


def _of(turn: FromClause, given: FromClause) -> ColumnElement:
    """Whether feedback is on a turn."""
    return and_(given.c.sender_id == turn.c.sender_id, given.c.message_id == turn.c.message_id)


def _literally(text: str) -> str:
    """As LIKE finds it, which takes some signs for itself."""
    for special in (_ESCAPE, "%", "_"):
        text = text.replace(special, _ESCAPE + special)
    return storable(text)


def _turn(row: Any) -> FoundTurn:
    return FoundTurn(
        id=row.id,
        conversation=row.sender_id,
        at=moment(row.at),
        channel=row.channel,
        text=row.text,
        intent=row.intent,
        confidence=row.confidence,
        kind=row.kind,
        topics=tuple(row.topics.split()),
        safety=row.safety,
        unanswered=row.unanswered,
        rating=row.rating or "",
        reviewed=row.reviewed is not None,
        reviewer=row.reviewer,
    )


def _conversation(row: Any) -> FoundConversation:
    return FoundConversation(
        id=row.sender_id,
        turn=row.turn,
        turns=row.turns,
        started=moment(row.started),
        latest=moment(row.latest),
        channel=row.channel,
        text=row.text,
    )
