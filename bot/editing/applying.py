"""Applies approved edits over what the files say. What no longer fits is left out and told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bot.editing.edits import Edit
from bot.editing.targets import State, changed, present
from bot.knowledge.rules import verify
from bot.knowledge.yaml_file import DataError

FILES_CHANGED = "the files changed under this edit"


def applied(state: State, edits: Sequence[Edit]) -> tuple[State, dict[int, str]]:
    """The state with the edits, oldest first; and for each edit that could not be applied, by its id, why.

    An edit whose outcome, or that of a later one, is there already does nothing.
    """
    refused: dict[int, str] = {}
    for number, edit in enumerate(edits):
        try:
            now = present(state, edit.target)
            later = [other.after for other in edits[number:] if other.target == edit.target]
            open_fields = {
                name: value
                for name, value in edit.after.items()
                if not any(name in after and now.get(name) == after[name] for after in later)
            }
            if any(now.get(name) != edit.before.get(name) for name in open_fields):
                refused[edit.id] = FILES_CHANGED
                continue
            state = with_fields(state, edit, open_fields)
        except LookupError:
            refused[edit.id] = FILES_CHANGED
        except (ValidationError, DataError) as error:
            refused[edit.id] = f"{FILES_CHANGED}: {' '.join(str(error).split())}"
    return state, refused


def with_fields(state: State, edit: Edit, fields: Mapping[str, Any]) -> State:
    """Checked like files. Raises LookupError, ValidationError, DataError."""
    if not fields or edit.target.kind == "topic":
        return state
    new = changed(state, edit.target, fields)
    verify(new.knowledge, new.profile)
    return new


def undone(state: State, approved: Sequence[Edit]) -> frozenset[int]:
    """The ids of approved edits, oldest first, whose outcome is not what is said now."""
    found, seen = set(), set()
    for edit in reversed(approved):
        if edit.target.kind == "topic":
            continue
        try:
            now = present(state, edit.target)
        except LookupError:
            found.add(edit.id)
            continue
        for name, value in edit.after.items():
            if (edit.target, name) not in seen and now.get(name) != value:
                found.add(edit.id)
            seen.add((edit.target, name))
    return frozenset(found)
