"""The assistant does not answer, or the site cannot be reached."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import StandIn, Visits, say, until


def expect_help(page: Page) -> None:
    """In the conversation: sorry, the numbers to call, and "Try again"."""
    log = page.get_by_role("log")
    expect(log.get_by_text("Sorry, I can't answer right now.")).to_be_visible()
    expect(log.get_by_role("link", name="Call 911")).to_have_attribute("href", "tel:911")
    expect(log.get_by_role("link", name="Call or text 988")).to_have_attribute("href", "tel:988")
    again = log.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    call = log.get_by_role("link", name="988").last.bounding_box()
    below = again.bounding_box()
    assert call is not None
    assert below is not None
    assert call["y"] + call["height"] <= below["y"], "the numbers come first"


@pytest.mark.parametrize("behaviour", ["broken", "silent"])
def test_no_answer_then_again(visit: Visits, assistant: StandIn, behaviour: str) -> None:
    page = visit()
    assistant.behaviour = behaviour
    say(page, "How long does it take?")
    expect_help(page)
    expect(page.get_by_role("log").get_by_role("link", name="Call +1 312 555 0142")).to_be_visible()
    assistant.behaviour = "up"
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("log")).to_contain_text("8 to 12 weeks")
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    expect(page.locator(".mine")).to_have_count(1)
    expect(page.get_by_label("Your message")).to_be_focused()


def test_the_site_is_out_of_reach(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    page.route("**/chat", lambda route: route.abort())  # "online" would retry by itself
    say(page, "hello")
    expect_help(page)
    expect(page.get_by_role("log")).to_contain_text("Not a person, not monitored")
    page.unroute("**/chat")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    assert len(assistant.asked) == 1


def test_an_answer_lost_on_the_way_is_not_given_twice(visit: Visits, assistant: StandIn) -> None:
    page = visit()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/chat", lose, times=1)
    say(page, "hello")
    expect_help(page)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("I heard you.")).to_have_count(1)
    assert len(assistant.asked) == 1


def test_a_retry_joins_an_answer_still_under_way(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    assistant.delay = 4.0  # the site of these tests stops waiting after 3 s
    say(page, "hello")
    page.get_by_role("button", name="Try again").click(timeout=10_000)
    expect(page.get_by_text("I heard you.")).to_have_count(1)
    assert len(assistant.asked) == 1


@pytest.mark.parametrize(
    ("status", "body"), [(502, "<html>Bad gateway</html>"), (200, "[]"), (200, "{}"), (200, "null")]
)
def test_something_in_between_answers(visit: Visits, status: int, body: str) -> None:
    page = visit()
    page.route("**/chat", lambda route: route.fulfill(status=status, body=body), times=1)
    say(page, "hello")
    expect_help(page)


def test_too_many_messages(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    for count in range(21):
        say(page, f"message {count}")
    log = page.get_by_role("log")
    expect(log).to_contain_text("That was a lot of messages at once")
    expect(log.get_by_role("link", name="988").first).to_be_visible()
    expect(log.get_by_role("button", name="Try again")).to_be_visible()
    until(page, lambda: len(assistant.asked) == 20)


def test_an_odd_message_gets_words_and_no_retry(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    say(page, "\u200b\u200b")
    log = page.get_by_role("log")
    expect(log).to_contain_text("There is nothing to read yet")
    expect(log.get_by_role("button", name="Try again")).to_have_count(0)
    assert assistant.asked == []


def test_odd_parts_of_a_reply_are_passed_over(visit: Visits) -> None:
    page = visit()
    body = """{"messages": [null, 7, {"text": 7, "buttons": "x", "custom": "y"}, {"text": "Still here."},
        {"custom": {"kind": 1, "sources": [null, {"title": 3}], "cards": [
            {"type": "contacts", "contacts": [{}]}]}}]}"""
    page.route("**/chat", lambda route: route.fulfill(status=200, body=body), times=1)
    say(page, "hello")
    expect(page.get_by_role("log")).to_contain_text("Still here.")
