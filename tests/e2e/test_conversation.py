"""A visitor opens the chat, asks, and reads."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.conftest import HOSTILE, StandIn, Visits, say


def test_it_never_opens_by_itself(visit: Visits) -> None:
    page = visit(opened=False)
    expect(page.get_by_role("button", name="Ask a question")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_notice_stands_above_the_conversation(visit: Visits) -> None:
    dialog = visit().get_by_role("dialog", name="Willow Creek Recovery Center assistant")
    expect(dialog).to_contain_text("Not a person, not monitored")
    expect(dialog.get_by_role("link", name="Call 911")).to_have_attribute("href", "tel:911")
    expect(dialog.get_by_role("link", name="Call or text 988")).to_have_attribute("href", "tel:988")


def test_ask_and_get_an_answer(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    page.get_by_label("Your message").fill("How long does it take?")
    page.get_by_role("button", name="Send").click()
    log = page.get_by_role("log")
    expect(log).to_contain_text("You said: How long does it take?")
    expect(log).to_contain_text("8 to 12 weeks")
    expect(page.get_by_label("Your message")).to_have_value("")
    expect(page.get_by_label("Your message")).to_be_focused()
    [(conversation, text)] = assistant.asked
    assert text == "How long does it take?"
    assert re.fullmatch(r"[A-Za-z0-9_-]{16,64}", conversation)


def test_there_is_one_polite_live_region(visit: Visits) -> None:
    page = visit()
    say(page, "long")
    expect(page.get_by_role("log")).to_contain_text("8 to 12 weeks")
    assert page.locator("[aria-live], [role=status], [role=alert]").count() == 1
    assert page.get_by_role("log").get_attribute("aria-live") == "polite"


def test_shift_enter_makes_a_new_line(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    box = page.get_by_label("Your message")
    before = box.bounding_box()
    box.press_sequentially("one")
    box.press("Shift+Enter")
    box.press_sequentially("two")
    after = box.bounding_box()
    assert before
    assert after
    assert after["height"] > before["height"]
    box.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    assert [text for _, text in assistant.asked] == ["one\ntwo"]


def test_nothing_is_not_sent(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    say(page, "  \n ")
    page.get_by_role("button", name="Send").click()
    page.wait_for_timeout(200)
    assert assistant.asked == []


def test_an_input_methods_enter_does_not_send(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    page.get_by_label("Your message").fill("にほん")
    page.get_by_label("Your message").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    page.wait_for_timeout(200)
    assert assistant.asked == []


def test_quick_replies_send_their_payload_and_stay(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    log = page.get_by_role("log")
    for _ in range(2):
        log.get_by_role("button", name="How long does it take?").first.click()
    expect(log.locator(".mine")).to_have_text(["You said: How long does it take?"] * 2)
    expect(log.get_by_role("group", name="You can also ask")).to_have_count(3)
    log.get_by_role("button", name="Tell me more").last.click()
    expect(log.locator(".mine")).to_have_count(3)
    expect(log).to_contain_text("I heard you.")
    assert [text for _, text in assistant.asked] == ["/program_length", "/program_length", "/tell_more"]


def test_sources_open(visit: Visits) -> None:
    page = visit()
    say(page, "long")
    sources = page.get_by_role("log").get_by_role("group").filter(has_text="Where this comes from (2)")
    section = page.get_by_text("Duration of Programs")
    expect(section).to_be_hidden()
    page.get_by_text("Where this comes from (2)").click()
    expect(section).to_be_visible()
    expect(page.get_by_text("How Long Does Intensive Outpatient Treatment Take?")).to_be_visible()
    assert sources.count() >= 1


def test_phone_numbers_can_be_tapped(visit: Visits) -> None:
    page = visit()
    say(page, "long")
    link = page.get_by_role("log").get_by_role("link", name="+1 312 555 0142")
    expect(link).to_have_attribute("href", "tel:+13125550142")


def test_which_words_become_numbers_to_call(visit: Visits) -> None:
    page = visit()
    found = page.evaluate(
        """async (texts) => {
            const { reply } = await import("/static/iop-chat/render.js");
            const { stringsFor } = await import("/static/iop-chat/strings.js");
            const links = (text) => [...reply([{ text }], stringsFor("en"), () => {}).querySelectorAll("a")];
            const shown = (link) => link.textContent + " " + link.getAttribute("href");
            return texts.map((text) => links(text).map(shown));
        }""",
        [
            "Call 911, or call or text 988.",
            "Poison Help: 1-800-222-1222",
            "(800) 799-7233 or 800.799.7233",
            "text HOME to 741741",
            "from abroad +44 20 7946 0958",
            "8 to 12 weeks, about 90 days, $911, 1,988 people, 911.5, A988, 988-1",
        ],
    )
    assert found == [
        ["911 tel:911", "988 tel:988"],
        ["1-800-222-1222 tel:+18002221222"],
        ["(800) 799-7233 tel:8007997233", "800.799.7233 tel:8007997233"],
        ["741741 sms:741741"],
        ["+44 20 7946 0958 tel:+442079460958"],
        [],
    ]


def test_typing_is_shown_and_said_once(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    assistant.delay = 0.8
    say(page, "hello")
    writing = page.get_by_text("The assistant is writing")
    expect(writing).to_have_count(1)
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    expect(writing).to_have_count(0)


def test_a_quick_answer_shows_no_typing(visit: Visits) -> None:
    page = visit()
    page.evaluate(
        """() => {
            const log = document.querySelector("iop-chat").shadowRoot.querySelector("[role=log]");
            window.seen = 0;
            new MutationObserver(() => (window.seen += log.querySelectorAll(".typing").length))
                .observe(log, { childList: true, subtree: true });
        }"""
    )
    say(page, "hello")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    assert page.evaluate("window.seen") == 0


def test_a_long_message_is_counted(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    box = page.get_by_label("Your message")
    box.fill("x" * 1800)
    expect(page.get_by_text("characters left")).to_have_count(0)
    box.press_sequentially("xx")
    expect(page.get_by_text("198 characters left")).to_be_visible()
    box.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    expect(page.get_by_text("characters left")).to_have_count(0)


def test_in_danger_the_reply_stands_out_and_is_seen(visit: Visits) -> None:
    page = visit()
    say(page, "i want to die")
    reply = page.locator(".reply.safety")
    expect(reply).to_be_focused()
    expect(reply).to_be_in_viewport(ratio=0.99)
    expect(reply).to_contain_text("Help right now")
    expect(reply.get_by_role("listitem").first.get_by_role("link")).to_have_attribute("href", "tel:988")


def test_nobody_is_torn_out_of_a_sentence(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    assistant.delay = 0.4
    say(page, "i want to die")
    page.get_by_label("Your message").press_sequentially("are you")
    expect(page.locator(".reply.safety")).to_be_in_viewport(ratio=0.99)
    expect(page.get_by_label("Your message")).to_be_focused()


def test_a_long_answer_is_shown_from_its_beginning(visit: Visits) -> None:
    page = visit(viewport={"width": 320, "height": 568})
    answers = page.get_by_text("How long depends on the program")
    for number in range(3):
        say(page, "long")
        expect(answers).to_have_count(number + 1)
        expect(page.locator(".dots")).to_have_count(0)
    expect(answers.nth(2)).to_be_in_viewport(ratio=0.99)


def test_what_arrives_is_shown_as_text(visit: Visits) -> None:
    page = visit()
    say(page, HOSTILE)
    expect(page.locator(".mine").last).to_contain_text(HOSTILE)
    say(page, "hostile")
    expect(page.locator(".reply")).to_have_count(3)
    answer = page.locator(".reply").nth(2)
    expect(answer.locator(".says")).to_contain_text(HOSTILE)
    answer.locator("summary").click()
    expect(answer.locator("cite")).to_have_text(HOSTILE)
    answer.get_by_role("button", name=HOSTILE).click()
    assert page.locator("iop-chat img, iop-chat script").count() == 0
    assert [link.get_attribute("href") for link in answer.locator("a").all()] == ["tel:1"]
    assert page.evaluate("window.hacked") is None


def test_the_conversation_is_kept_in_this_tab_only(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    say(page, "one")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    page.reload()
    page.get_by_role("button", name="Ask a question").click()
    say(page, "two")
    expect(page.get_by_text("I heard you.")).to_have_count(2)
    other = visit()
    say(other, "three")
    expect(other.get_by_text("I heard you.")).to_have_count(1)
    first, second, third = [conversation for conversation, _ in assistant.asked]
    assert first == second != third
    kept = page.evaluate("[localStorage.length, document.cookie, location.search, location.hash]")
    assert kept == [0, "", "", ""]
    assert all(first not in url for watched in visit.watched for url in watched.requests)


def test_two_visitors_are_two_conversations(visit: Visits, assistant: StandIn) -> None:
    for page in (visit(), visit()):
        say(page, "hello")
        expect(page.get_by_role("log")).to_contain_text("I heard you.")
    assert len({conversation for conversation, _ in assistant.asked}) == 2


def test_it_works_where_storage_and_secure_context_are_missing(visit: Visits, assistant: StandIn) -> None:
    """Private modes turn storage off; a plain http address on the local network has no randomUUID."""
    page = visit(opened=False)
    page.add_init_script(
        """delete Crypto.prototype.randomUUID;
        Object.defineProperty(window, "sessionStorage", { get() { throw new Error("denied"); } });"""
    )
    page.reload()
    page.get_by_role("button", name="Ask a question").click()
    say(page, "one")
    say(page, "two")
    expect(page.get_by_text("I heard you.")).to_have_count(2)
    assert len(assistant.asked) == 2
    assert len({conversation for conversation, _ in assistant.asked}) == 1


def test_without_javascript_the_numbers_are_there(visit: Visits) -> None:
    page = visit(opened=False, java_script_enabled=False)
    expect(page.get_by_text("The chat did not start")).to_be_visible()
    expect(page.get_by_text("Not a person, not monitored")).to_be_visible()
    expect(page.get_by_role("link", name="Call 911").first).to_be_visible()
    expect(page.get_by_role("link", name="Call or text 988").first).to_be_visible()
    expect(page.get_by_role("link", name="+1 312 555 0142").first).to_be_visible()


def test_a_long_paste_is_kept_whole_and_the_visitor_is_told(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    box = page.get_by_label("Your message")
    box.focus()
    page.keyboard.insert_text("word " * 500 + "end")
    told = page.get_by_text("Too long to send. Please shorten it by 503.")
    expect(told).to_be_visible()
    expect(box).to_have_attribute("aria-invalid", "true")
    box.press("Enter")
    page.get_by_role("button", name="Send").click()
    expect(box).to_have_value("word " * 500 + "end")
    assert assistant.asked == []
    box.fill("word " * 399 + "end")
    expect(told).not_to_be_visible()
    box.press("Enter")
    expect(page.get_by_text("I heard you.")).to_be_visible()
    assert [text for _, text in assistant.asked] == ["word " * 399 + "end"]
