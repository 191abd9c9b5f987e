"""Who has which messages before them, so that two people do not judge the same ones unknowingly.

Every function works in the caller's transaction.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from bot.judging.tables import claim
from bot.transcripts.tables import turn
from bot.transcripts.turns import moment

MINUTES = 5  # that a page is somebody's, counted from when it was opened


@dataclass(frozen=True)
class Claim:
    """Somebody has a message before them, until a time (UTC)."""

    who: str
    until: datetime


def others(connection: Connection, who: str, now: float | None = None) -> dict[int, Claim]:
    """By message, who else has it before them."""
    query = select(claim).where(claim.c.until > (time.time() if now is None else now), claim.c.who != who)
    return {row.turn_id: Claim(row.who, moment(row.until)) for row in connection.execute(query)}


def take(connection: Connection, who: str, turns: Collection[int], now: float | None = None) -> None:
    """These are before `who`, and no others any more; whoever had them loses them."""
    until = (time.time() if now is None else now) + 60 * MINUTES
    wanted = select(turn.c.id, turn.c.sender_id).where(turn.c.id.in_(turns)).order_by(turn.c.id)
    senders = connection.execute(wanted.with_for_update()).all()  # nobody else takes them meanwhile
    connection.execute(delete(claim).where((claim.c.who == who) | claim.c.turn_id.in_(turns)))
    rows = [{"turn_id": row.id, "sender_id": row.sender_id, "who": who, "until": until} for row in senders]
    if rows:
        connection.execute(insert(claim), rows)
