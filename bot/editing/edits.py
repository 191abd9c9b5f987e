"""Edits where they are stored: in the tracker store's database. Each step is in the audit log too."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import insert, inspect, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.editing.targets import Target
from bot.knowledge.database import DatabaseError, open_database, reason
from bot.privacy.conversations import is_sqlite
from bot.review.audit import Action, record
from bot.review.database import Database
from bot.review.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from bot.review.tables import edit as table

EditState = Literal["waiting", "approved", "rejected", "withdrawn", "exported"]
LONGEST_NOTE = 500  # characters
_HIGHEST = 2**31 - 1


@dataclass(frozen=True)
class Edit:
    """One change of one target. `before` and `after` hold the changed fields alone; times are UTC;
    `decided_by` is who approved, rejected or withdrew it, or ""."""

    id: int
    target: Target
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    author: str
    note: str
    state: EditState
    made: datetime
    decided_by: str
    decided: datetime | None
    reason: str
    version: int


class Edits:
    """The edits in a database. Raises UnavailableError when that cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def suggest(
        self, who: str, target: Target, before: Mapping[str, Any], after: Mapping[str, Any], note: str = ""
    ) -> int:
        """Stores an edit that waits for a second person; returns its id. Raises InvalidError."""
        if not after:
            raise InvalidError("Nothing is different from what is said now.")
        note = _short(note)
        row = {
            "kind": target.kind,
            "target": target.id,
            "before": json.dumps(before),
            "after": json.dumps(after),
            "author": who,
            "note": note,
            "state": "waiting",
            "made": time.time(),
            "decided_by": "",
            "reason": "",
            "version": 1,
        }
        with self._database.writing() as connection:
            id = int(connection.execute(insert(table), row).inserted_primary_key[0])
            record(connection, who, "edit_suggested", f"{id}: {target.kind} {target.id}")
        return id

    def get(self, id: int) -> Edit:
        """Raises NotFoundError."""
        with self._database.reading() as connection:
            return _get(connection, id)

    def of(self, *targets: Target) -> tuple[Edit, ...]:
        """All edits of these targets, the latest first."""
        wanted = {target.id for target in targets}
        query = select(table).where(table.c.target.in_(wanted)).order_by(table.c.id.desc())
        with self._database.reading() as connection:
            found = map(edit_of, connection.execute(query).all())
            return tuple(edit for edit in found if edit.target in targets)

    def of_topic(self, topic: str) -> tuple[Edit, ...]:
        """All edits of a topic and what belongs to it, the latest first."""
        mine = (table.c.target == topic) | table.c.target.startswith(f"{topic}.", autoescape=True)
        query = select(table).where(mine, table.c.kind != "centre").order_by(table.c.id.desc())
        with self._database.reading() as connection:
            return tuple(map(edit_of, connection.execute(query).all()))

    def in_state(self, *states: EditState, latest: int | None = None) -> tuple[Edit, ...]:
        """The oldest first; with `latest`, so many of the latest, the latest first."""
        query = select(table).where(table.c.state.in_(states))
        query = query.order_by(table.c.id) if latest is None else query.order_by(table.c.id.desc())
        with self._database.reading() as connection:
            return tuple(map(edit_of, connection.execute(query.limit(latest)).all()))

    def approve(self, who: str, id: int, version: int, publish: Callable[[Edit], None]) -> Edit:
        """Approves, and has it said: if `publish` raises, it still waits.

        Raises NotFoundError, ChangedMeanwhileError, InvalidError for one's own edit.
        """
        with self._database.writing() as connection:
            if not is_sqlite(connection.engine):  # one at a time: what is said now must have all before it
                connection.execute(text("LOCK TABLE edit IN SHARE ROW EXCLUSIVE MODE"))
            edit = _waiting(connection, id, version)
            if edit.author == who:
                raise InvalidError("A second person approves an edit: this one is yours.")
            _decide(connection, edit, who, "approved", "edit_approved")
            publish(edit)
        return edit

    def reject(self, who: str, id: int, version: int, why: str) -> Edit:
        """Raises NotFoundError, ChangedMeanwhileError, InvalidError where no reason is given."""
        why = _short(why)
        if not why:
            raise InvalidError("Say why, so that the author knows.")
        with self._database.writing() as connection:
            edit = _waiting(connection, id, version)
            _decide(connection, edit, who, "rejected", "edit_rejected", why)
        return edit

    def withdraw(self, who: str, id: int, version: int) -> Edit:
        """Takes back one's own that waits. Raises NotFoundError, ChangedMeanwhileError, InvalidError."""
        with self._database.writing() as connection:
            edit = _waiting(connection, id, version)
            if edit.author != who:
                raise InvalidError("Only its author withdraws an edit. You can reject it.")
            _decide(connection, edit, who, "withdrawn", "edit_withdrawn")
        return edit

    def set_aside(self, who: str, id: int, version: int) -> Edit:
        """Takes an approved edit out of what is applied, as the files say something else by now.

        Raises NotFoundError, ChangedMeanwhileError."""
        with self._database.writing() as connection:
            edit = _in(connection, id, version, "approved")
            _decide(connection, edit, who, "withdrawn", "edit_withdrawn", "The files say something else.")
        return edit

    def exported(self, who: str, edits: Iterable[Edit]) -> None:
        """Notes that the files hold them now."""
        with self._database.writing() as connection:
            for edit in edits:
                same = (table.c.id == edit.id) & (table.c.state == "approved")
                connection.execute(
                    update(table).where(same).values(state="exported", version=edit.version + 1)
                )
                record(connection, who, "edits_exported", f"{edit.id}: {edit.target.kind} {edit.target.id}")

    def approved(self) -> tuple[Edit, ...]:
        """In the order they were approved."""
        edits = self.in_state("approved")
        return tuple(sorted(edits, key=lambda edit: (edit.decided or edit.made, edit.id)))


