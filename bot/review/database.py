"""Opening the staff application's part of the tracker store's database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.feedback.repository import MIGRATIONS as FEEDBACK_MIGRATIONS
from bot.knowledge.database import DatabaseError, migrate_engine, open_database, writing
from bot.privacy.conversations import is_sqlite, overwrite_deleted
from bot.review.errors import UnavailableError
from bot.transcripts.opening import MIGRATIONS as TRANSCRIPTS_MIGRATIONS

MIGRATIONS = Path(__file__).parent / "migrations"
WAIT_SECONDS = 5  # for another's lock: somebody looks at an empty page meanwhile


class Database:
    """The database at `url` (SQLite or PostgreSQL). It is opened, and the tables are made, at first use:
    neither Rasa nor a visitor need have been there before."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """All that is done in it is written in the end, or nothing is. Raises UnavailableError."""
        try:
            engine = self._opened()
            with writing(engine) if is_sqlite(engine) else engine.begin() as connection:
                if not is_sqlite(engine):
                    connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
                yield connection
        except (SQLAlchemyError, DatabaseError, OSError) as error:
            raise _unavailable(error) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One view of the database. Raises UnavailableError."""
        with self.engine() as engine, engine.connect() as connection:
            yield connection

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """For what finds and reads transcripts. Raises UnavailableError."""
        try:
            yield self._opened()
        except (SQLAlchemyError, DatabaseError, OSError) as error:
            raise _unavailable(error) from error

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                engine = _open(self._url)
                for migrations in (FEEDBACK_MIGRATIONS, TRANSCRIPTS_MIGRATIONS, MIGRATIONS):
                    migrate_engine(engine, migrations=migrations)
                self._engine = engine
            return self._engine


def _open(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        file = Path(parsed.database)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)  # it will hold conversations
    engine = open_database(url)
    engine.hide_parameters = True
    if is_sqlite(engine):
        event.listen(engine, "connect", _on_sqlite_connect)
    return engine


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    overwrite_deleted(connection)
    connection.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")


def _unavailable(error: Exception) -> UnavailableError:
    return UnavailableError(
        f"The database cannot be reached now ({type(error).__name__}). Nothing was changed. Please try again."
    )
