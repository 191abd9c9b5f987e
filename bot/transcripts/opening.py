"""Opens the transcripts where the conversations are: in the tracker store's database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event, inspect, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import make_url

from bot.feedback.repository import MIGRATIONS as FEEDBACK_MIGRATIONS
from bot.knowledge.database import migrate_engine, open_database
from bot.privacy.conversations import is_sqlite, overwrite_deleted
from bot.transcripts.tables import events, turn

MIGRATIONS = Path(__file__).parent / "migrations"


def open_transcripts(url: str) -> Engine:
    """The database at `url` (SQLite or PostgreSQL) with the tables of transcripts and feedback.

    Rasa makes its own at its first start; until then there is nothing to read. Raises DatabaseError, or
    OSError where a file cannot be made.
    """
    engine = open_database(url)
    engine.hide_parameters = True  # an error would quote what was said
    if is_sqlite(engine):
        Path(str(make_url(url).database)).touch(mode=0o600)
        event.listen(engine, "connect", overwrite_deleted)
    migrate_engine(engine, migrations=FEEDBACK_MIGRATIONS)
    migrate_engine(engine, migrations=MIGRATIONS)
    return engine


@contextmanager
def writing_alone(engine: Engine) -> Iterator[Connection]:
    """A transaction beside which nobody else writes turns, or deletes a conversation: what was read of it is
    either still there when its turns are written, or was never read. Rasa waits for it in SQLite alone."""
    with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        if not is_sqlite(engine):
            connection.execute(text(f"LOCK TABLE {turn.name} IN SHARE ROW EXCLUSIVE MODE"))
        yield connection


def has_events(connection: Connection) -> bool:
    """Whether Rasa has made its table."""
    return bool(inspect(connection).has_table(events.name))
