"""Saved filters of the conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "staff_filter",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("staff_account.id"), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.UniqueConstraint("account_id", "name", name="staff_filter_name"),
    )


def downgrade() -> None:
    """Removes it."""
    op.drop_table("staff_filter")
