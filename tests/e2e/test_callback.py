"""The form for a call back in the widget: filled in, corrected, given up, sent again; help comes first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.callbacks.errors import UnavailableError
from bot.callbacks.request import Details
from bot.callbacks.words import read_words
from bot.fallback import centre_contacts
from bot.reply import Button, Reply
from bot.settings import settings
from bot.site.app import create_app
from tests.e2e.conftest import EMERGENCY, PROFILE, SAFETY, WORDS, Server, StandIn, Visits, say
from tests.e2e.test_keyboard import focused, tab_to

CONSENT = read_words(settings().data_dir).consent_text(PROFILE, 90)
ASKED = Reply(
    "human",
    (CONSENT, "Please say yes or no."),
    contacts=centre_contacts(PROFILE),
    buttons=(Button("Yes", "/affirm"), Button("No", "/deny")),
    callback_consent=CONSENT,
)
OFFERED = Reply(
    "human",
    ("To talk to a person, call us. Or I can ask them to call you.",),
    buttons=(Button("Ask for a call", "/request_callback"), Button("What is an IOP?", "/what_is_iop")),
    callback_consent=CONSENT,
)


@dataclass
class Kept:
    """Takes requests as bot/callbacks does; or raises `error`."""

    requests: list[Details] = field(default_factory=list)
    error: Exception | None = None

    def __call__(self, details: Details) -> None:
        if self.error:
            raise self.error
        self.requests.append(details)


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def site(assistant: StandIn, kept: Kept) -> Iterator[str]:
    """The site, with the visitor's "call me" and "a person" answered as the assistant answers them."""
    answers = {"call me": ASKED, "a person": OFFERED}
    assistant.reply = lambda text: answers.get(text, WORDS).messages()  # type: ignore[method-assign]
    config = replace(
        settings(),
        assistant_port=int(assistant.address.rpartition(":")[2]),
        tracker_db=assistant.tracker,
        tracker_database_url="",
    )

    def stand_in(text: str) -> Reply:
        return SAFETY if "die" in text else WORDS

    server = Server(create_app(config, PROFILE, EMERGENCY, stand_in, take=kept))
    yield server.address
    server.stop()


def form(page: Page) -> Locator:
    return page.locator(".call form")


def ask(page: Page) -> Locator:
    say(page, "call me")
    expect(form(page)).to_be_visible()
    return form(page)


def fill(one: Locator, **changes: Any) -> None:
    given = {"Name": "Robin", "Phone number": "(312) 555-0142", "Good time": "after 5", **changes}
    for label, text in given.items():
        one.get_by_label(label).fill(text)
    one.get_by_label("Yes, they may call me").check()


def test_it_is_filled_in_and_sent_once(visit: Visits, kept: Kept, assistant: StandIn) -> None:
    page = visit()
    one = ask(page)
    expect(one).to_contain_text("May Willow Creek Recovery Center call you")
    expect(page.get_by_text("Please say yes or no")).to_have_count(0)
    expect(page.get_by_role("button", name="Yes", exact=True)).to_have_count(0)
    fill(one)
    one.get_by_role("button", name="Send").dblclick()
    log = page.get_by_role("log")
    expect(log).to_contain_text("Your request is in.")
    expect(log).to_contain_text("Willow Creek Recovery Center has your request")
    assert focused(page).startswith("Your request is in.")
    expect(form(page)).to_have_count(0)
    [request] = kept.requests
    assert (request.name, request.phone, request.best_time) == ("Robin", "+1 312-555-0142", "after 5")
    assert [text for _, text in assistant.asked] == ["call me"], "nothing of it is said to the assistant"
    assert "Robin" not in page.evaluate("JSON.stringify({ ...sessionStorage })")


