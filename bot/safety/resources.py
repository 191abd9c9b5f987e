"""Whom to call and what is said to someone in danger, from data/safety/resources.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Optional  # noqa: UP035 (see _File)

from bot.knowledge.strict import Strict, Text
from bot.knowledge.yaml_file import YamlFile, read_yaml
from bot.reply import Contact
from bot.safety.detect import PRIORITY

DEFAULT = "default"  # the numbers for a country that has none of its own
SELF = "self"
_NAMED = re.compile(r"\{(\w+)\}")


class _Number(Strict):
    label: Text
    detail: Text
    say: Text
    number: Text
    href: Text
    source: Text
    confirmed: Optional[Text] = None  # noqa: UP045 (pydantic 1 reads it at run time)

    def contact(self) -> Contact:
        return Contact(self.label, self.detail, self.href)


class _Words(Strict):
    texts: tuple[tuple[Text, ...], ...]
    again: tuple[tuple[Text, ...], ...]
    contacts: tuple[Text, ...]


class _Line(Strict):
    text: Text
    contacts: tuple[Text, ...]


class _File(Strict):
    # typing.Dict within: YamlFile.parse() takes the built-in one for a class.
    checked: Text
    numbers: dict[Text, Dict[Text, _Number]]  # noqa: UP006
    always: tuple[Text, ...]
    replies: dict[Text, Dict[Text, _Words]]  # noqa: UP006
    support_lines: dict[Text, _Line]


@dataclass(frozen=True)
class SafetyReply:
    """What is said: messages in order, the number to call in the first, and whom the card shows."""

    texts: tuple[str, ...]
    contacts: tuple[Contact, ...]


@dataclass(frozen=True)
class SupportLine:
    """One sentence beside an ordinary answer."""

    text: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True)
class SafetyResources:
    """The numbers and words for one country."""

    country: str
    numbers: Mapping[str, _Number]
    emergency: tuple[Contact, ...]  # shown wherever the assistant cannot answer
    _replies: Mapping[str, Mapping[str, _Words]]
    _lines: Mapping[str, _Line]

    def reply(
        self,
        danger: str,
        again: bool = False,
        about: str = SELF,
        variant: str = "",
        language: str = "en",
    ) -> SafetyReply:
        """The reply to a danger (a safety id). `about`, `variant` and `language` are the Finding's.

        The most fitting words there are: language, then variant, then who it is about.
        """
        kinds = self._replies[danger]
        words = kinds.get(language) or kinds.get(variant) or kinds.get(about) or kinds[SELF]
        messages = words.again if again else words.texts
        said = (" ".join(self._said(sentences)) for sentences in messages)
        return SafetyReply(tuple(text for text in said if text), self._contacts(words.contacts))

    def support_line(self, danger: str) -> SupportLine:
        """The line of support for a distress (a safety id)."""
        line = self._lines[danger]
        return SupportLine(" ".join(self._said([line.text])), self._contacts(line.contacts))

    def unconfirmed(self) -> list[str]:
        """Labels of the numbers that no person has confirmed yet."""
        return [
            f"{number.label} ({number.number})" for number in self.numbers.values() if not number.confirmed
        ]

    def _said(self, sentences: tuple[str, ...] | list[str]) -> Iterator[str]:
        for sentence in sentences:
            if all(name in self.numbers for name in _NAMED.findall(sentence)):
                yield _NAMED.sub(lambda found: self.numbers[found.group(1)].say, sentence)

    def _contacts(self, names: tuple[str, ...]) -> tuple[Contact, ...]:
        contacts = (self.numbers[name].contact() for name in names if name in self.numbers)
        return tuple(dict.fromkeys(contacts))


def read_resources(path: Path, country: str) -> SafetyResources:
    """The resources of a country (ISO 3166, "US"); an unknown one gets the default. Raises DataError."""
    file = read_yaml(path)
    raw = file.parse(_File)
    _check(file, raw)
    numbers = {**raw.numbers[DEFAULT], **raw.numbers.get(country.upper(), {})}
    return SafetyResources(
        country=country.upper() if country.upper() in raw.numbers else DEFAULT,
        numbers=numbers,
        emergency=tuple(dict.fromkeys(numbers[name].contact() for name in raw.always if name in numbers)),
        _replies=raw.replies,
        _lines=raw.support_lines,
    )


def emergency_contacts(data_dir: Path, country: str) -> tuple[Contact, ...]:
    """Whom to call when the assistant cannot answer. Raises DataError."""
    return read_resources(data_dir / "safety" / "resources.yml", country).emergency


def _check(file: YamlFile, raw: _File) -> None:
    """Every danger has its words, and every name stands for a number. Raises DataError."""
    if DEFAULT not in raw.numbers:
        raise file.error(("numbers",), f"expected the key {DEFAULT}")
    known = {name for numbers in raw.numbers.values() for name in numbers}
    for danger in PRIORITY:
        if SELF not in raw.replies.get(danger, {}):
            raise file.error(("replies",), f"expected {danger} with the key {SELF}")
        if danger not in raw.support_lines:
            raise file.error(("support_lines",), f"expected the key {danger}")
    for danger, kinds in raw.replies.items():
        for kind, words in kinds.items():
            for sentence in (one for messages in (words.texts, words.again) for m in messages for one in m):
                _check_names(file, ("replies", danger, kind), known, _NAMED.findall(sentence))
            _check_names(file, ("replies", danger, kind, "contacts"), known, words.contacts)
    for danger, line in raw.support_lines.items():
        _check_names(file, ("support_lines", danger), known, [*_NAMED.findall(line.text), *line.contacts])
    _check_names(file, ("always",), known, raw.always)


def _check_names(
    file: YamlFile, place: tuple[int | str, ...], known: set[str], names: tuple[str, ...] | list[str]
) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise file.error(place, f"expected a name of `numbers`, found {', '.join(unknown)}")
