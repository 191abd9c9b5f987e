"""axe-core finds nothing against WCAG 2.2 A and AA, in any state the widget can be in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bot.reply import Reply
from tests.e2e.conftest import StandIn, Visits, say

CONSENT = "I can ask the center to call you. I need a name and a number. May they call you?"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
SURROUNDINGS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "320px": {"viewport": {"width": 320, "height": 568}},
    "dark 320px": {"color_scheme": "dark", "viewport": {"width": 320, "height": 568}},
    "forced colors": {"forced_colors": "active"},
    "right to left": {},
}


def violations(page: Page) -> list[str]:
    """What axe finds: rule, place and reason."""
    page.wait_for_load_state()  # without its style sheet nothing is large enough
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]
    ]


def opened(page: Page, assistant: StandIn) -> None:
    expect(page.get_by_role("dialog")).to_be_visible()


def closed(page: Page, assistant: StandIn) -> None:
    page.get_by_role("button", name="Close the chat").click()


def typing(page: Page, assistant: StandIn) -> None:
    assistant.delay = 2.0
    say(page, "hello")
    expect(page.locator(".dots")).to_be_visible()


def answered(page: Page, assistant: StandIn) -> None:
    say(page, "long")
    page.get_by_text("Where this comes from").click()


def in_danger(page: Page, assistant: StandIn) -> None:
    say(page, "i want to die")
    expect(page.locator(".safety")).to_be_visible()


def broken(page: Page, assistant: StandIn) -> None:
    assistant.behaviour = "broken"
    say(page, "hello")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def counting(page: Page, assistant: StandIn) -> None:
    page.get_by_label("Your message").fill("x" * 1999)
    expect(page.get_by_text("1 character left")).to_be_visible()


def options(page: Page, assistant: StandIn) -> None:
    page.get_by_role("button", name="Options").click()
    page.get_by_text("Delete my conversation", exact=True).click()


def rating(page: Page, assistant: StandIn) -> None:
    say(page, "long")
    page.get_by_role("button", name="This did not help").click()
    expect(page.get_by_label("Why?")).to_be_visible()


def too_long(page: Page, assistant: StandIn) -> None:
    page.get_by_label("Your message").fill("x" * 2100)
    expect(page.get_by_text("Too long to send")).to_be_visible()


def asked_for_a_call(page: Page, assistant: StandIn) -> None:
    reply = Reply("human", (CONSENT, "Please say yes or no."), callback_consent=CONSENT)
    assistant.reply = lambda _: reply.messages()  # type: ignore[method-assign]
    say(page, "call me")
    page.locator(".call form").get_by_role("button", name="Send").click()
    expect(page.locator(".call [aria-invalid]")).to_have_count(1)
    expect(page.locator(".call .error:not(:empty)")).to_have_count(1)
    del assistant.reply


def unsent(page: Page, assistant: StandIn) -> None:
    page.route("**/chat", lambda route: route.abort())
    say(page, "hello")
    expect(page.get_by_text("Not sent yet")).to_be_visible()


def brought_back(page: Page, assistant: StandIn) -> None:
    say(page, "long")
    expect(page.get_by_role("log")).to_contain_text("8 to 12 weeks")
    page.reload()
    page.get_by_role("button", name="Ask a question").click()
    expect(page.get_by_role("log")).to_contain_text("Said earlier")


def large(page: Page, assistant: StandIn) -> None:
    page.get_by_role("button", name="Options").click()
    page.get_by_label("Text size").select_option("170 %")
    page.get_by_role("button", name="Options").click()
    say(page, "long")
    expect(page.get_by_role("log")).to_contain_text("8 to 12 weeks")


STATES = [
    *(opened, closed, typing, answered, in_danger, broken),
    *(counting, too_long, options, rating, asked_for_a_call, unsent, brought_back, large),
]


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_axe_finds_nothing(visit: Visits, assistant: StandIn, surroundings: str) -> None:
    for state in STATES:
        assistant.behaviour, assistant.delay = "up", 0.0
        page = visit(bypass_csp=True, **SURROUNDINGS[surroundings])  # axe adds a style of its own
        if surroundings == "right to left":
            page.evaluate("document.documentElement.dir = 'rtl'")
        state(page, assistant)
        assert violations(page) == [], state.__name__
        assistant.delay = 0.0


def test_without_javascript(visit: Visits) -> None:
    """axe needs scripts, so the page is checked with the widget's left out."""
    page = visit(opened=False, bypass_csp=True)
    page.route(
        "**/iop-chat.js", lambda route: route.fulfill(status=200, body="", content_type="text/javascript")
    )
    page.reload()
    expect(page.get_by_text("The chat did not start")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize(("width", "height"), [(320, 568), (320, 256), (640, 400), (1280, 400)])
def test_nothing_is_cut_off(
    visit: Visits, assistant: StandIn, state: Callable[[Page, StandIn], None], width: int, height: int
) -> None:
    """Also at 400 % zoom of a 1280 by 1024 screen: no sideways scrolling, the input can be reached."""
    page = visit(viewport={"width": width, "height": height})
    state(page, assistant)
    for selector in (
        "document.documentElement",
        "chat.querySelector('dialog')",
        "chat.querySelector('.log')",
    ):
        wide = page.evaluate(
            f"() => {{ const chat = document.querySelector('iop-chat').shadowRoot; const box = {selector};"
            " return box.scrollWidth - box.clientWidth; }"
        )
        assert wide <= 0, selector
    if state is not closed:
        page.get_by_label("Your message").scroll_into_view_if_needed()
        expect(page.get_by_label("Your message")).to_be_in_viewport(ratio=0.99)


def test_targets_are_large_enough(visit: Visits) -> None:
    """At least 44 CSS pixels high for what is tapped in a hurry."""
    page = visit(viewport={"width": 320, "height": 568})
    say(page, "i want to die")
    expect(page.locator(".safety")).to_be_visible()
    say(page, "long")
    page.get_by_role("button", name="This did not help").click()
    expect(page.get_by_label("Why?")).to_be_visible()
    page.get_by_role("button", name="Options").click()
    for target in page.locator("iop-chat button:visible, iop-chat .contacts a").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 44, target.inner_text()


def test_reduced_motion_stands_still(visit: Visits, assistant: StandIn) -> None:
    page = visit(reduced_motion="reduce")
    typing(page, assistant)
    assert page.evaluate("document.getAnimations().length") == 0
    assistant.delay = 0.0
