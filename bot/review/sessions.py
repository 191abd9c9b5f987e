"""Who is logged in. The cookie is a random token, of which only a hash is stored."""

from __future__ import annotations

import hashlib
import secrets
import time

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.sql import ColumnElement

from bot.review.accounts import Account, account_of
from bot.review.audit import record
from bot.review.database import Database
from bot.review.errors import UnavailableError
from bot.review.tables import staff_account, staff_session

IDLE_SECONDS = 60 * 60
LONGEST_SECONDS = 12 * 60 * 60  # a working day
_NOTED_EVERY = 60  # seconds, so that not every page writes


class Sessions:
    """The sessions in a database. Raises UnavailableError when that cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, account: Account) -> str:
        """Logs somebody in; returns the new session's token."""
        token, now = new_token(), time.time()
        row = {"digest": _digest(token), "account_id": account.id, "created": now, "used": now}
        with self._database.writing() as connection:
            connection.execute(delete(staff_session).where(_over(now)))
            connection.execute(insert(staff_session), row)
            record(connection, account.name, "login")
        return token

    def find(self, token: str) -> Account | None:
        """Whose session it is, if it goes on."""
        now = time.time()
        query = (
            select(staff_account, staff_session.c.used)
            .join(staff_session, staff_session.c.account_id == staff_account.c.id)
            .where(staff_session.c.digest == _digest(token), ~_over(now), ~staff_account.c.disabled)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        if now - row.used > _NOTED_EVERY:
            self._note(token, now)
        return account_of(row)

    def close(self, account: Account, token: str) -> None:
        """Logs out."""
        with self._database.writing() as connection:
            connection.execute(delete(staff_session).where(staff_session.c.digest == _digest(token)))
            record(connection, account.name, "logout")

    def others(self, account: Account, token: str) -> int:
        """How many other sessions of the account go on."""
        query = select(func.count()).where(_others(account, token), ~_over(time.time()))
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def close_others(self, account: Account, token: str) -> None:
        """Logs the account out everywhere else."""
        with self._database.writing() as connection:
            connection.execute(delete(staff_session).where(_others(account, token)))
            record(connection, account.name, "sessions_ended")

    def _note(self, token: str, now: float) -> None:
        used = update(staff_session).where(staff_session.c.digest == _digest(token)).values(used=now)
        try:
            with self._database.writing() as connection:
                connection.execute(used)
        except UnavailableError:  # the next page will do it
            pass


def new_token() -> str:
    """A random token of 256 bits."""
    return secrets.token_urlsafe(32)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _over(now: float) -> ColumnElement:
    idle = staff_session.c.used < now - IDLE_SECONDS
    return or_(idle, staff_session.c.created < now - LONGEST_SECONDS)


def _others(account: Account, token: str) -> ColumnElement:
    return (staff_session.c.account_id == account.id) & (staff_session.c.digest != _digest(token))
