"""Staff correct an answer in a browser, and a visitor is told the new number, without a restart."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.house import open_house
from bot.processes import stop
from bot.review.accounts import Accounts
from bot.review.database import Database
from tests.conftest import Running
from tests.e2e.conftest import Visits, say, until
from tests.e2e.test_screenshots import keep

PASSWORD = "seven quiet herons"
PATIENCE = 20_000  # milliseconds, for the first answer
TOPIC = "/staff/answers/program_length"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, trained_model: Path) -> Iterator[Running]:
    """A house of its own: what is edited here is said."""
    with open_house(tmp_path_factory.mktemp("editing"), trained_model) as running:
        accounts = Accounts(Database(running.config.tracker_url))
        for name, role in {"ann": "editor", "cleo": "editor", "bea": "approver"}.items():
            accounts.add("terminal: root", name, [role], PASSWORD)
        yield running


@pytest.fixture
def as_staff(browser: Browser, house: Running) -> Iterator[Callable[..., Page]]:
    """`as_staff("ann", path)` opens a page as somebody of the staff."""
    visits = Visits(browser, house.site)

    def open_as(name: str, path: str, **context: Any) -> Page:
        page = visits(opened=False, path=path, **context)
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Log in")
        return page

    yield open_as
    visits.close()
    for watched in visits.watched:
        assert watched.foreign_requests() == []
        assert watched.errors == []


def approve(page: Page, name: str = "Approve") -> None:
    page.get_by_role("button", name=name).first.click()
    expect(page.get_by_role("status")).to_contain_text("said within seconds")


def test_a_number_is_corrected_and_a_visitor_hears_it(
    as_staff: Callable[..., Page], browser: Browser, house: Running
) -> None:
    visits = Visits(browser, house.site)
    visitor = visits()
    say(visitor, "how many weeks is it gonna take")
    log = visitor.get_by_role("log")
    expect(log).to_contain_text("8 to 12 weeks", timeout=PATIENCE)

    ann = as_staff("ann", TOPIC)
    if os.environ.get("IOP_SCREENSHOTS"):
        keep(ann, "staff-answer")
    ann.get_by_text("Change this fact").first.click()
    ann.get_by_label("From").first.fill("9")
    ann.get_by_role("button", name="Preview: weeks 8 12").click()
    expect(ann.get_by_role("heading", name="Preview of what you typed")).to_be_visible()
    expect(ann.locator(".widget .reply").first).to_contain_text("9 to 12 weeks")
    expect(ann.locator(".sms").first).to_contain_text("9 to 12 weeks")
    assert ann.get_by_label("From").first.input_value() == "9"
    if os.environ.get("IOP_SCREENSHOTS"):
        ann.locator("#preview").evaluate("preview => preview.scrollIntoView()")
        keep(ann, "staff-preview")
    ann.get_by_role("button", name="Send for approval: weeks 8 12").click()
    expect(ann.get_by_role("status")).to_contain_text("A second person approves it")

    bea = as_staff("bea", "/staff/changes")
    expect(bea.locator("ins").first).to_have_text("9")
    if os.environ.get("IOP_SCREENSHOTS"):
        keep(bea, "staff-changes")
    approve(bea)
    asked = "how long does the program last"
    until(visitor, lambda: "9 to 12 weeks" in house.conversation().say(asked).text)
    say(visitor, asked)
    expect(log).to_contain_text("9 to 12 weeks", timeout=PATIENCE)
    visits.close()


def test_two_editors_at_once_without_javascript(as_staff: Callable[..., Page]) -> None:
    first = as_staff("ann", TOPIC, java_script_enabled=False)
    second = as_staff("cleo", TOPIC, java_script_enabled=False)
    for page, words in (
        (first, "Our program takes about 11 weeks."),
        (second, "Our program takes about 12 weeks."),
    ):
        form = page.locator("form", has=page.get_by_role("button", name="Send for approval: own words"))
        form.get_by_label("First message").fill("")
        form.get_by_label("First message").fill(f"It has 10 weeks.\n{words}")
        form.get_by_role("button", name="Send for approval: own words").click()
    expect(first.get_by_role("status")).to_contain_text("Sent")
    expect(second.get_by_role("alert")).to_contain_text("Somebody changed this meanwhile")
    expect(second.locator("ins").first).to_contain_text("It has 10 weeks")
    expect(second.get_by_label("First message").nth(1)).to_have_value(
        "It has 10 weeks.\nOur program takes about 12 weeks."
    )
    approve(as_staff("bea", "/staff/changes", java_script_enabled=False))


def test_a_particular_question_is_added_without_javascript(
    as_staff: Callable[..., Page], browser: Browser, house: Running
) -> None:
    visits = Visits(browser, house.site)
    visitor = visits()
    log = visitor.get_by_role("log")
    ann = as_staff("ann", "/staff/answers/transport/questions", java_script_enabled=False)
    ann.get_by_role("link", name="Add a question that the center answers").click()
    ann.get_by_label("Ways to ask").fill(
        "can i park my camper van\nis there room for a camper\nparking for campers?"
    )
    ann.get_by_label("Is it answered with yes or no?").select_option(label="Yes")
    ann.get_by_label("What is said").fill("Campers can park behind the barn.")
    ann.get_by_role("button", name="Preview").click()
    expect(ann.locator(".widget .says")).to_contain_text("Yes. At Willow Creek Recovery Center: Campers can")
    ann.get_by_role("button", name="Send for approval").click()
    expect(ann.get_by_role("status")).to_contain_text("A second person approves it")
    approve(as_staff("bea", "/staff/changes"), "Approve: Getting there and back: a question")
    asked, said = "is there room to park a camper", "Campers can park behind the barn."
    until(visitor, lambda: said in house.conversation().say(asked).text)
    say(visitor, asked)
    expect(log).to_contain_text(said, timeout=PATIENCE)
    visits.close()


def test_the_centers_page_has_the_new_phone(as_staff: Callable[..., Page], house: Running) -> None:
    ann = as_staff("ann", "/staff/centre")
    ann.get_by_label("Phone").fill("+1 312 555 0177")
    ann.get_by_role("button", name="Send for approval: the center").click()
    expect(ann.get_by_role("status")).to_contain_text("Sent")
    approve(as_staff("bea", "/staff/changes"), "Approve: The center's profile")
    until(ann, lambda: "+1 312 555 0177" in house.client.get(house.site).text)


def test_the_command_leaves_exactly_the_edit(house: Running) -> None:
    from bot.editing.edits import Edits
    from bot.editing.export import export_into

    folder: Path = house.config.data_dir
    file = folder / "knowledge" / "program_length.yml"
    before = file.read_text().splitlines()
    export_into(folder, Edits(Database(house.config.tracker_url)).approved())
    after = file.read_text().splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [
        (
            "  quantity: {low: 8, high: 12, unit: week, qualifier: typical}",
            "  quantity: {low: 9, high: 12, unit: week, qualifier: typical}",
        )
    ]


def test_the_reply_of_an_outage_has_the_new_phone(browser: Browser, house: Running) -> None:
    stop(house.processes.pop("assistant"))
    visits = Visits(browser, house.site)
    page = visits()
    say(page, "how long does it take")
    expect(page.get_by_role("log")).to_contain_text("+1 312 555 0177", timeout=PATIENCE)
    visits.close()
