"""What holds on each of the five channels, from the vendor's delivery to what reaches the person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.channels.sending import TRIES
from bot.channels.vendor import Delivery
from bot.reply import Reply
from tests.channels.conftest import ANSWER, LONG
from tests.channels.edge import CHANNELS, address, delivery, unsigned, wrongly_signed
from tests.stored import stored_bytes

pytestmark = pytest.mark.parametrize("channel", CHANNELS)
OK = {"telegram": 200, "slack": 200, "messenger": 200, "sms": 204, "whatsapp": 204}


def test_a_question_is_answered_in_text_with_sources_and_choices(channel, desk):
    [answer] = desk.take(channel, delivery(channel, "how long is it"))
    assert answer.status == OK[channel]
    assert desk.brain.texts == ["how long is it"]
    assert {sent.to for sent in desk.edge.sent} == {address(channel)}
    text = desk.edge.text
    assert text.startswith("It takes about 10 weeks.")
    assert "\n\nSources: Intensive Outpatient Programs; TIP 47" in text
    assert "custom" not in text
    assert "{" not in text
    last = desk.edge.sent[-1]
    offered = last.text + " ".join(title for title, _ in last.buttons)
    assert "Tell me more" in offered
    assert "What makes it longer or shorter?" in offered


@pytest.mark.parametrize("spoil", [unsigned, wrongly_signed])
def test_what_the_vendor_did_not_sign_is_refused_and_nothing_happens(channel, desk, spoil):
    spoiled = spoil(delivery(channel, "how long is it"))
    [answer] = desk.take(channel, spoiled)
    assert answer.status == 403
    assert desk.brain.asked == []
    assert desk.edge.requests == []


def test_a_changed_body_is_refused(channel, desk):
    if channel == "telegram":
        pytest.skip("Telegram sends a secret, and signs nothing")
    real = delivery(channel, "how long is it")
    forged = replace(real, body=real.body.replace(b"how", b"who"))
    assert forged.body != real.body
    assert desk.take(channel, forged)[0].status == 403
    assert desk.brain.asked == []


def test_a_get_or_an_empty_request_is_refused(channel, desk):
    for method in ("GET", "POST"):
        assert desk.take(channel, Delivery(method, {}, {}, b""))[0].status == 403


def test_a_redelivery_is_answered_once(channel, desk):
    message = delivery(channel, "how long is it")
    answers = desk.take(channel, message, message)
    assert [answer.status for answer in answers] == [OK[channel]] * 2
    assert len(desk.brain.asked) == 1
    assert len(desk.edge.sent) == 1


def test_a_redelivery_after_a_restart_is_answered_once(channel, desk):
    message = delivery(channel, "how long is it")
    desk.take(channel, message)
    assert desk.take(channel, message)[0].status == OK[channel]
    assert len(desk.edge.sent) == 1


def test_the_same_words_again_are_a_new_message(channel, desk):
    desk.take(channel, delivery(channel, "how long is it"), delivery(channel, "how long is it"))
    assert len(desk.brain.asked) == 2


def test_what_holds_no_words_is_answered_as_a_message_without_words(channel, desk):
    [answer] = desk.take(channel, delivery(channel, None))
    assert answer.status == OK[channel]
    assert desk.brain.texts == [""]
    assert len(desk.edge.sent) >= 1


@pytest.mark.parametrize(
    "text", ["x" * 60_000, "🙂" * 300, "a\u0000b", "🏳️‍🌈 help me 👨‍👩‍👧", "/", "{}", "<b>&amp;</b>"]
)
def test_odd_text_reaches_the_assistant(channel, desk, text):
    [answer] = desk.take(channel, delivery(channel, text))
    assert answer.status == OK[channel]
    assert len(desk.brain.texts) == 1


def test_a_long_answer_comes_in_messages_the_channel_takes(channel, desk):
    desk.brain.reply = replace(LONG, texts=(" ".join(LONG.texts * 8),))
    desk.take(channel, delivery(channel, "tell me all"))
    vendor = desk.reception().vendors[channel]
    assert all(vendor.fits(sent.text) for sent in desk.edge.sent)
    assert all(sent.text.endswith((".", "MORE for more.")) for sent in desk.edge.sent)
    whole = " ".join(desk.edge.text.split())
    assert whole.count("Sentence number 3 says") == (1 if channel == "sms" else 8)


@pytest.mark.parametrize("failure", [None, RuntimeError("boom"), Reply("answer", ())])
def test_danger_gets_its_reply_when_nothing_else_works(channel, desk, failure):
    desk.brain.reply = failure
    [answer] = desk.take(channel, delivery(channel, "i am going to kill myself tonight"))
    assert answer.status == OK[channel]
    first = desk.edge.sent[0].text
    assert "988" in first
    assert len(first.split("988")[0].split()) <= 40


def test_a_failure_tells_whom_to_call(channel, desk):
    desk.brain.reply = RuntimeError("boom")
    desk.take(channel, delivery(channel, "how long is it"))
    text = desk.edge.text
    assert "can't answer right now" in text
    assert "911" in text
    assert "988" in text


def test_a_safety_reply_waits_for_nothing(channel, desk):
    long = " ".join(LONG.texts)
    desk.brain.reply = Reply("safety", ("Call 988 now.", long), safety=("suicide",))
    desk.take(channel, delivery(channel, "i want to die"))
    assert desk.edge.sent[0].text.startswith("Call 988 now.")
    assert "number 19" in desk.edge.text
    assert "MORE" not in desk.edge.text


def test_a_line_of_support_waits_for_nothing(channel, desk):
    support = "If it gets dark, call or text 988."
    desk.brain.reply = replace(LONG, texts=(*LONG.texts, support), safety=("suicide",))
    desk.take(channel, delivery(channel, "what does it cost"))
    assert support in desk.edge.text
    assert "MORE" not in desk.edge.text


def test_the_vendor_hears_at_once_of_a_slow_answer(channel, desk, monkeypatch):
    monkeypatch.setattr("bot.channels.reception.ACKNOWLEDGE_SECONDS", 0.1)
    desk.brain.delay = 3.0
    message = delivery(channel, "how long is it")
    answers = desk.take(channel, message, message)
    assert [answer.status for answer in answers] == [OK[channel], 503], (
        "it may ask again until it is answered"
    )
    assert len(desk.edge.sent) == 1


def test_a_busy_vendor_is_asked_again(channel, desk):
    desk.edge.statuses = [500, 429]
    assert desk.take(channel, delivery(channel, "how long is it"))[0].status == OK[channel]
    assert len(desk.edge.sent) == 1


def test_a_vendor_that_takes_nothing_may_deliver_again(channel, desk):
    desk.edge.statuses = [500] * TRIES
    message = delivery(channel, "how long is it")
    assert [answer.status for answer in desk.take(channel, message, message)] == [503, OK[channel]]
    assert len(desk.edge.sent) == 1


def test_a_vendor_that_refuses_a_message_is_left_alone(channel, desk):
    """Blocked by the person, say: asking again would change nothing."""
    desk.edge.statuses = [403]
    message = delivery(channel, "how long is it")
    assert [answer.status for answer in desk.take(channel, message, message)] == [OK[channel]] * 2
    assert desk.edge.sent == []


def test_nothing_that_identifies_a_person_goes_further(channel, desk):
    desk.take(channel, delivery(channel, "how long is it", 1), delivery(channel, "how long is it", 2))
    (one, _, name), (other, _, _) = desk.brain.asked
    assert name == channel
    assert one != other, "two people are two conversations"
    given = address(channel).removeprefix("whatsapp:").strip("+DU")
    assert given not in one
    assert given.encode() not in stored_bytes(desk.folder / "channels.db")
    assert b"how long" not in stored_bytes(desk.folder / "channels.db")


def test_a_person_is_the_same_after_a_restart(channel, desk):
    desk.take(channel, delivery(channel, "how long is it"))
    desk.take(channel, delivery(channel, "what does it cost"))
    assert len({sender for sender, _, _ in desk.brain.asked}) == 1


def test_a_number_or_the_words_choose_what_was_offered_also_after_a_restart(channel, desk):
    desk.take(channel, delivery(channel, "how long is it"))
    desk.take(channel, delivery(channel, "2"), delivery(channel, "Three."))
    desk.take(channel, delivery(channel, "what makes it longer or shorter"), delivery(channel, "9"))
    assert desk.brain.texts[1:] == ["/length_factors", "/how_to_start", "/length_factors", "9"]


def test_too_many_messages_are_told_so_once_and_danger_is_still_answered(channel, desk):
    many = [delivery(channel, f"question {number}") for number in range(24)]
    desk.take(channel, *many, delivery(channel, "i took all my pills, i want to die"))
    assert len(desk.brain.asked) == 20
    notices = [sent for sent in desk.edge.sent if "a lot of messages" in sent.text]
    assert len(notices) == 1
    assert "911" in notices[0].text
    assert "988" in notices[0].text or "911" in desk.edge.sent[-1].text
    assert desk.edge.sent[-1].text != notices[0].text


def test_a_ledger_that_cannot_be_used_keeps_nobody_waiting(channel, make_desk, tmp_path):
    from bot.channels.ledger import Ledger

    (tmp_path / "broken.db").write_bytes(b"no database" * 100)
    desk = make_desk(ledger=Ledger(f"sqlite:///{tmp_path / 'broken.db'}"))
    desk.take(channel, delivery(channel, "how long is it"))
    assert len(desk.edge.sent) == 1


def test_contacts_that_only_a_card_shows_are_said(channel, desk):
    from bot.reply import Contact

    contacts = (
        Contact("Call +1 312 555 0142", "Willow Creek", "tel:+13125550142"),
        Contact("Call 988", "Lifeline", "tel:988"),
    )
    desk.brain.reply = replace(ANSWER, texts=("You can call 988.",), contacts=contacts, sources=())
    desk.take(channel, delivery(channel, "who can tell me"))
    assert "Call +1 312 555 0142 (Willow Creek)." in desk.edge.text
    assert desk.edge.text.count("988") == 1
