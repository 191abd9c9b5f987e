"""Verdicts on messages: one decision for a message, or for several that mean the same; each can be undone.

Every function works in the caller's transaction.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.judging import phrases
from bot.judging.tables import claim, decision, judgement
from bot.review.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from bot.safety.detect import PRIORITY as DANGERS
from bot.transcripts.tables import turn
from bot.transcripts.turns import moment

Verdict = Literal["right", "wrong_topic", "poor_answer", "missing_topic", "safety", "not_for_us"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
VERDICT_WORDS: dict[str, str] = {
    "right": "right",
    "wrong_topic": "wrong topic",
    "poor_answer": "wrong or poor answer",
    "missing_topic": "missing topic",
    "safety": "should have been a safety reply",
    "not_for_us": "not for us",
}
MOST = 2000  # messages judged at once


@dataclass(frozen=True)
class Decision:
    """Who decided what, and when (UTC); `intent` is the right one, or a safety id, or ""."""

    id: int
    who: str
    at: datetime
    verdict: str
    intent: str


def of(connection: Connection, turns: Collection[int]) -> Mapping[int, Decision]:
    """What was decided of these messages, where something was."""
    query = (
        select(judgement.c.turn_id, decision)
        .join_from(judgement, decision, decision.c.id == judgement.c.decision_id)
        .where(judgement.c.turn_id.in_(turns))
    )
    return {row.turn_id: _decision(row) for row in connection.execute(query)}


def decide(
    connection: Connection, who: str, turns: Sequence[int], verdict: str, intent: str, seen: int
) -> int:
    """Judges the messages; they are reviewed with that. `seen` is the latest decision on one of them that
    `who` was shown, 0 where none was. Returns the decision's number.

    Raises InvalidError, NotFoundError where none is left, ChangedMeanwhileError where somebody was quicker.
    """
    if verdict not in VERDICTS:
        raise InvalidError("Choose one of the verdicts.")
    if verdict == "wrong_topic" and not intent:
        raise InvalidError("Choose the right topic.")
    if verdict == "safety" and intent not in DANGERS:
        raise InvalidError("Choose what danger it is.")
    if not 0 < len(turns) <= MOST:
        raise InvalidError(f"Choose 1 to {MOST} messages.")
    # Whoever judges one of them meanwhile waits, where the database does not lock itself whole.
    wanted = select(turn.c.id, turn.c.sender_id).where(turn.c.id.in_(turns)).order_by(turn.c.id)
    rows = connection.execute(wanted.with_for_update()).all()
    latest = max(of(connection, turns).values(), key=lambda one: one.id, default=None)
    if latest and latest.id != seen:
        raise ChangedMeanwhileError(
            f"{latest.who} has judged this meanwhile: {VERDICT_WORDS.get(latest.verdict, latest.verdict)}"
            f"{f' ({_words(latest.intent)})' if latest.intent else ''}. Nothing of yours was saved."
        )
    if not rows:
        raise NotFoundError("The message is gone. Its visitor may have deleted it, or its time has passed.")
    now = time.time()
    row = {"who": who, "at": now, "verdict": verdict, "intent": intent}
    id = int(connection.execute(insert(decision), row).inserted_primary_key[0])
    ids = [row.id for row in rows]
    connection.execute(delete(judgement).where(judgement.c.turn_id.in_(ids)))
    connection.execute(
        insert(judgement),
        [{"turn_id": row.id, "sender_id": row.sender_id, "decision_id": id} for row in rows],
    )
    connection.execute(update(turn).where(turn.c.id.in_(ids)).values(reviewed=now, reviewer=who))
    connection.execute(delete(claim).where(claim.c.turn_id.in_(ids)))
    return id


def link(connection: Connection, turn_id: int, phrase_id: int) -> None:
    """Says that a phrase was made of a message."""
    connection.execute(update(judgement).where(judgement.c.turn_id == turn_id).values(phrase_id=phrase_id))


def undo(connection: Connection, id: int) -> tuple[int, ...]:
    """Takes a decision back, with the phrases that came with it: its messages wait again. Returns them.

    Raises NotFoundError where it is not there any more.
    """
    ids = tuple(
        connection.execute(select(judgement.c.turn_id).where(judgement.c.decision_id == id)).scalars()
    )
    if not ids:
        raise NotFoundError("That was undone already, or judged anew since.")
    phrases.withdraw(connection, id)
    connection.execute(delete(judgement).where(judgement.c.decision_id == id))
    connection.execute(delete(decision).where(decision.c.id == id))
    connection.execute(update(turn).where(turn.c.id.in_(ids)).values(reviewed=None, reviewer=""))
    return tuple(sorted(ids))


def right_intents(connection: Connection) -> dict[int, frozenset[str]]:
    """By message, the intents that staff found right: what it was taken for, or what they chose instead."""
    query = (
        select(judgement.c.turn_id, decision.c.verdict, decision.c.intent, turn.c.intent.label("taken"))
        .join_from(judgement, decision, decision.c.id == judgement.c.decision_id)
        .join(turn, turn.c.id == judgement.c.turn_id)
        .where(decision.c.verdict.in_(("right", "wrong_topic")))
    )
    return {
        row.turn_id: frozenset({row.taken if row.verdict == "right" else row.intent})
        for row in connection.execute(query)
    }


def poor_answers(connection: Connection) -> dict[str, int]:
    """By topic, how many messages staff found answered wrongly or poorly."""
    query = (
        select(decision.c.intent)
        .join_from(judgement, decision, decision.c.id == judgement.c.decision_id)
        .where(decision.c.verdict == "poor_answer", decision.c.intent != "")
    )
    found: dict[str, int] = {}
    for topic in connection.execute(query).scalars():
        found[topic] = found.get(topic, 0) + 1
    return found


def _decision(row: Any) -> Decision:
    return Decision(row.id, row.who, moment(row.at), row.verdict, row.intent)


def _words(id: str) -> str:
    return id.replace("_", " ")
