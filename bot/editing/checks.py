"""What is wrong with an edit, in plain words and by field, before anybody has to approve it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.editing.targets import State, Target, changed, present, specific_target, specifics, voice_of
from bot.knowledge.answers import documents_words
from bot.knowledge.placeholders import without
from bot.knowledge.profile import CentreProfile
from bot.knowledge.rules import mistakes, profile_mistakes
from bot.knowledge.schema import Topic
from bot.knowledge.strict import PATTERNS
from bot.knowledge.yaml_file import Place

HARDEST = 8.0  # reading grade (Flesch-Kincaid)
_NOT_SAID = re.compile(
    r"\b(addicts?|alcoholics?|abusers?|junkies?|crazy|guarantee\w*|you will recover)\b", re.IGNORECASE
)
_NAMES = re.compile(r"\([^)]*\)|\+?[\d-]{3,}|Alcoholics Anonymous")
_PARTS = ("lead", "more", "plain", "says")

Problems = dict[str, list[str]]


def problems(state: State, target: Target, after: Mapping[str, Any]) -> Problems:
    """What is wrong, by the field's name; "" is the edit as a whole. {} where it can be said."""
    found: Problems = _of_specific(state, target, after) if target.kind == "specific" else {}
    if found:
        return found
    try:
        new = changed(state, target, after)
    except ValidationError as error:
        for problem in error.errors():
            _note(found, after, problem["loc"], in_plain_words(problem))
        return found
    except (LookupError, TypeError, ValueError):
        return {"": ["There is no such topic or fact."]}
    before = {(wrong.file, wrong.place, wrong.message) for wrong in mistakes(state.knowledge)}
    for wrong in mistakes(new.knowledge):
        if (wrong.file, wrong.place, wrong.message) not in before:
            _note(found, after, wrong.place, wrong.message)
    for place, message in profile_mistakes(new.profile, new.knowledge.topics):
        _note(found, after, place, message)
    if not found:
        for name, text in _said(new, target, after).items():
            _note(found, after, (name,), *_hard_to_read(text, new.profile))
    return found


def _said(state: State, target: Target, after: Mapping[str, Any]) -> dict[str, str]:
    """What a visitor would read, by field."""
    if target.kind == "answer":
        words = documents_words(state.knowledge, state.knowledge.topics[target.id])
        parts = {part: " ".join(one.text for one in said) for part, said in words.items()}
        return {name: parts[name] for name in parts if name in after}
    if target.kind == "specific":
        says = present(state, target)["says"] or ""  # the facts in it are judged where they are edited
        return {"says": without(says) if voice_of(target) == "documents" else says}
    if target.kind == "fact":
        topic: Topic = state.knowledge.topics[target.topic]
        return {
            "says": next(fact for fact in topic.facts if fact.id == target.id.partition(".")[2]).statement
        }
    if target.kind == "centre":
        return {"emergency_note": after.get("emergency_note") or ""}
    return {name: " ".join(after[name]) for name in _PARTS if after.get(name)}


def _of_specific(state: State, target: Target, after: Mapping[str, Any]) -> Problems:
    """What no model tells of a particular question."""
    value = {**present(state, target), **after}
    if not value["asks"]:
        return {}
    found: Problems = {}
    if specific_target(target.topic, voice_of(target), value["asks"][0]) != target:
        found["asks"] = [
            "The first line has to stay: the question is known by it. To have another, take this question "
            "out and add a new one."
        ]
    mine = present(state, target)["asks"][:1]
    taken = {ask for one in specifics(state, target) if [*one.asks[:1]] != mine for ask in one.asks}
    if again := [ask for ask in value["asks"] if ask in taken]:
        found.setdefault("asks", []).append(f"“{again[0]}” stands under another question already.")
    if value["verdict"] == "unsaid" and value["says"]:
        found["says"] = ["Leave this empty where nobody says, or choose another verdict."]
    elif value["verdict"] != "unsaid" and not value["says"]:
        found["says"] = ["Say it in a sentence, or choose that nobody says."]
    return found


def _hard_to_read(text: str, profile: CentreProfile) -> list[str]:
    import textstat  # slow

    text = _NAMES.sub("", text.replace(profile.name, ""))
    found = []
    if match := _NOT_SAID.search(text):
        found.append(
            f"Please say “{match[0]}” in another way: "
            "people are not named by an illness, and nothing is promised."
        )
    grade = textstat.flesch_kincaid_grade(text) if text.strip() else 0.0
    if grade > HARDEST:
        found.append(
            f"This reads at grade {grade:.1f}; {HARDEST:.0f} or below is needed. "
            "Try shorter sentences and words."
        )
    return found


def _note(found: Problems, after: Mapping[str, Any], place: Place | tuple[Any, ...], *messages: str) -> None:
    """Beside the field that the place is in; a sentence of a list by its number."""
    steps = [step for step in place if step != "__root__"]
    field = next((str(step) for step in steps if step in after), "")
    last = steps[-1] if steps else ""
    number = f"Sentence {last + 1}: " if isinstance(last, int) and field in _PARTS else ""
    for message in messages:
        words = f"{number}{message[:1].upper()}{message[1:]}"
        if words not in found.setdefault(field, []):
            found[field].append(words)
    if not found.get(field, True):
        del found[field]


def in_plain_words(problem: Mapping[str, Any]) -> str:
    """One of the problems of a ValidationError, for somebody at a form."""
    kind = str(problem["type"])
    if kind in ("value_error.any_str.min_length", "type_error.none.not_allowed", "type_error.str"):
        return "expected some words here."
    if kind == "value_error.str.regex":
        return f"expected {PATTERNS.get(problem['ctx']['pattern'], 'another form')}"
    if kind == "value_error.const":
        return f"expected one of {', '.join(map(str, problem['ctx']['permitted']))}"
    return str(problem["msg"])
