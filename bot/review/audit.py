"""The audit log: who did what, when, about what. It is only added to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Literal

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select

from bot.review.database import Database
from bot.review.tables import staff_audit

Action = Literal[
    "login", "login_failed", "logout", "sessions_ended",
    "account_added", "roles_changed", "password_changed", "account_disabled", "account_enabled",
    "audit_exported",
    "callbacks_read", "callback_changed",
    "conversations_listed", "conversation_read", "conversations_exported",
    "message_reviewed", "message_unreviewed",
    "message_judged", "judgement_undone", "message_taken_over",
    "phrase_suggested", "phrase_kept", "phrase_approved", "phrase_rejected", "phrase_reopened",
    "tests_exported", "safety_judged", "safety_settled", "safety_talked", "safety_agreed",
    "safety_undone",
    "publication_begun", "publication_cancelled", "publication_read", "loss_accepted",
    "publication_published", "publication_returned",
    "edit_suggested", "edit_approved", "edit_rejected", "edit_withdrawn", "edits_exported",
    "knowledge_exported",
]  # fmt: skip
WORDS: dict[Action, str] = {
    "login": "Logged in",
    "login_failed": "Login failed",
    "logout": "Logged out",
    "sessions_ended": "Ended other sessions",
    "account_added": "Added an account",
    "roles_changed": "Changed roles",
    "password_changed": "Changed a password",
    "account_disabled": "Disabled an account",
    "account_enabled": "Enabled an account",
    "audit_exported": "Exported the audit log",
    "callbacks_read": "Read call-back requests",
    "callback_changed": "Changed a call-back request",
    "conversations_listed": "Saw a list of conversations",
    "conversation_read": "Read a conversation",
    "conversations_exported": "Exported conversations",
    "message_reviewed": "Marked a message as reviewed",
    "message_unreviewed": "Took back that a message is reviewed",
    "message_judged": "Judged messages",
    "judgement_undone": "Undid a judgement",
    "message_taken_over": "Took over messages somebody was judging",
    "phrase_suggested": "Suggested a phrase",
    "phrase_kept": "Kept a phrase as a test",
    "phrase_approved": "Approved a phrase",
    "phrase_rejected": "Rejected a phrase",
    "phrase_reopened": "Reopened a phrase",
    "tests_exported": "Exported the tests",
    "safety_judged": "Judged the danger of a message",
    "safety_settled": "Settled the danger of a message",
    "safety_talked": "Talked about the danger of a message",
    "safety_agreed": "Settled the danger of a message together",
    "safety_undone": "Took back a verdict of danger",
    "publication_begun": "Began a publication",
    "publication_cancelled": "Cancelled a publication",
    "publication_read": "Read what a new model takes otherwise",
    "loss_accepted": "Decided on a loss of a new model",
    "publication_published": "Published a new model",
    "publication_returned": "Went back to the model before",
    "edit_suggested": "Suggested an edit",
    "edit_approved": "Approved an edit",
    "edit_rejected": "Rejected an edit",
    "edit_withdrawn": "Withdrew an edit",
    "edits_exported": "Exported edits to the files",
    "knowledge_exported": "Downloaded the knowledge base",
}
NOBODY = "(unknown)"  # who tried a name that no account has: what was typed may be a password
_BATCH = 1000


@dataclass(frozen=True)
class Entry:
    """A line of the log; `at` is UTC."""

    number: int
    at: datetime
    who: str
    what: str
    about: str


@dataclass(frozen=True)
class Filter:
    """Which lines are wanted: of an account, of an action, from `since` until before `until` (seconds since
    1970). Empty and None take all."""

    who: str = ""
    what: str = ""
    since: float | None = None
    until: float | None = None


def record(connection: Connection, who: str, what: Action, about: str = "") -> None:
    """Adds a line, in the transaction of what it tells of. `about` holds ids and names of accounts, never
    words of a visitor or the id of a conversation."""
    row = {"at": time.time(), "who": who, "what": what, "about": about[:200]}
    connection.execute(insert(staff_audit), row)


class AuditLog:
    """The log in a database. Raises UnavailableError when that cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, who: str, what: Action, about: str = "") -> None:
        """Adds a line of its own: before anything is shown that it tells of."""
        with self.adding(who, what, about):
            pass

    @contextmanager
    def adding(self, who: str, what: Action, about: str = "") -> Iterator[None]:
        """The same for what is done within, in another database: only both happen."""
        with self._database.writing() as connection:
            record(connection, who, what, about)
            yield

    def page(self, wanted: Filter, before: int | None = None, limit: int = 50) -> tuple[Entry, ...]:
        """The latest first: the `limit` lines before the line of that number."""
        query = _query(wanted).order_by(staff_audit.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(staff_audit.c.number < before)
        with self._database.reading() as connection:
            return tuple(map(_entry, connection.execute(query)))

    def export(self, who: str, wanted: Filter) -> Iterator[Entry]:
        """All lines, the oldest first, once it is written that `who` has them."""
        used = [
            f"{name} {value}" for name, value in (("person", wanted.who), ("action", wanted.what)) if value
        ]
        used += ["some days"] if (wanted.since, wanted.until) != (None, None) else []
        self.add(who, "audit_exported", ", ".join(used) or "all of it")
        return self._all(wanted)

    def _all(self, wanted: Filter) -> Iterator[Entry]:
        """In batches, so that no reader is open while somebody's network is slow."""
        last = 0
        while True:
            query = _query(wanted).where(staff_audit.c.number > last).order_by(staff_audit.c.number)
            with self._database.reading() as connection:
                batch = list(map(_entry, connection.execute(query.limit(_BATCH))))
            yield from batch
            if len(batch) < _BATCH:
                return
            last = batch[-1].number


def _query(wanted: Filter) -> Select:
    query = select(staff_audit)
    if wanted.who:
        query = query.where(staff_audit.c.who == wanted.who)
    if wanted.what:
        query = query.where(staff_audit.c.what == wanted.what)
    if wanted.since is not None:
        query = query.where(staff_audit.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(staff_audit.c.at < wanted.until)
    return query


def _entry(row: Any) -> Entry:
    at = datetime.fromtimestamp(row.at, timezone.utc)
    return Entry(row.number, at, row.who, row.what, row.about)
