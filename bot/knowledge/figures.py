"""The numbers that stand in a sentence, as digits or as words.

Two readers with two needs: the check looks for a fact's number in the sentence it cites, so it
finds generously; prose must hold no number of its own, so there names such as "12-step" are free.
"""

from __future__ import annotations

import re
import unicodedata

# fmt: off
ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]
# fmt: on
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: value for value, word in enumerate(ONES)}
_SMALL |= {word: (place + 2) * 10 for place, word in enumerate(TENS)}
_SMALL |= {"once": 1, "twice": 2, "dozen": 12, "dozens": 12}
_LARGE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}

_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_WORD = re.compile(r"[a-z]+|\S")

_NAMES = re.compile(
    r"\b(?:12|twelve)[- ]steps?\b"  # the 12-step fellowships
    r"|\bone[- ](?:on|to|by)[- ]one\b|\bone another\b|\bno one\b"
    # "once you start", but not "once a week"
    r"|\b(?:once|twice)\b(?! (?:an?|per|every|each) (?:hour|day|night|week|month|year)\b)",
    re.IGNORECASE,
)


def numbers_in(text: str) -> frozenset[float]:
    """Every number of a sentence; both ends of a range ("three to five", "9-20") are found."""
    text = unicodedata.normalize("NFKC", text).lower()
    digits = (float(match.replace(",", "")) for match in _DIGITS.findall(text))
    return frozenset(digits) | _spelled_out(text)


def loose_numbers(text: str) -> list[str]:
    """The digits and number words of prose in the order read, without proper names and idioms."""
    text = _NAMES.sub(" ", unicodedata.normalize("NFKC", text))
    pattern = rf"\d[\d.,]*|\b(?:{'|'.join([*_SMALL, *_LARGE])})\b"
    return re.findall(pattern, text, re.IGNORECASE)


def _spelled_out(text: str) -> frozenset[float]:
    """Number words, put together where they form one number: "one hundred and twenty-five"."""
    found: set[float] = set()
    total = part = 0  # of the number being read: whole thousands, and what stands after them
    reading = False
    last = ""
    for word in [*_WORD.findall(text), "."]:
        if word in _LARGE and reading:
            part = max(part, 1) * _LARGE[word]
            if word != "hundred":
                total, part = total + part, 0
        elif word in _SMALL and reading and _continues(last, word):
            part += _SMALL[word]
        elif reading and (word == "-" or (word == "and" and last in _LARGE)):
            continue  # `last` stays, so that what follows is judged by the word before
        else:
            if reading:
                found.add(float(total + part))
            reading = word in _SMALL or word in _LARGE  # "a hundred"
            total, part = 0, _SMALL.get(word, 0) or _LARGE.get(word, 0)
        last = word
    return frozenset(found)


def _continues(last: str, word: str) -> bool:
    """ "twenty" goes on with "five", "hundred" with anything; "three" and "five" are two numbers."""
    return last in _LARGE or (last in TENS and 0 < _SMALL[word] < 10)
