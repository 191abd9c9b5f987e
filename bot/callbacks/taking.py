"""Takes a request: stores it, and has staff told that there is one."""

from __future__ import annotations

from bot.callbacks.notices import notices
from bot.callbacks.repository import callbacks
from bot.callbacks.request import Details


def take(details: Details) -> None:
    """Raises CallbacksOffError or UnavailableError: nothing is then stored, and nobody is told."""
    callbacks().add(details)
    notices().tell()
