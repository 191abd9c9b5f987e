"""The phrases there are already: those the model learns from (data/nlu), and the held-out tests."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.judging.meaning import Meaning
from bot.safety.rules import Loader

NEARLY_THE_SAME = 0.88  # cosine from which another phrase teaches nothing
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Known:
    """A phrase that is there already: `where` is training, test, or the state of a corrected phrase;
    `nearly` is whether it is in other words."""

    text: str
    intent: str
    where: str
    nearly: bool = False


@dataclass(frozen=True)
class _Read:
    version: tuple[tuple[str, int], ...]
    exact: dict[str, Known]
    by_intent: dict[str, list[str]]


class KnownPhrases:
    """Of a folder of Rasa's NLU files and one of tests (*.jsonl), read anew when a file has changed. What
    cannot be read is left out: files are checked elsewhere (bot/phrases.py)."""

    def __init__(self, nlu: Path, tests: Path, meaning: Meaning) -> None:
        self._nlu, self._tests, self._meaning = nlu, tests, meaning
        self._lock = threading.Lock()
        self._read: _Read | None = None

    def find(self, text: str, intent: str) -> Known | None:
        """The same words anywhere, or nearly the same meaning among the phrases of the intent."""
        read = self._files()
        if same := read.exact.get(folded(text)):
            return same
        phrases = read.by_intent.get(intent, [])
        if not phrases:
            return None
        near = self._meaning.vectors(phrases) @ self._meaning.vectors([text])[0]
        best = int(near.argmax())
        if near[best] < NEARLY_THE_SAME:
            return None
        return Known(phrases[best], intent, "training", nearly=True)

    def _files(self) -> _Read:
        paths = sorted([*self._nlu.glob("*.yml"), *self._tests.glob("*.jsonl")])
        version = tuple((str(path), path.stat().st_mtime_ns) for path in paths)
        with self._lock:
            if self._read is None or self._read.version != version:
                self._read = _read(version, self._nlu, self._tests)
            return self._read


def folded(text: str) -> str:
    """The words alone, by which a phrase is known again: neither case nor signs count, nor how much space is
    between; a text without words is itself."""
    return " ".join(_WORD.findall(text.casefold())) or " ".join(text.split())


def _read(version: tuple[tuple[str, int], ...], nlu: Path, tests: Path) -> _Read:
    exact: dict[str, Known] = {}
    by_intent: dict[str, list[str]] = {}
    for path in sorted(tests.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            for text, intent in _cases(line):
                exact[folded(text)] = Known(text, intent, "test")
    for path in sorted(nlu.glob("*.yml")):
        for text, intent in _phrases(path):
            exact[folded(text)] = Known(text, intent, "training")
            by_intent.setdefault(intent, []).append(text)
    return _Read(version, exact, by_intent)


def _cases(line: str) -> list[tuple[str, str]]:
    try:
        case: Any = json.loads(line)
        turns = case.get("turns") or [case]
        return [(turn["text"], " ".join(turn.get("topics") or [])) for turn in turns if turn.get("text")]
    except (ValueError, AttributeError, TypeError):
        return []


def _phrases(path: Path) -> list[tuple[str, str]]:
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)["nlu"]
        return [
            (line[1:].strip(), entry["intent"])
            for entry in entries
            if "intent" in entry
            for line in str(entry.get("examples", "")).split("\n")
            if line.startswith("-") and line[1:].strip()
        ]
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        return []
