"""Two people who differ about danger settle it together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("safety_verdict", sa.Column("together", sa.String(16), nullable=False, server_default=""))


def downgrade() -> None:
    """Removes it."""
    op.drop_column("safety_verdict", "together")
