"""Filters that somebody keeps under a name, each for their own account."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from bot.review.database import Database
from bot.review.errors import InvalidError, NotFoundError
from bot.review.tables import staff_filter

LONGEST_NAME = 60  # characters
MOST = 30  # of an account


@dataclass(frozen=True)
class SavedFilter:
    """`query` is that of the list's address."""

    id: int
    name: str
    query: str


class SavedFilters:
    """The filters in a database. Every method raises UnavailableError when that cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, account_id: int) -> tuple[SavedFilter, ...]:
        """By name."""
        query = select(staff_filter).where(staff_filter.c.account_id == account_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(staff_filter.c.name)).all()
        return tuple(SavedFilter(row.id, row.name, row.query) for row in rows)

    def save(self, account_id: int, name: str, query: str) -> None:
        """Instead of the one of that name, if there is one. Raises InvalidError."""
        name = " ".join(name.split())
        if not name or len(name) > LONGEST_NAME:
            raise InvalidError(f"Give the filter a name of at most {LONGEST_NAME} characters.")
        mine = staff_filter.c.account_id == account_id
        with self._database.writing() as connection:
            connection.execute(delete(staff_filter).where(mine, staff_filter.c.name == name))
            count = connection.execute(select(func.count()).select_from(staff_filter).where(mine))
            if count.scalar_one() >= MOST:
                raise InvalidError(f"You have {MOST} filters. Delete one first.")
            connection.execute(insert(staff_filter), {"account_id": account_id, "name": name, "query": query})

    def delete(self, account_id: int, id: int) -> None:
        """Raises NotFoundError where the account has none of that id."""
        mine = (staff_filter.c.account_id == account_id) & (staff_filter.c.id == id)
        with self._database.writing() as connection:
            if not connection.execute(delete(staff_filter).where(mine)).rowcount:
                raise NotFoundError("There is no such filter, or no longer.")
