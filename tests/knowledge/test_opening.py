"""Whether the centre is open now, on its own clock."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.knowledge.opening import asks_about_now, open_now
from bot.knowledge.profile import CentreProfile, Hours

CHICAGO = CentreProfile(
    time_zone="America/Chicago",
    hours=(
        Hours(days=("mon", "tue", "wed", "thu"), opens="08:00", closes="20:30"),
        Hours(days=("fri",), opens="08:00", closes="12:00"),
        Hours(days=("fri",), opens="13:00", closes="17:00"),
    ),
)


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("2026-11-23T08:00:00-06:00", "open now, until 8:30 pm"),  # a Monday
        ("2026-11-24T02:29:00+00:00", "open now, until 8:30 pm"),  # still Monday in Chicago
        ("2026-11-24T02:30:00+00:00", "closed now, and open tomorrow at 8 am"),
        ("2026-11-23T07:59:59-06:00", "closed now, and open today at 8 am"),
        ("2026-11-27T12:30:00-06:00", "closed now, and open today at 1 pm"),
        ("2026-11-27T17:00:00-06:00", "closed now, and open Monday at 8 am"),
        ("2026-11-29T12:00:00-06:00", "closed now, and open tomorrow at 8 am"),
        ("2026-07-06T13:00:00+00:00", "open now, until 8:30 pm"),  # in summer the clock is an hour ahead
        ("2026-12-07T13:00:00+00:00", "closed now, and open today at 8 am"),
    ],
)
def test_by_its_usual_hours_and_holidays_are_owned_up_to(at: str, says: str) -> None:
    said = open_now(CHICAGO, datetime.fromisoformat(at))
    assert says in said
    assert "usual hours" in said
    assert "holidays" in said


def test_around_the_clock() -> None:
    every = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    profile = CentreProfile(
        time_zone="Europe/Paris", hours=(Hours(days=every, opens="00:00", closes="24:00"),)
    )
    assert "open now." in open_now(profile, datetime.fromisoformat("2026-11-23T03:00:00+00:00"))


def test_one_day_a_week() -> None:
    profile = CentreProfile(time_zone="UTC", hours=(Hours(days=("mon",), opens="08:00", closes="09:00"),))
    assert "next Monday at 8 am" in open_now(profile, datetime.fromisoformat("2026-11-23T10:00:00+00:00"))


@pytest.mark.parametrize(
    "profile", [CentreProfile(), CentreProfile(hours=CHICAGO.hours), CentreProfile(time_zone="UTC")]
)
def test_nothing_is_said_without_hours_or_zone(profile: CentreProfile) -> None:
    assert open_now(profile, datetime.fromisoformat("2026-11-23T10:00:00+00:00")) == ""


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("are you open now?", True),
        ("r u open rn", True),
        ("is anyone there tonight", True),
        ("are you open on fridays", False),
        ("do you know when you open", False),
    ],
)
def test_a_question_about_this_moment_is_told_from_one_about_the_hours(text, now):
    assert asks_about_now(text) == now
