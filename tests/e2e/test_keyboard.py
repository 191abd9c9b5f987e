"""The whole way with the keyboard alone, and where the focus is."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import StandIn, Visits, say


def focused(page: Page) -> str:
    """Name of what has the focus: its label, or its text."""
    return str(
        page.evaluate(
            """() => {
                let node = document.activeElement;
                while (node && node.shadowRoot) node = node.shadowRoot.activeElement;
                return node.getAttribute("aria-label") || node.placeholder || node.innerText.trim();
            }"""
        )
    )


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    for _ in range(30):
        if focused(page) == name:
            return
        page.keyboard.press(key)
    raise AssertionError(f"{name} cannot be reached with {key}")


def test_the_whole_way(visit: Visits, assistant: StandIn) -> None:
    page = visit(opened=False)
    tab_to(page, "Ask a question")
    page.keyboard.press("Enter")
    assert focused(page) == "Type your question"
    page.keyboard.type("How long does it take?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("8 to 12 weeks")
    tab_to(page, "Where this comes from (2)", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Duration of Programs")).to_be_visible()
    tab_to(page, "Tell me more")
    page.keyboard.press("Space")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    assert focused(page) == "Tell me more"
    tab_to(page, "Type your question")
    page.keyboard.press("Tab")
    assert focused(page) == "Send"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert focused(page) == "Ask a question"
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("8 to 12 weeks")
    tab_to(page, "Close the chat", "Shift+Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "Ask a question"


def test_the_conversation_can_be_scrolled(visit: Visits) -> None:
    page = visit()
    for _ in range(3):
        say(page, "long")
    expect(page.locator(".reply")).to_have_count(4)
    page.wait_for_timeout(300)
    tab_to(page, "Conversation", "Shift+Tab")
    before = page.get_by_role("log").evaluate("log => log.scrollTop")
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    assert page.get_by_role("log").evaluate("log => log.scrollTop") < before


def test_beside_the_page_one_can_leave_the_panel(visit: Visits) -> None:
    page = visit()
    tab_to(page, "+1 312 555 0142", "Shift+Tab")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_on_a_phone_the_page_behind_is_out_of_reach(visit: Visits) -> None:
    page = visit(viewport={"width": 360, "height": 640})
    box = page.get_by_role("dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 640}
    for _ in range(25):
        page.keyboard.press("Tab")
        assert focused(page) not in ("+1 312 555 0142", "Ask a question")
    page.get_by_label("Your message").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert focused(page) == "Ask a question"


def test_turning_the_phone_keeps_words_and_focus(visit: Visits) -> None:
    page = visit(viewport={"width": 360, "height": 640})
    page.get_by_label("Your message").press_sequentially("half a sen")
    page.set_viewport_size({"width": 640, "height": 360})
    page.wait_for_timeout(100)
    page.keyboard.type("tence")
    expect(page.get_by_label("Your message")).to_have_value("half a sentence")


def test_a_touch_screens_keyboard_does_not_cover_the_greeting(visit: Visits) -> None:
    page = visit(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    expect(page.get_by_role("dialog")).to_be_focused()
    expect(page.get_by_label("Your message")).not_to_be_focused()
