"""`python -m bot callbacks ...`: call-back requests from the terminal or by cron."""

from __future__ import annotations

import argparse
import getpass
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rich.console import Console

from bot.privacy.cli import days
from bot.settings import settings

if TYPE_CHECKING:
    from bot.callbacks.actor import Actor
    from bot.callbacks.repository import Callback, Callbacks, Purged, Unreadable

Command = Callable[["Callbacks", "Actor", argparse.Namespace], int]


def add_commands(commands: Any) -> None:
    """Adds `callbacks` to the command line's parsers."""
    parser = commands.add_parser("callbacks", help="call-back requests: list, mark, delete; their keys")
    actions = parser.add_subparsers(required=True, metavar="what")

    command = actions.add_parser("list", help="show those that wait; names and numbers are shown")
    command.add_argument("--all", action="store_true", help="those that are done too")
    command.set_defaults(run=_guarded(_list))
    for state, words in (("called", "somebody was called"), ("done", "nothing is left to do")):
        command = actions.add_parser(state, help=f"mark a request: {words}")
        command.add_argument("id", metavar="ID")
        command.set_defaults(run=_guarded(_mark), state=state)
    command = actions.add_parser("delete", help="delete one request now")
    command.add_argument("id", metavar="ID")
    command.set_defaults(run=_guarded(_delete))
    command = actions.add_parser("purge", help="delete those made too long ago")
    command.add_argument("--days", type=days, help="how long, in days (default: IOP_CALLBACKS_KEEP_DAYS)")
    command.set_defaults(run=_guarded(_purge))
    command = actions.add_parser("rotate", help="encrypt everything with the first key")
    command.set_defaults(run=_guarded(_rotate))
    command = actions.add_parser("audit", help="who read or changed requests, the latest first")
    command.add_argument("id", metavar="ID", nargs="?")
    command.set_defaults(run=_guarded(_audit))
    command = actions.add_parser("new-key", help="make a key; it is shown, and kept nowhere")
    command.set_defaults(run=_new_key)


def _list(callbacks: Callbacks, actor: Actor, options: argparse.Namespace) -> int:
    from bot.callbacks.repository import STATES

    listed = callbacks.list(actor, STATES if options.all else ("new", "called"))
    for one in listed.requests:
        _say(_line(one))
    if not listed.requests:
        _say("No requests wait" if not options.all else "There are no requests that can be read")
    if listed.more:
        _say(f"There are more: these are the {len(listed.requests)} oldest")
    return _tell_unreadable(listed.unreadable)


def _line(one: Callback) -> str:
    details = one.details
    parts = [one.id, f"{one.state:6}", f"{one.created:%Y-%m-%d %H:%M} UTC", details.name, details.phone]
    return "  ".join([*parts, *([details.best_time] if details.best_time else [])])


def _tell_unreadable(unreadable: tuple[Unreadable, ...]) -> int:
    for one in unreadable:
        why = f"its key (print {one.key_print}) is not among IOP_CALLBACKS_KEYS"
        _complain(f"{one.id!r} cannot be read: {why if one.why == 'key' else 'its row is damaged'}")
    return 1 if unreadable else 0


def _mark(callbacks: Callbacks, actor: Actor, options: argparse.Namespace) -> int:
    callbacks.mark(actor, options.id, options.state)
    _say(f"{options.id} is marked: {options.state}")
    return 0


def _delete(callbacks: Callbacks, actor: Actor, options: argparse.Namespace) -> int:
    return _tell_deleted(callbacks.delete(actor, options.id), f"Deleted the request {options.id}")


def _purge(callbacks: Callbacks, actor: Actor, options: argparse.Namespace) -> int:
    keep = settings().callbacks_keep_days if options.days is None else options.days
    purged = callbacks.purge(actor, keep)
    return _tell_deleted(purged, f"Deleted {purged.requests} requests made more than {keep:g} days ago")


def _tell_deleted(purged: Purged, words: str) -> int:
    _say(words)
    return 0 if purged.whole else _no_vacuum()


def _rotate(callbacks: Callbacks, actor: Actor, _: argparse.Namespace) -> int:
    rotated = callbacks.rotate(actor)
    _say(f"Encrypted {rotated.anew} requests with the first key; {rotated.already} were already")
    if rotated.unreadable:
        _complain("Keep the other keys: these requests stay as they are.")
    status = _tell_unreadable(rotated.unreadable)
    return status if rotated.whole else _no_vacuum()


def _no_vacuum() -> int:
    _complain("The database could not clear the old bytes away (VACUUM): have it do so")
    return 1


def _audit(callbacks: Callbacks, actor: Actor, options: argparse.Namespace) -> int:
    for entry in callbacks.audit(actor, options.id):
        _say(f"{entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.id}  {entry.what:8}  {entry.who}")
    return 0


def _new_key(_: argparse.Namespace) -> int:
    from bot.callbacks.keys import fingerprint, new_key

    key = new_key()
    print(key)
    _complain(
        f"Its print is {fingerprint(key)}. Put it first in IOP_CALLBACKS_KEYS, and keep a copy elsewhere:"
    )
    _complain("without it the requests cannot be read by anybody.")
    return 0


def _guarded(command: Command) -> Callable[[argparse.Namespace], int]:
    """The command, given the repository and who runs it; what goes wrong is said in one line."""

    def run(options: argparse.Namespace) -> int:
        from bot.callbacks.actor import AUDIT, CALLBACKS, Actor
        from bot.callbacks.errors import CallbacksError
        from bot.callbacks.keys import Keys
        from bot.callbacks.repository import Callbacks

        config = settings()
        try:
            callbacks = Callbacks(config.callbacks_url, Keys(config.callbacks_keys))
            return command(callbacks, Actor(account_at_terminal(), frozenset({CALLBACKS, AUDIT})), options)
        except CallbacksError as error:
            _complain(str(error))
            return 1

    return run


def account_at_terminal() -> str:
    """Who sits at the terminal, as far as the system knows."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's account may have no name
        name = str(os.getuid())
    return f"terminal: {name}"


def _say(text: str) -> None:
    Console(highlight=False).print(text, markup=False, emoji=False, soft_wrap=True)


def _complain(text: str) -> None:
    Console(stderr=True, highlight=False).print(text, markup=False, emoji=False, soft_wrap=True)
