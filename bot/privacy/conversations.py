"""Deletes conversations where they are stored: one on request, the old ones after a time."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

DAY = 86_400.0  # seconds
DELETED = "conversation_deleted"  # the slot by which an action says that nothing of this may be saved
_BUSY_SECONDS = 30  # a writer waits that long for another
_CHECKPOINTS = 20  # tries to empty the write-ahead log, a tenth of a second apart
# What is kept beside events of the same sender_id: visitors' feedback (bot/feedback), the tables by which
# staff find turns (bot/transcripts), what they judge (bot/judging), and what a new model would have taken
# otherwise (bot/publishing). Each is made when it is first needed.
BESIDE = ("feedback", "turn", "conversation", "judgement", "claim", "safety_verdict", "publication_case")
_TURN = "turn"
_PROGRESS = "transcript_progress"
# SQLite gives the ids of the latest events anew once they are deleted: they have to be read again.
_READ_AGAIN = (
    f"UPDATE {_PROGRESS} SET read_to = (SELECT COALESCE(MAX(id), 0) FROM events) "
    "WHERE read_to > (SELECT COALESCE(MAX(id), 0) FROM events)"
)
_LAST_EVENTS = "SELECT sender_id FROM events GROUP BY sender_id HAVING MAX(timestamp) < :before"


@dataclass(frozen=True)
class Deleted:
    """How much was deleted; `whole` is whether the bytes are gone from the database's files too. In
    PostgreSQL those of one conversation stay there until its next vacuum."""

    conversations: int
    events: int
    whole: bool = True


class Conversations:
    """The conversations Rasa keeps in the database at `url` (SQLite or PostgreSQL), in its table `events`,
    with the visitors' feedback and the staff's transcripts beside it."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, poolclass=NullPool, hide_parameters=True, future=True)
        if self._is_sqlite:
            event.listen(self._engine, "connect", overwrite_deleted)

    def forget(self, sender: str) -> Deleted:
        """Deletes all that is stored of one conversation. Raises SQLAlchemyError; nothing is then deleted."""
        if not self._has_events():
            return Deleted(0, 0)
        with self._engine.begin() as connection:
            self._keep_importers_out(connection)
            one = {"sender": sender}
            rows = connection.execute(text("DELETE FROM events WHERE sender_id = :sender"), one)
            gone = rows.rowcount
            for table in _present(connection, BESIDE):
                beside = text(f"DELETE FROM {table} WHERE sender_id = :sender")
                gone += connection.execute(beside, one).rowcount
            _have_read_again(connection)
        # Rasa asks again as the turn ends: where nothing was left, the file is not rewritten once more.
        whole = self._vacuum() if gone and self._is_sqlite else True
        return Deleted(min(rows.rowcount, 1), rows.rowcount, self._log_is_empty() and whole)

    def expire(self, days: float, now: float | None = None) -> Deleted:
        """Deletes every conversation whose last event is older than that many days; whole ones only.

        One statement, so that a conversation that goes on meanwhile is either kept or deleted whole.
        Raises SQLAlchemyError; nothing is then deleted.
        """
        if not self._has_events():
            return Deleted(0, 0)
        old = {"before": (time.time() if now is None else now) - days * DAY}
        with self._engine.begin() as connection:
            self._keep_importers_out(connection)
            conversations = connection.execute(
                text(f"SELECT COUNT(*) FROM ({_LAST_EVENTS}) AS old"), old
            ).scalar_one()
            rows = connection.execute(text(f"DELETE FROM events WHERE sender_id IN ({_LAST_EVENTS})"), old)
            for table in _present(connection, BESIDE):
                orphaned = "sender_id NOT IN (SELECT sender_id FROM events)"
                connection.execute(text(f"DELETE FROM {table} WHERE {orphaned}"))
            _have_read_again(connection)
        whole = self._vacuum()
        return Deleted(conversations, rows.rowcount, self._log_is_empty() and whole)

    @property
    def _is_sqlite(self) -> bool:
        return is_sqlite(self._engine)

    def _has_events(self) -> bool:
        """Rasa makes its table at its first start."""
        return bool(inspect(self._engine).has_table("events"))

    def _vacuum(self) -> bool:
        """Clears away what deleted rows left; False where the database could not.

        PostgreSQL keeps them in its files until then. SQLite leaves copies of rows that it moved between
        pages, which only a rewritten file does not hold.
        """
        try:
            with self._engine.connect() as connection:
                alone = connection.execution_options(isolation_level="AUTOCOMMIT")
                for command in self._vacuums(connection):
                    alone.execute(text(command))
        except SQLAlchemyError:  # somebody writes, or the disk is full; the rows are gone all the same
            return False
        return True

    def _vacuums(self, connection: Connection) -> list[str]:
        if self._is_sqlite:
            return ["VACUUM"]
        return [f"VACUUM {table}" for table in _present(connection, ("events", *BESIDE))]

    def _keep_importers_out(self, connection: Connection) -> None:
        """Until this is done: an import that had read the events would write their turns afterwards.

        In SQLite there is one writer at a time anyway.
        """
        if not self._is_sqlite and _present(connection, (_TURN,)):
            connection.execute(text(f"LOCK TABLE {_TURN} IN SHARE ROW EXCLUSIVE MODE"))

    def _log_is_empty(self) -> bool:
        """Empties SQLite's write-ahead log, which still holds deleted rows; False while somebody reads it."""
        if not self._is_sqlite:
            return True
        with self._engine.connect() as connection:
            connection.execute(text("PRAGMA busy_timeout = 0"))  # each try would wait as long as a writer
            for _ in range(_CHECKPOINTS):
                busy, *_rest = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
                if not busy:
                    return True
                time.sleep(0.1)
        return False


def _present(connection: Connection, tables: Iterable[str]) -> list[str]:
    database = inspect(connection)
    return [table for table in tables if database.has_table(table)]


def _have_read_again(connection: Connection) -> None:
    if _present(connection, (_PROGRESS,)):
        connection.execute(text(_READ_AGAIN))


def is_sqlite(engine: Engine) -> bool:
    """Whether an engine is SQLite's."""
    return bool(engine.url.get_backend_name() == "sqlite")


def overwrite_deleted(connection: sqlite3.Connection, _: Any = None) -> None:
    """Has SQLite overwrite what it deletes with zeros, and wait for other writers."""
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")


@lru_cache(maxsize=1)
def conversations(url: str) -> Conversations:
    """The process's one, for a database."""
    return Conversations(url)
