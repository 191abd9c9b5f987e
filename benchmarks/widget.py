"""How soon the widget shows something, in a real browser; and many visitors of the site at once.

The whole house runs with the trained model. Writes docs/benchmarks/widget.md.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.progress import track

from benchmarks.report import Target, table, targets, trained, write
from bot.house import open_house

OPENINGS = 20  # pages, each in a browser profile of its own
MESSAGES = (
    "how long does it take",
    "can i keep my job",
    "do you do detox",
    "what does it cost",
    "who will find out that i am in treatment",
)
SESSIONS = 200  # all of them say MESSAGES in order, without a pause to read
OPEN_TARGET, ANSWER_TARGET = 100, 150  # ms
# Until the frame after the one in which it can be seen.
_UNTIL_SEEN = """(act, find) => new Promise((done) => {
    const root = document.querySelector("iop-chat").shadowRoot;
    const start = performance.now();
    act(root);
    const look = () => find(root)?.getBoundingClientRect().height > 0
        ? requestAnimationFrame(() => done(performance.now() - start)) : requestAnimationFrame(look);
    requestAnimationFrame(look);
})"""
_OPEN = f"""() => ({_UNTIL_SEEN})(
    (root) => root.querySelector(".launcher").click(), (root) => root.querySelector(".says"))"""
_ASK = f"""(text) => {{
    const root = document.querySelector("iop-chat").shadowRoot;
    const before = root.querySelectorAll(".says").length;
    root.querySelector("textarea").value = text;
    return ({_UNTIL_SEEN})(
        (root) => root.querySelector(".send").click(), (root) => root.querySelectorAll(".says")[before]);
}}"""


@dataclass
class Crowd:
    """What became of many visitors' messages: the times in ms, and how often each thing went wrong."""

    times: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def run(console: Console) -> None:
    """Raises PrepareError or HouseError."""
    model = trained(console)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, open_house(Path(folder), model) as house:
        opened, answered = _in_a_browser(house.site, console)
        crowd = asyncio.run(_at_once(house.site))
    answers = len(crowd.times)
    blocks = [
        targets(
            [
                _under("first message visible after opening, median", OPEN_TARGET, opened),
                _under("an answer visible after Send, median", ANSWER_TARGET, answered),
                Target(
                    f"errors of {SESSIONS} sessions at once", "0", str(crowd.wrong.total()), not crowd.wrong
                ),
            ]
        ),
        table(
            ("what", "of>", "median ms>", "95 % below ms>", "longest ms>"),
            [
                ("opening, until the greeting is painted", len(opened), *_spread(opened)),
                ("Send, until the answer is painted", len(answered), *_spread(answered)),
                (f"one of {SESSIONS} sessions, until the answer is there", answers, *_spread(crowd.times)),
            ],
        ),
        f"The {SESSIONS} sessions begin in the same moment: each loads the page, says {len(MESSAGES)} "
        f"messages one after the other without a pause, and asks for its history. {answers} answers in "
        f"{crowd.seconds:.1f} s, {answers / crowd.seconds:.0f} a second. Visitors who read what they get "
        "need far less: the longest time is what somebody waits who comes with all the others. An error is "
        f"anything but an answer of the assistant itself: {_told(crowd.wrong)}.",
        "The browser is Chromium without a screen, on the same machine as everything else. What "
        f"else ran there when this began: a load of {load:.1f} on {os.cpu_count()} cores.",
    ]
    write("widget", "The widget", "widget", blocks, console)


def _in_a_browser(site: str, console: Console) -> tuple[list[float], list[float]]:
    opened: list[float] = []
    answered: list[float] = []
    chromium = os.environ.get("IOP_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in track(range(OPENINGS), "Opening the widget", console=console):
            page: Page = browser.new_page()
            page.goto(site)
            page.get_by_role("button", name="Ask a question").wait_for()
            opened.append(page.evaluate(_OPEN))
            for text in MESSAGES:
                answered.append(page.evaluate(_ASK, text))
            page.close()
        browser.close()
    return opened, answered


async def _at_once(site: str) -> Crowd:
    crowd = Crowd()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=site, timeout=60, limits=limits, trust_env=False) as http:
        start = time.perf_counter()
        await asyncio.gather(*(_session(http, crowd) for _ in range(SESSIONS)))
        crowd.seconds = time.perf_counter() - start
    return crowd


async def _session(http: httpx.AsyncClient, crowd: Crowd) -> None:
    conversation = uuid4().hex
    try:
        page = await http.get("/")
        if page.status_code != 200:
            crowd.wrong[f"the page: {page.status_code}"] += 1
        for text in MESSAGES:
            start = time.perf_counter()
            said = {"conversation": conversation, "message_id": uuid4().hex, "text": text}
            answer = await http.post("/chat", json=said)
            if answer.status_code != 200:
                crowd.wrong[f"an answer: {answer.status_code}"] += 1
            elif answer.json().get("unavailable"):
                crowd.wrong["the assistant did not answer in time"] += 1
            else:
                crowd.times.append(1000 * (time.perf_counter() - start))
        history = await http.get("/chat", headers={"Conversation-Id": conversation})
        if history.status_code != 200 or len(history.json()["turns"]) != len(MESSAGES):
            crowd.wrong["the history is not whole"] += 1
    except httpx.HTTPError as error:
        crowd.wrong[type(error).__name__] += 1


def _under(what: str, aim: int, times: Sequence[float]) -> Target:
    median = statistics.median(times)
    return Target(what, f"{aim} ms", f"{median:.0f} ms", median < aim)


def _spread(times: Sequence[float]) -> tuple[str, ...]:
    if len(times) < 2:
        return ("-",) * 3
    below = statistics.quantiles(times, n=20)[-1]
    return tuple(f"{value:.0f}" for value in (statistics.median(times), below, max(times)))


def _told(wrong: Counter[str]) -> str:
    return ", ".join(f"{what} ({count})" for what, count in wrong.most_common()) or "there was none"
