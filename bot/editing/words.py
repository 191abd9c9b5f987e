"""An edit in words: which fields it changes, and which words in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from bot.editing.edits import Edit
from bot.editing.targets import Target, voice_of
from bot.knowledge.profile import Hours
from bot.knowledge.quantities import Quantity
from bot.knowledge.schema import Fact, Knowledge

LABELS = {
    "asks": "Ways to ask",
    "verdict": "Yes or no",
    "title": "Title",
    "question": "Question on a button",
    "lead": "First message",
    "says": "What it says",
    "more": "After “Tell me more”",
    "plain": "After “Say it simpler”",
    "quantity": "Number",
    "status": "Status",
    "reason": "Reason for the doubt",
    "sources": "Sources",
    "name": "Name",
    "phone": "Phone",
    "address": "Address",
    "time_zone": "Time zone",
    "hours": "Opening hours",
    "emergency_note": "Emergency note",
    "group": "Group",
    "next": "Topics offered after it",
    "phrases": "Ways to ask",
    "facts": "Facts",
}
STATES = {
    "waiting": "waits for a second person",
    "approved": "approved",
    "rejected": "rejected",
    "withdrawn": "withdrawn",
    "exported": "approved, and in the files",
}
VERDICTS = {
    "yes": "Yes",
    "no": "No",
    "depends": "It depends",
    "unsaid": "Nobody says",
    "": "None: it asks “this or that?”",
}
Shown = Callable[[Mapping[str, Any]], str]  # a source in one line
_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    """Words that stay, go or come."""

    kind: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True)
class FieldChange:
    """One changed field."""

    label: str
    pieces: tuple[Piece, ...]


def changes(edit: Edit, shown: Shown) -> tuple[FieldChange, ...]:
    """The changed fields, in the order of the form."""
    values = [
        (name, in_text(edit.before.get(name), shown), in_text(edit.after[name], shown))
        for name in LABELS
        if name in edit.after
    ]
    if "verdict" in edit.after and edit.after.get("asks") != []:
        old = "" if edit.before.get("asks") == [] else VERDICTS[edit.before["verdict"]]
        values = [
            (name, old, VERDICTS[edit.after["verdict"]]) if name == "verdict" else (name, before, after)
            for name, before, after in values
        ]
    return tuple(
        FieldChange(LABELS[name], compared(before, after))
        for name, before, after in values
        if before or after
    )


def compared(before: str, after: str) -> tuple[Piece, ...]:
    """What became of the one text in the other."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    for what, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Piece("same", "".join(old[first:last])))
            continue
        if gone := "".join(old[first:last]):
            pieces.append(Piece("gone", gone))
        if come := "".join(new[start:end]):
            pieces.append(Piece("new", come))
    return tuple(pieces)


def in_text(value: Any, shown: Shown) -> str:
    """A field's value as staff read it; "" where there is nothing."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return Quantity.parse_obj(value).words
    if isinstance(value, list):
        return "\n".join(_entry(one, shown) for one in value)
    return str(value)


def _entry(one: Any, shown: Shown) -> str:
    """One of a list: opening hours, a source, a fact, or words."""
    if not isinstance(one, dict):
        return str(one)
    if "opens" in one:
        return Hours.parse_obj(one).words
    if "sentence" in one:
        return shown(one)
    fact = Fact.parse_obj(one)
    doubt = f" (doubtful: {fact.reason})" if fact.status == "doubtful" else ""
    return "\n".join([f"{fact.id}: {fact.statement}{doubt}", *map(shown, one["sources"])])


def named(target: Target, knowledge: Knowledge) -> str:
    """What an edit is of."""
    if target.kind == "centre":
        return "The center's profile"
    topic = knowledge.topics.get(target.topic)
    title = topic.title if topic else target.topic.replace("_", " ")
    if target.kind == "specific":
        own = "the center answers" if voice_of(target) == "centre" else "the documents answer"
        return f"{title}: a question that {own}"
    if target.kind == "fact":
        return f"{title}: the fact “{target.id.partition('.')[2].replace('_', ' ')}”"
    return {"answer": title, "words": f"{title}: the center's own words", "topic": f"New topic: {target.id}"}[
        target.kind
    ]
