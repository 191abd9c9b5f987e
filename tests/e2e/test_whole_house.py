"""The page with the real assistant behind it: site, trained model, actions, knowledge base."""

from __future__ import annotations

import os
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Running
from tests.e2e.conftest import Visits, say
from tests.e2e.test_screenshots import keep
from tests.stored import stored_bytes

PATIENCE = 20_000  # milliseconds


@pytest.fixture
def page(browser: Browser, running: Running) -> Iterator[Page]:
    visits = Visits(browser, running.site)
    yield visits()
    visits.close()
    for watched in visits.watched:
        assert watched.foreign_requests() == []
        assert watched.errors == []


def test_a_visitor_asks_in_their_own_words_and_sees_the_source(page: Page) -> None:
    say(page, "how many weeks is it gonna take")
    log = page.get_by_role("log")
    expect(log).to_contain_text("10 weeks", timeout=PATIENCE)
    expect(log).to_contain_text("8 to 12 weeks")
    log.get_by_text("Where this comes from").click()
    expect(log).to_contain_text("How Long Does Intensive Outpatient Treatment Take?")


def test_a_quick_reply_goes_on(page: Page) -> None:
    say(page, "/program_length")
    log = page.get_by_role("log")
    log.get_by_role("button", name="Tell me more").click(timeout=PATIENCE)
    expect(log).to_contain_text("You said: Tell me more")
    log.get_by_role("button", name="Tell me more").wait_for()


def test_it_comes_back_after_a_reload_and_can_be_rated_and_deleted(page: Page) -> None:
    say(page, "hi my name is Dolores, how many weeks is it gonna take")
    log = page.get_by_role("log")
    expect(log).to_contain_text("10 weeks", timeout=PATIENCE)
    page.reload()
    page.get_by_role("button", name="Ask a question").click()
    expect(log).to_contain_text("hi my name is (taken out), how many weeks")
    expect(log).to_contain_text("10 weeks")
    log.get_by_role("button", name="This helped").click()
    expect(log).to_contain_text("Thank you.")
    log.get_by_role("button", name="Say it simpler").click()
    expect(log.locator(".reply")).to_have_count(3, timeout=PATIENCE)
    page.get_by_role("button", name="Options").click()
    page.get_by_text("Delete my conversation", exact=True).click()
    page.get_by_role("button", name="Delete it").click()
    expect(log.locator(".mine")).to_have_count(0, timeout=PATIENCE)
    page.reload()
    page.get_by_role("button", name="Ask a question").click()
    expect(log.locator(".mine")).to_have_count(0)


def test_danger_is_answered_with_numbers_to_tap(page: Page) -> None:
    say(page, "i dont want to live anymore im going to kill myself")
    log = page.get_by_role("log")
    expect(log.get_by_role("link", name="988").first).to_be_visible(timeout=PATIENCE)


def test_a_call_is_asked_for_in_the_form_and_kept_sealed(page: Page, running: Running) -> None:
    say(page, "can someone call me please")
    form = page.locator(".call form")
    expect(form).to_be_visible(timeout=PATIENCE)
    form.get_by_label("Name").fill("Marmaduke")
    form.get_by_label("Phone number").fill("(312) 555-0199")
    form.get_by_role("checkbox").check()
    form.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log")).to_contain_text("Your request is in.", timeout=PATIENCE)
    kept = stored_bytes(running.folder / "callbacks.db")
    assert kept
    for private in (b"Marmaduke", b"5550199", b"555-0199"):
        assert private not in kept
        assert private not in stored_bytes(running.config.tracker_db)


def test_health_names_every_part(running: Running) -> None:
    answer = httpx.get(f"{running.site}/health", trust_env=False)
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "up",
        "parts": {"site": "up", "assistant": "up", "actions": "up", "knowledge": "up"},
    }


def test_a_retry_over_the_site_is_answered_once(running: Running) -> None:
    body = {"conversation": "c" * 32, "message_id": "m" * 32, "text": "where are you located"}
    first, second = (
        httpx.post(f"{running.site}/chat", json=body, timeout=30, trust_env=False).json() for _ in range(2)
    )
    assert first == second
    other = httpx.post(f"{running.site}/chat", json={**body, "text": "other words"}, trust_env=False)
    assert other.status_code == 409


@pytest.mark.skipif(not os.environ.get("IOP_SCREENSHOTS"), reason="IOP_SCREENSHOTS is not set")
def test_pictures_for_the_readme(page: Page) -> None:
    say(page, "how long does it take?")
    expect(page.get_by_role("log")).to_contain_text("12 to 16 weeks", timeout=PATIENCE)
    keep(page, "real-answer")
    say(page, "i dont want to be here anymore")
    expect(page.get_by_role("log")).to_contain_text("988", timeout=PATIENCE)
    keep(page, "real-safety")
