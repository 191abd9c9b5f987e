"""Conversations as staff find and read them: what is seen, by whom, and what of it is written down."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.engine import Engine

from bot.feedback.repository import FeedbackStore
from bot.prepare import load_knowledge
from bot.reply import Button, Source
from bot.review.audit import AuditLog, Filter
from bot.review.errors import UnavailableError
from bot.settings import Settings
from bot.transcripts.importer import import_batch
from bot.transcripts.turns import Noticed, Replied, Scored, Turn, Understood
from tests.review.conftest import Browser, done
from tests.transcripts.conftest import store

# Half past two at night in New York, of the 2nd of March; in London it is morning.
AT = datetime(2026, 3, 2, 7, 30, tzinfo=timezone.utc)
SECRET = "8c1f0e77-secret-of-a-visitor"
COST = Turn(
    0,
    SECRET,
    "m1",
    AT,
    "rest",
    "how much <b>is</b> it",
    understood=Understood("cost", 0.61, (Scored("insurance", 0.25),), (Scored("cost", 0.6, "how much"),)),
    reply=Replied(
        "answer",
        ("It depends on the plan.",),
        (Button("Do you take insurance?", "/insurance"),),
        ("cost",),
        (),
        (Source("017.txt", "Paying", "Costs"),),
    ),
    model="model-7",
    knowledge=12,
)
DANGER = replace(
    COST,
    conversation="other",
    message_id="m2",
    channel="sms",
    text="i want to die",
    at=AT + timedelta(days=1),
    understood=Understood("", 0.0, safety=Noticed("suicide", "danger", "says that they want to die")),
    reply=Replied("safety", ("Call 988 now.",), safety=("suicide",)),
)
LOST = replace(
    COST,
    conversation="demo-1",
    message_id="m3",
    text="zebra parking",
    at=AT + timedelta(days=2),
    understood=Understood("nlu_fallback", 0.12),
    reply=Replied("unknown", ("The material behind this assistant doesn't cover that.",)),
)


@pytest.fixture
def said(engine: Engine, config: Settings) -> None:
    """Three conversations, the last one of the demo; the first has a thumb down."""
    for turn in (COST, DANGER, LOST):
        store(engine, [turn])
    FeedbackStore(config.tracker_url).add(SECRET, "m1", "down", "too <i>vague")
    import_batch(engine)


def numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<h2><a href="/staff/transcripts/(\d+)"', page)]


def test_the_list_is_empty_at_first(browser_of: Callable[..., Browser]) -> None:
    assert "There are no conversations yet" in browser_of("rosa", "reader").page("/transcripts")


@pytest.mark.usefixtures("said")
def test_the_latest_comes_first_with_its_marks(browser_of: Callable[..., Browser]) -> None:
    browser = browser_of("rosa", "reader")
    page = browser.page("/transcripts")
    assert page.index("zebra") < page.index("want to die") < page.index("how much")
    assert "how much &lt;b&gt;is&lt;/b&gt; it" in page
    assert "Mar 2, 2026, 02:30" in page
    for mark in ("danger", "thumbs down", "unanswered", "demo"):
        assert f">{mark}</span>" in page
    assert SECRET not in page
    assert ">demo</span>" in browser.page("/")


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=ZEBRA", ["zebra"]),
        ("text=%25", []),
        ("from=2026-03-03", ["zebra", "die"]),
        ("to=2026-03-02", ["how much"]),
        ("from=2026-03-03&to=2026-03-03", ["die"]),
        ("channel=sms", ["die"]),
        ("kind=unknown", ["zebra"]),
        ("topic=cost", ["how much"]),
        ("least=60&most=62", ["how much"]),
        ("most=20", ["zebra", "die"]),
        ("thumbs=down", ["how much"]),
        ("safety=any", ["die"]),
        ("safety=none", ["zebra", "how much"]),
        ("unanswered=yes", ["zebra"]),
        ("reviewed=yes", []),
        ("reviewed=no&channel=rest", ["zebra", "how much"]),
    ],
)
def test_a_filter(browser_of: Callable[..., Browser], query: str, found: list[str]) -> None:
    page = browser_of("rosa", "reader").page(f"/transcripts?{query}")
    rows = re.findall(r'<h2><a href="/staff/transcripts/\d+">(.*?)</a>', page)
    assert len(rows) == len(found)
    assert all(words in row for words, row in zip(found, rows, strict=True))
    assert found or "No conversation fits" in page


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    "query",
    ["from=yesterday", "from=2026-03-04&to=2026-03-01", "least=x", "most=101", "least=9&most=8", "kind=no"],
)
def test_a_filter_that_cannot_be_used_is_told_of(browser_of: Callable[..., Browser], query: str) -> None:
    page = browser_of("rosa", "reader").page(f"/transcripts?{query}", 400)
    assert 'role="alert"' in page
    assert "zebra" not in page


def test_pages_lead_to_older_and_newer_ones(browser_of: Callable[..., Browser], engine: Engine) -> None:
    for number in range(120):
        store(engine, [replace(COST, conversation=f"c{number}", at=AT + timedelta(minutes=number))])
    import_batch(engine)
    browser = browser_of("rosa", "reader")

    def follow(page: str, word: str) -> str:
        found = re.search(rf'href="/staff(/transcripts[^"]*)">{word}<', page)
        assert found, word
        return browser.page(found[1].replace("&amp;", "&"))

    first = browser.page("/transcripts?channel=rest")
    second = follow(first, "Older")
    third = follow(second, "Older")
    assert [len(numbers(page)) for page in (first, second, third)] == [50, 50, 20]
    assert len({*numbers(first), *numbers(second), *numbers(third)}) == 120
    assert ">Older<" not in third
    assert numbers(follow(third, "Newer")) == numbers(second)
    again = follow(follow(third, "Newer"), "Newer")
    assert numbers(again) == numbers(first)
    assert ">Newer<" not in again
    assert ">Newer<" not in first
    assert numbers(follow(third, "Latest")) == numbers(first)


@pytest.mark.usefixtures("said")
def test_a_conversation_is_shown_whole_and_as_text(browser_of: Callable[..., Browser]) -> None:
    browser = browser_of("rosa", "reader")
    cost, danger = (numbers(browser.page(f"/transcripts?text={text}"))[0] for text in ("how", "die"))
    page = browser.page(f"/transcripts/{cost}")
    for shown in (
        "how much &lt;b&gt;is&lt;/b&gt; it",
        "too &lt;i&gt;vague",
        "61 %",
        "insurance",
        "It depends on the plan.",
        "Do you take insurance?",
        "Paying: Costs (017.txt)",
        "model-7",
        "<dd>12</dd>",
        "Thumbs down",
    ):
        assert shown in page
    assert "<b>is" not in page
    assert SECRET not in page
    assert "/reviewed" not in page, "a reader cannot mark it"
    assert "says that they want to die" in browser.page(f"/transcripts/{danger}")


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize("number", ["999", "99999999999999999999"])
def test_one_that_is_gone(browser_of: Callable[..., Browser], number: str) -> None:
    assert "no such conversation any more" in browser_of("rosa", "reader").page(f"/transcripts/{number}", 404)


@pytest.mark.usefixtures("said")
def test_a_message_is_reviewed_and_that_is_undone(
    browser_of: Callable[..., Browser], audit: AuditLog
) -> None:
    browser = browser_of("rosa", "editor")
    number = numbers(browser.page("/transcripts?text=zebra"))[0]
    response = browser.submit(f"/transcripts/{number}/reviewed", reviewed="yes")
    assert response.headers["location"] == f"/staff/transcripts/{number}#m{number}"
    assert "Reviewed by rosa" in browser.page(f"/transcripts/{number}")
    assert numbers(browser.page("/transcripts?reviewed=yes")) == [number]
    browser.submit(f"/transcripts/{number}/reviewed", reviewed="no", by="rosa")
    assert "Reviewed by" not in browser.page(f"/transcripts/{number}")
    assert [entry.what for entry in audit.page(Filter(who="rosa")) if "reviewed" in entry.what] == [
        "message_unreviewed",
        "message_reviewed",
    ]
    assert browser.submit("/transcripts/999/reviewed", reviewed="yes").status_code == 404
    assert len(audit.page(Filter(what="message_reviewed"))) == 1, "what did not happen is not in the log"


@pytest.mark.usefixtures("said")
def test_what_is_read_is_in_the_audit_log_without_words(
    browser_of: Callable[..., Browser], audit: AuditLog
) -> None:
    browser = browser_of("rosa", "reader")
    number = numbers(browser.page("/transcripts?text=zebra&channel=rest"))[0]
    browser.page(f"/transcripts/{number}")
    assert done(audit) == ["login", "conversations_listed", "conversation_read"]
    read, listed = audit.page(Filter(who="rosa"))[:2]
    assert read.about == f"that of message {number}"
    assert listed.about == "1 conversation; channel rest, text"


@pytest.mark.usefixtures("said")
def test_nothing_is_shown_that_the_audit_could_not_take(
    browser_of: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of("rosa", "admin")
    number = numbers(browser.page("/transcripts?text=zebra"))[0]
    token = browser.token()

    def full(*_: object) -> None:
        raise UnavailableError("The database cannot be reached now.")

    monkeypatch.setattr("bot.review.audit.record", full)
    assert "zebra" not in browser.page("/transcripts", 503)
    assert "zebra" not in browser.page(f"/transcripts/{number}", 503)
    data = {"csrf": token, "format": "csv"}
    response = browser.post("/staff/transcripts/export", data=data)
    assert response.status_code == 503
    assert "zebra" not in response.text


@pytest.mark.usefixtures("said")
def test_saved_filters_are_ones_own(browser_of: Callable[..., Browser]) -> None:
    rosa, ned = browser_of("rosa", "reader"), browser_of("ned", "reader")
    for channel in ("rest", "sms"):
        response = rosa.submit("/transcripts/filters", name="<Mine>", channel=channel)
    assert response.headers["location"] == "/staff/transcripts?channel=sms"
    page = rosa.page("/transcripts")
    assert '<a href="/staff/transcripts?channel=sms">&lt;Mine&gt;</a>' in page
    assert "channel=rest" not in page, "the second one replaced it"
    assert "Mine" not in ned.page("/transcripts")
    found = re.search(r"/staff(/transcripts/filters/\d+/delete)", page)
    assert found
    assert ned.submit(found[1]).status_code == 404
    assert rosa.submit(found[1]).status_code == 303
    assert "Mine" not in rosa.page("/transcripts")
    assert rosa.submit("/transcripts/filters", name=" ", channel="sms").status_code == 400


@pytest.mark.usefixtures("said")
def test_what_fits_is_exported(browser_of: Callable[..., Browser], audit: AuditLog) -> None:
    browser = browser_of("rosa", "admin")
    response = browser.submit("/transcripts/export", format="csv", channel="rest")
    assert response.headers["content-disposition"].endswith('.csv"')
    rows = list(csv.DictReader(response.text.splitlines()))
    assert sorted(row["message"] for row in rows) == ["how much <b>is</b> it", "zebra parking"]
    response = browser.submit("/transcripts/export", format="jsonl", text="how")
    (row,) = map(json.loads, response.text.splitlines())
    assert row["feedback"]["why"] == "too <i>vague"
    assert SECRET not in response.text
    assert [entry.about for entry in audit.page(Filter(what="conversations_exported"))] == [
        "jsonl; text",
        "csv; channel rest",
    ]
    assert browser.submit("/transcripts/export", format="exe").status_code == 400


@pytest.mark.usefixtures("said")
def test_two_people_who_review_one_message(browser_of: Callable[..., Browser], audit: AuditLog) -> None:
    rosa, ned = browser_of("rosa", "editor"), browser_of("ned", "editor")
    number = numbers(rosa.page("/transcripts"))[0]
    path = f"/transcripts/{number}/reviewed"
    assert ned.submit(path, reviewed="no", by="rosa").status_code == 409, "nobody has yet"
    assert rosa.submit(path, reviewed="yes").status_code == 303
    late = ned.submit(path, reviewed="yes")
    assert late.status_code == 409
    assert "rosa has marked it as reviewed" in late.text
    assert "Reviewed by rosa" in ned.page(f"/transcripts/{number}"), "her name stays"
    assert ned.submit(path, reviewed="no", by="ned").status_code == 409
    assert ned.submit(path, reviewed="no", by="rosa").status_code == 303, "who saw that it was hers"
    assert "Reviewed by" not in rosa.page(f"/transcripts/{number}")
    assert [what for what in done(audit, "ned") if "reviewed" in what] == ["message_unreviewed"]


@pytest.mark.usefixtures("said")
def test_topics_are_chosen_by_their_titles(config: Settings, browser_of: Callable[..., Browser]) -> None:
    load_knowledge(config, lambda _: None)
    browser = browser_of("rosa", "reader")
    page = browser.page("/transcripts?topic=cost")
    assert re.search(r'<option value="cost" selected>[A-Z]', page)
    assert '<option value="program_length">How long' in page
    forgotten = browser.page("/transcripts?topic=no_longer_there")
    assert '<option value="no_longer_there" selected>No longer there</option>' in forgotten
