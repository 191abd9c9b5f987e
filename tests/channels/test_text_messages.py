"""SMS and WhatsApp: STOP, HELP, START, and MORE."""

from __future__ import annotations

import re

import pytest

from bot.channels.keywords import Words
from bot.channels.segments import segments
from bot.reply import Reply
from tests.channels.conftest import EMERGENCY, LONG, PROFILE
from tests.channels.edge import address, delivery
from tests.stored import stored_bytes

WORDS = Words(lambda: PROFILE, EMERGENCY)
both = pytest.mark.parametrize("channel", ["sms", "whatsapp"])


@both
@pytest.mark.parametrize("word", ["STOP", "stop", " Stop. ", "UNSUBSCRIBE", "StopAll"])
def test_stop_is_confirmed_once_and_then_it_is_quiet(channel, desk, word):
    desk.take(channel, delivery(channel, word))
    [confirmation] = desk.edge.sent
    assert "no more messages from Willow Creek Recovery Center" in confirmation.text
    assert "START" in confirmation.text
    desk.take(channel, delivery(channel, "how long is it"), delivery(channel, "hello?"))
    assert len(desk.edge.sent) == 1
    assert desk.brain.asked == []


@both
@pytest.mark.parametrize("word", ["START", "unstop", "Yes"])
def test_start_begins_again(channel, desk, word):
    desk.take(
        channel, delivery(channel, "STOP"), delivery(channel, word), delivery(channel, "how long is it")
    )
    assert "Welcome back" in desk.edge.sent[1].text
    assert desk.brain.texts == ["how long is it"]


@both
def test_one_person_stops_and_others_do_not(channel, desk):
    desk.take(channel, delivery(channel, "STOP", 1), delivery(channel, "how long is it", 2))
    assert len(desk.brain.asked) == 1


@both
def test_danger_is_answered_even_after_stop(channel, desk):
    desk.take(channel, delivery(channel, "STOP"), delivery(channel, "i am going to kill myself"))
    assert desk.brain.asked == []
    assert "988" in desk.edge.sent[1].text


@both
def test_who_opted_out_is_kept_as_a_hash_only(channel, desk):
    desk.take(channel, delivery(channel, "STOP"))
    kept = stored_bytes(desk.folder / "channels.db")
    assert address(channel).removeprefix("whatsapp:").encode() not in kept
    assert address(channel)[-10:].encode() not in kept


@both
@pytest.mark.parametrize("word", ["HELP", "help", "Info"])
def test_help_says_who_it_is_and_whom_to_call(channel, desk, word):
    desk.take(channel, delivery(channel, word))
    text = desk.edge.text
    for said in ("Willow Creek Recovery Center", "+1 312 555 0142", "911", "988", "STOP", "not a person"):
        assert said in text
    assert desk.brain.asked == []
    assert all(segments(sent.text) <= 2 for sent in desk.edge.sent)


@both
@pytest.mark.parametrize("keyword", ["STOP", "HELP", "START"])
def test_a_keyword_that_twilio_has_answered_is_not_answered_again(channel, desk, keyword):
    desk.take(channel, delivery(channel, keyword, OptOutType=keyword))
    assert desk.edge.sent == []
    desk.take(channel, delivery(channel, "how long is it"))
    assert len(desk.brain.asked) == (0 if keyword == "STOP" else 1)


@both
@pytest.mark.parametrize("text", ["stop drinking how", "help me", "please stop", "yes", "how do i start"])
def test_a_keyword_among_other_words_is_a_message(channel, desk, text):
    desk.take(channel, delivery(channel, text))
    assert desk.brain.texts == [text]


@pytest.mark.parametrize("word", ["CANCEL", "end", "Quit"])
def test_carriers_stop_on_more_words_than_whatsapp(desk, word):
    desk.take("sms", delivery("sms", word))
    desk.take("whatsapp", delivery("whatsapp", word))
    assert [channel for _, _, channel in desk.brain.asked] == ["whatsapp"]


def test_a_stop_that_cannot_be_kept_is_not_confirmed(make_desk, tmp_path):
    from bot.channels.ledger import Ledger

    (tmp_path / "broken.db").write_bytes(b"no database" * 100)
    desk = make_desk(ledger=Ledger(f"sqlite:///{tmp_path / 'broken.db'}"))
    assert desk.take("sms", delivery("sms", "STOP"))[0].status == 503
    assert desk.edge.sent == []


def test_a_long_sms_answer_comes_page_by_page_also_after_a_restart(desk):
    desk.brain.reply = LONG
    desk.take("sms", delivery("sms", "tell me all"))
    number = 1
    while desk.edge.sent[-1].text.endswith("Reply MORE for more."):
        desk.take("sms", delivery("sms", "more" if number % 2 else "MORE."))
        number += 1
    pages = [sent.text for sent in desk.edge.sent]
    assert len(pages) == number > 3
    assert all(segments(page) <= 2 for page in pages)
    read = " ".join(page.removesuffix("Reply MORE for more.").strip() for page in pages)
    assert read == LONG.texts[0]
    assert len(desk.brain.asked) == 1


def test_more_of_a_whole_answer_is_a_question(desk):
    desk.take("sms", delivery("sms", "how long is it"), delivery("sms", "more"))
    assert desk.brain.texts == ["how long is it", "more"]


def test_more_starts_anew_with_each_answer(desk):
    desk.brain.reply = LONG
    desk.take("sms", *(delivery("sms", text) for text in ("tell me all", "more", "again", "more")))
    first, second, again, more = (sent.text for sent in desk.edge.sent)
    assert (first, second) == (again, more)


def test_an_answer_with_typographic_signs_costs_no_more(desk):
    desk.brain.reply = Reply("answer", ("It’s 8–12 weeks. " * 15,))
    desk.take("sms", delivery("sms", "how long"))
    [sent] = desk.edge.sent
    assert sent.text.startswith("It's 8-12 weeks.")
    assert segments(sent.text) <= 2


@pytest.mark.parametrize("words", [*map(WORDS.to, ("stop", "start", "help")), WORDS.too_many(40)])
def test_a_twelve_year_old_can_read_it_in_one_message(words):
    import textstat

    plain = re.sub(r"\([^)]*\)|\+[\d ]+|" + re.escape(PROFILE.name), "", words)
    assert textstat.flesch_kincaid_grade(plain) <= 8
    assert segments(words) <= 2
