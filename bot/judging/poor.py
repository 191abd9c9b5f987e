"""What people who judged messages called a wrong or poor answer, by its topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.judging.tables import decision, judgement
from bot.transcripts.tables import turn
from bot.transcripts.turns import moment


@dataclass(frozen=True)
class Poor:
    """A message (its number) whose answer was called wrong or poor; the time is UTC."""

    turn: int
    at: datetime


def poor_answers(connection: Connection, changed: Mapping[str, datetime]) -> dict[str, list[Poor]]:
    """By topic, the latest first. What was said before its answer last `changed` says nothing of it now.

    Raises SQLAlchemyError.
    """
    judged = judgement.join(decision, decision.c.id == judgement.c.decision_id)
    query = (
        select(turn.c.id, turn.c.at, turn.c.topics)
        .select_from(judged.join(turn, turn.c.id == judgement.c.turn_id))
        .where(decision.c.verdict == "poor_answer")
        .order_by(turn.c.at.desc(), turn.c.id.desc())
    )
    found: dict[str, list[Poor]] = {}
    for row in connection.execute(query):
        at = moment(row.at)
        for topic in row.topics.split():
            if topic not in changed or at > changed[topic]:
                found.setdefault(topic, []).append(Poor(row.id, at))
    return found
