"""Each message is answered once, and remembering has an end."""

from __future__ import annotations

import asyncio

import pytest

from bot.site.once import AnsweredOnce, MessageIdReused, TooManyWaiting


async def answer() -> str:
    return "answer"


def test_answers_are_forgotten_in_time() -> None:
    async def scene() -> None:
        now = 0.0
        once: AnsweredOnce[str] = AnsweredOnce(seconds=10, clock=lambda: now)
        await once.start(("c", "1"), "text", answer)
        now = 5.0
        await once.start(("c", "2"), "text", answer)
        assert once.find(("c", "1"), "text") is not None
        now = 11.0
        assert once.find(("c", "1"), "text") is None
        assert once.find(("c", "2"), "text") is not None
        assert len(once) == 1

    asyncio.run(scene())


def test_the_oldest_finished_answer_makes_room() -> None:
    async def scene() -> None:
        once: AnsweredOnce[str] = AnsweredOnce(at_most=2)
        waiting = once.start(("c", "slow"), "text", lambda: asyncio.sleep(0.05, "late"))
        await once.start(("c", "2"), "text", answer)
        await once.start(("c", "3"), "text", answer)
        assert once.find(("c", "2"), "text") is None
        assert once.find(("c", "slow"), "text") is waiting
        assert len(once) == 2

    asyncio.run(scene())


def test_more_than_can_wait_are_turned_away() -> None:
    async def scene() -> None:
        once: AnsweredOnce[str] = AnsweredOnce(at_most=1)
        once.start(("c", "1"), "text", lambda: asyncio.sleep(60, "late"))
        with pytest.raises(TooManyWaiting):
            once.start(("c", "2"), "text", answer)
        once.stop()
        assert len(once) == 0

    asyncio.run(scene())


def test_failures_are_forgotten() -> None:
    async def nothing() -> str | None:
        return None

    async def broken() -> str | None:
        raise RuntimeError

    async def scene() -> None:
        once: AnsweredOnce[str] = AnsweredOnce()
        assert await once.start(("c", "1"), "text", nothing) is None
        with pytest.raises(RuntimeError):
            await once.start(("c", "2"), "text", broken)
        await asyncio.sleep(0)
        assert len(once) == 0

    asyncio.run(scene())


def test_other_words_under_the_same_id() -> None:
    async def scene() -> None:
        once: AnsweredOnce[str] = AnsweredOnce()
        await once.start(("c", "1"), "text", answer)
        with pytest.raises(MessageIdReused):
            once.find(("c", "1"), "other")

    asyncio.run(scene())
