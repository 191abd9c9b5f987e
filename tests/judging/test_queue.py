"""What waits: the sample of a day, choices that were refused, and the safety queue's figures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, update
from sqlalchemy.engine import Connection

from bot.judging import claims, decisions, queue, safety_queue
from bot.judging.meaning import Meaning
from bot.judging.queue import SAMPLE
from bot.review.database import Database
from bot.transcripts.tables import turn

DAY = 1_790_000_000.0
ROW = {
    **{"message_id": "m", "channel": "rest", "intent": "cost", "confidence": 0.9, "kind": "answer"},
    **{"topics": " cost ", "safety": "", "unanswered": False, "model": "", "knowledge": 1},
}


def say(connection: Connection, id: int, text: str, sender: str = "", **more: object) -> None:
    """Stores a message of the day before; each `id` is an hour's hundredth later."""
    row = {**ROW, "id": id, "sender_id": sender or f"v{id}", "at": DAY - 80_000 + 36 * id, "text": text}
    connection.execute(insert(turn), {**row, "folded": text, **more})


@pytest.fixture
def connection(staff_database: Database) -> Iterator[Connection]:
    with staff_database.writing() as connection:
        yield connection


def waiting(connection: Connection, meaning: Meaning, reason: str, day: float = DAY) -> list[tuple[int, ...]]:
    items = queue.today(connection, meaning, day, now=DAY + 3600)
    return [tuple(one.id for one in item.messages) for item in items if item.reason == reason]


def test_the_sample_stays_the_same_all_day_and_is_another_tomorrow(
    connection: Connection, meaning: Meaning
) -> None:
    for id in range(1, 200):
        say(connection, id, "how much is it")
    say(connection, 200, "/cost")
    sample = waiting(connection, meaning, "sample")
    assert len(sample) == SAMPLE
    assert (200,) not in sample
    decisions.decide(connection, "rosa", sample[0], "right", "", 0)
    assert waiting(connection, meaning, "sample") == sample[1:], "what was judged is not filled up"
    assert set(waiting(connection, meaning, "sample", DAY + 86_400)) != set(sample)


def test_a_choice_that_was_taken_does_not_wait(connection: Connection, meaning: Meaning) -> None:
    for number, after in enumerate(("/cost", "no, something else", "")):
        say(connection, 10 * number + 1, f"the thing number {number}", f"v{number}", kind="clarify")
        if after:
            say(connection, 10 * number + 2, after, f"v{number}")
    refused = {id for item in waiting(connection, meaning, "refused") for id in item}
    assert refused == {11, 21}
    items = queue.today(connection, meaning, DAY, now=DAY - 80_000 + 36 * 21 + 60)
    assert 21 not in {one.id for item in items if item.reason == "refused" for one in item.messages}, (
        "not yet left"
    )


def test_a_judgement_is_the_right_intent_for_the_next_model(connection: Connection) -> None:
    for id in (1, 2, 3):
        say(connection, id, "how much is it")
    decisions.decide(connection, "rosa", [1], "right", "", 0)
    decisions.decide(connection, "rosa", [2], "wrong_topic", "insurance", 0)
    decisions.decide(connection, "rosa", [3], "poor_answer", "cost", 0)
    assert decisions.right_intents(connection) == {1: frozenset({"cost"}), 2: frozenset({"insurance"})}
    assert decisions.poor_answers(connection) == {"cost": 1}


def test_a_claim_is_one_persons_and_ends(connection: Connection) -> None:
    say(connection, 1, "a")
    say(connection, 2, "b")
    claims.take(connection, "rosa", [1], now=DAY)
    assert {id: one.who for id, one in claims.others(connection, "ned", now=DAY + 1).items()} == {1: "rosa"}
    assert claims.others(connection, "rosa", now=DAY + 1) == {}
    assert claims.others(connection, "ned", now=DAY + 60 * claims.MINUTES + 1) == {}
    claims.take(connection, "rosa", [2], now=DAY)
    assert list(claims.others(connection, "ned", now=DAY + 1)) == [2], "going on lets the one before go"


def test_what_the_safety_queue_measures(connection: Connection) -> None:
    for id in range(1, 401):
        say(connection, id, "how much is it")
    say(connection, 401, "i want to die", safety="danger", kind="safety")
    say(connection, 402, "this traffic kills me", safety="danger", kind="safety")
    mine = safety_queue.waiting(connection, "rosa", DAY)
    assert 5 < mine - 2 < 60, "about one in twenty, and the two that raised an alarm"
    near = next(id for id in range(1, 401) if not _sampled(id))
    connection.execute(update(turn).where(turn.c.id == near).values(near_danger=0.7))
    assert safety_queue.following(connection, "rosa", DAY) == near, "what came near comes first"
    connection.execute(update(turn).where(turn.c.id == near).values(near_danger=0.1))
    flagged = next(id for id in range(1, 401) if not _sampled(id))
    decisions.decide(connection, "rosa", [flagged], "safety", "suicide", 0)
    assert safety_queue.waiting(connection, "rosa", DAY) == mine + 1
    for who in ("rosa", "ned"):
        while (id := safety_queue.following(connection, who, DAY)) is not None:
            verdict = {401: "danger", 402: "none", flagged: "danger"}.get(id, "none")
            safety_queue.judge(connection, who, id, verdict)
    measured = safety_queue.measured(connection)
    assert (measured.missed_danger.count, measured.missed_danger.of) == (0, mine - 2), (
        "the flagged one is no sample"
    )
    assert (measured.false_danger.count, measured.false_danger.of) == (1, 2)
    assert [one.id for one in measured.missed] == [flagged]
    safety_queue.take_back(connection, "ned", flagged)
    safety_queue.judge(connection, "ned", flagged, "distress")
    assert [one.id for one in safety_queue.doubts(connection)] == [flagged]
    safety_queue.settle(connection, "ida", flagged, "danger")
    assert safety_queue.doubts(connection) == ()


def _sampled(id: int) -> bool:
    return 742_938_285 * id % queue.LARGEST < queue.LARGEST // safety_queue.ONE_IN
