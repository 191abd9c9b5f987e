"""`python -m bot encoder build` and `python -m bot evaluate FILE...`."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

if TYPE_CHECKING:
    from bot.language.evaluate import Outcome


def add_commands(commands: Any) -> None:
    """Adds the commands to argparse's subparsers."""
    encoder = commands.add_parser("encoder", help="the sentence encoder")
    build = encoder.add_subparsers(required=True, metavar="build").add_parser("build", help="build it anew")
    build.set_defaults(run=_build)
    evaluate = commands.add_parser("evaluate", help="how often visitors get what they asked for")
    evaluate.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON lines: see evaluate.py")
    evaluate.add_argument("--errors", action="store_true", help="list what was misunderstood")
    evaluate.set_defaults(run=_evaluate)


def _build(options: argparse.Namespace) -> int:
    from bot.language import build_encoder
    from bot.settings import settings

    build_encoder.build(settings().encoder_dir)
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from bot import prepare
    from bot.house import HouseError, open_house
    from bot.knowledge.reading import read_knowledge
    from bot.knowledge.yaml_file import DataError
    from bot.language.evaluate import CasesError, play, read_cases
    from bot.settings import settings

    console = Console(highlight=False)

    def say(text: object) -> None:
        console.print(str(text), markup=False, soft_wrap=True)

    judged: list[Outcome] = []
    try:
        topics = read_knowledge(settings().data_dir / "knowledge").topics
        files = {file: read_cases(file, topics) for file in options.files}
        prepare.build_encoder(settings(), say)
        model = prepare.train(settings(), say)
        say("Starting an assistant of its own (20 s or so)")
        with tempfile.TemporaryDirectory() as folder, open_house(Path(folder), model) as house:
            for file, cases in files.items():
                asked = track(cases, f"{file.name}: asking", console=console)
                outcomes = [outcome for turns in asked for outcome in play(turns, house.conversation())]
                _print(console, file.name, outcomes, options.errors)
                judged += outcomes
    except (CasesError, DataError, HouseError) as error:
        say(error)
        return 1
    if len(files) > 1:
        _print_summary(console, "all files", judged)
    return 0


def _print(console: Console, name: str, outcomes: Sequence[Outcome], errors: bool) -> None:
    from bot.language.evaluate import by_wanted, taken_for

    table = Table("wanted", "right", "of", "", "taken for", title=name)
    for wanted, group in by_wanted(outcomes).items():
        right = sum(outcome.right for outcome in group)
        table.add_row(
            wanted, str(right), str(len(group)), "█" * round(10 * right / len(group)), taken_for(group)
        )
    console.print(table)
    _print_summary(console, name, outcomes)
    for outcome in outcomes if errors else ():
        if not outcome.right:
            turn, said = outcome.turn, outcome.said
            console.print(f"{turn.id}  {turn.accepted} -> {outcome.got}", markup=False, soft_wrap=True)
            console.print(f"      {turn.text}", markup=False, soft_wrap=True)
            if turn.form == "specific":  # there the words decide
                console.print(f"      -> {said.text}", markup=False, soft_wrap=True)


def _print_summary(console: Console, name: str, outcomes: Sequence[Outcome]) -> None:
    from bot.language.evaluate import summary

    table = Table("", "share (95 % interval)", title=f"{name}: {len(outcomes)} messages", show_header=True)
    for what, share in summary(outcomes).items():
        table.add_row(what, str(share))
    console.print(table)
