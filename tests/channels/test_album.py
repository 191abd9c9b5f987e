"""Pictures of cards: sent where the app takes them, found under their name only, for a while only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.channels import album as album_module
from bot.channels.album import Album
from bot.reply import Contact
from tests.channels.conftest import ANSWER
from tests.channels.edge import PUBLIC, delivery

WITH_CARD = replace(ANSWER, contacts=(Contact("Call 988", "Lifeline", "tel:988"),))
FIELD = {"telegram": "sendPhoto", "messenger": "image", "slack": "image_url", "whatsapp": "MediaUrl"}


@pytest.mark.parametrize("channel", FIELD)
def test_a_picture_follows_the_words(channel, make_desk):
    album = Album(PUBLIC, lambda card: b"png of " + card["type"].encode())
    desk = make_desk(album=album)
    desk.brain.reply = WITH_CARD
    desk.take(channel, delivery(channel, "how long is it"))
    path, _, body = desk.edge.requests[-1]
    assert FIELD[channel] in path + str(body)
    sent = str(body)
    name = sent.split(f"{PUBLIC}/pictures/")[1].split(".png")[0]
    assert len(name) >= 32
    assert album.find(name) == b"png of contacts"
    assert album.find("x" * 32) is None


def test_a_text_message_has_no_picture(make_desk):
    desk = make_desk(album=Album(PUBLIC, lambda card: b"png"))
    desk.brain.reply = WITH_CARD
    desk.take("sms", delivery("sms", "how long is it"))
    assert len(desk.edge.requests) == len(desk.edge.sent)


def fail(card):
    raise ValueError(card)


@pytest.mark.parametrize("draw", [fail, lambda card: None, None])
def test_a_card_without_a_picture_takes_nothing_away(make_desk, draw):
    desk = make_desk(album=Album(PUBLIC, draw))
    desk.brain.reply = WITH_CARD
    assert desk.take("telegram", delivery("telegram", "how long is it"))[0].status == 200
    assert len(desk.edge.sent) == 1


def test_a_vendor_that_takes_no_picture_takes_nothing_away(make_desk):
    desk = make_desk(album=Album(PUBLIC, lambda card: b"png"))
    desk.brain.reply = WITH_CARD
    message = delivery("telegram", "how long is it")
    desk.edge.statuses = [200, 400]
    assert [answer.status for answer in desk.take("telegram", message, message)] == [200, 200]
    assert len(desk.edge.sent) == 1


def test_pictures_are_forgotten(monkeypatch):
    album = Album(PUBLIC, lambda card: b"png")
    monkeypatch.setattr(album_module, "KEEP_AT_MOST", 2)
    names = [str(album.add({})).rpartition("/")[2].removesuffix(".png") for _ in range(3)]
    assert [album.find(name) for name in names] == [None, b"png", b"png"]
    monkeypatch.setattr(album_module.time, "monotonic", lambda: 1e12)
    assert album.find(names[2]) is None
