"""What a typed message gives the form that asks for a name, a number and a time; or that it gives none."""

from __future__ import annotations

import re

import phonenumbers

from bot.privacy import spoken
from bot.privacy.text import WORD, family_names, first_names, ordinary_names, ordinary_words, plain

_SIGNS = re.compile(r"[^\w\s]+")
_BEFORE = (
    r"(?:(?:ok|okay|actually|oh|um+|uh|no|nah|hey|please|pls|plz|wait|sorry|well|just|and|but|so|yeah"
    r"|you know what|lets|let me|can (?:we|i|you)|could (?:we|i|you)|i wanna"
    r"|(?:i|id) (?:want|need|would like|like) to) )*"
)
_AFTER = (
    r"(?: (?:please|pls|plz|thanks|thank you|thx|now|then|it|that|this|all|everything|the|my|a|to|about"
    r"|form|calls?|call ?back|request|asking|calling|me|anymore|any more|ok|okay|sorry))*"
)
_GIVES_UP = re.compile(
    _BEFORE
    + r"(?:cancel+(?:ed)?|cancle|cansel|stop+|quit|exit|abort|never ?mind|nevr ?mind|nvm|nm|forget|drop"
    r"|leave it|scratch that|skip (?:it|this|that)|no thanks?|no thank you|no thx|not now|not anymore"
    r"|cancelar|(?:i(?:ve)? )?changed my mind|dont bother|(?:i )?(?:do not|dont) (?:call|want|do|need|ask)"
    r"|i (?:do not|dont) (?:want|like|need))" + _AFTER
)
_NO = re.compile(r"(?:no+|nope|nah)")
_YES = re.compile(
    r"(?:(?:yes|yeah|yep|yup|ya|y|ok|okay|k|sure|fine|si|alright|all right|of course|i agree|agreed|i do"
    r"|go ahead|they (?:may|can)|you (?:may|can)|that is (?:fine|ok|okay)|thats (?:fine|ok|okay))(?: |$))+"
    r"(?:(?:please|pls|thanks|thank you) ?)*"
)
_ASKS = re.compile(
    r"(?:and |but |so |ok |wait |also )*(?!(?:can|could|will|would) be\b)(?:how|what|whats|why|who|whos"
    r"|where|which|when (?:do|does|did|is|are|can|will|would)|do|does|did|is|are|am"
    r"|can|could|will|would|should|may i|must)\b"
)
_BEFORE_NAME = re.compile(
    r"(?:(?:hi|hello|hey|ok|okay|yes|yeah|sure|um|just|please|it'?s|its|it is|this is|that'?s|i'?m"
    r"|im|i am|soy)\b[\s,.:!-]*)+",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:(?:the|my|his|her) )?name(?:'?s| is| would be)?\b[\s:]*|me llamo\b\s*|mi nombre es\b\s*",
    re.IGNORECASE,
)
_CALLED = re.compile(r"(?:(?:you|they) can |just )?(?:call (?:me|him|her)|ask for)\b\s*", re.IGNORECASE)
_AFTER_NAME = re.compile(r"[\s,.;!]*(?:(?:please|pls|thanks|thank you|thx)\b[\s.!]*)*$", re.IGNORECASE)
_BEFORE_PHONE = re.compile(
    r"[\s,.;:(-]*(?:\b(?:and|my|the|number|phone|cell|mobile|is|at|on|it'?s|call|me)\b[\s,.;:(-]*)*$",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d|\b(?:any|every|all day|when|whenever|mornings?|noon|midday|afternoons?|evenings?"
    r"|nights?|tonight|today|tomorrow|tmrw|tomorow|tmr|lunch|dinner|work|school|before|after|later|now|soon"
    r"|asap|early|late|between|till|until|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|week|weeks|weekdays?|weekends?|days?|hours?|time|times|am|pm|oclock|matter|care)\b"
)
_PARTICLES = frozenset(
    "de la las los del da dos das di van von der den el al bin ibn y and mr mrs ms miss dr jr sr".split()
)
_NAMES = 6  # words of a name
_DIGITS = 5  # a message with as many is meant as a number


def gives_up(text: str) -> bool:
    """ "never mind", "cancel the call please"."""
    return _GIVES_UP.fullmatch(_bare(text)) is not None


def says_no(text: str) -> bool:
    """A plain no."""
    return _NO.fullmatch(_bare(text)) is not None


def agrees(text: str) -> bool:
    """A plain yes and nothing else."""
    return _YES.fullmatch(_bare(text)) is not None


def asks(text: str) -> bool:
    """Whether it is put as a question."""
    return "?" in text or _ASKS.match(_bare(text)) is not None


def name_in(text: str) -> str | None:
    """The name, without what people say around it; None where it is more likely something else.

    "my name is ..." is believed. Otherwise at most half of the words may be ones that nobody is called by.
    """
    rest = plain(text).strip()
    if "?" in rest:
        return None
    if opening := _BEFORE_NAME.match(rest):
        rest = rest[opening.end() :]
    named = _NAMED.match(rest)
    if before := named or _CALLED.match(rest):
        rest = rest[before.end() :]
    rest = _AFTER_NAME.sub("", rest)
    words = re.findall(WORD, rest.lower())
    if not words or len(words) > _NAMES:
        return None
    if named is None and ((len(words) > 3 and asks(rest)) or 2 * sum(map(_is_no_name, words)) > len(words)):
        return None
    return rest


def name_before_phone(text: str) -> str:
    """What stands before the digits of a message that may hold both ("Bob, 312 555 0142")."""
    digit = re.search(r"[+(]?\d", text)
    return _BEFORE_PHONE.sub("", text[: digit.start()]) if digit else text


def phone_in(text: str, country: str) -> str | None:
    """The number that can be called, else the whole text where it is meant as one, else None."""
    read = plain(text)
    for found in phonenumbers.PhoneNumberMatcher(read, country):
        return str(found.raw_string)
    digits = sum(map(str.isdigit, read))
    said = sum(count for _, _, count in spoken.runs(read))
    return read if digits >= _DIGITS or said >= _DIGITS else None


def time_in(text: str) -> str | None:
    """The time as it was said; None for a question, "" for a bare yes or no."""
    if asks(text):
        return None
    return "" if says_no(text) or agrees(text) else text


def is_time(text: str) -> bool:
    """Whether it speaks of a time."""
    return _TIME.search(_bare(text)) is not None


def _is_no_name(word: str) -> bool:
    known = word in first_names() or word in family_names() or word in ordinary_names()
    return not known and word not in _PARTICLES and word in ordinary_words()


def _bare(text: str) -> str:
    """In lower case, without punctuation and apostrophes."""
    read = plain(text).lower().replace("'", "")
    return " ".join(_SIGNS.sub(" ", read).split())
