"""Feedback where it is stored: in the tracker store's database, so that forgetting is one transaction."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Literal, get_args

from sqlalchemy import delete, event, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.feedback.tables import feedback
from bot.knowledge.database import DatabaseError, migrate_engine, open_database, writing
from bot.privacy.conversations import is_sqlite, overwrite_deleted
from bot.privacy.redact import redact

Rating = Literal["up", "down"]
RATINGS: tuple[str, ...] = get_args(Rating)
MIGRATIONS = Path(__file__).parent / "migrations"


class FeedbackUnavailable(Exception):
    """The database cannot be used; nothing was written. The message quotes nothing that was said."""


@dataclass(frozen=True)
class Given:
    """What a visitor said of one reply; `why` is redacted, `at` is UTC."""

    conversation: str
    message_id: str
    rating: str
    why: str
    at: datetime


class FeedbackStore:
    """The feedback in the database at `url` (SQLite or PostgreSQL); its table is made at first use."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def add(self, conversation: str, message_id: str, rating: Rating, why: str = "") -> None:
        """Stores it redacted, instead of what was said of that reply before. Raises FeedbackUnavailable."""
        row = {"sender_id": conversation, "message_id": message_id, "rating": rating}
        row_is = (feedback.c.sender_id == conversation) & (feedback.c.message_id == message_id)
        try:
            with writing(self._opened()) as connection:
                connection.execute(delete(feedback).where(row_is))
                connection.execute(insert(feedback), {**row, "why": redact(why).text, "given": time.time()})
        except (SQLAlchemyError, DatabaseError, OSError) as error:
            raise _unavailable(error) from None

    def latest(self, limit: int = 200) -> tuple[Given, ...]:
        """The latest first. Raises FeedbackUnavailable."""
        query = select(feedback).order_by(feedback.c.given.desc()).limit(limit)
        try:
            with self._opened().connect() as connection:
                rows = connection.execute(query).all()
        except (SQLAlchemyError, DatabaseError, OSError) as error:
            raise _unavailable(error) from None
        return tuple(
            Given(
                row.sender_id,
                row.message_id,
                row.rating,
                row.why,
                datetime.fromtimestamp(row.given, timezone.utc),
            )
            for row in rows
        )

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                engine = open_database(self._url)
                engine.hide_parameters = True
                if is_sqlite(engine):
                    event.listen(engine, "connect", overwrite_deleted)
                migrate_engine(engine, migrations=MIGRATIONS)
                self._engine = engine
            return self._engine


def _unavailable(error: Exception) -> FeedbackUnavailable:
    # A failed migration says why; a failed statement might quote what was said.
    return FeedbackUnavailable(str(error) if isinstance(error, DatabaseError) else type(error).__name__)
