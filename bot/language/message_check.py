"""Says when a message cannot be understood as an English question, and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Literal

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from bot.text import LONGEST

Notice = Literal["no_words", "too_long", "spanish", "other_language"]

_WORD = re.compile(r"[^\W\d_]+")
# What visitors in the United States speak; each further language costs the others accuracy on short texts.
_LANGUAGES = [
    getattr(Language, name)
    for name in (
        "ENGLISH SPANISH CHINESE TAGALOG VIETNAMESE ARABIC FRENCH KOREAN RUSSIAN PORTUGUESE HINDI GERMAN "
        "POLISH ITALIAN URDU PERSIAN JAPANESE GUJARATI BENGALI PUNJABI UKRAINIAN ARMENIAN HEBREW GREEK "
        "THAI TURKISH SOMALI SWAHILI YORUBA"
    ).split()
]
_MAY_BE_ENGLISH = 0.1  # probabilities
_MAY_BE_SPANISH = 0.2  # low: here it is the likeliest other language by far
_SURELY_SPANISH = 0.6
_UNDERSTOOD = 0.5
_COMMON = 5  # phrases that have a word
_MOSTLY_KNOWN = 0.5  # English with typing errors keeps more than half its words in the training phrases


def words(texts: Iterable[str]) -> frozenset[str]:
    """The lower-cased words that at least five texts have: a few texts may be in another language."""
    found = Counter(word for text in texts for word in set(_WORD.findall(text.lower())))
    return frozenset(word for word, count in found.items() if count >= _COMMON)


def check(text: str, known_words: Collection[str], confidence: float) -> Notice | None:
    """Why `text` cannot be answered, or None.

    `known_words` are those of the training phrases, by `words`; `confidence` is that of the likeliest intent.
    """
    if len(text) > LONGEST:
        return "too_long"
    typed = _WORD.findall(text.lower())
    if not typed:
        return "no_words"
    # A language detector alone takes one English text message in four for another language.
    if sum(word in known_words for word in typed) > _MOSTLY_KNOWN * len(typed):
        return None
    scores = {score.language: score.value for score in _detector().compute_language_confidence_values(text)}
    english, spanish = scores[Language.ENGLISH], scores[Language.SPANISH]
    if english >= _MAY_BE_ENGLISH:
        return None
    # A word or two in Latin letters may be a medicine, a name or a typing error.
    is_short = len(typed) < 3 and text.isascii()
    if spanish >= (_SURELY_SPANISH if is_short else _MAY_BE_SPANISH):
        return "spanish"
    return None if is_short or confidence >= _UNDERSTOOD else "other_language"


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*_LANGUAGES).with_low_accuracy_mode().build()
