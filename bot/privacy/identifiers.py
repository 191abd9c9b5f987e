"""Dates of birth, and the numbers of insurers, plates, papers and records: all told by their label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.privacy import spoken
from bot.privacy.finding import Finding
from bot.privacy.labelled import Labelled
from bot.privacy.text import ordinary_words

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}|\d{8}|\d{6}"
    rf"|{_MONTH},? (?:of |de )?\d{{4}}|{_MONTH}\.? {_DAY}(?:,? {{0,2}}\d{{4}}|,? '?\d{{2}}\b)?"
    rf"|(?:the )?{_DAY} (?:of |de )?{_MONTH}(?:,? (?:del? )?'?\d{{2,4}})?|\d{{1,2}}/\d{{1,2}}"
)
_BORN = re.compile(
    r"\b(?:d\.? ?o\.? ?b\.?|date of birth|birth ?date|birth ?day|b-?day|born|fecha de nacimiento"
    r"|nac[ií]|naci[oó]|nacid[oa]|cumplea[nñ]os|brith ?day|birf ?day|bith ?day|bday)(?:'?s)?(?![a-z])"
    rf"(?:[\s:#=,-]|\b(?:is|on|in|was|el|es|en)\b){{0,6}}(?P<date>{_DATE})(?![\w/])",
    re.IGNORECASE,
)
_PART = rf"(?:{_MONTH}|{spoken.ORDINAL}|{spoken.WORD}|thousand|hundred|\d{{1,4}}(?:st|nd|rd|th)?)"
# "october twenty third two thousand one", "nineteen eighty two march fifth"
_SAID = re.compile(
    r"\b(?:d\.? ?o\.? ?b\.?|date of birth|birth ?date|birth ?day|b-?day|born)(?:'?s)?(?![a-z])"
    rf"(?:[\s:=,-]|\b(?:is|on|in|was)\b){{0,6}}"
    rf"(?P<date>(?:the )?{_PART}(?:,? (?:of |the |and )?{_PART}){{1,9}})\b",
    re.IGNORECASE,
)
_HAS_MONTH = re.compile(rf"\b{_MONTH}\b", re.IGNORECASE)
# A whole date with the year of somebody's birth, without a label: nothing else here is that long ago.
_OLD_YEAR = r"(?:19[2-9]\d|'?[3-9]\d)"
_LONG_AGO = re.compile(
    rf"(?<![\w/.$-])(?:(?:0?[1-9]|1[0-2])(?P<sign>[-/.])(?:0?[1-9]|[12]\d|3[01])(?P=sign){_OLD_YEAR}"
    r"|19[2-9]\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    rf"|{_MONTH}\.? {_DAY},? 19[2-9]\d|{_DAY} (?:of |de )?{_MONTH},? (?:del? )?19[2-9]\d)(?![\w/-]|\.\d)",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"\b(?:sober|sobriety|clean|recovery|since|until|till|quit|relapsed?|arrest\w*|discharged?|graduated?"
    r"|married|started|died|passed|court|on|from|was)\b[^.!?\n]{0,20}$",
    re.IGNORECASE,
)
_I_AM = re.compile(
    r"\b(?:i'?m|i am|he'?s|she'?s) (?P<date>\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?![\w/])", re.IGNORECASE
)
_TURNED = re.compile(
    rf"\b(?:turn(?:ed|s|ing)?) \d{{1,3}} (?:on|in) (?P<date>{_DATE})(?![\w/])", re.IGNORECASE
)
_SOBER = re.compile(r"\b(?:sober|sobriety|clean|recovery|aa|na)\b[^.!?\n]{0,12}$", re.IGNORECASE)

_INSURERS = (
    r"aetna|cigna|bcbs|blue ?cross|blue ?shield|united ?health ?care|uhc|united|humana|kaiser|anthem"
    r"|tricare|ambetter|molina|optum|oscar"
    r"|medicaid|medicare|magellan|beacon|carelon|wellcare|centene|bright|emblem"
)
_ID = r"(?:ids?|numbers?|no\.?|num|#|number is)"
insurance_labelled = (
    Labelled(
        "insurance_id",
        "insurance: label",
        rf"(?:member|subscriber|policy|policy ?holder|plan|group|grp|insurance|coverage|beneficiary"
        rf"|enrollee|rx)(?: ?id)? ?{_ID}"
        rf"|(?:{_INSURERS})[, ]{{1,2}}(?:(?:plan|member|insurance|card|ppo|hmo) ){{0,2}}{_ID}"
        rf"|insurance id ?#?|group|(?:insurance|member) card|ids? on (?:my|the|his"
        rf"|her) (?:insurance )?card",
        digits=5,
        score=0.93,
    ),
    Labelled(
        "insurance_id",
        "insurance: after the insurer",
        _INSURERS,
        r"[a-z]{0,4}[ -]?\d(?:[ -]?\d){5,13}|[a-z]{2,4}[ -]?\d{2,6}[ -][a-z]{1,2}[ -]?\d{2,6}",
        6,
        0.93,
    ),
)
_PHARMACY = Labelled(
    "insurance_id", "insurance: pharmacy", r"rx ?(?:bin|pcn|grp|group)|\bpcn", r"[a-z0-9]{4,12}", 3, 0.93
)
_GROUP = Labelled(
    "insurance_id",
    "insurance: group",
    r"(?:group|grp)(?: ?(?:#|number|no\.?))?",
    r"[a-z]{1,4}\d{3,10}",
    3,
    0.93,
)
_MEDICARE = re.compile(
    r"\b\d[a-z][a-z0-9]\d-?[a-z][a-z0-9]\d-?[a-z]{2}\d{2}\b", re.IGNORECASE
)  # the form of Medicare's numbers
_VEHICLES = (
    r"car|truck|suv|van|minivan|pickup|vehicle|jeep|honda|civic|accord|toyota|camry|corolla|ford|chevy|silverado"
    r"|impala|malibu|nissan|altima|dodge|charger|buick|kia|hyundai|subaru|mazda|volkswagen|jetta|bmw|lexus|gmc|tags?"
    r"|sedan|motorcycle|coche|carro|camioneta"
)
_ON_VEHICLE = re.compile(
    rf"\b(?:{_VEHICLES})\b[^\n.?!]{{0,25}}?(?<![\w$-])(?P<value>(?:[A-Z]{{2}} )?(?:[A-Z]{{2,3}}[ -]?\d{{3,5}}"
    r"|[A-Z]{2,3} \d{2} \d{2}|\d{3}[ -]?[A-Z]{3}|[A-Z]{3}\d[A-Z]\d{2}))(?![\w-])",
)
_JOINED = re.compile(
    rf"\b(?:{_VEHICLES})\b[^\n.?!\d]{{0,20}}(?<![\w$-])(?P<value>[a-z]{{3}}\d{{3,4}}|\d{{3}}[a-z]{{3}})(?![\w-])",
    re.IGNORECASE,
)
_LETTERS_LAST = re.compile(
    r"\b(?:plates?|tags?|placas?)\b(?:[ :#]|is|are|number){0,5}"
    r"(?P<value>\d{2,4}[ -](?P<letters>[a-z]{2,3}))\b",
    re.IGNORECASE,
)
_NO_PLATE = re.compile(
    r"(?:ram|bmw|gmc|kia|usd|mph|rav|crv|cbr|mph|lbs|hrs|min|mgs|day|yrs|iop|php)", re.IGNORECASE
)
_plate = Labelled(
    "plate",
    "plate: label",
    r"(?:licen[sc]e|number|car|vehicle)? ?plates?|car tag|license tag|tag (?:number|no|#)|tag(?= ?#)|placas?",
    r"[a-z0-9]{1,6}(?:[ -][a-z0-9]{1,6}){0,2}|[a-z0-9]{5,8}",
    2,
)
papers = (
    Labelled(
        "id_number",
        "papers: licence or passport",
        r"(?:driver'?s?|driving|state) ?(?:licen[sc]e|lisence|id)|dl|licen[sc]e (?:number|no|#)"
        r"|passport|state id|green card|visa number",
        digits=5,
    ),
    Labelled(
        "id_number",
        "papers: record",
        r"mrn|student id|employee id|badge|vin|dod id|prisoner|permit|ebt|a-?number"
        r"|medical record|record|chart|patient id|patient|client id|case|docket|inmate|booking|doc"
        r"|confirmation|claim|reference|ref|dcfs",
        digits=4,
        score=0.7,
    ),
)


def birth_date(text: str) -> Iterator[Finding]:
    """A date after "born", "dob", "birthday"; the birthday of somebody's sobriety is not one."""
    for match in _BORN.finditer(text):
        if not _SOBER.search(text, max(0, match.start() - 30), match.start()):
            yield Finding("birth_date", *match.span("date"), "birth date: label", 0.96)
    for match in _LONG_AGO.finditer(text):
        if not _EVENT.search(text, max(0, match.start() - 40), match.start()):
            yield Finding("birth_date", *match.span(), "birth date: a date long ago", 0.6)
    for pattern in (_I_AM, _TURNED):
        for match in pattern.finditer(text):
            yield Finding("birth_date", *match.span("date"), "birth date: age", 0.8)


