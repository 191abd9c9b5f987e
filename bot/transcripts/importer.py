"""Reads Rasa's events forward, and keeps the turns and conversations they make up to date.

Events are read by id, a little of what was read before again: PostgreSQL commits ids out of order. What is
read again is written again, so that nothing depends on where an import ended, or on how many run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.sql import Select

from bot.transcripts.opening import has_events, writing_alone
from bot.transcripts.tables import conversation, events, progress, turn
from bot.transcripts.turns import LAST_REPLY, READ_EVENTS, StoredEvent, Turn, turns_of

BATCH = 4000  # new events in a transaction: a tenth of a second or two, for which a visitor may have to wait
OVERLAP = 500  # events that are read again: more than are saved while one transaction lasts

_insert = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# The events turns are made from.
OF_TURNS = or_(
    events.c.type_name.in_([kind for kind in READ_EVENTS if kind != "slot"]),
    and_(events.c.type_name == "slot", events.c.action_name == LAST_REPLY),
)
Read = dict[str, list[StoredEvent]]  # by conversation, in order


@dataclass(frozen=True)
class Imported:
    """What a batch did: turns written, the last event read, and whether more may wait."""

    turns: int
    read_to: int
    more: bool


def import_batch(engine: Engine, batch: int = BATCH) -> Imported:
    """Reads the next events, in one transaction; where there are none it writes nothing, and is cheap enough
    to be called every few seconds. Raises SQLAlchemyError; nothing is then changed."""
    with engine.connect() as connection:
        if not has_events(connection):
            return Imported(0, 0, more=False)
        if (read_to := _nothing_new(connection)) is not None:
            return Imported(0, read_to, more=False)
    with writing_alone(engine) as connection:
        start = min(_read_to(connection), _last_event(connection)) - OVERLAP
        window = _ids_after(start).limit(OVERLAP + batch).subquery()
        count, end = connection.execute(select(func.count(), func.max(window.c.id))).one()
        if end is None:  # all conversations were deleted
            return Imported(0, 0, more=False)
        read = _read(connection, start, end)
        turns = [turn for sender, stored in read.items() for turn in turns_of(sender, stored)]
        _write(connection, turns)
        seen = connection.execute(
            select(func.count()).select_from(_ids_after(end - OVERLAP).where(events.c.id <= end).subquery())
        ).scalar_one()
        connection.execute(update(progress).values(read_to=end, seen=seen))
    return Imported(len(turns), end, more=count == OVERLAP + batch)


def waiting(engine: Engine) -> int:
    """How many events have not been read yet, about."""
    with engine.connect() as connection:
        if not has_events(connection):
            return 0
        after = events.c.id > _read_to(connection)
        return int(connection.execute(select(func.count()).select_from(events).where(after)).scalar_one())


def _nothing_new(connection: Connection) -> int | None:
    """The last event, where all have been read."""
    read_to, seen = connection.execute(select(progress.c.read_to, progress.c.seen)).one()
    latest, present = connection.execute(
        select(func.max(events.c.id), func.count()).where(events.c.id > read_to - OVERLAP)
    ).one()
    return int(read_to) if (latest or 0, present) == (read_to, seen) else None


def _read_to(connection: Connection) -> int:
    return int(connection.execute(select(progress.c.read_to)).scalar_one())


def _last_event(connection: Connection) -> int:
    """SQLite gives an id anew when the last conversations were deleted."""
    return int(connection.execute(select(func.max(events.c.id))).scalar_one() or 0)


def _ids_after(start: int) -> Select:
    return select(events.c.id).where(events.c.id > start).order_by(events.c.id)


def _read(connection: Connection, start: int, end: int) -> Read:
    """The events after `start`, up to `end`; with those before of turns that began earlier."""
    read: Read = defaultdict(list)
    within_turn: dict[str, int] = {}  # conversations whose first event here is not a message
    rows = connection.execute(
        select(events.c.id, events.c.sender_id, events.c.type_name, events.c.data)
        .where(events.c.id > start, events.c.id <= end, OF_TURNS)
        .order_by(events.c.id)
    )
    for row in rows:
        if row.sender_id not in read and row.type_name not in ("user", "session_started", "restart"):
            within_turn[row.sender_id] = row.id
        read[row.sender_id].append(StoredEvent(row.id, row.data))
    for sender, before in within_turn.items():
        began = (
            select(func.max(events.c.id))
            .where(events.c.sender_id == sender, events.c.type_name == "user", events.c.id < before)
            .scalar_subquery()
        )
        rows = connection.execute(
            select(events.c.id, events.c.data)
            .where(events.c.sender_id == sender, events.c.id >= began, events.c.id < before, OF_TURNS)
            .order_by(events.c.id)
        )
        read[sender][:0] = [StoredEvent(row.id, row.data) for row in rows]
    return read


def _write(connection: Connection, turns: Iterable[Turn]) -> None:
    rows = [_row(one) for one in turns]
    if not rows:
        return
    upsert = _insert[connection.dialect.name]
    insert_turn = upsert(turn)
    changed = {name: insert_turn.excluded[name] for name in rows[0] if name != "id"}
    connection.execute(insert_turn.on_conflict_do_update(index_elements=["id"], set_=changed), rows)
    senders = {row["sender_id"] for row in rows}
    of_turns = (
        select(
            turn.c.sender_id,
            func.min(turn.c.id),
            func.count(),
            func.min(turn.c.at),
            func.max(turn.c.at),
        )
        .where(turn.c.sender_id.in_(senders))
        .group_by(turn.c.sender_id)
    )
    insert_conversation = upsert(conversation).from_select(list(conversation.c.keys()), of_turns)
    connection.execute(
        insert_conversation.on_conflict_do_update(
            index_elements=["sender_id"],
            set_={
                name: insert_conversation.excluded[name]
                for name in conversation.c.keys()  # noqa: SIM118
                if name != "sender_id"
            },
        )
    )


def _row(one: Turn) -> Mapping[str, Any]:
    noticed = one.understood.safety
    return {
        "id": one.id,
        "sender_id": one.conversation,
        "message_id": one.message_id,
        "at": one.at.timestamp(),
        "channel": one.channel,
        "text": one.text,
        "folded": one.text.casefold(),
        "intent": one.understood.intent,
        "confidence": one.understood.confidence,
        "kind": one.reply.kind,
        "topics": f" {' '.join(one.reply.topics)} " if one.reply.topics else "",
        "safety": (noticed.strength if noticed else "")[:16],
        "near_danger": one.understood.near_danger,
        "unanswered": one.unanswered,
        "model": one.model,
        "knowledge": one.knowledge,
    }
