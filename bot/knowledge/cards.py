"""The pictures that go with a topic's answer, from the centre's profile and approved facts alone.

The centre's own week, day, steps and lists are drawn where it gives them; else what the documents say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.cards import Card, Checklist, Day, Part, Phases, Planner, Ranges, Session, Steps, Unit, Week
from bot.knowledge.answers import Snapshot
from bot.knowledge.comparing import approved, figures, in_short
from bot.knowledge.planner import plan
from bot.knowledge.schema import Fact

Draw = Callable[[Snapshot], Card | None]


def cards_for(snapshot: Snapshot, topic: str) -> tuple[Card, ...]:
    """The topic's pictures, the most telling first; () where none says it better than words."""
    drawn = (draw(snapshot) for draw in _DRAWN.get(topic, ()))
    return tuple(card for card in drawn if card)


def _ranges(topic: str, unit: Unit, title: str) -> Draw:
    def draw(snapshot: Snapshot) -> Card | None:
        rows = tuple(figure.row(unit) for figure in figures(snapshot, topic, unit))
        if len(rows) < 2:  # nothing to compare
            return None
        return Ranges(title, _lines(f"{row.source}: {row.words}" for row in rows), unit, rows)

    return draw


def _week(snapshot: Snapshot) -> Card | None:
    own = snapshot.profile.words.get("weekly_schedule")
    if not own or not own.sessions:
        return None
    sessions = tuple(Session(one.name, one.days, one.opens, one.closes) for one in own.sessions)
    text = _lines(f"{one.name}: {one.words}" for one in own.sessions)
    return Week("A week, to choose from", text, sessions, snapshot.profile.name)


def _day(snapshot: Snapshot) -> Card | None:
    own = snapshot.profile.words.get("session_length")
    if own and own.parts:
        parts = tuple(Part(part.name, part.minutes) for part in own.parts)
        text = _lines(f"{part.name}: {part.minutes:g} minutes" for part in own.parts)
        return Day("A typical day", text, parts, snapshot.profile.name)
    facts = _facts(snapshot, "daily_schedule", "parts")
    names = [_capital(item.name) for fact in facts for item in fact.items]
    if not names:
        return None
    return Day("Often part of a day", _lines(names), tuple(map(Part, names)), _by(snapshot, facts))


def _steps(snapshot: Snapshot) -> Card | None:
    own = snapshot.profile.words.get("how_to_start")
    if own and own.steps:
        steps, source = own.steps, snapshot.profile.name
    else:
        referral = _facts(snapshot, "how_to_start", "referral")
        ready = _facts(snapshot, "preparation", "checklist")
        if not (referral and ready):
            return None
        items = (f"{_capital(item.name)}." for fact in ready for item in fact.items)
        steps, source = (referral[0].statement, *items), _by(snapshot, [*referral, *ready])
    return Steps("How to start", _lines(f"{n}. {step}" for n, step in enumerate(steps, 1)), steps, source)


def _bring(snapshot: Snapshot) -> Card | None:
    own = snapshot.profile.words.get("what_to_bring")
    if not own or not own.bring:
        return None
    items, not_these = (tuple(map(_capital, of)) for of in (own.bring, own.leave_at_home))
    text = _lines([*items, *(f"Leave at home: {item}" for item in own.leave_at_home)])
    return Checklist("What to bring", text, items, snapshot.profile.name, not_these)


def _prepare(snapshot: Snapshot) -> Card | None:
    facts = _facts(snapshot, "preparation", "checklist")
    items = tuple(_capital(item.name) for fact in facts for item in fact.items)
    return Checklist("Before you start", _lines(items), items, _by(snapshot, facts)) if items else None


def _phases(snapshot: Snapshot) -> Card | None:
    facts = _facts(snapshot, "phases", "start", "fewer", "ending")
    if len(facts) < 2:
        return None
    phases = tuple(fact.statement for fact in facts)
    text = _lines(f"{n}. {phase}" for n, phase in enumerate(phases, 1))
    return Phases("Less and less over time", text, phases, _by(snapshot, facts))


def _planner(snapshot: Snapshot) -> Planner | None:
    planned = plan(snapshot)
    return planned.card if planned else None


def _facts(snapshot: Snapshot, topic: str, *ids: str) -> list[Fact]:
    """Those of them that may be said."""
    return [fact for fact in approved(snapshot.knowledge, topic) if fact.id in ids]


def _by(snapshot: Snapshot, facts: Iterable[Fact]) -> str:
    return in_short(snapshot.knowledge, (source for fact in facts for source in fact.sources))


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_LENGTH = _ranges("program_length", "week", "How many weeks, by source")
_HOURS = _ranges("weekly_schedule", "hour_per_week", "Hours a week, by source")
_HOURS_A_DAY = _ranges("session_length", "hour", "Hours a day, by source")
_DRAWN: dict[str, tuple[Draw, ...]] = {
    "program_length": (_LENGTH, _planner),
    "weekly_schedule": (_week, _HOURS, _planner),
    "time_of_day": (_week,),
    "session_length": (_HOURS_A_DAY,),
    "daily_schedule": (_day,),
    "phases": (_phases,),
    "how_to_start": (_steps,),
    "preparation": (_prepare,),
    "what_to_bring": (_bring,),
}
