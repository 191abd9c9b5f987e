"""Adds phrases to data/nlu as Rasa reads them: one line each, below those of their intent, so that Git
shows a readable diff."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.knowledge.yaml_file import DataError
from bot.safety.rules import Loader

_LINE = "    - "
_INTENT = re.compile(r"- intent: *(['\"]?)(\w+)\1 *(?:#.*)?")
# Rasa would take "[this](that)" and the like for the mark of an entity; a space between says the same.
_MARKED = re.compile(r"\](?=[({\[])")
_NOT_IN_YAML = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Phrase:
    """What somebody may say, and the intent it has."""

    text: str
    intent: str


def as_line(text: str) -> str:
    """The text as it can stand in a line of data/nlu: the same words. "" where there are none."""
    return _MARKED.sub("] ", " ".join(_NOT_IN_YAML.sub(" ", text).split()))


def read_phrases(path: Path) -> list[Phrase]:
    """The phrases of a file. Raises DataError."""
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)["nlu"]
        return [
            Phrase(line[1:].strip(), entry["intent"])
            for entry in entries
            for line in str(entry["examples"]).split("\n")
            if "intent" in entry and line.startswith("-")
        ]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError) as error:
        reason = f'expected "nlu:" with intents and their examples ({error})'
        raise DataError(str(path), None, reason) from error


def add_phrases(folder: Path, phrases: Iterable[Phrase]) -> list[Path]:
    """Adds what is not there yet, and returns the files it changed. Raises DataError; some files may then
    be written and others not: work on a copy."""
    wanted: dict[str, dict[str, None]] = defaultdict(dict)
    for phrase in phrases:
        if line := as_line(phrase.text):
            wanted[phrase.intent][line] = None
    changed = []
    for path in sorted(folder.glob("*.yml")):
        before = read_phrases(path)
        intents = dict.fromkeys(phrase.intent for phrase in before if phrase.intent in wanted)
        new = [Phrase(line, intent) for intent in intents for line in wanted.pop(intent)]
        new = [phrase for phrase in new if phrase not in before]
        if new:
            path.write_text(_with(path, new), encoding="utf-8")
            changed.append(path)
            if sorted(map(repr, read_phrases(path))) != sorted(map(repr, [*before, *new])):
                raise DataError(str(path), None, 'phrases can be added only below "examples: |"')
    if wanted:
        raise DataError(str(folder), None, f"no file has phrases of the intent {min(wanted)!r}")
    return changed


def _with(path: Path, new: list[Phrase]) -> str:
    """The file's text with the phrases, each after the last one of its intent."""
    lines = path.read_text(encoding="utf-8").split("\n")
    ends: dict[str, int] = {}
    intent = ""
    for number, line in enumerate(lines):
        if line.startswith(_LINE):
            ends[intent] = number
        elif found := _INTENT.fullmatch(line.strip()):
            intent = found[2]
    for phrase in reversed(new):
        if phrase.intent not in ends:
            raise DataError(
                str(path), None, f'expected "- intent: {phrase.intent}" and "{_LINE}" lines below'
            )
        lines.insert(ends[phrase.intent] + 1, _LINE + phrase.text)
        ends = {name: end + (end > ends[phrase.intent]) for name, end in ends.items()}
    return "\n".join(lines)
