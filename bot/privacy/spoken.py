"""Numbers as people say them: "five five five oh one two three", "nineteen eighty two", in two languages."""

from __future__ import annotations

import re

_ONES = {
    "zero": 0, "oh": 0, "o": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "cero": 0, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6,
    "siete": 7, "ocho": 8, "nueve": 9,
}  # fmt: skip
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fourty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
    " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth"
).split()

ONE = "|".join(_ONES)
WORD = "|".join((*_ONES, *_TEENS, *_TENS))
ORDINAL = "|".join(_ORDINALS)
_GAP = r"(?:[ ,.-]{1,2}|, ?(?:then|and) | (?:then|and then|y|dash|hyphen) )"
_MORE = r"hundred|triple|double"
_TOKEN = rf"(?:{WORD}|{_MORE}|\d{{1,4}})"
# Bounded, so that time stays linear: no number has more words than this.
_RUN = re.compile(
    rf"(?<![\w$.])(?:\(\d{{3}}\)[ -]?)?(?:{_TOKEN}{_GAP}){{2,19}}{_TOKEN}(?![\w%])", re.IGNORECASE
)
_PART = re.compile(r"\w+")
ANY = re.compile(rf"\b(?:{WORD}|dash|hyphen)\b", re.IGNORECASE)
_SAID = frozenset((*_ONES, *_TEENS, *_TENS, "dash", "hyphen"))


def runs(text: str) -> list[tuple[int, int, int]]:
    """Where numbers of three words and more are said: start, end, and how many digits that is."""
    if not ANY.search(text):
        return []
    found = []
    for match in _RUN.finditer(text):
        parts = _PART.findall(match[0].lower())
        if not _SAID.isdisjoint(parts):
            found.append((match.start(), match.end(), _digits(parts)))
    return found


def _digits(parts: list[str]) -> int:
    """How many digits are said; counting upwards ("one two three four") is no number."""
    ones = [_ONES[part] for part in parts if part in _ONES]
    if len(ones) == len(parts) and ones == list(range(ones[0], ones[0] + len(ones))):
        return 0
    count = 0
    times = 1
    for place, part in enumerate(parts):
        if part in ("triple", "double"):
            times = 3 if part == "triple" else 2
            continue
        if part == "hundred":
            count += 2
        elif part.isdigit():
            count += len(part) * times
        elif part in _TENS and place + 1 < len(parts) and _ONES.get(parts[place + 1], 0):
            count += 1  # "forty four": the four counts itself
        elif part in _TENS or part in _TEENS:
            count += 2
        elif part in _ONES:
            count += times
        times = 1
    return count
