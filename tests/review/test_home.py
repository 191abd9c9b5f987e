"""Where staff begin: what there is to do, for those who may do it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from html import unescape

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Engine

from bot.callbacks.repository import Callbacks
from bot.callbacks.request import checked
from bot.feedback.repository import FeedbackStore
from bot.judging.tables import phrase
from bot.review.database import Database
from bot.settings import Settings
from bot.transcripts.importer import import_batch
from tests.review.conftest import Browser
from tests.review.test_helped import put
from tests.review.test_transcripts import COST, DANGER, LOST
from tests.transcripts.conftest import store


def tasks(page: str) -> dict[str, tuple[int, str]]:
    """What is to do: how much, and where it leads."""
    found = re.findall(r'<a href="([^"]+)"><strong>(\d+)</strong> ([^<]+)</a>', page)
    return {words: (int(count), unescape(address)) for address, count, words in found}


@pytest.fixture
def morning(engine: Engine, config: Settings, callbacks: Callbacks) -> None:
    """Of yesterday one in danger, two unanswered, one with a thumb down; of last year one in danger."""
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    said = [
        replace(DANGER, at=yesterday),
        replace(LOST, at=yesterday),
        replace(LOST, at=yesterday, conversation="third", message_id="m4"),
        replace(COST, at=yesterday),
        replace(DANGER, at=yesterday - timedelta(days=365), conversation="old", message_id="m5"),
    ]
    for turn in said:
        store(engine, [turn])
    FeedbackStore(config.tracker_url).add(COST.conversation, COST.message_id, "down", "")
    import_batch(engine)
    fields = {"name": "Bo", "phone": "(312) 555-0144", "best_time": None, "country": "US"}
    callbacks.add(checked(**fields, consent="They may call me.", agreed=True))


@pytest.mark.usefixtures("morning")
def test_what_there_is_to_do_leads_to_it(browser_of: Callable[..., Browser]) -> None:
    browser = browser_of("rosa", "editor", "callbacks")
    found = tasks(browser.page("/"))
    assert {words: count for words, (count, _) in found.items()} == {
        "Messages with danger or distress": 1,
        "Answers with thumbs down": 1,
        "Unanswered messages": 2,
        "New call-back requests": 1,
    }
    lost = browser.get(found["Unanswered messages"][1]).text
    assert lost.count("zebra parking") == 2
    assert "how much" not in lost
    danger = browser.get(found["Messages with danger or distress"][1]).text
    assert danger.count("i want to die") == 1, "not that of last year"

    number = re.search(r'<h2><a href="/staff/transcripts/(\d+)"', danger)
    assert number
    browser.submit(f"/transcripts/{number[1]}/reviewed", reviewed="yes")
    assert "Messages with danger or distress" not in tasks(browser.page("/"))


@pytest.mark.usefixtures("morning")
def test_everybody_sees_what_is_theirs_to_do(browser_of: Callable[..., Browser]) -> None:
    assert list(tasks(browser_of("cara", "callbacks").page("/"))) == ["New call-back requests"]
    assert "New call-back requests" not in tasks(browser_of("rita", "reader").page("/"))


def test_nothing_waits_at_first(browser_of: Callable[..., Browser]) -> None:
    assert "Nothing waits for you" in browser_of("rosa", "admin", "callbacks").page("/")


def test_an_approver_sees_what_others_suggested(
    engine: Engine, staff_database: Database, browser_of: Callable[..., Browser]
) -> None:
    browser = browser_of("rosa", "approver")
    row = {"intent": "cost", "state": "suggested", "approver": "", "created": 0.0, "version": 1}
    with staff_database.writing() as connection:
        for text, author in (("what is the price", "ned"), ("how pricey is it", "rosa")):
            connection.execute(insert(phrase), {**row, "text": text, "folded": text, "author": author})
    who = {
        "decided_by": "",
        "note": "",
        "reason": "",
        "before": "{}",
        "after": "{}",
        "made": 0.0,
        "version": 1,
    }
    put(
        engine,
        "edit",
        {"id": 1, "kind": "answer", "target": "cost", "state": "waiting", "author": "ned", **who},
    )
    page = browser.page("/")
    assert {words: count for words, (count, _) in tasks(page).items()} == {
        "Phrases to approve": 1,
        "Edits to approve": 1,
    }
    assert tasks(browser_of("ned", "approver").page("/")) == {
        "Phrases to approve": (1, "/staff/phrases?state=suggested")
    }
    assert tasks(browser_of("ed", "editor").page("/")) == {}
