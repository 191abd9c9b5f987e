"""Quick exit, shared devices, and a widget that draws no attention."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import StandIn, Visits, Watched, say, until
from tests.e2e.test_lasting import STORED

NEUTRAL = "https://www.weather.gov/"


def neutral(page: Page, watched: Watched) -> None:
    """Answers for the neutral page, which no test asks in earnest."""

    def answer(route: Route) -> None:
        assert "referer" not in route.request.headers, "the other site does not learn where one was"
        watched.requests.remove(NEUTRAL)
        route.fulfill(body="<title>Weather</title>Sunny", content_type="text/html")

    page.route(NEUTRAL, answer)


@pytest.mark.parametrize("how", ["button", "shift", "shift, closed"])
def test_quick_exit(visit: Visits, assistant: StandIn, how: str) -> None:
    page = visit()
    neutral(page, visit.watched[-1])
    say(page, "hello")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    if how == "shift, closed":
        page.get_by_role("button", name="Close the chat").click()
    before = page.evaluate("history.length")
    if how == "button":
        page.get_by_role("button", name="Quick exit").click()
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    expect(page).to_have_title("Weather")
    assert page.url == NEUTRAL
    assert page.evaluate("history.length") == before, "in this page's place: back does not lead here"
    page.goto(visit.watched[-1].site)
    assert page.evaluate(STORED) == []
    page.get_by_role("button", name="Ask a question").click()
    expect(page.locator(".mine")).to_have_count(0)


def test_the_page_is_covered_before_the_other_one_is_there(visit: Visits) -> None:
    page = visit()
    neutral(page, visit.watched[-1])
    say(page, "hello")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    seen = page.evaluate(
        f"""() => {{
            const root = document.querySelector("iop-chat").shadowRoot;
            root.querySelector(".exit").click();
            const box = root.querySelector(".cover").getBoundingClientRect();
            const middle = document.elementFromPoint(300, 300);
            return [box.x, box.y, box.width, box.height, middle.localName, document.title, {STORED}.length];
        }}"""
    )
    assert seen == [0, 0, 1280, 800, "iop-chat", "Loading…", 0]
    expect(page).to_have_title("Weather")


def test_a_message_under_way_is_not_written_down_again(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    neutral(page, visit.watched[-1])
    assistant.behaviour = "broken"
    say(page, "one")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assistant.behaviour, assistant.delay = "up", 1.0
    say(page, "two")
    page.get_by_role("button", name="Quick exit").click()
    expect(page).to_have_title("Weather")
    page.goto(visit.watched[-1].site)
    assert page.evaluate(STORED) == []


def test_quick_exit_on_a_shared_device_deletes(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    neutral(page, visit.watched[-1])
    share(page)
    say(page, "hello")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    page.get_by_role("button", name="Quick exit").click()
    expect(page).to_have_title("Weather")
    until(page, lambda: assistant.kept() == 0)


def test_typing_capitals_does_not_leave(visit: Visits) -> None:
    page = visit()
    page.get_by_label("Your message").focus()
    for letter in "IOP IOP":
        page.keyboard.press(f"Shift+{letter}" if letter != " " else " ")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_timeout(200)
    expect(page.get_by_label("Your message")).to_have_value("IOP IOP")
    assert page.locator(".cover").count() == 0


def test_it_says_that_the_browsers_history_stays(visit: Visits) -> None:
    page = visit()
    page.get_by_role("button", name="Options").click()
    expect(page.get_by_text("history will still show that you were here")).to_be_visible()
    assert "history will still show" in (
        page.get_by_role("button", name="Quick exit").get_attribute("title") or ""
    )


def share(page: Page) -> None:
    page.get_by_role("button", name="Options").click()
    page.get_by_label("Others use this device").check()
    page.get_by_role("button", name="Options").click()


def test_on_a_shared_device_closing_deletes(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    say(page, "one")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    share(page)
    assert page.evaluate(STORED) == ["iop-chat-shared"]
    say(page, "two")
    expect(page.get_by_text("I heard you.")).to_have_count(2)
    assert assistant.kept() > 0
    page.get_by_role("button", name="Close the chat").click()
    until(page, lambda: assistant.kept() == 0)
    page.get_by_role("button", name="Ask a question").click()
    expect(page.locator(".mine")).to_have_count(0)
    say(page, "three")
    expect(page.get_by_text("I heard you.")).to_have_count(1)
    assert assistant.asked[-1][0] != assistant.asked[0][0]


def test_on_a_shared_device_nothing_is_left_to_see_after_it_was_deleted(visit: Visits) -> None:
    """Also not that something was deleted."""
    page = visit()
    share(page)
    say(page, "delete my conversation")
    expect(page.get_by_role("log")).to_contain_text("Your conversation is deleted.")
    page.get_by_label("Your message").fill("half a sentence")
    page.get_by_role("button", name="Close the chat").click()
    page.get_by_role("button", name="Ask a question").click()
    expect(page.get_by_role("log")).not_to_contain_text("deleted")
    expect(page.get_by_label("Your message")).to_have_value("")


def test_on_a_shared_device_leaving_the_page_deletes(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    share(page)
    say(page, "one")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    page.goto(visit.watched[-1].site + "/health")
    until(page, lambda: assistant.kept() == 0)


def test_back_to_a_page_does_not_bring_back_what_was_cleared(visit: Visits, assistant: StandIn) -> None:
    """The browser may show the earlier page as it was left."""
    page = visit()
    say(page, "one")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    page.evaluate("sessionStorage.clear()")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator(".mine")).to_have_count(0)


def test_it_draws_no_attention(visit: Visits) -> None:
    page = visit()
    title = page.title()
    say(page, "long")
    expect(page.get_by_role("log")).to_contain_text("8 to 12 weeks")
    assert page.title() == title
    assert page.locator("iop-chat audio, iop-chat video").count() == 0
    assert page.evaluate("Notification.permission") != "granted"
