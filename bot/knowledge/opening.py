"""Whether somebody can be reached now, by the centre's usual hours and on its own clock."""

from __future__ import annotations

import re
import zoneinfo
from datetime import datetime

from bot.knowledge.profile import DAY_NAMES, DAYS, CentreProfile, time_in_words

_OPEN = "By our usual hours (holidays may differ) we are open now{until}."
_CLOSED = "By our usual hours (holidays may differ) we are closed now, and open {when}."
_NOW = re.compile(r"\b(?:now|rn|today|tonight|currently|at the moment)\b", re.IGNORECASE)


def asks_about_now(text: str) -> bool:
    """Whether a question about the hours is about this moment."""
    return _NOW.search(text) is not None


def open_now(profile: CentreProfile, at: datetime) -> str:
    """Says whether the centre is open `at` a time with its zone, and until or from when.

    "" when its hours or its time zone are not known.
    """
    if not profile.hours or not profile.time_zone:
        return ""
    try:
        here = at.astimezone(zoneinfo.ZoneInfo(profile.time_zone))
    except zoneinfo.ZoneInfoNotFoundError:  # a machine without time zone data
        return ""
    today, time = here.weekday(), f"{here:%H:%M}"
    for opens, closes in _spans(profile, today):
        if opens <= time < closes:
            until = "" if closes == "24:00" else f", until {time_in_words(closes)}"
            return _OPEN.format(until=until)
    for ahead in range(len(DAYS) + 1):
        for opens, _ in _spans(profile, (today + ahead) % len(DAYS)):
            if ahead > 0 or opens > time:
                return _CLOSED.format(when=f"{_day(today, ahead)} at {time_in_words(opens)}")
    return ""


def _spans(profile: CentreProfile, day: int) -> list[tuple[str, str]]:
    return sorted((hours.opens, hours.closes) for hours in profile.hours if DAYS[day] in hours.days)


def _day(today: int, ahead: int) -> str:
    if ahead < 2:
        return ("today", "tomorrow")[ahead]
    return f"{'next ' if ahead == len(DAYS) else ''}{DAY_NAMES[(today + ahead) % len(DAYS)]}"
