"""Publications of a new model, and the messages it takes otherwise."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("running", sa.Integer, unique=True),
        sa.Column("author", sa.String(100), nullable=False),
        sa.Column("approver", sa.String(100), nullable=False, server_default=""),
        sa.Column("phrases", sa.Text, nullable=False),
        sa.Column("model_before", sa.String(64), nullable=False),
        sa.Column("model_after", sa.String(64), nullable=False, server_default=""),
        sa.Column("steps", sa.Text, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("problem", sa.Text, nullable=False, server_default=""),
        sa.Column("began", sa.Float, nullable=False),
        sa.Column("published", sa.Float),
        sa.Column("ended", sa.Float),
    )
    op.create_table(
        "publication_case",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("publication_id", sa.Integer, sa.ForeignKey("publication.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("sender_id", sa.String(255), index=True),
        sa.Column("turn", sa.Integer),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("wanted", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("decided_by", sa.String(100), nullable=False, server_default=""),
        sa.Column("decided", sa.Float),
    )


def downgrade() -> None:
    """Removes them."""
    op.drop_table("publication_case")
    op.drop_table("publication")
