"""Redacts a text: asks every recogniser, settles overlaps, and puts a tag in the place of each finding."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

from bot.privacy import identifiers, names, numbers, online, places, public
from bot.privacy.finding import Finding, Recogniser, Redacted
from bot.privacy.text import plain
from bot.settings import settings

RECOGNISERS: tuple[Recogniser, ...] = (
    names.introduced,
    names.mentioned,
    names.signed,
    names.listed,
    numbers.said,
    online.email,
    online.url,
    online.handle,
    online.ip,
    places.said,
    identifiers.birth_date_said,
)
# What these find holds a digit: most messages need not be shown to them.
WITH_DIGITS: tuple[Recogniser, ...] = (
    numbers.phone,
    numbers.ssn,
    numbers.card,
    numbers.bank,
    numbers.long_number,
    places.address,
    identifiers.birth_date,
    identifiers.insurance,
    identifiers.plate,
    identifiers.id_number,
)
_DIGIT = re.compile(r"\d")


def redact(text: str) -> Redacted:
    """The text without what identifies somebody. Never raises; the time grows linearly with the text."""
    found = find(text)
    return Redacted(tagged(text, found), found)


def tagged(text: str, findings: Iterable[Finding]) -> str:
    """The text with `<kind>` in the place of each finding; they are in order and do not overlap."""
    pieces: list[str] = []
    done = 0
    for finding in findings:
        pieces += (text[done : finding.start], f"<{finding.kind}>")
        done = finding.end
    return "".join((*pieces, text[done:]))


def find(text: str) -> tuple[Finding, ...]:
    """What identifies somebody, in order and without overlaps."""
    read = plain(text)
    found = candidates(read)
    if not found:
        return ()
    allowed = [one for one in found if public.is_public(one, read, _public_values())]
    return settled([one for one in found if not any(_is_within(one, other) for other in allowed)])


def _is_within(inner: Finding, outer: Finding) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def candidates(read: str) -> list[Finding]:
    """What any recogniser says of a text that `plain` made."""
    recognisers = RECOGNISERS + WITH_DIGITS if _DIGIT.search(read) else RECOGNISERS
    return list(chain.from_iterable(recogniser(read) for recogniser in recognisers))


def settled(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Of findings that overlap the surer one, which then takes in what the others add."""
    kept: list[Finding] = []
    for one in sorted(found, key=lambda finding: (finding.start, -finding.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
            continue
        last = kept[-1]
        best = max(last, one, key=lambda finding: (finding.score, finding.end - finding.start))
        kept[-1] = Finding(best.kind, last.start, max(last.end, one.end), best.reason, best.score)
    return tuple(kept)


@lru_cache(maxsize=1)
def _public_values() -> frozenset[str]:
    lines = public.public_lines(settings().data_dir)
    return public.values((line, candidates(plain(line))) for line in lines)
