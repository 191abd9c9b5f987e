"""`python -m bot staff ...`: accounts of the staff application from the terminal."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rich.console import Console

from bot.callbacks.cli import account_at_terminal
from bot.settings import settings

if TYPE_CHECKING:
    from bot.review.accounts import Accounts

Command = Callable[["Accounts", argparse.Namespace], None]


def add_commands(commands: Any) -> None:
    """Adds `staff` to the command line's parsers."""
    parser = commands.add_parser("staff", help="accounts of the staff application, and what they may do")
    actions = parser.add_subparsers(required=True, metavar="what")

    def command(name: str, run: Command, words: str) -> Any:
        parser = actions.add_parser(name, help=words)
        parser.set_defaults(run=_guarded(run))
        return parser

    added = command("add", _add, "make an account; its password is asked for, twice")
    command("list", _list, "show the accounts with their roles")
    roles = command("roles", _roles, "give an account these roles and no others")
    password = command("password", _password, "change a password; the account is logged out everywhere")
    disabled = command("disable", _disable, "log an account out, and let it in no more")
    enabled = command("enable", _enable, "let a disabled account in again")
    tests = command("tests", _tests, "print the corrected phrases that are tests: ... > FILE")
    tests.add_argument("format", nargs="?", choices=("rasa", "jsonl", "danger"), default="rasa")
    for one in (added, roles, password, disabled, enabled):
        one.add_argument("name", metavar="NAME", help="such as rosa, or an e-mail address")
    for one in (added, roles):
        one.add_argument(
            "roles", metavar="ROLE", nargs="+", help="reader, editor, approver, admin, callbacks"
        )
    for one in (added, password):
        one.add_argument("--generate", action="store_true", help="make a password, and show it once")


def _add(accounts: Accounts, options: argparse.Namespace) -> None:
    from bot.review.accounts import checked_name
    from bot.review.roles import checked_roles

    name, roles = checked_name(options.name), checked_roles(options.roles)  # before a password is typed
    password = _new_password(options)
    account = accounts.add(account_at_terminal(), name, roles, password)
    _say(f"Added {account.name}: {', '.join(sorted(account.roles))}")
    _show(password, options)


def _list(accounts: Accounts, _: argparse.Namespace) -> None:
    listed = accounts.all()
    for one in listed:
        state = "  (disabled)" if one.disabled else ""
        _say(f"{one.name}  {', '.join(sorted(one.roles))}  since {one.created:%Y-%m-%d}{state}")
    if not listed:
        _say("There are no accounts yet. Make one: python -m bot staff add NAME admin")


def _roles(accounts: Accounts, options: argparse.Namespace) -> None:
    account = accounts.named(options.name)
    accounts.set_roles(account_at_terminal(), account, options.roles)
    _say(f"{account.name} is now: {', '.join(sorted(set(options.roles)))}")


def _password(accounts: Accounts, options: argparse.Namespace) -> None:
    account = accounts.named(options.name)
    password = _new_password(options)
    accounts.set_password(account_at_terminal(), account, password)
    _say(f"{account.name} has a new password, and is logged out everywhere")
    _show(password, options)


def _disable(accounts: Accounts, options: argparse.Namespace) -> None:
    account = accounts.named(options.name)
    accounts.set_disabled(account_at_terminal(), account, True)
    _say(f"{account.name} is logged out, and cannot log in")


def _enable(accounts: Accounts, options: argparse.Namespace) -> None:
    account = accounts.named(options.name)
    accounts.set_disabled(account_at_terminal(), account, False)
    _say(f"{account.name} can log in")


def _tests(_: Accounts, options: argparse.Namespace) -> None:
    from bot.judging.export import as_file
    from bot.judging.phrases import phrases
    from bot.review.audit import record
    from bot.review.database import Database

    config = settings()
    with Database(config.tracker_url).writing() as connection:
        record(connection, account_at_terminal(), "tests_exported", options.format)
        tests = phrases(connection, ("test",))
    topics = {path.stem for path in (config.data_dir / "knowledge").glob("*.yml")}
    sys.stdout.write(as_file(tests, options.format, topics))


def _new_password(options: argparse.Namespace) -> str:
    """Typed twice, unseen; or a random one. Raises InvalidError."""
    from bot.review.errors import InvalidError
    from bot.review.passwords import check_password, new_password

    if options.generate:
        return new_password()
    if not sys.stdin.isatty():
        raise InvalidError("There is no terminal to ask for a password at: use --generate.")
    password = getpass.getpass("Password: ")
    check_password(password, options.name.strip().lower())
    if getpass.getpass("Again: ") != password:
        raise InvalidError("The password was typed in two different ways. Nothing was changed.")
    return password


def _show(password: str, options: argparse.Namespace) -> None:
    if options.generate:
        _say(f"Its password, shown only now: {password}")


def _guarded(command: Command) -> Callable[[argparse.Namespace], int]:
    """The command, given the accounts; what goes wrong is said in one line."""

    def run(options: argparse.Namespace) -> int:
        from bot.review.accounts import Accounts
        from bot.review.database import Database
        from bot.review.errors import ReviewError

        try:
            command(Accounts(Database(settings().tracker_url)), options)
        except (ReviewError, EOFError) as error:
            Console(stderr=True, highlight=False).print(
                str(error) or "No password was given. Nothing was changed.", markup=False, soft_wrap=True
            )
            return 1
        return 0

    return run


def _say(text: str) -> None:
    Console(highlight=False).print(text, markup=False, emoji=False, soft_wrap=True)
