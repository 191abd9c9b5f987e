"""What can be done with an answer: go on from it, rate it, copy it, hear it."""

from __future__ import annotations

from playwright.sync_api import expect

from bot.feedback.repository import FeedbackStore
from tests.e2e.conftest import StandIn, Visits, say, until

VOICES = """
window.spoken = [];
const voices = %s;
Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => voices, cancel() {}, speak: (one) => window.spoken.push(one.text) } });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def test_going_on_from_an_answer(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    say(page, "long")
    log = page.get_by_role("log")
    sent = ["long"]
    for words, payload in (
        ("Tell me more", "/tell_more"),
        ("Say it simpler", "/simpler"),
        ("Where is this from?", "/sources"),
    ):
        log.get_by_role("button", name=words).click()
        expect(log.locator(".mine").last).to_have_text(f"You said: {words}")
        sent.append(payload)
        until(page, lambda: [text for _, text in assistant.asked] == sent)


def test_tell_me_more_stands_under_the_last_answer_alone(visit: Visits) -> None:
    page = visit()
    log = page.get_by_role("log")
    for count in (1, 2):
        say(page, "long")
        expect(log.get_by_text("8 to 12 weeks")).to_have_count(count)
    expect(log.get_by_role("button", name="Say it simpler")).to_have_count(1)
    expect(log.get_by_role("button", name="This helped")).to_have_count(2)


def test_thumbs_with_a_word_why(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    say(page, "long")
    log = page.get_by_role("log")
    log.get_by_role("button", name="This did not help").click()
    expect(log.get_by_role("button", name="This did not help")).to_have_attribute("aria-pressed", "true")
    expect(log.get_by_text("Thank you.")).to_be_visible()
    log.get_by_label("Why?").fill("too many numbers, call 312 555 0188")
    log.get_by_role("button", name="Send").click()
    expect(log.get_by_label("Why?")).to_have_count(0)
    expect(log.get_by_role("button", name="This did not help")).to_be_focused()
    [given] = FeedbackStore(f"sqlite:///{assistant.tracker}").latest()
    assert (given.rating, given.why) == ("down", "too many numbers, call <phone>")
    log.get_by_role("button", name="This helped").click()
    expect(log.get_by_role("button", name="This did not help")).to_have_attribute("aria-pressed", "false")
    expect(log.get_by_role("button", name="This helped")).to_have_attribute("aria-pressed", "true")


def test_thumbs_that_cannot_be_sent_are_not_shown_as_sent(visit: Visits) -> None:
    page = visit()
    say(page, "long")
    log = page.get_by_role("log")
    expect(log).to_contain_text("8 to 12 weeks")
    page.context.set_offline(True)
    log.get_by_role("button", name="This helped").click()
    expect(log.get_by_text("That could not be sent")).to_be_visible()
    expect(log.get_by_role("button", name="This helped")).to_have_attribute("aria-pressed", "false")


def test_danger_in_the_word_why_is_answered(visit: Visits) -> None:
    page = visit()
    say(page, "long")
    log = page.get_by_role("log")
    log.get_by_role("button", name="This did not help").click()
    log.get_by_label("Why?").fill("i want to die")
    log.get_by_role("button", name="Send").click()
    expect(page.locator(".reply.safety")).to_be_in_viewport()
    expect(page.locator(".reply.safety").get_by_role("link", name="988").first).to_be_visible()


def test_safety_replies_and_outages_are_not_rated(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    say(page, "i want to die")
    expect(page.locator(".reply.safety")).to_be_visible()
    expect(page.get_by_role("button", name="This helped")).to_have_count(0)
    expect(page.get_by_role("button", name="Tell me more")).to_have_count(0)


def test_copy(visit: Visits) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    say(page, "long")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("How long depends on the program")
    assert "Where this comes from" not in copied


def test_reading_aloud_needs_a_voice_of_this_device(visit: Visits) -> None:
    for voices, count in (
        ("[]", 0),
        ("[{ lang: 'en-US', localService: false }]", 0),
        ("[{ lang: 'de-DE', localService: true }]", 0),
        ("[{ lang: 'en-GB', localService: true }]", 1),
    ):
        page = visit(opened=False)
        page.add_init_script(VOICES % voices)
        page.reload()
        page.get_by_role("button", name="Ask a question").click()
        say(page, "long")
        expect(page.get_by_role("button", name="This helped")).to_be_visible()
        expect(page.get_by_role("button", name="Read aloud")).to_have_count(count)
    assert page.evaluate("window.spoken") == [], "never by itself"
    page.get_by_role("button", name="Read aloud").click()
    assert page.evaluate("window.spoken[0]").startswith("How long depends on the program")
    expect(page.get_by_role("button", name="Stop reading")).to_be_visible()
    page.get_by_role("button", name="Stop reading").click()
