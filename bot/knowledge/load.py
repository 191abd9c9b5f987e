"""Writes the knowledge base into the database: all of it or nothing, and only what has changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.knowledge import rows, tables
from bot.knowledge.database import DatabaseError, migrate_engine, open_database, reason, writing
from bot.knowledge.profile import CentreProfile
from bot.knowledge.reading import read_data
from bot.knowledge.rules import verify
from bot.knowledge.schema import Knowledge

Key = tuple[Any, ...]
Rows = dict[Any, list[Any]]  # by table


@dataclass(frozen=True)
class LoadResult:
    """How many entries (documents, topics, facts, left-out sentences, the profile) a load touched."""

    added: int
    changed: int
    removed: int
    unchanged: int

    def __str__(self) -> str:
        return (
            f"{self.added} added, {self.changed} changed, {self.removed} removed, {self.unchanged} unchanged"
        )


def load_files(database_url: str, data_dir: Path) -> LoadResult:
    """Reads the files, brings the tables up to date and loads.

    Raises DataError, before the database is touched, or DatabaseError.
    """
    return load_into(database_url, *read_data(data_dir))


def load_into(database_url: str, knowledge: Knowledge, profile: CentreProfile) -> LoadResult:
    """Brings the tables up to date and loads what was read. Raises DataError or DatabaseError."""
    engine = open_database(database_url)
    try:
        migrate_engine(engine)
        return load(engine, knowledge, profile)
    finally:
        engine.dispose()


def load(engine: Engine, knowledge: Knowledge, profile: CentreProfile) -> LoadResult:
    """Makes the database hold exactly this. The tables must be there (see `migrate`).

    Raises DataError or DatabaseError; the database is then as it was before.
    """
    verify(knowledge, profile)
    try:
        with writing(engine) as connection, Session(connection, future=True, autoflush=False) as session:
            return _load(session, knowledge, profile)
    except SQLAlchemyError as error:
        raise DatabaseError(f"{engine.url!r}: {reason(error)}") from error


def _load(session: Session, knowledge: Knowledge, profile: CentreProfile) -> LoadResult:
    wanted: Rows = {
        tables.Document: rows.document_rows(knowledge),
        tables.Topic: rows.topic_rows(knowledge),
        tables.LeftOut: rows.left_out_rows(knowledge),
        tables.Centre: [rows.centre_row(profile)],
    }
    present: Rows = {table: rows.stored(session, table) for table in wanted}
    before, after = _entries(present), _entries(wanted)
    result = LoadResult(
        added=len(after.keys() - before.keys()),
        changed=sum(key in before and before[key] != entry for key, entry in after.items()),
        removed=len(before.keys() - after.keys()),
        unchanged=sum(before.get(key) == entry for key, entry in after.items()),
    )
    if before == after:
        return result
    for table, new in wanted.items():
        here = {_key(row) for row in present[table]}
        for row in new:
            (session.merge if _key(row) in here else session.add)(row)
        session.flush()  # what others refer to must be there before them
    for table in reversed(list(wanted)):
        kept = {_key(row) for row in wanted[table]}
        for row in present[table]:
            if _key(row) not in kept:
                session.delete(row)
        session.flush()
    version = session.get(tables.KnowledgeVersion, rows.VERSION_ID)
    version.hash = hashlib.sha256(repr(sorted(after.items())).encode()).hexdigest()
    version.loaded_at = datetime.now(timezone.utc)
    session.flush()
    return result


def _entries(stored: Rows) -> dict[Key, Key]:
    """Content by key: a fact is an entry of its own, sources included; a topic holds the rest."""
    entries: dict[Key, Key] = {}
    for row in (row for table_rows in stored.values() for row in table_rows):
        entries[_key(row)] = _content(row)
        if isinstance(row, tables.Topic):
            entries[_key(row)] += tuple(
                _content(part) for part in (*row.sentences, *row.specifics, *row.following)
            )
            entries |= {
                _key(fact): _content(fact) + tuple(_content(source) for source in fact.sources)
                for fact in row.facts
            }
    return entries


def _key(row: Any) -> Key:
    return row.__tablename__, *inspect(type(row)).primary_key_from_instance(row)


def _content(row: Any) -> Key:
    return tuple((column.key, getattr(row, column.key)) for column in inspect(type(row)).column_attrs)
