"""Did a change help? What it was meant for, before and after it, and what is still asked in vain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import and_, select
from sqlalchemy.engine import Engine

from bot.feedback.tables import feedback
from bot.judging.meaning import Meaning
from bot.transcripts.tables import turn

WINDOW = timedelta(days=28)  # that is looked at on each side
SAME = 0.7  # cosine from which two messages ask about the same; a wrong one now and then does little harm
MOST_TEXTS = 3000  # different messages, the latest: a second or two for each thousand, once
FEWEST = 5  # messages on each side, below which nothing can be said
SHOWN = 5
_CLEAR = 1.96  # standard errors: chance alone does that once in twenty times

Key = tuple[float, str]
Verdict = Literal["better", "worse", "unclear", "too few"]


@dataclass(frozen=True)
class Change:
    """Something that was published at `when`: phrases of a topic the assistant learnt, or, without `texts`, a
    topic's answer that was edited, and with it all replies of a `kind`. `what` is said of it to staff;
    `until` is when it was taken back, if it was."""

    what: str
    when: datetime
    topic: str
    texts: tuple[str, ...] = ()
    until: datetime | None = None
    kind: str = ""

    @property
    def key(self) -> Key:
        """By which it is known again."""
        return self.when.timestamp(), self.topic


@dataclass(frozen=True)
class Asked:
    """How often it was asked, and how often in vain: phrases when another answer came, or none; either kind
    when the answer got thumbs down."""

    asked: int
    in_vain: int


NONE = Asked(0, 0)
Counts = tuple[Asked, Asked]  # before and after


@dataclass(frozen=True)
class StillAsked:
    """A message in vain after the change, its latest turn, and how often it came."""

    turn: int
    text: str
    count: int


@dataclass(frozen=True)
class Helped:
    """A change with what came of it."""

    change: Change
    before: Asked
    after: Asked
    verdict: Verdict
    still: tuple[StillAsked, ...]


def did_help(
    engine: Engine,
    changes: Iterable[Change],
    meaning: Meaning,
    now: datetime,
    known: Mapping[Key, Counts] = MappingProxyType({}),
) -> tuple[Helped, ...]:
    """What came of each change, in their order. `known` was counted earlier, of conversations that may have
    been deleted since: the fuller count holds. Raises SQLAlchemyError."""
    around: dict[datetime, list[Any]] = {}  # what was published together has the same time
    helped = []
    for change in changes:
        if change.when not in around:
            around[change.when] = _turns(engine, change.when - WINDOW, min(change.when + WINDOW, now))
        turns = around[change.when]
        texts = list(dict.fromkeys(one.text for one in turns))[:MOST_TEXTS]
        near = _near(meaning, texts, change.texts)  # takes a while: no transaction waits for it
        helped.append(_helped(change, turns, near, known.get(change.key, (NONE, NONE))))
    return tuple(helped)


def _near(meaning: Meaning, texts: Sequence[str], phrases: Sequence[str]) -> set[str]:
    """The texts that are near one of the phrases."""
    if not texts or not phrases:
        return set()
    closest = (meaning.vectors(texts) @ meaning.vectors(phrases).T).max(axis=1)
    return {text for text, cosine in zip(texts, closest, strict=True) if cosine >= SAME}


def _turns(engine: Engine, since: datetime, until: datetime) -> list[Any]:
    """What visitors typed, the latest first."""
    given = and_(feedback.c.sender_id == turn.c.sender_id, feedback.c.message_id == turn.c.message_id)
    query = (
        select(turn.c.id, turn.c.at, turn.c.text, turn.c.topics, turn.c.kind, feedback.c.rating)
        .join_from(turn, feedback, given, isouter=True)
        .where(turn.c.at >= since.timestamp(), turn.c.at < until.timestamp())
        .where(turn.c.kind.not_in(["small_talk", "safety"]), ~turn.c.text.startswith("/"))
        .order_by(turn.c.at.desc())
    )
    with engine.connect() as connection:
        return list(connection.execute(query))


def _helped(change: Change, turns: Iterable[Any], near: set[str], known: Counts) -> Helped:
    start = change.when.timestamp()
    end = change.until.timestamp() if change.until else float("inf")
    before, after = [], []
    for one in turns:
        answered = f" {change.topic} " in one.topics or bool(change.kind and one.kind == change.kind)
        if not (one.text in near if change.texts else answered):
            continue
        in_vain = one.rating == "down" or not answered
        if one.at < start:
            before.append(in_vain)
        elif one.at < end:
            after.append((one, in_vain))
    vain = [one for one, in_vain in after if in_vain]
    latest = {one.text: one.id for one in reversed(vain)}
    still = Counter(one.text for one in vain).most_common(SHOWN)
    told = tuple(StillAsked(latest[text], text, count) for text, count in still)
    earlier = _fuller(Asked(len(before), sum(before)), known[0])
    later = _fuller(Asked(len(after), len(vain)), known[1])
    return Helped(change, earlier, later, _verdict(earlier, later), told)


def _fuller(now: Asked, known: Asked) -> Asked:
    return known if known.asked > now.asked else now


def _verdict(before: Asked, after: Asked) -> Verdict:
    """Whether the shares in vain differ by more than chance would have it."""
    if min(before.asked, after.asked) < FEWEST:
        return "too few"
    shares = before.in_vain / before.asked, after.in_vain / after.asked
    pooled = (before.in_vain + after.in_vain) / (before.asked + after.asked)
    error = (pooled * (1 - pooled) * (1 / before.asked + 1 / after.asked)) ** 0.5
    if not error or abs(shares[1] - shares[0]) < _CLEAR * error:
        return "unclear"
    return "better" if shares[1] < shares[0] else "worse"
