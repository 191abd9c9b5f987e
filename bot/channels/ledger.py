"""What has to outlive a restart: messages already answered, who wants no more, how far an answer was read.

People and messages stand in it only as pseudonyms: hashes with a key that is not in the database.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from bot.privacy.conversations import is_sqlite, overwrite_deleted

KEEP_SECONDS = 3 * 86_400.0  # vendors give up redelivering after a day or so
STALE_SECONDS = 60.0  # whoever began to answer then has died meanwhile

State = Literal["new", "under way", "answered"]

_tables = MetaData()
_message = Table(
    "channel_message",
    _tables,
    Column("id", String(64), primary_key=True),
    Column("at", Float, nullable=False, index=True),
    Column("answered", Boolean, nullable=False),
)
_opted_out = Table("channel_opted_out", _tables, Column("person", String(64), primary_key=True))
_page = Table(
    "channel_page",
    _tables,
    Column("person", String(64), primary_key=True),
    Column("reply", Float, nullable=False),
    Column("page", Integer, nullable=False),
)


def pseudonym(key: str, *parts: str) -> str:
    """32 hexadecimal digits: the same for the same parts, and no way back without the key.

    A plain hash would not do: there are so few telephone numbers that all can be tried.
    """
    message = "\0".join(parts).encode()
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()[:32]


class Ledger:
    """The database at `url`, SQLite or PostgreSQL. All methods raise SQLAlchemyError."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._lock = threading.Lock()
        self._is_ready = False

    def claim(self, message: str) -> State:
        """Says whether a message is to be answered: "new" to exactly one of all who ask."""
        now = time.time()
        with self._begin() as database:
            database.execute(_message.delete().where(_message.c.at < now - KEEP_SECONDS))
        try:
            with self._begin() as database:
                database.execute(_message.insert().values(id=message, at=now, answered=False))
            return "new"
        except IntegrityError:
            pass
        with self._begin() as database:
            stale = _message.c.at < now - STALE_SECONDS
            taken_over = database.execute(
                _message.update().where(_message.c.id == message, ~_message.c.answered, stale).values(at=now)
            )
            if taken_over.rowcount:
                return "new"
            answered = database.execute(_message.select().where(_message.c.id == message)).one_or_none()
        return "answered" if answered is not None and answered.answered else "under way"

    def settle(self, message: str, answered: bool) -> None:
        """The claimed message was answered, or may be claimed again."""
        mine = _message.c.id == message
        with self._begin() as database:
            database.execute(
                _message.update().where(mine).values(answered=True)
                if answered
                else _message.delete().where(mine)
            )

    def opt_out(self, person: str) -> None:
        """This person wants no more messages."""
        if not self.is_opted_out(person):
            with self._begin() as database:
                database.execute(_opted_out.insert().values(person=person))

    def opt_in(self, person: str) -> None:
        """And now does again."""
        with self._begin() as database:
            database.execute(_opted_out.delete().where(_opted_out.c.person == person))

    def is_opted_out(self, person: str) -> bool:
        """Whether this person wants no messages."""
        with self._begin() as database:
            found = database.execute(_opted_out.select().where(_opted_out.c.person == person))
            return found.first() is not None

    def next_page(self, person: str, reply: float) -> int:
        """Which page of the reply said at that time comes now: 1 when only page 0 was sent."""
        mine = _page.c.person == person
        with self._begin() as database:
            row = database.execute(_page.select().where(mine)).one_or_none()
            page = row.page + 1 if row is not None and row.reply == reply else 1
            database.execute(_page.delete().where(mine))
            database.execute(_page.insert().values(person=person, reply=reply, page=page))
        return page

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with self._lock:
            if not self._is_ready:
                _make_private(self._engine)
                _tables.create_all(self._engine)
                self._is_ready = True
        with self._engine.begin() as connection:
            yield connection


def _engine(url: str) -> Engine:
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, future=True)
    if is_sqlite(engine):
        event.listen(engine, "connect", overwrite_deleted)
    return engine


def _make_private(engine: Engine) -> None:
    """SQLite's file is for its account alone."""
    if is_sqlite(engine) and engine.url.database:
        file = Path(engine.url.database)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.chmod(0o600)
