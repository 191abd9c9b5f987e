"""The audit log, for admins: to read, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from starlette.responses import Response, StreamingResponse

from bot.review.access import Visit
from bot.review.audit import AuditLog, Entry, Filter
from bot.review.errors import InvalidError
from bot.review.forms import read_day, read_number
from bot.review.pages import Pages

LINES = 50  # on a page
FIELDS = ("who", "what", "from", "to")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class AuditPage:
    """Filtered by person, action and days of the centre's calendar."""

    def __init__(self, pages: Pages, audit: AuditLog) -> None:
        self._pages = pages
        self._audit = audit

    def index(self, visit: Visit) -> Response:
        """The latest lines, or those before the one that is named."""
        query = visit.request.query_params
        sent = {name: query.get(name, "").replace("\0", "").strip() for name in FIELDS}
        entries: tuple[Entry, ...] = ()
        problem, before = "", read_number(query.get("before", ""))
        try:
            entries = self._audit.page(self._filter(sent), before, LINES + 1)
        except InvalidError as error:
            problem = str(error)
        return self._pages.show(
            visit,
            "audit.html",
            400 if problem else 200,
            entries=entries[:LINES],
            older=entries[LINES - 1].number if len(entries) > LINES else None,
            newest=before is None,
            sent=sent,
            used={name: value for name, value in sent.items() if value},
            problem=problem,
        )

    def export(self, visit: Visit) -> Response:
        """All lines that the filter takes, as CSV. Raises InvalidError."""
        sent = {name: visit.form.get(name, "").strip() for name in FIELDS}
        lines = self._audit.export(visit.account.name, self._filter(sent))
        name = f"audit-{datetime.now(self._pages.zone):%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(_csv(lines), media_type="text/csv; charset=utf-8", headers=headers)

    def _filter(self, sent: Mapping[str, str]) -> Filter:
        """Raises InvalidError."""
        since, last = read_day(sent["from"]), read_day(sent["to"])
        if since and last and last < since:
            raise InvalidError("The first day is after the last.")
        until = last + timedelta(days=1) if last else None
        who = sent["who"] if sent["who"].startswith(("terminal:", "(")) else sent["who"].lower()
        start, end = self._pages.start_of(since), self._pages.start_of(until)
        return Filter(
            who, sent["what"], start.timestamp() if start else None, end.timestamp() if end else None
        )


def _csv(entries: Iterable[Entry]) -> Iterator[str]:
    yield _line(("number", "time", "person", "action", "about"))
    for entry in entries:
        at = entry.at.isoformat(timespec="seconds")
        yield _line((str(entry.number), at, entry.who, entry.what, entry.about))


def _line(cells: Iterable[str]) -> str:
    """No cell is a formula to a spreadsheet."""
    out = io.StringIO()
    csv.writer(out).writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return out.getvalue()
