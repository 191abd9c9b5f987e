"""Turns, conversations, and how far the events have been read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "turn",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("intent", sa.String(64), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("safety", sa.String(16), nullable=False),
        sa.Column("unanswered", sa.Boolean, nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("knowledge", sa.Integer),
        sa.Column("reviewed", sa.Float),
        sa.Column("reviewer", sa.String(255), nullable=False, server_default=""),
    )
    op.create_index("ix_turn_sender_id", "turn", ["sender_id", "id"])
    op.create_table(
        "conversation",
        sa.Column("sender_id", sa.String(255), primary_key=True),
        sa.Column("first_turn", sa.Integer, nullable=False),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("started", sa.Float, nullable=False),
        sa.Column("latest", sa.Float, nullable=False),
    )
    progress = op.create_table(
        "transcript_progress",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("read_to", sa.Integer, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
    )
    op.bulk_insert(progress, [{"id": 1, "read_to": 0, "seen": 0}])


def downgrade() -> None:
    """Removes them."""
    for table in ("transcript_progress", "conversation", "turn"):
        op.drop_table(table)
