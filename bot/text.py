"""Small, shared handling of what people type."""

from __future__ import annotations

import unicodedata


def clean(text: str) -> str:
    """Without control characters (a NUL breaks PostgreSQL), lone surrogates and outer white space.

    Line breaks and tabs stay; so do joiners, which emoji and some scripts need.
    """
    kept = (char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    return "".join(kept).strip()
