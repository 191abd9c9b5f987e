"""The staff application in a real browser: accessible, by keyboard alone, and without JavaScript."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert, update
from sqlalchemy.engine import Connection, Engine

from bot.callbacks.keys import Keys, new_key
from bot.callbacks.repository import Callbacks
from bot.callbacks.request import checked
from bot.fallback import reply_when_down
from bot.judging.tables import phrase
from bot.prepare import load_knowledge
from bot.publishing import records
from bot.publishing.build import COMPARE, COPY, TRAIN
from bot.publishing.cases import Case
from bot.publishing.nlu_files import Phrase
from bot.publishing.records import Waiting
from bot.publishing.replay import Difference, Taken
from bot.publishing.tables import publication
from bot.publishing.workshop import publishing_folder
from bot.reply import Source
from bot.review.accounts import Accounts
from bot.review.database import Database
from bot.review.roles import ROLES
from bot.settings import Settings, settings
from bot.site.app import create_app
from bot.transcripts.demo import now, read_demo, write
from bot.transcripts.importer import import_batch
from bot.transcripts.opening import open_transcripts
from bot.transcripts.tables import DEMO
from bot.transcripts.turns import Replied, Scored, Turn, Understood
from tests.e2e.conftest import PROFILE, Server, Visits
from tests.e2e.test_accessibility import SURROUNDINGS, violations
from tests.e2e.test_keyboard import tab_to
from tests.e2e.test_screenshots import keep
from tests.review.test_helped import publish
from tests.transcripts.conftest import store

PASSWORD = "seven quiet herons"
PEOPLE = (
    (
        "Marisol Quintanilla-Featherstonehaugh",
        "(312) 555-0142 ext. 12",
        "weekdays after 5 pm, not on Thursday",
    ),
    ("Ann O'Dell", "(312) 555-0143", None),
    ("Bo", "(312) 555-0144", "any time"),
)


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(Database(f"sqlite:///{tmp_path / 'tracker.db'}"))


@pytest.fixture
def site(tmp_path: Path, accounts: Accounts) -> Iterator[str]:
    """The site's address. There are accounts, invented conversations, and three people wait for a call."""
    config = replace(
        settings(),
        database_url=f"sqlite:///{tmp_path / 'knowledge.db'}",
        tracker_db=tmp_path / "tracker.db",
        tracker_database_url="",
        callbacks_url=f"sqlite:///{tmp_path / 'callbacks.db'}",
        callbacks_keys=(new_key(),),
    )
    for name, roles in {
        "rosa.delgado@example.org": ROLES,
        "ned": ("reader",),
        "ida.very-long-name.of-the-night-shift@willow-creek.example.org": ("editor", "approver"),
    }.items():
        accounts.add("terminal: root", name, roles, PASSWORD)
    callbacks = Callbacks(config.callbacks_url, Keys(config.callbacks_keys))
    for name, phone, best in PEOPLE:
        fields = {"name": name, "phone": phone, "best_time": best, "country": "US"}
        callbacks.add(checked(**fields, consent="They may call me.", agreed=True))
    load_knowledge(config, lambda _: None)
    engine = open_transcripts(config.tracker_url)
    write(engine, read_demo(config).conversations(datetime(2026, 3, 1, tzinfo=timezone.utc), count=120))
    import_batch(engine)
    teach_parking(engine)
    engine.dispose()
    with publications(config):
        server = Server(create_app(config, PROFILE, (), lambda text: reply_when_down((), ())))
        yield server.address
        server.stop()


def approve_phrase(connection: Connection, text: str, intent: str) -> None:
    """What ned suggested and rosa approved."""
    who = {"author": "ned", "approver": "rosa.delgado@example.org", "created": 0.0, "version": 3}
    connection.execute(insert(phrase).values(text=text, folded=text, intent=intent, state="approved", **who))


