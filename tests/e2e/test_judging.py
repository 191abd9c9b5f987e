"""Staff judge what waits, in a real browser: without JavaScript, by single keys, and two at once."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visits
from tests.e2e.test_accessibility import violations
from tests.e2e.test_keyboard import tab_to
from tests.e2e.test_screenshots import keep
from tests.e2e.test_staff import accounts, go, log_in, site  # noqa: F401

NED = "ida.very-long-name.of-the-night-shift@willow-creek.example.org"


@pytest.fixture(autouse=True)
def now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was said until 2026-03-01 still counts as the last days."""
    monkeypatch.setattr("bot.judging.queue.DAYS", 36_500)
    monkeypatch.setattr("bot.judging.safety_queue.DAYS", 36_500)


def first(page: Page, reason: str) -> str:
    """Opens the first item of a kind; returns its words."""
    go(page, "/today")
    link = (
        page.locator("section")
        .filter(has=page.get_by_role("heading", name=re.compile(reason)))
        .locator("h3 a")
    )
    words = link.first.inner_text()
    link.first.click()
    expect(page.get_by_role("button", name="Right", exact=True)).to_be_visible()
    return words


def test_a_wrong_topic_becomes_a_test_without_javascript(visit: Visits) -> None:
    page = visit(opened=False, path="/staff/", java_script_enabled=False)
    log_in(page)
    page.get_by_role("link", name="Today").first.click()
    words = first(page, "Unanswered")
    expect(page.locator(".visitor").filter(has_text=words)).not_to_have_count(0)
    page.get_by_label("Words to keep").fill("is there somewhere for my moped")
    page.get_by_label("The right topic").select_option("transport")
    page.get_by_role("button", name="Wrong topic").click()
    expect(page.get_by_role("status")).to_contain_text("Saved: wrong topic (transport). 1 phrase kept.")
    go(page, "/phrases?state=test")
    expect(page.get_by_role("heading", name="is there somewhere for my moped")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="For Rasa").click()
    kept = yaml.safe_load(Path(download.value.path()).read_text())
    assert kept["nlu"] == [{"intent": "transport", "examples": "- is there somewhere for my moped\n"}]
    page.go_back()
    go(page, "/today")
    expect(page.get_by_role("link", name=words, exact=True)).to_have_count(0)


def test_single_keys_judge_and_undo_when_they_are_wanted(visit: Visits) -> None:
    page = visit(opened=False, path="/staff/")
    log_in(page)
    first(page, "Unanswered")
    here = page.url
    page.keyboard.press("1")
    assert page.url == here, "off until they are ticked"
    page.get_by_role("checkbox", name=re.compile("Single keys")).check()
    page.keyboard.press("1")
    expect(page.get_by_role("status")).to_contain_text("Saved: right")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("u")
    expect(page).to_have_url(f"{here}#heading")
    here = page.url
    page.get_by_label("Words to keep").press("1")
    expect(page.get_by_label("Words to keep")).to_have_value(re.compile("1"))
    assert page.url == here, "what is typed is no shortcut"
    tab_to(page, "Right", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved: right")


def test_two_editors_at_once(visit: Visits) -> None:
    rosa, ned = visit(opened=False, path="/staff/"), visit(opened=False, path="/staff/")
    log_in(rosa)
    log_in(ned, NED)
    first(rosa, "Thumbs down")
    ned.goto(rosa.url)
    expect(ned.get_by_role("status")).to_contain_text("rosa.delgado@example.org has this open until")
    expect(ned.get_by_role("button", name="Right", exact=True)).to_have_count(0)
    ned.get_by_role("button", name="Take it over").click()
    ned.get_by_role("button", name="Wrong or poor answer").click()
    expect(ned.get_by_role("status")).to_contain_text("Saved: wrong or poor answer")
    rosa.get_by_label("Words to keep").fill("what i had typed")
    rosa.get_by_role("button", name="Right", exact=True).click()
    expect(rosa.get_by_role("alert")).to_contain_text("has judged this meanwhile: wrong or poor answer")
    expect(rosa.get_by_label("Words to keep")).to_have_value("what i had typed")
    rosa.get_by_role("button", name="Right", exact=True).click()
    expect(rosa.get_by_role("status")).to_contain_text("Saved: right")


def test_danger_is_judged_by_two_who_do_not_see_each_other(visit: Visits) -> None:
    rosa, ned = visit(opened=False, path="/staff/"), visit(opened=False, path="/staff/")
    for page, name in ((rosa, "rosa.delgado@example.org"), (ned, NED)):
        log_in(page, name)
        go(page, "/safety")
        page.get_by_role("link", name="Judge the next message").click()
        expect(page.get_by_role("main")).not_to_contain_text("rosa")
    assert rosa.url == ned.url
    rosa.get_by_role("button", name="Danger").click()
    expect(rosa.get_by_role("status")).to_contain_text("Saved")
    ned.get_by_role("button", name="Neither").click()
    go(ned, "/safety")
    expect(ned.get_by_role("heading", name="Where two people differ (1)")).to_be_visible()
    ned.get_by_role("button", name="Take my verdict back").click()
    ned.get_by_role("button", name="Danger").click()
    go(ned, "/safety")
    expect(ned.get_by_role("heading", name="Where two people differ")).to_have_count(0)


@pytest.mark.parametrize("surroundings", ["narrow and dark", "200%"])
def test_the_pages_are_accessible_and_fit(visit: Visits, surroundings: str) -> None:
    narrow = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}
    zoomed = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
    context = zoomed if surroundings == "200%" else narrow
    page = visit(opened=False, path="/staff/", bypass_csp=True, **context)
    log_in(page)
    first(page, "Unanswered")
    shown = [page.url]
    page.get_by_role("button", name="Wrong topic").click()
    expect(page.get_by_role("status")).to_be_visible()
    for path in ("", "/today", "/phrases?state=test", "/safety", "/safety/next"):
        if path == "/safety/next":
            page.get_by_role("link", name="Judge the next message").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Is this danger?")
        elif path:
            go(page, path)
        shown.append(page.url)
        assert violations(page) == [], page.url
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is scrolled sideways"
    assert len(set(shown)) == 6


@pytest.mark.skipif(not os.environ.get("IOP_SCREENSHOTS"), reason="IOP_SCREENSHOTS is not set")
def test_take_the_pictures(visit: Visits) -> None:
    page = visit(opened=False, path="/staff/")
    log_in(page)
    go(page, "/today")
    page.locator("main .hint").first.evaluate(
        "hint => hint.textContent = hint.textContent.replace('36500', '30')"
    )
    keep(page, "staff-today")
    first(page, "Unanswered")
    keep(page, "staff-judging")
