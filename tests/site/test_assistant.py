"""How many messages the assistant is given at once, and in what order."""

from __future__ import annotations

import asyncio
import json

import httpx

from bot.site.assistant import AT_ONCE, Assistant
from tests.site.conftest import ANSWER

CROWD = 5 * AT_ONCE


async def _ask_all() -> tuple[list[str], int]:
    """What was asked, in the order it arrived, and the most that were under way at once."""
    asked: list[str] = []
    under_way = most = 0

    async def rasa(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        asked.append(json.loads(request.content)["message"])
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.001)
        under_way -= 1
        return httpx.Response(200, json=ANSWER)

    assistant = Assistant("http://rasa", httpx.MockTransport(rasa))
    replies = await asyncio.gather(*(assistant.ask("conversation", str(n)) for n in range(CROWD)))
    await assistant.close()
    assert replies == [ANSWER] * CROWD
    return asked, most


def test_a_crowd_is_answered_in_the_order_it_came_a_few_at_a_time() -> None:
    asked, most = asyncio.run(_ask_all())
    assert asked == [str(n) for n in range(CROWD)]
    assert most == AT_ONCE
