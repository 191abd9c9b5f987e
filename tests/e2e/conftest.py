"""A real site and a real browser; only the assistant is a stand-in that speaks the reply contract."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from bot.fallback import centre_contacts, reply_when_down
from bot.knowledge.profile import CentreProfile, Hours
from bot.privacy.conversations import Conversations
from bot.reply import Button, Contact, Reply, Source
from bot.settings import settings
from bot.site.app import create_app

EMERGENCY = (
    Contact("Call 911", "emergency", "tel:911"),
    Contact("Call or text 988", "Suicide & Crisis Lifeline", "tel:988"),
)
PROFILE = CentreProfile(
    example=True,
    name="Willow Creek Recovery Center",
    phone="+1 312 555 0142",
    address="100 Example Street, Willow Creek, IL 00000",
    time_zone="America/Chicago",
    hours=(Hours(days=("mon", "tue", "wed", "thu", "fri"), opens="08:00", closes="19:00"),),
    emergency_note="We are not an emergency service. If a life is in danger, call 911.",
)
LENGTH = Reply(
    kind="answer",
    texts=(
        "How long depends on the program, and sources differ: 8 to 12 weeks (How Long Does IOP Take?), "
        "or about 90 days (IOP Groups).",
        "Questions? Call us at +1 312 555 0142.",
    ),
    topics=("program_length",),
    sources=(
        Source("000_a.txt", "How Long Does Intensive Outpatient Treatment Take?", "Duration of Programs"),
        Source("003_b.txt", "What Happens in IOP Groups?", "What to Expect"),
        Source("003_b.txt", "What Happens in IOP Groups?", "What to Expect"),
    ),
    buttons=(
        Button("Tell me more", "/tell_more"),
        Button("What makes it longer or shorter?", "/length_factors"),
        Button("How many hours a week is it?", "/weekly_schedule"),
    ),
)
SAFETY = Reply(
    kind="safety",
    texts=(
        "I'm really glad you told me. Please call or text 988 now. Someone is there day and night.",
        "If you have hurt yourself or are about to, call 911.",
    ),
    safety=("suicide",),
    contacts=(EMERGENCY[1], EMERGENCY[0]),
)
DELETED = Reply(kind="privacy", texts=("Your conversation is deleted.",), deleted=True)
WORDS = Reply(kind="small_talk", texts=("I heard you.",))
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => console.error("CSP: " + event.violatedDirective));
"""
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


