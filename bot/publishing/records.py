"""Publications in the database. Every function works in the caller's transaction."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from bot.publishing.nlu_files import Phrase
from bot.publishing.tables import publication, publication_case
from bot.review.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from bot.transcripts.turns import moment

if TYPE_CHECKING:
    from bot.publishing.replay import Difference  # slow to import

State = Literal[
    "building", "failed", "cancelled", "blocked", "ready", "publishing", "published", "returning", "returned"
]
MOST_SHOWN = 200  # cases of a kind that can be looked at; every loss is kept
NOT_THERE = "There is no such publication."


@dataclass(frozen=True)
class Step:
    """What was done, when it began (seconds since 1970), and how long it took; None while it is done."""

    name: str
    began: float
    seconds: float | None


@dataclass(frozen=True)
class Waiting:
    """An approved phrase, by its number."""

    number: int
    phrase: Phrase


@dataclass(frozen=True)
class Publication:
    """One attempt to publish; models are file names, and `problem` says why it failed."""

    id: int
    state: State
    author: str
    approver: str
    phrases: tuple[Waiting, ...]
    model_before: str
    model_after: str
    steps: tuple[Step, ...]
    figures: Mapping[str, int]
    problem: str
    began: datetime
    published: datetime | None
    ended: datetime | None
    running: bool


@dataclass(frozen=True)
class Loss:
    """A message the new model takes otherwise; `reason` is why that is accepted, "" where nobody has said."""

    id: int
    kind: str
    source: str
    turn: int | None
    text: str
    wanted: str
    before: str
    after: str
    reason: str
    decided_by: str


def begin(connection: Connection, author: str, phrases: Sequence[Waiting], model: str) -> int:
    """Notes that `author` begins one, and returns its number. Those that were ready are given up. Raises
    ChangedMeanwhileError while another one runs."""
    if connection.execute(select(publication.c.id).where(publication.c.running == 1)).first():
        raise ChangedMeanwhileError("Somebody is at this already: look at their publication.")
    given_up = {"state": "cancelled", "ended": time.time()}
    connection.execute(update(publication).where(publication.c.state == "ready").values(given_up))
    row = {
        "state": "building",
        "running": 1,
        "author": author,
        "phrases": json.dumps([(one.number, one.phrase.intent, one.phrase.text) for one in phrases]),
        "model_before": model,
        "steps": "[]",
        "figures": "{}",
        "began": time.time(),
    }
    return int(connection.execute(insert(publication).values(row)).inserted_primary_key[0])


def step(connection: Connection, id: int, name: str) -> None:
    """The step before is done, and this one begins; "" for none. Raises NotFoundError."""
    text = connection.execute(select(publication.c.steps).where(publication.c.id == id)).scalar()
    if text is None:
        raise NotFoundError(NOT_THERE)
    now = time.time()
    steps = [
        [old, began, now - began if seconds is None else seconds] for old, began, seconds in json.loads(text)
    ]
    if name:
        steps.append([name, now, None])
    connection.execute(update(publication).where(publication.c.id == id).values(steps=json.dumps(steps)))


def move(connection: Connection, id: int, came: State, goes: State, **values: Any) -> None:
    """From one state to another. Raises ChangedMeanwhileError where it is in another state by now."""
    running = 1 if goes in ("building", "publishing", "returning") else None
    moved = connection.execute(
        update(publication)
        .where(publication.c.id == id, publication.c.state == came)
        .values(state=goes, running=running, **values)
    )
    if not moved.rowcount:
        raise ChangedMeanwhileError("Somebody was quicker: this publication is no longer as it was shown.")


def fail(connection: Connection, id: int, problem: str) -> None:
    """The building ended before it was done; nothing where it was ended on purpose."""
    step(connection, id, "")
    connection.execute(
        update(publication)
        .where(publication.c.id == id, publication.c.state == "building")
        .values(state="failed", running=None, problem=problem[:2000], ended=time.time())
    )


def one(connection: Connection, id: int) -> Publication:
    """Raises NotFoundError."""
    row = connection.execute(select(publication).where(publication.c.id == id)).first()
    if row is None:
        raise NotFoundError(NOT_THERE)
    return _publication(row)


def latest(connection: Connection, limit: int = 20) -> tuple[Publication, ...]:
    """The latest first."""
    rows = connection.execute(select(publication).order_by(publication.c.id.desc()).limit(limit))
    return tuple(map(_publication, rows))


def running(connection: Connection) -> Publication | None:
    """The one for which something is done just now."""
    row = connection.execute(select(publication).where(publication.c.running == 1)).first()
    return _publication(row) if row else None


def last_published(connection: Connection) -> Publication | None:
    """The one that visitors have, if it was one."""
    rows = select(publication).where(publication.c.state.in_(("published", "returning")))
    row = connection.execute(rows.order_by(publication.c.published.desc()).limit(1)).first()
    return _publication(row) if row else None


def keep_differences(connection: Connection, id: int, found: Iterable[Difference]) -> dict[str, int]:
    """Keeps them, of what is no loss the first ones; returns how many there are of each kind."""
    counts: dict[str, int] = {"safety": 0, "worse": 0, "fixed": 0, "changed": 0}
    for difference in found:
        counts[difference.kind] += 1
        if difference.kind in ("fixed", "changed") and counts[difference.kind] > MOST_SHOWN:
            continue
        case = difference.case
        row = {
            "publication_id": id,
            "kind": difference.kind,
            "source": case.source,
            "sender_id": case.sender,
            "turn": case.turn,
            "text": case.text,
            "wanted": "danger" if case.strength else ", ".join(sorted(case.wanted)),
            "before": str(difference.before),
            "after": str(difference.after),
        }
        connection.execute(insert(publication_case).values(row))
    return counts


def differences(connection: Connection, id: int) -> tuple[Loss, ...]:
    """Those of a publication, the gravest first."""
    rows = select(publication_case).where(publication_case.c.publication_id == id)
    return tuple(
        Loss(
            row.id, row.kind, row.source, row.turn, row.text, row.wanted, row.before, row.after, row.reason,
            row.decided_by,
        )
        for row in connection.execute(rows.order_by(publication_case.c.id))
    )  # fmt: skip


def accept_loss(connection: Connection, id: int, loss: int, who: str, reason: str) -> None:
    """Says why a loss is accepted; "" takes that back. Raises NotFoundError, InvalidError."""
    if one(connection, id).state != "ready":
        raise InvalidError("Losses are decided while a publication is ready, not before or after.")
    reason = " ".join(reason.split())[:500]
    done = connection.execute(
        update(publication_case)
        .where(
            publication_case.c.id == loss,
            publication_case.c.publication_id == id,
            publication_case.c.kind == "worse",
        )
        .values(reason=reason, decided_by=who if reason else "", decided=time.time() if reason else None)
    )
    if not done.rowcount:
        raise NotFoundError("There is no such loss any more. Its visitor may have deleted the conversation.")


def open_losses(connection: Connection, id: int) -> int:
    """How many losses nobody has given a reason for."""
    rows = select(func.count()).select_from(publication_case)
    rows = rows.where(publication_case.c.publication_id == id, publication_case.c.reason == "")
    return int(connection.execute(rows.where(publication_case.c.kind == "worse")).scalar_one())


def _publication(row: Any) -> Publication:
    return Publication(
        id=row.id,
        state=row.state,
        author=row.author,
        approver=row.approver,
        phrases=tuple(
            Waiting(number, Phrase(text, intent)) for number, intent, text in json.loads(row.phrases)
        ),
        model_before=row.model_before,
        model_after=row.model_after,
        steps=tuple(Step(*parts) for parts in json.loads(row.steps)),
        figures=json.loads(row.figures),
        problem=row.problem,
        began=moment(row.began),
        published=None if row.published is None else moment(row.published),
        ended=None if row.ended is None else moment(row.ended),
        running=row.running == 1,
    )
