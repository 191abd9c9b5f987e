"""Every filter finds what it says, and pages lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from bot.transcripts import demo, search
from bot.transcripts.importer import import_batch
from bot.transcripts.opening import writing_alone
from bot.transcripts.reading import conversation, mark_reviewed, unmark_reviewed, whole_turns
from bot.transcripts.search import Filter, Page
from bot.transcripts.turns import Turn
from tests.transcripts.conftest import UNTIL, store

DAY = timedelta(days=1)
Holds = Callable[[Turn], bool]
CASES: dict[str, tuple[Filter, Holds]] = {
    "everything": (Filter(), lambda turn: True),
    "since": (Filter(since=UNTIL - 7 * DAY), lambda turn: turn.at >= UNTIL - 7 * DAY),
    "until": (Filter(until=UNTIL - 30 * DAY), lambda turn: turn.at < UNTIL - 30 * DAY),
    "channel": (Filter(channel="sms"), lambda turn: turn.channel == "sms"),
    "kind": (Filter(kind="clarify"), lambda turn: turn.reply.kind == "clarify"),
    "topic": (Filter(topic="cost"), lambda turn: "cost" in turn.reply.topics),
    "confidence": (
        Filter(confidence_from=0.4, confidence_to=0.8),
        lambda turn: 0.4 <= turn.understood.confidence <= 0.8,
    ),
    "down": (Filter(rating="down"), lambda turn: bool(turn.feedback) and turn.feedback.rating == "down"),
    "danger": (
        Filter(safety="danger"),
        lambda turn: turn.reply.kind == "safety",
    ),
    "safety": (Filter(safety="any"), lambda turn: turn.understood.safety is not None),
    "no safety": (Filter(safety="none"), lambda turn: turn.understood.safety is None),
    "unanswered": (Filter(unanswered=True), lambda turn: turn.unanswered),
    "answered": (Filter(unanswered=False), lambda turn: not turn.unanswered),
    "text": (Filter(text=" PARK "), lambda turn: "park" in turn.text.lower()),
    "several": (
        Filter(text="park", unanswered=True, channel="rest"),
        lambda turn: "park" in turn.text and turn.channel == "rest",
    ),
}


@pytest.fixture
def filled(engine: Engine, invented: list[list[Turn]]) -> Engine:
    demo.write(engine, iter(invented))
    import_batch(engine, 1_000_000)
    return engine


@pytest.mark.parametrize("case", CASES)
def test_a_filter_finds_exactly_what_it_says(case: str, filled: Engine, invented: list[list[Turn]]) -> None:
    sought, holds = CASES[case]
    expected = {turn.message_id for turns in invented for turn in turns if holds(turn)}
    assert expected, "there is something to find"
    assert {turn.message_id for turn in whole_turns(filled, sought)} == expected
    found = search.turns(filled, sought, size=10_000).found
    assert len(found) == len(expected)
    talks = search.conversations(filled, sought, size=10_000).found
    assert {talk.id for talk in talks} == {turn.conversation for turn in found}


def test_pages_together_are_everything_once(filled: Engine, invented: list[list[Turn]]) -> None:
    def all_of(find: Callable[..., Page[object]]) -> list[object]:
        found: list[object] = []
        before = None
        while True:
            page = find(filled, Filter(), before, 7)
            found += page.found
            before = page.before
            if before is None:
                return found

    turns = [turn.id for turn in all_of(search.turns)]  # type: ignore[attr-defined]
    assert turns == sorted(turns, reverse=True)
    assert len(set(turns)) == len(turns) == sum(map(len, invented))
    talks = all_of(search.conversations)
    assert len({talk.id for talk in talks}) == len(talks) == len(invented)  # type: ignore[attr-defined]
    assert {talk.turns for talk in talks} == {len(turns) for turns in invented}  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["100%", "a_b", "c\\d", "'; DROP TABLE turn; --"])
def test_text_is_taken_literally(text: str, engine: Engine, invented: list[list[Turn]]) -> None:
    first = invented[0][0]
    for number, words in enumerate(("1000", "aXb", "cd", text)):
        one = Turn(0, f"c{number}", f"m{number}", first.at, "rest", f"it says {words} here")
        store(engine, [one])
    import_batch(engine)
    [found] = search.turns(engine, Filter(text=text)).found
    assert text in found.text
    for unreadable in ("\0nothing", "\ud800"):
        assert search.turns(engine, Filter(text=unreadable, channel=unreadable)).found == ()
        assert search.conversations(engine, Filter(topic=unreadable)).found == ()


def test_one_conversation_with_what_was_said_of_it(filled: Engine, invented: list[list[Turn]]) -> None:
    told = next(turns for turns in invented if any(turn.feedback for turn in turns))
    read = conversation(filled, told[0].conversation)
    assert [(turn.text, turn.reply, turn.feedback) for turn in read] == [
        (turn.text, turn.reply, turn.feedback) for turn in told
    ]
    assert conversation(filled, "nobody") == ()


def test_reviewed_is_kept_when_events_are_read_again(filled: Engine) -> None:
    [latest] = search.turns(filled, Filter(), size=1).found
    with writing_alone(filled) as connection:
        assert mark_reviewed(connection, latest.id, "ada")
        assert not mark_reviewed(connection, latest.id, "ben"), "ada was first"
        assert not mark_reviewed(connection, 10**9, "ada")
    store(filled, [Turn(0, "new", "m", latest.at, "rest", "hello")])
    import_batch(filled)  # the overlap holds the one reviewed
    [found] = search.turns(filled, Filter(reviewed=True)).found
    assert (found.id, found.reviewer) == (latest.id, "ada")
    of_it = conversation(filled, latest.conversation)[-1].reviewed
    assert of_it is not None
    assert of_it.by == "ada"
    with writing_alone(filled) as connection:
        assert not unmark_reviewed(connection, latest.id, "ben"), "that somebody else did"
        assert unmark_reviewed(connection, latest.id, "ada")
    assert search.turns(filled, Filter(reviewed=True)).found == ()
