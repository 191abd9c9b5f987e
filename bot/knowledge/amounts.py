"""The amounts a question names ("is it more than 8 weeks", "im 26"): yes to one is not yes to another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.knowledge.figures import ONES, TENS

_VALUES = {word: float(place) for place, word in enumerate(ONES) if place}
_VALUES |= {word: 10.0 * (place + 2) for place, word in enumerate(TENS)}
_VALUES |= {f"{ten}{j}{one}": _VALUES[ten] + _VALUES[one] for ten in TENS for one in ONES[1:10] for j in " -"}
_TIMES = {"once": 1.0, "twice": 2.0}
_HOURS = {"noon": 12.0, "midday": 12.0, "midnight": 0.0}
_ARTICLES = {"a": 1.0, "an": 1.0}
_VALUES |= _TIMES | _HOURS | _ARTICLES

# What is measured, and how much of it one is.
_UNITS = {
    "minute": ("minute", 1.0),
    "hour": ("minute", 60.0),
    "day": ("day", 1.0),
    "week": ("day", 7.0),
    "month": ("day", 365.25 / 12),
    "year": ("day", 365.25),
    "time": ("time", 1.0),
}
_CALLED = {f"{unit}{s}": measured for unit, measured in _UNITS.items() for s in ("", "s")}
for _short, _unit in {"min": "minute", "hr": "hour", "wk": "week", "mo": "month", "yr": "year"}.items():
    _CALLED |= {_short: _UNITS[_unit], f"{_short}s": _UNITS[_unit]}
_CALLED |= dict.fromkeys(("x", "visits", "sessions"), _UNITS["time"])
_MORNING = r"am|a\.m|(?:in the )?morning"
_LATER = r"pm|p\.m|(?:in the |this )?(?:afternoon|evening)|at night|tonight"

_BOUNDS = {
    "under": r"less|quicker|faster|sooner|shorter|fewer|smaller|earlier|younger|under|below|within|before"
    r"|up to|at most|max|maximum|(?:not?|never) (?:more|longer|bigger|larger|later|older) than",
    "over": r"more|longer|slower|bigger|larger|later|older|greater|over|above|past|beyond|exceed|after"
    "|at least",
    "by": "by",
    "until": "until|till|til",
}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_PLAIN = {word: value for word, value in _VALUES.items() if word not in _ARTICLES}
_NUMBER = rf"(?:\d+(?:[:.,]\d+)?|{_any_of(_PLAIN)})"
_AMOUNT = re.compile(
    rf"(?:(?P<bound>\b(?:{'|'.join(_BOUNDS.values())}))\s+)?"
    r"(?:(?:than|about|around|like|the|age)\s+){0,3}\$?(?<![\w.:])"
    rf"(?P<low>{_NUMBER}|(?<=than )an?|(?<=over )an?|(?<=under )an?)"
    rf"(?:\s?(?:to|-|–|or)\s?(?P<high>{_NUMBER}))?(?![:.,]?\d)"
    r"(?P<over>\+|\s+(?:or|and)\s+(?:more|over|up|older|longer))?"
    r"(?P<under>\s+(?:or|and)\s+(?:less|under|younger|fewer|shorter))?"
    rf"[\s-]*(?:(?P<unit>{_any_of(_CALLED)})|(?P<morning>{_MORNING})|(?P<later>{_LATER}))?(?!\w)"
    r"(?P<old>[\s-]*olds?\b)?"
    r"(?:\s?(?:(?:a|an|per|each|every|/)\s?(?P<per>day|week|month)\b|(?:there )?(?P<weekly>weekly)\b))?"
)


@dataclass(frozen=True)
class Amount:
    """How much, counted in what `kind` names: minutes, days, times, the clock's hours or, "", plain things
    and years of age; with the period it is said for, and whether it is a bound ("over day")."""

    value: float
    kind: str


def amounts(text: str) -> frozenset[Amount]:
    """Every amount a question names; both ends of a range."""
    found: set[Amount] = set()
    for match in _AMOUNT.finditer(text.lower()):
        said = match.groupdict(default="")
        if said["low"] in ("one", *_ARTICLES) and not said["unit"]:
            continue  # "is this one free"
        if said["low"] in _TIMES and not (said["per"] or said["weekly"]):
            continue  # "once it starts"
        each = "week" if said["weekly"] else "" if said["per"] == "day" else said["per"]
        for number in filter(None, (said["low"], said["high"])):
            value, measure = _measured(number, said)
            found.add(Amount(round(value, 2), " ".join(filter(None, (_bound(said), measure, each)))))
    return frozenset(found)


def _bound(said: dict[str, str]) -> str:
    for name, words in _BOUNDS.items():
        if said.get(name) or re.fullmatch(words, said["bound"]):
            return name
    return ""


def _measured(number: str, said: dict[str, str]) -> tuple[float, str]:
    """The value and what it is counted in."""
    value = _VALUES[number] if number in _VALUES else _value(number)
    if number in _HOURS:
        return value, "clock"
    if said["morning"] or said["later"]:
        return value % 12 + (12 if said["later"] else 0), "clock"
    if number in _TIMES:
        return value, "time"
    if not said["unit"] or said["old"]:
        return value, ""
    measure, one = _CALLED[said["unit"]]
    if said["per"] and measure == "day":
        return value, "time"  # "3 days a week" is 3 times a week
    return value * one, measure


def _value(digits: str) -> float:
    hours, _, minutes = digits.partition(":")
    return float(hours.replace(",", "")) + float(minutes or 0) / 60
