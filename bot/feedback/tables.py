"""The table of visitors' feedback, for SQLite and PostgreSQL. Migrations are in migrations/."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, MetaData, String, Table, Text

metadata = MetaData()

# One row a reply: a changed mind replaces it. `sender_id` and `message_id` are those of Rasa's events,
# so that the reply can be read beside it.
feedback = Table(
    "feedback",
    metadata,
    Column("sender_id", String(255), primary_key=True),
    Column("message_id", String(64), primary_key=True),  # of the message that was replied to
    Column("rating", String(8), nullable=False),
    Column("why", Text, nullable=False),  # redacted; "" where nothing was said
    Column("given", Float, nullable=False, index=True),  # seconds since 1970, UTC
    CheckConstraint("rating IN ('up', 'down')", name="feedback_rating"),
)
