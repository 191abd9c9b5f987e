"""How near a message came to a support line that it did not get."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the column; of what was read before it is not known."""
    op.add_column("turn", sa.Column("near_danger", sa.Float, nullable=False, server_default="0"))


def downgrade() -> None:
    """Removes it."""
    op.drop_column("turn", "near_danger")
