"""A reply as text: its sources as a last line, its choices, and cut into messages a channel takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.vendor import Part, Vendor
from bot.fallback import in_words
from bot.reply import Button, Contact

MORE = "Reply MORE for more."
_SENTENCE = re.compile(r".+?(?:[.!?]+[\"”’)]*(?=\s)|\n|$)\s*", re.DOTALL)
_NO_DIGITS = re.compile(r"\D")
_SHORTEST_NUMBER = 10  # digits with an area code; fewer are a short number such as 911

Fits = Callable[[str], bool]


@dataclass(frozen=True)
class Said:
    """One reply, from the Rasa messages it was said in; `custom` is {} for none of ours."""

    texts: tuple[str, ...]
    buttons: tuple[Button, ...]
    custom: dict[str, Any]

    @classmethod
    def of(cls, messages: Sequence[dict[str, Any]]) -> Said:
        """Reads Rasa messages: {"text", "buttons", "custom"}, each of which may be missing."""
        customs = [message["custom"] for message in messages if message.get("custom")]
        return cls(
            tuple(message["text"] for message in messages if message.get("text")),
            tuple(
                Button(button["title"], button["payload"])
                for message in messages
                for button in message.get("buttons") or ()
            ),
            customs[0] if customs else {},
        )

    @property
    def cards(self) -> list[dict[str, Any]]:
        """What the widget draws."""
        return self.custom.get("cards") or []

    @property
    def comes_whole(self) -> bool:
        """Whether it says whom to call, in danger or distress: nothing of it may wait to be asked for."""
        return bool(self.custom.get("safety"))


def render(said: Said, vendor: Vendor, paged: bool = False) -> list[Part]:
    """All messages of a reply; if `paged`, each but the last says how to get the next.

    An empty reply has none.
    """
    listed, buttons = _choices(said.buttons, vendor)
    text = _in_text(said)
    whole = _and(text, listed, "\n\n")
    if vendor.fits(whole):
        return [Part(whole, buttons)] if whole else []
    fits: Fits = (lambda page: vendor.fits(_and(page, MORE))) if paged else vendor.fits
    *first, last = _together(split(text, fits), split(listed, fits), fits)
    return [*(Part(_and(page, MORE) if paged else page) for page in first), Part(last, buttons)]


def split(text: str, fits: Fits) -> list[str]:
    """Texts that fit, as long as they can be: cut after sentences, else between words, else anywhere.

    An empty or blank text gives none.
    """
    parts: list[str] = []
    rest = text.strip()
    while rest:
        if fits(rest):
            return [*parts, rest]
        end = _longest(rest, [match.end() for match in _SENTENCE.finditer(rest)], fits)
        end = end or _longest(rest, [match.end() for match in re.finditer(r"\s+", rest)], fits)
        end = end or _longest(rest, range(1, len(rest)), fits) or 1
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return parts


def numbered(buttons: Sequence[Button]) -> str:
    """ "1 Tell me more ... Reply 1 or 2." """
    numbers = [str(number) for number in range(1, len(buttons) + 1)]
    lines = [f"{number} {button.title}" for number, button in zip(numbers, buttons, strict=True)]
    either = " or ".join(filter(None, [", ".join(numbers[:-1]), numbers[-1]]))
    return "\n".join([*lines, f"Reply {either}."])


def _in_text(said: Said) -> str:
    return "\n\n".join(filter(None, [*said.texts, _contacts_line(said), _sources_line(said)]))


def _contacts_line(said: Said) -> str:
    """Whom to call, where only a card says it."""
    spoken = " ".join(said.texts)
    contacts = [Contact(**one) for card in said.cards for one in card.get("contacts") or ()]
    return in_words([one for one in contacts if not _is_said(one, spoken)])


def _is_said(contact: Contact, spoken: str) -> bool:
    scheme, _, address = contact.href.partition(":")
    if scheme not in ("tel", "sms"):
        return address.strip("/").lower() in spoken.lower()
    digits = _NO_DIGITS.sub("", address)
    if len(digits) < _SHORTEST_NUMBER:
        return re.search(rf"\b{digits}\b", spoken) is not None
    return digits[-_SHORTEST_NUMBER:] in _NO_DIGITS.sub("", spoken)


def _sources_line(said: Said) -> str:
    """ "Sources: ...", a title each; none when the reply itself is about sources."""
    titles = list(dict.fromkeys(source["title"] for source in said.custom.get("sources") or ()))
    if not titles or said.custom["kind"] == "sources":
        return ""
    return f"{'Source' if len(titles) == 1 else 'Sources'}: {'; '.join(titles)}"


def _choices(buttons: tuple[Button, ...], vendor: Vendor) -> tuple[str, tuple[Button, ...]]:
    """The list of what fits on no buttons, and the buttons; of both at most one says the titles."""
    short = all(len(button.title) <= vendor.longest_title for button in buttons)
    if not all(_fits_behind(button, vendor) for button in buttons):
        return numbered(buttons), ()
    if short:
        return "", buttons
    return numbered(buttons), tuple(
        Button(str(number), button.payload) for number, button in enumerate(buttons, start=1)
    )


def _together(texts: list[str], choices: list[str], fits: Fits) -> list[str]:
    """The choices under the last text where they fit, else in a message of their own: a list stays whole."""
    if texts and choices and fits(both := _and(texts[-1], choices[0], "\n\n")):
        return [*texts[:-1], both, *choices[1:]]
    return [*texts, *choices]


def _fits_behind(button: Button, vendor: Vendor) -> bool:
    return len(button.payload.encode()) <= vendor.longest_payload


def _longest(text: str, ends: Sequence[int], fits: Fits) -> int:
    """The last of the ends up to which the text fits; 0 for none. Longer texts never fit better."""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) // 2
        if fits(text[: ends[middle]].rstrip()):
            low = middle + 1
        else:
            high = middle
    return ends[low - 1] if low else 0


def _and(text: str, more: str, between: str = "\n") -> str:
    return between.join(filter(None, [text, more]))
