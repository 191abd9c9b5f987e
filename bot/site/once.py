"""Answers each message once, however often it is sent.

A phone that lost its connection sends a message again with the same id. The second request
then waits for the first one's answer, or gets it again, instead of asking a second time.
One process remembers for itself: several site processes need the same visitor sent to the
same process.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

KEEP_SECONDS = 600.0
KEEP_AT_MOST = 2000

Answer = TypeVar("Answer")
Key = tuple[str, str]


class MessageIdReused(Exception):
    """The id was already used in this conversation for other words."""


class TooManyWaiting(Exception):
    """As many messages as may be remembered are still being answered."""


@dataclass
class _Entry(Generic[Answer]):
    digest: bytes
    task: asyncio.Task[Answer | None]
    expires: float


class AnsweredOnce(Generic[Answer]):
    """Remembers answers by conversation and message id.

    A failure (None) is forgotten at once, so that a retry is a new attempt. Times are
    seconds of `clock`. At most `at_most` entries are held; the oldest finished ones go first.
    """

    def __init__(
        self,
        seconds: float = KEEP_SECONDS,
        at_most: int = KEEP_AT_MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._at_most = at_most
        self._clock = clock
        self._entries: OrderedDict[Key, _Entry[Answer]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, key: Key, text: str) -> asyncio.Task[Answer | None] | None:
        """The answer, given or under way; None for a message not seen (or no longer remembered).

        Raises MessageIdReused: an answer to other words would be worse than none.
        """
        self._forget_expired()
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.digest != _digest(text):
            raise MessageIdReused
        return entry.task

    def start(
        self, key: Key, text: str, answer: Callable[[], Awaitable[Answer | None]]
    ) -> asyncio.Task[Answer | None]:
        """Begins answering a message that `find` did not know. Raises TooManyWaiting."""
        self._make_room()
        # A task of its own goes on when the visitor's connection breaks, so the retry finds it.
        task: asyncio.Task[Answer | None] = asyncio.ensure_future(_call(answer))
        entry = _Entry(_digest(text), task, self._clock() + self._seconds)
        self._entries[key] = entry
        task.add_done_callback(lambda done: self._forget_failure(key, entry))
        return task

    def forget(self, conversation: str) -> None:
        """Drops what is remembered of a conversation; what is under way goes on, and is not remembered."""
        for key in [key for key in self._entries if key[0] == conversation]:
            del self._entries[key]

    def stop(self) -> None:
        """Drops everything, also what is still under way."""
        for entry in self._entries.values():
            entry.task.cancel()
        self._entries.clear()

    def _forget_failure(self, key: Key, entry: _Entry[Answer]) -> None:
        failed = entry.task.cancelled() or entry.task.exception() is not None or entry.task.result() is None
        if failed and self._entries.get(key) is entry:
            del self._entries[key]

    def _forget_expired(self) -> None:
        now = self._clock()
        while self._entries:
            key, entry = next(iter(self._entries.items()))
            if entry.expires > now:
                return
            del self._entries[key]

    def _make_room(self) -> None:
        if len(self._entries) < self._at_most:
            return
        for key, entry in self._entries.items():
            if entry.task.done():
                del self._entries[key]
                return
        raise TooManyWaiting


async def _call(answer: Callable[[], Awaitable[Answer]]) -> Answer:
    return await answer()


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
