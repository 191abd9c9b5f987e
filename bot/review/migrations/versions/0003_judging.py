"""What staff judged: decisions, corrected phrases, claims, and verdicts of danger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("intent", sa.String(64), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decision_at", "decision", ["at"])
    op.create_table(
        "judgement",
        sa.Column("turn_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("decision_id", sa.Integer, nullable=False),
        sa.Column("phrase_id", sa.Integer),
    )
    for column in ("sender_id", "decision_id", "phrase_id"):
        op.create_index(f"ix_judgement_{column}", "judgement", [column])
    op.create_table(
        "phrase",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("folded", sa.String(1000), nullable=False, unique=True),
        sa.Column("intent", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("approver", sa.String(64), nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("decided", sa.Float),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("decision_id", sa.Integer),
        sa.Column("publication", sa.Integer),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_phrase_decision_id", "phrase", ["decision_id"])
    op.create_index("ix_phrase_state", "phrase", ["state", "intent"])
    op.create_table(
        "claim",
        sa.Column("turn_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("until", sa.Float, nullable=False),
    )
    for column in ("sender_id", "who"):
        op.create_index(f"ix_claim_{column}", "claim", [column])
    op.create_table(
        "safety_verdict",
        sa.Column("turn_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("who", sa.String(64), primary_key=True),
        sa.Column("sender_id", sa.String(255), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("settles", sa.Boolean, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_safety_verdict_sender_id", "safety_verdict", ["sender_id"])


def downgrade() -> None:
    """Removes them."""
    for table in ("safety_verdict", "claim", "phrase", "judgement", "decision"):
        op.drop_table(table)
