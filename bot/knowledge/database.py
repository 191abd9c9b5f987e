"""Opening the knowledge base's database, bringing its tables up to date, and writing to it safely."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import create_engine, event, func, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import SQLAlchemyError

WAIT_FOR_LOCK = 10  # seconds that SQLite waits for another process's transaction
_MIGRATIONS = Path(__file__).parent / "migrations"
_ALEMBIC = threading.Lock()  # it keeps what it is migrating in module globals: one thread at a time
_WRITER_LOCK = 7_325_001  # any number no other user of the same PostgreSQL database takes


class DatabaseError(Exception):
    """The database cannot be used; the message says which and why."""


def open_database(url: str) -> Engine:
    """An engine in 2.0 style. Creates the folder of an SQLite file. Raises DatabaseError."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(url, future=True, pool_pre_ping=True)
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, future=True, connect_args={"timeout": WAIT_FOR_LOCK})
    except (SQLAlchemyError, ImportError, OSError) as error:
        raise DatabaseError(f"database: {reason(error)}") from error
    event.listen(engine, "connect", _on_sqlite_connect)
    event.listen(engine, "begin", _on_sqlite_begin)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction with the database to itself: one process loads or migrates at a time."""
    with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_WRITER_LOCK)))
        yield connection


def migrate(engine_url: str) -> None:
    """Brings the tables up to date, in one transaction. Raises DatabaseError."""
    engine = open_database(engine_url)
    try:
        migrate_engine(engine)
    finally:
        engine.dispose()


def migrate_engine(engine: Engine, revision: str = "head", migrations: Path = _MIGRATIONS) -> None:
    """The same for an open engine, up or down to `revision` ("base" removes all tables).

    `migrations` is the folder of the tables' migrations: another part of the assistant has its own.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(migrations))
    try:
        with _ALEMBIC, writing(engine) as connection:
            config.attributes["connection"] = connection
            (command.downgrade if revision == "base" else command.upgrade)(config, revision)
    except CommandError as error:
        raise DatabaseError(f"{engine.url!r}: {reason(error)}; was it used by a newer version?") from error
    except SQLAlchemyError as error:
        raise DatabaseError(f"{engine.url!r}: {reason(error)}") from error


def reason(error: Exception) -> str:
    """What the database itself said, in one line."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver starts no transactions of its own: the next function does
    connection.execute("PRAGMA foreign_keys = ON")


def _on_sqlite_begin(connection: Connection) -> None:
    kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")
