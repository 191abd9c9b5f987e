"""The center's profile in a form: who it is, and when it can be reached."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from bot.editing.edits import Edit, Edits
from bot.editing.preview import previews
from bot.editing.sources import Documents
from bot.editing.targets import State, Target
from bot.editing.updating import KnowledgeUpdater, state_of
from bot.editing.words import STATES
from bot.knowledge.schema import Topic
from bot.review.access import PATH, Visit
from bot.review.answers_page import may_edit, versions
from bot.review.edit_forms import EditForms, Sheet
from bot.review.pages import Pages

ADDRESS = f"{PATH}/centre"
CENTRE = Target("centre", "centre")


class CentrePage:
    """The same form as for answers, with a preview of how it is said."""

    def __init__(self, pages: Pages, publisher: KnowledgeUpdater, edits: Edits, documents: Documents) -> None:
        self._documents = documents
        self._pages = pages
        self._publisher = publisher
        self._edits = edits
        self._forms = EditForms(edits, documents)

    def show(self, visit: Visit) -> Response:
        """What is said now."""
        return self._show(visit, state_of(self._publisher.snapshot()), again=self._forms.again(visit))

    def edit(self, visit: Visit) -> Response:
        """Previews what was typed, or sends it for approval."""
        state = state_of(self._publisher.snapshot())
        sheet = self._forms.sent(visit, state, CENTRE, self._edits.of(CENTRE))
        if visit.form.get("act") == "send" and not sheet.failed:
            return RedirectResponse(f"{ADDRESS}?sent", 303)
        return self._show(visit, state, sheet)

    def _show(
        self, visit: Visit, state: State, sent: Sheet | None = None, again: Edit | None = None
    ) -> Response:
        history = self._edits.of(CENTRE)
        shown = (sent and sent.new) or state
        return self._pages.show(
            visit,
            "centre.html",
            400 if sent and sent.failed else 200,
            sheet=sent or self._forms.fresh(state, CENTRE, history, again),
            phone=state.profile.phone,
            phone_in=_with_number(state),
            whom=shown.profile.whom_to_ask,
            previews=previews(shown, "contact") if "contact" in shown.knowledge.topics else (),
            of_typed=bool(sent and sent.new),
            history=versions(history, state.knowledge, self._documents),
            problem="Not sent yet. Look below; what you typed is still there."
            if sent and sent.failed
            else "",
            done="sent" in visit.request.query_params,
            may_edit=may_edit(visit),
            STATES=STATES,
        )


def _with_number(state: State) -> list[Topic]:
    """The topics on which the centre's own words give its number: they do not follow the profile."""
    phone = state.profile.phone
    if not phone:
        return []
    return [
        state.knowledge.topics[topic] for topic, own in state.profile.words.items() if phone in own.json()
    ]
