"""What may be kept of a conversation in memory alone, and only for a while."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

KEEP_SECONDS = 3600.0
KEEP_AT_MOST = 1000  # conversations

Held = TypeVar("Held")


class Remembered(Generic[Held]):
    """One thing a conversation, for an hour after it was last put in; the oldest make room for new ones."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: OrderedDict[str, tuple[float, Held]] = OrderedDict()

    def get(self, conversation: str) -> Held | None:
        """What was put in; None when there is nothing, or no longer."""
        until, held = self._held.get(conversation, (0.0, None))
        return held if until > self._clock() else None

    def put(self, conversation: str, held: Held) -> None:
        """Holds it, in the place of what was held before."""
        self.forget(conversation)
        now = self._clock()
        while self._held and next(iter(self._held.values()))[0] < now:
            self._held.popitem(last=False)
        self._held[conversation] = (now + KEEP_SECONDS, held)
        if len(self._held) > KEEP_AT_MOST:
            self._held.popitem(last=False)

    def forget(self, conversation: str) -> None:
        """Drops what is held of a conversation."""
        self._held.pop(conversation, None)
