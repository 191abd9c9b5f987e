"""What a recogniser says: a stretch of text that identifies somebody, of what kind, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "name",
    "phone",
    "email",
    "address",
    "birth_date",
    "ssn",
    "insurance_id",
    "card",
    "bank_account",
    "url",
    "ip",
    "plate",
    "id_number",
    "handle",
    "number",  # a long number nobody can say the kind of
]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True)
class Finding:
    """`start` and `end` are places in the text in characters; `reason` names the recogniser and what it
    saw, never the words; `score` is 0 to 1, and decides between findings that overlap."""

    kind: Kind
    start: int
    end: int
    reason: str
    score: float


@dataclass(frozen=True)
class Redacted:
    """The text with a tag like `<phone>` for each finding; the findings' places are the original's."""

    text: str
    findings: tuple[Finding, ...]


Recogniser = Callable[[str], Iterable[Finding]]
