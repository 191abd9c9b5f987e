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


class _Named(Strict):
    label: Text
    detail: Text
    say: Text


class _Number(Strict):
    label: Text
    detail: Text
    say: Text
    es: Optional[_Named] = None  # noqa: UP045
    number: Text
    href: Text
    source: Text
    confirmed: Optional[Text] = None  # noqa: UP045 (pydantic 1 reads it at run time)

    def named(self, language: str = "en") -> _Named | _Number:
        """Its names in a language; in English where it has none of it."""
        return (self.es if language == "es" else None) or self

    def contact(self, language: str = "en") -> Contact:
        names = self.named(language)
        return Contact(names.label, names.detail, self.href)


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
    support_lines: dict[Text, Dict[Text, _Line]]  # noqa: UP006


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
    _lines: Mapping[str, Mapping[str, _Line]]

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
        said = (" ".join(self._said(sentences, language)) for sentences in messages)
        return SafetyReply(tuple(text for text in said if text), self._contacts(words.contacts, language))

    def support_line(self, danger: str, variant: str = "") -> SupportLine:
        """The line of support for a distress (a safety id), of its variant if that has one."""
        line = self._lines[danger].get(variant) or self._lines[danger][SELF]
        return SupportLine(" ".join(self._said([line.text])), self._contacts(line.contacts))

    def unconfirmed(self) -> list[str]:
        """Labels of the numbers that no person has confirmed yet."""
        return [
            f"{number.label} ({number.number})" for number in self.numbers.values() if not number.confirmed
        ]

    def _said(self, sentences: tuple[str, ...] | list[str], language: str = "en") -> Iterator[str]:
        for sentence in sentences:
            if all(name in self.numbers for name in _NAMED.findall(sentence)):
                yield _NAMED.sub(lambda found: self.numbers[found.group(1)].named(language).say, sentence)

    def _contacts(self, names: tuple[str, ...], language: str = "en") -> tuple[Contact, ...]:
        contacts = (self.numbers[name].contact(language) for name in names if name in self.numbers)
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
        if SELF not in raw.support_lines.get(danger, {}):
            raise file.error(("support_lines",), f"expected {danger} with the key {SELF}")
    for danger, kinds in raw.replies.items():
        for kind, words in kinds.items():
            for sentence in (one for messages in (words.texts, words.again) for m in messages for one in m):
                _check_names(file, ("replies", danger, kind), known, _NAMED.findall(sentence))
            _check_names(file, ("replies", danger, kind, "contacts"), known, words.contacts)
    for danger, lines in raw.support_lines.items():
        for kind, line in lines.items():
            names = [*_NAMED.findall(line.text), *line.contacts]
            _check_names(file, ("support_lines", danger, kind), known, names)
    _check_names(file, ("always",), known, raw.always)


def _check_names(
    file: YamlFile, place: tuple[int | str, ...], known: set[str], names: tuple[str, ...] | list[str]
) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise file.error(place, f"expected a name of `numbers`, found {', '.join(unknown)}")
