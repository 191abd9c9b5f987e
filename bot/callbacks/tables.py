"""The tables of call-back requests, for SQLite and PostgreSQL. Migrations are in migrations/."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, Integer, MetaData, String, Table, Text

metadata = MetaData()

# Times are seconds since 1970, UTC, as in Rasa's events.
callback = Table(
    "callback",
    metadata,
    Column("id", String(32), primary_key=True),  # random
    Column("state", String(16), nullable=False),
    Column("created", Float, nullable=False, index=True),
    Column("changed", Float, nullable=False),
    Column("changed_by", String(100), nullable=False),
    Column("key_print", String(16), nullable=False),  # which key `sealed` was written with
    Column("sealed", Text, nullable=False),  # all that is personal, encrypted
    CheckConstraint("state IN ('new', 'called', 'done')", name="callback_state"),
)

# Rows are only added; triggers refuse anything else.
callback_audit = Table(
    "callback_audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("who", String(100), nullable=False),
    Column("what", String(16), nullable=False),
    Column("callback_id", String(32), nullable=False, index=True),
)
