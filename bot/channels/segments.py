"""How many segments a text message takes: carriers send and bill SMS in pieces of 140 bytes.

A text of the GSM-7 alphabet takes 160 characters in one segment, or 153 in each of several; any other
character makes all of it UCS-2, with 70 or 67. (3GPP TS 23.038 and 23.040.)
"""

from __future__ import annotations

from collections.abc import Iterable

MOST_SEGMENTS = 2
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # an escape and a character: two, never in two segments
_PLAINER = str.maketrans(
    {
        **dict.fromkeys("‘’‚′", "'"),
        **dict.fromkeys("“”„″", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        **dict.fromkeys("\u00a0\u2009\u202f\t", " "),
        "…": "...",
        "•": "-",
    }
)


def plainer(text: str) -> str:
    """With typographic signs as the plain ones of GSM-7: one dash would more than double the segments."""
    return text.translate(_PLAINER)


def segments(text: str) -> int:
    """The number of segments; 1 for an empty text."""
    if all(sign in _BASIC or sign in _EXTENDED for sign in text):
        return _filled((2 if sign in _EXTENDED else 1 for sign in text), 160, 153)
    return _filled((2 if ord(sign) > 0xFFFF else 1 for sign in text), 70, 67)


def _filled(sizes: Iterable[int], alone: int, in_several: int) -> int:
    sizes = list(sizes)
    if sum(sizes) <= alone:
        return 1
    number, room = 0, 0
    for size in sizes:
        if size > room:
            number, room = number + 1, in_several
        room -= size
    return number
