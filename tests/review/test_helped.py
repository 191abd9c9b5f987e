"""The page that says whether what was published did help."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from bot.feedback.repository import FeedbackStore
from bot.privacy.conversations import Conversations
from bot.publishing.publisher import Publisher
from bot.review.audit import AuditLog, Filter
from bot.settings import Settings
from bot.transcripts.importer import import_batch
from tests.review.conftest import Browser
from tests.review.test_transcripts import COST, LOST
from tests.transcripts.conftest import store

_TYPES = {int: "INTEGER", str: "TEXT", float: "FLOAT"}


def publish(engine: Engine, at: datetime, phrases: tuple[tuple[str, str], ...]) -> None:
    """Writes that a model was published then which had learnt these phrases of topics."""
    said = dict.fromkeys(("author", "approver", "model_before", "model_after", "problem"), "")
    written = {"phrases": json.dumps([[1, *one] for one in phrases]), "steps": "[]", "figures": "{}"}
    times = {"began": at.timestamp(), "published": at.timestamp()}
    row = {"id": 1, "state": "published", **said, **written, **times}
    put(engine, "publication", row)


def put(engine: Engine, table: str, row: dict[str, Any]) -> None:
    """Writes a row into a table, as the part of the application does that owns it."""
    with engine.begin() as connection:
        columns = ", ".join(f"{name} {_TYPES[type(value)]}" for name, value in row.items())
        connection.execute(text(f"CREATE TABLE IF NOT EXISTS {table} ({columns})"))
        marks = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"), row)


def test_nothing_is_published_at_first(browser_of: Callable[..., Browser], audit: AuditLog) -> None:
    assert "Nothing has been published yet" in browser_of("rosa", "reader").page("/changes-helped")
    assert not audit.page(Filter(what="conversations_listed"))


def test_a_published_model_is_compared(
    engine: Engine, config: Settings, browser_of: Callable[..., Browser], audit: AuditLog
) -> None:
    browser = browser_of("rosa", "reader")
    now = datetime.now(timezone.utc)
    for number, (turn, days) in enumerate([(LOST, 5)] * 6 + [(COST, 1)] * 5 + [(LOST, 1)]):
        at = now - timedelta(days=days)
        turn = replace(turn, text="how much <i>is it</i> a week", at=at, conversation=f"c{number}")
        store(engine, [turn])
    import_batch(engine)
    publish(
        engine,
        now - timedelta(days=3),
        (("cost", "how much is it per week"), ("parking", "where do I park my zebra")),
    )
    page = browser.page("/changes-helped")
    assert "Learnt 1 phrase for Cost" in page
    assert "It helped: less is asked in vain" in page
    assert "how much &lt;i&gt;is it&lt;/i&gt; a week</a>" in page
    assert "Learnt 1 phrase for Parking" in page
    assert "Too few messages to say" in page
    assert [entry.about for entry in audit.page(Filter(what="conversations_listed"))] == [
        "1 message still in vain after a change"
    ]
    Conversations(config.tracker_url).expire(0)
    page = browser.page("/changes-helped")
    assert "It helped" in page, "the numbers stay when conversations are deleted"
    assert "a week</a>" not in page
    with engine.begin() as connection:
        connection.execute(text("UPDATE publication SET state = 'returned', ended = published + 60"))
    page = browser.page("/changes-helped")
    assert "Learnt 1 phrase for Cost" in page
    assert "taken back <time" in page


def test_publishing_keeps_what_was_asked_before(
    engine: Engine,
    config: Settings,
    browser_of: Callable[..., Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody looks at the page until the conversations are gone."""
    browser = browser_of("rosa", "approver")
    now = datetime.now(timezone.utc)
    for number in range(5):
        store(engine, [replace(LOST, text="is there parking", at=now - timedelta(days=2, hours=number))])
    import_batch(engine)
    taught = (("transport", "do you have parking"),)
    monkeypatch.setattr(Publisher, "publish", lambda self, who, id: publish(engine, now, taught))
    assert browser.submit("/publish/1/publish").status_code == 303
    Conversations(config.tracker_url).expire(0)
    page = browser.page("/changes-helped")
    assert re.search(r"Before</th>(<td[^>]*>5</td>){2}", page)


def test_a_topic_that_was_added_counts_from_the_model_that_learnt_it(
    engine: Engine, browser_of: Callable[..., Browser]
) -> None:
    browser = browser_of("rosa", "reader")
    now = datetime.now(timezone.utc)
    who = {"author": "a", "note": "", "decided_by": "b", "reason": "", "before": "{}", "version": 1}
    said = {"kind": "topic", "state": "approved", "after": json.dumps({"phrases": ["can I bring my dog"]})}
    times = {"made": 0.0, "decided": (now - timedelta(days=9)).timestamp()}
    put(engine, "edit", {"id": 1, "target": "dogs", **said, **who, **times})
    assert "Added the topic" not in browser.page("/changes-helped")
    publish(engine, now - timedelta(days=3), ())
    store(engine, [replace(LOST, text="can i bring a dog", at=now - timedelta(days=2))])
    import_batch(engine)
    page = browser.page("/changes-helped")
    assert "Added the topic: Dogs" in page
    assert "can i bring a dog</a>" in page


def test_an_approved_edit_is_judged_by_thumbs(
    engine: Engine, config: Settings, browser_of: Callable[..., Browser]
) -> None:
    browser = browser_of("rosa", "reader")
    now = datetime.now(timezone.utc)
    for number in range(12):
        asked = now - timedelta(days=5 if number < 6 else 1)
        store(engine, [replace(COST, at=asked, conversation=f"c{number}")])
    for number in range(5):
        FeedbackStore(config.tracker_url).add(f"c{number}", COST.message_id, "down", "")
    import_batch(engine)
    who = {"author": "a", "note": "", "decided_by": "b", "reason": "", "before": "{}", "after": "{}"}
    edit = {**who, "made": 0.0, "decided": (now - timedelta(days=3)).timestamp(), "version": 1}
    for number, (kind, target, state) in enumerate(
        [("answer", "cost", "approved"), ("fact", "cost.plan", "rejected"), ("centre", "centre", "approved")]
    ):
        put(engine, "edit", {"id": number + 1, "kind": kind, "target": target, "state": state, **edit})
    page = browser.page("/changes-helped")
    assert "Edited the answer: Cost" in page
    assert "It helped: less is asked in vain" in page
    assert "Edited the center&#39;s profile" in page
    assert page.count("Published <time") == 2
    assert page.count("Too few messages to say") == 1, "nobody asked how to reach the center"


def test_an_edited_profile_is_judged_by_the_replies_that_say_it(
    engine: Engine, config: Settings, browser_of: Callable[..., Browser]
) -> None:
    browser = browser_of("rosa", "reader")
    now = datetime.now(timezone.utc)
    person = replace(COST.reply, topics=(), kind="human")
    address = replace(COST.reply, topics=("contact",))
    for number, reply in enumerate([person, address, COST.reply] * 5):
        asked = now - timedelta(days=5 if number < 9 else 1)
        store(engine, [replace(COST, at=asked, conversation=f"c{number}", reply=reply)])
    import_batch(engine)
    who = {"author": "a", "note": "", "decided_by": "b", "reason": "", "before": "{}", "after": "{}"}
    when = {"made": 0.0, "decided": (now - timedelta(days=3)).timestamp(), "version": 1}
    put(engine, "edit", {"id": 1, "kind": "centre", "target": "centre", "state": "approved", **who, **when})
    page = browser.page("/changes-helped")
    assert re.findall(r"(?:Before|After)</th><td[^>]*>(\d+)</td>", page) == ["6", "4"]
