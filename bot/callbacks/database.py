"""Opening the database of call-back requests: readable by its account alone, its tables up to date."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import URL, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.callbacks.errors import UnavailableError
from bot.knowledge.database import DatabaseError, migrate_engine, open_database, writing
from bot.privacy.conversations import is_sqlite, overwrite_deleted

MIGRATIONS = Path(__file__).parent / "migrations"
WAIT_SECONDS = 5  # for another's lock: a visitor is waiting too


class Database:
    """The database at `url`. It is opened, and its tables are made, when it is first used."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All that is done in it is written in the end, or nothing is. Raises UnavailableError."""
        try:
            engine = self._opened()
            with writing(engine) if is_sqlite(engine) else engine.begin() as connection:
                if not is_sqlite(engine):
                    connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
                yield connection
        except (SQLAlchemyError, DatabaseError, OSError) as error:
            problem = _problem(error)
            raise UnavailableError(f"The database of call-back requests cannot be used: {problem}") from None

    def vacuum(self) -> bool:
        """Has PostgreSQL clear away replaced and deleted rows; SQLite has overwritten them already."""
        try:
            engine = self._opened()
            if not is_sqlite(engine):
                with engine.connect() as connection:
                    alone = connection.execution_options(isolation_level="AUTOCOMMIT")
                    alone.execute(text("VACUUM callback"))
        except (SQLAlchemyError, DatabaseError, OSError):
            return False
        return True

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                engine = _open(self._url)
                migrate_engine(engine, migrations=MIGRATIONS)
                self._engine = engine
            return self._engine


def _open(url: str) -> Engine:
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise DatabaseError("IOP_CALLBACKS_URL names no file")
        _make_private(Path(parsed.database))
    engine = open_database(url)
    engine.hide_parameters = True
    if is_sqlite(engine):
        event.listen(engine, "connect", _on_sqlite_connect)
    return engine


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except SQLAlchemyError:  # it would quote the address, and a password with it
        raise DatabaseError("IOP_CALLBACKS_URL is no database's address") from None


def _make_private(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.chmod(0o600)


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    overwrite_deleted(connection)
    connection.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    # A damaged row must not keep the others from being read.
    connection.text_factory = lambda data: data.decode("utf-8", "replace")


def _problem(error: Exception) -> str:
    """In one line, without the statement; of errors that may quote a row, the kind alone."""
    if isinstance(error, SQLAlchemyError) and not isinstance(error, OperationalError):
        return type(error).__name__
    said = str(getattr(error, "orig", None) or error).strip()
    return " ".join(said.split("\n", 1)[0].split())
