"""What staff judged, as publishing needs it: phrases that wait, those that stay tests, what is right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.engine import Connection

from bot.editing.edits import Edit, Edits
from bot.judging.decisions import right_intents
from bot.judging.phrases import approved, phrases
from bot.judging.safety_queue import decided
from bot.publishing.cases import Case, Judged
from bot.publishing.nlu_files import Phrase
from bot.publishing.records import Waiting
from bot.review.database import Database
from bot.safety.detect import PRIORITY as DANGERS
from bot.safety.messages import IMPLICIT


def approved_phrases(connection: Connection) -> Sequence[Waiting]:
    """The approved ones that visitors do not have yet."""
    return [Waiting(one.id, Phrase(one.text, one.intent)) for one in approved(connection)]


def new_topics(database: Database, data: Path) -> tuple[Edit, ...]:
    """The approved ones that have no files yet."""
    approved = Edits(database).in_state("approved")
    return tuple(
        edit
        for edit in approved
        if edit.target.kind == "topic" and not (data / "knowledge" / f"{edit.target.id}.yml").exists()
    )


def staff_tests(connection: Connection) -> list[Case]:
    """The corrected phrases that are never trained on. Those that tell of danger were missed once: what
    blocks is that one is noticed less than before."""
    return [
        Case(one.text, "staff", strength=IMPLICIT)
        if one.intent in DANGERS
        else Case(one.text, "staff", frozenset({one.intent}))
        for one in phrases(connection, ("test",))
    ]


def judged(connection: Connection) -> Judged:
    """What staff said of visitors' messages."""
    verdicts = decided(connection).items()
    return Judged(right_intents(connection), frozenset(id for id, verdict in verdicts if verdict == "none"))
