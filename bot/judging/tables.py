"""The tables of what staff judged, in the tracker store's database beside the accounts; migration 0003.

Rows with a sender_id are forgotten with the conversation (bot/privacy/conversations.py).
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table

from bot.review.tables import metadata

# Times are seconds since 1970, UTC.
# What somebody decided, of one message or of several that mean the same. It holds no word of a visitor.
decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("who", String(64), nullable=False),
    Column("at", Float, nullable=False, index=True),
    Column("verdict", String(20), nullable=False),
    Column("intent", String(64), nullable=False),  # the right intent, or a safety id; "" where none was said
    sqlite_autoincrement=True,  # a page may still show one that was undone
)

# Which messages it was decided of: a message has one decision, the latest.
judgement = Table(
    "judgement",
    metadata,
    Column("turn_id", Integer, primary_key=True, autoincrement=False),
    Column("sender_id", String(255), nullable=False, index=True),
    Column("decision_id", Integer, nullable=False, index=True),
    Column("phrase_id", Integer, index=True),  # that was made of its words
)

# Staff's words, made of visitors' redacted ones: they stay when the visitor's are forgotten.
phrase = Table(
    "phrase",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", String(300), nullable=False),
    Column("folded", String(1000), nullable=False, unique=True),  # by which the same words are known again
    Column("intent", String(64), nullable=False),  # or a safety id: then it stays a test
    Column("state", String(16), nullable=False),
    Column("author", String(64), nullable=False),
    Column("approver", String(64), nullable=False),
    Column("created", Float, nullable=False),
    Column("decided", Float),  # when it was approved or rejected
    Column("version", Integer, nullable=False),
    Column("decision_id", Integer, index=True),  # with which it came
    Column("publication", Integer),  # with which visitors got it
    Index("ix_phrase_state", "state", "intent"),
    sqlite_autoincrement=True,
)

# Who has a message before them, so that two people do not judge the same one.
claim = Table(
    "claim",
    metadata,
    Column("turn_id", Integer, primary_key=True, autoincrement=False),
    Column("sender_id", String(255), nullable=False, index=True),
    Column("who", String(64), nullable=False, index=True),
    Column("until", Float, nullable=False),
)

# Whether a message tells of danger: two people say so independently. Where they differ, a third settles it;
# where there is none, the two do, by saying the same once they have talked.
safety_verdict = Table(
    "safety_verdict",
    metadata,
    Column("turn_id", Integer, primary_key=True, autoincrement=False),
    Column("who", String(64), primary_key=True),
    Column("sender_id", String(255), nullable=False, index=True),
    Column("verdict", String(16), nullable=False),  # danger, distress or none
    Column("settles", Boolean, nullable=False),  # the third person's
    Column("together", String(16), nullable=False, server_default=""),  # what one says after talking
    Column("at", Float, nullable=False),
)
