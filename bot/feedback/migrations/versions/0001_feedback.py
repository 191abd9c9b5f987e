"""Visitors' feedback on replies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "feedback",
        sa.Column("sender_id", sa.String(255), primary_key=True),
        sa.Column("message_id", sa.String(64), primary_key=True),
        sa.Column("rating", sa.String(8), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("given", sa.Float, nullable=False),
        sa.CheckConstraint("rating IN ('up', 'down')", name="feedback_rating"),
    )
    op.create_index("ix_feedback_given", "feedback", ["given"])


def downgrade() -> None:
    """Removes it."""
    op.drop_table("feedback")
