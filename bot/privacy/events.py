"""Redacts a conversation's events as they are about to be stored. Knows their shape, not Rasa."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from bot.privacy.finding import Finding, Kind
from bot.privacy.redact import find, settled, tagged
from bot.privacy.text import WORD, first_names, is_ordinary, ordinary_names, ordinary_words

Event = Mapping[str, Any]

# What Rasa and our components write there themselves: names of intents, actions and the like, never words.
_OWN = frozenset(
    """
    event timestamp name intent intent_ranking confidence entity extractor policy model_id assistant_id
    message_id input_channel topics offered kind strength id also about variant language notice topic
    """.split()
)
_IDENTIFIER = re.compile(r"[a-z_]{1,40}")  # keys, topics: one word in lower case
_SHORTEST = 3  # characters of a word that is looked for elsewhere
_WITHHELD = "<callback>"
_OF_PARSE_DATA = ("intent", "intent_ranking", "notice")  # what is kept of it beside what was noticed


class Words:
    """What a visitor gave away in the messages seen so far: it is taken out wherever it is said again."""

    def __init__(self, known: Mapping[str, Kind] | None = None) -> None:
        self.kinds: dict[str, Kind] = dict(known or {})
        self._pattern: re.Pattern[str] | None = None
        self._found: dict[str, tuple[Finding, ...]] = {}  # in the messages learnt from
        self._done: dict[str, tuple[str, tuple[Finding, ...]]] = {}
        self._compile()

    def learn(self, text: str) -> None:
        """Remembers what a visitor's message holds."""
        self._found[text] = find(text)
        for finding in self._found[text]:
            self._remember(text[finding.start : finding.end], finding)
        self._compile()

    def learn_name(self, text: str) -> None:
        """Remembers what a visitor gave as a name."""
        for match in re.finditer(WORD, text):
            self._remember(match[0], Finding("name", *match.span(), "given as a name", 1.0))
        self._compile()

    def redact(self, text: str) -> tuple[str, tuple[Finding, ...]]:
        """The text with tags, and what stood in their places."""
        if _IDENTIFIER.fullmatch(text) and text not in self.kinds and text not in first_names():
            return text, ()
        if text not in self._done:  # an event holds the same text several times
            self._done[text] = self._redact(text)
        return self._done[text]

    def _redact(self, text: str) -> tuple[str, tuple[Finding, ...]]:
        found = list(self._found[text] if text in self._found else [*find(text), *self._clipped(text)])
        if self._pattern is not None:
            found += [
                Finding(self.kinds[match[0].lower()], *match.span(), "said before", 1.0)
                for match in self._pattern.finditer(text)
            ]
        settled_ones = settled(found)
        return tagged(text, settled_ones), settled_ones

    def _clipped(self, piece: str) -> list[Finding]:
        """What stands in a piece cut out of a message and was found only in the whole: the end of a link
        that was cut at its "?". Nothing where the piece is said elsewhere in the message, too."""
        for text, found in self._found.items():
            if not found or not piece.strip():
                continue
            places = [
                match.span()
                for match in re.finditer(rf"(?<!\w){re.escape(piece)}(?!\w)", text, re.IGNORECASE)
            ]
            inside = [_inside(start, end, found) for start, end in places]
            if inside and all(inside):
                return inside[0]
        return []

    def replace(self, text: str) -> str:
        """The text of ours with only the visitor's words taken out."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: f"<{self.kinds[match[0].lower()]}>", text)

    def names(self) -> dict[str, Kind]:
        """The names among them, to know them in later messages."""
        return {word: kind for word, kind in self.kinds.items() if kind == "name"}

    def _remember(self, value: str, finding: Finding) -> None:
        words = [value, *(value.split() if finding.kind == "name" else ())]
        for word in words:
            low = word.strip(" .,").lower()
            is_ordinary = finding.kind == "name" and (low in ordinary_names() or low in ordinary_words())
            if len(low) >= _SHORTEST and not is_ordinary:
                self.kinds.setdefault(low, finding.kind)

    def _compile(self) -> None:
        self._done.clear()
        if not self.kinds:
            return
        longest_first = sorted(self.kinds, key=len, reverse=True)
        either = "|".join(map(re.escape, longest_first))
        self._pattern = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _inside(start: int, end: int, found: Iterable[Finding]) -> list[Finding]:
    """What of the findings is between `start` and `end`, counted from `start`."""
    return [
        dataclasses.replace(one, start=max(one.start, start) - start, end=min(one.end, end) - start)
        for one in found
        if one.start < end and start < one.end
    ]


def redacted_event(event: Event, words: Words) -> dict[str, Any]:
    """A copy of an event without what identifies somebody; the event itself stays as it is.

    `words` has learnt the conversation's messages up to this event.
    """

    def redact(text: str) -> str:
        return words.redact(text)[0]

    kind = event.get("event")
    if kind == "bot":  # our approved words, which at most repeat the visitor's
        return {key: value if key in _OWN else _walk(value, words.replace) for key, value in event.items()}
    copy = {
        key: value if key in _OWN else _walk(value, redact)
        for key, value in event.items()
        if key != "parse_data"
    }
    if kind == "user":
        parsed = event.get("parse_data") or {}
        copy["parse_data"] = _walk(parsed, redact, own=_OWN)
        if parsed.get("entities"):
            copy["parse_data"]["entities"] = _entities(parsed["entities"], parsed.get("text") or "", words)
        if noticed := copy["parse_data"].get("safety"):
            noticed["reason"] = _only_known(noticed.get("reason") or "", copy.get("text") or "")
    return copy


def _only_known(reason: str, text: str) -> str:
    """The reason why danger was noticed; of what it quotes, the words that `text`, redacted, has too and the
    ordinary ones. It quotes the message as the rules read it, in which an address is three plain words."""
    said = set(re.findall(r"\w+", text.lower()))

    def quote(match: re.Match[str]) -> str:
        known = [
            word if word in said or (word in ordinary_words() and word not in ordinary_names()) else "…"
            for word in re.findall(r"[\w'-]+", match[1])
        ]
        return f"“{re.sub(r'…( …)+', '…', ' '.join(known))}”"

    return re.sub("“([^”]*)”", quote, reason)


def withheld_event(event: Event) -> dict[str, Any]:
    """A copy of a user's or slot's event without the visitor's words: of the message what was understood,
    of the slot the names of topics and the like."""
    copy = {key: value for key, value in event.items() if key in _OWN}
    if event.get("event") == "slot":
        return {**copy, "value": _walk(event.get("value"), _unless_ordinary)}
    parsed = event.get("parse_data") or {}
    kept = {key: parsed[key] for key in _OF_PARSE_DATA if key in parsed}
    if noticed := parsed.get("safety"):
        kept["safety"] = {key: value for key, value in noticed.items() if key in _OWN}
    of_rasa = {key: value for key, value in (event.get("metadata") or {}).items() if key in _OWN}
    parse_data = {**kept, "text": _WITHHELD, "entities": []}
    return {**copy, "text": _WITHHELD, "parse_data": parse_data, "metadata": of_rasa}


def _unless_ordinary(text: str) -> str:
    is_own = "_" in text and _IDENTIFIER.fullmatch(text)
    return text if is_own or is_ordinary(text) else _WITHHELD


def _entities(entities: Iterable[dict[str, Any]], text: str, words: Words) -> list[dict[str, Any]]:
    """The entities outside what was taken out of `text`, with their places in the redacted text."""
    found = words.redact(text)[1]
    kept = []
    for entity in entities:
        start, end = entity.get("start", 0), entity.get("end", 0)
        if any(one.start < end and start < one.end for one in found):
            continue
        before = [one for one in found if one.end <= start]
        shift = len(tagged(text[:start], before)) - start
        copy: dict[str, Any] = _walk(entity, lambda part: words.redact(part)[0], own=_OWN)
        kept.append({**copy, "start": start + shift, "end": end + shift})
    return kept


def _walk(value: Any, redact: Callable[[str], str], own: Collection[str] = ()) -> Any:
    """The value with every text in it redacted, but for those under the keys `own`."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {
            key if key in own else redact(str(key)): (
                part if key in own and isinstance(part, str) else _walk(part, redact, own)
            )
            for key, part in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_walk(part, redact, own) for part in value]
    return value
