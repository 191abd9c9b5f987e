"""Numbers: phones, cards, bank accounts, social security, and long numbers of no known kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from stdnum import iban, luhn

from bot.privacy import spoken
from bot.privacy.finding import Finding
from bot.privacy.labelled import Labelled

TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888"})  # organisations' own
_US_PHONE = re.compile(
    r"(?<![\w$.@-])(?:\+?1[-. ]{0,2})?(?:\(\d{3}\)[-./ ]{0,3}"
    r"|\d{3}[-./ ]{0,3})\d{3}[-./ ]{0,3}\d{4}(?:(?=x\d)|(?![\w@]|[-.]\d))"
)
_SPACED = re.compile(r"(?<![\w.])(?:\d[ .-]){9,10}\d(?![\w]|[.-]\d)")  # "3 1 2 5 5 5 0 1 9 9"
_CALLS = (
    r"call|text|txt|txting|phone|number|cell|mobile|ph|tel|telephone|reach|whatsapp|contact|ring|dial|fax|ext"
    r"|llam\w{0,5}|numero|número|telefono|teléfono|celular|two|three|four|five|six|seven|eight|nine|zero|oh|one"
)
_SHORT = re.compile(
    rf"\b(?:{_CALLS})\b[^\d\n]{{0,25}}(?P<value>(?<![\w$.-])\d{{3}}[-. ]\d{{4}}(?![\w]|[-.]\d))",
    re.IGNORECASE,
)
_AREA = re.compile(
    r"\barea code(?: is)?[ :]{0,2}(?P<value>\d{3}[^\d\n]{1,20}\d{3}[-. ]?\d{4})(?![\w]|[-.]\d)"
    r"|(?<![\w$.-])(?P<split>\d{3}[-. ]\d{3} (?:then|and|and then) \d{4})(?![\w]|[-.]\d)",
    re.IGNORECASE,
)
_SAID_SSN = re.compile(r"\b(?:ssn|ss ?#?|soc|social|seguro social)\b[^\d\n]{0,25}$", re.IGNORECASE)
_SAID_ID = re.compile(
    r"\b(?:ids?|numbers?|code|pin|zip|account|acct|card|policy|member|medicaid|last four|number's|numero"
    r"|cuenta)\b"
    r"[^\d\n]{0,16}$",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"\d{4}[ ,]{0,3}(?:ext|extension|x)\.? {0,2}(?P<value>\d{1,6})\b", re.IGNORECASE)
_SSN = re.compile(r"(?<![\w.-])\d{3}([-. ])\d{2}\1\d{4}(?![\w]|[-.]\d)")
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w]|[-.]\d)")
_IBAN = re.compile(r"\b[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{2,4}){3,9}\b", re.IGNORECASE)
_LONG = re.compile(
    r"(?<![\w$.,-])(?:[a-z]{0,4}\d(?:[-. ]?\d){6,30}"
    r"|(?=[a-z0-9]{8,30}\b)[a-z]{0,4}\d{2,8}[a-z]{1,3}\d{3,12})(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)

_SOCIAL = r"(?:ssn|ss ?n|ss(?= ?#| num)|soc|social(?: security)?(?: card)?|seguro social|soc sec)"
ssn_labelled = Labelled("ssn", "ssn: label", _SOCIAL, r"\d{3}[-. ]?\d{2}[-. ]?\d{4}", 9)
ssn_hidden = Labelled("ssn", "ssn: last four", _SOCIAL, r"[x*#]{3}[- ]?[x*#]{2}[- ]?\d{4}", 4)
bank_ending = Labelled(
    "bank_account",
    "bank: last four",
    r"(?:account|acct|acc|checking|savings)(?: number)?,? (?:that )?(?:ends|ending|end|last ?(?:4|four)"
    r"(?: digits)?)(?: in| with)?",
    r"\d{4}",
    4,
)
ssn_ending = Labelled(
    "ssn", "ssn: last four", rf"last ?(?:four|4)(?: digits)?(?: of)?(?: my)?(?: {_SOCIAL})", r"\d{4}", 4
)
bank_labelled = Labelled(
    "bank_account",
    "bank: label",
    r"routing|aba|account|acct|acc|checking|savings|bank account|cuenta",
    r"\d(?:[- ]?\d){4,19}",
    5,
    0.92,
)
card_ending = Labelled(
    "card",
    "card: last four",
    r"(?:card|visa|mastercard|amex|debit)(?: number)?,? (?:that )?(?:ends|ending|end|last ?(?:4"
    r"|four)(?: digits)?)(?: in| with)?",
    r"\d{4}",
    4,
)
cvv = Labelled("card", "card: security code", r"cvv2?|cvc2?|csc|security code", r"\d{3,4}", 3)


def phone(text: str) -> Iterator[Finding]:
    """Ten digits as in North America, seven after a word like "call", and others with a country code."""
    for pattern in (_US_PHONE, _SPACED):
        for match in pattern.finditer(text):
            yield Finding("phone", *match.span(), "phone: ten digits", 0.85)
    for match in _SHORT.finditer(text):
        yield Finding("phone", *match.span("value"), "phone: seven digits after a calling word", 0.7)
    for match in _EXTENSION.finditer(text):
        yield Finding("phone", *match.span("value"), "phone: extension", 0.7)
    for match in _AREA.finditer(text):
        yield Finding("phone", *match.span(match.lastgroup or 0), "phone: in two parts", 0.8)
    if "+" in text:
        for found in phonenumbers.PhoneNumberMatcher(text, None, phonenumbers.Leniency.POSSIBLE, 200):
            yield Finding("phone", found.start, found.end, "phone: phonenumbers", 0.9)


def said(text: str) -> Iterator[Finding]:
    """Seven digits in words, nine after "social", four after "pin" and the like."""
    for start, end, digits in spoken.runs(text):
        before = text[max(0, start - 40) : start]
        if digits == 9 and _SAID_SSN.search(before):
            yield Finding("ssn", start, end, "ssn: digits in words", 0.9)
        elif digits >= 7:
            yield Finding("phone", start, end, "phone: digits in words", 0.7)
        elif digits >= 4 and _SAID_ID.search(before):
            yield Finding("number", start, end, "number: digits in words after a label", 0.5)


def is_toll_free(value: str) -> bool:
    """Whether a North American number is one that organisations pay for: nobody's own."""
    digits = re.sub(r"\D", "", value)
    return len(digits) in (10, 11) and digits[-10:-7] in TOLL_FREE


