"""`python -m bot transcripts ...` and `python -m bot demo`."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Settings, settings

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

FOLLOW_SECONDS = 2.0
DEMO = "demo.db"  # beside the tracker store's file

console = Console(highlight=False)


def add_commands(commands: Any) -> None:
    """Adds `transcripts` and `demo` to the command line's parsers."""
    parser = commands.add_parser("transcripts", help="conversations, as staff read them")
    actions = parser.add_subparsers(required=True, metavar="what")
    command = actions.add_parser("import", help="read what was said since the last import")
    command.add_argument("--follow", action="store_true", help="go on reading until Ctrl-C")
    command.set_defaults(run=_import)
    demo = commands.add_parser("demo", help="make a database of invented conversations to look at")
    demo.set_defaults(run=_demo)


def _import(options: argparse.Namespace) -> int:
    from bot.knowledge.database import DatabaseError
    from bot.transcripts.opening import open_transcripts

    try:
        engine = open_transcripts(settings().tracker_url)
        turns = import_waiting(engine)
        _say(f"{turns} turns read")
        while options.follow:
            time.sleep(FOLLOW_SECONDS)
            import_waiting(engine)
    except (DatabaseError, SQLAlchemyError, OSError) as error:
        return _failed("Transcripts", error)
    return 0


def import_waiting(engine: Engine) -> int:
    """Reads all that waits, with a bar where there is much; returns how many turns were written.

    Raises SQLAlchemyError; what was read until then stays.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from bot.transcripts.importer import BATCH, import_batch, waiting

    total = waiting(engine)
    columns = (TextColumn("Reading events"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=total < BATCH) as bar:
        task = bar.add_task("", total=total)
        turns = 0
        while (done := import_batch(engine)).more:
            turns += done.turns
            bar.advance(task, BATCH)
    return turns + done.turns


def _demo(options: argparse.Namespace) -> int:
    from bot.knowledge.database import DatabaseError
    from bot.knowledge.yaml_file import DataError

    try:
        path = make_demo(settings())
    except (DataError, DatabaseError, SQLAlchemyError, OSError) as error:
        return _failed("The demo", error)
    _say(f"Invented conversations of 60 days: {path}")
    _say("To look at them, in this order:")
    _say(f"  IOP_TRACKER_DB={path} python -m bot staff add rosa editor approver --generate")
    _say(f"  IOP_TRACKER_DB={path} IOP_KEEP_DAYS=90 python -m bot serve")
    return 0


def make_demo(config: Settings) -> Path:
    """Makes the file anew, whole or not at all.

    Raises DataError, DatabaseError, SQLAlchemyError or OSError.
    """
    from bot.judging.demo import write_published, write_verdicts
    from bot.knowledge.database import migrate_engine
    from bot.review.database import MIGRATIONS
    from bot.transcripts.demo import now, read_demo, write
    from bot.transcripts.opening import open_transcripts

    path = config.tracker_db.with_name(DEMO)
    unfinished = path.with_name(f"{DEMO}.{os.getpid()}")
    try:
        engine = open_transcripts(f"sqlite:///{unfinished}")
        migrate_engine(engine, migrations=MIGRATIONS)
        demo, until = read_demo(config), now()
        write(engine, demo.conversations(until))
        import_waiting(engine)
        with engine.begin() as connection:
            write_published(connection, demo, until)
            write_verdicts(connection, until)
        engine.dispose()
        for log in ("-wal", "-shm"):  # of the one before
            path.with_name(DEMO + log).unlink(missing_ok=True)
        return unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _say(text: str) -> None:
    console.print(text, markup=False, soft_wrap=True)


def _failed(what: str, error: Exception) -> int:
    """One line; of the database's errors only the kind, as they may quote what was said."""
    told = type(error).__name__ if isinstance(error, SQLAlchemyError) else str(error)
    _say(f"{what}: {told}")
    return 1
