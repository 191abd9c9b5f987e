"""One conversation: what was said, understood and answered; and that somebody has looked at it."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from bot.review.access import Visit
from bot.review.audit import AuditLog, record
from bot.review.database import Database
from bot.review.errors import ChangedMeanwhileError, InvalidError, NotFoundError, ReviewError
from bot.review.pages import Pages
from bot.review.roles import Role
from bot.review.sought import CHANNEL_WORDS, KIND_WORDS
from bot.review.transcripts_page import ADDRESS
from bot.transcripts.reading import conversation, mark_reviewed, reviewer_of, unmark_reviewed
from bot.transcripts.search import sender_of
from bot.transcripts.tables import DEMO

REVIEWERS: tuple[Role, ...] = ("editor", "approver", "admin")
_HIGHEST = 2**31
_GONE = "There is no such conversation any more. Its visitor may have deleted it, or its time has passed."


class ConversationPage:
    """Its address has the number of one of its messages: its id is a secret."""

    def __init__(self, pages: Pages, database: Database, audit: AuditLog) -> None:
        self._pages = pages
        self._database = database
        self._audit = audit

    def show(self, visit: Visit) -> Response:
        """The whole conversation, once the audit log says that it is read. Raises NotFoundError."""
        number = _number(visit)
        with self._database.engine() as engine:
            sender = sender_of(engine, number)
            turns = conversation(engine, sender) if sender else ()
        if not sender or not turns:
            raise NotFoundError(_GONE)
        self._audit.add(visit.account.name, "conversation_read", f"that of message {turns[0].id}")
        return self._pages.show(
            visit,
            "conversation.html",
            turns=turns,
            is_demo=sender.startswith(DEMO),
            may_review=bool(visit.account.roles & set(REVIEWERS)),
            CHANNELS=CHANNEL_WORDS,
            KINDS=KIND_WORDS,
        )

    def review(self, visit: Visit) -> Response:
        """Marks a message as reviewed, or takes that back, if nobody was quicker. Raises InvalidError,
        NotFoundError, ChangedMeanwhileError."""
        number, wanted = _number(visit), visit.form.get("reviewed", "")
        if wanted not in ("yes", "no"):
            raise InvalidError("Say whether the message is reviewed.")
        name = visit.account.name
        with self._database.writing() as connection:
            action = "message_reviewed" if wanted == "yes" else "message_unreviewed"
            record(connection, name, action, f"message {number}")  # type: ignore[arg-type]
            marked = (
                mark_reviewed(connection, number, name)
                if wanted == "yes"
                else unmark_reviewed(connection, number, visit.form.get("by", ""))
            )
            if not marked:
                raise _overtaken(number, reviewer_of(connection, number))
        return RedirectResponse(f"{ADDRESS}/{number}#m{number}", 303)


def _overtaken(number: int, reviewer: str | None) -> ReviewError:
    """Somebody else was quicker."""
    if reviewer is None:
        return NotFoundError(_GONE)
    state = f"{reviewer} has marked it as reviewed" if reviewer else "It is no longer marked as reviewed"
    return ChangedMeanwhileError(
        f"Somebody else dealt with this message after you opened it. {state}. Nothing of yours was saved.",
        f"{ADDRESS}/{number}#m{number}",
    )


def _number(visit: Visit) -> int:
    number = int(visit.request.path_params["id"])
    if number >= _HIGHEST:  # more than PostgreSQL takes
        raise NotFoundError(_GONE)
    return number
