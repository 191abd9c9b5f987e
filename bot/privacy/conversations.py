"""Deletes conversations where they are stored: one on request, the old ones after a time."""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

DAY = 86_400.0  # seconds
_BUSY_SECONDS = 30  # a writer waits that long for another
_CHECKPOINTS = 20  # tries to empty the write-ahead log, a tenth of a second apart
FEEDBACK = "feedback"  # what visitors said of replies (bot/feedback); made when the first one does
_LAST_EVENTS = "SELECT sender_id FROM events GROUP BY sender_id HAVING MAX(timestamp) < :before"


@dataclass(frozen=True)
class Deleted:
    """How much was deleted; `whole` is whether the bytes are gone from the database's files too."""

    conversations: int
    events: int
    whole: bool = True


class Conversations:
    """The conversations Rasa keeps in the database at `url` (SQLite or PostgreSQL), in its table `events`,
    with the visitors' feedback beside it."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, poolclass=NullPool, hide_parameters=True, future=True)
        if self._is_sqlite:
            event.listen(self._engine, "connect", overwrite_deleted)

    def forget(self, sender: str) -> Deleted:
        """Deletes all that is stored of one conversation. Raises SQLAlchemyError; nothing is then deleted."""
        if not self._has_events():
            return Deleted(0, 0)
        with self._engine.begin() as connection:
            one = {"sender": sender}
            rows = connection.execute(text("DELETE FROM events WHERE sender_id = :sender"), one)
            if inspect(connection).has_table(FEEDBACK):
                connection.execute(text(f"DELETE FROM {FEEDBACK} WHERE sender_id = :sender"), one)
        return Deleted(min(rows.rowcount, 1), rows.rowcount, self._empty_log())

    def expire(self, days: float, now: float | None = None) -> Deleted:
        """Deletes every conversation whose last event is older than that many days; whole ones only.

        One statement, so that a conversation that goes on meanwhile is either kept or deleted whole.
        Raises SQLAlchemyError; nothing is then deleted.
        """
        if not self._has_events():
            return Deleted(0, 0)
        old = {"before": (time.time() if now is None else now) - days * DAY}
        with self._engine.begin() as connection:
            conversations = connection.execute(
                text(f"SELECT COUNT(*) FROM ({_LAST_EVENTS}) AS old"), old
            ).scalar_one()
            rows = connection.execute(text(f"DELETE FROM events WHERE sender_id IN ({_LAST_EVENTS})"), old)
            if inspect(connection).has_table(FEEDBACK):
                orphaned = "sender_id NOT IN (SELECT sender_id FROM events)"
                connection.execute(text(f"DELETE FROM {FEEDBACK} WHERE {orphaned}"))
        if rows.rowcount and not self._is_sqlite:
            self._vacuum()
        return Deleted(conversations, rows.rowcount, self._empty_log())

    @property
    def _is_sqlite(self) -> bool:
        return is_sqlite(self._engine)

    def _has_events(self) -> bool:
        """Rasa makes its table at its first start."""
        return bool(inspect(self._engine).has_table("events"))

    def _empty_log(self) -> bool:
        """Empties SQLite's write-ahead log, which still holds the deleted rows, into the file."""
        if not self._is_sqlite:
            return True
        with self._engine.connect() as connection:
            # Rows that moved between pages leave copies behind, which only a rewritten file does not hold.
            with suppress(OperationalError):  # somebody writes; the rows are gone all the same
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM"))
            for _ in range(_CHECKPOINTS):
                if checkpoint(connection):
                    return True
                time.sleep(0.1)
        return False

    def _vacuum(self) -> None:
        """PostgreSQL keeps deleted rows in its files until then."""
        with self._engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            for table in ("events", FEEDBACK):
                if inspect(connection).has_table(table):
                    alone.execute(text(f"VACUUM {table}"))


def is_sqlite(engine: Engine) -> bool:
    """Whether an engine is SQLite's."""
    return bool(engine.url.get_backend_name() == "sqlite")


def overwrite_deleted(connection: sqlite3.Connection, _: Any = None) -> None:
    """Has SQLite overwrite what it deletes with zeros, and wait for other writers."""
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")


def checkpoint(connection: Connection) -> bool:
    """Empties the write-ahead log; False while somebody still reads from it."""
    busy, *_ = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
    return not busy


@lru_cache(maxsize=1)
def conversations(url: str) -> Conversations:
    """The process's one, for a database."""
    return Conversations(url)


def without_password(url: str) -> str:
    """The database's address as it may be shown."""
    return str(make_url(url).render_as_string(hide_password=True))
