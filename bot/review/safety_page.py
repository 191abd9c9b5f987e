"""Whether danger is missed: a message at a time, judged by two people who do not see each other's verdict."""

from __future__ import annotations

from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from bot.judging import safety_queue
from bot.judging.safety_queue import VERDICTS
from bot.review.access import PATH, Visit
from bot.review.audit import Action, record
from bot.review.database import Database
from bot.review.errors import NotFoundError
from bot.review.forms import read_number
from bot.review.pages import Pages
from bot.review.today_page import GONE, HEADING, message_number
from bot.transcripts.tables import turn

ADDRESS = f"{PATH}/safety"
_BEFORE = 3  # messages of the same visitor that are shown


class SafetyPage:
    """Nobody is shown a visitor's words before the audit log says so."""

    def __init__(self, pages: Pages, database: Database) -> None:
        self._pages = pages
        self._database = database

    def index(self, visit: Visit) -> Response:
        """What was measured, what waits, and where two people differ."""
        who = visit.account.name
        with self._database.writing() as connection:
            doubts = safety_queue.doubts(connection)
            measured = safety_queue.measured(connection)
            record(connection, who, "conversations_listed", f"safety: {len(doubts)} doubts")
            waiting = safety_queue.waiting(connection, who)
            following = safety_queue.following(connection, who)
        return self._pages.show(
            visit,
            "safety.html",
            measured=measured,
            doubts=doubts,
            waiting=waiting,
            following=following,
            may_settle="approver" in visit.account.roles,
            one_in=safety_queue.ONE_IN,
            done=read_number(visit.request.query_params.get("done", "")),
            VERDICTS=VERDICTS,
        )

    def item(self, visit: Visit) -> Response:
        """A message without what the assistant made of it, nor anybody else. Raises NotFoundError."""
        who, id = visit.account.name, message_number(visit)
        with self._database.writing() as connection:
            row = connection.execute(select(turn).where(turn.c.id == id)).first()
            if row is None:
                raise NotFoundError(GONE)
            record(connection, who, "conversation_read", f"message {id} and those before it")
            earlier = (
                select(turn.c.text)
                .where(turn.c.sender_id == row.sender_id, turn.c.id < id, ~turn.c.text.startswith("/"))
                .order_by(turn.c.id.desc())
                .limit(_BEFORE)
            )
            before = connection.execute(earlier).scalars().all()
            waiting = safety_queue.waiting(connection, who)
        return self._pages.show(
            visit,
            "safety_item.html",
            id=id,
            text=row.text,
            before=before[::-1],
            waiting=waiting,
            done=read_number(visit.request.query_params.get("done", "")),
        )

    def judge(self, visit: Visit) -> Response:
        """Saves the verdict, and goes on. Raises InvalidError, NotFoundError, ChangedMeanwhileError."""
        who, id = visit.account.name, message_number(visit)
        with self._database.writing() as connection:
            safety_queue.judge(connection, who, id, visit.form.get("verdict", ""))
            record(connection, who, "safety_judged", f"message {id}")  # what, the second must not see
            following = safety_queue.following(connection, who)
        return RedirectResponse(f"{ADDRESS}{f'/{following}' if following else ''}?done={id}{HEADING}", 303)

    def settle(self, visit: Visit) -> Response:
        """The third verdict, of an approver. Raises InvalidError, NotFoundError, ChangedMeanwhileError."""
        who, id, verdict = visit.account.name, message_number(visit), visit.form.get("verdict", "")
        with self._database.writing() as connection:
            safety_queue.settle(connection, who, id, verdict)
            record(connection, who, "safety_settled", f"message {id}: {verdict}")
        return RedirectResponse(f"{ADDRESS}?done={id}", 303)

    def agree(self, visit: Visit) -> Response:
        """What one of two who differ says once they have talked. Raises InvalidError, NotFoundError,
        ChangedMeanwhileError."""
        who, id, verdict = visit.account.name, message_number(visit), visit.form.get("verdict", "")
        with self._database.writing() as connection:
            is_settled = safety_queue.agree(connection, who, id, verdict)
            what: Action = "safety_agreed" if is_settled else "safety_talked"
            record(connection, who, what, f"message {id}: {verdict}")
        return RedirectResponse(f"{ADDRESS}?done={id}", 303)

    def undo(self, visit: Visit) -> Response:
        """Takes one's own verdict back. Raises NotFoundError, ChangedMeanwhileError."""
        who, id = visit.account.name, message_number(visit)
        with self._database.writing() as connection:
            safety_queue.take_back(connection, who, id)
            is_doubt = any(doubt.id == id for doubt in safety_queue.doubts(connection))
            record(connection, who, "safety_undone", f"message {id}")
        return RedirectResponse(ADDRESS if is_doubt else f"{ADDRESS}/{id}{HEADING}", 303)
