"""What can go wrong with call-back requests. No message holds a name, a number or a key."""

from __future__ import annotations

from typing import Literal

Field = Literal["name", "phone", "best_time", "consent"]
Problem = Literal[
    "missing", "not_text", "too_long", "signs", "no_number", "paid_number", "not_agreed", "when"
]


class CallbacksError(Exception):
    """The parent of the others; the message is one or two plain sentences for staff or the engineer."""


class InvalidRequestError(CallbacksError):
    """Something in a request cannot be used: `field` and `problem` choose the words a visitor reads."""

    def __init__(self, field: Field, problem: Problem, message: str) -> None:
        super().__init__(message)
        self.field: Field = field
        self.problem: Problem = problem


class CallbacksOffError(CallbacksError):
    """There is no key, so that nothing can be stored or read."""

    def __init__(self) -> None:
        super().__init__(
            "Call-back requests are off: IOP_CALLBACKS_KEYS is not set. "
            "Make a key with `python -m bot callbacks new-key` and set it (docs/privacy.md)."
        )


class KeyFormatError(CallbacksError):
    """A key is none."""


class NotAllowedError(CallbacksError):
    """The one who asks lacks the right."""


class NoSuchRequestError(CallbacksError):
    """There is no request of that id, or no longer."""


class ChangedMeanwhileError(CallbacksError):
    """Somebody else changed the request since it was read."""


class UnavailableError(CallbacksError):
    """The database cannot be used now; what was to be written is not written, not even in part."""
