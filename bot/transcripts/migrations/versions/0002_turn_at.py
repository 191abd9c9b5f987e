"""Turns are counted by week: an index of their times."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Creates the index."""
    op.create_index("ix_turn_at", "turn", ["at"])


def downgrade() -> None:
    """Removes it."""
    op.drop_index("ix_turn_at", "turn")
