"""A form of one thing that staff edit: shown, checked, previewed, and sent for approval."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from bot.editing.checks import Problems, problems
from bot.editing.edits import Edit, Edits
from bot.editing.sources import Documents
from bot.editing.targets import NO_SPECIFIC, State, Target, Value, changed, difference, present
from bot.editing.typed import as_typed, read_typed
from bot.editing.words import FieldChange, changes
from bot.review.access import Visit
from bot.review.errors import InvalidError
from bot.review.forms import read_number

SENDING = ("send", "remove")  # the buttons that store an edit


@dataclass(frozen=True)
class Sheet:
    """What a form shows. `typed` is the text of its fields; `seen` and `known` tell which state of things it
    showed; `meanwhile` are edits that came since, each with its changes in words."""

    target: Target
    typed: Mapping[str, str]
    seen: str
    known: int
    open: tuple[Edit, ...]
    problems: Problems = field(default_factory=dict)
    meanwhile: tuple[tuple[Edit, tuple[FieldChange, ...]], ...] = ()
    said_otherwise: bool = False
    note: str = ""
    new: State | None = None  # with what was typed, where that can be said
    again: bool = False  # whether it begins with an earlier edit

    @property
    def failed(self) -> bool:
        """Whether something stands in the way."""
        return bool(self.problems or self.meanwhile or self.said_otherwise)


class EditForms:
    """The forms over the stored edits."""

    def __init__(self, edits: Edits, documents: Documents) -> None:
        self._edits = edits
        self._documents = documents

    def fresh(
        self, state: State, target: Target, history: tuple[Edit, ...], again: Edit | None = None
    ) -> Sheet:
        """The form with what is said now, or, where it is one of the target, with what was typed in the edit
        `again`; `history` are edits of the target and others."""
        again = again if again and again.target == target else None
        value = present(state, target)
        own = tuple(edit for edit in history if edit.target == target)
        typed = as_typed({**value, **(again.after if again else {})}, self._documents)
        return Sheet(target, typed, _digest(value), _latest(own), _waiting(own), again=bool(again))

    def again(self, visit: Visit) -> Edit | None:
        """The visitor's own edit that the address names, to be begun from. Raises NotFoundError."""
        number = read_number(visit.request.query_params.get("again", ""))
        edit = self._edits.get(number) if number is not None else None
        return edit if edit and edit.author == visit.account.name else None

    def sent(
        self,
        visit: Visit,
        state: State,
        target: Target,
        history: tuple[Edit, ...],
        wrong: Problems | None = None,
    ) -> Sheet:
        """The form as it was sent, with all that is wrong, `wrong` too; only "send" without problems stores
        the edit, and "remove" that a particular question is taken out.

        Raises InvalidError.
        """
        now = present(state, target)
        own = tuple(edit for edit in history if edit.target == target)
        form = visit.form
        act = form.get("act")
        value, found = read_typed(target, form, now, self._documents)
        if act == "remove" and target.kind == "specific":
            value, found = NO_SPECIFIC, {}
        found |= wrong or {}
        before, after = difference(now, value)
        if not found:
            found = problems(state, target, after)
            if not after:
                found[""] = ["Nothing is different from what is said now."]
        new = None if found else changed(state, target, after)
        known = read_number(form.get("known", "")) or 0
        since = [edit for edit in own if edit.id > known and edit.author != visit.account.name]
        note = form.get("note", "")
        sheet = Sheet(
            target,
            {
                **as_typed(now, self._documents),
                **{name: text for name, text in form.items() if name != "csrf"},
            },
            _digest(now),
            _latest(own),
            _waiting(own),
            found,
            tuple((edit, changes(edit, partial(self._documents.shown, state.knowledge))) for edit in since),
            form.get("seen", "") != _digest(now),
            note,
            new,
        )
        if act in SENDING and not sheet.failed:
            try:
                self._edits.suggest(visit.account.name, target, before, after, note)
            except InvalidError as error:
                found[""] = [str(error)]
        return sheet


def _latest(edits: tuple[Edit, ...]) -> int:
    return max((edit.id for edit in edits), default=0)


def _waiting(edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    return tuple(edit for edit in edits if edit.state == "waiting")


def _digest(value: Value) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
