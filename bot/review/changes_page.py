"""What staff want to change: what waits for a second person, and what was decided."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from starlette.responses import RedirectResponse, Response

from bot.editing.applying import undone
from bot.editing.edits import Edit, Edits
from bot.editing.sources import Documents
from bot.editing.targets import voice_of
from bot.editing.updating import KnowledgeUpdater, state_of
from bot.editing.words import STATES, changes, named
from bot.knowledge.schema import Knowledge
from bot.review.access import PATH, Visit
from bot.review.errors import ChangedMeanwhileError, UnavailableError
from bot.review.forms import read_number
from bot.review.pages import Pages

ADDRESS = f"{PATH}/changes"
_LATEST = 50


class ChangesPage:
    """A second person approves; the author can withdraw."""

    def __init__(
        self,
        pages: Pages,
        publisher: KnowledgeUpdater,
        edits: Edits,
        documents: Documents,
        count: Callable[[], object],
    ) -> None:
        self._count = count
        self._documents = documents
        self._pages = pages
        self._publisher = publisher
        self._edits = edits

    def index(self, visit: Visit) -> Response:
        """What waits, the oldest first; approved edits that the files went past; the latest decisions."""
        state = state_of(self._publisher.snapshot())
        approved = self._edits.approved()
        past = undone(state, approved)
        decided = self._edits.in_state("approved", "rejected", "withdrawn", "exported", latest=_LATEST)
        query = visit.request.query_params
        row = partial(self._row, state.knowledge)
        return self._pages.show(
            visit,
            "changes.html",
            waiting=[row(edit) for edit in self._edits.in_state("waiting")],
            past=[row(edit) for edit in approved if edit.id in past],
            decided=[row(edit) for edit in decided],
            done=next((words for key, words in _DONE.items() if key in query), ""),
            may_approve="approver" in visit.account.roles,
            may_edit=bool(visit.account.roles & {"editor", "approver"}),
            STATES=STATES,
        )

    def approve(self, visit: Visit) -> Response:
        """Has it said. Raises ReviewError."""
        try:
            edit = self._publisher.approve(visit.account.name, *_which(visit))
        except ChangedMeanwhileError as error:
            raise ChangedMeanwhileError(str(error), ADDRESS) from error
        with suppress(UnavailableError):  # it is said all the same
            self._count()
        return _back("learn" if edit.target.kind == "topic" else "approved")

    def reject(self, visit: Visit) -> Response:
        """With a reason. Raises ReviewError."""
        self._edits.reject(visit.account.name, *_which(visit), visit.form.get("why", ""))
        return _back("rejected")

    def withdraw(self, visit: Visit) -> Response:
        """One's own. Raises ReviewError."""
        self._edits.withdraw(visit.account.name, *_which(visit))
        return _back("withdrawn")

    def set_aside(self, visit: Visit) -> Response:
        """An approved edit that the files went past. Raises ReviewError."""
        self._edits.set_aside(visit.account.name, *_which(visit))
        return _back("aside")

    def _row(self, knowledge: Knowledge, edit: Edit) -> tuple[Edit, str, object, str]:
        shown = partial(self._documents.shown, knowledge)
        return edit, named(edit.target, knowledge), changes(edit, shown), _address(edit, knowledge)


_DONE = {
    "sent": "Sent. A second person approves it.",
    "approved": "Approved. It is said within seconds.",
    "learn": "Approved. The topic is answered once a model has learned it.",
    "rejected": "Rejected.",
    "withdrawn": "Withdrawn.",
    "aside": "Set aside.",
}


def _address(edit: Edit, knowledge: Knowledge) -> str:
    """Where its form is; "" where there is none any more."""
    target = edit.target
    if target.kind == "centre":
        return f"{PATH}/centre"
    if target.topic not in knowledge.topics:
        return f"{PATH}/answers/new" if target.kind == "topic" and edit.state != "approved" else ""
    page = f"{PATH}/answers/{target.topic}"
    if target.kind == "specific":
        return f"{page}/questions/{voice_of(target)}/{target.id.rpartition('.')[2]}"
    return page


def _which(visit: Visit) -> tuple[int, int]:
    return int(visit.request.path_params["id"]), read_number(visit.form.get("version", "")) or 0


def _back(what: str) -> Response:
    return RedirectResponse(f"{ADDRESS}?{what}", 303)
