"""Names of people, told by how they are introduced and by a list of first names.

There is no trained recogniser of names here: what is neither introduced nor in the list is missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.privacy.finding import Finding
from bot.privacy.text import WORD, first_names, ordinary_names, ordinary_words

_TOKEN = re.compile(WORD)
_MOST_TOKENS = 4  # of one name
_SPACE = r"[ \t]{1,3}"
_IS = rf"(?:{_SPACE})?(?:'s\b|\bis\b|\bes\b|\bwas\b|=|:|-)?[ \t,:]{{0,3}}"
_MY_NAME = (
    r"\bmy ?(?:(?:full|first|last|real|given|legal|sur) ?)?(?:names?|nmae|naem|nam|anme)(?:'?s)?(?: ?is)?"
)
# After these a name follows for sure, unless the word is an ordinary one ("my name is private").
_SURE = re.compile(
    rf"(?:{_MY_NAME}|\b(?:mi nombre|me llamo|se llama|mi apellido)\b|\bthe name's\b|\bmyname(?:is|s)?"
    r"|\b\w{1,20}(?:'s|s)? (?:full |first |last )?name(?:'s| is|:)"
    r"|\b(?:full|first|last|given|legal|family|patient|client|member|maiden|sur) ?names?\b"
    r"|^ ?names?\b ?(?:is|:|=|-)"
    r"|\bname ?[:=]|\bcalls? me\b|\bme dicen\b|\bi go by\b|\bask for\b|\bsigned up as\b"
    r"|\bregistered as\b|\b(?:is|was|are) (?:named|called)\b"
    rf"|\b(?:boy|girl|man|woman|someone|somebody|person|guy) named\b){_IS}",
    re.IGNORECASE | re.MULTILINE,
)
_RELATIVE = (
    r"son|daughter|husband|wife|spouse|partner|mom|mother|mum|mama|dad|father|papa|brother|bro|sister|sis|twin|cousin"
    r"|aunt|uncle|niece|nephew|grandson|granddaughter|grandma|grandpa|grandmother|grandfather|step-?(?:son|daughter|dad|mom|mother|father)"
    r"|boyfriend|bf|girlfriend|gf|fianc[eé]e?|ex|ex-?(?:husband|wife)|friend|buddy|roommate|neighbor|coworker|boss|kid|child|baby|girl|guy|man|lady|buddy"
    r"|sponsor|counselor|counsellor|therapist|psychiatrist|doctor|nurse|case ?worker|case manager"
    r"|lawyer|attorney|po"
    r"|probation officer|parole officer|emergency contact|contact|landlord|teacher|pastor"
    r"|hij[oa]|espos[oa]|marido|mam[aá]|pap[aá]|madre|padre|herman[oa]|prim[oa]|t[ií][oa]|novi[oa]|amig[oa]|abuel[oa]|niet[oa]|sobrin[oa]"
)
# After these a name may follow: it must be in the list, or be written like one.
_MAYBE = re.compile(
    r"(?:\bi ?'?m\b|\bi am\b|\bthis is\b|\bit ?'?s\b|\bits me\b|\bsoy\b|\bhere for\b|\bhere with\b"
    r"|\bcalling for\b|\bthanks?\b,?"
    rf"|\b(?:my|our|his|her|their|mi|tu|su)(?: (?:older|younger|little|big|oldest|youngest|best"
    rf"|old))? (?:{_RELATIVE})(?: is\b| are\b|,|:| -)?"
    r"(?: (?:my|our) (?:mom|dad|mother|father|sister|brother|wife|husband|friend|son|daughter))?(?:[:,])?"
    r"|\bemergency contact(?: is|:)? ?(?:my (?:mom|dad|mother|father|sister|brother|wife|husband|friend"
    r"|son|daughter))?|\btell|\btold"
    r"|\bsaw|\bis|\bdid)[ \t,:]{1,3}",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(?:dr|mr|mrs|ms|miss|mister|sr|sra|srta|don|doña|prof|professor|rev|doctor|doctora|nurse"
    r"|officer|judge|pastor)\b\.?[ ]{1,2}",
    re.IGNORECASE,
)
_SHORT_TITLE = re.compile(r"(?:dr|mr|mrs|prof|rev|mister)\b\.?|ms\.|sra?\.", re.IGNORECASE)
_SIGNATURE = rf"(?:[A-Z]\. )?{WORD}(?: (?:[A-Z]\. )?{WORD}){{0,2}}"
_SIGNED = re.compile(
    r"(?:\b(?:thanks|thank you|thx|ty|regards|sincerely|best|cheers|love|yours|yours truly|xoxo|gracias"
    r"|atentamente|saludos|blessings)\b"
    rf"[,.!]?[ \t]{{0,3}}\n?|[^\w\s]\s{{1,3}}[-~]\s?|\s[-~]{{1,2}} ?)(?P<name>{_SIGNATURE})[.!]?\s*$",
    re.IGNORECASE,
)
_HERE = re.compile(r" (?:here|speaking)\b", re.IGNORECASE)
_BEFORE = 40  # characters of a name before "here"
_LAST_WORDS = re.compile(rf"(?:(?<!\w){WORD} )?(?:(?<!\w){WORD} )?(?<![\w]){WORD}$")
# A first name before these is a place's, a drink's or a law's; after those it is a town's or a saint's.
_THINGS = re.compile(
    r"(?:'s (?:law|house|place|disease)|[ ](?:hospital|cent(?:er|re)|clinic|street|st|ave|avenue|road"
    r"|county|university|college|school|foundation|act|law|method"
    r"|technique|church|park|beam|cuervo|walker|daniels?|beer|ford|doe|hopkins|winehouse|stewart))\b",
    re.IGNORECASE,
)
_PLACE_BEFORE = re.compile(
    r"\b(?:san|santa|santo|st|saint|port|fort|lake|mount|mt|el|los|las|jack|mona|bloody|uncle|aunt"
    r"|captain)\.? $",
    re.IGNORECASE,
)


def introduced(text: str) -> Iterator[Finding]:
    """After "my name is", "call me", "me llamo", "patient name:"."""
    for match in _SURE.finditer(text):
        first = _TOKEN.match(text, match.end())
        if first and _may_be_name(first, text) and not _runs_on(text, first):
            yield _finding(text, first, "name: introduced", 0.9)


def mentioned(text: str) -> Iterator[Finding]:
    """After "im", "this is", "my son": a first name of the list, or a capital letter inside a sentence."""
    for match in _MAYBE.finditer(text):
        first = _TOKEN.match(text, match.end())
        if first is None or _runs_on(text, first):
            continue
        # Not every unknown word: "im suicidal" must stay readable, "im oluwaseun" is in the list or missed.
        if _looks_like_name(first[0], text) or _is_byname(text, first):
            yield _finding(text, first, "name: after a person", 0.8)
    for match in _TITLE.finditer(text):
        first = _TOKEN.match(text, match.end())
        sure = _SHORT_TITLE.fullmatch(match[0].strip())
        if first and (_looks_like_name(first[0], text) or (sure and _may_be_name(first, text))):
            yield _finding(text, first, "name: after a title", 0.8)


def signed(text: str) -> Iterator[Finding]:
    """The last words after "Thanks," or a dash; and "tyler here"."""
    match = _SIGNED.search(text, max(0, len(text) - 120))
    if match and all(
        _looks_like_name(word[0], text) for word in _TOKEN.finditer(match["name"]) if len(word[0]) > 1
    ):
        yield Finding("name", *match.span("name"), "name: signature", 0.75)
    for match in _HERE.finditer(text):
        before = _LAST_WORDS.search(text, max(0, match.start() - _BEFORE), match.start())
        tokens = list(_TOKEN.finditer(text, *before.span())) if before else []
        for place, token in enumerate(tokens):
            following = [later[0].lower() for later in tokens[place + 1 :]]
            if _looks_like_name(token[0], text) and not ordinary_words().intersection(following):
                yield Finding("name", token.start(), tokens[-1].end(), "name: ... here", 0.75)
                break


def listed(text: str) -> Iterator[Finding]:
    """A first name that is hardly ever a word, anywhere, with a family name written in capitals after it."""
    for token in _TOKEN.finditer(text):
        if not _listed(token[0]) or _THINGS.match(text, token.end()):
            continue
        if _PLACE_BEFORE.search(text, max(0, token.start() - 12), token.start()):
            continue
        yield _finding(text, token, "name: in the list of first names", 0.6)


def _finding(text: str, first: re.Match[str], reason: str, score: float) -> Finding:
    """The name that starts with a token, with what belongs to it."""
    end, shouted = first.end(), _is_shouted(text)
    capital = first[0][0].isupper() and not shouted
    for _ in range(_MOST_TOKENS - 1):
        joint = re.compile(r", |[ ](?:[A-Za-z]\. )?|-").match(text, end)
        token = _TOKEN.match(text, joint.end()) if joint else None
        if not joint or not token:
            break
        if joint[0].startswith(",") and not (
            reason == "name: introduced" and capital and token[0][0].isupper()
        ):
            break
        low = token[0].lower()
        if capital:
            belongs = token[0][0].isupper() and low not in _NEVER_FAMILY
        else:
            belongs = low not in ordinary_words() or _listed(low)
            belongs = belongs and (reason == "name: introduced" or _listed(low))
        if not belongs:
            break
        end = token.end()
    if text[end - 2 : end] == "'s":
        end -= 2
    return Finding("name", first.start(), end, reason, score)


_MONTHS = frozenset(["april", "may", "june", "august"])
_DAY = re.compile(r" \d")
_NEVER_FIRST = frozenset(
    "i a an the and or but not no yes on in at to for of is was are it my your his her this that what who "
    "how private anonymous confidential none here there please".split()
)
_NEVER_FAMILY = frozenset(
    "i i'm im and or but is was dob my phone ssn from what how do can when where the he she iop".split()
)


def _listed(word: str) -> bool:
    low = word.lower()
    return low in first_names() or low.removesuffix("'s") in first_names()


def _may_be_name(first: re.Match[str], text: str) -> bool:
    """Where a name is surely expected: a first name, an unknown word, or a word with a capital of its own."""
    low = first[0].lower()
    if _listed(low) or low in ordinary_names():
        return True
    if first[0].istitle() and text[: first.start()].strip()[-1:].islower():
        return low not in _NEVER_FIRST
    return low not in ordinary_words() and len(low) > 1


def _is_byname(text: str, first: re.Match[str]) -> bool:
    """Whether a word with a capital stands before a first name: "Big Jim"."""
    following = _TOKEN.match(text, first.end() + 1)
    return first[0].istitle() and following is not None and following[0].istitle() and _listed(following[0])


def _looks_like_name(word: str, text: str) -> bool:
    """Where a name may stand: a first name, or an unknown word written with a capital."""
    low = word.lower()
    if _listed(low):
        return True
    if not word[0].isupper() or _is_shouted(text) or word.isupper():
        return False
    return low in ordinary_names() or low not in ordinary_words()


def _runs_on(text: str, first: re.Match[str]) -> bool:
    """Whether an ordinary name is an ordinary word here: "call me will you", "my name is on the list"."""
    low = first[0].lower()
    if low in _MONTHS and _DAY.match(text, first.end()):
        return True
    if low not in ordinary_names() or first[0][0].isupper():
        return False
    return bool(re.compile(r" (?:you|u|me|be|not|the|it)\b", re.IGNORECASE).match(text, first.end()))


def _is_shouted(text: str) -> bool:
    """Whether the text is all capitals, so that they tell nothing."""
    return text.isupper() and len(text) > 12