@pytest.mark.parametrize(
    ("changes", "label", "words"),
    [
        ({"Name": ""}, "Name", "I need a name"),
        ({"Phone number": "12"}, "Phone number", "I can't use that number"),
        ({"Good time": "x" * 200}, "Good time", "Please tell me a time"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    visit: Visits, kept: Kept, changes: dict[str, str], label: str, words: str
) -> None:
    page = visit()
    one = ask(page)
    fill(one, **changes)
    one.get_by_role("button", name="Send").click()
    wrong = one.get_by_label(label)
    expect(wrong).to_be_focused()
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(one.get_by_label(words)).to_be_focused()  # read out with the field's name
    expect(one).not_to_contain_text("cancel")  # there is a button for that
    fill(one)
    expect(one.locator("[aria-invalid]")).to_have_count(1)
    one.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log")).to_contain_text("Your request is in.")
    assert len(kept.requests) == 1


def test_without_the_tick_nobody_calls(visit: Visits, kept: Kept) -> None:
    page = visit()
    one = ask(page)
    fill(one)
    one.get_by_label("Yes, they may call me").uncheck()
    one.get_by_role("button", name="Send").click()
    expect(one.get_by_role("checkbox")).to_be_focused()
    expect(one).to_contain_text("They may only call you if you agree")
    assert kept.requests == []


def test_with_the_keyboard_alone(visit: Visits, kept: Kept) -> None:
    page = visit()
    say(page, "a person")
    expect(page.get_by_text("Ask for a call")).to_be_visible()
    tab_to(page, "Ask for a call", "Shift+Tab")
    page.keyboard.press("Enter")
    for typed in ("Robin", "3125550142", "any time"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert focused(page) == "Send"
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Your request is in.")
    assert kept.requests[0].name == "Robin"


def test_beside_the_offer_of_a_person_it_is_closed_until_wanted(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    say(page, "a person")
    expect(page.get_by_text("Or I can ask them to call you.")).to_be_visible()
    expect(form(page)).not_to_be_visible()
    expect(page.get_by_role("button", name="What is an IOP?").last).to_be_visible()
    expect(page.get_by_text("Ask for a call")).to_have_count(1)
    page.get_by_text("Ask for a call").click()
    expect(form(page)).to_be_visible()
    assert len(assistant.asked) == 1


def test_it_can_be_given_up_and_keeps_nothing(visit: Visits, kept: Kept) -> None:
    page = visit()
    one = ask(page)
    fill(one, **{"Phone number": "12"})
    one.get_by_role("button", name="Send").click()
    expect(one.locator("[aria-invalid]")).to_have_count(1)
    one.get_by_role("button", name="Cancel").click()
    expect(one).not_to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("Nothing was sent or kept.")
    assert focused(page) == "Ask for a call"
    page.keyboard.press("Enter")
    expect(one.get_by_label("Name")).to_have_value("")
    expect(one.locator("[aria-invalid]")).to_have_count(0)
    assert kept.requests == []


@pytest.mark.parametrize("label", ["Name", "Phone number", "Good time"])
def test_danger_comes_first(visit: Visits, kept: Kept, label: str) -> None:
    page = visit()
    one = ask(page)
    one.get_by_label(label).fill("i want to die")  # and all else left empty
    one.get_by_role("button", name="Send").click()
    safety = page.locator(".safety")
    expect(safety.get_by_role("link", name="Call or text 988")).to_be_visible()
    expect(safety).to_be_focused()
    expect(one).not_to_be_visible()
    assert kept.requests == []


def test_an_outage_keeps_what_was_typed_and_stores_it_once(visit: Visits, kept: Kept) -> None:
    page = visit()
    one = ask(page)
    fill(one)
    kept.error = UnavailableError("away")
    one.get_by_role("button", name="Send").click()
    log = page.get_by_role("log")
    expect(log).to_contain_text("I could not save your request, so nobody will call")
    expect(log.get_by_role("link", name="Call 911")).to_be_visible()
    kept.error = None
    page.route("**/callback", lambda route: (route.fetch(), route.abort()), times=1)  # the answer is lost
    one.get_by_role("button", name="Send").click()
    expect(log).to_contain_text("That could not be sent. Please try again.")
    expect(one.get_by_label("Name")).to_have_value("Robin")
    one.get_by_role("button", name="Send").click()
    expect(log).to_contain_text("Your request is in.")
    assert len(kept.requests) == 1


def test_in_spanish(visit: Visits, kept: Kept, assistant: StandIn) -> None:
    page = visit(opened=False)
    page.evaluate(
        "() => { const chat = document.querySelector('iop-chat').cloneNode(true); chat.lang = 'es';"
        " document.querySelector('iop-chat').replaceWith(chat); chat.open(); }"
    )
    page.get_by_label("Su mensaje").fill("call me")
    page.get_by_label("Su mensaje").press("Enter")
    one = form(page)
    expect(one.locator("p[lang=en]")).to_contain_text("May Willow Creek")
    one.get_by_label("Teléfono").fill("12")
    one.get_by_label("Nombre").fill("Robin")
    one.get_by_label("Sí").check()
    one.get_by_role("button", name="Enviar").click()
    expect(one.get_by_label("No puedo usar ese número")).to_be_focused()
    assert page.locator("div.call").evaluate("one => one.closest('[lang]').lang") == "es"


def test_on_a_shared_device_the_browser_fills_in_nothing_and_closing_clears_it(visit: Visits) -> None:
    page = visit()
    page.get_by_role("button", name="Options").click()
    page.get_by_label("Others use this device").check()
    page.get_by_role("button", name="Options").click()
    one = ask(page)
    assert {box.get_attribute("autocomplete") for box in one.locator("[autocomplete]").all()} == {"off"}
    fill(one)
    page.get_by_role("button", name="Close the chat").click()
    page.get_by_role("button", name="Ask a question").click()
    expect(form(page)).to_have_count(0)


def test_a_form_that_is_brought_back_is_closed_and_empty(visit: Visits) -> None:
    page = visit()
    fill(ask(page))
    page.reload()
    page.get_by_role("button", name="Ask a question").click()
    expect(page.get_by_text("Ask for a call")).to_be_visible()
    expect(form(page)).not_to_be_visible()
    page.get_by_text("Ask for a call").click()
    expect(form(page).get_by_label("Name")).to_have_value("")
