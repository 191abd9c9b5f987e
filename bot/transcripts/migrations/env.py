"""Run by Alembic; bot.knowledge.database.migrate_engine hands over the connection."""

from __future__ import annotations

from alembic import context

from bot.transcripts.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # Rasa itself keeps its tables in the same database.
    version_table="transcripts_alembic_version",
    include_name=lambda name, kind, _: kind != "table" or name in metadata.tables,
)
context.run_migrations()