def plate(text: str) -> Iterator[Finding]:
    """Number plates after their label, and what has their form near a car."""
    yield from _plate(text)
    for match in _LETTERS_LAST.finditer(text):
        if match["letters"].lower() not in ordinary_words():
            yield Finding("plate", *match.span("value"), "plate: label", 0.9)
    for pattern in (_ON_VEHICLE, _JOINED):
        for match in pattern.finditer(text):
            if not _NO_PLATE.search(match["value"]):
                yield Finding("plate", *match.span("value"), "plate: near a vehicle", 0.7)


def birth_date_said(text: str) -> Iterator[Finding]:
    """A date in words after the same: "october twenty third two thousand one"."""
    if spoken.ANY.search(text):
        for match in _SAID.finditer(text):
            if _HAS_MONTH.search(match["date"]):
                yield Finding("birth_date", *match.span("date"), "birth date: in words", 0.96)


def insurance(text: str) -> Iterator[Finding]:
    """Numbers of members, policies and groups; Medicare's by their form."""
    for match in _MEDICARE.finditer(text):
        yield Finding("insurance_id", *match.span(), "insurance: Medicare's form", 0.9)
    for recogniser in (*insurance_labelled, _PHARMACY, _GROUP):
        yield from recogniser(text)


def id_number(text: str) -> Iterator[Finding]:
    """Driving licences, passports, medical records, cases."""
    for recogniser in papers:
        yield from recogniser(text)
