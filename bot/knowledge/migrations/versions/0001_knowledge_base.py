"""The tables of the knowledge base, and triggers that tell its readers of every change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

WATCHED = (
    "document",
    "topic",
    "fact",
    "fact_source",
    "answer_sentence",
    "next_topic",
    "left_out",
    "centre",
)
BUMP = "UPDATE knowledge_version SET changes = changes + 1"


def upgrade() -> None:
    """Creates the tables, the version row and the triggers."""
    op.create_table(
        "document",
        sa.Column("file", sa.String, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("short", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("topic_group", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_table(
        "fact",
        sa.Column("topic_id", sa.String, sa.ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("says", sa.Text, nullable=False),
        sa.Column("applies_when", sa.Text),
        sa.Column("low", sa.Float),
        sa.Column("high", sa.Float),
        sa.Column("unit", sa.String),
        sa.Column("qualifier", sa.String),
        sa.Column("entity", sa.String),
        sa.Column("items", sa.JSON, nullable=False),
    )
    op.create_table(
        "fact_source",
        sa.Column("topic_id", sa.String, primary_key=True),
        sa.Column("fact_id", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("document", sa.String, sa.ForeignKey("document.file"), nullable=False),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("sentence", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(["topic_id", "fact_id"], ["fact.topic_id", "fact.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_fact_source_sentence", "fact_source", ["sentence"])
    op.create_table(
        "answer_sentence",
        sa.Column("topic_id", sa.String, sa.ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("part", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "next_topic",
        sa.Column("topic_id", sa.String, sa.ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("next_id", sa.String, sa.ForeignKey("topic.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_table(
        "left_out",
        sa.Column("document", sa.String, sa.ForeignKey("document.file"), primary_key=True),
        sa.Column("sentence", sa.String(12), primary_key=True),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_table(
        "centre",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("example", sa.Boolean, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("phone", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("time_zone", sa.String),
        sa.Column("emergency_note", sa.Text),
        sa.Column("hours", sa.JSON, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
    )
    op.create_table(
        "knowledge_version",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("hash", sa.String),
        sa.Column("loaded_at", sa.DateTime(timezone=True)),
        sa.Column("changes", sa.Integer, nullable=False),
    )
    op.execute("INSERT INTO knowledge_version (id, changes) VALUES (1, 0)")
    _create_triggers()


def downgrade() -> None:
    """Removes everything."""
    for table in (*reversed(WATCHED), "knowledge_version"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION knowledge_changed()")


def _create_triggers() -> None:
    """Answers are composed from a copy in memory: a figure corrected by hand must reach it too."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION knowledge_changed() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {BUMP}; RETURN NULL; END $$"
        )
        for table in WATCHED:
            op.execute(
                f"CREATE TRIGGER {table}_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION knowledge_changed()"
            )
        return
    for table in WATCHED:
        for verb in ("INSERT", "UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_{verb.lower()} AFTER {verb} ON {table} BEGIN {BUMP}; END")
