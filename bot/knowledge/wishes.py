"""How much a visitor would come, as a message names it: "3 evenings a week, how many hours in all?"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.cards import Bounds

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_VALUES = {word: float(place + 1) for place, word in enumerate(_WORDS)} | {"once": 1.0, "twice": 2.0}
_NUMBER = rf"(?:\d{{1,2}}(?:\.\d)?|{'|'.join(_WORDS)})"
_AMOUNT = rf"(?<![\w.-])(?P<low>{_NUMBER})(?:\s?(?:-|–|to|or)\s?(?P<high>{_NUMBER}))?[\s-]?"
_EACH = r"\s?(?:/|(?:a|an|per|each|every)\s)\s?"
_WEEKLY = rf"(?:{_EACH}(?:week|wk)\b|\s(?:weekly|out of the week)\b)"
_PART_OF_DAY = r"(?:evening|night|morning|afternoon)"
_HOURS = r"(?:hours?|hrs?|h)\b"

_DAYS_A_WEEK = re.compile(
    rf"{_AMOUNT}(?:(?:days?|times?|sessions?|visits?|x){_WEEKLY}|{_PART_OF_DAY}s?\b)"
    rf"|\b(?P<times>once|twice){_WEEKLY}"
)
_HOURS_A_WEEK = re.compile(rf"{_AMOUNT}{_HOURS}{_WEEKLY}")
_HOURS_A_DAY = re.compile(
    rf"{_AMOUNT}{_HOURS}(?:{_EACH}(?:day|{_PART_OF_DAY}|session|visit|time)\b|\s(?:each|daily|at a time)\b)"
)
_ASKS_TOTAL = re.compile(
    r"\bhow (?:long|many (?:total )?(?:hours|hrs|weeks|months)|much time)\b"
    r"|\b(?:in all|total|altogether|all together|overall|add up|(?:be|am i|get) (?:done|finished))\b"
)
_ASKS_OF_ONE_DAY = re.compile(
    r"\bhow long (?:is|are|does|do|will) (?:each|every|an?|one|the)"
    rf" (?:day|{_PART_OF_DAY}|session|group|visit)"
)
# "I work 4 days a week" wishes nothing of the program.
_ELSEWHERE = re.compile(
    r"\b(?:work(?!shop)\w*|jobs?|shifts?|school|class\w*|college|stud(?:y|ies|ying)|drink\w*|drank|us(?:e|ed|ing)"
    r"|smok\w+|kids?)\b"
)
_CLAUSE = re.compile(r"[;?!]|\.(?!\d)|,(?!\d)|\b(?:but|because|so)\b")


@dataclass(frozen=True)
class Wish:
    """Days a week, hours on each of them, hours a week; None for what is not named."""

    days: Bounds | None = None
    hours: Bounds | None = None
    weekly: Bounds | None = None


NO_WISH = Wish()


def wish_in(text: str) -> Wish | None:
    """The wish of a message that asks what it comes to; None where it names or asks no such thing."""
    text = text.lower()
    if not _ASKS_TOTAL.search(text) or _ASKS_OF_ONE_DAY.search(text):
        return None
    about_it = "\n".join(clause for clause in _CLAUSE.split(text) if not _ELSEWHERE.search(clause))
    wish = Wish(
        *(_bounds(pattern.search(about_it)) for pattern in (_DAYS_A_WEEK, _HOURS_A_DAY, _HOURS_A_WEEK))
    )
    return None if wish == Wish() else wish


def _bounds(found: re.Match[str] | None) -> Bounds | None:
    if not found:
        return None
    said = found.groupdict()
    low = _value(said["low"] or said["times"])
    high = _value(said["high"]) if said["high"] else low
    return (low, high) if 0 < low <= high else None


def _value(words: str) -> float:
    return _VALUES[words] if words in _VALUES else float(words)
