"""What is special to each vendor: its other payloads, its buttons, its own ways."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from bot.channels.vendor import Delivery
from bot.reply import Button, Reply
from tests.channels.conftest import ANSWER
from tests.channels.edge import (
    CONFIGURED,
    address,
    delivery,
    messenger_event,
    messenger_events,
    messenger_message,
    messenger_signed,
    slack_event,
    slack_message,
    slack_pressed,
    slack_signed,
    telegram_message,
    telegram_update,
    twilio,
)

NATIVE = (("Tell me more", "/tell_more"), ("What makes it longer or shorter?", "/length_factors"))


def test_telegram_has_buttons(desk):
    desk.take("telegram", delivery("telegram", "how long is it"))
    [sent] = desk.edge.sent
    assert sent.buttons[:2] == NATIVE
    assert "Reply 1" not in sent.text


def test_telegram_is_told_that_a_button_was_heard(desk):
    query = {
        "id": "4382bfdwdsb323b2d9",
        "from": {"id": 77001, "is_bot": False, "first_name": "X"},
        "message": telegram_message(1, text="It takes about 10 weeks."),
        "chat_instance": "-1",
        "data": "/length_factors",
    }
    assert desk.take("telegram", telegram_update(callback_query=query))[0].status == 200
    assert desk.brain.texts == ["/length_factors"]
    path, _, body = desk.edge.requests[-1]
    assert path.endswith("/answerCallbackQuery")
    assert body == {"callback_query_id": query["id"]}


def test_a_payload_too_long_for_telegram_becomes_a_number_to_type(desk):
    desk.brain.reply = replace(ANSWER, buttons=(Button("Long", "/x" * 40), Button("Short", "/y")))
    desk.take("telegram", delivery("telegram", "how long is it"), delivery("telegram", "1"))
    assert desk.edge.sent[0].text.endswith("1 Long\n2 Short\nReply 1 or 2.")
    assert desk.brain.texts[1] == "/x" * 40


@pytest.mark.parametrize("kind", ["voice", "sticker", "video", "location", "contact", "document"])
def test_what_else_people_send_on_telegram(desk, kind):
    desk.take("telegram", telegram_update(message=telegram_message(1, **{kind: {"file_id": "x"}})))
    assert desk.brain.texts == [""]


def test_words_under_a_photo_are_read(desk):
    photo = telegram_message(1, photo=[{"file_id": "x"}], caption="i want to die")
    desk.take("telegram", telegram_update(message=photo))
    assert desk.brain.texts == ["i want to die"]


@pytest.mark.parametrize(("typed", "asked"), [("/start", "/greeting"), ("/help", "/capabilities")])
def test_telegrams_commands(desk, typed, asked):
    desk.take("telegram", delivery("telegram", typed))
    assert desk.brain.texts == [asked]


def test_an_edited_message_is_answered(desk):
    desk.take("telegram", telegram_update(edited_message=telegram_message(1, text="how long", edit_date=1)))
    assert desk.brain.texts == ["how long"]


@pytest.mark.parametrize(
    "update",
    [
        {"message": telegram_message(1, pinned_message={})},
        {"my_chat_member": {"chat": {"id": 1}}},
        {"channel_post": telegram_message(1, text="x")},
        {"message": {**telegram_message(1, text="x"), "chat": {"id": -100, "type": "supergroup"}}},
    ],
    ids=["pinned", "member", "channel", "group"],
)
def test_what_telegram_delivers_beside_messages_gets_no_reply(desk, update):
    assert desk.take("telegram", telegram_update(**update))[0].status == 200
    assert desk.brain.asked == []


@pytest.mark.parametrize("body", [b"", b"[]", b"5", b"{", b'{"message": 5}', b'{"message": {"text": 5}}'])
def test_telegrams_secret_with_a_strange_body(desk, body):
    headers = {"x-telegram-bot-api-secret-token": "telegram-secret"}
    assert desk.take("telegram", Delivery("POST", headers, {}, body))[0].status == 400


def test_telegram_learns_where_to_deliver_at_the_start(desk):
    import asyncio

    async def scene():
        reception = desk.reception()
        await reception.start()
        await reception.stop()

    asyncio.run(scene())
    [(path, _, body)] = desk.edge.requests
    assert path == "/bot12345:telegram-token/setWebhook"
    assert body["url"] == "https://chat.willow.example/webhooks/telegram"
    assert body["secret_token"] == "telegram-secret"


def test_a_start_without_telegram_goes_on(desk, caplog):
    import asyncio

    async def scene():
        reception = desk.reception()
        await reception.start()
        await reception.stop()

    desk.edge.statuses = [401]
    asyncio.run(scene())
    assert "telegram does not know where to deliver" in caplog.text
    assert "telegram-token" not in caplog.text


def test_slack_checks_the_address(desk):
    asked = {"token": "x", "challenge": "3eZbrw1aB", "type": "url_verification"}
    [answer] = desk.take("slack", slack_signed(json.dumps(asked).encode()))
    assert (answer.status, answer.text) == (200, "3eZbrw1aB")


@pytest.mark.parametrize("at", [-600.0, 600.0])
def test_an_old_slack_delivery_is_refused(desk, at):
    old = slack_signed(json.dumps({"event": slack_message("hi")}).encode(), at=time.time() + at)
    assert desk.take("slack", old)[0].status == 403


@pytest.mark.parametrize("timestamp", ["", "yesterday", "1e9", "²"])
def test_a_slack_time_that_is_none_is_refused(desk, timestamp):
    good = delivery("slack", "hi")
    headers = {**good.headers, "x-slack-request-timestamp": timestamp}
    assert desk.take("slack", replace(good, headers=headers))[0].status == 403


def test_slack_has_buttons_and_hears_them(desk):
    desk.take("slack", delivery("slack", "how long is it"), slack_pressed("/length_factors"))
    assert desk.edge.sent[0].buttons[:2] == NATIVE
    assert desk.brain.texts[1] == "/length_factors"
    assert len({sender for sender, _, _ in desk.brain.asked}) == 1
    _, headers, _ = desk.edge.requests[0]
    assert headers["authorization"] == "Bearer xoxb-slack-token"


def test_a_mention_is_answered_in_its_thread_and_once(desk):
    event = slack_message("<@U0BOT> how long is it", channel="C01", channel_type="channel")
    mention = {**event, "type": "app_mention"}
    desk.take("slack", slack_event(event), slack_event(mention), slack_event(mention))
    assert desk.brain.texts == ["how long is it"]
    assert desk.edge.requests[0][2]["thread_ts"] == event["ts"]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("is it &lt;5 &amp; more", "is it <5 & more"),
        ("call <tel:+13125550142|+1 312 555 0142>", "call +1 312 555 0142"),
        ("see <https://a.example/x> ok", "see https://a.example/x ok"),
        ("<@U061F7AUR> hi", "hi"),
        ("<!here> hi", "hi"),
    ],
)
def test_slacks_markup_is_read_as_it_was_typed(desk, sent, read):
    desk.take("slack", delivery("slack", sent))
    assert desk.brain.texts == [read]


def test_text_for_slack_is_escaped(desk):
    desk.brain.reply = Reply("answer", ("<!everyone> & you",))
    desk.take("slack", delivery("slack", "hi"))
    assert desk.edge.sent[0].text == "&lt;!everyone&gt; &amp; you"


@pytest.mark.parametrize(
    "event",
    [
        slack_message("hi", bot_id="B1"),
        slack_message("hi", subtype="message_changed"),
        slack_message("hi", subtype="bot_message"),
        slack_message("hi", channel="C01", channel_type="channel"),
        {"type": "reaction_added", "user": "U1"},
    ],
    ids=["bot", "changed", "bot message", "channel", "reaction"],
)
def test_what_slack_delivers_beside_messages_gets_no_reply(desk, event):
    assert desk.take("slack", slack_event(event))[0].status == 200
    assert desk.brain.asked == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"event": 5}', b'{"event": {"type": "app_mention"}}'])
def test_slacks_signature_with_a_strange_body(desk, body):
    assert desk.take("slack", slack_signed(body))[0].status == 400


@pytest.mark.parametrize("body", [b"", b"payload=", b"payload=5", b"payload=%7B%7D&payload=%7B%7D"])
def test_slacks_signature_with_a_strange_form(desk, body):
    form = slack_signed(body, "application/x-www-form-urlencoded")
    assert desk.take("slack", form)[0].status == 400


def test_messenger_checks_the_address(desk):
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "verify-token"}
    [answer] = desk.take("messenger", Delivery("GET", {}, query, b""))
    assert (answer.status, answer.text) == (200, "1158201444")
    wrong = {**query, "hub.verify_token": "guess"}
    assert desk.take("messenger", Delivery("GET", {}, wrong, b""))[0].status == 403


def test_messengers_quick_replies_are_numbers_where_titles_are_too_long(desk):
    desk.take("messenger", delivery("messenger", "how long is it"))
    [sent] = desk.edge.sent
    assert sent.buttons == (("1", "/tell_more"), ("2", "/length_factors"), ("3", "/how_to_start"))
    assert "2 What makes it longer or shorter?" in sent.text


def test_messengers_quick_replies_say_short_titles(desk):
    desk.brain.reply = replace(ANSWER, buttons=(Button("Tell me more", "/tell_more"),))
    desk.take("messenger", delivery("messenger", "how long is it"))
    assert desk.edge.sent[0].buttons == (("Tell me more", "/tell_more"),)
    assert "1 Tell me more" not in desk.edge.text


def test_a_quick_reply_and_a_postback_are_heard(desk):
    quick = messenger_message(text="2", quick_reply={"payload": "/length_factors"})
    started = messenger_event(postback={"title": "Get Started", "payload": "GET_STARTED", "mid": "m_1"})
    desk.take("messenger", messenger_events(quick), messenger_events(started))
    assert desk.brain.texts == ["/length_factors", "/greeting"]


def test_all_messages_of_one_delivery_are_answered(desk):
    several = messenger_events(messenger_message(1, text="one"), messenger_message(2, text="two"))
    desk.take("messenger", several)
    assert desk.brain.texts == ["one", "two"]
    assert {sent.to for sent in desk.edge.sent} == {address("messenger", 1), address("messenger", 2)}


@pytest.mark.parametrize(
    "event",
    [
        messenger_message(text="hi", is_echo=True),
        messenger_message(attachments=[{"type": "image"}], is_echo=True),
        messenger_event(delivery={"watermark": 1}),
        messenger_event(read={"watermark": 1}),
        messenger_event(reaction={"emoji": "x"}),
    ],
    ids=["echo", "echoed picture", "delivered", "read", "reaction"],
)
def test_what_messenger_delivers_beside_messages_gets_no_reply(desk, event):
    assert desk.take("messenger", messenger_events(event))[0].status == 200
    assert desk.brain.asked == []


def test_an_entry_of_another_kind_is_no_error(desk):
    """Rasa's own connector fails on it (RasaHQ/rasa#10456)."""
    body = json.dumps({"object": "page", "entry": [{"id": "1", "time": 1, "standby": [{}]}]}).encode()
    assert desk.take("messenger", messenger_signed(body))[0].status == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"entry": 5}', b'{"entry": [{"messaging": [5]}]}'])
