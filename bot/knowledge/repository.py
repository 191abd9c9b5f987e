"""What the running assistant knows: the database's content, kept in memory and never stale for long."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.knowledge import rows, tables
from bot.knowledge.answers import Snapshot
from bot.knowledge.database import reason

log = logging.getLogger(__name__)
Prepare = Callable[[Snapshot], None]

CHECK_EVERY = 1.0  # seconds between looks at the version, however many requests come in


class KnowledgeUnavailable(Exception):
    """There is nothing to answer from; the message says why and what to do."""


class KnowledgeRepository:
    """Reads the knowledge base from `engine`; one instance serves all threads of a process.

    Once something was read, a database that fails or makes no sense is logged, and what was read
    before goes on being said.
    """

    def __init__(
        self, engine: Engine, check_every: float = CHECK_EVERY, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine, self._check_every, self._clock = engine, check_every, clock
        self._lock = threading.Lock()
        self._checked = float("-inf")
        self._version: int | None = None
        self._snapshot: Snapshot | None = None
        self._prepare: Prepare | None = None

    def follow(self, prepare: Prepare = lambda _: None) -> None:
        """From now on a thread looks for changes, so that nobody who asks waits for one: each new state is
        handed to `prepare` before it is what is known."""
        self._prepare = prepare
        threading.Thread(target=self._follow, name="knowledge", daemon=True).start()

    @property
    def latest(self) -> Snapshot | None:
        """What was last read, without a look at the database; None before the first time."""
        return self._snapshot

    def snapshot(self) -> Snapshot:
        """All that is known now. Raises KnowledgeUnavailable if nothing was ever read."""
        snapshot = self._snapshot
        if snapshot is not None and self._prepare:
            return snapshot
        # Whoever finds the lock taken answers from what is there, and does not wait for the database.
        if (snapshot is None or self._due()) and self._lock.acquire(blocking=snapshot is None):
            try:
                if self._snapshot is None or self._due():
                    self._refresh()
            finally:
                self._lock.release()
        assert self._snapshot is not None  # _refresh raised otherwise
        return self._snapshot

    def _follow(self) -> None:
        while True:
            try:
                with self._lock, suppress(KnowledgeUnavailable):  # until it was loaded
                    self._refresh()
            except Exception:  # whatever it is, what is known goes on being said, and the next look may do
                log.exception("The knowledge base could not be followed")
            time.sleep(self._check_every)

    def _due(self) -> bool:
        return self._clock() - self._checked >= self._check_every

    def _refresh(self) -> None:
        try:
            with Session(self._engine, future=True) as session:
                version = _changes(session)
                if self._snapshot is None or version != self._version:
                    snapshot = _read(session, version)
                    if self._prepare:
                        self._prepare(snapshot)
                    self._snapshot, self._version = snapshot, version
        except KnowledgeUnavailable:
            if self._snapshot is None:
                raise
            log.error("The knowledge base is gone from the database; answering from memory")
        except (SQLAlchemyError, ValidationError) as error:
            if self._snapshot is None:
                raise KnowledgeUnavailable(f"the knowledge base cannot be read: {reason(error)}") from error
            log.exception("The knowledge base cannot be read; answering from memory")
        self._checked = self._clock()


def _read(session: Session, version: int) -> Snapshot:
    """One consistent reading; on a database without consistent reads the next check mends it."""
    centre = session.get(tables.Centre, rows.CENTRE_ID)
    if centre is None:
        raise KnowledgeUnavailable("the knowledge base is empty: run `python -m bot knowledge load`")
    knowledge = rows.knowledge_of(
        rows.stored(session, tables.Document),
        rows.stored(session, tables.Topic),
        rows.stored(session, tables.LeftOut),
    )
    return Snapshot(knowledge, rows.profile_of(centre), version)


def _changes(session: Session) -> int:
    """How often the content was written; triggers count it."""
    changes = session.execute(select(tables.KnowledgeVersion.changes)).scalar()
    return int(changes or 0)
