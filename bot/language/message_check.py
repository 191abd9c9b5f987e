"""Says when a message cannot be understood as an English question, and why."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Literal

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

Notice = Literal["no_words", "too_long", "spanish", "other_language"]

LONGEST = 2000  # characters; the widget and POST /chat hold to the same
_WORD = re.compile(r"[^\W\d_]+")
_MOSTLY_KNOWN = 0.5  # English with typing errors keeps more than half its words in the training phrases


def words(texts: Iterable[str]) -> frozenset[str]:
    """The lower-cased words of the texts."""
    return frozenset(word for text in texts for word in _WORD.findall(text.lower()))


def check(text: str, known_words: Collection[str]) -> Notice | None:
    """Why `text` cannot be answered, or None; `known_words` are those of the training phrases."""
    if len(text) > LONGEST:
        return "too_long"
    typed = _WORD.findall(text.lower())
    if not typed:
        return "no_words"
    # A language detector alone takes one English text message in four for another language.
    if sum(word in known_words for word in typed) > _MOSTLY_KNOWN * len(typed):
        return None
    language = _detector().detect_language_of(text)
    if language is None or language == Language.ENGLISH:
        return None
    if language == Language.SPANISH:
        return "spanish"
    # One or two unknown Latin words are likelier a name or a typing error than Welsh.
    return "other_language" if len(typed) >= 3 or not text.isascii() else None


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_all_spoken_languages().with_low_accuracy_mode().build()
