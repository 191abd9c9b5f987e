"""Publishing a new model: what waits, how it is built, what it takes otherwise, and the decision."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from itertools import groupby
from pathlib import Path

from starlette.responses import RedirectResponse, Response

from bot.publishing import records
from bot.publishing.publisher import Publisher
from bot.publishing.workshop import Workshop
from bot.review.access import PATH, Visit
from bot.review.audit import AuditLog, record
from bot.review.database import Database
from bot.review.errors import InvalidError, NotFoundError, UnavailableError
from bot.review.forms import read_number
from bot.review.pages import Pages
from bot.review.roles import Role
from bot.settings import Settings

ADDRESS = f"{PATH}/publish"
BEGINNERS: tuple[Role, ...] = ("editor", "approver")
_LOG_LINES = 20
_LOG_BYTES = 20_000
_HIGHEST = 2**31
STATES: dict[records.State, str] = {
    "building": "being built",
    "failed": "failed",
    "cancelled": "cancelled",
    "blocked": "blocked",
    "ready": "waits for an approver",
    "publishing": "being published",
    "published": "published",
    "returning": "being taken back",
    "returned": "taken back",
}


class PublishPage:
    """Nobody is shown a visitor's words before the audit log says so."""

    def __init__(
        self,
        pages: Pages,
        config: Settings,
        database: Database,
        publisher: Publisher,
        audit: AuditLog,
        count: Callable[[], object],
    ) -> None:
        """`count` keeps how much is asked in vain just now."""
        self._pages = pages
        self._config = config
        self._database = database
        self._publisher = publisher
        self._audit = audit
        self._count = count

    def index(self, visit: Visit) -> Response:
        """What waits to be published, and what was."""
        self._publisher.settle()
        with self._database.reading() as connection:
            waiting = sorted(self._publisher.approved(connection), key=lambda one: one.phrase.intent)
            latest = records.latest(connection)
            live = records.last_published(connection)
        by_topic = groupby(waiting, key=lambda one: one.phrase.intent)
        return self._pages.show(
            visit,
            "publish.html",
            count=len(waiting),
            topics=self._publisher.new_topics(),
            waiting=[(topic, [one.phrase.text for one in phrases]) for topic, phrases in by_topic],
            latest=latest,
            live=live,
            running=next((one for one in latest if one.running), None),
            may_begin=bool(visit.account.roles & set(BEGINNERS)),
            STATES=STATES,
        )

    def begin(self, visit: Visit) -> Response:
        """Builds a model with what waits. Raises InvalidError, ChangedMeanwhileError."""
        return RedirectResponse(f"{ADDRESS}/{self._publisher.begin(visit.account.name)}", 303)

    def show(self, visit: Visit) -> Response:
        """One publication: its progress while something is done, then its outcome. Raises NotFoundError."""
        self._publisher.settle()
        id = _number(visit)
        with self._database.reading() as connection:
            publication = records.one(connection, id)
            found = () if publication.running else records.differences(connection, id)
            last = records.last_published(connection)
        if found:
            self._audit.add(visit.account.name, "publication_read", f"publication {id}")
        by_kind = {
            kind: [one for one in found if one.kind == kind]
            for kind in ("safety", "worse", "fixed", "changed")
        }
        return self._pages.show(
            visit,
            "publication.html",
            publication=publication,
            state=STATES[publication.state],
            now=time.time(),
            found=by_kind,
            open=sum(not one.reason for one in by_kind["worse"]),
            log=_tail(Workshop(self._config, id).log),
            may_begin=bool(visit.account.roles & set(BEGINNERS)),
            may_decide="approver" in visit.account.roles,
            is_last=last is not None and last.id == id,
        )

    def cancel(self, visit: Visit) -> Response:
        """Ends the building. Raises ChangedMeanwhileError."""
        self._publisher.cancel(visit.account.name, _number(visit))
        return _back(visit)

    def decide(self, visit: Visit) -> Response:
        """Says why a loss is accepted, or takes that back. Raises InvalidError, NotFoundError."""
        id, loss = _number(visit), read_number(visit.form.get("loss", ""))
        reason = visit.form.get("reason", "").strip()
        if loss is None or (not reason and visit.form.get("undo") != "yes"):
            raise InvalidError("Say why this loss is accepted, in a few words.")
        with self._database.writing() as connection:
            records.accept_loss(connection, id, loss, visit.account.name, reason)
            record(connection, visit.account.name, "loss_accepted", f"publication {id}, loss {loss}")
        return _back(visit, f"#loss-{loss}")

    def publish(self, visit: Visit) -> Response:
        """Has visitors answered by the new model. Raises ReviewError with what stands against it."""
        self._publisher.publish(visit.account.name, _number(visit))
        with suppress(UnavailableError):  # visitors have the model all the same
            self._count()
        return _back(visit)

    def take_back(self, visit: Visit) -> Response:
        """Has visitors answered by the model before. Raises ReviewError with what stands against it."""
        self._publisher.take_back(visit.account.name, _number(visit))
        return _back(visit)


def _back(visit: Visit, place: str = "") -> Response:
    return RedirectResponse(f"{ADDRESS}/{_number(visit)}{place}", 303)


def _number(visit: Visit) -> int:
    number = int(visit.request.path_params["id"])
    if number >= _HIGHEST:  # more than PostgreSQL takes
        raise NotFoundError(records.NOT_THERE)
    return number


def _tail(log: Path) -> str:
    """The log's last lines; "" where there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _LOG_BYTES))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-_LOG_LINES:])
    except OSError:
        return ""
