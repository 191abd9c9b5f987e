"""Whether what staff published did help: each change, before and after it."""

from __future__ import annotations

from starlette.responses import Response

from bot.judging.choices import Choices
from bot.judging.helped import FEWEST, WINDOW
from bot.judging.meaning import Meaning
from bot.review.access import Visit
from bot.review.audit import AuditLog
from bot.review.database import Database
from bot.review.pages import Pages
from bot.review.published import compare


class HelpedPage:
    """It quotes what is still asked in vain; the audit log says who saw that."""

    def __init__(
        self, pages: Pages, database: Database, choices: Choices, meaning: Meaning, audit: AuditLog
    ) -> None:
        self._pages = pages
        self._database = database
        self._choices = choices
        self._audit = audit
        self._meaning = meaning

    def index(self, visit: Visit) -> Response:
        """The latest changes. Raises UnavailableError."""
        helped = compare(self._database, self._choices.topics(), self._meaning)
        quoted = sum(len(one.still) for one in helped)
        if quoted:
            shown = f"{quoted} message{'' if quoted == 1 else 's'} still in vain after a change"
            self._audit.add(visit.account.name, "conversations_listed", shown)
        return self._pages.show(visit, "helped.html", helped=helped, days=WINDOW.days, fewest=FEWEST)
