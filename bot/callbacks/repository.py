"""Call-back requests where they are stored: made by visitors, read and changed by those with the right."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any, Literal, get_args

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.callbacks import sealing
from bot.callbacks.actor import AUDIT, CALLBACKS, VISITOR, Actor
from bot.callbacks.database import Database
from bot.callbacks.errors import (
    CallbacksError,
    CallbacksOffError,
    ChangedMeanwhileError,
    NoSuchRequestError,
)
from bot.callbacks.keys import CannotReadError, Keys, Why
from bot.callbacks.request import Details
from bot.callbacks.tables import callback, callback_audit
from bot.privacy.conversations import DAY
from bot.settings import settings

State = Literal["new", "called", "done"]
STATES: tuple[State, ...] = get_args(State)
What = Literal["created", "read", "new", "called", "done", "deleted", "purged", "rotated"]
_ID_BYTES = 10
_ID = re.compile(rf"[0-9a-f]{{{2 * _ID_BYTES}}}")
_AT_MOST = 200  # requests in one list


@dataclass(frozen=True)
class Callback:
    """A request. Times are UTC."""

    id: str
    state: State
    created: datetime
    changed: datetime
    changed_by: str
    details: Details


@dataclass(frozen=True)
class Unreadable:
    """A request that none of the keys decrypts (`why` is "key"; `key_print` tells which one would), or
    whose row is damaged."""

    id: str
    why: Why
    key_print: str


@dataclass(frozen=True)
class Listed:
    """Requests, in the order asked for; `more` is whether there are others beyond the limit."""

    requests: tuple[Callback, ...]
    unreadable: tuple[Unreadable, ...]
    more: bool


@dataclass(frozen=True)
class Rotated:
    """How many requests were encrypted anew, were so already, and cannot be read; `whole` is whether the
    database has cleared the old bytes away."""

    anew: int
    already: int
    unreadable: tuple[Unreadable, ...]
    whole: bool = True


@dataclass(frozen=True)
class Purged:
    """How many requests were deleted; `whole` is whether the database has cleared the bytes away too."""

    requests: int
    whole: bool = True


@dataclass(frozen=True)
class Entry:
    """A line of the audit."""

    at: datetime
    who: str
    what: str
    id: str


class Callbacks:
    """The requests in the database at `url` (SQLite or PostgreSQL).

    Every method raises UnavailableError when the database cannot be used: nothing is then written.
    Those that take an actor raise NotAllowedError without the right, and write who did what. Nobody is
    shown anything before that is written.
    """

    def __init__(self, url: str, keys: Keys) -> None:
        self._database = Database(url)
        self._keys = keys

    @property
    def on(self) -> bool:
        """Whether there is a key, so that requests can be taken."""
        return bool(self._keys)

    def add(self, details: Details) -> str:
        """Stores a request; returns its id. Raises CallbacksOffError."""
        id = secrets.token_hex(_ID_BYTES)
        sealed = sealing.seal(id, details, self._keys)
        now = time.time()
        row = {"id": id, "state": "new", "created": now, "changed": now, "changed_by": VISITOR}
        with self._database.transaction() as connection:
            connection.execute(
                insert(callback), {**row, "sealed": sealed, "key_print": self._keys.first_print}
            )
            _note(connection, VISITOR, "created", [id])
        return id

    def count_new(self) -> int:
        """How many nobody has called yet; nothing of them is read."""
        with self._database.transaction() as connection:
            new = select(func.count()).where(callback.c.state == "new")
            return int(connection.execute(new).scalar_one())

    def list(
        self,
        actor: Actor,
        states: Iterable[State] = STATES,
        limit: int = _AT_MOST,
        latest_first: bool = False,
    ) -> Listed:
        """The requests in these states, the oldest first unless asked otherwise. Raises CallbacksOffError."""
        actor.need(CALLBACKS)
        self._need_keys()
        query = select(callback).where(callback.c.state.in_(_states(states)))
        order = (callback.c.created, callback.c.id)
        query = query.order_by(*(key.desc() for key in order) if latest_first else order).limit(limit + 1)
        with self._database.transaction() as connection:
            rows = connection.execute(query).mappings().all()
            read = [self._read(row) for row in rows[:limit]]
            requests = tuple(one for one in read if isinstance(one, Callback))
            _note(connection, actor.name, "read", [one.id for one in requests])
        unreadable = tuple(one for one in read if isinstance(one, Unreadable))
        return Listed(requests, unreadable, len(rows) > limit)

    def get(self, actor: Actor, id: str) -> Callback | Unreadable:
        """One request. Raises NoSuchRequestError, CallbacksOffError."""
        actor.need(CALLBACKS)
        self._need_keys()
        _check_id(id)
        with self._database.transaction() as connection:
            row = connection.execute(select(callback).where(callback.c.id == id)).mappings().first()
            if row is None:
                raise NoSuchRequestError(_NO_SUCH)
            read = self._read(row)
            if isinstance(read, Callback):
                _note(connection, actor.name, "read", [id])
        return read

    def mark(self, actor: Actor, id: str, state: State, was: State | None = None) -> None:
        """Sets the state; needs no key. With `was`, only if the request still is in that state.

        Raises NoSuchRequestError, ChangedMeanwhileError.
        """
        actor.need(CALLBACKS)
        _states([state])
        _check_id(id)
        with self._database.transaction() as connection:
            query = update(callback).where(callback.c.id == id)
            if was is not None:
                query = query.where(callback.c.state == was)
            values = {"state": state, "changed": time.time(), "changed_by": actor.name}
            if not connection.execute(query.values(values)).rowcount:
                now = connection.execute(
                    select(callback.c.state, callback.c.changed_by).where(callback.c.id == id)
                ).first()
                if now is None:
                    raise NoSuchRequestError(_NO_SUCH)
                raise ChangedMeanwhileError(
                    f"{now.changed_by} has set this request to {now.state!r} meanwhile"
                )
            _note(connection, actor.name, state, [id])

    def delete(self, actor: Actor, id: str) -> Purged:
        """Deletes one request; needs no key. Raises NoSuchRequestError."""
        actor.need(CALLBACKS)
        _check_id(id)
        with self._database.transaction() as connection:
            if not connection.execute(delete(callback).where(callback.c.id == id)).rowcount:
                raise NoSuchRequestError(_NO_SUCH)
            _note(connection, actor.name, "deleted", [id])
        return Purged(1, self._database.vacuum())

    def purge(self, actor: Actor, days: float, now: float | None = None) -> Purged:
        """Deletes requests made more than that many days ago, whatever their state; needs no key."""
        actor.need(CALLBACKS)
        before = (time.time() if now is None else now) - days * DAY
        with self._database.transaction() as connection:
            query = select(callback.c.id).where(callback.c.created < before).with_for_update()
            old = connection.execute(query).scalars().all()
            connection.execute(delete(callback).where(callback.c.created < before))
            _note(connection, actor.name, "purged", old)
        return Purged(len(old), self._database.vacuum() if old else True)

    def rotate(self, actor: Actor) -> Rotated:
        """Encrypts with the first key what another wrote; what cannot be read stays as it is.

        Raises CallbacksOffError.
        """
        actor.need(CALLBACKS)
        self._need_keys()
        anew, unreadable, already = [], [], 0
        with self._database.transaction() as connection:
            for row in connection.execute(select(callback).with_for_update()).mappings().all():
                read = self._read(row)
                if isinstance(read, Unreadable):
                    unreadable.append(read)
                elif self._keys.is_of_first(row["sealed"]):
                    already += 1
                else:
                    values = {"sealed": self._keys.rotate(row["sealed"]), "key_print": self._keys.first_print}
                    connection.execute(update(callback).where(callback.c.id == row["id"]).values(values))
                    anew.append(row["id"])
            _note(connection, actor.name, "rotated", anew)
        whole = self._database.vacuum() if anew else True
        return Rotated(len(anew), already, tuple(unreadable), whole)

    def audit(self, actor: Actor, id: str | None = None, limit: int = 1000) -> tuple[Entry, ...]:
        """Who did what, the latest first: with one request, or with all. Needs the right `audit`."""
        actor.need(AUDIT)
        query = select(callback_audit).order_by(callback_audit.c.number.desc()).limit(limit)
        if id is not None:
            query = query.where(callback_audit.c.callback_id == id)
        with self._database.transaction() as connection:
            rows = connection.execute(query).all()
        return tuple(Entry(_utc(row.at), row.who, row.what, row.callback_id) for row in rows)

    def _need_keys(self) -> None:
        if not self._keys:
            raise CallbacksOffError

    def _read(self, row: Any) -> Callback | Unreadable:
        """The request of a row; of a damaged one, what is left to name it."""
        try:
            details = sealing.opened(row["id"], row["sealed"], row["key_print"], self._keys)
            created, changed = _utc(row["created"]), _utc(row["changed"])
            return Callback(row["id"], row["state"], created, changed, row["changed_by"], details)
        except CannotReadError as error:
            why: Why = error.why
        except (TypeError, ValueError, OverflowError, OSError):
            why = "damaged"
        return Unreadable(str(row["id"]), why, str(row["key_print"]))


_NO_SUCH = "There is no call-back request of that id, or no longer"


def _states(states: Iterable[str]) -> list[str]:
    found = list(states)
    if not set(found) <= set(STATES):
        raise CallbacksError(f"A request's state is one of {', '.join(STATES)}")
    return found


def _check_id(id: str) -> None:
    """The id may come from an address somebody typed."""
    if not _ID.fullmatch(id):
        raise NoSuchRequestError(_NO_SUCH)


def _note(connection: Connection, who: str, what: What, ids: Iterable[str]) -> None:
    rows = [{"at": time.time(), "who": who, "what": what, "callback_id": id} for id in ids]
    if rows:
        connection.execute(insert(callback_audit), rows)


def _utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


@lru_cache(maxsize=1)
def callbacks() -> Callbacks:
    """The process's one, as the settings say."""
    config = settings()
    return Callbacks(config.callbacks_url, Keys(config.callbacks_keys))
