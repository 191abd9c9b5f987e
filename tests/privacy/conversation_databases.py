"""Databases for conversations: SQLite as `serve` makes it, PostgreSQL where one is given; what files hold."""

from __future__ import annotations

import dataclasses
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine.url import make_url

from bot import prepare
from bot.settings import settings
from tests.knowledge.conftest import POSTGRES

KINDS = ["sqlite", *(["postgresql"] if POSTGRES else [])]


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if kind == "sqlite":
        config = dataclasses.replace(settings(), tracker_db=folder / "tracker.db", tracker_database_url="")
        with closing(prepare.open_tracker_store(config)):
            yield config.tracker_url
        return
    assert POSTGRES
    name = f"privacy_{uuid.uuid4().hex[:8]}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", future=True)
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


def holds(folder: Path, words: str) -> bool:
    """Whether a file holds the words, in any case; read by another process, which keeps this one's locks."""
    return subprocess.run(["grep", "-rqaiF", "--", words, str(folder)]).returncode == 0
