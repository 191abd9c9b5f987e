"""Whole turns, read from Rasa's events, with what visitors said of them; marking them as reviewed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection, Engine

from bot.feedback.repository import Given
from bot.feedback.tables import feedback
from bot.transcripts.importer import OF_TURNS
from bot.transcripts.opening import has_events
from bot.transcripts.search import Filter, every_turn
from bot.transcripts.tables import events, turn
from bot.transcripts.turns import Reviewed, StoredEvent, Turn, moment, turns_of


def conversation(engine: Engine, sender: str) -> tuple[Turn, ...]:
    """All turns of a conversation in order, imported or not; none where it is not there (any more).

    Raises SQLAlchemyError.
    """
    with engine.connect() as connection:
        return tuple(_turns(connection, sender)) if has_events(connection) else ()


def whole_turns(engine: Engine, sought: Filter) -> Iterator[Turn]:
    """The turns that are looked for, whole, the latest page first; within it by conversation, in order.

    One that is deleted meanwhile is left out. Raises SQLAlchemyError.
    """
    for page in every_turn(engine, sought):
        found = sorted(page, key=lambda one: (one.conversation, one.id))
        for sender, of_sender in groupby(found, key=lambda one: one.conversation):
            wanted = [one.id for one in of_sender]
            with engine.connect() as connection:
                read = _turns(connection, sender, wanted[0], wanted[-1])
            yield from (one for one in read if one.id in set(wanted))


def mark_reviewed(connection: Connection, turn_id: int, reviewer: str) -> bool:
    """Says that somebody looked at a turn, in the caller's transaction; False where somebody has said so
    before, or there is no such turn."""
    new = (turn.c.id == turn_id) & turn.c.reviewed.is_(None)
    marked = update(turn).where(new).values(reviewed=time.time(), reviewer=reviewer)
    return bool(connection.execute(marked).rowcount)


def unmark_reviewed(connection: Connection, turn_id: int, reviewer: str) -> bool:
    """Takes back that `reviewer` did; False where they have not, or no longer, or there is no such turn."""
    theirs = (turn.c.id == turn_id) & turn.c.reviewed.is_not(None) & (turn.c.reviewer == reviewer)
    unmarked = update(turn).where(theirs).values(reviewed=None, reviewer="")
    return bool(connection.execute(unmarked).rowcount)


def reviewer_of(connection: Connection, turn_id: int) -> str | None:
    """Who looked at a turn, "" where nobody has; None where there is no such turn."""
    query = select(turn.c.reviewer).where(turn.c.id == turn_id)
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found


def _turns(connection: Connection, sender: str, first: int = 0, last: int | None = None) -> list[Turn]:
    """Those from the message `first` to the message `last`, or to the end."""
    query = select(events.c.id, events.c.data).where(
        events.c.sender_id == sender, events.c.id >= first, OF_TURNS
    )
    if last is not None:
        following = select(func.min(events.c.id)).where(
            events.c.sender_id == sender, events.c.type_name == "user", events.c.id > last
        )
        if (end := connection.execute(following).scalar_one()) is not None:
            query = query.where(events.c.id < end)
    rows = connection.execute(query.order_by(events.c.id))
    turns = turns_of(sender, (StoredEvent(row.id, row.data) for row in rows))
    said = {row.message_id: _given(row) for row in _of(connection, feedback, sender)}
    seen = {
        row.id: Reviewed(row.reviewer, moment(row.reviewed))
        for row in _of(connection, turn, sender)
        if row.reviewed is not None
    }
    return [replace(one, feedback=said.get(one.message_id), reviewed=seen.get(one.id)) for one in turns]


def _of(connection: Connection, table: Any, sender: str) -> list[Any]:
    rows: list[Any] = connection.execute(select(table).where(table.c.sender_id == sender)).all()
    return rows


def _given(row: Any) -> Given:
    return Given(row.sender_id, row.message_id, row.rating, row.why, moment(row.given))
