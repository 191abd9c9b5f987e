"""What was counted before and after a published change: numbers, without conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "change_count",
        sa.Column("published", sa.Float, primary_key=True),
        sa.Column("topic", sa.String(64), primary_key=True),
        sa.Column("before_asked", sa.Integer, nullable=False),
        sa.Column("before_in_vain", sa.Integer, nullable=False),
        sa.Column("after_asked", sa.Integer, nullable=False),
        sa.Column("after_in_vain", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Removes it."""
    op.drop_table("change_count")
