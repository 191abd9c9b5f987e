"""Staff accounts where they are stored. Each change is in the audit log, in the same transaction."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.review.audit import Action, record
from bot.review.database import Database
from bot.review.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from bot.review.passwords import check_password, hash_password, is_password
from bot.review.roles import Role, checked_roles
from bot.review.tables import staff_account, staff_session

LONGEST_NAME = 64  # characters
_NAME = re.compile(rf"[a-z0-9][a-z0-9._@+-]{{1,{LONGEST_NAME - 1}}}")
_TAKEN = ("visitor",)  # who makes call-back requests, in their audit


@dataclass(frozen=True)
class Account:
    """One person's account. `version` is of what was read; `created` is UTC."""

    id: int
    name: str
    roles: frozenset[Role]
    disabled: bool
    created: datetime
    version: int


class Accounts:
    """The accounts in a database. `who` is written into the audit log: who does it.

    Raises UnavailableError when the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Account, ...]:
        """By name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(staff_account).order_by(staff_account.c.name)).all()
        return tuple(map(account_of, rows))

    def get(self, id: int) -> Account:
        """Raises NotFoundError."""
        # The id may come from an address somebody typed: PostgreSQL takes none longer.
        return self._one(staff_account.c.id == min(id, 2**31 - 1))

    def named(self, name: str) -> Account:
        """Raises NotFoundError."""
        return self._one(staff_account.c.name == name.strip().lower())

    def with_password(self, name: str, password: str) -> Account | None:
        """Whose name and password these are; None for a wrong password, a disabled account and an unknown
        name, which all take the same time."""
        query = select(staff_account).where(staff_account.c.name == name.strip().lower())
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        right = is_password(password, row.password if row else None)
        return account_of(row) if right and not row.disabled else None

    def add(self, who: str, name: str, roles: Iterable[str], password: str) -> Account:
        """A new account. Raises InvalidError."""
        name, chosen = checked_name(name), checked_roles(roles)
        check_password(password, name)
        hashed = hash_password(password)
        with self._database.writing() as connection:
            try:
                connection.execute(
                    insert(staff_account).values(
                        name=name,
                        roles=_in_text(chosen),
                        password=hashed,
                        disabled=False,
                        created=time.time(),
                        version=1,
                    )
                )
            except IntegrityError:
                raise InvalidError(f"There is an account {name!r} already.") from None
            record(connection, who, "account_added", f"{name}: {_in_text(chosen)}")
            made = connection.execute(select(staff_account).where(staff_account.c.name == name)).one()
        return account_of(made)

    def set_roles(self, who: str, account: Account, roles: Iterable[str]) -> None:
        """Raises InvalidError, ChangedMeanwhileError."""
        chosen = checked_roles(roles)
        before, after = _in_text(account.roles), _in_text(chosen)
        with self._database.writing() as connection:
            self._change(connection, account, roles=after)
            record(connection, who, "roles_changed", f"{account.name}: {before} -> {after}")

    def set_password(self, who: str, account: Account, password: str) -> None:
        """Ends the account's sessions. Raises InvalidError, ChangedMeanwhileError."""
        check_password(password, account.name)
        hashed = hash_password(password)
        with self._database.writing() as connection:
            self._change(connection, account, password=hashed)
            _end_sessions(connection, account)
            record(connection, who, "password_changed", account.name)

    def set_disabled(self, who: str, account: Account, disabled: bool) -> None:
        """Ends the account's sessions. Raises InvalidError, ChangedMeanwhileError."""
        what: Action = "account_disabled" if disabled else "account_enabled"
        with self._database.writing() as connection:
            self._change(connection, account, disabled=disabled)
            _end_sessions(connection, account)
            record(connection, who, what, account.name)

    def _one(self, which: Any) -> Account:
        with self._database.reading() as connection:
            row = connection.execute(select(staff_account).where(which)).first()
        if row is None:
            raise NotFoundError("There is no such account.")
        return account_of(row)

    def _change(self, connection: Connection, account: Account, **values: object) -> None:
        """Only what was read is changed, and somebody stays who can manage accounts."""
        rows = select(staff_account).with_for_update()  # two admins must not disable each other at once
        had_admin = _some_admin(connection.execute(rows).all())
        same = (staff_account.c.id == account.id) & (staff_account.c.version == account.version)
        changed = update(staff_account).where(same).values(**values, version=account.version + 1)
        if not connection.execute(changed).rowcount:
            raise ChangedMeanwhileError(f"Somebody changed the account {account.name} meanwhile.")
        if had_admin and not _some_admin(connection.execute(rows).all()):
            raise InvalidError(
                "Nobody would be left who can manage accounts. Make somebody else admin first."
            )


def checked_name(name: str) -> str:
    """The name as it is stored. Raises InvalidError."""
    name = name.strip().lower()
    if not _NAME.fullmatch(name) or name in _TAKEN:
        raise InvalidError(
            f"A name has 2 to {LONGEST_NAME} letters a to z, digits and . _ @ + - and starts with a letter "
            "or digit. An e-mail address will do."
        )
    return name


def account_of(row: Any) -> Account:
    """The account of a row of its table."""
    roles: Any = row.roles.split()
    created = datetime.fromtimestamp(row.created, timezone.utc)
    return Account(row.id, row.name, frozenset(roles), bool(row.disabled), created, row.version)


def _some_admin(rows: Iterable[Any]) -> bool:
    return any("admin" in row.roles.split() and not row.disabled for row in rows)


def _end_sessions(connection: Connection, account: Account) -> None:
    connection.execute(delete(staff_session).where(staff_session.c.account_id == account.id))


def _in_text(roles: Iterable[str]) -> str:
    return " ".join(sorted(roles))
