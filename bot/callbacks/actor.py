"""Who reads or changes a request, and what they may do."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from bot.callbacks.errors import NotAllowedError

CALLBACKS = "callbacks"  # read and change requests
AUDIT = "audit"  # read who did
VISITOR = "visitor"  # the name under which requests are made
LONGEST_NAME = 100  # characters


@dataclass(frozen=True)
class Actor:
    """`name` is written into the audit: an account's name. Raises TypeError or ValueError for a name or
    rights that cannot be written or checked."""

    name: str
    rights: Set[str]

    def __post_init__(self) -> None:
        if not isinstance(self.rights, Set):  # in a text, "callbacks" would be found in "no callbacks" too
            raise TypeError("an actor's rights are a set of texts")
        if not isinstance(self.name, str):
            raise TypeError("an actor's name is a text")
        if not self.name.strip() or not self.name.isprintable() or len(self.name) > LONGEST_NAME:
            raise ValueError(f"an actor's name has 1 to {LONGEST_NAME} characters that can be printed")

    def need(self, right: str) -> None:
        """Raises NotAllowedError without that right."""
        if right not in self.rights:
            raise NotAllowedError(f"{self.name} lacks the right {right!r}")
