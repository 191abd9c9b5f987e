"""Recognisers of one shape: a label ("member id", "routing"), a few joining words, and the value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.privacy.finding import Finding, Kind

# Between label and value: "number is", "# :", "no." Bounded, so that time stays linear.
_JOINING = (
    r"(?:[\s:#=,.]|\b(?:numbers?|no|num|nr|id|ids|code|is|es|was|its|it's|are|says|say|el|de|del)\b){0,8}"
)
# Up to five groups of letters and digits, the way people break up a number. Letters before them may be said:
# "m as in mary 4477".
_SAID = r"(?:[a-z] (?:as in|like in|for|like) [a-z]{2,12},? ){0,4}"
_CODE = rf"{_SAID}[a-z0-9]{{1,14}}(?:[ -][a-z0-9]{{1,14}}){{0,4}}"

_JOINED = re.compile(r"(?:from|in|on|of|for|since|at|to|by|about|with|and|or) ", re.IGNORECASE)


@dataclass(frozen=True)
class Labelled:
    """Finds `value` after `label` (regular expressions, letter case ignored).

    `digits` is how many digits a value has at least. Groups of letters at the end of a value that only
    its spaces join ("AB123 please") are not part of it.
    """

    kind: Kind
    name: str
    label: str
    value: str = _CODE
    digits: int = 3
    score: float = 0.9
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        value = rf"(?P<value>(?<![a-z0-9])(?:{self.value}))(?![a-z0-9])"
        pattern = rf"(?<![a-z])(?:{self.label})(?![a-z]){_JOINING}{value}"
        object.__setattr__(self, "_pattern", re.compile(pattern, re.IGNORECASE))

    def __call__(self, text: str) -> Iterator[Finding]:
        """The labelled values of a text."""
        for match in self._pattern.finditer(text):
            value = _without_words(match["value"])
            if _JOINED.match(value):
                continue
            if sum(sign.isdigit() for sign in value) >= self.digits:
                start = match.start("value")
                yield Finding(self.kind, start, start + len(value), self.name, self.score)


def _without_words(value: str) -> str:
    """ "AB12 345 please" -> "AB12 345"."""
    groups = re.split(r"( )", value)
    while len(groups) > 1 and not any(sign.isdigit() for sign in groups[-1]):
        groups.pop()
    return "".join(groups)
