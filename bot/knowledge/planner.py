"""How long and how many hours in all: weeks by days a week by hours a day, from facts alone.

Sources differ, so what comes out is a range beside its source. What the centre does is counted from
its own figures, whatever is wished for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.cards import Bounds, Planner, Range
from bot.knowledge.answers import CENTRE_SPEAKS, DOCUMENTS_SPEAK, Snapshot, sources_of
from bot.knowledge.comparing import Figure, approved, figures, in_short, reach
from bot.knowledge.quantities import Quantity
from bot.knowledge.wishes import NO_WISH, Wish
from bot.reply import Source

TITLE = "How many hours in all?"
OUTSIDE = "The sources speak of {known}, so I count with that."
WEEK, DAY, HOUR, WEEKLY = "week", "day_per_week", "hour", "hour_per_week"


@dataclass(frozen=True)
class Plan:
    """What a wish comes to in words and as a card, and where the figures come from."""

    texts: tuple[str, ...]
    sources: tuple[Source, ...]
    card: Planner


def plan(snapshot: Snapshot, wish: Wish = NO_WISH) -> Plan | None:
    """None where the facts give too little to count with."""
    knowledge = snapshot.knowledge
    lengths = figures(snapshot, "program_length", WEEK)
    days = _documents(figures(snapshot, "weekly_schedule", DAY))
    hours = _documents(figures(snapshot, "session_length", HOUR))
    rows = [length.row(WEEK) for length in _documents(lengths)]
    known_days, known_hours = reach(days, DAY), reach(hours, HOUR)
    if not (rows and known_days and known_hours):
        return None
    known_weekly = reach(_documents(figures(snapshot, "weekly_schedule", WEEKLY)), WEEKLY)
    outside = [
        OUTSIDE.format(known=_amount(known, unit))
        for wished, known, unit in (
            (wish.days, known_days, DAY),
            (wish.hours, known_hours, HOUR),
            (wish.weekly, known_weekly, WEEKLY),
        )
        if known and not _within(wished, known)
    ]
    chosen_days = wish.days if wish.days and _within(wish.days, known_days) else known_days
    chosen_hours = wish.hours if wish.hours and _within(wish.hours, known_hours) else known_hours
    own, own_words, own_figures = _own(snapshot, lengths)
    general = [*outside, DOCUMENTS_SPEAK if own else ""]
    if wish.weekly and known_weekly and _within(wish.weekly, known_weekly):
        general.append(f"{_amount(wish.weekly, WEEKLY)} is {_sums(rows, wish.weekly)}.")
    else:
        weekly = (chosen_days[0] * chosen_hours[0], chosen_days[1] * chosen_hours[1])
        of_hours = f" of {_amount(chosen_hours, HOUR)}" if wish.hours else ""
        in_a_week = f"{_amount(chosen_days, DAY)}{of_hours} is {_amount(weekly, WEEKLY)}"
        general.append(f"{in_a_week}: {_sums(rows, weekly)}.")
    text = "\n\n".join(filter(None, [own_words, " ".join(filter(None, map(str.strip, general)))]))
    intensity = [fact for fact in approved(knowledge, "length_factors") if fact.id == "intensity"]
    note = " ".join(fact.statement for fact in intensity)
    of_a_week = [source for figure in (*days, *hours) for source in figure.sources]
    cited = [source for figure in (*own_figures, *_documents(lengths)) for source in figure.sources]
    cited += [*of_a_week, *(source for fact in intensity for source in sources_of(knowledge, fact))]
    day_choices, hour_choices = _choices(known_days, chosen_days), _choices(known_hours, chosen_hours)
    card = Planner(
        title=TITLE,
        text=text,
        days=day_choices,
        hours=hour_choices,
        chosen_days=day_choices.index(chosen_days),
        chosen_hours=hour_choices.index(chosen_hours),
        rows=(*own, *rows),
        note=note,
        source=in_short(knowledge, of_a_week),
        opened=wish != NO_WISH,
    )
    return Plan((text, note) if note else (text,), tuple(dict.fromkeys(cited)), card)


def total(row: Range, weekly: Bounds) -> Bounds:
    """Whole hours in all; the widget rounds in the same way."""
    low, high = row.weekly or weekly
    weeks_low, weeks_high = row.low or row.high or 0.0, row.high or row.low or 0.0
    return math.floor(weeks_low * low + 0.5), math.floor(weeks_high * high + 0.5)


def _documents(of: Sequence[Figure]) -> list[Figure]:
    return [figure for figure in of if not figure.centre]


def _within(wished: Bounds | None, known: Bounds) -> bool:
    return wished is None or known[0] <= wished[0] <= wished[1] <= known[1]


def _own(snapshot: Snapshot, lengths: Sequence[Figure]) -> tuple[list[Range], str, list[Figure]]:
    """The centre's row, what it says in words, and its figures; empty if it says too little."""
    asked = (
        lengths,
        figures(snapshot, "weekly_schedule", DAY),
        figures(snapshot, "weekly_schedule", WEEKLY),
    )
    own = [figure for of in asked for figure in of[:1] if figure.centre]
    if len(own) < len(asked):
        return [], "", []
    length, days, weekly = own
    row = replace(length.row(WEEK), weekly=reach([weekly], WEEKLY))
    says = f"You come {days.quantity.words}, or {weekly.quantity.words}: {_sums([row], (0.0, 0.0))}."
    return [row], f"{CENTRE_SPEAKS.format(name=snapshot.profile.name)}{says}", own


def _sums(rows: Sequence[Range], weekly: Bounds) -> str:
    """ "about 45 to 96 hours in 5 to 8 weeks (What to Expect)" for the shortest and the longest row."""
    shortest = min(rows, key=lambda row: total(row, weekly))
    longest = max(rows, key=lambda row: total(row, weekly)[::-1])
    return " or ".join(
        f"about {_amount(total(row, weekly), HOUR)} in {row.words}{'' if row.centre else f' ({row.source})'}"
        for row in dict.fromkeys((shortest, longest))
    )


def _amount(bounds: Bounds, unit: str) -> str:
    return Quantity(low=bounds[0], high=bounds[1], unit=unit, qualifier="exact").words


def _choices(known: Bounds, chosen: Bounds) -> tuple[Bounds, ...]:
    """All of it, each whole number in it, and what was wished for."""
    whole = [(float(n), float(n)) for n in range(math.ceil(known[0]), math.floor(known[1]) + 1)]
    return tuple(dict.fromkeys([known, *whole, chosen]))
