"""What people type into the form, read as a name, a number, a time, a change of mind, or something else."""

from __future__ import annotations

import time

import pytest

from bot.callbacks import typed


@pytest.mark.parametrize(
    "text",
    [
        "cancel",
        "Stop.",
        "STOP!!",
        "never mind",
        "nevermind",
        "nvm",
        "forget it",
        "forget about it please",
        "quit",
        "no thanks",
        "ok stop asking me",
        "actually, never mind thanks",
        "i changed my mind",
        "I want to cancel",
        "please cancel my request",
        "i don’t want a call",
        "don't call me",
        "cancle",
    ],
)
def test_a_change_of_mind(text: str) -> None:
    assert typed.gives_up(text)


@pytest.mark.parametrize(
    "text", ["Bob", "stop by at noon", "after I quit work at 5", "forget Bob", "yes", "Dontrell"]
)
def test_no_change_of_mind(text: str) -> None:
    assert not typed.gives_up(text)


@pytest.mark.parametrize("text", ["yes", "Yes please", "ok", "sure, go ahead", "y", "that's fine", "I agree"])
def test_consent(text: str) -> None:
    assert typed.agrees(text)


@pytest.mark.parametrize(
    "text", ["no", "yes but who sees it", "thanks", "maybe", "ok?", "please", "how long is it"]
)
def test_no_consent(text: str) -> None:
    assert not typed.agrees(text) or "?" in text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Bob", "Bob"),
        ("bob", "bob"),
        ("It's Xiomara Quillfeather.", "Xiomara Quillfeather"),
        ("my name is Case", "Case"),
        ("call me Maria de la Cruz please", "Maria de la Cruz"),
        ("ask for Dolores", "Dolores"),
        ("Will Long", "Will Long"),
        ("Joy Case", "Joy Case"),
        ("O’Brien", "O'Brien"),
        ("José Núñez", "José Núñez"),
        ("Mr. White", "Mr. White"),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hoa"),
        ("Владимир", "Владимир"),
    ],
)
def test_a_name(text: str, name: str) -> None:
    assert typed.name_in(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "how long is it",
        "do you take aetna",
        "insurance",
        "program length",
        "i want to",
        "who will call me",
        "prefer not to say",
        "Quillfeather, how long is it?",
        "tell me more",
        "i'm scared",
        "hello",
        "call me tomorrow please",
        "773 555 0143",
        "",
        "🙂",
    ],
)
def test_no_name(text: str) -> None:
    assert typed.name_in(text) is None


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("773-555-0143", "773-555-0143"),
        ("its (312) 555-0142 after 5", "(312) 555-0142"),
        ("312.555.0142 x12", "312.555.0142 x12"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("７７３ 555 0143", "773 555 0143"),
        ("555-0143", "555-0143"),
        ("i have 2 kids", None),
        ("how long is it", None),
    ],
)
def test_a_number(text: str, phone: str | None) -> None:
    assert typed.phone_in(text, "US") == phone


def test_a_number_in_words_is_meant_as_one() -> None:
    assert typed.phone_in("seven seven three five five five oh one four three", "US")


def test_a_name_before_a_number() -> None:
    assert typed.name_before_phone("Bob, my number is (312) 555-0142") == "Bob"


@pytest.mark.parametrize(
    "text",
    ["any time", "after 5", "can be any time", "tomorrow morning", "weekdays", "when my kids are at school"],
)
def test_a_time(text: str) -> None:
    assert typed.time_in(text) == text
    assert typed.is_time(text)


def test_no_time() -> None:
    assert typed.time_in("what time do you open") is None
    assert typed.time_in("no") == "", "whether that means any time or no call has to be asked"


@pytest.mark.parametrize(
    "part", [" ", ",", "a ", "please ", "ok ", "(1", "my name is ", "call me ", "1-", "yes "]
)
def test_hostile_texts_are_read_quickly(part: str) -> None:
    text = (part * 2000)[:2000] + "!x"
    started = time.perf_counter()
    typed.gives_up(text), typed.agrees(text), typed.asks(text), typed.is_time(text)
    typed.name_in(text), typed.name_before_phone(text), typed.phone_in(text, "US")
    assert time.perf_counter() - started < 1.0
