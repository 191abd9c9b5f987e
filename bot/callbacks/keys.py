"""Encryption of what a request holds: with the first key; decryption with any of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.callbacks.errors import CallbacksOffError, KeyFormatError

_PRINT = 8  # hexadecimal digits
_BLOCK = 256  # bytes; what is encrypted is filled up, so that its length tells nothing of a name's

Why = Literal["key", "damaged"]


class CannotReadError(Exception):
    """`why` is "key" when the row was written with a key that is not among ours, else "damaged"."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class Keys:
    """The Fernet keys of the settings. Without any, nothing can be encrypted or read.

    A key's print is the start of its SHA-256: it tells keys apart and says nothing of the key.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            fernets = [Fernet(key) for key in keys]
        except ValueError:
            fernets = []
        if len(fernets) != len(keys):
            raise KeyFormatError("A key is not one that `python -m bot callbacks new-key` made.")
        self.prints = tuple(fingerprint(key) for key in keys)
        self._first = fernets[0] if fernets else None
        self._all = MultiFernet(fernets) if fernets else None

    def __bool__(self) -> bool:
        return self._first is not None

    @property
    def first_print(self) -> str:
        """The print of the key that encrypts. Raises CallbacksOffError."""
        self._need()
        return self.prints[0]

    def encrypt(self, content: str) -> str:
        """The token. Raises CallbacksOffError."""
        data = content.encode()
        return self._need().encrypt(data + b" " * (-len(data) % _BLOCK)).decode()

    def decrypt(self, token: object, written_with: object) -> str:
        """What `encrypt` was given, and the spaces it was filled up with.

        Raises CannotReadError, CallbacksOffError.
        """
        keys = self._need()
        try:
            if isinstance(token, str):
                return keys.decrypt(token).decode()
        except (InvalidToken, ValueError):
            pass
        raise CannotReadError("damaged" if written_with in self.prints else "key")

    def is_of_first(self, token: str) -> bool:
        """Whether the first key alone reads it. Raises CallbacksOffError."""
        self._need()
        assert self._first is not None
        try:
            self._first.decrypt(token)
        except (InvalidToken, ValueError):
            return False
        return True

    def rotate(self, token: str) -> str:
        """The same, encrypted with the first key. The token is one that `decrypt` reads."""
        return self._need().rotate(token).decode()

    def _need(self) -> MultiFernet:
        if self._all is None:
            raise CallbacksOffError
        return self._all


def new_key() -> str:
    """A key, kept nowhere."""
    return Fernet.generate_key().decode()


def fingerprint(key: str) -> str:
    """The print of a key."""
    return hashlib.sha256(key.encode()).hexdigest()[:_PRINT]
