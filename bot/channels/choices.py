"""What a typed answer chooses of the quick replies offered last: "2", "two", or the words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.reply import Button

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER = re.compile(rf"(?:(?:number|option|no)\s*)?(?:(\d{{1,2}})|({'|'.join(_NUMBERS)}))(?:\s+please)?")
_NOISE = re.compile(r"[^\w\s]|_")


def chosen(text: str, buttons: Sequence[Button]) -> str | None:
    """The payload of the button chosen by its number or its words; None for any other message."""
    words = _bare(text)
    if match := _NUMBER.fullmatch(words):
        digits, word = match.groups()
        number = int(digits) if digits else _NUMBERS.index(word) + 1
        return buttons[number - 1].payload if 0 < number <= len(buttons) else None
    return next((button.payload for button in buttons if words and words == _bare(button.title)), None)


def _bare(text: str) -> str:
    return " ".join(_NOISE.sub(" ", text.casefold()).split())
