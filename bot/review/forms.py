"""What a page's form sends, and the token by which it is known to be from our own page."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from datetime import date
from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import ClientDisconnect, Request

from bot.review.errors import InvalidError

CSRF_FIELD = "csrf"
MOST_BYTES = 256 * 1024
_BODY_SECONDS = 10.0
_MOST_FIELDS = 1000
_HIGHEST = 2**31

Form = ImmutableMultiDict[str, str]
NO_FORM: Form = ImmutableMultiDict()


async def read_form(request: Request) -> Form:
    """The fields of a posted form. Raises InvalidError."""
    body = bytearray()

    async def read() -> None:
        async for chunk in request.stream():
            body.extend(chunk)
            if len(body) > MOST_BYTES:
                raise InvalidError("That is more than a form can take.")

    try:
        await asyncio.wait_for(read(), _BODY_SECONDS)
        sent = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except (asyncio.TimeoutError, ClientDisconnect):
        raise InvalidError("The form did not arrive whole. Please send it again.") from None
    except ValueError:
        raise InvalidError("The form could not be read.") from None
    # A NUL is no writing, and PostgreSQL takes none.
    return ImmutableMultiDict([(name, value.replace("\0", "")) for name, value in sent])


def read_day(text: str) -> date | None:
    """A day as browsers send it; None where there is none. Raises InvalidError."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = date.min
    if day and not 1970 < day.year < 9999:
        raise InvalidError("A day is written as in 2026-03-31.")
    return day


def read_number(text: str) -> int | None:
    """A row's number, of those PostgreSQL has; None where it is none."""
    is_number = text.isascii() and text.isdigit() and len(text) <= 10
    return int(text) if is_number and int(text) < _HIGHEST else None


def csrf_token(token: str) -> str:
    """For a form shown to whoever holds the cookie `token`. It differs each time, so that it cannot be
    guessed from the length of compressed pages."""
    salt = secrets.token_urlsafe(12)
    return f"{salt}.{_code(token, salt)}"


def is_csrf_token(sent: str, token: str) -> bool:
    """Whether it was made for that cookie."""
    salt, _, code = sent.partition(".")
    return hmac.compare_digest(code.encode(), _code(token, salt).encode())


def _code(token: str, salt: str) -> str:
    return hmac.new(token.encode(), f"csrf {salt}".encode(), hashlib.sha256).hexdigest()
