"""Particular questions on a topic and their answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Creates the table, and the triggers that tell its readers of every change (see 0001)."""
    op.create_table(
        "specific",
        sa.Column("topic_id", sa.String, sa.ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("asks", sa.JSON, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("says", sa.Text),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER specific_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON specific "
            "FOR EACH STATEMENT EXECUTE FUNCTION knowledge_changed()"
        )
        return
    for verb in ("INSERT", "UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER specific_{verb.lower()} AFTER {verb} ON specific "
            "BEGIN UPDATE knowledge_version SET changes = changes + 1; END"
        )


def downgrade() -> None:
    """Drops the table."""
    op.drop_table("specific")
