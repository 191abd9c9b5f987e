"""What may be stored of what a form sends, and what is said of the rest."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks.errors import InvalidRequestError
from bot.callbacks.request import Details, checked

GOOD: dict[str, Any] = {
    "name": "Ana",
    "phone": "312 555 0142",
    "consent": "Call me.",
    "agreed": True,
    "country": "US",
}


# A fixed moment: the clock's microseconds would now and then hold a part of the number.
AGREED = datetime(2026, 5, 1, 9, tzinfo=timezone.utc)


def ask(**changes: Any) -> Details:
    return checked(**{**GOOD, **changes})


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("312 555 0142", "+1 312-555-0142"),
        ("(312) 555-0142", "+1 312-555-0142"),
        ("312.555.0142 ext. 7", "+1 312-555-0142 ext. 7"),
        ("+1 312 555 0142 x12", "+1 312-555-0142 ext. 12"),
        ("３１２ ５５５ ０１４２", "+1 312-555-0142"),
        ("312–555–0142", "+1 312-555-0142"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
    ],
)
def test_a_number_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert ask(phone=typed).phone == stored


@pytest.mark.parametrize(
    "phone",
    [
        "988",
        "911",
        "555-0142",
        "123",
        "312 555 0142 or 312 555 0143",
        "call me",
        "<b>312 555 0142</b>",
        "📞 312 555 0142",
        "012 345 6789",
        "٣١٢abc",
        "+999 312 555 0142",
        "++++",
        "(",
        "312 555 0142 ext",
    ],
)
def test_what_is_no_number_is_refused(phone: str) -> None:
    with pytest.raises(InvalidRequestError) as error:
        ask(phone=phone)
    assert (error.value.field, error.value.problem) == ("phone", "no_number")
    assert phone not in str(error.value)


def test_a_number_the_center_would_pay_for_is_refused() -> None:
    with pytest.raises(InvalidRequestError) as error:
        ask(phone="1-900-234-5678")
    assert error.value.problem == "paid_number"


def test_the_country_says_what_a_number_without_its_code_is() -> None:
    assert ask(phone="020 7946 0958", country="GB").phone == "+44 20 7946 0958"
    assert ask(phone="+1 312 555 0142", country="XX").phone == "+1 312-555-0142"
    with pytest.raises(InvalidRequestError, match="country code"):
        ask(country="XX")


@pytest.mark.parametrize(
    "name",
    [
        "Ana",
        "Siobhán O’Brien-Smith",
        "J.R.",
        "李小龙",
        "محمد",
        "Nguyễn Thị Hương",
        "नेहा",
        "John Smith 3rd",
        "Mary (Mae)",
    ],
)
def test_names_of_all_the_world_are_names(name: str) -> None:
    assert ask(name=f"  {name} \n").name == name


@pytest.mark.parametrize("field", ["name", "phone", "consent"])
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, "missing"),
        ("", "missing"),
        (" \n\t ", "missing"),
        ("7" * 2001, "too_long"),
        ("7 " * 10_000_000, "too_long"),
        (7, "not_text"),
        (["Ana"], "not_text"),
        ({"a": 1}, "not_text"),
        (b"Ana", "not_text"),
        (True, "not_text"),
        ("A\x00na", "signs"),
        ("A\ud800na", "signs"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(field: str, value: Any, problem: str) -> None:
    with pytest.raises(InvalidRequestError) as error:
        ask(**{field: value})
    assert (error.value.field, error.value.problem) == (field, problem)
    assert len(str(error.value)) < 150


@pytest.mark.parametrize(
    "name", ["🙂", "Ana 🙂", "<b>Ana</b>", "<script>", "...", "312", "A\u202ena", "[red]Ana", "a=b"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequestError) as error:
        ask(name=name)
    assert (error.value.field, error.value.problem) == ("name", "signs")


def test_the_best_time_may_be_left_out_and_is_short() -> None:
    assert ask().best_time is None
    assert ask(best_time=" ").best_time is None
    assert ask(best_time="Mon–Fri, 9:00–17:00 (not Wed!)").best_time == "Mon–Fri, 9:00–17:00 (not Wed!)"
    for wrong in ("x" * 101, "<i>now</i>", "now 🙂", 17, "a\x07"):
        with pytest.raises(InvalidRequestError) as error:
            ask(best_time=wrong)
        assert error.value.field == "best_time"


@pytest.mark.parametrize("agreed", [False, None, "true", "on", 1])
def test_without_consent_there_is_no_request(agreed: Any) -> None:
    with pytest.raises(InvalidRequestError) as error:
        ask(agreed=agreed)
    assert error.value.problem == "not_agreed"


def test_when_consent_was_given_is_known() -> None:
    before = datetime.now(timezone.utc)
    assert before <= ask().agreed <= datetime.now(timezone.utc)
    at = datetime(2026, 5, 1, 9, tzinfo=timezone(timedelta(hours=-5)))
    assert ask(agreed_at=at).agreed == at
    for wrong in (datetime(2026, 5, 1), before + timedelta(days=1), "yesterday"):
        with pytest.raises(InvalidRequestError) as error:
            ask(agreed_at=wrong)
        assert error.value.problem == "when"


@given(st.sampled_from(["name", "phone", "best_time", "consent"]), st.text())
def test_any_text_is_taken_or_refused_without_being_quoted(field: str, text: str) -> None:
    refused = None
    try:
        made = repr(ask(agreed_at=AGREED, **{field: text}))
    except InvalidRequestError as error:
        refused = error
        made = ""
    assert not any(words in made for words in ("Ana", "555"))
    if refused is not None:
        assert len(text.strip()) < 5 or text not in str(refused)
        assert refused.__context__ is None, "it would hold what was typed"
