"""Nothing is lost, nothing is said twice, and what should go is gone."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import WORDS, StandIn, Visits, say, until

STORED = "Object.keys(sessionStorage).filter((key) => key.startsWith('iop-chat-'))"


def reopen(page: Page) -> None:
    page.reload()
    page.get_by_role("button", name="Ask a question").click()


def delete(page: Page) -> None:
    page.get_by_role("button", name="Options").click()
    page.get_by_text("Delete my conversation", exact=True).click()
    page.get_by_role("button", name="Delete it").click()


def test_a_reload_brings_everything_back(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    log = page.get_by_role("log")
    log.get_by_role("button", name="How long does it take?").click()
    expect(log).to_contain_text("8 to 12 weeks")
    say(page, "hello")
    expect(log).to_contain_text("I heard you.")
    reopen(page)
    expect(log).to_contain_text("Said earlier")
    expect(log.locator(".mine")).to_have_text(["You said: How long does it take?", "You said: hello"])
    expect(log).to_contain_text("8 to 12 weeks")
    log.get_by_role("button", name="How many hours a week is it?").click()
    expect(log.locator(".mine")).to_have_count(3)
    log.get_by_role("button", name="This helped").click()
    expect(log).to_contain_text("Thank you.")
    until(page, lambda: len(assistant.asked) == 3)
    assert len({conversation for conversation, _ in assistant.asked}) == 1


def test_what_was_taken_out_is_said_in_words(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    say(page, "hello")
    expect(page.get_by_text("I heard you.")).to_be_visible()
    (conversation, _), *_ = assistant.asked
    reply = [{"text": "I heard you, <name>."}, {"custom": {"kind": "human"}}]
    assistant.save(conversation, "1" * 16, "i am <name>, call <phone> <3 <b>", reply)
    assistant.save(conversation, "2" * 16, "<callback>", WORDS.messages())
    reopen(page)
    expect(page.locator(".mine").nth(1)).to_have_text("You said: i am (taken out), call (taken out) <3 <b>")
    expect(page.locator(".mine").nth(2)).to_have_text(
        "You said: What you gave for the call is not shown here."
    )
    expect(page.get_by_text("I heard you, (taken out).")).to_be_visible()
    expect(page.get_by_role("log")).not_to_contain_text("<name>")


def test_what_is_brought_back_is_not_read_out(visit: Visits) -> None:
    page = visit()
    say(page, "hello")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    reopen(page)
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")


def test_a_message_typed_offline_is_sent_when_the_connection_is_back(
    visit: Visits, assistant: StandIn
) -> None:
    page = visit()
    page.context.set_offline(True)
    say(page, "one")
    expect(page.get_by_text("Not sent yet")).to_have_count(1)
    say(page, "two")
    expect(page.get_by_text("Not sent yet")).to_have_count(2)
    page.context.set_offline(False)  # nobody has to press anything
    expect(page.get_by_text("I heard you.")).to_have_count(2)
    expect(page.get_by_text("Not sent yet")).to_have_count(0)
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    assert [text for _, text in assistant.asked] == ["one", "two"]


def test_an_outage_ends_by_itself(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    assistant.behaviour = "broken"
    say(page, "hello")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assistant.behaviour = "up"
    expect(page.get_by_role("log")).to_contain_text("I heard you.", timeout=10_000)
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_what_was_not_sent_survives_a_reload(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    page.route("**/chat", lambda route: route.abort())
    say(page, "hello")
    expect(page.get_by_text("Not sent yet")).to_be_visible()
    page.unroute("**/chat")
    reopen(page)
    expect(page.get_by_text("I heard you.")).to_have_count(1)
    expect(page.locator(".mine")).to_have_text(["You said: hello"])
    assert len(assistant.asked) == 1


def test_an_answer_lost_before_a_reload_is_not_given_twice(visit: Visits, assistant: StandIn) -> None:
    page = visit()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/chat", lose, times=1)
    say(page, "hello")
    expect(page.get_by_text("Not sent yet")).to_be_visible()
    reopen(page)
    expect(page.get_by_text("I heard you.")).to_have_count(1)
    page.wait_for_timeout(500)
    expect(page.get_by_text("I heard you.")).to_have_count(1)
    assert len(assistant.asked) == 1


def test_start_over(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    say(page, "one")
    expect(page.get_by_text("I heard you.")).to_have_count(1)
    page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_label("Your message")).to_be_focused()
    expect(page.locator(".mine")).to_have_count(0)
    say(page, "two")
    expect(page.get_by_text("I heard you.")).to_have_count(1)
    assert len({conversation for conversation, _ in assistant.asked}) == 2


def test_an_answer_to_the_old_conversation_does_not_come_into_the_new_one(
    visit: Visits, assistant: StandIn
) -> None:
    page = visit()
    assistant.delay = 0.8
    say(page, "one")
    page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name="Start over").click()
    page.wait_for_timeout(1200)
    expect(page.get_by_text("I heard you.")).to_have_count(0)


def test_delete_my_conversation(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    say(page, "hello")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    assert assistant.kept() > 0
    page.get_by_role("button", name="Options").click()
    page.get_by_text("Delete my conversation", exact=True).click()
    assert assistant.kept() > 0, "it asks first"
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("log")).to_contain_text("Your conversation is deleted.")
    expect(page.get_by_text("I heard you.")).to_have_count(0)
    assert assistant.kept() == 0
    assert page.evaluate(STORED) == []


def test_deleted_in_words_is_gone_from_the_screen_too(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    say(page, "hello")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    say(page, "delete my conversation")
    expect(page.get_by_role("log")).to_contain_text("Your conversation is deleted.")
    expect(page.locator(".mine")).to_have_count(0)
    assert page.evaluate(STORED) == []


def test_offline_it_is_not_called_deleted_and_is_deleted_later(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    say(page, "hello")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    page.context.set_offline(True)
    delete(page)
    expect(page.get_by_role("log")).to_contain_text("not deleted yet")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert assistant.kept() > 0
    page.context.set_offline(False)
    expect(page.get_by_role("log")).to_contain_text("Your conversation is deleted.")
    assert assistant.kept() == 0


def test_start_over_does_not_lose_what_is_still_to_be_deleted(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    say(page, "hello")
    expect(page.get_by_role("log")).to_contain_text("I heard you.")
    page.context.set_offline(True)
    delete(page)
    expect(page.get_by_role("log")).to_contain_text("not deleted yet")
    page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_text("not deleted yet")).to_have_count(2)
    page.context.set_offline(False)
    expect(page.get_by_role("log")).to_contain_text("Your conversation is deleted.")
    assert assistant.kept() == 0


def test_with_nothing_said_there_is_nothing_to_ask_the_server(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    delete(page)
    expect(page.get_by_role("log")).to_contain_text("Your conversation is deleted.")
    assert assistant.asked == []


def test_the_conversation_as_a_file(visit: Visits, tmp_path: Path) -> None:
    page = visit()
    say(page, "How long does it take? <b>")
    expect(page.get_by_role("log")).to_contain_text("8 to 12 weeks")
    page.get_by_role("button", name="Options").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this chat as a file").click()
    assert download.value.suggested_filename == "chat.txt"
    download.value.save_as(tmp_path / "chat.txt")
    text = (tmp_path / "chat.txt").read_text()
    assert re.search(r"Willow Creek.*\n.*\n.*Call 911", text)
    assert "You said: How long does it take? <b>" in text
    assert "8 to 12 weeks" in text
    assert "  - What Happens in IOP Groups?" in text
