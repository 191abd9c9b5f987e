"""The amounts a question names."""

from __future__ import annotations

import pytest

from bot.knowledge.amounts import amounts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is it more than 8 weeks", {(56, "over day")}),
        ("not more than 4 months right?", {(121.75, "under day")}),
        ("longer than a month?", {(30.44, "over day")}),
        ("8 to 12 weeks", {(56, "day"), (84, "day")}),
        ("im sixteen", {(16, "")}),
        ("do you take 16 year olds", {(16, "")}),
        ("my 16-year-old", {(16, "")}),
        ("65 or older", {(65, "over")}),
        ("twenty five people", {(25, "")}),
        ("are there more than 1,000", {(1000, "over")}),
        ("3x a week", {(3, "time week")}),
        ("3 days/week", {(3, "time week")}),
        ("twice a week", {(2, "time week")}),
        ("9 hours weekly", {(540, "minute week")}),
        ("1.5 hours a day", {(90, "minute")}),
        ("can i call at 9 pm", {(21, "clock")}),
        ("at 9 in the morning", {(9, "clock")}),
        ("done by noon", {(12, "by clock")}),
        ("before 12 am", {(0, "under clock")}),
        ("home before 9:30?", {(9.5, "under")}),  # morning or evening: not said
        ("is this one free", set()),
        ("do i come once the week starts", set()),
        ("on the 2nd floor, room b12", set()),
        ("", set()),
        ("9" * 400, {(float("9" * 400), "")}),
    ],
)
def test_amounts_are_read_with_what_they_count(text: str, expected: set[tuple[float, str]]) -> None:
    assert {(amount.value, amount.kind) for amount in amounts(text)} == expected
