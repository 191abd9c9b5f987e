"""Call-back requests, for those who call."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from bot.callbacks.actor import CALLBACKS, Actor
from bot.callbacks.errors import (
    CallbacksError,
    CallbacksOffError,
    NoSuchRequestError,
)
from bot.callbacks.errors import ChangedMeanwhileError as RequestChangedError
from bot.callbacks.repository import STATES, Callbacks
from bot.review.access import PATH, Visit
from bot.review.audit import AuditLog
from bot.review.errors import ChangedMeanwhileError, InvalidError, NotFoundError, UnavailableError
from bot.review.pages import Pages

ADDRESS = f"{PATH}/callbacks"
_ID = re.compile(r"[0-9a-f]{20}")
Result = TypeVar("Result")


class CallbacksPage:
    """The list, and a request's state. Nobody is shown anything before both audits say so: that of the
    requests' own database, and the application's."""

    def __init__(self, pages: Pages, callbacks: Callbacks, audit: AuditLog) -> None:
        self._pages = pages
        self._callbacks = callbacks
        self._audit = audit

    def index(self, visit: Visit) -> Response:
        """Those that wait, the oldest first; or those that are done, the latest first."""
        if not self._callbacks.on:
            return self._pages.show(visit, "callbacks_off.html")
        query = visit.request.query_params
        done = query.get("show") == "done"
        actor = _actor(visit)
        listed = _tried(
            lambda: self._callbacks.list(actor, ("done",) if done else ("new", "called"), latest_first=done)
        )
        count = len(listed.requests)
        self._audit.add(visit.account.name, "callbacks_read", f"{count} request{'' if count == 1 else 's'}")
        changed, was, now = query.get("changed", ""), query.get("was", ""), query.get("now", "")
        if not _ID.fullmatch(changed) or was not in STATES or now not in STATES:
            changed = ""
        return self._pages.show(
            visit, "callbacks.html", listed=listed, done=done, changed=changed, was=was, now=now
        )

    def mark(self, visit: Visit) -> Response:
        """Sets a request's state, if it still is in the one that was shown."""
        form = visit.form
        id, state, was = form.get("id", ""), form.get("state", ""), form.get("was", "")
        if state not in STATES or was not in STATES:
            raise InvalidError("That is no state of a request.")
        with self._audit.adding(visit.account.name, "callback_changed", f"{id}: {was} -> {state}"):
            _tried(lambda: self._callbacks.mark(_actor(visit), id, state, was))
        shown = {"show": "done"} if form.get("show") == "done" else {}
        undone = form.get("undo") == "yes"
        told = {} if undone else {"changed": id, "was": was, "now": state}
        return RedirectResponse(f"{ADDRESS}?{urlencode({**shown, **told})}".rstrip("?"), 303)


def _actor(visit: Visit) -> Actor:
    return Actor(visit.account.name, visit.account.roles & {CALLBACKS})


def _tried(act: Callable[[], Result]) -> Result:
    """What the requests' own errors are here."""
    try:
        return act()
    except NoSuchRequestError as error:
        raise NotFoundError(f"{error}.") from error
    except RequestChangedError as error:
        raise ChangedMeanwhileError(f"{error}. Nothing of yours was saved.", ADDRESS) from error
    except CallbacksOffError as error:
        raise InvalidError("Call-back requests are off.") from error
    except CallbacksError as error:
        raise UnavailableError(f"{error}. Nothing was changed. Please try again.") from error
