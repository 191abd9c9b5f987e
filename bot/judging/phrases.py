"""Phrases that staff made of visitors' messages: a held-out test first, training when there are several.

Every function works in the caller's transaction. A phrase is a test or for training, never both.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement, Select

from bot.judging.known import Known, KnownPhrases, folded
from bot.judging.meaning import SAME_QUESTION, Meaning
from bot.judging.tables import judgement, phrase
from bot.privacy.redact import redact
from bot.review.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from bot.safety.detect import PRIORITY as DANGERS
from bot.text import clean
from bot.transcripts.turns import moment, storable

State = Literal["test", "suggested", "approved", "published", "rejected"]
STATES: tuple[State, ...] = get_args(State)
LONGEST = 300  # characters
SEVERAL = 3  # of the same kind: one of them stays a test
# What Rasa would take for the mark of an entity, "[this](that)"; and what no YAML file holds.
_MARKED = re.compile(r"\](?=[({\[])")
_NOT_IN_YAML = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_STANDING = ("test", "suggested", "approved", "published")


@dataclass(frozen=True)
class Phrase:
    """A corrected phrase. `intent` is a safety id where the message was in danger: then it stays a test.
    `from_message` is None once the visitor's message is forgotten; times are UTC."""

    id: int
    text: str
    intent: str
    state: State
    author: str
    approver: str
    created: datetime
    decided: datetime | None
    version: int
    publication: int | None
    from_message: int | None


@dataclass(frozen=True)
class Suggested:
    """What became of a phrase: it is kept under `id`, or `known` says why not; `promoted` are the phrases of
    its kind that are now suggested for training."""

    id: int | None
    known: Known | None = None
    promoted: tuple[int, ...] = ()


def normalised(text: str) -> str:
    """One line, redacted. Raises InvalidError where nothing is left, or too much."""
    line = redact(clean(" ".join(text.split()).lstrip("/ "))).text
    line = _MARKED.sub("] ", " ".join(_NOT_IN_YAML.sub(" ", storable(line)).split()))
    if not line or len(line) > LONGEST:
        raise InvalidError(f"A phrase has 1 to {LONGEST} characters.")
    return line


def suggest(
    connection: Connection,
    known: KnownPhrases,
    meaning: Meaning,
    text: str,
    intent: str,
    who: str,
    decision: int | None = None,
) -> Suggested:
    """Keeps the phrase as a test of `intent`, unless it is there already: among the training phrases, the
    tests or the corrected phrases. A message in danger is kept whatever else it was taken for. Raises
    InvalidError.

    `known.find` with the same words beforehand saves the transaction the time of reading and encoding.
    """
    line = normalised(text)
    if intent in DANGERS:
        connection.execute(
            delete(phrase).where(phrase.c.folded == folded(line), phrase.c.intent.not_in(DANGERS))
        )
        found = _stands(connection, line)
    else:
        found = _stands(connection, line) or known.find(line, intent)
    if found:
        return Suggested(None, found)
    row = {
        "text": line,
        "folded": folded(line),
        "intent": intent,
        "state": "test",
        "author": who,
        "approver": "",
        "created": time.time(),
        "version": 1,
        "decision_id": decision,
    }
    id = int(connection.execute(insert(phrase), row).inserted_primary_key[0])
    promoted = () if intent in DANGERS else _promote(connection, meaning, line, intent)
    return Suggested(id, None, promoted)


def _stands(connection: Connection, line: str) -> Known | None:
    row = connection.execute(select(phrase).where(phrase.c.folded == folded(line))).first()
    return Known(row.text, row.intent, row.state) if row else None


