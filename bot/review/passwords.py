"""Passwords: which are good enough, and their argon2 hashes."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.review.errors import InvalidError, UnavailableError

SHORTEST = 12  # characters
LONGEST = 200  # characters
_FEWEST = 5  # different characters
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
# The second choice of RFC 9106, in one lane: a login must not take both cores from the visitors.
_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_one_at_a_time = threading.Lock()  # each takes 64 MiB
_waiting = threading.BoundedSemaphore(8)  # however many guess, threads are left for the visitors
# Of no password. It takes as long to check as any.
_NOBODY = f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p=1${'A' * 22}${'A' * 43}"


def check_password(password: str, name: str) -> None:
    """Raises InvalidError, with what is expected, for one that is too easy for the account `name`."""
    if len(password) < SHORTEST:
        raise InvalidError(f"A password needs at least {SHORTEST} characters. Several words are good.")
    if len(password) > LONGEST:
        raise InvalidError(f"A password has at most {LONGEST} characters.")
    if len(set(password)) < _FEWEST or name in password.lower():
        raise InvalidError(
            "That password is too easy to guess. Several words that do not belong together are good."
        )


def new_password() -> str:
    """A random one of 99 bits that can be read out and typed."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def hash_password(password: str) -> str:
    """What is stored of it. Raises UnavailableError."""
    with _turn():
        return _hasher.hash(_normal(password))


def is_password(password: str, stored: str | None) -> bool:
    """Whether it is the one that was stored. Takes as long where there is none. Raises UnavailableError."""
    try:
        with _turn():
            return _hasher.verify(stored or _NOBODY, _normal(password[:LONGEST])) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@contextmanager
def _turn() -> Iterator[None]:
    if not _waiting.acquire(blocking=False):
        raise UnavailableError("Many people are logging in right now. Please try again in a minute.")
    try:
        with _one_at_a_time:
            yield
    finally:
        _waiting.release()


def _normal(password: str) -> str:
    """The same however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)
