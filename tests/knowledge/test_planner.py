"""So many days a week, how many hours in all: what is understood, and what it comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cards import Bounds, Range
from bot.knowledge.answers import Snapshot
from bot.knowledge.planner import plan, total
from bot.knowledge.profile import CentreProfile
from bot.knowledge.reading import read_data
from bot.knowledge.wishes import Wish, wish_in
from tests.knowledge.test_cards import with_status

REAL = Snapshot(*read_data(Path(__file__).resolve().parents[2] / "data"))
NO_CENTRE = Snapshot(REAL.knowledge, CentreProfile())


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("If I come 3 evenings a week, how long and how many hours in all?", Wish(days=(3, 3))),
        ("how long if i do three nights", Wish(days=(3, 3))),
        ("3-4 days/week how long", Wish(days=(3, 4))),
        ("twice a week, how long does it take", Wish(days=(2, 2))),
        ("5x a week, how long will it take", Wish(days=(5, 5))),
        ("4 days a week for 4 hours a day, how many hours total?", Wish(days=(4, 4), hours=(4, 4))),
        ("with 12 hours a week, how many hours altogether", Wish(weekly=(12, 12))),
        ("Four mornings a week at 3.5 hours each, how long in total?", Wish(days=(4, 4), hours=(3.5, 3.5))),
    ],
)
def test_a_wish_is_understood(said: str, wish: Wish) -> None:
    assert wish_in(said) == wish


@pytest.mark.parametrize(
    "said",
    [
        "how long does it take",
        "is it 3 days a week?",
        "I work 4 days a week, how long is the program?",
        "i drink 3 nights a week. how long is the program",
        "how long is each session, 3 nights a week?",
        "is the 12 week program long",
        "0 days a week how long",
        "",
    ],
)
def test_no_wish_is_read_into_another_question(said: str) -> None:
    assert wish_in(said) is None


def test_three_days_a_week_without_a_centre() -> None:
    planned = plan(NO_CENTRE, Wish(days=(3, 3)))
    assert planned
    assert planned.texts[0] == (
        "3 days a week is 9 to 12 hours a week: about 45 to 96 hours in 5 to 8 weeks (What to Expect) or "
        "about 108 to 192 hours in 12 to 16 weeks (Intensive Outpatient Programs)."
    )
    assert planned.card.days[planned.card.chosen_days] == (3, 3)
    assert planned.card.opened
    assert {source.document for source in planned.sources} >= {
        "002_b18501d0a5cb9386.txt",
        "004_ded3d0a6997f818e.txt",
    }


def test_the_centre_goes_by_its_own_week_whatever_is_wished_for() -> None:
    planned = plan(REAL, Wish(days=(5, 5)))
    assert planned
    assert planned.texts[0].startswith(
        "At Willow Creek Recovery Center: You come 3 days a week, or 9 hours a week: "
        "about 90 hours in about 10 weeks."
    )
    assert total(planned.card.rows[0], (99, 99)) == (90, 90)


@pytest.mark.parametrize(
    ("wish", "known"),
    [
        (Wish(days=(2, 2)), "3 to 5 days a week"),
        (Wish(hours=(8, 8)), "3 to 4 hours"),
        (Wish(weekly=(40, 40)), "9 to 20 hours a week"),
    ],
)
def test_what_no_source_speaks_of_is_said_and_not_counted(wish: Wish, known: str) -> None:
    planned = plan(NO_CENTRE, wish)
    assert planned
    assert planned.texts[0].startswith(f"The sources speak of {known}, so I count with that.")
    assert (planned.card.chosen_days, planned.card.chosen_hours) == (0, 0)


def test_nothing_is_counted_with_a_doubtful_fact() -> None:
    doubted = with_status(NO_CENTRE, "program_length", "weeks_12_16", "doubtful")
    planned = plan(doubted, Wish(days=(3, 3)))
    assert planned
    assert "12 to 16" not in str(planned)
    for fact in ("days_3_5", "visits_3_4"):
        doubted = with_status(doubted, "weekly_schedule", fact, "doubtful")
    assert plan(doubted) is None


@pytest.mark.parametrize(
    ("row", "weekly", "hours"),
    [
        (Range("a", "", 8, 12), (9, 12), (72, 144)),
        (Range("a", "", 12.86, 12.86), (9, 9), (116, 116)),
        (Range("a", "", None, 10), (9, 10), (90, 100)),
        (Range("a", "", 2.5, 2.5), (3, 3), (8, 8)),
    ],
)
def test_hours_in_all_are_whole(row: Range, weekly: Bounds, hours: Bounds) -> None:
    assert total(row, weekly) == hours
