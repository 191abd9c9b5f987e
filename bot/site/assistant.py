"""Asks the assistant: hands one visitor message to Rasa's REST channel and takes back its reply."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

GIVE_UP_SECONDS = 60.0
MOST_CONNECTIONS = 100
# Messages handed to Rasa at once; others wait in line here. Rasa works at all it has in turns, so that each
# of a crowd would be answered when all of them are.
AT_ONCE = 8

Messages = list[dict[str, Any]]


class AssistantSilent(Exception):
    """The assistant gave no usable reply; the message says in what way, never what was asked."""


class Assistant:
    """Rasa's REST channel at `url` (no closing slash).

    A request is given up after GIVE_UP_SECONDS in all. That is longer than a visitor is kept
    waiting, so that a retry can join a slow request instead of being asked a second time.
    """

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.url = url
        # Proxy variables of the environment must not lead a visitor's words off this machine.
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(GIVE_UP_SECONDS, connect=5.0),
            limits=httpx.Limits(max_connections=MOST_CONNECTIONS, keepalive_expiry=4.0),
            trust_env=False,
            transport=transport,
        )
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def ask(self, conversation: str, text: str, message_id: str | None = None) -> Messages:
        """Rasa's messages as they came: at least one, with something for the visitor in it.

        `message_id` is stored with the message.

        Raises AssistantSilent when Rasa is down, slow, fails or has nothing to say.
        """
        sent = {"sender": conversation, "message": text}
        if message_id is not None:
            sent["message_id"] = message_id
        try:
            return await asyncio.wait_for(self._ask(sent), GIVE_UP_SECONDS)
        except (asyncio.TimeoutError, httpx.TimeoutException):
            raise AssistantSilent("too slow") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise AssistantSilent(type(error).__name__) from None

    async def _ask(self, sent: dict[str, str]) -> Messages:
        async with self._turn:
            response = await self._http.post(f"{self.url}/webhooks/rest/webhook", json=sent)
        if response.status_code != httpx.codes.OK:
            raise AssistantSilent(f"status {response.status_code}")
        try:
            messages = response.json()
        except (ValueError, RecursionError):
            raise AssistantSilent("no JSON") from None
        if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
            raise AssistantSilent("not a list of messages")
        # Rasa's REST channel answers 200 and an empty list when something broke behind it.
        if not any(message.get("text") or message.get("custom") for message in messages):
            raise AssistantSilent("empty reply")
        return messages

    async def answers(self, timeout: float) -> bool:
        """Whether Rasa's server can be reached at all, within `timeout` seconds."""
        return await answers(self._http, f"{self.url}/", timeout)

    async def close(self) -> None:
        """Closes the connections to Rasa."""
        await self._http.aclose()


async def answers(http: httpx.AsyncClient, url: str, timeout: float) -> bool:
    """Whether GET `url` gives 200 within `timeout` seconds in all."""
    try:
        response = await asyncio.wait_for(http.get(url, timeout=timeout), timeout)
    except (asyncio.TimeoutError, httpx.HTTPError, httpx.InvalidURL):
        return False
    return response.status_code == httpx.codes.OK