@dataclass
class StandIn:
    """The assistant's stand-in: what it was asked, and how it behaves ("up", "broken", "silent").

    It keeps conversations in `tracker`, an SQLite file, in the shape of Rasa's.
    """

    tracker: Path
    address: str = ""
    behaviour: str = "up"
    delay: float = 0.0
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        with closing(sqlite3.connect(self.tracker)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("create table events (id integer primary key, sender_id, type_name, data)")

    def save(self, sender: str, message_id: str | None, text: str, reply: list[dict[str, Any]]) -> None:
        events: list[dict[str, Any]] = [{"event": "user", "text": text, "message_id": message_id}]
        for part in reply:
            data = {"buttons": part.get("buttons"), "custom": part.get("custom")}
            events.append({"event": "bot", "text": part.get("text"), "data": data})
        rows = [(sender, event["event"], json.dumps(event)) for event in events]
        with closing(sqlite3.connect(self.tracker)) as database, database:
            database.executemany("insert into events (sender_id, type_name, data) values (?, ?, ?)", rows)

    def kept(self) -> int:
        """How many events are stored."""
        with closing(sqlite3.connect(self.tracker)) as database:
            return int(database.execute("select count(*) from events").fetchone()[0])

    def reply(self, text: str) -> list[dict[str, Any]]:
        if text in ("/delete_conversation", "delete my conversation"):
            return DELETED.messages()
        if "long" in text or text == "/program_length":
            return LENGTH.messages()
        if "die" in text:
            return SAFETY.messages()
        if "hostile" in text:
            source = Source(HOSTILE, HOSTILE, HOSTILE)
            button = Button(HOSTILE, "/x")
            contacts = (
                Contact(HOSTILE, HOSTILE, "javascript:window.hacked=1"),
                Contact(HOSTILE, HOSTILE, "tel:1"),
            )
            hostile = Reply("answer", (HOSTILE,), sources=(source,), contacts=contacts, buttons=(button,))
            return hostile.messages()
        return WORDS.messages()

    async def webhook(self, request: Request) -> JSONResponse:
        sent = await request.json()
        self.asked.append((sent["sender"], sent["message"]))
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.behaviour == "broken":
            return JSONResponse({"error": "broken"}, 500)
        if self.behaviour == "silent":
            return JSONResponse([])
        reply = self.reply(sent["message"])
        if reply == DELETED.messages():
            Conversations(f"sqlite:///{self.tracker}").forget(sent["sender"])
        else:
            self.save(sent["sender"], sent.get("message_id"), sent["message"], reply)
        return JSONResponse(reply)

    def app(self) -> Starlette:
        async def hello(_: Request) -> PlainTextResponse:
            return PlainTextResponse("Hello from Rasa: 3.6.21")

        return Starlette(
            routes=[Route("/", hello), Route("/webhooks/rest/webhook", self.webhook, methods=["POST"])]
        )


class Server:
    """An ASGI app on a free port of this machine, in a thread."""

    def __init__(self, app: Starlette) -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(app, port=0, ws="none", log_level="warning", timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            if time.monotonic() > deadline:
                raise RuntimeError("the test server did not start")
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[StandIn]:
    """A new stand-in for each test, so that a late message of one test is never counted in another."""
    stand_in = StandIn(tmp_path / "tracker.db")
    server = Server(stand_in.app())
    stand_in.address = server.address
    yield stand_in
    server.stop()


@pytest.fixture
def site(assistant: StandIn) -> Iterator[str]:
    """The site's address."""
    port = int(assistant.address.rpartition(":")[2])
    config = replace(
        settings(),
        assistant_port=port,
        tracker_db=assistant.tracker,
        tracker_database_url="",
    )
    unavailable = reply_when_down(EMERGENCY, centre_contacts(PROFILE))

    def stand_in(text: str) -> Reply:
        return SAFETY if "die" in text else unavailable

    server = Server(create_app(config, PROFILE, EMERGENCY, stand_in, wait_seconds=3.0))
    yield server.address
    server.stop()


# Of the package: while Playwright runs, no test in another folder could start an event loop of its own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    chromium = os.environ.get("IOP_CHROMIUM") or shutil.which("chromium")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    flags += ["--disable-component-update", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


def say(page: Page, text: str) -> None:
    """Types a message and sends it."""
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def until(page: Page, holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Waits for what no page shows: what the assistant was asked, what is stored. Fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        page.wait_for_timeout(50)


@dataclass
class Watched:
    """A browser page and what went on in it."""

    page: Page
    site: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def hear(self, line: ConsoleMessage) -> None:
        # That a request failed is for the tests of outages to judge.
        if line.type == "error" and not line.text.startswith("Failed to load resource"):
            self.errors.append(line.text)

    def foreign_requests(self) -> list[str]:
        return [url for url in self.requests if not url.startswith(self.site + "/")]


class Visits:
    """Opens the site's page as different visitors would, and watches each of them."""

    def __init__(self, browser: Browser, site: str) -> None:
        self._browser = browser
        self._site = site
        self._contexts: list[BrowserContext] = []
        self.watched: list[Watched] = []

    def __call__(self, opened: bool = True, path: str = "/", **context: Any) -> Page:
        context.setdefault("viewport", {"width": 1280, "height": 800})
        visitor = self._browser.new_context(**context)
        self._contexts.append(visitor)
        page = visitor.new_page()
        watched = Watched(page, self._site)
        self.watched.append(watched)
        page.on("request", lambda request: watched.requests.append(request.url))
        page.on("pageerror", lambda error: watched.errors.append(str(error)))
        page.on("console", watched.hear)
        page.add_init_script(REPORT_VIOLATIONS)
        page.goto(self._site + path)
        if opened:
            page.get_by_role("button", name="Ask a question").click()
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visits]:
    """`visit()` opens the page and the chat. Afterwards: no request left the site, nothing was reported."""
    visits = Visits(browser, site)
    yield visits
    visits.close()
    for watched in visits.watched:
        assert watched.foreign_requests() == []
        assert watched.errors == []
