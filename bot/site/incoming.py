"""Reads one request: whatever a stranger sends becomes a message, an opinion or an id, or a clear 4xx."""

from __future__ import annotations

import asyncio
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from bot.commands import without_command
from bot.feedback.repository import RATINGS, Rating
from bot.text import LONGEST, clean

MOST_BYTES = 64 * 1024
BODY_SECONDS = 10.0

CONVERSATION_HEADER = "conversation-id"

_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class VisitorMessage:
    """One message as the widget sent it; `text` is cleaned, never empty, and no command but a button's.
    `again` says that it was sent before, and may have been answered."""

    conversation: str
    message_id: str
    text: str
    again: bool = False


@dataclass(frozen=True)
class Opinion:
    """What a visitor thinks of the reply to one of their messages; `why` is cleaned, and may be empty."""

    conversation: str
    message_id: str
    rating: Rating
    why: str


class Refused(Exception):
    """A request that is not handed on. `message` may be shown to the visitor as it is."""

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


async def read_message(request: Request) -> VisitorMessage:
    """The message of a request. Raises Refused."""
    sent = await read_object(request)
    return VisitorMessage(
        conversation=identifier(sent, "conversation"),
        message_id=identifier(sent, "message_id"),
        text=_text(sent),
        again=sent.get("again") is True,
    )


async def read_opinion(request: Request) -> Opinion:
    """The feedback of a request. Raises Refused."""
    sent = await read_object(request)
    rating, why = sent.get("rating"), sent.get("why", "")
    if rating not in RATINGS:
        raise Refused(400, "bad_request", '"rating" must be "up" or "down".')
    if not isinstance(why, str):
        raise Refused(400, "bad_request", '"why" must be a string.')
    if len(why) > LONGEST:
        raise _too_long(400)
    return Opinion(
        identifier(sent, "conversation"), identifier(sent, "message_id"), cast(Rating, rating), clean(why)
    )


def conversation_in_header(request: Request) -> str:
    """The conversation's id where a request has no body: never in an address. Raises Refused."""
    return identifier(dict(request.headers), CONVERSATION_HEADER)


async def read_conversation(request: Request) -> str:
    """The id in a request that is about a whole conversation. Raises Refused."""
    return identifier(await read_object(request), "conversation")


async def read_object(request: Request) -> dict[str, object]:
    """The JSON object of a request. Its media type keeps forms of other sites out. Raises Refused."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise Refused(415, "unsupported_type", "Messages are sent as application/json.")
    try:
        body = await asyncio.wait_for(_read_body(request), BODY_SECONDS)
    except asyncio.TimeoutError:
        raise Refused(408, "too_slow", "The message did not arrive in time. Please send it again.") from None
    except ClientDisconnect:
        raise Refused(400, "incomplete", "The message did not arrive whole. Please send it again.") from None
    try:
        sent = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise Refused(400, "bad_json", "The message could not be read: it is not valid JSON.") from None
    if not isinstance(sent, dict):
        raise Refused(400, "bad_request", "A message is a JSON object.")
    return sent


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise _too_long(413)
    return bytes(body)


def identifier(sent: Mapping[str, object], key: str) -> str:
    """A random id among what was sent. Raises Refused."""
    value = sent.get(key)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise Refused(400, "bad_request", f'"{key}" must be 16 to 64 letters, digits, "-" or "_".')
    return value


def _text(sent: dict[str, object]) -> str:
    value = sent.get("text")
    if not isinstance(value, str):
        raise Refused(400, "bad_request", '"text" must be a string.')
    if len(value) > LONGEST:
        raise _too_long(400)
    text = without_command(clean(value))
    # Invisible characters alone (zero-width spaces, say) are nothing to answer either.
    if all(unicodedata.category(sign)[0] in "CZ" for sign in text):
        raise Refused(400, "empty", "There is nothing to read yet. Please type your question and send it.")
    return text


def _too_long(status: int) -> Refused:
    words = f"That is too long for me. Please keep it to {LONGEST:,} characters, or send it in parts."
    return Refused(status, "too_long", words)


def refusal(refused: Refused) -> JSONResponse:
    """{"error": {"code", "message"}} with the status, and Retry-After where waiting helps."""
    headers = {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}
    error = {"code": refused.code, "message": refused.message}
    return JSONResponse({"error": error}, refused.status, headers)
