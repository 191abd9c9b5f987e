"""What the week's figures say, against conversations that are counted by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.transcripts.counts import count_waiting, count_weeks, count_within
from bot.transcripts.demo import write
from bot.transcripts.importer import import_batch
from bot.transcripts.tables import turn
from bot.transcripts.turns import Turn
from tests.transcripts.conftest import UNTIL, store

NEW_YORK = ZoneInfo("America/New_York")
KATHMANDU = ZoneInfo("Asia/Kathmandu")  # 5 hours and 45 minutes


def week(number: int) -> datetime:
    """When a week begins in New York; the clocks go forward in the one from March 2."""
    return datetime(2026, 2, 2, tzinfo=NEW_YORK) + timedelta(days=7 * number)


def test_weeks_of_the_demo_are_counted_as_by_hand(engine: Engine, invented: list[list[Turn]]) -> None:
    write(engine, iter(invented))
    while import_batch(engine).more:
        pass
    starts = [week(number) for number in range(4)]
    with engine.connect() as connection:
        weeks = count_weeks(connection, starts)
    said = [one for conversation in invented for one in conversation]
    assert len(weeks) == 3
    for start, end, counts in zip(starts[:-1], starts[1:], weeks, strict=True):
        of_week = [one for one in said if start <= one.at < end]
        assert of_week
        assert counts.start == start
        assert counts.messages == len(of_week)
        assert counts.conversations == len({one.conversation for one in of_week})
        assert counts.unanswered == sum(one.unanswered for one in of_week)
        assert counts.clarified == sum(one.reply.kind == "clarify" for one in of_week)
        assert counts.other == sum(one.reply.kind in ("small_talk", "safety") for one in of_week)
        strengths = Counter(one.understood.safety.strength for one in of_week if one.understood.safety)
        assert (counts.danger, counts.distress) == (strengths["danger"], strengths["distress"])
        thumbs = Counter(
            one.feedback.rating for one in said if one.feedback and start <= one.feedback.at < end
        )
        assert (counts.up, counts.down) == (thumbs["up"], thumbs["down"])


def test_a_week_without_messages_has_no_share(engine: Engine) -> None:
    with engine.connect() as connection:
        (empty,) = count_weeks(connection, [week(0), week(1)])
        assert count_within(connection, week(0), week(1), NEW_YORK).hours == (0,) * 24
        waiting = count_waiting(connection, week(0))
    assert empty.messages == 0
    assert empty.share_answered is None
    assert (waiting.safety, waiting.down, waiting.unanswered) == (0, 0, 0)


def test_hours_are_those_of_the_centre_s_clock(engine: Engine, invented: list[list[Turn]]) -> None:
    """Before and after the clocks go forward, on March 8, 2026, at 2 in the morning; and to the quarter."""
    one = invented[0][0]
    moments = [
        datetime(2026, 3, 7, 14, 0, tzinfo=timezone.utc),  # 9:00 in New York, 19:45 in Kathmandu
        datetime(2026, 3, 8, 13, 59, 59, 900_000, tzinfo=timezone.utc),  # nearly 10:00, nearly 19:45
        datetime(2026, 3, 8, 14, 20, tzinfo=timezone.utc),  # 10:20, 20:05
    ]
    for number, at in enumerate(moments):
        store(engine, [replace(one, conversation=f"c{number}", message_id=f"m{number}", at=at)])
    import_batch(engine)
    with engine.connect() as connection:
        here = count_within(connection, week(4), week(5), NEW_YORK).hours
        there = count_within(connection, week(4), week(5), KATHMANDU).hours
    assert sum(here) == 3
    assert here[10] >= 1
    assert here[9] + here[10] == 3
    assert there[19] + there[20] == 3
    assert there[20] >= 1


def test_what_waits_is_what_nobody_reviewed(engine: Engine, invented: list[list[Turn]]) -> None:
    write(engine, iter(invented))
    while import_batch(engine).more:
        pass
    since = UNTIL - timedelta(days=14)
    said = [one for conversation in invented for one in conversation if one.at >= since]
    with engine.begin() as connection:
        waiting = count_waiting(connection, since)
        connection.execute(update(turn).where(turn.c.unanswered).values(reviewed=1.0, reviewer="ada"))
        after = count_waiting(connection, since)
    assert waiting.unanswered == sum(one.unanswered for one in said) > 0
    assert waiting.safety == sum(one.understood.safety is not None for one in said) > 0
    assert waiting.down == sum(bool(one.feedback and one.feedback.rating == "down") for one in said)
    assert after.unanswered == 0
    assert after.safety == waiting.safety
