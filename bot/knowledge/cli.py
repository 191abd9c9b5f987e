"""`python -m bot knowledge ...`: load, check and show the knowledge base."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.callbacks.cli import account_at_terminal
from bot.editing.applying import applied
from bot.editing.edits import Edits
from bot.editing.export import export_into
from bot.editing.targets import State
from bot.editing.updating import with_approved
from bot.knowledge.answers import Snapshot
from bot.knowledge.check import Texts, check
from bot.knowledge.database import DatabaseError
from bot.knowledge.documents import DocumentError, read_documents
from bot.knowledge.load import load_into
from bot.knowledge.reading import read_data
from bot.knowledge.show import show_report, show_topic
from bot.knowledge.yaml_file import DataError
from bot.review.database import Database
from bot.review.errors import ReviewError
from bot.settings import ROOT, settings

GAP, UNUSABLE = 1, 2  # exit codes: something to mend; nothing could be done


def add_commands(subparsers: Any) -> None:
    """Adds `knowledge` to what `ArgumentParser.add_subparsers` returned.

    The chosen command is in `args.run`: a function of the arguments that returns the exit code.
    """
    parser = subparsers.add_parser("knowledge", help="load, check and show the knowledge base")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    command = commands.add_parser("load", help="bring the database up to date with the files")
    command.set_defaults(run=_guarded(_load))

    command = commands.add_parser("export", help="write the edits that staff approved into the files")
    command.add_argument(
        "--into", metavar="DIR", type=Path, help="another data folder: the edits stay approved"
    )
    command.add_argument("--topics", action="store_true", help="new topics too, with domain.yml and stories")
    command.set_defaults(run=_guarded(_export))

    command = commands.add_parser("check", help="compare the knowledge base with the source documents")
    command.add_argument("documents", metavar="DIR", type=Path, help="folder of the documents (*.txt)")
    command.set_defaults(run=_guarded(_check))

    command = commands.add_parser("show", help="what is known on a topic, and from where")
    command.add_argument("topic", metavar="TOPIC", help="a topic's id, such as program_length")
    command.add_argument("--documents", metavar="DIR", type=Path, help="show the documents' sentences too")
    command.set_defaults(run=_guarded(_show))


def _export(args: argparse.Namespace, out: Console, _problems: Console) -> int:
    config, edits = settings(), Edits(Database(settings().tracker_url))
    into = args.into or config.data_dir
    _, refused = applied(State(*read_data(config.data_dir)), edits.approved())
    for id, why in refused.items():
        out.print(f"Edit {id} is left out: {why}", highlight=False, markup=False)
    approved = [
        edit
        for edit in edits.approved()
        if edit.id not in refused and (args.topics or edit.target.kind != "topic")
    ]
    changed = export_into(into, approved, ROOT / "domain.yml" if args.topics else None)
    if into.resolve() == config.data_dir.resolve():
        read_data(into)
        edits.exported(account_at_terminal(), approved)
    for path in changed:
        out.print(str(path), highlight=False, markup=False)
    out.print(f"{len(approved)} edits in {len(changed)} files", highlight=False)
    return 0


def _load(_args: argparse.Namespace, out: Console, _problems: Console) -> int:
    config = settings()
    state, left_out = with_approved(State(*read_data(config.data_dir)), config.tracker_url)
    result = load_into(config.database_url, state.knowledge, state.profile)
    for line in (f"Knowledge base: {result}", *left_out):
        out.print(line, highlight=False, markup=False)
    return 0


def _check(args: argparse.Namespace, out: Console, problems: Console) -> int:
    knowledge, _ = read_data(settings().data_dir)
    report = check(knowledge, _sentences(args.documents, problems))
    show_report(out, report)
    return 0 if report.ok else GAP


def _show(args: argparse.Namespace, out: Console, problems: Console) -> int:
    snapshot = Snapshot(*read_data(settings().data_dir))
    topic = snapshot.knowledge.topics.get(args.topic)
    if topic is None:
        near = difflib.get_close_matches(args.topic, snapshot.knowledge.topics, 3, 0.4)
        hint = (
            f"did you mean {', '.join(near)}?"
            if near
            else f"there are {', '.join(snapshot.knowledge.topics)}"
        )
        problems.print(f"No topic {args.topic!r}: {hint}", style="red", highlight=False, markup=False)
        return UNUSABLE
    texts = _sentences(args.documents, problems) if args.documents else None
    show_topic(out, snapshot, topic, texts)
    return 0


def _sentences(folder: Path, problems: Console) -> Texts:
    with problems.status("Cutting the documents into sentences (some seconds)"):
        return read_documents(folder)


def _guarded(
    command: Callable[[argparse.Namespace, Console, Console], int],
) -> Callable[[argparse.Namespace], int]:
    """The command with what goes wrong said in plain lines."""

    def run(args: argparse.Namespace) -> int:
        problems = Console(stderr=True)
        try:
            return command(args, Console(), problems)
        except (DataError, DatabaseError, DocumentError, ReviewError, OSError, LookupError) as error:
            problems.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
            return UNUSABLE

    return run
