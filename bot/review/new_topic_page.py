"""The form for a new topic, with its facts and a preview."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import RedirectResponse, Response

from bot.editing.checks import Problems
from bot.editing.edits import Edits
from bot.editing.new_topic import EMPTY, as_typed_topic, new_topic_problems, read_topic, with_topic
from bot.editing.preview import previews
from bot.editing.sources import Documents
from bot.editing.targets import Target
from bot.editing.updating import KnowledgeUpdater, state_of
from bot.knowledge.yaml_file import read_yaml
from bot.review.access import PATH, Visit
from bot.review.answers_page import fact_choices
from bot.review.edit_forms import EditForms, Sheet
from bot.review.errors import InvalidError
from bot.review.pages import Pages


class NewTopicPage:
    """A second person approves the topic; a new model has to learn it."""

    def __init__(
        self, pages: Pages, publisher: KnowledgeUpdater, edits: Edits, documents: Documents, domain: Path
    ) -> None:
        self._pages = pages
        self._publisher = publisher
        self._edits = edits
        self._documents = documents
        self._domain = domain
        self._forms = EditForms(edits, documents)

    def show(self, visit: Visit) -> Response:
        """The empty form; with ?again=N what was typed in that edit."""
        again = self._forms.again(visit)
        if again is None or again.target.kind != "topic":
            return self._show(visit, as_typed_topic(EMPTY, self._documents), {})
        typed = as_typed_topic({**EMPTY, **again.after}, self._documents)
        return self._show(visit, {**typed, "id": again.target.id}, {})

    def add(self, visit: Visit) -> Response:
        """Previews the topic, shows fields for more facts, or sends it for approval."""
        state, form = state_of(self._publisher.snapshot()), visit.form
        id = "_".join(form.get("id", "").lower().split())
        value, found = read_topic(form, self._documents)
        typed = {
            **{name: text for name, text in form.items() if not name.startswith("fact") and name != "csrf"},
            **_facts_typed(dict(form.items())),
        }
        if form.get("act") == "more":
            return self._show(visit, typed, {}, more=True)
        intents: list[str] = read_yaml(self._domain).data["intents"]
        found = found or new_topic_problems(state, id, value, intents)
        if any(edit.target.id == id for edit in self._edits.in_state("waiting", "approved")):
            found.setdefault("id", []).append("Somebody has suggested a topic of that name already.")
        if form.get("act") == "preview" and not found:
            return self._show(visit, typed, {}, previews(with_topic(state, id, value), id))
        if not found:
            try:
                self._edits.suggest(visit.account.name, Target("topic", id), {}, value, form.get("note", ""))
                return RedirectResponse(f"{PATH}/changes?sent", 303)
            except InvalidError as error:
                found = {"note": [str(error)]}
        return self._show(visit, typed, found)

    def _show(
        self,
        visit: Visit,
        typed: dict[str, str],
        found: Problems,
        seen: tuple[object, ...] = (),
        more: bool = False,
    ) -> Response:
        knowledge = self._publisher.snapshot().knowledge
        facts = len({name.partition("_")[0] for name in typed if name.startswith("fact")})
        return self._pages.show(
            visit,
            "new_topic.html",
            400 if found else 200,
            sheet=Sheet(Target("topic", "new"), typed, "", 0, (), found, note=typed.get("note", "")),
            facts=facts,
            more=more,
            previews=seen,
            groups=["", *sorted({topic.group for topic in knowledge.topics.values()})],
            topics=sorted(knowledge.topics),
            **fact_choices(knowledge, [{"unit": typed.get(f"fact{n}_unit", "")} for n in range(facts)]),
        )


def _facts_typed(form: dict[str, str]) -> dict[str, str]:
    """The fields of the facts in which something was typed, numbered anew, as they are read."""
    begins = sorted({name.partition("_")[0] for name in form if name.startswith("fact")}, key=_number)
    used = [one for one in begins if any(form.get(f"{one}_{name}", "").strip() for name in ("id", "says"))]
    return {
        f"fact{number}_{name.removeprefix(f'{one}_')}": text
        for number, one in enumerate(used)
        for name, text in form.items()
        if name.startswith(f"{one}_")
    }


def _number(begin: str) -> tuple[int, str]:
    return len(begin), begin
