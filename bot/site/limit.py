"""How much is taken from one conversation, or from one address, in a minute or an hour."""

from __future__ import annotations

import hashlib
import math
import secrets
import time
from collections.abc import Callable

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from bot.site.incoming import Refused

REQUESTS_A_MINUTE = 20


class Limit:
    """Counts by whom. `words` is what somebody is told who must wait for so many seconds."""

    def __init__(self, limit: RateLimitItem, words: Callable[[int], str]) -> None:
        self._limit = limit
        self._words = words
        # A fixed window, because with a moving one this library never forgets a conversation.
        self._storage = MemoryStorage()  # the limiter does not hold on to it
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._secret = secrets.token_bytes(16)

    def count(self, who: str) -> None:
        """Counts one request. Raises Refused."""
        # Counted under a digest while the window lasts: neither id nor address is kept.
        counted = hashlib.blake2b(who.encode(), key=self._secret, digest_size=16).hexdigest()
        if self._limiter.hit(self._limit, counted):
            return
        reset, _ = self._limiter.get_window_stats(self._limit, counted)
        seconds = max(1, math.ceil(reset - time.time()) + 1)
        raise Refused(429, "too_many", self._words(seconds), retry_after=seconds)


def limit_of_messages(do_not_wait: str) -> Limit:
    """Of one conversation. `do_not_wait` is added to what somebody is told who must wait."""

    def words(seconds: int) -> str:
        told = f"That was a lot of messages at once. Please wait {seconds} seconds, then send it again."
        return f"{told} {do_not_wait}".strip()

    return Limit(RateLimitItemPerMinute(REQUESTS_A_MINUTE), words)