def test_messengers_signature_with_a_strange_body(desk, body):
    assert desk.take("messenger", messenger_signed(body))[0].status == 400


def test_the_old_sha1_signature_is_not_enough(desk):
    import hashlib
    import hmac

    good = delivery("messenger", "hi")
    digest = hmac.new(b"app-secret", good.body, hashlib.sha1).hexdigest()
    for headers in ({"x-hub-signature": f"sha1={digest}"}, {"x-hub-signature-256": f"sha1={digest}"}):
        assert desk.take("messenger", replace(good, headers=headers))[0].status == 403


def test_twilio_is_asked_as_its_account(desk):
    desk.take("sms", delivery("sms", "how long is it"))
    path, headers, body = desk.edge.requests[0]
    assert path == f"/2010-04-01/Accounts/{CONFIGURED['sms'][0]}/Messages.json"
    assert headers["authorization"].startswith("Basic ")
    assert (body["To"], body["From"]) == (address("sms"), "+15005550006")


def test_a_messaging_service_sends_in_its_own_name(desk, monkeypatch):
    monkeypatch.setitem(CONFIGURED, "sms", (*CONFIGURED["sms"][:2], "MG0123"))
    desk.take("sms", delivery("sms", "how long is it"))
    _, _, body = desk.edge.requests[0]
    assert body["MessagingServiceSid"] == "MG0123"
    assert "From" not in body


