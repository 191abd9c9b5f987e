"""Names of people, told by how they are introduced and by a list of first names.

There is no trained recogniser of names here: what is neither introduced nor in the list is missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.privacy.finding import Finding
from bot.privacy.text import WORD, family_names, first_names, ordinary_names, ordinary_words

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
    r"hubb(?:y|ies)|hubs|wifey|baby ?(?:daddy|mama)|best(?:ie| friend)|bff|granny|nana|gramma"
    r"|grandad|granddad"
    r"|grand(?:kid|baby|child|parent)|momma|pops|mami|papi|significant other"
    r"|step ?-?(?:son|daughter|dad|mom|mother|father|brother|sister|kid)"
    r"|room? ?mate|neice|nefew|husban|doughter|duaghter"
    r"|(?:mother|father|brother|sister|son|daughter) ?-?in ?-?law|god(?:son|daughter|mother|father|child)"
    r"|suegr[oa]|cuñad[oa]|yerno|nuera|pareja|ahijad[oa]|compadre|comadre|vecin[oa]"
    r"|son|daughter|husband|wife|spouse|partner|mom|mother|mum|mama|dad|father|papa|brother|bro|sister|sis|twin|cousin"
    r"|aunt|uncle|niece|nephew|grandson|granddaughter|grandma|grandpa|grandmother|grandfather"
    r"|boyfriend|bf|girlfriend|gf|fianc[eé]e?|ex|ex-?(?:husband|wife)|friend|buddy|neighbor|coworker|boss|kid|child|baby|girl|guy|man|lady"
    r"|sponsor|counselor|counsellor|therapist|psychiatrist|doctor|nurse|case ?worker|case ?manager"
    r"|lawyer|attorney|po"
    r"|probation officer|parole officer|emergency contact|contact|landlord|teacher|pastor"
    r"|supervisor|manager|social worker"
    r"|hij[oa]|espos[oa]|marido|mam[aá]|pap[aá]|madre|padre|herman[oa]|prim[oa]|t[ií][oa]|novi[oa]|amig[oa]|abuel[oa]|niet[oa]|sobrin[oa]"
)
# After these a name may follow: it must be in the list, or be written like one.
_MAYBE = re.compile(
    r"(?:\bi ?'?m\b|\bi am\b|\bthis is\b|\bit ?'?s\b|\bits me\b|\bsoy\b|\bhere for\b|\bhere with\b"
    r"|\bcalling for\b|\bthanks?\b,?"
    rf"|\b(?:my|our|his|her|their|mi|tu|su)(?: (?:older|younger|little|big|oldest|youngest|best"
    rf"|old))? (?:{_RELATIVE})(?:s\b)?(?: is\b| are\b| es\b|,|:| -)?"
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
# What only somebody does: after "my dad frank" and "my fiance nikolai" it makes the word before it a name.
_DOES = re.compile(
    r",? (?:is|was|has|had|wants|wanted|needs|needed|gets|got|keeps|kept|says|said|uses|used|drinks|drank"
    r"|started|stopped|passed|relapsed|overdosed|od'?d|does|did|goes|went|came|comes|lives|lived|told|takes"
    r"|took|tried|tries|smokes|smoked|likes|thinks|quit|called|calls|asked|died|lost|who|whos|who's|wont|won't"
    r"|doesnt|doesn't|didnt|didn't|isnt|isn't|cant|can't|hasnt|hasn't|wasnt|wasn't|works|worked|left|sent"
    r"|at (?=[\d(])|es|esta|está|tiene|toma|necesita|usa|quiere|vive|bebe|fuma|dice|dijo|cayó)\b",
    re.IGNORECASE,
)
# "will" and "may" stand before these too, so they make no name of them.
_ALSO_AFTER_WILL = re.compile(r",? (?:quit|got|come|left|lost|just|who|cant|can't|had)\b", re.IGNORECASE)
_AUXILIARIES = frozenset(["will", "may", "can", "might", "guy"])
_VERB_LIKE = ("ed", "ing", "ly", "n't", "nt", "'s", "'ve", "'ll")
_FAMILY = re.compile(rf"\bthe (?P<name>{WORD}) (?:family|household|residence)\b", re.IGNORECASE)
_FAMILIES = frozenset(
    """immediate entire extended nuclear blended whole adoptive foster biological royal typical average
    addams modern host birth chosen perfect holy manson first second third other""".split()
)
_CALLING = re.compile(
    rf"\bthis is (?P<name>{WORD}(?: {WORD})?) (?:calling|texting|writing|again|speaking)\b", re.IGNORECASE
)
_UNDER = re.compile(
    rf"\b(?:under|for|about|to see|see|ask for|name) (?P<name>{WORD})(?=[.?!,]|$)", re.IGNORECASE
)
_TWICE = re.compile(r"(?P<name>(?P<one>[^\W\d_]{2,6}) (?P=one))\b", re.IGNORECASE)
_THING_CALLED = re.compile(
    r"\b(?:band|club|group|program|book|song|show|place|app|drug|pill|class|podcast|movie|it|this|that|what)"
    r" (?:is|was) (?:named|called)\b",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"(?<!bos)s[ ,:]*$|'s\b", re.IGNORECASE)
_NOT_INITIALS = frozenset("i a u r n y o e s t m x k".split())
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
    r"(?:'s (?:law|house|place|disease|rules)|[ ](?:hospital|cent(?:er|re)|clinic|street|st|ave|avenue|road"
    r"|county|university|college|school|foundation|act|law|method"
    r"|technique|church|park|beam|cuervo|walker|daniels?|beer|ford|doe|hopkins|winehouse|stewart))\b",
    re.IGNORECASE,
)
_PLACE_BEFORE = re.compile(
    r"\b(?:san|santa|santo|st|saint|port|fort|lake|mount|mt|el|los|las|jack|mona|bloody|uncle|aunt"
    r"|captain)\.? $",
    re.IGNORECASE,
)
_RELATION = re.compile(rf"(?:my|our|his|her|their|mi|tu|su)(?: \w{{3,9}})? (?:{_RELATIVE})\b", re.IGNORECASE)
_JOINT = re.compile(r", |[ ](?:[A-Za-z]\. )?|-")  # between two words of one name
_FOR_YOU = re.compile(
    r" (?:you|u|me|be|not|the|it|my|he|she|they)\b", re.IGNORECASE
)  # after "will" as a verb
_MONTHS = frozenset(["april", "may", "june", "august"])
_DAY = re.compile(r" \d")
_NEVER_FIRST = frozenset(
    "i a an the and or but not no yes on in at to for of is was are it my your his her this that what who "
    "monday tuesday wednesday thursday friday saturday sunday "
    "how private anonymous confidential none here there please".split()
)
_NEVER_FAMILY = frozenset(
    "i i'm im and or but is was dob my phone ssn from what how do can when where the he she iop".split()
)
# "keandre", "lashonda", "jamarcus": made of a syllable and a name.
_MADE = re.compile(
    r"(?:d[aeu]|j[aeo]|k[ei]|l[ae]|ma|mar|qua|sha|t[ae]|ty|tre|ra|ro)'?(?:sh?aw?n|shaun|sean|andre|marcus|qua[vn]"
    r"|vont[ae]?|vion|juan|wayne|wan|rell|rick|rius|marion|marius|m?ari|nisha|tisha|keisha|shonda|shanda"
    r"|toya|quisha|niqua|tasha|trice|mika|neisha|quita|tavius|darius|donte|monte|mond|metrius)"
)


def introduced(text: str) -> Iterator[Finding]:
    """After "my name is", "call me", "me llamo", "patient name:"."""
    shouted = _is_shouted(text)
    for match in _SURE.finditer(text):
        first = _TOKEN.match(text, match.end())
        if _THING_CALLED.search(text, max(0, match.start() - 24), match.end()):
            continue
        if first and _may_be_name(first, text) and not _runs_on(text, first):
            yield _finding(text, first, "name: introduced", 0.9, shouted)


def mentioned(text: str) -> Iterator[Finding]:
    """After "im", "this is", "my son": a first name of the list, or a capital letter inside a sentence."""
    shouted = _is_shouted(text)
    for match in _MAYBE.finditer(text):
        first = _TOKEN.match(text, match.end())
        if first is None or _runs_on(text, first):
            continue
        # Not every unknown word: "im suicidal" must stay readable, "im oluwaseun" is in the list or missed.
        if (
            _looks_like_name(first[0], shouted)
            or _is_byname(text, first)
            or _does_something(text, match, first)
        ):
            yield _finding(text, first, "name: after a person", 0.8, shouted)
        elif (
            (twice := _TWICE.match(text, first.start()))
            and _is_relation(match[0])
            and twice["one"].lower() in ordinary_names()
        ):
            yield Finding("name", *twice.span("name"), "name: after a person", 0.8)
    for match in _TITLE.finditer(text):
        first = _TOKEN.match(text, match.end())
        sure = _SHORT_TITLE.fullmatch(match[0].strip())
        if first and (
            _looks_like_name(first[0], shouted)
            or (sure and _may_be_name(first, text))
            or _is_family_name(first[0])
            or (sure and first[0].lower() in family_names())
            or (not sure and _is_unknown(first[0]) and _DOES.match(text, first.end()))
        ):
            yield _finding(text, first, "name: after a title", 0.8, shouted)
    for match in _FAMILY.finditer(text):
        low = match["name"].lower()
        if low not in _FAMILIES and (_is_family_name(low) or _is_unknown(low)):
            yield Finding("name", *match.span("name"), "name: a family's", 0.7)
    for match in _CALLING.finditer(text):
        if all(_is_unknown(word) or _is_name(word) for word in match["name"].split(" ")):
            yield Finding("name", *match.span("name"), "name: who is calling", 0.8)


def signed(text: str) -> Iterator[Finding]:
    """The last words after "Thanks," or a dash; and "tyler here"."""
    shouted = _is_shouted(text)
    match = _SIGNED.search(text, max(0, len(text) - 120))
    if match and all(
        _looks_like_name(word[0], shouted) for word in _TOKEN.finditer(match["name"]) if len(word[0]) > 1
    ):
        yield Finding("name", *match.span("name"), "name: signature", 0.75)
    for match in _HERE.finditer(text):
        before = _LAST_WORDS.search(text, max(0, match.start() - _BEFORE), match.start())
        tokens = list(_TOKEN.finditer(text, *before.span())) if before else []
        for place, token in enumerate(tokens):
            following = [later[0].lower() for later in tokens[place + 1 :]]
            if _looks_like_name(token[0], shouted) and not ordinary_words().intersection(following):
                yield Finding("name", token.start(), tokens[-1].end(), "name: ... here", 0.75)
                break


def listed(text: str) -> Iterator[Finding]:
    """A first name that is hardly ever a word, anywhere, with a family name written in capitals after it."""
    shouted = _is_shouted(text)
    for token in _TOKEN.finditer(text):
        if (
            not _listed(token[0])
            or _THINGS.match(text, token.end())
            or text[token.end() : token.end() + 1].isdigit()
        ):
            continue
        if _PLACE_BEFORE.search(text, max(0, token.start() - 12), token.start()):
            continue
        yield _finding(text, token, "name: in the list of first names", 0.6, shouted)


def _finding(text: str, first: re.Match[str], reason: str, score: float, shouted: bool) -> Finding:
    """The name that starts with a token, with what belongs to it."""
    end = first.end()
    capital = first[0][0].isupper() and not shouted
    for _ in range(_MOST_TOKENS - 1):
        joint = _JOINT.match(text, end)
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
        elif reason == "name: introduced":
            belongs = low not in ordinary_words() or _listed(low) or low in family_names()
        elif len(low) == 1:
            belongs = low not in _NOT_INITIALS
        elif _DOES.match(text, end):
            belongs = False
        else:
            belongs = _listed(low) or _is_family_name(low) or (_is_unknown(low) and _listed(first[0]))
        if not belongs:
            break
        end = token.end()
    if text[end - 2 : end] == "'s":
        end -= 2
    return Finding("name", first.start(), end, reason, score)


def _listed(word: str) -> bool:
    """Whether a word is a first name of the list, with the 's of a possessive or the s of a hurried one."""
    low = word.lower()
    if low in first_names() or low.removesuffix("'s") in first_names():
        return True
    if len(low) > 5 and low[-1] == "s" and low[:-1] in first_names():
        return low not in ordinary_words()
    return _MADE.fullmatch(low) is not None and low not in ordinary_words()


