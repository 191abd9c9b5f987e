"""Checks the training phrases (data/nlu) before Rasa reads them; every mistake comes with its line."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from pathlib import Path

from bot.knowledge.yaml_file import DataError, YamlFile, raise_all, read_yaml

_OTHERS = ("synonym", "regex", "lookup")  # what else Rasa takes beside intents


def check_phrases(folder: Path, domain: Path) -> None:
    """Raises DataError with all that is wrong in the YAML files under `folder`.

    An intent has to be one of the domain's, and has to have examples.
    """
    intents = read_yaml(domain).data["intents"]
    problems: list[DataError] = []
    for path in sorted(folder.rglob("*.yml")):
        try:
            problems.extend(_problems(read_yaml(path), intents))
        except DataError as error:
            problems.append(error)
    raise_all(problems)


def _problems(file: YamlFile, intents: Collection[str]) -> Iterator[DataError]:
    entries = file.data.get("nlu") if isinstance(file.data, dict) else None
    if not isinstance(entries, list):
        yield file.error(("nlu",), 'expected "nlu:" with a list of intents')
        return
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict):
            yield file.error(("nlu", number), "expected the keys intent and examples")
            continue
        if not any(kind in entry for kind in _OTHERS):
            yield from _intent_problems(file, number, entry.get("intent"), intents)
        yield from _example_problems(file, number, entry.get("examples"))


def _intent_problems(
    file: YamlFile, number: int, intent: object, intents: Collection[str]
) -> Iterator[DataError]:
    if intent in intents:
        return
    near = difflib.get_close_matches(str(intent), intents, 1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    yield file.error(("nlu", number, "intent"), f"expected an intent of domain.yml, found {intent!r}{hint}")


def _example_problems(file: YamlFile, number: int, examples: object) -> Iterator[DataError]:
    place = ("nlu", number, "examples")
    if not isinstance(examples, str) or not examples.strip():
        yield file.error(place, 'expected "examples: |" and below it a line "- ..." for each')
        return
    first = (file.error(place, "").line or 0) + 1  # the text begins below its key
    for line, example in enumerate(examples.split("\n"), start=first):
        if example.strip() and not example.strip().removeprefix("-").strip():
            yield DataError(str(file.path), line, "expected words after the dash, found none")
        elif example.strip() and not example.lstrip().startswith("- "):
            yield DataError(
                str(file.path), line, f'expected "- " before each example, found {example.strip()!r}'
            )
