"""The base of all models read from YAML: no unknown keys, no silent conversions, immutable."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConstrainedStr, Extra

# What a pattern asks for, in words; the key is what pydantic reports.
PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "a name of small letters, digits and underscores",
    r"^[0-9a-f]{12}$": "a sentence hash of 12 hex digits (in quotes)",
}
_ID, _HASH = PATTERNS
LONGEST_ID = 60  # characters, of those that are typed
ID_IN_WORDS = f"{PATTERNS[_ID]}, of at most {LONGEST_ID} characters"

if TYPE_CHECKING:
    Text = str
    Id = str
    SentenceHash = str
    Number = float
else:

    class Text(ConstrainedStr):
        """Text that is not blank. Numbers are refused, not turned into text."""

        strict = True
        strip_whitespace = True
        min_length = 1

    class Id(Text):
        """A name used in references: small letters, digits and underscores."""

        regex = _ID

    class SentenceHash(Text):
        """What `bot.knowledge.documents.sentence_hash` returns."""

        regex = _HASH

    class Number(float):
        """A finite number above 0. True and "8" are refused."""

        @classmethod
        def __get_validators__(cls) -> Iterator[Callable[[Any], float]]:
            yield cls.check

        @classmethod
        def check(cls, value: Any) -> float:
            """Raises ValueError."""
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not (is_number and math.isfinite(value) and value > 0):
                raise ValueError("expected a number above 0")
            return float(value)


def is_id(text: str) -> bool:
    """Whether somebody may give a fact or a topic this id."""
    return len(text) <= LONGEST_ID and re.fullmatch(_ID, text) is not None


class Strict(BaseModel):
    """A model that takes exactly what it declares."""

    class Config:
        """See pydantic's documentation of model configuration."""

        extra = Extra.forbid
        frozen = True
        validate_all = True


def at_least_one(entries: tuple[Any, ...]) -> tuple[Any, ...]:
    """A validator for lists. Raises ValueError for an empty one."""
    if not entries:
        raise ValueError("expected at least one entry, found none")
    return entries
