"""Whether danger is missed: messages that two people judge independently, and what comes of it.

Judged are all that were taken for danger or distress, all that came near it, all that staff flagged, and a
sample of the rest. Every function works in the caller's transaction.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import case, delete, exists, func, insert, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from bot.judging.queue import DAYS, LARGEST, in_words, nearly_noticed, scattered
from bot.judging.tables import decision, judgement, safety_verdict
from bot.review.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from bot.review.tables import staff_account
from bot.safety.evaluate import Share
from bot.transcripts.tables import turn
from bot.transcripts.turns import moment

Verdict = Literal["danger", "distress", "none"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
JUDGES = 2
ONE_IN = 20  # of the messages in which nothing was noticed
_DAY = 86_400.0


@dataclass(frozen=True)
class Said:
    """Somebody's verdict, and what they say once they have talked, or ""."""

    who: str
    verdict: str
    together: str


@dataclass(frozen=True)
class Doubt:
    """A message on which two people differ; the time is UTC. `thirds` are the approvers who can settle it;
    where there is none, the two do together."""

    id: int
    at: datetime
    text: str
    said: tuple[Said, ...]
    thirds: tuple[str, ...]


@dataclass(frozen=True)
class Missed:
    """A message whose danger or distress (`verdict`) was not noticed as that: `raised` is what was."""

    id: int
    text: str
    verdict: str
    raised: str


@dataclass(frozen=True)
class Measured:
    """Of the messages on which two people agree, at once or in the end, or a third has settled: how many of
    the sampled ones in which nothing was noticed tell of danger, and of danger or distress; how many danger
    replies went to messages that tell of neither, and how many support lines."""

    missed_danger: Share
    missed_any: Share
    false_danger: Share
    false_distress: Share
    missed: tuple[Missed, ...]


def waiting(connection: Connection, who: str, now: float | None = None) -> int:
    """How many messages `who` has yet to judge."""
    query = _waiting(who, time.time() if now is None else now).subquery()
    return int(connection.execute(select(func.count()).select_from(query)).scalar_one())


def following(connection: Connection, who: str, now: float | None = None) -> int | None:
    """The next one for `who`: first what somebody else has judged once, then what came nearest to being
    noticed, then the latest."""
    query = _waiting(who, time.time() if now is None else now)
    id: int | None = connection.execute(query.limit(1)).scalar()
    return id


def judge(connection: Connection, who: str, id: int, verdict: str) -> None:
    """One of the two verdicts. Raises InvalidError, NotFoundError; ChangedMeanwhileError where two others
    were quicker, or `who` has given theirs."""
    _checked(verdict)
    sender = _sender(connection, id)
    given = _given(connection, id)
    if who in given or len(given) >= JUDGES:
        raise ChangedMeanwhileError("This message has been judged meanwhile. Yours was not saved.", _PAGE)
    _add(connection, sender, who, id, verdict, settles=False)


def settle(connection: Connection, who: str, id: int, verdict: str) -> None:
    """The third person's, where two differ. Raises InvalidError, NotFoundError, ChangedMeanwhileError."""
    _checked(verdict)
    sender = _sender(connection, id)
    given = _given(connection, id)
    if who in given:
        raise InvalidError("You are one of the two who differ. Somebody else has to settle it.")
    if id not in {one.id for one in doubts(connection)}:
        raise ChangedMeanwhileError("This is settled by now. Yours was not saved.", _PAGE)
    _add(connection, sender, who, id, verdict, settles=True)


def agree(connection: Connection, who: str, id: int, verdict: str) -> bool:
    """What one of the two who differ says once they have talked, where nobody else can settle it. Returns
    whether the other has said the same: then it is settled. Raises InvalidError, NotFoundError,
    ChangedMeanwhileError."""
    _checked(verdict)
    _sender(connection, id)
    doubt = next((one for one in doubts(connection) if one.id == id), None)
    if doubt is None:
        raise ChangedMeanwhileError("This is settled by now. Yours was not saved.", _PAGE)
    if who not in (one.who for one in doubt.said):
        raise InvalidError("Those settle it together who differ, or an approver who is not one of them.")
    if doubt.thirds:
        raise InvalidError(f"An approver who is not one of the two settles it: {', '.join(doubt.thirds)}.")
    mine = (safety_verdict.c.turn_id == id) & (safety_verdict.c.who == who)
    connection.execute(update(safety_verdict).where(mine).values(together=verdict))
    return all(one.together == verdict for one in doubt.said if one.who != who)


def take_back(connection: Connection, who: str, id: int) -> None:
    """Undoes one's own verdict, or, where one has talked since, what one said then. Raises NotFoundError;
    ChangedMeanwhileError once a third one rests on it."""
    _sender(connection, id)
    of_it = safety_verdict.c.turn_id == id
    mine = of_it & (safety_verdict.c.who == who)
    settled = select(safety_verdict.c.who).where(safety_verdict.c.turn_id == id, safety_verdict.c.settles)
    third = connection.execute(settled).scalar()
    if third not in (None, who):
        raise ChangedMeanwhileError(f"{third} has settled this meanwhile. Nothing was changed.", _PAGE)
    again = update(safety_verdict).values(together="")
    if connection.execute(again.where(mine, safety_verdict.c.together != "")).rowcount:
        return
    if not connection.execute(delete(safety_verdict).where(mine)).rowcount:
        raise NotFoundError("You have given no verdict on this message.")
    connection.execute(again.where(of_it))  # it was said of another verdict


