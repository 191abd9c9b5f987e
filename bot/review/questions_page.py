"""The particular questions on a topic: a list, and a form for each with a preview."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args

from starlette.responses import RedirectResponse, Response

from bot.editing.checks import Problems
from bot.editing.edits import Edits
from bot.editing.preview import Preview, previews
from bot.editing.sources import Documents
from bot.editing.targets import State, Target, present, specific_target, specifics, voice_of
from bot.editing.words import STATES, VERDICTS
from bot.knowledge.answers import Focus, Voice
from bot.knowledge.schema import Specific, Topic
from bot.review.access import Visit
from bot.review.answers_page import ADDRESS, AnswersPage, in_all, may_edit, versions
from bot.review.edit_forms import SENDING, EditForms, Sheet
from bot.review.errors import NotFoundError
from bot.review.pages import Pages

NEW = "new"  # in place of a question's code


@dataclass(frozen=True)
class Group:
    """Questions that the centre or the documents answer, each with the code in its address; `may_add` tells
    whether there can be another."""

    voice: Voice
    questions: tuple[tuple[str, Specific], ...]
    may_add: bool


class QuestionsPage:
    """Whoever may read sees them; editors and approvers send the form."""

    def __init__(self, pages: Pages, answers: AnswersPage, edits: Edits, documents: Documents) -> None:
        self._pages = pages
        self._answers = answers
        self._edits = edits
        self._documents = documents
        self._forms = EditForms(edits, documents)

    def index(self, visit: Visit) -> Response:
        """All of a topic, and their edits."""
        state, topic = self._answers.topic(visit)
        history = [edit for edit in self._edits.of_topic(topic.id) if edit.target.kind == "specific"]
        return self._pages.show(
            visit,
            "questions.html",
            topic=topic,
            groups=[_group(state, topic, voice) for voice in get_args(Voice)],
            waiting={edit.target.id.rpartition(".")[2] for edit in history if edit.state == "waiting"},
            history=versions(history, state.knowledge, self._documents),
            done="sent" in visit.request.query_params,
            may_edit=may_edit(visit),
            VERDICTS=VERDICTS,
            STATES=STATES,
        )

    def one(self, visit: Visit) -> Response:
        """One question; an empty form for a new one. With ?again=N it begins with what was typed then."""
        state, topic, target = self._which(visit)
        again = self._forms.again(visit)
        if (
            again and again.after.get("asks") == []
        ):  # it took the question out: there is nothing to go on with
            again = None
        sheet = self._forms.fresh(state, target, self._edits.of(target), again)
        if not (sheet.typed["asks"] or target.id.endswith(f".{NEW}")):
            raise NotFoundError("There is no such question any more.")
        return self._one(visit, state, topic, target, sheet)

    def edit(self, visit: Visit) -> Response:
        """Previews what was typed, or sends it for approval."""
        state, topic, target = self._which(visit)
        wrong: Problems = {}
        if target.id.endswith(f".{NEW}"):
            first = next(
                (" ".join(line.split()) for line in visit.form.get("asks", "").split("\n") if line.strip()),
                "",
            )
            named = specific_target(topic.id, _voice(visit), first)
            if not first:
                wrong["asks"] = ["Give at least one way to ask."]
            elif present(state, named)["asks"]:
                wrong["asks"] = [f"“{first}” is a question already: change that one."]
            else:
                target = named
        sheet = self._forms.sent(visit, state, target, self._edits.of(target), wrong)
        if visit.form.get("act") in SENDING and not sheet.failed:
            return RedirectResponse(f"{ADDRESS}/{topic.id}/questions?sent", 303)
        return self._one(visit, state, topic, target, sheet)

    def _one(self, visit: Visit, state: State, topic: Topic, target: Target, sheet: Sheet) -> Response:
        return self._pages.show(
            visit,
            "question.html",
            400 if sheet.failed else 200,
            topic=topic,
            voice=_voice(visit),
            sheet=sheet,
            is_new=not present(state, target)["asks"],
            here=visit.request.url.path,
            previews=_previews(sheet.new or state, target),
            of_typed=bool(sheet.new),
            history=versions(self._edits.of(target), state.knowledge, self._documents),
            problem=in_all(sheet),
            may_edit=may_edit(visit),
            VERDICTS=VERDICTS,
            STATES=STATES,
        )

    def _which(self, visit: Visit) -> tuple[State, Topic, Target]:
        """What the address names. Raises NotFoundError."""
        state, topic = self._answers.topic(visit)
        voice = _voice(visit)
        key = visit.request.path_params["key"]
        target = Target("specific", f"{topic.id}.{voice}.{key}")
        if key == NEW:
            if not _group(state, topic, voice).may_add:
                raise NotFoundError("Here is nothing yet that a particular question could be answered from.")
            return state, topic, target
        return state, topic, target


def _voice(visit: Visit) -> Voice:
    for voice in get_args(Voice):
        if voice == visit.request.path_params["voice"]:
            return voice  # type: ignore[no-any-return]
    raise NotFoundError("There are questions that the center answers, and others that the documents do.")


def _group(state: State, topic: Topic, voice: Voice) -> Group:
    asked = specifics(state, Target("specific", f"{topic.id}.{voice}."))
    codes = (specific_target(topic.id, voice, one.asks[0]).id.rpartition(".")[2] for one in asked)
    may_add = bool(topic.facts) if voice == "documents" else topic.id in state.profile.words
    return Group(voice, tuple(zip(codes, asked, strict=True)), may_add)


def _previews(state: State, target: Target) -> tuple[Preview, ...]:
    """The reply to the question asked as in its first line; none where there is no such question."""
    value = present(state, target)
    if not value["asks"]:
        return ()
    asked = Specific.parse_obj(value)
    expects = bool(asked.verdict)
    own = voice_of(target) == "centre"
    focus = (
        Focus(own=asked, expects_verdict=expects) if own else Focus(documents=asked, expects_verdict=expects)
    )
    first = previews(state, target.topic, focus)[:1]
    return tuple(replace(one, title=f"“{asked.asks[0]}”") for one in first)
