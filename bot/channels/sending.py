"""Sends to vendors: tries again where that may help, and logs neither words nor addresses."""

from __future__ import annotations

import asyncio
import logging

import httpx

from bot.channels.vendor import Post

TRIES = 6  # within about 15 seconds, where the vendor says nothing else
MOST_PATIENCE = 10.0  # seconds between two tries
TIMEOUT = 10.0

log = logging.getLogger(__name__)


class NotSent(Exception):
    """The vendor could not be reached, or was too busy, each time."""


class Refused(Exception):
    """The vendor will not send it, however often it is asked: blocked, opted out, a wrong token."""


class Sender:
    """Connections to the vendors."""

    def __init__(self, first_pause: float = 0.5) -> None:
        self._http = httpx.AsyncClient(timeout=TIMEOUT)
        self._first_pause = first_pause

    async def send(self, post: Post) -> None:
        """Raises NotSent or Refused."""
        pause = self._first_pause
        for attempt in range(1, TRIES + 1):
            wait = await self._try(post)
            if wait is None:
                return
            if attempt < TRIES:
                await asyncio.sleep(min(max(wait, pause), MOST_PATIENCE))
                pause *= 2
        raise NotSent

    async def _try(self, post: Post) -> float | None:
        """None when it is sent, else after how many seconds at least another try makes sense."""
        try:
            answer = await self._http.post(
                post.url,
                json=post.json,
                data=post.form,
                headers=dict(post.headers),
                params=dict(post.query),
                auth=post.login or httpx.USE_CLIENT_DEFAULT,
            )
        except httpx.HTTPError as error:
            log.warning("a vendor could not be reached: %s", type(error).__name__)
            return 0.0
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
            log.warning("a vendor answered %d", answer.status_code)
            return _seconds(answer.headers.get("retry-after", ""))
        if not answer.is_success or not _is_ok(answer):
            raise Refused(f"a vendor refused a message: {answer.status_code} {_reason(answer)}")
        return None

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()


def _seconds(retry_after: str) -> float:
    return float(retry_after) if retry_after.isdigit() else 0.0


def _is_ok(answer: httpx.Response) -> bool:
    """Slack and Telegram say in the body whether it went well."""
    return _value(answer, "ok") is not False


def _reason(answer: httpx.Response) -> str:
    """The vendor's code for what is wrong; its sentences might name an address."""
    error = _value(answer, "error")
    code = error.get("code") if isinstance(error, dict) else error or _value(answer, "code")
    return str(code or "")[:40]


def _value(answer: httpx.Response, key: str) -> object:
    try:
        body = answer.json()
    except ValueError:
        return None
    return body.get(key) if isinstance(body, dict) else None
