"""The requests, and the audit that is only added to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_REFUSAL = "the audit is only added to"


def upgrade() -> None:
    """Creates the tables and the audit's triggers."""
    op.create_table(
        "callback",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("changed", sa.Float, nullable=False),
        sa.Column("changed_by", sa.String(100), nullable=False),
        sa.Column("key_print", sa.String(16), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('new', 'called', 'done')", name="callback_state"),
    )
    op.create_index("ix_callback_created", "callback", ["created"])
    op.create_table(
        "callback_audit",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("callback_id", sa.String(32), nullable=False),
    )
    op.create_index("ix_callback_audit_callback_id", "callback_audit", ["callback_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION callback_audit_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER callback_audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON callback_audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION callback_audit_stays()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER callback_audit_{verb.lower()} BEFORE {verb} ON callback_audit "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def downgrade() -> None:
    """Removes everything."""
    op.drop_table("callback_audit")
    op.drop_table("callback")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION callback_audit_stays()")
