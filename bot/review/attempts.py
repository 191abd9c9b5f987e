"""Slows down whoever guesses passwords: by account and by address."""

from __future__ import annotations

import hashlib
import math
import secrets
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

MINUTES = 5
_OF_A_NAME = RateLimitItemPerMinute(5, MINUTES, "name")
_NOTED = RateLimitItemPerMinute(1, MINUTES, "noted")
_FROM_AN_ADDRESS = RateLimitItemPerMinute(30, MINUTES, "address")  # a whole centre may share one


class Attempts:
    """Counts in this process's memory, under digests: neither names nor addresses are kept."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()  # the limiter itself holds it only weakly
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._secret = secrets.token_bytes(16)

    def count(self, name: str, address: str) -> int:
        """Counts a try before it is made; returns the seconds to wait if it may not be made, else 0."""
        for limit, key in ((_FROM_AN_ADDRESS, address), (_OF_A_NAME, name)):
            counted = self._counted(key)
            if not self._limiter.hit(limit, counted):
                reset, _ = self._limiter.get_window_stats(limit, counted)
                return max(1, math.ceil(reset - time.time()))
        return 0

    def is_first(self, name: str, address: str) -> bool:
        """Whether no failure of that name from there was noted in the last minutes: whoever keeps guessing
        must not fill what is never deleted."""
        return self._limiter.hit(_NOTED, self._counted(name), self._counted(address))

    def succeeded(self, name: str) -> None:
        """Forgets the tries of that name. Those of the address stay: one may have an account of their own."""
        self._limiter.clear(_OF_A_NAME, self._counted(name))

    def _counted(self, key: str) -> str:
        return hashlib.blake2b(key.strip().lower().encode(), key=self._secret, digest_size=16).hexdigest()
