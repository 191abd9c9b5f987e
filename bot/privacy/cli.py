"""`python -m bot privacy ...`: what is done about stored conversations from the terminal or by cron."""

from __future__ import annotations

import argparse
import math
from typing import Any

from rich.console import Console
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import settings

console = Console(highlight=False)


def add_commands(commands: Any) -> None:
    """Adds `privacy` to the command line's parsers."""
    parser = commands.add_parser("privacy", help="delete old conversations; see what redaction takes out")
    actions = parser.add_subparsers(required=True, metavar="what")
    expire = actions.add_parser("expire", help="delete conversations whose last message is too old")
    expire.add_argument("--days", type=days, help="how old, in days (default: IOP_KEEP_DAYS)")
    expire.set_defaults(run=_expire)
    look = actions.add_parser("redact", help="show what would be stored of a text, and why")
    look.add_argument("text")
    look.set_defaults(run=_redact)


def days(text: str) -> float:
    """A number of days given on the command line, 0 or more. Raises what argparse reports."""
    number = float(text)
    if not math.isfinite(number) or number < 0:
        raise argparse.ArgumentTypeError("expected a number of days, 0 or more")
    return number


def _expire(options: argparse.Namespace) -> int:
    from bot.privacy.conversations import Conversations

    config = settings()
    keep = config.keep_days if options.days is None else options.days
    try:
        deleted = Conversations(config.tracker_url).expire(keep)
    except (SQLAlchemyError, ImportError) as error:
        console.print(
            f"{_address(config.tracker_url)}: {type(error).__name__}; nothing was deleted", markup=False
        )
        return 1
    console.print(
        f"Deleted {deleted.conversations} conversations ({deleted.events} events) "
        f"without a message for {keep:g} days",
        markup=False,
        soft_wrap=True,
    )
    if not deleted.whole:
        console.print(
            "Deleted rows may still be in the database's files (it is in use, or the disk is full): "
            "run this again",
            markup=False,
            soft_wrap=True,
        )
        return 1
    return 0


def _address(url: str) -> str:
    """The database's address as it may be shown; of what is none, not a word: it may hold a password."""
    try:
        return str(make_url(url).render_as_string(hide_password=True))
    except SQLAlchemyError:
        return "IOP_TRACKER_URL"


def _redact(options: argparse.Namespace) -> int:
    from bot.privacy.redact import redact

    redacted = redact(options.text)
    console.print(redacted.text, markup=False, soft_wrap=True)
    for finding in redacted.findings:
        console.print(
            f"  {finding.start}-{finding.end} {finding.kind}: {finding.reason} ({finding.score:g})",
            markup=False,
        )
    return 0
