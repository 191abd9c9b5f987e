"""The tables by which turns are found, in the tracker store's database. Migrations are in migrations/.

What was understood and answered is not copied: it stands in Rasa's events, and is read from there.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

DEMO = "demo-"  # how the id of an invented conversation begins
metadata = MetaData()

# One row a visitor's message: what it is filtered by. What has no value is "".
turn = Table(
    "turn",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # of the message's event
    Column("sender_id", String(255), nullable=False),
    Column("message_id", String(64), nullable=False),
    Column("at", Float, nullable=False),  # seconds since 1970, UTC
    Column("channel", String(64), nullable=False),
    Column("text", Text, nullable=False),  # redacted, as in the event
    Column("folded", Text, nullable=False),  # the text without upper case, to be searched
    Column("intent", String(64), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("kind", String(32), nullable=False),  # of the reply (bot/reply.py)
    Column("topics", Text, nullable=False),  # that were answered, with a space before and after each
    Column("safety", String(16), nullable=False),  # danger or distress
    Column("near_danger", Float, nullable=False, server_default="0"),  # 0 to 1, where nothing was noticed
    Column("unanswered", Boolean, nullable=False),
    Column("model", String(64), nullable=False),
    Column("knowledge", Integer),  # the knowledge base's version
    Column("reviewed", Float),  # when, in seconds since 1970; NULL where nobody has
    Column("reviewer", String(255), nullable=False, server_default=""),
    Index("ix_turn_sender_id", "sender_id", "id"),
    Index("ix_turn_at", "at"),
)

# One row a conversation, made from its turns.
conversation = Table(
    "conversation",
    metadata,
    Column("sender_id", String(255), primary_key=True),
    Column("first_turn", Integer, nullable=False),  # its id
    Column("turns", Integer, nullable=False),
    Column("started", Float, nullable=False),
    Column("latest", Float, nullable=False),
)

# One row: how far the events have been read.
progress = Table(
    "transcript_progress",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("read_to", Integer, nullable=False),  # the last event
    Column("seen", Integer, nullable=False),  # how many events the overlap before it held
)

# Rasa's, as it makes it; here to be read, and to be written by the demo and the tests.
rasa = MetaData()
events = Table(
    "events",
    rasa,
    Column("id", Integer, primary_key=True),
    Column("sender_id", String(255), nullable=False, index=True),
    Column("type_name", String(255), nullable=False),
    Column("timestamp", Float),
    Column("intent_name", String(255)),
    Column("action_name", String(255)),
    Column("data", Text),
)
