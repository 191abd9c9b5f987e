"""The corrected phrases that are tests, as files: for Rasa, for `bot evaluate`, for tests/safety."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Literal, get_args

import yaml

from bot.judging.phrases import Phrase
from bot.safety.detect import PRIORITY as DANGERS

Format = Literal["rasa", "jsonl", "danger"]
FORMATS: tuple[Format, ...] = get_args(Format)


def as_file(phrases: Iterable[Phrase], form: Format, topics: Collection[str]) -> str:
    """The phrases that are tests, in one of the formats; an empty file of it where there are none. JSON Lines
    have questions on `topics` alone."""
    tests = sorted((one for one in phrases if one.state == "test"), key=lambda one: (one.intent, one.text))
    ordinary = [one for one in tests if one.intent not in DANGERS]
    if form == "rasa":
        return _rasa(ordinary)
    if form == "jsonl":
        return "".join(
            json.dumps({"id": f"staff{one.id}", "text": one.text, "topics": [one.intent]}, ensure_ascii=False)
            + "\n"
            for one in ordinary
            if one.intent in topics
        )
    return _danger([one for one in tests if one.intent in DANGERS])


def _rasa(phrases: Iterable[Phrase]) -> str:
    """As `rasa test nlu --nlu FILE` reads it."""
    by_intent: dict[str, list[str]] = defaultdict(list)
    for one in phrases:
        by_intent[one.intent].append(one.text)
    lines = ['version: "3.1"', "nlu:" if by_intent else "nlu: []"]
    for intent, texts in by_intent.items():
        lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
    return "\n".join([*lines, ""])


def _danger(phrases: Iterable[Phrase]) -> str:
    """As tests/safety/*.yml: whoever flagged it says that it is explicit, so that it must be answered as
    danger."""
    danger: dict[str, dict[str, list[str]]] = {}
    for one in phrases:
        danger.setdefault(one.intent, {}).setdefault("explicit", []).append(one.text)
    written: str = yaml.safe_dump(
        {"danger": danger, "safe": {}}, allow_unicode=True, sort_keys=False, width=10_000
    )
    return written
