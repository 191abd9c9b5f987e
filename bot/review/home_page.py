"""Where everybody begins: what there is to do today, and what they may open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import column, func, inspect, select, table
from starlette.responses import Response

from bot.callbacks.errors import CallbacksError
from bot.callbacks.repository import Callbacks
from bot.judging.tables import phrase
from bot.review.access import PATH, Visit
from bot.review.database import Database
from bot.review.errors import ReviewError
from bot.review.pages import Pages
from bot.review.roles import READERS
from bot.transcripts.counts import count_waiting
from bot.transcripts.search import has_demo

_edit = table("edit", column("state"), column("author"))
DAYS = 14  # what is older waits no longer for somebody's morning


@dataclass(frozen=True)
class Task:
    """What waits, how much of it, and where it is."""

    count: int
    words: str
    address: str


class HomePage:
    """It is shown without a database too, as a way to the account and to what does work."""

    def __init__(self, pages: Pages, database: Database, callbacks: Callbacks) -> None:
        self._pages = pages
        self._database = database
        self._callbacks = callbacks

    def index(self, visit: Visit) -> Response:
        """Only what the account may open is counted."""
        tasks: list[Task] = []
        is_demo = False
        try:
            if visit.account.roles & set(READERS):
                tasks += self._conversations()
            if "approver" in visit.account.roles:
                tasks += self._approvals(visit.account.name)
            if "callbacks" in visit.account.roles and self._callbacks.on:
                tasks.append(Task(self._callbacks.count_new(), "New call-back requests", f"{PATH}/callbacks"))
            with self._database.engine() as engine:
                is_demo = has_demo(engine)
        except (ReviewError, CallbacksError):
            pass
        tasks = [task for task in tasks if task.count]
        return self._pages.show(visit, "home.html", tasks=tasks, days=DAYS, is_demo=is_demo)

    def _approvals(self, name: str) -> Iterator[Task]:
        """What others suggested: nobody approves what is their own."""
        with self._database.reading() as connection:
            for of, state, words, address in (
                (phrase, "suggested", "Phrases to approve", f"{PATH}/phrases?state=suggested"),
                (_edit, "waiting", "Edits to approve", f"{PATH}/changes"),
            ):
                if inspect(connection).has_table(of.name):
                    count = select(func.count()).select_from(of)
                    query = count.where(of.c.state == state, of.c.author != name)
                    yield Task(connection.execute(query).scalar_one(), words, address)

    def _conversations(self) -> Iterator[Task]:
        first = datetime.now(self._pages.zone).date() - timedelta(days=DAYS)
        since = self._pages.start_of(first)
        assert since is not None
        with self._database.reading() as connection:
            waiting = count_waiting(connection, since)
        for count, words, sought in (
            (waiting.safety, "Messages with danger or distress", {"safety": "any"}),
            (waiting.down, "Answers with thumbs down", {"thumbs": "down"}),
            (waiting.unanswered, "Unanswered messages", {"unanswered": "yes"}),
        ):
            query = urlencode({"from": first, "reviewed": "no", **sought})
            yield Task(count, words, f"{PATH}/transcripts?{query}")
