"""Answers, facts and the center's profile as editors and approvers see them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.judging.decisions import decide
from bot.knowledge.answers import Snapshot, compose
from bot.knowledge.database import open_database
from bot.knowledge.repository import KnowledgeRepository
from bot.privacy.conversations import Conversations
from bot.review.audit import AuditLog
from bot.review.database import Database
from bot.settings import Settings
from bot.transcripts.importer import import_batch
from bot.transcripts.tables import turn
from bot.transcripts.turns import Replied, Turn, Understood
from tests.knowledge.conftest import DOCUMENTS, DOUBT, SHORT
from tests.review.conftest import Browser, done
from tests.transcripts.conftest import store

WEEKS = "length.weeks"


@pytest.fixture
def config(small_knowledge: Settings) -> Settings:
    return small_knowledge


def fields(page: str, target: str) -> dict[str, str]:
    """What a form of the page would send."""
    form = next(
        part for part in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'value="{target}"' in part
    )
    found = re.findall(r'<input[^>]*name="(\w+)" value="([^"]*)"', form)
    found += re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL)
    for name, options in re.findall(r'<select[^>]*name="(\w+)">(.*?)</select>', form, re.DOTALL):
        found += [(name, chosen) for chosen in re.findall(r'value="([^"]*)" selected', options)]
    return {name: unescape(value) for name, value in found if name != "csrf"}


def send(browser: Browser, target: str, path: str = "/answers/length", **changed: str) -> int:
    page = browser.page(path)
    return browser.submit(path, path, **{**fields(page, target), "act": "send", **changed}).status_code


def snapshot_of(config: Settings) -> Snapshot:
    return KnowledgeRepository(open_database(config.database_url), check_every=0).snapshot()


def said(config: Settings, topic: str = "length") -> str:
    return compose(snapshot_of(config), topic).first


@pytest.fixture
def ann(browser_of: Callable[..., Browser]) -> Browser:
    return browser_of("ann", "editor")


@pytest.fixture
def bea(browser_of: Callable[..., Browser]) -> Browser:
    return browser_of("bea", "approver")


def test_a_number_is_changed_by_two_people(
    ann: Browser, bea: Browser, config: Settings, audit: AuditLog
) -> None:
    assert "Answers" in ann.page("/")
    assert send(ann, WEEKS, low="9", note="a new leaflet") == 303
    assert "8 to 12 weeks" in said(config)
    waiting = bea.page("/changes")
    assert "<del>8</del><ins>9</ins> to 12 weeks" in waiting
    assert "a new leaflet" in waiting
    assert "1 waiting" in bea.page("/answers")
    assert bea.submit("/changes/1/approve", "/changes", version="1").status_code == 303
    assert "9 to 12 weeks" in said(config)
    assert re.search(r"by ann.*?approved by bea", ann.page("/answers/length"), re.DOTALL)
    assert {"edit_suggested", "edit_approved"} <= set(done(audit))


def test_approving_keeps_what_was_asked_before(
    ann: Browser, bea: Browser, config: Settings, engine: Engine
) -> None:
    """Nobody looks whether it helped until the conversations are gone."""
    reply = Replied("answer", ("It takes 8 to 12 weeks.",), topics=("length",))
    asked = datetime.now(timezone.utc) - timedelta(days=1)
    for number in range(5):
        store(engine, [Turn(0, f"c{number}", "m", asked, "rest", "how long", reply=reply)])
    import_batch(engine)
    assert send(ann, WEEKS, low="9") == 303
    assert bea.submit("/changes/1/approve", "/changes", version="1").status_code == 303
    Conversations(config.tracker_url).expire(0)
    assert re.search(r"Before</th><td[^>]*>5</td>", bea.page("/changes-helped"))


def test_nobody_approves_their_own(bea: Browser, config: Settings) -> None:
    send(bea, WEEKS, low="9")
    response = bea.submit("/changes/1/approve", "/changes", version="1")
    assert response.status_code == 400
    assert "second person" in response.text
    assert "8 to 12 weeks" in said(config)


def test_what_was_typed_stays_when_something_is_wrong(ann: Browser) -> None:
    path = "/answers/length"
    sent = {**fields(ann.page(path), WEEKS), "act": "send", "low": "many", "says": "In all {quantity} <b>!"}
    page = ann.submit(path, path, **sent)
    assert page.status_code == 400
    assert "Expected a number above 0, found “many”" in page.text
    assert fields(page.text, WEEKS)["low"] == "many"
    assert fields(page.text, WEEKS)["says"] == "In all {quantity} <b>!"
    assert "Nothing waits" in ann.page("/changes")


def test_two_editors_at_once_see_each_other(ann: Browser, browser_of: Callable[..., Browser]) -> None:
    cleo, path = browser_of("cleo", "editor"), "/answers/money"
    before = fields(cleo.page(path), "money")
    send(ann, "money", path, says="Each week costs 12 dollars.")
    response = cleo.submit(path, path, **{**before, "act": "send", "says": "Each week costs 11 dollars."})
    assert response.status_code == 400
    assert "ann</strong> suggested this meanwhile" in response.text
    assert "<ins>12</ins>" in response.text
    again = fields(response.text, "money")
    assert again["says"] == "Each week costs 11 dollars."
    assert cleo.submit(path, path, **{**again, "act": "send"}).status_code == 303
    assert "edit 2" in cleo.page("/changes")


def test_what_was_approved_meanwhile_is_compared_first(ann: Browser, bea: Browser, config: Settings) -> None:
    path = "/answers/money"
    before = fields(ann.page(path), "money")
    send(bea, "money", path, says="Each week costs 12 dollars.")
    ann_approves = ann.submit("/changes/1/approve", "/changes", version="1")
    assert ann_approves.status_code == 403, "an editor does not approve"
    response = ann.submit(path, path, **{**before, "act": "send", "more": "Ask us."})
    assert "bea</strong> suggested this meanwhile" in response.text


def test_the_preview_shows_what_was_typed(ann: Browser) -> None:
    path = "/answers/money"
    sent = {**fields(ann.page(path), "money"), "act": "preview", "says": "Each week costs 99 dollars."}
    page = ann.submit(path, path, **sent)
    assert page.status_code == 200
    assert "Preview of what you typed" in page.text
    assert page.text.count("Each week costs 99 dollars.") >= 3, (
        "in the form, on the website and as a text message"
    )
    assert "1 segment" in page.text
    assert "Nothing waits" in ann.page("/changes")


def test_the_profile_is_changed_in_a_form(ann: Browser, bea: Browser, config: Settings) -> None:
    assert send(ann, "centre", "/centre", phone="+1 555 010 0123", hours="mon-thu: 9:00 to 17:30") == 303
    page = bea.page("/changes")
    assert "Monday to Thursday 9 am to 5:30 pm" in re.sub(
        r"<del>.*?</del>|</?ins>", "", page, flags=re.DOTALL
    )
    assert bea.submit("/changes/1/approve", "/changes", version="1").status_code == 303
    snapshot = KnowledgeRepository(open_database(config.database_url)).snapshot()
    assert snapshot.profile.whom_to_ask == (
        "Please call Oak House at +1 555 010 0123, Monday to Thursday 9 am to 5:30 pm."
    )
    response = ann.submit(
        "/centre", "/centre", **{**fields(ann.page("/centre"), "centre"), "hours": "always"}
    )
    assert "Line 1: expected days and times" in response.text


def test_a_new_topic_waits_for_a_model(ann: Browser, bea: Browser) -> None:
    phrases = "\n".join(f"can i bring my {pet}" for pet in "dog cat hen cow fish duck goat mouse".split())
    topic = {"id": "pets", "title": "Pets", "group": "basics", "question": "May I bring my dog?"}
    topic |= {"says": "Dogs stay at home.", "next": "money\nlength", "phrases": "only one"}
    refused = ann.submit("/answers/new", "/answers/new", **topic)
    assert "at least 8 ways to ask" in refused.text
    assert "only one" in refused.text
    assert ann.submit("/answers/new", "/answers/new", **{**topic, "phrases": phrases}).status_code == 303
    response = bea.submit("/changes/1/approve", "/changes", version="1")
    assert "once a model has learned it" in bea.get(response.headers["location"]).text


def test_a_new_topic_brings_facts(ann: Browser, bea: Browser) -> None:
    path = "/answers/new"
    phrases = "\n".join(f"can i try it for {count} days" for count in range(2, 10))
    topic = {"id": "trials", "title": "Trials", "group": "basics", "question": "May I try it?"}
    topic |= {"next": "money\nlength", "phrases": phrases, "act": "send"}
    fact = {"fact0_id": "a week", "fact0_says": "You may try it for 3 weeks.", "fact0_status": "approved"}
    more = ann.submit(path, path, **{**topic, **fact, "act": "more"}).text
    assert "fact1_says" in more
    assert 'value="You may try it for 3 weeks."' in more
    refused = ann.submit(path, path, **topic, **fact).text
    assert "at least one source" in refused
    assert "numbers only through {quantity}" in refused
    fact |= {"fact0_says": "You may try it for {quantity}.", "fact0_low": "3", "fact0_unit": "week"}
    fact |= {"fact0_qualifier": "at_least", "fact0_document0": "b.txt", "fact0_section0": "Claims"}
    fact["fact0_sentence0"] = DOUBT
    assert (
        "You may try it for at least 3 weeks."
        in ann.submit(path, path, **{**topic, **fact, "act": "preview"}).text
    )
    assert ann.submit(path, path, **topic, **fact).status_code == 303
    waiting = bea.page("/changes")
    assert "a_week: You may try it for at least 3 weeks." in waiting
    assert "Short Courses, Claims" in waiting
    assert bea.submit("/changes/1/approve", "/changes", version="1").status_code == 303


def test_a_fact_is_added_with_its_source(ann: Browser, bea: Browser) -> None:
    new = {"id": "short stay", "says": "It may be short.", "document0": "b.txt", "sentence0": SHORT}
    path = "/answers/length"
    refused = ann.submit(path, path, **{**fields(ann.page(path), "length."), **new, "act": "send"})
    assert refused.status_code == 400
    assert "Source 1: Type the heading above the sentence." in refused.text
    assert 'value="It may be short."' in refused.text
    again = fields(refused.text, "length.short_stay")
    sent = {**again, "section0": "Short Courses", "status": "approved", "act": "send"}
    assert ann.submit(path, path, **sent).status_code == 303
    assert bea.submit("/changes/1/approve", "/changes", version="1").status_code == 303
    assert "Fact: short stay" in ann.page(path)
    assert send(ann, "length", lead="{short_stay}") == 303
    taken = ann.submit(path, path, **{**fields(ann.page(path), "length."), **new, "act": "send"})
    assert "There is a fact of that name already." in taken.text


def test_a_particular_question_is_answered_by_two_people(
    ann: Browser, bea: Browser, config: Settings
) -> None:
    path = "/answers/money/questions/centre/new"
    typed = {"asks": "can i pay by card\ndo you take cards", "verdict": "unsaid", "says": "We take cards."}
    refused = ann.submit(
        path, path, **typed, seen=fields(ann.page(path), "money.centre.new")["seen"], act="send"
    )
    assert "Leave this empty where nobody says" in refused.text
    sent = {**fields(refused.text, "specific"), "verdict": "yes"}
    preview = ann.submit(path, path, **sent, act="preview").text
    assert "Yes. At Oak House: We take cards." in preview
    assert ann.submit(path, path, **sent, act="send").status_code == 303
    assert "<ins>We take cards.</ins>" in bea.page("/changes")
    bea.submit("/changes/1/approve", "/changes", version="1")
    assert "can i pay by card" in ann.page("/answers/money/questions")
    code = re.search(r"questions/centre/(\w{12})", ann.page("/answers/money/questions"))
    assert code
    path = f"/answers/money/questions/centre/{code[1]}"
    out = ann.submit(path, path, **fields(ann.page(path), "specific"), act="remove")
    assert out.status_code == 303
    bea.submit("/changes/2/approve", "/changes", version="1")
    assert "can i pay by card" not in snapshot_of(config).profile.words["money"].json()
    ann.page(path, 404)


def test_what_was_rejected_can_be_gone_on_with(ann: Browser, bea: Browser) -> None:
    send(ann, "money", "/answers/money", says="Each week costs 12 dollars.")
    bea.submit("/changes/1/reject", "/changes", version="1", why="it is 11")
    assert "/staff/answers/money?again=1" in ann.page("/changes")
    assert "again=1" not in bea.page("/changes"), "it is its author's"
    assert fields(ann.page("/answers/money?again=1"), "money")["says"] == "Each week costs 12 dollars."
    assert fields(bea.page("/answers/money?again=1"), "money")["says"] != "Each week costs 12 dollars."


def test_poor_answers_are_counted_until_the_answer_is_changed(
    ann: Browser, bea: Browser, engine: Engine, staff_database: Database
) -> None:
    answer = Replied("answer", ("8 to 12 weeks",), topics=("length",))
    at = datetime.now(timezone.utc)
    talk = Turn(0, "c" * 20, "m", at, "rest", "how long", understood=Understood("length", 0.9), reply=answer)
    store(engine, [talk])
    import_batch(engine)
    with staff_database.writing() as connection:
        number = connection.execute(select(turn.c.id)).scalar_one()
        decide(connection, "cleo", [number], "poor_answer", "", 0)
    assert "1 poor answer<" in ann.page("/answers")
    assert f'href="/staff/transcripts/{number}#m{number}"' in ann.page("/answers/length")
    send(ann, WEEKS, low="9")
    assert "1 poor answer<" in ann.page("/answers"), "it waits"
    bea.submit("/changes/1/approve", "/changes", version="1")
    assert "poor answer<" not in ann.page("/answers")


def test_a_changed_document_reopens_its_answer(
    config: Settings, browser_of: Callable[..., Browser], tmp_path: Path
) -> None:
    for name, content in DOCUMENTS.items():
        (tmp_path / "documents").mkdir(exist_ok=True)
        (tmp_path / "documents" / name).write_text(content.replace("eight to 12", "six to 10"))

    from bot.fallback import reply_when_down
    from bot.site.app import create_app
    from tests.review.conftest import PROFILE

    browser_of("rosa", "reader")
    site = create_app(
        replace(config, documents_dir=tmp_path / "documents"), PROFILE, (), lambda _: reply_when_down((), ())
    )
    rosa = Browser(site).log_in("rosa")
    assert "the document changed" in rosa.page("/answers")
    page = rosa.page("/answers/length")
    assert "The document changed under this answer" in page
    assert "Most courses run for six to 10 weeks." in unescape(page), "the likely new wording"
    assert "<q>A course takes 5 to 8 weeks.</q>" in page
    assert "Send for approval" not in page, "a reader reads"


def test_all_knowledge_can_be_downloaded(ann: Browser, bea: Browser) -> None:
    send(ann, WEEKS, low="9")
    bea.submit("/changes/1/approve", "/changes", version="1")
    packed = zipfile.ZipFile(io.BytesIO(ann.submit("/answers/download", "/answers").content))
    assert {"data/centre.yml", "data/knowledge/length.yml"} <= set(packed.namelist())
    assert b"low: 9, high: 12" in packed.read("data/knowledge/length.yml")
