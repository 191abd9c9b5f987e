"""The staff application's tables, in the tracker store's database. Migrations are in migrations/."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

# Times are seconds since 1970, UTC, as in Rasa's events.
staff_account = Table(
    "staff_account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),  # in lower case; never used again for another
    Column("roles", String(100), nullable=False),  # sorted, between spaces
    Column("password", String(200), nullable=False),  # an argon2 hash
    Column("disabled", Boolean, nullable=False),
    Column("created", Float, nullable=False),
    Column("version", Integer, nullable=False),  # grows with each change, so that two editors are noticed
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the cookie, which is kept nowhere
    Column("account_id", Integer, ForeignKey("staff_account.id"), nullable=False, index=True),
    Column("created", Float, nullable=False),
    Column("used", Float, nullable=False),
)

# Rows are only added; triggers refuse anything else.
staff_audit = Table(
    "staff_audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Float, nullable=False, index=True),
    Column("who", String(100), nullable=False),
    Column("what", String(40), nullable=False),
    Column("about", String(200), nullable=False),
    Index("ix_staff_audit_who", "who", "number"),
    Index("ix_staff_audit_what", "what", "number"),
)

# What somebody looks for again and again among the conversations.
staff_filter = Table(
    "staff_filter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("staff_account.id"), nullable=False),
    Column("name", String(60), nullable=False),
    Column("query", Text, nullable=False),  # as in the list's address
    UniqueConstraint("account_id", "name", name="staff_filter_name"),
)

# The fullest count of what a published change was meant for, before and after it: conversations are deleted,
# these numbers stay.
change_count = Table(
    "change_count",
    metadata,
    Column("published", Float, primary_key=True),
    Column("topic", String(64), primary_key=True),
    Column("before_asked", Integer, nullable=False),
    Column("before_in_vain", Integer, nullable=False),
    Column("after_asked", Integer, nullable=False),
    Column("after_in_vain", Integer, nullable=False),
)

# What staff want to say otherwise (bot/editing). Rows are never deleted: they are the history of an answer.
edit = Table(
    "edit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("target", String(200), nullable=False),
    Column("before", Text, nullable=False),  # JSON, as in the YAML files: the changed fields alone
    Column("after", Text, nullable=False),
    Column("author", String(64), nullable=False),
    Column("note", String(500), nullable=False),
    Column("state", String(10), nullable=False),
    Column("made", Float, nullable=False),
    Column("decided_by", String(64), nullable=False),
    Column("decided", Float),
    Column("reason", String(500), nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_edit_target", "target", "id"),
    Index("ix_edit_state", "state", "id"),
)