def ssn(text: str) -> Iterator[Finding]:
    """Three, two and four digits with one sign between; nine digits, or the last four, after the word."""
    for match in _SSN.finditer(text):
        yield Finding("ssn", *match.span(), "ssn: shape", 0.9)
    yield from ssn_labelled(text)
    yield from ssn_ending(text)
    yield from ssn_hidden(text)


def card(text: str) -> Iterator[Finding]:
    """Card numbers by their check digit, and the last four after "ends in"."""
    for match in _CARD.finditer(text):
        if luhn.is_valid(re.sub(r"\D", "", match[0])):
            yield Finding("card", *match.span(), "card: check digit", 0.95)
    yield from cvv(text)
    yield from card_ending(text)


def bank(text: str) -> Iterator[Finding]:
    """IBANs by their check digits; account and routing numbers after their label."""
    for match in _IBAN.finditer(text):
        groups = match[0].split(" ")
        # The next word may look like a group of it: "... 3201 30 thanks".
        for number in range(len(groups), 0, -1):
            value = " ".join(groups[:number])
            if iban.is_valid(value, check_country=False):
                yield Finding("bank_account", match.start(), match.start() + len(value), "bank: IBAN", 0.96)
                break
    yield from bank_labelled(text)
    yield from bank_ending(text)


def long_number(text: str) -> Iterator[Finding]:
    """Seven or more digits in a row: nothing ordinary here is that long, so it is somebody's."""
    for match in _LONG.finditer(text):
        if sum(sign.isdigit() for sign in match[0]) >= 7 and not _spaced_out(match[0]):
            yield Finding("number", *match.span(), "number: seven digits or more", 0.4)


def _spaced_out(value: str) -> bool:
    """Counting ("1 2 3 4 5 6 7") is no number."""
    return bool(re.fullmatch(r"(?:\d{1,2} )+\d{1,2}", value))
