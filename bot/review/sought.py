"""What is looked for among the conversations, as the list's form sends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import cast
from urllib.parse import urlencode

from bot.feedback.repository import RATINGS, Rating
from bot.reply import KINDS, Kind
from bot.review.errors import InvalidError
from bot.review.forms import read_day
from bot.review.pages import Pages
from bot.settings import CHANNELS
from bot.transcripts.search import Filter

Words = dict[str, str]
CHANNEL_WORDS: Words = {
    "rest": "website",
    "sms": "SMS",
    "whatsapp": "WhatsApp",
    **{name: name.capitalize() for name in CHANNELS if name not in ("sms", "whatsapp")},
}
KIND_WORDS: Words = {kind: kind.replace("_", " ") for kind in KINDS} | {"clarify": "asked back"}
_YES_NO: Words = {"yes": "yes", "no": "no"}
# What each choice of the form may be, and how it is called there.
CHOICES: dict[str, Words] = {
    "channel": CHANNEL_WORDS,
    "kind": KIND_WORDS,
    "thumbs": {"up": "up", "down": "down"},
    "safety": {"any": "danger or distress", "danger": "danger", "distress": "distress", "none": "none"},
    "unanswered": _YES_NO,
    "reviewed": _YES_NO,
}
FIELDS = ("text", "from", "to", "topic", "least", "most", *CHOICES)
_LONGEST = 200  # characters of a field


def sent_fields(fields: Mapping[str, str]) -> Words:
    """Every field of the form, "" where nothing was typed."""
    return {name: fields.get(name, "").replace("\0", "").strip()[:_LONGEST] for name in FIELDS}


def as_query(sent: Mapping[str, str]) -> str:
    """The fields that were filled in, as in an address."""
    return urlencode({name: sent[name] for name in FIELDS if sent.get(name)})


def in_audit(sent: Mapping[str, str]) -> str:
    """What was looked for, without words that were typed."""
    told = [f"{name} {value}" for name, value in sent.items() if value and name not in ("text", "topic")]
    return ", ".join([*told, *(name for name in ("text", "topic") if sent[name])]) or "all"


def read_filter(sent: Mapping[str, str], pages: Pages) -> Filter:
    """Days are the centre's, confidence is in percent. Raises InvalidError."""
    for name, words in CHOICES.items():
        if sent[name] and sent[name] not in words:
            raise InvalidError(f"There is no such choice of {name}.")
    since, last = read_day(sent["from"]), read_day(sent["to"])
    if since and last and last < since:
        raise InvalidError("The first day is after the last.")
    least, most = _share(sent["least"]), _share(sent["most"])
    if least is not None and most is not None and most < least:
        raise InvalidError("The least confidence is more than the most.")
    return Filter(
        since=pages.start_of(since),
        until=pages.start_of(last + timedelta(days=1) if last else None),
        channel=sent["channel"],
        kind=cast(Kind, sent["kind"]) if sent["kind"] else None,
        topic=sent["topic"],
        confidence_from=least,
        confidence_to=most,
        rating=cast(Rating, sent["thumbs"]) if sent["thumbs"] in RATINGS else None,
        safety=sent["safety"] or None,  # type: ignore[arg-type]  # checked above
        unanswered=_truth(sent["unanswered"]),
        reviewed=_truth(sent["reviewed"]),
        text=sent["text"],
    )


def _share(text: str) -> float | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 3 or int(text) > 100:
        raise InvalidError("Confidence is a whole number from 0 to 100.")
    return int(text) / 100


def _truth(text: str) -> bool | None:
    return text == "yes" if text else None
