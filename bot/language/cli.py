"""`python -m bot encoder build` and `python -m bot evaluate FILE...`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table


def add_commands(commands: Any) -> None:
    """Adds the commands to argparse's subparsers."""
    encoder = commands.add_parser("encoder", help="the sentence encoder")
    build = encoder.add_subparsers(required=True, metavar="build").add_parser("build", help="build it anew")
    build.set_defaults(run=_build)
    evaluate = commands.add_parser("evaluate", help="accuracy on files of questions, by topic")
    evaluate.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON lines: see evaluate.py")
    evaluate.add_argument("--errors", action="store_true", help="list what was misunderstood")
    evaluate.set_defaults(run=_evaluate)


def _build(options: argparse.Namespace) -> int:
    from bot.language import build_encoder
    from bot.settings import settings

    build_encoder.build(settings().encoder_dir)
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from bot.knowledge.reading import read_knowledge
    from bot.language import evaluate
    from bot.prepare import PrepareError, model_path
    from bot.replies import read_replies
    from bot.settings import settings

    console = Console(highlight=False)
    data = settings().data_dir
    model = model_path(settings())
    if not model.exists():
        raise PrepareError("The model is not trained: run `python -m bot prepare`.")
    topics = read_knowledge(data / "knowledge").topics
    understanding = evaluate.Understanding(model, topics, read_replies(data / "replies.yml", topics))
    for file in options.files:
        questions = evaluate.read_questions(file)
        outcomes = [understanding.of(question) for question in track(questions, f"{file.name}: asking")]
        console.print(_table(file.name, outcomes))
        for name, (right, count) in evaluate.summary(outcomes).items():
            share = right / count if count else 0.0
            console.print(f"{file.name}: {name} {right} of {count} = {share:.1%}")
        if options.errors:
            for outcome in outcomes:
                if not outcome.right:
                    wanted = "/".join(outcome.question.topics) or outcome.question.kind
                    console.print(f"{outcome.question.id}  {wanted} -> {outcome.got}", markup=False)
                    console.print(f"      {outcome.question.text}", markup=False)
    return 0


def _table(title: str, outcomes: Any) -> Table:
    from bot.language.evaluate import by_wanted

    table = Table("wanted", "right", "of", "", "taken for", title=title)
    for wanted, group in by_wanted(outcomes).items():
        right = sum(outcome.right for outcome in group)
        bar = "█" * round(10 * right / len(group))
        missed = ", ".join(outcome.got for outcome in group if not outcome.right)
        table.add_row(wanted, str(right), str(len(group)), bar, missed)
    return table
