"""However it is typed and wherever it stands, a plain danger is noticed, and nothing makes detect() fail."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.safety.detect import MAX_CHARACTERS, detect, detect_in_conversation
from bot.safety.messages import read_ordinary
from tests.safety.conftest import DATA

PLAIN = [
    "i want to kill myself",
    "i want to die",
    "i am going to end my life",
    "i don't want to live anymore",
    "im suicidal",
    "my son wants to kill himself",
    "i cut myself again",
    "she keeps cutting her arms",
    "i overdosed",
    "my friend is overdosing",
    "i took too many pills",
    "he is not breathing",
    "i stopped drinking and now i am having seizures",
    "i want to kill him",
    "i am going to hurt someone",
    "my husband beats me",
    "my boyfriend raped me",
    "he says he will kill me",
    "i am having a heart attack",
    "i can't breathe",
]
ORDINARY = [message.text for message in read_ordinary(DATA / "nlu")]
CHANGES_THE_MEANING = set(
    "if when whether unless not never no dont don't cant that who without used say".split()
)
LOOK_ALIKES = {"a": "а", "e": "е", "o": "о", "i": "і", "c": "с", "p": "р", "y": "у", "x": "х", "s": "ѕ"}
LEET = {"i": "1", "e": "3", "o": "0", "a": "4", "s": "5"}

plain = st.sampled_from(PLAIN)
ordinary = st.sampled_from(ORDINARY)
quick = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def is_danger(text: str) -> bool:
    finding = detect(text)
    return finding is not None and finding.is_danger


@pytest.mark.parametrize("text", PLAIN)
def test_plainly_said(text):
    assert is_danger(text)


@quick
@given(plain, ordinary, st.sampled_from([". ", "? ", "! ", "\n", " - ", "; "]), st.booleans())
def test_as_a_sentence_before_or_after_an_ordinary_message(danger, message, stop, first):
    text = f"{danger}{stop}{message}" if first else f"{message}{stop}{danger}"
    assert is_danger(text)


@quick
@given(plain, ordinary, st.data())
def test_as_a_sentence_anywhere_within_an_ordinary_message(danger, message, data):
    words = message.split()
    place = data.draw(st.integers(0, len(words)))
    before = " ".join(words[:place]).rstrip(".")  # "..." would be a pause, not the end of a sentence
    assert is_danger(f"{before}. {danger}. {' '.join(words[place:])}")


def test_without_any_stop_within_an_ordinary_message():
    """Voice to text: words around may change the meaning ("what if" + it), so not every one."""
    chance = random.Random(20)
    missed, tried = [], 0
    while tried < 4000:
        danger, words = chance.choice(PLAIN), chance.choice(ORDINARY).split()
        place = chance.randint(0, len(words))
        if place and words[place - 1].lower().strip(",.?!") in CHANGES_THE_MEANING:
            continue
        tried += 1
        text = " ".join([*words[:place], danger, *words[place:]])
        if detect(text) is None:
            missed.append(text)
    assert len(missed) / tried < 0.01, missed[:20]


@quick
@given(plain, st.randoms(use_true_random=False))
def test_casing_and_spacing_hide_nothing(danger: str, chance: random.Random):
    text = "".join(chance.choice([char.upper(), char]) for char in danger)
    text = text.replace(" ", chance.choice([" ", "  ", "\t", " \u200b", "\u00a0", " , "[:1] + " "]))
    assert is_danger(text)


@quick
@given(plain, st.randoms(use_true_random=False))
def test_look_alike_letters_hide_nothing(danger: str, chance: random.Random):
    text = "".join(LOOK_ALIKES.get(char, char) if chance.random() < 0.5 else char for char in danger)
    assert is_danger(text)


@pytest.mark.parametrize("danger", PLAIN)
def test_typing_habits_hide_nothing(danger):
    assert is_danger("".join(chr(ord(char) + 0xFEE0) if char.isalpha() else char for char in danger))
    assert is_danger("".join(f"{char}\u0336" for char in danger))
    assert is_danger(danger.replace(" ", ""))
    assert is_danger(danger.replace(" ", "_"))
    assert is_danger(danger.replace(" ", "... "))
    assert is_danger(danger.replace("'", ""))
    assert is_danger(danger.replace("'", "’"))
    assert is_danger(f"{danger}{danger[-1] * 5}!!!")


@pytest.mark.parametrize(
    "danger", [text for text in PLAIN if "kill" in text or "suicid" in text or "die" in text]
)
def test_digits_for_letters_hide_nothing(danger):
    assert is_danger(
        "".join(LEET.get(char, char) if len(word) > 2 else char for word in [danger] for char in word)
    )


@pytest.mark.parametrize(
    "text",
    [
        "k m s",
        "k.m.s.",
        "k i l l  m y s e l f",
        "i want 2 die",
        "wanna kil myslef",
        "s**cide is all i think about",
        "i w a n t t o d i e",
        "IWANTTODIE",
        "im sucidal",
        "hes overdoseing",
        "my friend od'd",
        "he beets me every nite my husband beats me",
        "gonna unalive myself",
        "i want to d!e",
        "i want to die right now",
        "i... just... want to die...",
        "i... i want to die already",
        "k!ll myself",
        "diiiieee i wanna diiiieee",
    ],
)
def test_slang_and_misspelling(text):
    assert is_danger(text)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=400))
@example("")
@example("\x00")
@example("\ud800")
@example("*" * 200)
@example("(?:" * 50)
@example("💀" * 300)
def test_no_text_makes_it_fail(text):
    from bot.safety.detect import _by_rules

    _by_rules(text)  # detect() would hide the fault
    detect(text)


@pytest.mark.parametrize(
    "filling",
    [
        "a",
        "a ",
        "i ",
        "kill ",
        "not ",
        "i want to ",
        "he ",
        "my ",
        "*",
        "k ",
        "у",
        "😀",
        ".",
        "\n",
        "1a",
        "ab" * 99 + " ",
    ],
)
def test_a_hundred_thousand_characters_take_bounded_time(filling):
    text = (filling * MAX_CHARACTERS)[:MAX_CHARACTERS]
    start = time.perf_counter()
    detect(text)
    assert time.perf_counter() - start < 20


def test_danger_is_found_at_both_ends_and_inside_a_very_long_message():
    for place in (0, 40_000, 99_000):
        words = "tell me more about the program and its groups " * 2_200
        assert is_danger(f"{words[:place]} i want to kill myself {words[place:100_000]}")


def test_two_messages_that_only_together_say_it():
    assert detect("i want to") is None
    finding = detect_in_conversation("die", "i want to")
    assert finding is not None
    assert finding.is_danger
    assert detect_in_conversation("how long is it", "i want to kill myself") is None
    assert detect_in_conversation("how long is it", "hello") is None