def test_whatsapp_numbers_are_named_so(desk):
    desk.take("whatsapp", delivery("whatsapp", "how long is it"))
    _, _, body = desk.edge.requests[0]
    assert (body["To"], body["From"]) == (address("whatsapp"), "whatsapp:+14155238886")


def test_a_delivery_for_one_channel_is_not_one_for_the_other(desk):
    """The signature covers the address."""
    assert desk.take("whatsapp", delivery("sms", "hi"))[0].status == 403


def test_twilios_signature_without_a_message(desk):
    assert desk.take("sms", twilio("sms", AccountSid="AC1"))[0].status == 400


def test_twilios_own_example_of_a_signature():
    """From Twilio's documentation of webhook security."""
    from bot.channels.twilio import Sms

    address = "https://mycompany.com/myapp.php?foo=1&bar=2"
    vendor = Sms("AC1", "12345", "+18005551212", address)
    body = (
        b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"
    )
    signature = {"x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}
    assert vendor.is_authentic(Delivery("POST", signature, {}, body))
    assert not vendor.is_authentic(Delivery("POST", signature, {}, body.replace(b"1234&", b"1235&")))


def test_slacks_own_example_of_a_signature():
    """From Slack's documentation of request verification."""
    from bot.channels.slack import Slack

    vendor = Slack("xoxb", "8f742231b10e8888abcd99yyyzzz85a5")
    vendor._verifier.clock = type("Then", (), {"now": lambda self: 1531420618.0})()
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F"
        b"96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    assert vendor.is_authentic(Delivery("POST", headers, {}, body))
