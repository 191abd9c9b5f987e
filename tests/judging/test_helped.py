"""Whether a change helped: told from real messages, compared by the real sentence encoder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.engine import Engine

from bot.feedback.repository import FeedbackStore
from bot.judging.helped import Change, did_help
from bot.judging.meaning import Meaning
from bot.privacy.conversations import Conversations
from bot.reply import Source
from bot.transcripts.importer import import_batch
from bot.transcripts.opening import open_transcripts
from bot.transcripts.tables import rasa
from bot.transcripts.turns import Replied, Turn, Understood
from tests.transcripts.conftest import store

WHEN = datetime(2026, 2, 1, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)
PARKING = Change(
    "Learnt 2 phrases", WHEN, "getting_there", ("is there a place to park", "do you have parking")
)
ANSWERED = Replied(
    "answer", ("Behind the house.",), topics=("getting_there",), sources=(Source("a", "b", "c"),)
)
WRONG = replace(ANSWERED, topics=("cost",))
UNKNOWN = Replied("unknown", ("The material does not cover that.",))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_transcripts(url)
    rasa.create_all(opened)
    yield opened
    opened.dispose()


def say(engine: Engine, said: list[tuple[str, Replied, timedelta]]) -> None:
    """Each in a conversation of its own, that long after the change."""
    for number, (text, reply, after) in enumerate(said):
        at = WHEN + after
        sender = f"{number}-{at.timestamp()}"
        store(engine, [Turn(0, sender, "m1", at, "rest", text, understood=Understood("x", 0.5), reply=reply)])
    import_batch(engine)


def test_phrases_that_were_learnt(engine: Engine, url: str) -> None:
    """Before, parking was asked in vain in other words too, and once taken for the cost."""
    before = [
        ("where can i park my car", UNKNOWN, -2 * DAY),
        ("do you have a parking lot", UNKNOWN, -3 * DAY),
        ("parking?", WRONG, -4 * DAY),
        ("is there parking", UNKNOWN, -5 * DAY),
        ("is there a place to park there", ANSWERED, -6 * DAY),
        ("do you take my insurance", UNKNOWN, -2 * DAY),
        ("is there parking", UNKNOWN, -40 * DAY),
    ]
    after = [
        ("where can i park my car", ANSWERED, 1 * DAY),
        ("do you have a parking lot", ANSWERED, 2 * DAY),
        ("is there parking", ANSWERED, 2 * DAY),
        ("Is there parking", ANSWERED, 3 * DAY),
        ("do you have parking spots", ANSWERED, 4 * DAY),
        ("do you have parking", ANSWERED, 4 * DAY),
        ("is there parking for a truck", UNKNOWN, 5 * DAY),
        ("/getting_there", ANSWERED, 5 * DAY),
        ("do you take my insurance", UNKNOWN, 5 * DAY),
    ]
    say(engine, [*before, *after])
    (helped,) = did_help(engine, [PARKING], Meaning(), WHEN + 20 * DAY)
    assert (helped.before.asked, helped.before.in_vain) == (5, 4)
    assert (helped.after.asked, helped.after.in_vain) == (7, 1)
    assert helped.verdict == "better"
    assert [(one.text, one.count) for one in helped.still] == [("is there parking for a truck", 1)]

    counts = {PARKING.key: (helped.before, helped.after)}
    (later,) = did_help(engine, [PARKING], Meaning(), WHEN + 1.5 * DAY, counts)
    assert (later.before, later.after) == (helped.before, helped.after), "the fuller count holds"
    Conversations(url).expire(0, (WHEN + 20 * DAY).timestamp())
    (later,) = did_help(engine, [PARKING], Meaning(), WHEN + 20 * DAY, counts)
    assert (later.before, later.after, later.verdict) == (helped.before, helped.after, "better")
    assert later.still == (), "words are gone with their conversations"


def test_an_answer_that_was_edited(engine: Engine, url: str) -> None:
    """It was found by the same questions before; thumbs say whether it is better."""
    say(engine, [(f"question {number}", ANSWERED, number * DAY) for number in (-3, -2, -1, 1, 2)])
    store_of_thumbs = FeedbackStore(url)
    for number in (-2, -1):
        store_of_thumbs.add(f"{number + 3}-{(WHEN + number * DAY).timestamp()}", "m1", "down", "")
    edited = Change("Edited the answer", WHEN, "getting_there")
    (helped,) = did_help(engine, [edited], Meaning(), WHEN + 20 * DAY)
    assert (helped.before.asked, helped.before.in_vain) == (3, 2)
    assert (helped.after.asked, helped.after.in_vain) == (2, 0)
    assert helped.verdict == "too few"
    assert helped.still == ()


def test_what_was_taken_back_is_counted_until_then(engine: Engine) -> None:
    said = [("is there parking", UNKNOWN, -DAY), ("is there parking", ANSWERED, DAY)]
    say(engine, [*said, ("is there parking", UNKNOWN, 3 * DAY)])
    (helped,) = did_help(engine, [replace(PARKING, until=WHEN + 2 * DAY)], Meaning(), WHEN + 20 * DAY)
    assert (helped.after.asked, helped.after.in_vain) == (1, 0)
    assert helped.still == ()


def test_what_is_as_often_in_vain_did_not_help(engine: Engine) -> None:
    half = [ANSWERED, UNKNOWN] * 4
    said = [("do you have parking", reply, side * DAY) for side in (-1, 1) for reply in half]
    say(engine, [(text, reply, when + timedelta(minutes=n)) for n, (text, reply, when) in enumerate(said)])
    (helped,) = did_help(engine, [PARKING], Meaning(), WHEN + 20 * DAY)
    assert did_help(engine, [], Meaning(), WHEN) == ()
    assert helped.verdict == "unclear"
    assert [(one.text, one.count) for one in helped.still] == [("do you have parking", 4)]