@contextmanager
def publications(config: Settings) -> Iterator[None]:
    """A phrase waits; a publication is blocked, one is ready, and one is being built while this goes on."""
    phrases = [Waiting(1, Phrase("what's the damage gonna be for the whole thing", "cost"))]
    losses = (
        Difference(
            Case("i keep the pills in the drawer again"),
            "safety",
            Taken(("medication",), "distress"),
            Taken((), ""),
        ),
        Difference(
            Case("is it dear, do they take my plan", "questions.jsonl", frozenset({"cost"})),
            "worse",
            Taken(("cost",), ""),
            Taken(("nlu_fallback",), ""),
        ),
        Difference(Case("the damage?"), "fixed", Taken(("nlu_fallback",), ""), Taken(("cost",), "")),
    )
    with Database(config.tracker_url).writing() as connection:
        for state, found in (("blocked", losses), ("ready", losses[1:])):
            id = records.begin(connection, "ida", phrases, "iop-0.tar.gz")
            for step in (COPY, TRAIN, COMPARE, ""):
                records.step(connection, id, step)
            figures = {"compared": 3000, **records.keep_differences(connection, id, found)}
            records.move(connection, id, "building", state, figures=json.dumps(figures))
        approve_phrase(connection, phrases[0].phrase.text, "cost")
        records.step(connection, records.begin(connection, "ida", phrases, "iop-0.tar.gz"), TRAIN)
        # That gave up what was ready, which has to be shown too.
        connection.execute(update(publication).where(publication.c.id == 2).values(state="ready", ended=None))
    folder = publishing_folder(config) / "3"
    folder.mkdir(parents=True)
    (folder / "log.txt").write_text("14:00:01 Check and train\n" + "a" * 200)
    with (folder.parent / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def teach_parking(engine: Engine) -> None:
    """A model that learnt what parking is was published a week ago; most who ask are answered since."""
    published = now() - timedelta(days=7)
    answer = Replied(
        "answer", ("Behind the house.",), topics=("transport",), sources=(Source("a", "b", "c"),)
    )
    unknown = Replied("unknown", ("The material does not cover that.",))
    said = [(unknown, -3, "is there parking")] * 9 + [(answer, -3, "do you have a parking lot")]
    said += [(answer, 2, "is there parking")] * 11 + [(unknown, 2, "is there parking for a truck")]
    for number, (reply, days, words) in enumerate(said):
        at = published + timedelta(days=days, minutes=number)
        understood = Understood("transport", 0.5, (Scored("cost", 0.2),))
        store(
            engine, [Turn(0, f"{DEMO}p{number}", "m", at, "rest", words, understood=understood, reply=reply)]
        )
    import_batch(engine)
    publish(engine, published, (("transport", "do you have parking"),))


def log_in(page: Page, name: str = "rosa.delgado@example.org") -> Page:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Log in")
    return page


def go(page: Page, path: str) -> None:
    page.goto(page.url.partition("/staff")[0] + "/staff" + path)


def all_pages(page: Page, accounts: Accounts) -> Iterator[str]:
    """Shows every page one after the other, logged out at first, and says which it is."""
    yield "login"
    page.get_by_label("Name", exact=True).fill("nobody")
    page.get_by_label("Password").fill("nothing at all")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "login-refused"
    log_in(page)
    yield "home"
    go(page, "/account")
    yield "account"
    for label in ("Present password", "New password", "New password, again"):
        page.get_by_label(label, exact=True).fill("twelve letters")
    page.get_by_role("button", name="Change my password").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "account-refused"
    go(page, "/accounts")
    yield "accounts"
    page.get_by_label("Name", exact=True).fill("ned")
    page.get_by_role("button", name="Add the account").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "accounts-refused"
    page.get_by_role("link", name="ned", exact=True).click()
    yield "one-account"
    ned = accounts.named("ned")
    accounts.set_roles("ida", ned, ["callbacks"] if "reader" in ned.roles else ["reader"])
    page.get_by_role("button", name="Save the roles").click()
    yield "changed-meanwhile"
    go(page, f"/accounts/{ned.id}")
    page.get_by_role("button", name="Make a new password").click()
    yield "password"
    go(page, "/transcripts?unanswered=no")
    page.get_by_label("Name", exact=True).fill("A filter with quite a long name, for the mornings")
    page.get_by_role("button", name="Save the filter").click()
    page.get_by_role("link", name="Older").click()
    yield "transcripts"
    go(page, "/transcripts?text=nobody-said-this")
    yield "transcripts-none"
    go(page, "/transcripts?from=yesterday")
    yield "transcripts-refused"
    for name in ("distress", "danger"):
        go(page, f"/transcripts?safety={name}")
        page.locator(".conversations a").first.click()
        page.get_by_role("button", name="Reviewed, message 1").click()
        expect(page.get_by_text("Reviewed by")).to_be_visible()
        yield f"conversation-{name}"
    go(page, "/today")
    yield "today"
    page.get_by_role("link", name="Begin with the first").click()
    yield "today-one"
    go(page, "/phrases")
    yield "phrases"
    go(page, "/safety")
    yield "safety"
    go(page, "/summary?week=2026-02-20")
    yield "summary"
    go(page, "/changes-helped")
    expect(page.get_by_text("Still in vain")).to_be_visible()
    yield "changes-helped"
    for path in ("", "/1", "/2", "/3"):
        go(page, f"/publish{path}")
        for more in page.locator("summary").all():
            more.click()
        yield f"publish{path.replace('/', '-')}"
    go(page, "/answers")
    yield "answers"
    go(page, "/answers/program_length")
    page.get_by_text("Change this fact").first.click()
    page.get_by_label("From").first.fill("7")
    page.get_by_role("button", name="Send for approval: weeks").click()
    yield "answer"
    page.get_by_text("Change this fact").first.click()
    page.get_by_label("To").first.fill("many")
    page.get_by_role("button", name="Send for approval: weeks").click()
    yield "answer-refused"
    page.get_by_text("Add a fact").first.click()
    yield "answer-with-all-forms"
    go(page, "/answers/cost/questions")
    yield "questions"
    page.locator("main li a").first.click()
    page.get_by_role("button", name="Preview").click()
    yield "question"
    go(page, "/answers/cost/questions/documents/new")
    page.get_by_role("button", name="Send for approval").click()
    yield "question-refused"
    go(page, "/changes")
    yield "changes"
    go(page, "/centre")
    page.get_by_label("Opening hours").fill("always")
    page.get_by_role("button", name="Send for approval: the center").click()
    yield "centre-refused"
    go(page, "/answers/new")
    page.get_by_role("button", name="Another fact").click()
    page.get_by_label("What it says").first.fill("It takes 3 weeks.")
    page.get_by_role("button", name="Send for approval").click()
    yield "new-topic-refused"
    go(page, "/callbacks")
    page.get_by_role("button", name="Called").nth(1).click()
    yield "callbacks"
    page.get_by_role("button", name="Done").nth(2).click()
    page.get_by_role("link", name="Done", exact=True).click()
    yield "callbacks-done"
    go(page, "/audit")
    yield "audit"
    go(page, "/audit?from=yesterday")
    yield "audit-refused"
    go(page, "/nothing")
    yield "not-found"
    page.get_by_role("button", name="Log out").click()
    log_in(page, "ida.very-long-name.of-the-night-shift@willow-creek.example.org")
    go(page, "/audit")
    yield "forbidden"


@pytest.mark.parametrize("surroundings", [*SURROUNDINGS, "200%"])
def test_every_page_is_accessible_and_fits(visit: Visits, accounts: Accounts, surroundings: str) -> None:
    zoomed: dict[str, Any] = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
    context = zoomed if surroundings == "200%" else SURROUNDINGS[surroundings]
    page = visit(opened=False, path="/staff/login", bypass_csp=True, **context)  # axe adds a style of its own
    shown = []
    for name in all_pages(page, accounts):
        shown.append(name)
        if surroundings == "right to left":
            page.evaluate("document.documentElement.dir = 'rtl'")
        assert violations(page) == [], name
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is scrolled sideways"
    assert len(shown) == len(set(shown)) == 41


def test_the_text_alone_can_be_twice_as_large(visit: Visits, accounts: Accounts) -> None:
    page = visit(opened=False, path="/staff/login", bypass_csp=True, viewport={"width": 640, "height": 800})
    for name in all_pages(page, accounts):
        page.add_style_tag(content="html { font-size: 200% }")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is scrolled sideways"


def test_without_javascript_everything_works(visit: Visits) -> None:
    admin = visit(opened=False, path="/staff/", java_script_enabled=False)
    log_in(admin)
    admin.get_by_role("link", name="Accounts").first.click()
    admin.get_by_label("Name", exact=True).fill("Lee")
    admin.get_by_role("checkbox", name="callbacks").check()
    admin.get_by_role("button", name="Add the account").click()
    password = admin.locator(".secret").inner_text()

    lee = visit(opened=False, path="/staff/callbacks", java_script_enabled=False)
    lee.get_by_label("Name", exact=True).fill("lee")
    lee.get_by_label("Password").fill(password)
    lee.get_by_role("button", name="Log in").click()
    expect(lee.get_by_role("heading", level=1)).to_have_text("Call-backs")
    lee.get_by_role("button", name="Done: Ann O'Dell").click()
    expect(lee.get_by_role("status")).to_contain_text("The request is marked: done")
    expect(lee.get_by_role("heading", name="Ann O'Dell")).to_have_count(0)
    lee.get_by_role("button", name="Undo").click()
    expect(lee.get_by_role("heading", name="Ann O'Dell")).to_be_visible()
    lee.get_by_role("button", name="Log out").click()
    expect(lee.get_by_role("heading", level=1)).to_have_text("Log in")

    admin.get_by_role("link", name="Audit log").click()
    admin.get_by_label("Person").fill("lee")
    admin.get_by_label("Action").select_option(label="Changed a call-back request")
    admin.get_by_role("button", name="Show").click()
    expect(admin.get_by_role("row")).to_have_count(3)
    with admin.expect_download() as download:
        admin.get_by_role("button", name="Export these lines as CSV").click()
    assert Path(download.value.path()).read_text().count(",lee,callback_changed,") == 2


def test_the_whole_way_by_keyboard(visit: Visits) -> None:
    page = visit(opened=False, path="/staff/")
    tab_to(page, "Skip to the page's content")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("rosa.delgado@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Start")
    tab_to(page, "Call-backs")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Call-backs")
    tab_to(page, "Called: Bo")
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_contain_text("called")
    tab_to(page, "Undo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_count(0)
    tab_to(page, "Audit log")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Audit log")
    tab_to(page, "Log out", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_conversations_without_javascript(visit: Visits) -> None:
    page = visit(opened=False, path="/staff/", java_script_enabled=False)
    log_in(page)
    page.get_by_role("link", name="Conversations").first.click()
    page.get_by_label("Kind of reply").select_option(label="unknown")
    page.get_by_label("Channel").select_option(label="website")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".conversations .unanswered").first).to_be_visible()
    page.get_by_label("Name", exact=True).fill("In vain")
    page.get_by_role("button", name="Save the filter").click()
    words = page.locator(".conversations a").first.inner_text()
    page.locator(".conversations a").first.click()
    expect(page.locator(".visitor").first).to_contain_text(words[:40])
    page.get_by_role("button", name="Reviewed, message 1").click()
    expect(page.get_by_text("Reviewed by rosa")).to_be_visible()
    page.get_by_role("button", name="Undo: reviewed, message 1").click()
    expect(page.get_by_text("Reviewed by rosa")).to_have_count(0)
    go(page, "/transcripts")
    page.get_by_role("link", name="In vain").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export what fits as CSV").click()
    assert "unknown" in Path(download.value.path()).read_text()
    page.get_by_role("button", name="Delete the filter In vain").click()
    expect(page.get_by_role("link", name="In vain")).to_have_count(0)


@pytest.mark.skipif(not os.environ.get("IOP_SCREENSHOTS"), reason="IOP_SCREENSHOTS is not set")
def test_take_the_pictures(visit: Visits, tmp_path: Path) -> None:
    engine = open_transcripts(f"sqlite:///{tmp_path / 'tracker.db'}")
    write(engine, read_demo(settings()).conversations(now(), seed=8))
    while import_batch(engine).more:
        pass
    engine.dispose()
    page = visit(opened=False, path="/staff/login")
    log_in(page)
    keep(page, "staff-start")
    go(page, "/summary")
    keep(page, "staff-week")
    go(page, "/changes-helped")
    keep(page, "staff-helped")
    go(page, "/transcripts")
    keep(page, "staff-conversations")
    go(page, "/transcripts?kind=answer&least=60")
    page.locator(".conversations a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A conversation")
    keep(page, "staff-conversation")


def test_a_week_prints_on_both_papers_in_ink(visit: Visits, tmp_path: Path) -> None:
    """From a dark screen too: nothing is cut off, and the bars are those of the printed style."""
    page = visit(opened=False, path="/staff/login", color_scheme="dark")
    log_in(page)
    go(page, "/summary?week=2026-02-20")
    bar = page.locator(".chart path[fill='var(--chart-1)']").first
    on_screen = bar.evaluate("one => getComputedStyle(one).fill")
    for paper in ("A4", "Letter"):
        pages = page.pdf(path=tmp_path / f"{paper}.pdf", format=paper).count(b"/Type /Page\n")
        assert 1 <= pages <= 4, paper
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # what A4 leaves between its margins
    assert bar.evaluate("one => getComputedStyle(one).fill") == "rgb(68, 68, 68)" != on_screen
    assert page.locator("form:visible, nav:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    for table in page.locator(".pair table").all():
        cut = "one => one.scrollWidth - one.parentElement.clientWidth"
        assert table.evaluate(cut) <= 0, table.locator("caption").inner_text()


def test_going_back_after_logging_out_shows_nothing(visit: Visits) -> None:
    page = visit(opened=False, path="/staff/login")
    log_in(page)
    go(page, "/callbacks")
    expect(page.get_by_role("heading", name="Ann O'Dell")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    assert "O'Dell" not in page.content()


def test_on_paper_there_is_what_was_read_and_nothing_to_press(visit: Visits) -> None:
    page = visit(opened=False, path="/staff/login")
    log_in(page)
    go(page, "/callbacks")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Ann O'Dell")).to_be_visible()
    assert page.locator("button:visible, nav:visible, input:visible").count() == 0
