"""The answers: all topics, and one topic's texts and facts in forms, with their sources and a preview."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, get_args

from starlette.responses import RedirectResponse, Response

from bot.editing.applying import undone
from bot.editing.checks import Problems
from bot.editing.edits import Edit, Edits, EditState
from bot.editing.export import file_of, with_values
from bot.editing.preview import previews
from bot.editing.sources import Documents
from bot.editing.targets import State, Target
from bot.editing.updating import KnowledgeUpdater, state_of
from bot.editing.words import STATES, changes, named
from bot.judging.poor import Poor, poor_answers
from bot.knowledge.quantities import PLURALS, Qualifier
from bot.knowledge.schema import Knowledge, Topic
from bot.knowledge.strict import ID_IN_WORDS, is_id
from bot.review.access import PATH, Visit
from bot.review.audit import AuditLog
from bot.review.database import Database
from bot.review.edit_forms import EditForms, Sheet
from bot.review.errors import InvalidError, NotFoundError
from bot.review.pages import Pages
from bot.review.roles import Role

ADDRESS = f"{PATH}/answers"
EDITORS: tuple[Role, ...] = ("editor", "approver")
_CHANGED: tuple[EditState, ...] = ("approved", "exported")  # the states of an edit that is said


class AnswersPage:
    """Whoever may read sees the answers; editors and approvers send the forms."""

    def __init__(
        self,
        pages: Pages,
        database: Database,
        publisher: KnowledgeUpdater,
        edits: Edits,
        documents: Documents,
        audit: AuditLog,
        data: Path,
    ) -> None:
        self._pages = pages
        self._database = database
        self._publisher = publisher
        self._edits = edits
        self._documents = documents
        self._audit = audit
        self._data = data
        self._forms = EditForms(edits, documents)

    def index(self, visit: Visit) -> Response:
        """All topics by group, with what waits, what the documents no longer say, and poor answers."""
        knowledge = self._publisher.snapshot().knowledge
        groups: dict[str, list[Topic]] = {}
        for topic in knowledge.topics.values():
            groups.setdefault(topic.group, []).append(topic)
        open_edits = [edit.target.topic for edit in self._edits.in_state("waiting")]
        return self._pages.show(
            visit,
            "answers.html",
            groups=groups,
            waiting={topic: open_edits.count(topic) for topic in open_edits},
            reopened=self._documents.changed_under(knowledge),
            poor=self._poor(self._edits.in_state(*_CHANGED)),
            may_edit=may_edit(visit),
        )

    def one(self, visit: Visit) -> Response:
        """One topic; with ?again=N a form begins with what was typed in that edit."""
        state, topic = self.topic(visit)
        return self._one(visit, state, topic, again=self._forms.again(visit))

    def edit(self, visit: Visit) -> Response:
        """Previews what was typed in one of its forms, or sends it for approval."""
        state, topic = self.topic(visit)
        named_so = visit.form.get("kind", ""), visit.form.get("target", "")
        target = next((one for one in _targets(topic) if (one.kind, one.id) == named_so), None)
        wrong: Problems = {}
        if target is None and named_so[0] == "fact" and topic.facts:
            target, wrong = _new_fact(topic, visit.form.get("id", ""))
        if target is None:
            raise InvalidError("There is no such text or fact.")
        sheet = self._forms.sent(visit, state, target, self._edits.of_topic(topic.id), wrong)
        if visit.form.get("act") == "send" and not sheet.failed:
            return RedirectResponse(f"{ADDRESS}/{topic.id}?sent", 303)
        return self._one(visit, state, topic, sheet)

    def download(self, visit: Visit) -> Response:
        """All knowledge as YAML files, with the approved edits in them."""
        self._audit.add(visit.account.name, "knowledge_exported", "all of it, as YAML")
        approved = self._edits.approved()
        past = undone(state_of(self._publisher.snapshot()), approved)
        said = [edit for edit in approved if edit.target.kind != "topic" and edit.id not in past]
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, text in _files(self._data, said):
                archive.writestr(f"data/{path}", text)
        headers = {"Content-Disposition": 'attachment; filename="knowledge.zip"'}
        return Response(packed.getvalue(), media_type="application/zip", headers=headers)

    def topic(self, visit: Visit) -> tuple[State, Topic]:
        """What is said now, and the topic the address names. Raises NotFoundError, UnavailableError."""
        state = state_of(self._publisher.snapshot())
        topic = state.knowledge.topics.get(visit.request.path_params["topic"])
        if topic is None:
            raise NotFoundError("There is no such topic.")
        return state, topic

    def _one(
        self, visit: Visit, state: State, topic: Topic, sent: Sheet | None = None, again: Edit | None = None
    ) -> Response:
        knowledge = state.knowledge
        edits = self._edits.of_topic(topic.id)
        history = [edit for edit in edits if edit.target.kind != "specific"]
        targets = _targets(topic)
        if topic.facts:
            named_new = (one.target for one in (sent, again) if one and one.target not in targets)
            targets.append(next(named_new, Target("fact", f"{topic.id}.")))
        sheets = [
            sent
            if sent and sent.target == target
            else self._forms.fresh(state, target, tuple(history), again)
            for target in targets
        ]
        shown = (sent and sent.new) or state
        return self._pages.show(
            visit,
            "answer.html",
            400 if sent and sent.failed else 200,
            topic=topic,
            sheets=sheets,
            cited=self._documents.cited(knowledge, topic.facts),
            facts={f"{topic.id}.{fact.id}": fact for fact in topic.facts},
            reopened=self._documents.changed_under(knowledge).get(topic.id, []),
            poor=self._poor(edits).get(topic.id, []),
            previews=previews(shown, topic.id),
            of_typed=bool(sent and sent.new),
            history=versions(history, knowledge, self._documents),
            problem=in_all(sent),
            done="sent" in visit.request.query_params,
            may_edit=may_edit(visit),
            STATES=STATES,
            **fact_choices(knowledge, [sheet.typed for sheet in sheets]),
        )

    def _poor(self, edits: Sequence[Edit]) -> dict[str, list[Poor]]:
        changed: dict[str, datetime] = {}
        for edit in edits:
            if edit.state in _CHANGED and edit.decided:
                topic = edit.target.topic
                changed[topic] = max(edit.decided, changed.get(topic, edit.decided))
        with self._database.reading() as connection:
            return poor_answers(connection, changed)


def versions(
    history: Sequence[Edit], knowledge: Knowledge, documents: Documents
) -> list[tuple[Edit, str, object]]:
    """Edits with what they are of and what they change, in words."""
    shown = partial(documents.shown, knowledge)
    return [(edit, named(edit.target, knowledge), changes(edit, shown)) for edit in history]


def fact_choices(knowledge: Knowledge, typed: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """What can be chosen in the forms of facts: the usual units and those that stand in the forms."""
    return {
        "UNITS": sorted({*PLURALS, *(one["unit"] for one in typed if one.get("unit"))}),
        "QUALIFIERS": get_args(Qualifier),
        "DOCUMENTS": knowledge.documents.values(),
    }


def in_all(sheet: Sheet | None) -> str:
    """What stands above the page of a form that failed."""
    if sheet is None or not sheet.failed:
        return ""
    if sheet.meanwhile or sheet.said_otherwise:
        return "Somebody changed this meanwhile. Look at what is new; what you typed is still in the form."
    return " ".join(sheet.problems.get("", [])) or "Look at the marked fields. What you typed is still there."


def may_edit(visit: Visit) -> bool:
    """Whether the forms are shown."""
    return bool(visit.account.roles & set(EDITORS))


def _targets(topic: Topic) -> list[Target]:
    answer = [Target("answer", topic.id)] if topic.source == "documents" else []
    facts = [Target("fact", f"{topic.id}.{fact.id}") for fact in topic.facts]
    return [*answer, Target("words", topic.id), *facts]


def _new_fact(topic: Topic, name: str) -> tuple[Target, Problems]:
    """The fact that a name as it was typed would make."""
    id = "_".join(name.lower().split())
    target = Target("fact", f"{topic.id}.{id}")
    if not is_id(id):
        return target, {"id": [f"Expected {ID_IN_WORDS}."]}
    if target in _targets(topic):
        return Target("fact", f"{topic.id}."), {"id": ["There is a fact of that name already."]}
    return target, {}


def _files(data: Path, edits: Sequence[Edit]) -> list[tuple[Path, str]]:
    paths = [
        data / "centre.yml",
        *sorted((data / "centre").glob("*.yml")),
        *sorted((data / "knowledge").rglob("*.yml")),
    ]
    files = {path.relative_to(data): path.read_text(encoding="utf-8") for path in paths}
    for edit in edits:
        path = file_of(edit.target)
        files[path] = with_values(files.get(path, ""), edit.target, edit.after)
    return list(files.items())
