"""/webhooks/<channel>: hands on to the assistant what messaging vendors deliver, byte for byte.

The signature is checked where it is answered: by the assistant, or here while the assistant is down.
"""

from __future__ import annotations

import logging
import re

import httpx
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.channels.reception import Messages, Reception
from bot.channels.vendor import Delivery

MOST_BYTES = 256 * 1024
WAIT_SECONDS = 20.0  # longer than the assistant takes to acknowledge
_PICTURE_NAME = re.compile(r"[A-Za-z0-9_-]+\.png")
# What the vendors' signatures are made of; nothing else of a request concerns the assistant.
_HEADERS = (
    "content-type",
    "x-hub-signature-256",
    "x-slack-request-timestamp",
    "x-slack-signature",
    "x-telegram-bot-api-secret-token",
    "x-twilio-signature",
)
log = logging.getLogger(__name__)


class NoBrain:
    """Stands in for the assistant while it is down: nothing is known, and nothing is answered."""

    async def ask(self, sender: str, text: str, channel: str) -> Messages:
        """No reply, so that the stand-in is said."""
        return []

    async def last_reply(self, sender: str) -> tuple[float, Messages]:
        """No reply was given."""
        return 0.0, []


class Webhooks:
    """The vendors' endpoints. `standby` answers what is delivered while the assistant at `url` is down."""

    def __init__(
        self, url: str, standby: Reception, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._url = f"{url}/webhooks/messaging"
        self._standby = standby
        self._http = httpx.AsyncClient(timeout=WAIT_SECONDS, trust_env=False, transport=transport)

    async def endpoint(self, request: Request) -> Response:
        """What the assistant answers; 404 for a channel that is off, 413 for what no vendor delivers."""
        channel = request.path_params["channel"]
        if channel not in self._standby.vendors:
            raise HTTPException(404)
        headers = {name: request.headers[name] for name in _HEADERS if name in request.headers}
        body = await _body(request)
        try:
            answer = await self._http.request(
                request.method,
                f"{self._url}/{channel}",
                params=request.url.query,
                content=body,
                headers=headers,
            )
        except httpx.ConnectError:
            delivery = Delivery(request.method, headers, dict(request.query_params), body)
            own = await self._standby.handle(channel, delivery)
            return Response(own.text, own.status, media_type="text/plain")
        except httpx.HTTPError as error:  # it may be answering: the vendor will ask again
            log.warning("%s: the assistant did not take a delivery: %s", channel, type(error).__name__)
            return Response(status_code=503)
        return Response(answer.content, answer.status_code, media_type="text/plain")

    async def picture(self, request: Request) -> Response:
        """A picture that a reply just sent refers to."""
        name = request.path_params["name"]
        if not _PICTURE_NAME.fullmatch(name):
            raise HTTPException(404)
        try:
            answer = await self._http.get(f"{self._url}/pictures/{name}")
        except httpx.HTTPError:
            raise HTTPException(404) from None
        if answer.status_code != httpx.codes.OK:
            raise HTTPException(404)
        return Response(answer.content, media_type="image/png")

    async def close(self) -> None:
        """Finishes what is under way, and closes the connections."""
        await self._http.aclose()
        await self._standby.stop()


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise HTTPException(413)
    except ClientDisconnect:
        raise HTTPException(400) from None
    return bytes(body)
