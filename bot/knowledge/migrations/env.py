"""Run by Alembic; bot.knowledge.database.migrate hands over the connection."""

from __future__ import annotations

from alembic import context

from bot.knowledge.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # Other parts of the assistant, and Rasa itself, may keep tables in the same database.
    version_table="knowledge_alembic_version",
    include_name=lambda name, kind, _: kind != "table" or name in Base.metadata.tables,
)
context.run_migrations()
