"""The phrases that were corrected: which are tests, which are to be trained, who approved them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import get_args

from starlette.responses import RedirectResponse, Response

from bot.judging import phrases
from bot.judging.choices import Choices
from bot.judging.export import FORMATS, Format, as_file
from bot.judging.phrases import STATES, State
from bot.review.access import PATH, ForbiddenError, Visit
from bot.review.audit import Action, record
from bot.review.database import Database
from bot.review.errors import InvalidError
from bot.review.forms import read_number
from bot.review.pages import Pages

ADDRESS = f"{PATH}/phrases"
STATE_WORDS: dict[State, str] = {
    "suggested": "Suggested for training",
    "test": "Tests",
    "approved": "Approved",
    "published": "Published",
    "rejected": "Rejected",
}
_FILES: dict[Format, tuple[str, str]] = {
    "rasa": ("nlu-tests.yml", "application/yaml"),
    "jsonl": ("questions.jsonl", "application/x-ndjson"),
    "danger": ("danger.yml", "application/yaml"),
}
assert set(STATE_WORDS) == set(get_args(State))


class PhrasesPage:
    """Every editor sees them; approvers decide."""

    def __init__(self, pages: Pages, database: Database, choices: Choices, topics: Path) -> None:
        self._pages = pages
        self._database = database
        self._choices = choices
        self._topics = topics

    def index(self, visit: Visit) -> Response:
        """Those in one state, by intent."""
        state = visit.request.query_params.get("state", "suggested")
        if state not in STATES:
            raise InvalidError("There is no such state of a phrase.")
        with self._database.reading() as connection:
            listed = phrases.phrases(connection, (state,), limit=500)
            counts = phrases.counts(connection)
        return self._pages.show(
            visit,
            "phrases.html",
            listed=listed,
            counts=counts,
            state=state,
            titles=self._choices.titles(),
            may_approve="approver" in visit.account.roles,
            STATES=STATE_WORDS,
        )

    def change(self, visit: Visit) -> Response:
        """Suggests, approves, rejects or reopens one, or keeps it as a test. Raises InvalidError,
        NotFoundError, ChangedMeanwhileError; ForbiddenError for whoever is no approver."""
        form, who = visit.form, visit.account.name
        id, version = read_number(str(visit.request.path_params["id"])), read_number(form.get("version", ""))
        to = form.get("to", "")
        if id is None or version is None or to not in ("training", "test", "approve", "reject", "reopen"):
            raise InvalidError("Say what is to be done with the phrase.")
        if to not in ("training", "test") and "approver" not in visit.account.roles:
            raise ForbiddenError
        with self._database.writing() as connection:
            action: Action
            if to == "training":
                phrases.for_training(connection, id, version)
                action = "phrase_suggested"
            elif to == "test":
                phrases.keep_as_test(connection, id, version)
                action = "phrase_kept"
            elif to == "approve":
                phrases.approve(connection, id, who, version)
                action = "phrase_approved"
            elif to == "reject":
                phrases.reject(connection, id, who, version)
                action = "phrase_rejected"
            else:
                phrases.reopen(connection, id, version)
                action = "phrase_reopened"
            record(connection, who, action, f"phrase {id}")
        shown = form.get("shown", "")
        return RedirectResponse(f"{ADDRESS}?state={shown if shown in STATES else 'suggested'}", 303)

    def export(self, visit: Visit) -> Response:
        """The tests as a file. Raises InvalidError."""
        form = visit.form.get("format", "")
        if form not in FORMATS:
            raise InvalidError("Choose one of the formats.")
        with self._database.writing() as connection:
            record(connection, visit.account.name, "tests_exported", form)
            tests = phrases.phrases(connection, ("test",))
        topics = {path.stem for path in self._topics.glob("*.yml")}
        name, media_type = _FILES[form]
        return Response(
            as_file(tests, form, topics),
            media_type=f"{media_type}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{datetime.now():%Y-%m-%d}-{name}"'},
        )