def doubts(connection: Connection) -> tuple[Doubt, ...]:
    """Where two differ and it is not settled, the latest first."""
    approvers = _approvers(connection)
    by_turn: dict[int, list[Any]] = defaultdict(list)
    query = select(safety_verdict, turn.c.text, turn.c.at.label("said")).join_from(
        safety_verdict, turn, turn.c.id == safety_verdict.c.turn_id
    )
    for row in connection.execute(query.order_by(turn.c.id.desc(), safety_verdict.c.at)):
        by_turn[row.turn_id].append(row)
    return tuple(
        Doubt(
            id,
            moment(rows[0].said),
            rows[0].text,
            tuple(Said(row.who, row.verdict, row.together) for row in rows),
            tuple(sorted(approvers - {row.who for row in rows})),
        )
        for id, rows in by_turn.items()
        if len(rows) == JUDGES and not _agreed(rows)
    )


def measured(connection: Connection) -> Measured:
    """Of all verdicts whose messages are kept."""
    of = decided(connection)
    query = select(turn.c.id, turn.c.text, turn.c.safety, sampled().label("sampled"))
    rows = [row for row in connection.execute(query.join(_any, _any.c.turn_id == turn.c.id)) if row.id in of]
    quiet = [of[row.id] for row in rows if row.safety == "" and row.sampled]
    danger = [of[row.id] for row in rows if row.safety == "danger"]
    distress = [of[row.id] for row in rows if row.safety == "distress"]
    missed = [
        Missed(row.id, row.text, of[row.id], row.safety)
        for row in sorted(rows, key=lambda row: -row.id)
        if (of[row.id], row.safety) in (("danger", ""), ("danger", "distress"), ("distress", ""))
    ]
    return Measured(
        missed_danger=Share(quiet.count("danger"), len(quiet)),
        missed_any=Share(len(quiet) - quiet.count("none"), len(quiet)),
        false_danger=Share(danger.count("none"), len(danger)),
        false_distress=Share(distress.count("none"), len(distress)),
        missed=tuple(missed),
    )


_PAGE = "/staff/safety"
_any = select(safety_verdict.c.turn_id).distinct().subquery()


def sampled() -> ColumnElement:
    """One of those that are judged whatever was noticed in them."""
    return scattered() < LARGEST // ONE_IN


def _waiting(who: str, now: float) -> Any:
    given = (
        select(func.count()).where(safety_verdict.c.turn_id == turn.c.id).correlate(turn).scalar_subquery()
    )
    mine = exists().where(safety_verdict.c.turn_id == turn.c.id, safety_verdict.c.who == who)
    flagged = exists().where(
        judgement.c.turn_id == turn.c.id,
        decision.c.id == judgement.c.decision_id,
        decision.c.verdict == "safety",
    )
    return (
        select(turn.c.id)
        .where(
            turn.c.at >= now - DAYS * _DAY,
            in_words(),
            or_(turn.c.safety != "", sampled(), nearly_noticed(), flagged),
            ~mine,
            given < JUDGES,
        )
        .order_by(
            given.desc(), case((nearly_noticed(), turn.c.near_danger), else_=0.0).desc(), turn.c.id.desc()
        )
    )


def decided(connection: Connection) -> dict[int, str]:
    """The verdict by message: what two agree on, at once or in the end, or a third has settled."""
    given: dict[int, list[Any]] = defaultdict(list)
    settled: dict[int, str] = {}
    for row in connection.execute(select(safety_verdict)):
        if row.settles:
            settled[row.turn_id] = row.verdict
        else:
            given[row.turn_id].append(row)
    agreed = {id: _agreed(rows) for id, rows in given.items() if len(rows) == JUDGES}
    return {**{id: verdict for id, verdict in agreed.items() if verdict}, **settled}


def _agreed(rows: Sequence[Any]) -> str:
    """What two verdicts come to: the same, or what both say once they have talked; "" where they differ."""
    verdicts, together = {row.verdict for row in rows}, {row.together for row in rows}
    said = verdicts if len(verdicts) == 1 else together
    return str(said.pop()) if len(said) == 1 else ""


def _approvers(connection: Connection) -> set[str]:
    """The names of those who can settle what others differ on."""
    accounts = connection.execute(
        select(staff_account.c.name, staff_account.c.roles).where(~staff_account.c.disabled)
    )
    return {row.name for row in accounts if "approver" in row.roles.split()}


def _given(connection: Connection, id: int) -> dict[str, str]:
    rows = connection.execute(select(safety_verdict).where(safety_verdict.c.turn_id == id))
    return {row.who: row.verdict for row in rows}


def _sender(connection: Connection, id: int) -> str:
    """Whose message it is; nobody else judges it until this transaction ends."""
    query = select(turn.c.sender_id).where(turn.c.id == id).with_for_update()
    sender: str | None = connection.execute(query).scalar_one_or_none()
    if sender is None:
        raise NotFoundError("The message is gone. Its visitor may have deleted it, or its time has passed.")
    return sender


def _checked(verdict: str) -> None:
    if verdict not in VERDICTS:
        raise InvalidError("Choose danger, distress or neither.")


def _add(connection: Connection, sender: str, who: str, id: int, verdict: str, *, settles: bool) -> None:
    row = {"turn_id": id, "sender_id": sender, "who": who, "verdict": verdict, "settles": settles}
    connection.execute(insert(safety_verdict), {**row, "at": time.time()})
