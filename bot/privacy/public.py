"""What the house itself tells everybody is nobody's secret: its own numbers and address, and the hotlines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from bot.privacy.finding import Finding
from bot.privacy.numbers import is_toll_free

_PUBLIC = ("centre.yml", "replies.yml", "centre", "knowledge", "safety/resources.yml")
_DIGIT = re.compile(r"\d")
_PHONE_DIGITS = 10
_PART_OF = 8  # characters; a part of a public address at least that long is public too


def is_public(finding: Finding, text: str, known: frozenset[str]) -> bool:
    """Whether a finding is a number or an address that stands in the public files."""
    value = text[finding.start : finding.end]
    if finding.kind in ("phone", "number") and is_toll_free(value):
        return True
    bare = bare_value(value)
    if bare in known or bare[-_PHONE_DIGITS:] in known:
        return True
    return finding.kind == "address" and len(bare) >= _PART_OF and any(bare in one for one in known)


def bare_value(value: str) -> str:
    """Letters and digits alone, in lower case."""
    return "".join(filter(str.isalnum, value.lower()))


def values(texts: Iterable[tuple[str, Iterable[Finding]]]) -> frozenset[str]:
    """The findings in public texts, bare; of phone numbers the last ten digits."""
    known: set[str] = set()
    for text, findings in texts:
        for finding in findings:
            if finding.kind == "name":
                continue
            bare = bare_value(text[finding.start : finding.end])
            known.add(bare[-_PHONE_DIGITS:] if finding.kind in ("phone", "number") else bare)
    return frozenset(known)


def public_lines(data_dir: Path) -> tuple[str, ...]:
    """The lines of the public files that hold a digit: a name in them makes no visitor's name public."""
    lines: dict[str, None] = {}
    for name in _PUBLIC:
        path = data_dir / name
        files = sorted(path.rglob("*.yml")) if path.is_dir() else [path] if path.exists() else []
        for file in files:
            with_digits = filter(_DIGIT.search, file.read_text(encoding="utf-8").splitlines())
            lines.update(dict.fromkeys(with_digits))
    return tuple(lines)
