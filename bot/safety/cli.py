"""`python -m bot safety ...`: evaluate the danger detection, explain one message, list numbers."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.safety.evaluate import Report, Row, evaluate
from bot.safety.messages import EXPLICIT, IMPLICIT

MISSED = 1  # exit code: explicit danger was missed, or a number is not confirmed


def add_commands(subparsers: Any) -> None:
    """Adds `safety` to what `ArgumentParser.add_subparsers` returned; the command is in `args.run`."""
    parser = subparsers.add_parser("safety", help="the danger detection")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    command = commands.add_parser(
        "evaluate", help="recall, false alarms and time on messages never trained on"
    )
    command.add_argument(
        "--messages", type=Path, help="another file of messages (default: the held-out sets)"
    )
    command.add_argument("--rules-only", action="store_true", help="as the site does where there is no model")
    command.add_argument(
        "--missed", action="store_true", help="list what was missed and what was a false danger"
    )
    command.set_defaults(run=_evaluate)
    command = commands.add_parser("explain", help="what is noticed in a message, and why")
    command.add_argument("message", nargs="+")
    command.set_defaults(run=_explain)
    command = commands.add_parser("numbers", help="the emergency numbers, and which no person has confirmed")
    command.set_defaults(run=_numbers)


def _live() -> tuple[Any, Any]:
    """(encoder, classifier) of the trained model, as visitors meet them. Raises SafetyModelError."""
    from bot.language.encoder import SentenceEncoder
    from bot.prepare import model_path
    from bot.safety.classifier import classifier_of
    from bot.settings import settings

    return SentenceEncoder.load(), classifier_of(model_path(settings()))


def _evaluate(options: argparse.Namespace) -> int:
    from bot.safety.detect import detect
    from bot.safety.messages import read_messages, read_ordinary
    from bot.settings import ROOT, settings

    held_out = (
        [options.messages] if options.messages else sorted((ROOT / "tests" / "safety").glob("held_out*"))
    )
    messages = [message for file in held_out for message in read_messages(file)]
    messages += read_ordinary(settings().data_dir / "nlu")
    encoder, classifier = (None, None) if options.rules_only else _live()
    look = partial(detect, encoder=encoder, classifier=classifier)
    look("warm up")
    report = evaluate(messages, look)
    console = Console(highlight=False)
    console.print(_table(report, "rules alone" if options.rules_only else "rules and classifier"))
    console.print(f"Time a message: median {report.median_ms:.2f} ms, 95 % under {report.p95_ms:.2f} ms")
    console.print(
        "The ordinary phrases are the classifier's own training phrases; its thresholds were set on phrases "
        "held out in turn.",
        soft_wrap=True,
    )
    if options.missed:
        for message in report.missed:
            console.print(
                f"missed ({message.id}, {message.kind}): {message.text}", markup=False, soft_wrap=True
            )
        for message, finding in report.false_dangers:
            console.print(f"false danger: {message.text}  <- {finding.reason}", markup=False, soft_wrap=True)
    explicit = report.total(EXPLICIT).danger
    return 0 if explicit.count == explicit.of else MISSED


def _table(report: Report, title: str) -> Table:
    table = Table(
        "kind", "danger", "as danger", "noticed", "right danger", title=f"Danger detection: {title}"
    )
    rows = sorted(report.rows, key=lambda row: (row.kind not in (EXPLICIT, IMPLICIT), row.kind, row.id))
    for row in [*rows, report.total(EXPLICIT), report.total(IMPLICIT), report.total(safe=True)]:
        table.add_row(*_cells(row), style="bold" if row.id == "all" else "")
    return table


def _cells(row: Row) -> tuple[str, ...]:
    right = str(row.right_id) if row.id not in ("none",) and row.kind != "hard negatives" else ""
    return row.kind, row.id, str(row.danger), str(row.noticed), right


def _explain(options: argparse.Namespace) -> int:
    from bot.language.encoder import EncoderMissing
    from bot.safety.classifier import SafetyModelError
    from bot.safety.detect import detect

    console = Console(highlight=False)
    text = " ".join(options.message)
    try:
        finding = detect(text, *_live())
    except (EncoderMissing, SafetyModelError) as error:
        console.print(f"Rules alone: {error}", markup=False, soft_wrap=True)
        finding = detect(text)
    if finding is None:
        console.print("Nothing noticed.")
        return 0
    for key, value in vars(finding).items():
        console.print(f"{key}: {value}", markup=False, soft_wrap=True)
    return 0


def _numbers(options: argparse.Namespace) -> int:
    from bot.safety.resources import read_resources
    from bot.settings import settings

    resources = read_resources(settings().data_dir / "safety" / "resources.yml", settings().country)
    table = Table("number", "label", "run by", "confirmed by", title=f"Country: {resources.country}")
    for number in resources.numbers.values():
        table.add_row(number.number, number.label, number.source, number.confirmed or "nobody yet")
    Console(highlight=False).print(table)
    return MISSED if resources.unconfirmed() else 0
