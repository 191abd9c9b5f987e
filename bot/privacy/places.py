"""Postal addresses: street lines, boxes, apartments, city with state and ZIP, and a ZIP that is named."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.privacy import spoken
from bot.privacy.finding import Finding
from bot.privacy.labelled import Labelled

_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX"
    "|UT|VT|VA|WA|WV|WI|WY|DC|illinois|indiana|iowa|ohio|texas|florida|california|new york|wisconsin"
    "|michigan|missouri"
)
_UNMISTAKABLE = (
    r"street|avenue|ave|boulevard|blvd|lane|ln|parkway|pkwy|highway|hwy|terrace|rd|road|circle|cir"
    r"|trail|trl|calle|avenida|pike|turnpike|tpke|cove|crossing|xing|plaza|plz|expressway|freeway|alley|hollow"
    r"|crescent|mews|knoll|ridge"
)
_ALSO_WORDS = r"st|drive|dr|court|ct|place|pl|way|square|sq|loop|ter|run|row|path|county road|county rd|route"
_NOT_IN_STREETS = frozenset(
    """
    hour hours hr hrs minute minutes min mins day days week weeks month months year years time times
    night nights mile miles people person group groups step steps meeting meetings session sessions the
    a an to of in on and or my your is are it i you per each every from for with until am pm by at if do
    can go go drug court pill pills mg ml dollars percent old long more less block blocks house free
    panel dollar bucks grand bed beds bedroom percent tomorrow today tonight sharp because but since
    when monday tuesday wednesday thursday friday saturday sunday no roommates
    """.split()
)
_NUMBER = r"(?<![\w.$:/-])(?:[nsew]\d{2,5}|\d{1,6}(?:-\d{1,4})?[a-z]?)"
_DIRECTION = r"(?:(?:n|s|e|w|ne|nw|se|sw)\.?|north|south|east|west)"
_STREET = re.compile(
    rf"{_NUMBER} {{1,2}}(?P<words>(?:{_DIRECTION} )?(?:[\w'.-]{{1,20}} ){{1,3}}?)"
    rf"(?P<kind>{_UNMISTAKABLE}|{_ALSO_WORDS})\b\.?"
    rf"(?: {_DIRECTION}\b)?(?: \d{{1,4}}\b)?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    rf"{_NUMBER} (?:county|state|us) (?:road|rd|highway|hwy|route) (?:\d{{1,4}}|[a-z]{{1,2}})\b",
    re.IGNORECASE,
)
# "4200 S Drexel": the direction says that it is a street.
_DIRECTED = re.compile(r"(?<![\w.$:/-])\d{2,5} (?:[NSEW]\.?|North|South|East|West) [A-Z][a-z]{2,20}\b")
# "123 Main, Peoria"
_BARE = re.compile(
    r"(?:^|\b(?:at|is|address:?) )(?P<street>\d{1,5} [A-Z][a-z]{2,20}(?: [A-Z][a-z]{2,20})?)"
    r"(?=, [A-Z][a-z]{2,20}\b)"
)
_BLOCK = re.compile(
    rf"(?<![\w.$:/-])\d{{2,5}} block of (?:{_DIRECTION} )?[\w'.-]{{2,20}}(?: (?:{_UNMISTAKABLE}"
    rf"|{_ALSO_WORDS})\b)?",
    re.IGNORECASE,
)
_SPANISH = re.compile(
    r"(?:calle|avenida|av\.|avda\.?|colonia) (?P<street>(?:[\w'.-]{2,20} ){1,3}#?\d{1,5}(?:,? (?:depto"
    r"|apto|apt|int|piso|local)\.? ?\w{1,5})?)",
    re.IGNORECASE,
)
_UNIT = r"(?:apt|apartment|unit|suite|ste|fl|floor|rm|room|lot|#)\.? ?#? ?[a-z]?\d{0,5}[a-z]?\b"
_AFTER_STREET = re.compile(rf",? {{0,2}}(?:{_UNIT})", re.IGNORECASE)
_TOWN_AFTER = re.compile(
    rf",? {{0,2}}(?P<town>[A-Za-z][\w.'-]{{1,20}}(?: [A-Za-z][\w.'-]{{1,20}}){{0,2}}),? {{1,2}}"
    rf"(?:{_STATES})\b\.?(?:,? {{1,2}}\d{{5}}(?:-\d{{4}})?)?",
    re.IGNORECASE,
)
_CAPITAL_TOWN = re.compile(r", [A-Z][a-z]{2,20}(?: [A-Z][a-z]{2,20}){0,2}(?![\w'])")
_ZIP_AFTER = re.compile(r",? {1,2}\d{5}(?:-\d{4})?\b")
_TOWN = re.compile(
    rf"(?<![\w'-])(?P<town>[A-Za-z][a-zA-Z.'-]{{1,20}}(?: [A-Za-z][a-zA-Z.'-]{{1,20}}){{0,2}}),? {{1,2}}"
    rf"(?P<state>{_STATES})\.?,? {{1,2}}\d{{5}}(?:-\d{{4}})?\b",
    re.IGNORECASE,
)
_BOX = re.compile(
    r"\b(?:p\.? ?o\.? ?box #? ?\d{1,7}|(?:r\.?r\.?|rural route|hc) ?#?\d{1,3},? box \d{1,5})", re.IGNORECASE
)
_WELL_KNOWN = re.compile(
    rf"(?<![\w.$:/-])\d{{2,5}} (?:{_DIRECTION} )?(?:main|high|broad|market|front|state|water|elm|oak"
    r"|maple|walnut|chestnut|\d{1,3}(?:st|nd|rd|th))(?: (?:st|street|ave|avenue))?"
    r"(?= *$|[,.?!]| (?:apt|unit|can|is|in)\b)",
    re.IGNORECASE,
)
_LIVING = (
    r"\b(?:liv(?:e|es|ing|in)|stay(?:s|ing)?|reside|squatting|crash(?:ing)?|(?:house|home|place|address) is"
    r"|vivo|me quedo)(?: over)? (?:(?:at|on|off|off of|near|en)(?: the| la)? )?"
)
_AT_HOME = re.compile(
    rf"{_LIVING}(?P<street>\d{{2,5}}(?: 1/2)? (?:{_DIRECTION} )?(?P<words>[a-z][a-z'.-]{{3,20}}))\b",
    re.IGNORECASE,
)
_ROUTE = re.compile(
    rf"{_LIVING}(?P<street>(?:state |county |us )?(?:route|road|rd|rt|rte|highway|hwy) \d{{1,4}}"
    r"(?: (?:at|number|#|no\.?) ?\d{1,6})?)\b",
    re.IGNORECASE,
)
_NUMBER_AFTER = re.compile(
    rf"\b(?P<street>[a-z'.-]{{3,20}} (?:{_UNMISTAKABLE}|drive|dr|court|ct|place|way|st)"
    r" (?:number|no\.?|#) ?\d{1,5})\b",
    re.IGNORECASE,
)
_SPANISH_FIRST = re.compile(
    r"(?<![\w.$])\d{1,5} (?:calle|avenida|camino|paseo|via|callej[oó]n) (?:(?:del?|la|las|los|el) ){0,2}"
    r"[\w'-]{2,20}",
    re.IGNORECASE,
)
_SPANISH_NUMBER = re.compile(
    r"\b(?:calle|avenida|av\.|colonia) [\w'.-]{1,20}(?: [\w'.-]{2,20}){0,2},?"
    r" (?:n[uú]mero|num\.?|no\.?|#) ?\d{1,5}\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    rf"\b(?:(?:{spoken.WORD})[ -]){{2,5}}(?P<words>(?:[a-z'.-]{{2,20}} ){{1,2}})"
    rf"(?:{_UNMISTAKABLE}|drive|court|place)\b",
    re.IGNORECASE,
)
_CORNER = re.compile(
    rf"(?:{_LIVING}|\bover on |\bcorner of )(?P<street>\d{{1,3}}(?:st|nd|rd|th) (?:and|&)"
    r" (?:\d{1,3}(?:st|nd|rd|th)|[a-z]{3,20}))\b",
    re.IGNORECASE,
)
_PARK = re.compile(
    r"(?<![\w.$])\d{1,5} (?P<words>(?:[a-z'.-]{2,20} ){1,3})"
    r"(?:trailer park|trailer court|mobile home park|rv park|estates|apartments|apts|manor|villas|towers)\b",
    re.IGNORECASE,
)
_APARTMENT = re.compile(
    r"\b(?:apt|apartment)\.? ?#? ?(?=[a-z]?\d)[a-z]?\d{1,5}[a-z]?\b"
    r"(?! (?:years?|yrs?|months?|weeks?|days?)\b)",
    re.IGNORECASE,
)
_SHAPES = (
    (_NUMBERED, "road"),
    (_BOX, "box"),
    (_APARTMENT, "apartment"),
    (_DIRECTED, "street with a direction"),
    (_BARE, "street before a town"),
    (_WELL_KNOWN, "well-known street"),
    (_BLOCK, "block"),
    (_SPANISH, "street in Spanish"),
    (_SPANISH_FIRST, "street in Spanish"),
    (_SPANISH_NUMBER, "street in Spanish"),
    (_AT_HOME, "where somebody lives"),
    (_ROUTE, "road where somebody lives"),
    (_NUMBER_AFTER, "number after the street"),
    (_CORNER, "corner"),
    (_PARK, "trailer park or apartments"),
)
_STATES_THAT_ARE_WORDS = frozenset("in or me hi ok la de id oh pa ma al co".split())
zip_labelled = Labelled(
    "address",
    "address: ZIP",
    r"zip(?: ?codes?)?|postal code|c[oó]digo postal|(?:live|living|stay|staying|reside|located"
    r"|moved?) (?:in|at|near|around|to)",
    r"\d{5}(?:-\d{4})?",
    5,
)
_LEADING = frozenset("in im i'm at from live near to is my we are i".split())


def address(text: str) -> Iterator[Finding]:
    """Addresses as people write them, with the unit, town, state and ZIP that follow."""
    for match in _STREET.finditer(text):
        if _is_street(match):
            yield Finding("address", match.start(), _end(text, match.end()), "address: street", 0.85)
    for pattern, reason in _SHAPES:
        for match in pattern.finditer(text):
            if "words" in pattern.groupindex and not _is_street(match):
                continue
            start = match.start("street" if "street" in pattern.groupindex else 0)
            yield Finding("address", start, _end(text, match.end()), f"address: {reason}", 0.85)
    for match in _TOWN.finditer(text):
        if match["state"].lower() in _STATES_THAT_ARE_WORDS and not match["state"].isupper():
            continue
        start = match.start("town") + _leading(match["town"])
        yield Finding("address", start, match.end(), "address: town, state and ZIP", 0.8)
    yield from zip_labelled(text)


def said(text: str) -> Iterator[Finding]:
    """Streets whose number is said: "twenty two eleven sycamore street"."""
    if spoken.ANY.search(text):
        for match in _SAID.finditer(text):
            if _is_street(match):
                yield Finding(
                    "address", match.start(), _end(text, match.end()), "address: number in words", 0.85
                )


def _is_street(match: re.Match[str]) -> bool:
    words = match["words"].lower().split()
    if len(words) > 1 and words[0] in ("old", "long", "house"):  # "77 old mill rd"
        words = words[1:]
    return bool(words) and not any(word.strip(".") in _NOT_IN_STREETS for word in words)


def _end(text: str, end: int) -> int:
    """Where the address ends that has its street until `end`."""
    for pattern in (_AFTER_STREET, _TOWN_AFTER, _CAPITAL_TOWN, _ZIP_AFTER):
        if following := pattern.match(text, end):
            end = following.end()
            if pattern is _TOWN_AFTER:
                break
    return end


def _leading(town: str) -> int:
    """The length of the words before the town that are no part of it ("in Naperville")."""
    skipped = 0
    for word in town.split(" "):
        if word.lower() not in _LEADING:
            break
        skipped += len(word) + 1
    return skipped if skipped < len(town) else 0
