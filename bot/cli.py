"""The commands, `python -m bot COMMAND`; each says with --help what it takes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from bot.callbacks import cli as callbacks_cli
from bot.knowledge import cli as knowledge_cli
from bot.language import cli as language_cli
from bot.prepare import PrepareError
from bot.privacy import cli as privacy_cli
from bot.review import cli as review_cli
from bot.safety import cli as safety_cli
from bot.settings import SettingsError, settings
from bot.transcripts import cli as transcripts_cli

console = Console(stderr=True, highlight=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit status. Errors a person can mend are one line."""
    parser = argparse.ArgumentParser(prog="python -m bot")
    commands = parser.add_subparsers(required=True, metavar="command")
    serve = commands.add_parser("serve", help="prepare everything, then run the three processes")
    serve.set_defaults(run=_serve)
    prepare = commands.add_parser("prepare", help="encoder, model and knowledge base, as `serve` needs them")
    prepare.set_defaults(run=_prepare)
    knowledge_cli.add_commands(commands)
    language_cli.add_commands(commands)
    safety_cli.add_commands(commands)
    privacy_cli.add_commands(commands)
    callbacks_cli.add_commands(commands)
    review_cli.add_commands(commands)
    transcripts_cli.add_commands(commands)
    options = parser.parse_args(arguments)
    try:
        status: int = options.run(options)
    except (PrepareError, SettingsError) as error:
        console.print(f"[red]{error}[/red]", markup=True, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _say(text: str) -> None:
    console.print(text, markup=False, soft_wrap=True)


def _serve(options: argparse.Namespace) -> int:
    from bot.serve import serve

    return serve(settings(), _say)


def _prepare(options: argparse.Namespace) -> int:
    from bot.prepare import prepare

    prepare(settings(), _say)
    return 0


if __name__ == "__main__":
    sys.exit(main())
