"""Small, shared handling of what people type."""

from __future__ import annotations

import unicodedata

LONGEST = 2000  # characters of a message that is answered; the widget's script holds to the same


def clean(text: str) -> str:
    """Without control characters (line breaks stay) and half characters, trimmed.

    A NUL breaks PostgreSQL. Lone surrogates can be written in JSON but in no encoding. Joiners stay:
    emoji and some scripts need them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs"))
    return "".join(kept).strip()