def _promote(connection: Connection, meaning: Meaning, line: str, intent: str) -> tuple[int, ...]:
    """Of the phrases near `line`, one of every three stays a test, the oldest; the others are suggested."""
    rows = connection.execute(
        select(phrase).where(phrase.c.intent == intent, phrase.c.state.in_(_STANDING)).order_by(phrase.c.id)
    ).all()
    near = meaning.vectors([row.text for row in rows]) @ meaning.vectors([line])[0]
    kind = [
        row for row, cosine in zip(rows, near, strict=True) if cosine >= SAME_QUESTION or row.text == line
    ]
    if len(kind) < SEVERAL:
        return ()
    tests = [row.id for row in kind if row.state == "test"]
    promoted = tests[len(kind) // SEVERAL :]
    _set(connection, phrase.c.id.in_(promoted), state="suggested")
    return tuple(promoted)


def for_training(connection: Connection, id: int, version: int) -> None:
    """Suggests a test for training though there are not several of its kind: it is a test no more. Raises
    ReviewErrors."""
    row = _read(connection, id, version, ("test",))
    if row.intent in DANGERS:
        raise InvalidError("A message in danger stays a test.")
    _set(connection, phrase.c.id == id, state="suggested")


def keep_as_test(connection: Connection, id: int, version: int) -> None:
    """Takes a suggestion for training back. Raises ReviewErrors."""
    _read(connection, id, version, ("suggested",))
    _set(connection, phrase.c.id == id, state="test")


def approve(connection: Connection, id: int, who: str, version: int) -> None:
    """Has it published with the next model. Raises ReviewErrors; nobody approves their own phrase."""
    row = _read(connection, id, version, ("suggested",))
    if row.author == who:
        raise InvalidError("Another person has to approve a phrase of yours.")
    _set(connection, phrase.c.id == id, state="approved", approver=who, decided=time.time())


def reject(connection: Connection, id: int, who: str, version: int) -> None:
    """Has it neither trained nor tested; it stays known, so that nobody suggests it again. Raises
    ReviewErrors."""
    _read(connection, id, version, ("test", "suggested"))
    _set(connection, phrase.c.id == id, state="rejected", approver=who, decided=time.time())


def reopen(connection: Connection, id: int, version: int) -> None:
    """Takes an approval back, or a rejection: then it is a test again. Raises ReviewErrors."""
    row = _read(connection, id, version, ("approved", "rejected"))
    state = "suggested" if row.state == "approved" else "test"
    _set(connection, phrase.c.id == id, state=state, approver="", decided=None)


def approved(connection: Connection) -> tuple[Phrase, ...]:
    """Those to be published, by intent and text."""
    return phrases(connection, ("approved",))


def mark_published(connection: Connection, ids: Collection[int], publication: int | None) -> None:
    """Says that visitors have these phrases since a publication; with None, that they no longer have."""
    if publication is None:
        back = phrase.c.id.in_(ids) & (phrase.c.state == "published")
        _set(connection, back, state="approved", publication=None)
    else:
        _set(connection, phrase.c.id.in_(ids), state="published", publication=publication)


def phrases(connection: Connection, states: Iterable[State], limit: int = 10_000) -> tuple[Phrase, ...]:
    """Those in one of the states, by intent and text."""
    query = _query().where(phrase.c.state.in_(tuple(states))).order_by(phrase.c.intent, phrase.c.text)
    return tuple(map(_phrase, connection.execute(query.limit(limit))))


def counts(connection: Connection) -> dict[State, int]:
    """How many there are in each state."""
    found = dict(connection.execute(select(phrase.c.state, func.count()).group_by(phrase.c.state)).all())
    return {state: found.get(state, 0) for state in STATES}


def withdraw(connection: Connection, decision: int) -> None:
    """Deletes the phrases that came with a decision which is undone, unless they are approved by now."""
    came = (phrase.c.decision_id == decision) & phrase.c.state.in_(("test", "suggested"))
    ids = connection.execute(select(phrase.c.id).where(came)).scalars().all()
    connection.execute(update(judgement).where(judgement.c.phrase_id.in_(ids)).values(phrase_id=None))
    connection.execute(delete(phrase).where(phrase.c.id.in_(ids)))


def _query() -> Select:
    message = (
        select(func.min(judgement.c.turn_id)).where(judgement.c.phrase_id == phrase.c.id).scalar_subquery()
    )
    return select(phrase, message.label("from_message"))


def _read(connection: Connection, id: int, version: int, states: Sequence[State]) -> Any:
    row = connection.execute(select(phrase).where(phrase.c.id == id)).first()
    if row is None:
        raise NotFoundError("There is no such phrase any more.")
    if row.version != version or row.state not in states:
        by = f" by {row.approver}" if row.approver else ""
        raise ChangedMeanwhileError(
            f"The phrase “{row.text}” is {row.state}{by} by now. Nothing of yours was saved.",
            f"/staff/phrases?state={row.state}",
        )
    return row


def _set(connection: Connection, which: ColumnElement, **values: object) -> None:
    connection.execute(update(phrase).where(which).values(version=phrase.c.version + 1, **values))


def _phrase(row: Any) -> Phrase:
    return Phrase(
        id=row.id,
        text=row.text,
        intent=row.intent,
        state=row.state,
        author=row.author,
        approver=row.approver,
        created=moment(row.created),
        decided=None if row.decided is None else moment(row.decided),
        version=row.version,
        publication=row.publication,
        from_message=row.from_message,
    )
