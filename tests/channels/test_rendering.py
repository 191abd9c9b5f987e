"""Replies as text: sentences stay whole, nothing is lost, and choices can be typed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.choices import chosen
from bot.channels.rendering import MORE, Said, numbered, render, split
from bot.channels.segments import plainer, segments
from bot.channels.twilio import Sms
from bot.reply import Button, Reply, Source

SMS = Sms("AC1", "token", "+15005550006", "https://x.example/webhooks/sms")
BUTTONS = (
    Button("Tell me more", "/tell_more"),
    Button("How do I start?", "/how_to_start"),
    Button("Is it private?", "/confidentiality"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the euro's two places are not divided, so one stays empty
        ("ñ" * 160, 1),
        ("á", 1),
        ("á" * 70, 1),
        ("á" * 71, 2),
        ("á" * 134, 2),
        ("á" * 135, 3),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
        ("a" * 66 + "🙂" + "a" * 66, 3),  # nor are a surrogate pair's
    ],
)
def test_segments_as_carriers_count_them(text, expected):
    assert segments(text) == expected


def test_typographic_signs_do_not_make_a_message_longer():
    text = "“Yes” – it’s 8–12 weeks…"
    assert plainer(text) == '"Yes" - it\'s 8-12 weeks...'
    assert segments(plainer(text * 6)) == 1 < segments(text * 6)


def test_texts_are_cut_after_sentences():
    assert split("One is here. Two is there! Three?", lambda text: len(text) <= 26) == [
        "One is here. Two is there!",
        "Three?",
    ]
    assert split('He said "go." Then left.', lambda text: len(text) <= 16) == ['He said "go."', "Then left."]
    assert split("Call 1-800-662-4357.25 now", lambda text: len(text) <= 24) == [
        "Call 1-800-662-4357.25",
        "now",
    ]


def test_a_long_sentence_is_cut_between_words_and_a_long_word_anywhere():
    assert split("one two three", lambda text: len(text) <= 8) == ["one two", "three"]
    assert split("abcdefgh", lambda text: len(text) <= 3) == ["abc", "def", "gh"]
    assert split("  \n ", lambda text: len(text) <= 3) == []


@given(st.text(max_size=400), st.integers(4, 60))
def test_nothing_is_lost_and_everything_fits(text, most):
    parts = split(text, lambda part: len(part) <= most)
    assert all(0 < len(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_choices_are_listed():
    assert numbered(BUTTONS[:1]) == "1 Tell me more\nReply 1."
    assert numbered(BUTTONS[:2]).endswith("Reply 1 or 2.")
    assert numbered(BUTTONS).endswith("3 Is it private?\nReply 1, 2 or 3.")


@pytest.mark.parametrize("typed", ["2", " 2. ", "#2", "two", "Two!", "number 2", "option two", "2 please"])
def test_a_choice_is_typed_as_a_number(typed):
    assert chosen(typed, BUTTONS) == "/how_to_start"


@pytest.mark.parametrize("typed", ["how do i start", "How do I start?", "HOW DO I START"])
def test_a_choice_is_typed_in_its_words(typed):
    assert chosen(typed, BUTTONS) == "/how_to_start"


@pytest.mark.parametrize(
    "typed",
    ["", "?", "0", "4", "22", "2 or 3", "2 weeks", "one of us died", "i want to die", "start"],
)
def test_other_messages_choose_nothing(typed):
    assert chosen(typed, BUTTONS) is None
    assert chosen(typed, ()) is None


def test_a_short_sms_says_all_at_once():
    reply = Reply("answer", ("Yes.",), sources=(Source("a", "A guide", "1"),), buttons=BUTTONS[:2])
    [part] = render(Said.of(reply.messages()), SMS, paged=True)
    assert part.text == "Yes.\n\nSource: A guide\n\n1 Tell me more\n2 How do I start?\nReply 1 or 2."


def test_a_long_sms_is_paged_in_two_segments_each():
    text = " ".join(f"This is sentence {number}, with – say – some words in it." for number in range(30))
    pages = render(Said.of(Reply("answer", (text,), buttons=BUTTONS).messages()), SMS, paged=True)
    assert len(pages) > 4
    assert all(segments(plainer(page.text)) <= 2 for page in pages)
    assert all(page.text.endswith(MORE) for page in pages[:-1])
    assert pages[-1].text.endswith("Reply 1, 2 or 3.")


def test_a_list_of_choices_stays_in_one_message():
    text = " ".join(f"This is sentence {number}, with some words in it." for number in range(12))
    for length in range(200, len(text), 7):
        reply = Reply("answer", (text[:length],), buttons=BUTTONS)
        *first, last = render(Said.of(reply.messages()), SMS, paged=True)
        assert last.text.endswith(numbered(BUTTONS))
        assert not any("Tell me more" in page.text for page in first)


def test_a_message_does_not_end_with_a_headline():
    sources = (Source("a", "A guide " * 8, "1"), Source("b", "A manual " * 8, "1"))
    for words in range(100, 300, 3):
        reply = Reply("answer", ("a" * words + ".",), sources=sources)
        pages = render(Said.of(reply.messages()), SMS, paged=True)
        assert not any("Sources:\nReply" in page.text for page in pages)


def test_messages_of_others_than_ours_are_rendered_too():
    assert [part.text for part in render(Said.of([{"text": "Hi"}, {"text": None, "image": "x"}]), SMS)] == [
        "Hi"
    ]
    assert render(Said.of([]), SMS) == []


def test_custom_is_never_shown():
    reply = Reply("answer", ("Yes.",), topics=("cost",), sources=(Source("a.txt", "A guide", "Part"),))
    text = " ".join(part.text for part in render(Said.of(reply.messages()), SMS))
    assert json.dumps(reply.custom()) not in text
    assert "cost" not in text
    assert "a.txt" not in text
