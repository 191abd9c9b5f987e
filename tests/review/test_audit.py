"""The audit log: everything is in it, and nothing leaves it."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select

from bot.review.audit import WORDS, AuditLog, Filter
from bot.review.database import Database
from bot.review.errors import UnavailableError
from bot.review.tables import staff_audit
from tests.review.conftest import Browser

AT = datetime(2026, 3, 8, 12, tzinfo=ZoneInfo("America/New_York"))  # the clocks were set forward that day


def add_lines(database: Database, count: int, **values: object) -> None:
    row = {"at": AT.timestamp(), "who": "ned", "what": "login", "about": "", **values}
    with database.writing() as connection:
        connection.execute(insert(staff_audit), [row] * count)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE staff_audit SET who = 'nobody'",
        "UPDATE staff_audit SET about = 'x' WHERE number = 1",
        "DELETE FROM staff_audit",
        "DELETE FROM staff_audit WHERE number = 1",
        "INSERT OR REPLACE INTO staff_audit (number, at, who, what, about) VALUES (1, 1, 'x', 'x', 'x')",
        "TRUNCATE staff_audit",
    ],
)
def test_nothing_leaves_it(audit: AuditLog, staff_database: Database, statement: str) -> None:
    audit.add("rosa", "login", "kept")
    with pytest.raises(UnavailableError), staff_database.writing() as connection:
        connection.exec_driver_sql(statement)
    entries = audit.page(Filter())
    assert [(entry.who, entry.about) for entry in entries] == [("rosa", "kept")]


def test_what_failed_is_not_in_it(audit: AuditLog) -> None:
    with pytest.raises(ZeroDivisionError), audit.adding("rosa", "callback_changed"):
        _ = 1 / 0
    assert audit.page(Filter()) == ()


def test_pages_lead_from_the_latest_to_the_first_and_skip_none(
    browser_of: Callable[..., Browser], staff_database: Database
) -> None:
    browser = browser_of("rosa", "admin")
    for number in range(120):
        add_lines(staff_database, 1, about=f"line-{number:03}")
    seen: list[str] = []
    address = "/audit?who=ned"
    while True:
        page = browser.page(address)
        seen += re.findall(r"line-\d{3}", page)
        older = re.search(r'href="/staff(/audit\?[^"]*before=\d+)"', page)
        if not older:
            break
        address = older[1].replace("&amp;", "&")
    assert seen == [f"line-{number:03}" for number in reversed(range(120))]


def test_filters(browser_of: Callable[..., Browser], staff_database: Database) -> None:
    browser = browser_of("rosa", "admin")
    midnight = datetime(2026, 3, 9, tzinfo=ZoneInfo("America/New_York")).timestamp()
    add_lines(staff_database, 1, about="in-the-night", at=midnight - 1)
    add_lines(staff_database, 1, about="in-the-morning", at=midnight)
    add_lines(staff_database, 1, about="of-another", who="ida", what="logout")

    def shown(query: str) -> set[str]:
        return set(re.findall(r"in-the-\w+|of-another", browser.page(f"/audit?{query}")))

    everything = {"in-the-night", "in-the-morning", "of-another"}
    assert shown("") == everything
    assert shown("who=NED") == everything - {"of-another"}
    assert shown("what=logout") == {"of-another"}
    assert shown("to=2026-03-08") == everything - {"in-the-morning"}
    assert shown("from=2026-03-09&to=2026-03-09") == {"in-the-morning"}
    assert "Nothing is in the log that fits" in browser.page("/audit?who=nobody")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=yesterday", "A day is written as in 2026-03-31"),
        ("to=0001-01-01", "A day is written as in"),
        ("to=9999-12-31", "A day is written as in"),
        ("from=2026-03-09&to=2026-03-08", "The first day is after the last"),
    ],
)
def test_days_that_are_none(browser_of: Callable[..., Browser], query: str, words: str) -> None:
    assert words in browser_of("rosa", "admin").page(f"/audit?{query}", 400)


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "before=999999999999999", "who=%00", "who=%ff", "what=<b>&who=<b>"]
)
def test_strange_addresses_are_harmless(browser_of: Callable[..., Browser], query: str) -> None:
    assert "<b>" not in browser_of("rosa", "admin").page(f"/audit?{query}")


def test_export(browser_of: Callable[..., Browser], staff_database: Database, audit: AuditLog) -> None:
    browser = browser_of("rosa", "admin")
    add_lines(staff_database, 2500, about="one of many")
    add_lines(staff_database, 1, about='=1+1, "quoted"', who="ida")
    response = browser.submit("/audit/export", "/audit")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="audit-\d{4}-\d\d-\d\d\.csv"', response.headers["content-disposition"]
    )
    rows = list(csv.DictReader(io.StringIO(response.text)))
    with staff_database.reading() as connection:
        assert len(rows) == connection.execute(select(func.count()).select_from(staff_audit)).scalar_one()
    assert [int(row["number"]) for row in rows] == sorted(int(row["number"]) for row in rows)
    assert [row["about"] for row in rows if row["person"] == "ida"] == ['\'=1+1, "quoted"']
    assert next(row["time"] for row in rows if row["person"] == "ned") == "2026-03-08T16:00:00+00:00"
    assert rows[-1]["action"] == "audit_exported", "the export tells of itself"
    assert audit.page(Filter(what="audit_exported"))[0].about == "all of it"


def test_an_export_takes_the_filter(
    browser_of: Callable[..., Browser], staff_database: Database, audit: AuditLog
) -> None:
    browser = browser_of("rosa", "admin")
    add_lines(staff_database, 3)
    response = browser.submit("/audit/export", "/audit", who="ned", to="2026-03-08")
    assert {row["person"] for row in csv.DictReader(io.StringIO(response.text))} == {"ned"}
    assert audit.page(Filter(what="audit_exported"))[0].about == "person ned, some days"
    refused = browser.submit("/audit/export", "/audit", **{"from": "yesterday"})
    assert refused.status_code == 400
    assert len(audit.page(Filter(what="audit_exported"))) == 1


def test_every_action_has_words() -> None:
    from typing import get_args

    from bot.review.audit import Action

    assert set(WORDS) == set(get_args(Action))


def test_a_page_of_a_long_log_is_there_at_once(audit: AuditLog, staff_database: Database) -> None:
    for _ in range(4):
        add_lines(staff_database, 25_000, who="ned")
    add_lines(staff_database, 1, who="ida", what="logout")
    filters = [Filter(), Filter(who="ida"), Filter(what="logout"), Filter("ned", "login"), Filter(since=1.0)]
    for wanted in filters:
        began = time.perf_counter()
        assert audit.page(wanted)
        assert time.perf_counter() - began < 0.2, wanted