def approved_at_start(url: str) -> tuple[Edit, ...]:
    """The approved edits in the tracker store's database at `url`, in the order they were approved; none
    where nobody has been there yet. Raises DatabaseError."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        return ()
    engine = open_database(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table(table.name):
                return ()
            query = select(table).where(table.c.state == "approved").order_by(table.c.decided, table.c.id)
            return tuple(map(edit_of, connection.execute(query).all()))
    except SQLAlchemyError as error:
        raise DatabaseError(f"{engine.url!r}: {reason(error)}") from error
    finally:
        engine.dispose()


def _waiting(connection: Connection, id: int, version: int) -> Edit:
    return _in(connection, id, version, "waiting")


def _in(connection: Connection, id: int, version: int, state: EditState) -> Edit:
    edit = _get(connection, id)
    if edit.state != state or edit.version != version:
        by = f" by {edit.decided_by}" if edit.decided_by else ""
        raise ChangedMeanwhileError(f"The edit is {edit.state}{by} already. Nothing of yours was saved.")
    return edit


def _decide(
    connection: Connection, edit: Edit, who: str, state: EditState, action: Action, why: str = ""
) -> None:
    values = {"state": state, "decided_by": who, "decided": time.time(), "reason": why}
    same = (table.c.id == edit.id) & (table.c.version == edit.version) & (table.c.state == edit.state)
    changed = update(table).where(same).values(**values, version=edit.version + 1)
    if not connection.execute(changed).rowcount:  # somebody was quicker, in another process
        raise ChangedMeanwhileError("Somebody decided on the edit already. Nothing of yours was saved.")
    record(connection, who, action, f"{edit.id}: {edit.target.kind} {edit.target.id}")


def _get(connection: Connection, id: int) -> Edit:
    row = connection.execute(select(table).where(table.c.id == min(id, _HIGHEST))).first()
    if row is None:
        raise NotFoundError("There is no such edit.")
    return edit_of(row)


def edit_of(row: Any) -> Edit:
    """The edit of a row of its table."""
    return Edit(
        row.id,
        Target(row.kind, row.target),
        json.loads(row.before),
        json.loads(row.after),
        row.author,
        row.note,
        row.state,
        datetime.fromtimestamp(row.made, timezone.utc),
        row.decided_by,
        None if row.decided is None else datetime.fromtimestamp(row.decided, timezone.utc),
        row.reason,
        row.version,
    )


def _short(note: str) -> str:
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE:
        raise InvalidError(f"A note has at most {LONGEST_NOTE} characters.")
    return note
