"""The labelled messages: what the classifier learns from and what it is tested on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.yaml_file import DataError
from bot.safety.rules import Loader

EXPLICIT, IMPLICIT = "explicit", "implicit"  # kinds of danger: the words say it, or hint at it
SAFE = "none"  # the id of a message that is no alarm
# Intents whose phrases are no questions but cries for help: the net does not learn that they are harmless.
OF_TROUBLE = frozenset({"tells_trouble", "wants_help"})
ORDINARY = "ordinary question"  # the kind of a training phrase of data/nlu


@dataclass(frozen=True)
class Message:
    """One message; `id` is a safety id or SAFE, `kind` explicit, implicit or a kind of safe message."""

    text: str
    id: str
    kind: str


def read_messages(path: Path) -> list[Message]:
    """The messages of a file laid out like data/safety/messages.yml. Raises DataError."""
    try:
        raw: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)
        return list(_messages(raw))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError, KeyError) as error:
        reason = f"expected `danger: id: kind: [..]` and `safe: kind: [..]` ({error})"
        raise DataError(str(path), None, reason) from error


def _messages(raw: dict[str, Any]) -> Iterator[Message]:
    for id_, kinds in raw["danger"].items():
        for kind, texts in kinds.items():
            for text in texts:
                yield Message(str(text), id_, kind)
    for kind, texts in raw["safe"].items():
        for text in texts:
            yield Message(str(text), SAFE, kind)


def read_ordinary(folder: Path) -> list[Message]:
    """The training phrases of a folder of Rasa NLU files, as messages that are no alarm."""
    found: dict[str, None] = {}
    for path in sorted(folder.glob("*.yml")):
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader) or {}
        for entry in raw.get("nlu") or []:
            if entry.get("intent") in OF_TROUBLE:
                continue
            for line in str(entry.get("examples") or "").splitlines():
                text = re.sub(r"^\s*-\s+", "", line).strip()
                if text and not text.startswith("/"):
                    found[text] = None
    return [Message(text, SAFE, ORDINARY) for text in found]
