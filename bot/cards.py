"""The pictures of a reply as data: the widget draws them, messaging apps get them as PNG.

Each card names its sources and has the same in words (`text`). docs/cards.md has the JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import ValidationError, parse_obj_as

Unit = Literal["week", "hour_per_week", "hour"]
Bounds = tuple[float, float]


@dataclass(frozen=True)
class Range:
    """One figure and who gives it; a bound is None where the source leaves that end open.

    `weekly` is how many hours a week go with the figure, where its source says that itself.
    """

    source: str
    words: str
    low: float | None
    high: float | None
    centre: bool = False
    weekly: Bounds | None = None


@dataclass(frozen=True)
class Ranges:
    """Figures of several sources on one axis, counted in `unit`."""

    title: str
    text: str
    unit: Unit
    rows: tuple[Range, ...]
    type: Literal["ranges"] = "ranges"


@dataclass(frozen=True)
class Session:
    """Days are "mon" to "sun", times "HH:MM" on the centre's clock."""

    name: str
    days: tuple[str, ...]
    opens: str
    closes: str


@dataclass(frozen=True)
class Week:
    """A typical week; each session is one choice."""

    title: str
    text: str
    sessions: tuple[Session, ...]
    source: str
    type: Literal["week"] = "week"


@dataclass(frozen=True)
class Part:
    """A part of a day; `minutes` is None where nobody says how long it is."""

    name: str
    minutes: float | None = None


@dataclass(frozen=True)
class Day:
    """A typical day. The parts are in the order of the day if they have minutes, else in none."""

    title: str
    text: str
    parts: tuple[Part, ...]
    source: str
    type: Literal["day"] = "day"


@dataclass(frozen=True)
class Steps:
    """What to do, in order."""

    title: str
    text: str
    steps: tuple[str, ...]
    source: str
    type: Literal["steps"] = "steps"


@dataclass(frozen=True)
class Checklist:
    """What to see to, and what to leave at home."""

    title: str
    text: str
    items: tuple[str, ...]
    source: str
    leave_at_home: tuple[str, ...] = ()
    type: Literal["checklist"] = "checklist"


@dataclass(frozen=True)
class Phases:
    """How a program gets lighter, from first to last."""

    title: str
    text: str
    phases: tuple[str, ...]
    source: str
    type: Literal["phases"] = "phases"


@dataclass(frozen=True)
class Planner:
    """Hours in all: weeks of each row by days a week by hours a day.

    `days` and `hours` are what can be chosen, each a range; `chosen_days` and `chosen_hours` are
    places in them. A row with `weekly` is what one centre does, and does not depend on the choice.
    """

    title: str
    text: str
    days: tuple[Bounds, ...]
    hours: tuple[Bounds, ...]
    chosen_days: int
    chosen_hours: int
    rows: tuple[Range, ...]
    note: str
    source: str
    opened: bool = False
    type: Literal["planner"] = "planner"


Card = Ranges | Week | Day | Steps | Checklist | Phases | Planner


def to_json(card: Card) -> dict[str, Any]:
    """The card as it stands in a reply's `cards`."""
    return asdict(card)


def from_json(card: Mapping[str, Any]) -> Card | None:
    """The card again; None for one that is no picture (contacts) or makes no sense."""
    try:
        found: Card = parse_obj_as(Card, dict(card))  # type: ignore[arg-type]
    except ValidationError:
        return None
    return found
