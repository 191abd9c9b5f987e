"""Edits of answers, facts and the centre."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "edit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("made", sa.Float, nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("decided", sa.Float),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_edit_target", "edit", ["target", "id"])
    op.create_index("ix_edit_state", "edit", ["state", "id"])


def downgrade() -> None:
    """Removes it."""
    op.drop_table("edit")
