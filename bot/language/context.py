"""What a message means after what was said before it: follow-ups, and choosing among what was offered."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.lang.en.stop_words import STOP_WORDS

from bot.language.clauses import without_opening_words
from bot.language.division import Scores
from bot.language.thresholds import CHOSEN

_PLACES = {
    "first": 0, "1st": 0, "1": 0, "one": 0, "a": 0, "top": 0,
    "second": 1, "2nd": 1, "2": 1, "two": 1, "b": 1, "middle": 1,
    "third": 2, "3rd": 2, "3": 2, "three": 2, "c": 2,
    "fourth": 3, "4th": 3, "4": 3, "four": 3, "d": 3,
    "last": -1, "latter": -1, "bottom": -1, "former": 0,
}  # fmt: skip
_PLACE = re.compile(
    rf"(?:(?:the|option|number|no|nr|choice|answer|#)\s*)*\b({'|'.join(_PLACES)})\b"
    r"(?:\s*(?:one|option|choice|please|pls|plz|thanks))*",
)
_NOISE = re.compile(r"[^\w\s#']|_")
_CHOOSES = re.compile(r"(?:the\s+)?(.+?)\s+(?:one|thing|option|question)s?$")
_LONGEST_CHOICE = 6  # words
# Words without a subject of their own: a message of these alone means nothing without what came before.
_TYPED = frozenset(
    "cant dont doesnt didnt whats hows im its thats u ur r n tho ok okay yeah yes no nope oh ah hm pls "
    "please want mean".split()
)
_EMPTY = (STOP_WORDS | _TYPED) - set("call name serious move full keep give show put side".split())
# What can be asked of many things: alone it may mean any of them.
_OF_ANYTHING = frozenset(
    "long longer often free cost costs day days week weeks hour hours time times size".split()
)
_WORD = re.compile(r"[^\W_]+")
_CORRECTS = re.compile(
    r"^(?:(?:no+|nope|nah|not that|wrong|sorry|wait|actually|hm+)\b[\s,.!:-]*)*"
    r"(?:(?:what )?i\s+(?:meant|mean|was asking about|asked about|asked|said)\b[\s,:]*(?:to say )?)?",
    re.IGNORECASE,
)
_NOT_THAT = re.compile(
    r"^not\s+[^,;]+[,;]\s*(?:but\s+)?|[\s,]+(?:and\s+)?not\s+(?:about\s+)?(?:the\s+)?[\w' ]+$", re.IGNORECASE
)


@dataclass(frozen=True)
class Context:
    """The conversation so far: the topics last answered, the topics' own questions, and what the last reply
    offered (intents, in order), with whether it asked for a choice."""

    topics: tuple[str, ...] = ()
    question: str = ""
    offered: tuple[str, ...] = ()
    clarifying: bool = False


def chosen(text: str, scores: Scores, context: Context) -> str | None:
    """The offered intent the message picks by its place or, after a choice, in words; else None."""
    if not context.offered:
        return None
    words = _NOISE.sub(" ", text.lower()).split()
    if not 0 < len(words) <= _LONGEST_CHOICE:
        return None
    bare = without_opening_words(" ".join(words)) or " ".join(words)
    if place := _PLACE.fullmatch(bare):
        number = _PLACES[place[1]]
        return context.offered[number] if number < len(context.offered) else None
    if not context.clarifying and not _CHOOSES.fullmatch(bare):
        return None
    total = sum(scores.get(intent, 0.0) for intent in context.offered)
    best = max(context.offered, key=lambda intent: scores.get(intent, 0.0))
    if total < 0.2 or scores.get(best, 0.0) < CHOSEN * total:
        return None
    return best


def says_nothing_alone(text: str) -> bool:
    """Whether the message has no word that could name a subject ("why?", "what about that one")."""
    words = _WORD.findall(text.lower().replace("'", "").replace("’", ""))
    return bool(words) and all(word in _EMPTY for word in words)


def corrected(text: str) -> str | None:
    """What a correction asks instead ("no, hours per day", "i meant the group, not that"); else None."""
    text = text.strip()
    start = _CORRECTS.match(text)
    rest = text[start.end() :] if start else text
    meant = _NOT_THAT.sub("", rest).strip(" ,.;:!-")
    if meant == text.strip(" ,.;:!-") or not _WORD.search(meant):
        return None
    return meant


def could_be_of_anything(text: str) -> bool:
    """Whether the message asks for a number or a price of something it does not name ("how often?")."""
    words = _WORD.findall(text.lower().replace("'", "").replace("’", ""))
    return bool(words) and all(word in _EMPTY or word in _OF_ANYTHING for word in words)
