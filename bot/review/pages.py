"""Renders the staff pages, and those that say what went wrong."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.knowledge.current import ProfileNow
from bot.review.access import PATH, Guest, Visit
from bot.review.audit import WORDS
from bot.review.forms import CSRF_FIELD
from bot.review.roles import MEANING, ROLES, Role

TEMPLATES = Path(__file__).parent / "templates"
_HIDDEN = Markup(f'<input type="hidden" name="{CSRF_FIELD}" value="{{}}">')


@dataclass(frozen=True)
class Place:
    """A page that the navigation leads to, for accounts with one of the roles."""

    title: str
    path: str
    about: str
    roles: frozenset[Role]


PLACES = (
    Place(
        "Today",
        f"{PATH}/today",
        "What to look at first: possible danger, thumbs down, what was asked in vain.",
        frozenset({"editor", "approver", "admin"}),
    ),
    Place(
        "Conversations",
        f"{PATH}/transcripts",
        "What visitors asked, what was understood, and what they were answered.",
        frozenset({"reader", "editor", "approver", "admin"}),
    ),
    Place(
        "Safety",
        f"{PATH}/safety",
        "Whether danger is missed: two people look at each message.",
        frozenset({"editor", "approver", "admin"}),
    ),
    Place(
        "Answers",
        f"{PATH}/answers",
        "What is said on each topic, its facts and their sources.",
        frozenset({"reader", "editor", "approver", "admin"}),
    ),
    Place(
        "The center",
        f"{PATH}/centre",
        "Phone, address and opening hours.",
        frozenset({"reader", "editor", "approver", "admin"}),
    ),
    Place(
        "Changes",
        f"{PATH}/changes",
        "Edits that wait for a second person, and what was decided.",
        frozenset({"reader", "editor", "approver", "admin"}),
    ),
    Place(
        "Phrases",
        f"{PATH}/phrases",
        "Corrected phrases: tests, and what the next model learns from.",
        frozenset({"editor", "approver", "admin"}),
    ),
    Place(
        "Publish",
        f"{PATH}/publish",
        "Approved phrases become a new model, compared with the present one before visitors have it.",
        frozenset({"reader", "editor", "approver", "admin"}),
    ),
    Place(
        "Did it help?",
        f"{PATH}/changes-helped",
        "What was asked in vain before a change, and is asked in vain since.",
        frozenset({"reader", "editor", "approver", "admin"}),
    ),
    Place(
        "The week",
        f"{PATH}/summary",
        "What was asked and answered, in figures; to print, too.",
        frozenset({"reader", "editor", "approver", "admin"}),
    ),
    Place(
        "Call-backs",
        f"{PATH}/callbacks",
        "People who want a call, and who was called.",
        frozenset({"callbacks"}),
    ),
    Place(
        "Accounts", f"{PATH}/accounts", "Who may come in here, and what they may do.", frozenset({"admin"})
    ),
    Place("Audit log", f"{PATH}/audit", "Who did what, and when.", frozenset({"admin"})),
)


class Pages:
    """The pages of one centre, which is asked for anew for each. Times are shown on its clock."""

    def __init__(self, profile_now: ProfileNow) -> None:
        self._profile_now = profile_now
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {
            "ALL_ROLES": ROLES,
            "MEANING": MEANING,
            "WORDS": WORDS,
        }
        self._environment.filters |= {"local": self._local, "day": _day}

    @property
    def zone(self) -> zoneinfo.ZoneInfo | timezone:
        """The centre's."""
        return _zone(self._profile_now().time_zone)[0]

    def show(self, guest: Guest, template: str, status: int = 200, **values: object) -> Response:
        """A page, with the navigation of whoever is logged in."""
        profile = self._profile_now()
        account = guest.account if isinstance(guest, Visit) else None
        html = self._environment.get_template(template).render(
            account=account,
            centre=profile.name[:1].upper() + profile.name[1:],
            zone=_zone(profile.time_zone)[1],
            places=[place for place in PLACES if account and place.roles & account.roles],
            path=guest.request.url.path,
            token=lambda: _HIDDEN.format(guest.csrf()),
            **values,
        )
        return HTMLResponse(html, status, {"X-Robots-Tag": "noindex, nofollow"})

    def problem(self, request: Request, status: int, title: str, words: str, address: str = "") -> Response:
        """A page that says what went wrong and what to do, with a way back to `address`; without navigation
        for somebody who is not logged in."""
        guest = getattr(request.state, "visit", None) or Guest(request, "")
        return self.show(guest, "problem.html", status, title=title, words=words, address=address)

    def start_of(self, day: date | None) -> datetime | None:
        """When the day begins at the centre."""
        return datetime.combine(day, time(), self.zone) if day else None

    def _local(self, at: datetime) -> str:
        """ "Mar 5, 2026, 14:07"."""
        here = at.astimezone(self.zone)
        return f"{here:%b} {here.day}, {here:%Y, %H:%M}"


def _day(day: date) -> str:
    """ "Mar 5"."""
    return f"{day:%b} {day.day}"


def _zone(name: str | None) -> tuple[zoneinfo.ZoneInfo | timezone, str]:
    """A time zone and how it is called."""
    try:
        if name:
            return zoneinfo.ZoneInfo(name), f"{name.rpartition('/')[2].replace('_', ' ')} time"
    except zoneinfo.ZoneInfoNotFoundError:  # a machine without time zone data
        pass
    return timezone.utc, "UTC"
