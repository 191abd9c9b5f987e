"""How many requests of one conversation are taken in a minute."""

from __future__ import annotations

import hashlib
import math
import secrets
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from bot.site.incoming import Refused

REQUESTS_A_MINUTE = 20


class Limit:
    """Counts by conversation. `do_not_wait` is added to what somebody is told who must wait."""

    def __init__(self, do_not_wait: str) -> None:
        self._do_not_wait = do_not_wait
        self._limit = RateLimitItemPerMinute(REQUESTS_A_MINUTE)
        # A fixed window, because with a moving one this library never forgets a conversation.
        self._storage = MemoryStorage()  # the limiter does not hold on to it
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._secret = secrets.token_bytes(16)

    def count(self, conversation: str) -> None:
        """Counts one request. Raises Refused."""
        # Counted under a digest, for a minute: the id itself is kept nowhere here.
        counted = hashlib.blake2b(conversation.encode(), key=self._secret, digest_size=16).hexdigest()
        if self._limiter.hit(self._limit, counted):
            return
        reset, _ = self._limiter.get_window_stats(self._limit, counted)
        seconds = max(1, math.ceil(reset - time.time()) + 1)
        words = f"That was a lot of messages at once. Please wait {seconds} seconds, then send it again."
        raise Refused(429, "too_many", f"{words} {self._do_not_wait}".strip(), retry_after=seconds)
