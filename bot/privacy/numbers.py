"""Numbers: phones, cards, bank accounts, social security, and long numbers of no known kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from stdnum import iban, luhn

from bot.privacy.finding import Finding
from bot.privacy.labelled import Labelled

TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888"})  # organisations' own
_US_PHONE = re.compile(
    r"(?<![\w$.@-])(?:\+?1[-. ]{0,2})?(?:\(\d{3}\)[-./ ]{0,3}"
    r"|\d{3}[-./ ]{0,3})\d{3}[-./ ]{0,3}\d{4}(?![\w@]|[-.]\d)"
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
_DIGIT_WORD = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_IN_WORDS = re.compile(
    rf"\b(?:(?:{_DIGIT_WORD}|\d{{1,4}})[ ,-]{{1,2}}){{3,10}}(?:{_DIGIT_WORD}|\d{{1,4}})\b", re.IGNORECASE
)
_EXTENSION = re.compile(r"\d[ ,]{0,3}(?:ext|extension|x)\.? {0,2}(?P<value>\d{1,6})\b", re.IGNORECASE)
_SSN = re.compile(r"(?<![\w.-])\d{3}([-. ])\d{2}\1\d{4}(?![\w]|[-.]\d)")
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w]|[-.]\d)")
_IBAN = re.compile(r"\b[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{2,4}){3,9}\b", re.IGNORECASE)
_LONG = re.compile(
    r"(?<![\w$.,-])(?:[a-z]{0,4}\d(?:[-. ]?\d){6,30}"
    r"|(?=[a-z0-9]{8,30}\b)[a-z]{0,4}\d{2,8}[a-z]{1,3}\d{3,12})(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)

_SOCIAL = r"(?:ssn|ss ?n|social(?: security)?(?: card)?|seguro social|soc sec)"
ssn_labelled = Labelled("ssn", "ssn: label", _SOCIAL, r"\d{3}[-. ]?\d{2}[-. ]?\d{4}", 9)
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
    for match in _IN_WORDS.finditer(text):
        if re.search("[a-z]", match[0], re.IGNORECASE) and _digits_said(match[0]) >= 7:
            yield Finding("phone", *match.span(), "phone: digits in words", 0.7)
    if "+" in text:
        for found in phonenumbers.PhoneNumberMatcher(text, None, phonenumbers.Leniency.POSSIBLE, 200):
            yield Finding("phone", found.start, found.end, "phone: phonenumbers", 0.9)


def _digits_said(text: str) -> int:
    return sum(len(word) if word.isdigit() else 1 for word in re.findall(r"\w+", text))


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


def long_number(text: str) -> Iterator[Finding]:
    """Seven or more digits in a row: nothing ordinary here is that long, so it is somebody's."""
    for match in _LONG.finditer(text):
        if sum(sign.isdigit() for sign in match[0]) >= 7 and not _spaced_out(match[0]):
            yield Finding("number", *match.span(), "number: seven digits or more", 0.4)


def _spaced_out(value: str) -> bool:
    """Counting ("1 2 3 4 5 6 7") is no number."""
    return bool(re.fullmatch(r"(?:\d{1,2} )+\d{1,2}", value))
