"""What can go wrong in the staff application. Every message may be shown to staff as it is."""

from __future__ import annotations


class ReviewError(Exception):
    """The parent of the others."""


class InvalidError(ReviewError):
    """Something typed or chosen cannot be used; nothing was changed."""


class NotFoundError(ReviewError):
    """There is nothing of that id or name, or no longer."""


class ChangedMeanwhileError(ReviewError):
    """Somebody else changed it since it was read; nothing was changed. It can be read at `address`."""

    def __init__(self, message: str, address: str = "") -> None:
        super().__init__(message)
        self.address = address


class UnavailableError(ReviewError):
    """The database cannot be used now; nothing was changed, not even in part."""
