"""What a visitor asks for, checked: a name, a number that can be called, perhaps a time, and consent."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import phonenumbers

from bot.callbacks.errors import Field, InvalidRequestError
from bot.callbacks.form import GivenField
from bot.privacy.text import plain

LONGEST_NAME = 100  # characters
LONGEST_PHONE = 40
LONGEST_TIME = 100
LONGEST_CONSENT = 2000
LONGEST_OF = {"name": LONGEST_NAME, "phone": LONGEST_PHONE, "best_time": LONGEST_TIME}
_CLOCKS_DIFFER = timedelta(minutes=5)
_PHONE = re.compile(
    r"\+?[\d ().\-/]+(?:[ ,;]{0,3}(?:extension|ext\.?|x|#) {0,2}\d{1,6})?", re.IGNORECASE | re.ASCII
)
_LABEL = {"name": "The name", "phone": "The number", "best_time": "The best time", "consent": "The consent"}
# Joiners belong to names in Persian and Indian scripts. Other invisible signs could turn text round.
_JOINERS = "\u200c\u200d"
_NAME_SIGNS = " '’‘.,-‐()·" + _JOINERS
_NAME_KINDS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd"})
_TIME_KINDS = _NAME_KINDS | {"Pd", "Ps", "Pe", "Po", "Pi", "Pf", "No", "Sm", "Zs"}


@dataclass(frozen=True)
class Details:
    """What is encrypted. `phone` is in international form ("+1 312-555-0199 ext. 12"); `consent` is the
    text the visitor agreed to at `agreed` (UTC). Made by `checked`, and from what was stored of it."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    best_time: str | None = field(repr=False)
    consent: str = field(repr=False)
    agreed: datetime


def checked(
    *,
    name: object,
    phone: object,
    consent: object,
    agreed: object,
    country: str,
    best_time: object = None,
    agreed_at: datetime | None = None,
) -> Details:
    """The request as it may be stored. Takes what a form sends, of whatever type.

    `agreed` must be True; `agreed_at` is now unless given; a number without a country code is one of
    `country` (ISO 3166, "US"). Raises InvalidRequestError for the first thing that cannot be used.
    """
    if agreed is not True:
        raise InvalidRequestError("consent", "not_agreed", "Without consent no request is stored.")
    return Details(
        _name(name),
        _phone(phone, country),
        _best_time(best_time),
        _text(consent, "consent", LONGEST_CONSENT),
        _when(agreed_at),
    )


def checked_field(field: GivenField, value: str, country: str) -> str | None:
    """One of the things asked for, as `checked` would take it. Raises InvalidRequestError, also for an
    empty text."""
    text = _text(value, field, LONGEST_OF[field])
    if field == "name":
        return _name(text)
    return _phone(text, country) if field == "phone" else _best_time(text)


def _name(value: object) -> str:
    name = _text(value, "name", LONGEST_NAME)
    kinds = {unicodedata.category(sign) for sign in name if sign not in _NAME_SIGNS}
    if not kinds <= _NAME_KINDS or not any(map(str.isalpha, name)):
        raise InvalidRequestError(
            "name", "signs", "The name may hold letters, spaces, hyphens, apostrophes and full stops."
        )
    return name


def _phone(value: object, country: str) -> str:
    text = plain(_text(value, "phone", LONGEST_PHONE))
    number = _parsed(text, country) if _PHONE.fullmatch(text) else None
    if number is None or not phonenumbers.is_valid_number(number):
        raise InvalidRequestError(
            "phone",
            "no_number",
            "That is not a telephone number that can be called: it needs its area code, "
            "and from abroad a + and the country code.",
        )
    if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.PREMIUM_RATE:
        raise InvalidRequestError(
            "phone", "paid_number", "Numbers that cost the caller extra are not called."
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _parsed(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None


def _best_time(value: object) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    best = _text(value, "best_time", LONGEST_TIME)
    kinds = {unicodedata.category(sign) for sign in best if sign not in _JOINERS}
    if not kinds <= _TIME_KINDS or "<" in best or ">" in best:
        raise InvalidRequestError(
            "best_time", "signs", "The best time may hold letters, digits and punctuation."
        )
    return best


def _text(value: object, name: Field, longest: int) -> str:
    """A text in one line, without the spaces nobody sees."""
    label = _LABEL[name]
    if value is None:
        raise InvalidRequestError(name, "missing", f"{label} is missing.")
    if not isinstance(value, str):
        raise InvalidRequestError(name, "not_text", f"{label} is not a text.")
    if len(value) > 2 * longest:  # before anything slow is done with it
        raise InvalidRequestError(name, "too_long", f"{label} is longer than {longest} characters.")
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if not text:
        raise InvalidRequestError(name, "missing", f"{label} is missing.")
    if len(text) > longest:
        raise InvalidRequestError(name, "too_long", f"{label} is longer than {longest} characters.")
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Cn") for sign in text):
        raise InvalidRequestError(name, "signs", f"{label} holds signs that are no writing.")
    return text


def _when(at: datetime | None) -> datetime:
    now = datetime.now(timezone.utc)
    if at is None:
        return now
    if not isinstance(at, datetime) or at.tzinfo is None or at > now + _CLOCKS_DIFFER:
        raise InvalidRequestError(
            "consent", "when", "The time of consent is no time in the past with its zone."
        )
    return at.astimezone(timezone.utc)
