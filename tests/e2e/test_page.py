"""The center's own page around the widget."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import StandIn, Visits
from tests.e2e.test_keyboard import focused, tab_to

COVERED = """() => {
    const shadow = document.querySelector("iop-chat").shadowRoot;
    const launcher = shadow.querySelector(".launcher").getBoundingClientRect();
    const texts = [...document.querySelectorAll("h1, h2, p, dt, dd, li, .brand")];
    return texts.filter((text) => {
        const box = text.getBoundingClientRect();
        return box.width && box.left < launcher.right && box.right > launcher.left
            && box.top < launcher.bottom && box.bottom > launcher.top;
    }).map((text) => text.textContent);
}"""


@pytest.mark.parametrize("width", [320, 360, 390])
@pytest.mark.parametrize("height", [568, 844])
def test_the_closed_launcher_lies_on_no_text(visit: Visits, width: int, height: int) -> None:
    page = visit(opened=False, viewport={"width": width, "height": height})
    launcher = page.get_by_role("button", name="Ask a question")
    expect(launcher).to_be_in_viewport(ratio=1)  # without scrolling
    for place in (0, 200, 500, 5000):
        page.evaluate("(place) => scrollTo(0, place)", place)
        assert page.evaluate(COVERED) == []


def test_what_one_can_ask_is_asked_with_a_tap(visit: Visits, assistant: StandIn) -> None:
    page = visit(opened=False)
    page.get_by_role("button", name="How long does a program last?").click()
    expect(page.get_by_role("log")).to_contain_text("8 to 12 weeks")
    expect(page.locator(".mine")).to_contain_text("How long does a program last?")
    page.get_by_role("button", name="Do you offer detox?").click()
    expect(page.get_by_text("I heard you.")).to_be_visible()
    assert [text for _, text in assistant.asked] == ["How long does a program last?", "Do you offer detox?"]


def test_what_one_can_ask_is_asked_with_the_keyboard(visit: Visits) -> None:
    page = visit(opened=False, viewport={"width": 390, "height": 844})
    tab_to(page, "Can I keep my job?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    assert focused(page) == "Type your question"


def without_the_widget(page: Page) -> None:
    page.route(
        "**/iop-chat.js", lambda route: route.fulfill(status=200, body="", content_type="text/javascript")
    )
    page.reload()


def test_without_the_chat_the_questions_are_text(visit: Visits) -> None:
    page = visit(opened=False)
    without_the_widget(page)
    expect(page.get_by_text("The chat did not start.")).to_be_visible()
    expect(page.get_by_text("Can I keep my job?")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


def test_without_javascript_nobody_is_asked_to_ask(visit: Visits) -> None:
    page = visit(opened=False, java_script_enabled=False)
    expect(page.get_by_text("The chat did not start.")).to_be_visible()
    expect(page.get_by_text("or call us at")).to_be_visible()
    expect(page.get_by_text("Ask our assistant")).not_to_be_visible()
    expect(page.get_by_text("Can I keep my job?")).not_to_be_visible()
    expect(page.get_by_role("link", name="Call 911").first).to_be_visible()
