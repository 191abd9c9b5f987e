"""The tables of publications, in the tracker store's database. Migrations are those of bot/review."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Integer, MetaData, String, Table, Text

metadata = MetaData()

# One row an attempt to publish. Times are seconds since 1970, UTC; models are names of files.
publication = Table(
    "publication",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("running", Integer, unique=True),  # 1 while something is done for it, else NULL: one at a time
    Column("author", String(100), nullable=False),  # who began it
    Column("approver", String(100), nullable=False, server_default=""),  # who published it
    Column("phrases", Text, nullable=False),  # JSON: [[number, intent, text], ...]
    Column("model_before", String(64), nullable=False),
    Column("model_after", String(64), nullable=False, server_default=""),
    Column("steps", Text, nullable=False),  # JSON: [[name, when it began, seconds or null], ...]
    Column("figures", Text, nullable=False),  # JSON: {name: count}
    Column("problem", Text, nullable=False, server_default=""),
    Column("began", Float, nullable=False),
    Column("published", Float),
    Column("ended", Float),  # when it failed, was cancelled or taken back
)

# A message that the new model takes otherwise than the live one.
publication_case = Table(
    "publication_case",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("publication_id", Integer, ForeignKey("publication.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # safety, worse, fixed, changed
    Column("source", String(64), nullable=False),  # a file of tests, or "" for a visitor's message
    Column("sender_id", String(255), index=True),  # of the visitor's conversation, with which it is forgotten
    Column("turn", Integer),
    Column("text", Text, nullable=False),  # redacted
    Column("wanted", Text, nullable=False),  # what is right, where that is known
    Column("before", Text, nullable=False),  # what the live model takes it for
    Column("after", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),  # why the loss is accepted
    Column("decided_by", String(100), nullable=False, server_default=""),
    Column("decided", Float),
)
