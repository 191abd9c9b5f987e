"""What a new model is compared on: permanent tests, messages staff have looked at, a sample of the rest."""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.knowledge.yaml_file import DataError
from bot.language.evaluate import read_cases
from bot.safety.messages import SAFE, read_messages
from bot.transcripts.opening import has_events
from bot.transcripts.tables import events, turn

MOST_REVIEWED = 1000  # the latest
SAMPLE = 300
QUESTIONS = ("questions.jsonl", "strangers_questions.jsonl")


@dataclass(frozen=True)
class Case:
    """One message. `source` is the file of tests it stands in, or "" for a visitor's, of the conversation
    `sender` after `before` (Rasa's events as JSON). `wanted` are the intents that are right, none where
    nobody has said; `strength` is what a message of the danger tests is: explicit or implicit; `harmless`
    are messages in which nothing has to be noticed."""

    text: str
    source: str = ""
    wanted: frozenset[str] = frozenset()
    strength: str = ""
    harmless: bool = False
    sender: str | None = None
    turn: int | None = None
    before: tuple[dict[str, Any], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Judged:
    """What staff have said of visitors' messages, by the number of the message: which intents are right, and
    in which two of them saw no danger."""

    right: Mapping[int, frozenset[str]] = field(default_factory=dict)
    harmless: frozenset[int] = frozenset()


def permanent_tests(folder: Path, topics: Collection[str]) -> list[Case]:
    """Those under tests/. Raises DataError, CasesError: without them nobody could say that no danger is
    lost."""
    files = sorted((folder / "safety").glob("*.yml"))
    if not files:
        raise DataError(str(folder / "safety"), None, "the permanent danger tests are missing")
    dangers = [
        Case(message.text, path.name, strength=message.kind)
        for path in files
        for message in read_messages(path)
        if message.id != SAFE
    ]
    questions = [
        Case(asked.text, name, frozenset(asked.topics[0]), harmless="safety" not in asked.kinds)
        for name in QUESTIONS
        for [asked, *_] in read_cases(folder / "held_out" / name, topics)
        if asked.form == "topic"
    ]
    return [*dangers, *questions]


def past_messages(connection: Connection, judged: Judged, seed: int) -> list[Case]:
    """Visitors' messages, with what was said before: the latest that staff have looked at, and a sample of
    the others, the same for the same `seed`. Raises SQLAlchemyError."""
    if not has_events(connection):
        return []
    typed = select(turn.c.id, turn.c.sender_id, turn.c.reviewed).where(
        turn.c.text != "", ~turn.c.text.startswith("/")
    )
    rows = connection.execute(typed.order_by(turn.c.id.desc())).all()
    seen = [row for row in rows if row.reviewed is not None or row.id in judged.right]
    others = [row for row in rows if row.reviewed is None and row.id not in judged.right]
    sample = random.Random(seed).sample(others, min(SAMPLE, len(others)))
    chosen = {row.id: row.sender_id for row in (*seen[:MOST_REVIEWED], *sample)}
    senders = dict.fromkeys(chosen.values())
    return [case for sender in senders for case in _of(connection, sender, chosen, judged)]


def _of(connection: Connection, sender: str, chosen: Mapping[int, str], judged: Judged) -> Iterator[Case]:
    said = select(events.c.id, events.c.data).where(events.c.sender_id == sender).order_by(events.c.id)
    before: list[dict[str, Any]] = []
    for row in connection.execute(said).all():
        try:
            event = json.loads(row.data)
        except ValueError:
            continue
        if row.id in chosen and isinstance(event.get("text"), str):
            yield Case(
                event["text"],
                wanted=judged.right.get(row.id, frozenset()),
                harmless=row.id in judged.harmless,
                sender=sender,
                turn=row.id,
                before=tuple(before),
            )
        before.append(event)
