"""One centre's profile: who it is, when it can be reached, and its own word on any topic."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from typing import Any, Literal, get_args

from pydantic import Field, StrictBool, root_validator, validator

from bot.knowledge.figures import numbers_in
from bot.knowledge.placeholders import join
from bot.knowledge.quantities import Quantity, number
from bot.knowledge.schema import Specific
from bot.knowledge.strict import Id, Number, Strict, Text, at_least_one

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[str, ...] = get_args(Day)
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")


class Hours(Strict):
    """When the centre can be reached on some days of the week; times are "HH:MM", local."""

    days: tuple[Day, ...]
    opens: Text
    closes: Text

    _some_days = validator("days", allow_reuse=True)(at_least_one)

    @validator("opens", "closes")
    def _is_a_time(cls, time: str) -> str:
        if not _TIME.fullmatch(time):
            raise ValueError('expected a time from "00:00" to "24:00"')
        return time

    @root_validator(skip_on_failure=True)
    def _in_order(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values["opens"] >= values["closes"]:
            raise ValueError(
                f'expected closes to be later than opens, found "{values["opens"]}" and "{values["closes"]}"'
            )
        return values

    @property
    def words(self) -> str:
        """ "Monday to Friday 8 am to 7 pm"."""
        if (self.opens, self.closes) == ("00:00", "24:00"):
            return f"{_days_in_words(self.days)} 24 hours"
        return f"{_days_in_words(self.days)} {time_in_words(self.opens)} to {time_in_words(self.closes)}"


class Session(Hours):
    """A treatment day of the centre's week, such as the evening group's."""

    name: Text


class Part(Strict):
    """A part of a treatment day, in the order of the day."""

    name: Text
    minutes: Number


class OwnWord(Strict):
    """What the centre itself says on a topic: the same parts as a topic's answer and specifics.

    The rest is for the topic's pictures (docs/cards.md); its figures are those the words give.
    """

    says: tuple[Text, ...]
    more: tuple[Text, ...] = ()
    plain: tuple[Text, ...] = ()
    specifics: tuple[Specific, ...] = ()
    figures: tuple[Quantity, ...] = ()
    sessions: tuple[Session, ...] = ()
    parts: tuple[Part, ...] = ()
    steps: tuple[Text, ...] = ()
    bring: tuple[Text, ...] = ()
    leave_at_home: tuple[Text, ...] = ()

    _some_words = validator("says", allow_reuse=True)(at_least_one)

    @validator("figures", each_item=True)
    def _said_in_words(cls, figure: Quantity, values: dict[str, Any]) -> Quantity:
        said = numbers_in(" ".join((*values.get("says", ()), *values.get("more", ()))))
        if missing := sorted(figure.numbers - said):
            raise ValueError(f"expected a figure that says or more give too, found {number(missing[0])}")
        return figure

    @validator("says", "more", "plain", pre=True)
    def _one_sentence(cls, sentences: Any) -> Any:
        return (sentences,) if isinstance(sentences, str) else sentences


class CentreProfile(Strict):
    """Everything may be missing; `example` marks a centre that does not exist."""

    example: StrictBool = False
    name: Text = "the center"
    phone: Text | None = None
    address: Text | None = None
    time_zone: Text | None = None
    hours: tuple[Hours, ...] = ()
    emergency_note: Text | None = None
    words: Mapping[Id, OwnWord] = Field(default_factory=dict)

    @validator("example", "name", "hours", "words", pre=True)
    def _nothing_said(cls, value: Any, field: Any) -> Any:
        """A key with nothing after it is how people empty an entry."""
        return field.get_default() if value is None else value

    @validator("phone")
    def _can_be_dialled(cls, phone: str | None) -> str | None:
        if phone and len(re.findall(r"\d", phone)) < 3:
            raise ValueError("expected a phone number")
        return phone

    @validator("time_zone")
    def _is_a_zone(cls, zone: str | None) -> str | None:
        known = zoneinfo.available_timezones()  # empty on a machine without time zone data
        if zone and known and zone not in known:
            raise ValueError('expected a time zone such as "America/Chicago"')
        return zone

    @property
    def hours_in_words(self) -> str:
        """ "Monday to Friday 8 am to 7 pm, Saturday 9 am to noon"; "" if not known."""
        return ", ".join(hours.words for hours in self.hours)

    @property
    def whom_to_ask(self) -> str:
        """A sentence that names who can tell."""
        if not self.phone:
            return f"Please ask a staff member at {self.name}."
        hours = f", {self.hours_in_words}" if self.hours else ""
        return f"Please call {self.name} at {self.phone}{hours}."


def _days_in_words(days: tuple[str, ...]) -> str:
    places = sorted({DAYS.index(day) for day in days})
    if len(places) == len(DAYS):
        return "every day"
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    names: list[str] = []
    for run in runs:
        ends = [DAY_NAMES[run[0]], DAY_NAMES[run[-1]]]
        names += [" to ".join(ends)] if len(run) > 2 else ends[: len(run)]
    return join(tuple(names))


def time_in_words(time: str) -> str:
    """ "18:30" -> "6:30 pm"."""
    hour, minute = (int(part) for part in time.split(":"))
    if minute == 0 and hour % 12 == 0:
        return "noon" if hour == 12 else "midnight"
    return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''} {'am' if hour < 12 else 'pm'}"