def _is_family_name(word: str) -> bool:
    low = word.lower()
    return low in family_names() and low not in ordinary_words()


def _is_name(word: str) -> bool:
    return _listed(word) or word.lower() in ordinary_names() or word.lower() in family_names()


def _is_unknown(word: str) -> bool:
    """Whether a word stands in no phrase of ours and does not look like a verb."""
    low = word.lower()
    return len(low) > 2 and low not in ordinary_words() and not low.endswith(_VERB_LIKE)


def _is_relation(introduction: str) -> bool:
    return _RELATION.match(introduction) is not None


def _does_something(text: str, introduction: re.Match[str], first: re.Match[str]) -> bool:
    """Whether a relation's word is followed by what only somebody does: "my dad frank has been"."""
    low = first[0].lower()
    if (
        not _is_relation(introduction[0])
        or _POSSESSIVE.search(introduction[0])
        or not (low in ordinary_names() or _is_unknown(low))
    ):
        return False
    if low in _AUXILIARIES and _ALSO_AFTER_WILL.match(text, first.end()):
        return False
    end = first.end()
    token = _TOKEN.match(text, end + 1)
    if token and (_is_family_name(token[0]) or _is_unknown(token[0])):
        end = token.end()
    return _DOES.match(text, end) is not None


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


def _looks_like_name(word: str, shouted: bool) -> bool:
    """Where a name may stand: a first name, or an unknown word written with a capital."""
    low = word.lower()
    if _listed(low):
        return True
    if not word[0].isupper() or shouted or word.isupper():
        return False
    return low in ordinary_names() or low not in ordinary_words()


def _runs_on(text: str, first: re.Match[str]) -> bool:
    """Whether an ordinary name is an ordinary word here: "call me will you", "my name is on the list"."""
    low = first[0].lower()
    if low in _MONTHS and _DAY.match(text, first.end()):
        return True
    if low not in ordinary_names() or first[0][0].isupper():
        return False
    return _FOR_YOU.match(text, first.end()) is not None


def _is_shouted(text: str) -> bool:
    """Whether the text is all capitals, so that they tell nothing."""
    return text.isupper() and len(text) > 12
