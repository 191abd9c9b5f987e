from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.knowledge.figures import loose_numbers, numbers_in
from bot.knowledge.quantities import Quantity, number


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"low": 8, "high": 12, "unit": "week", "qualifier": "typical"}, "8 to 12 weeks"),
        ({"low": 9, "unit": "hour_per_week", "qualifier": "at_least"}, "at least 9 hours a week"),
        ({"high": 3, "unit": "hour", "qualifier": "at_most"}, "up to 3 hours"),
        ({"high": 15, "unit": "person", "qualifier": "under"}, "fewer than 15 people"),
        ({"high": 3, "unit": "hour", "qualifier": "under"}, "less than 3 hours"),
        ({"low": 3, "unit": "hour", "qualifier": "typical"}, "about 3 hours"),
        ({"low": 90, "high": 90, "unit": "day", "qualifier": "typical"}, "about 90 days"),
        ({"low": 90, "unit": "minute", "qualifier": "exact"}, "90 minutes"),
        ({"low": 1, "unit": "hour", "qualifier": "exact"}, "1 hour"),
        ({"low": 1, "high": 3, "unit": "night_per_week", "qualifier": "typical"}, "1 to 3 nights a week"),
        ({"low": 3, "high": 5, "unit": "time_per_week", "qualifier": "typical"}, "3 to 5 times a week"),
        ({"low": 1, "unit": "time_per_week", "qualifier": "exact"}, "once a week"),
        ({"high": 2, "unit": "time_per_week", "qualifier": "at_most"}, "up to twice a week"),
        ({"low": 1.5, "unit": "hour_per_day", "qualifier": "over"}, "more than 1.5 hours a day"),
        ({"low": 1200, "unit": "person", "qualifier": "exact"}, "1,200 people"),
    ],
)
def test_a_quantity_reads_as_people_say_it(fields: dict[str, object], words: str) -> None:
    assert Quantity.parse_obj(fields).words == words


@pytest.mark.parametrize(
    "fields",
    [
        {"unit": "week", "qualifier": "typical"},
        {"low": 12, "high": 8, "unit": "week", "qualifier": "typical"},
        {"high": 9, "unit": "week", "qualifier": "at_least"},
        {"low": 9, "high": 12, "unit": "week", "qualifier": "at_most"},
        {"low": True, "unit": "week", "qualifier": "typical"},
        {"low": "8", "unit": "week", "qualifier": "typical"},
        {"low": 0, "unit": "week", "qualifier": "typical"},
        {"low": float("inf"), "unit": "week", "qualifier": "typical"},
        {"low": 8, "unit": "weeks", "qualifier": "typical"},
        {"low": 8, "unit": "hour_per_dog", "qualifier": "typical"},
        {"low": 8, "unit": "week", "qualifier": "roughly"},
        {"low": 8, "unit": "week", "qualifier": "typical", "note": "x"},
    ],
)
def test_a_quantity_without_sense_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Quantity.parse_obj(fields)


amounts = st.one_of(st.integers(1, 2_000_000), st.decimals("0.01", 1000, places=2)).map(float)
units = st.sampled_from(
    ["week", "hour_per_week", "person", "time_per_week", "time", "night", "visit_per_month"]
)


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    qualifier = draw(st.sampled_from(["typical", "at_least", "at_most", "under", "over", "exact"]))
    low, high = sorted([draw(amounts), draw(amounts)])
    bounds = {
        "at_least": {"low": low},
        "over": {"low": low},
        "at_most": {"high": high},
        "under": {"high": high},
    }
    return Quantity.parse_obj(
        {**bounds.get(qualifier, {"low": low, "high": high}), "unit": draw(units), "qualifier": qualifier}
    )


@given(quantities())
def test_every_number_of_a_quantity_is_found_in_its_words_and_no_other(quantity: Quantity) -> None:
    assert numbers_in(f"It takes {quantity.words}, as a rule.") == quantity.numbers


@given(st.integers(1, 999_999))
def test_a_number_written_out_is_found(value: int) -> None:
    assert numbers_in(f"There are {spelled(value)} of them") == {value}


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    assert all(value >= 0 for value in numbers_in(text))
    loose_numbers(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("most programs require 9-20 hours", {9, 20}),
        ("3–4 visits", {3, 4}),
        ("spread across three to five days", {3, 5}),
        ("at least nine hours", {9}),
        ("three nights, two nights, or just one night", {1, 2, 3}),
        ("once a week", {1}),
        ("one hundred and twenty-five", {125}),
        ("a hundred people", {100}),
        ("twenty to thirty", {20, 30}),
        ("about 1,200 people and 1.5 hours", {1200, 1.5}),
        ("Phase 1: often", {1}),
        ("nobody is often alone", set()),
    ],
)
def test_numbers_are_found_as_digits_and_as_words(text: str, numbers: set[float]) -> None:
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("12-step meetings and Twelve Steps", []),
        ("one-on-one talks with one another, and no one else", []),
        ("once you have found a program", []),
        ("someone, often, weight, tension, height", []),
        ("Detox is the first stage", []),
        ("once a week", ["once"]),
        ("about 8 weeks or twelve", ["8", "twelve"]),
        ("Two people", ["Two"]),
        ("½ an hour", ["1", "2"]),
    ],
)
def test_prose_may_hold_names_with_numbers_but_no_figures(text: str, loose: list[str]) -> None:
    assert loose_numbers(text) == loose


@pytest.mark.parametrize(("value", "text"), [(8.0, "8"), (1.5, "1.5"), (1200.0, "1,200"), (100.0, "100")])
def test_numbers_are_written_without_needless_digits(value: float, text: str) -> None:
    assert number(value) == text


# fmt: off
ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]
# fmt: on
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spelled(value: int) -> str:
    """A whole number below a million in words."""
    if value < 20:
        return ONES[value]
    if value < 100:
        return TENS[value // 10 - 2] + (f"-{ONES[value % 10]}" if value % 10 else "")
    if value < 1000:
        return f"{ONES[value // 100]} hundred" + (f" and {spelled(value % 100)}" if value % 100 else "")
    return f"{spelled(value // 1000)} thousand" + (f" {spelled(value % 1000)}" if value % 1000 else "")
