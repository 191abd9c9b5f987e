"""Cards as PNG: of a size for phones, and said in words."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from bot.cards import Card, Day, Part, to_json
from bot.channels.pictures import WIDTH, caption, picture
from tests.knowledge.test_cards import NO_CENTRE, REAL, all_cards

CARDS = [card for snapshot in (REAL, NO_CENTRE) for _, card in all_cards(snapshot)]
KINDS = list({(card.type, card.text): card for card in CARDS}.values())


@pytest.mark.parametrize("card", KINDS, ids=[card.type for card in KINDS])
def test_a_picture_fits_a_phone(card: Card) -> None:
    drawn = picture(json.loads(json.dumps(to_json(card))))
    assert drawn
    assert len(drawn) < 400_000  # the strictest channel takes 5 MB; a phone on the road less
    image = Image.open(io.BytesIO(drawn))
    assert image.format == "PNG"
    assert image.width == WIDTH
    assert 300 < image.height < 2 * WIDTH
    edge = [image.convert("RGB").getpixel((x, y)) for x in (3, WIDTH - 4) for y in range(image.height)]
    assert len(set(edge)) == 1, "something runs off the side"


def test_the_caption_says_the_same() -> None:
    for card in CARDS:
        words = caption(to_json(card))
        assert words.startswith(f"{card.title}\n")
        assert card.text in words
        assert card.type == "ranges" or "Source: " in words


def test_long_words_are_wrapped_and_signs_are_only_signs() -> None:
    odd = Day("$x^2$ {\\frac}", "", (Part("a very long name of a part of a day " * 3, 5),), "<b>")
    assert picture(to_json(odd))


def test_what_is_no_picture_has_none() -> None:
    contacts = {"type": "contacts", "contacts": []}
    assert picture(contacts) is None
    assert caption(contacts) == ""
