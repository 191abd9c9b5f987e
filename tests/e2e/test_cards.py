"""The cards of real answers in a real browser: seen, read, counted with."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from bot.cards import Planner
from bot.knowledge.answers import Snapshot
from bot.knowledge.cards import cards_for
from bot.knowledge.profile import CentreProfile
from bot.knowledge.reading import read_data
from bot.reply import Reply
from bot.settings import settings
from tests.e2e.conftest import StandIn, Visits, say
from tests.e2e.test_accessibility import OPTIONS, SURROUNDINGS

REAL = Snapshot(*read_data(settings().data_dir))
NO_CENTRE = Snapshot(REAL.knowledge, CentreProfile())
TOPICS = [
    "program_length",
    "weekly_schedule",
    "daily_schedule",
    "session_length",
    "how_to_start",
    "preparation",
    "what_to_bring",
    "phases",
]


def cards_of(snapshot: Snapshot) -> list[dict[str, Any]]:
    return [
        card
        for topic in TOPICS
        for card in Reply("answer", (), cards=cards_for(snapshot, topic)).custom()["cards"]
    ]


def show(page: Page, assistant: StandIn, cards: list[Any]) -> Locator:
    """The cards as the widget draws them, the planner opened."""
    custom = {"kind": "answer", "topics": [], "safety": [], "sources": [], "cards": cards}
    assistant.reply = lambda _: [{"text": "Here it is."}, {"custom": custom}]  # type: ignore[method-assign]
    say(page, "show me")
    expect(page.get_by_text("Here it is.")).to_be_visible()
    for planner in page.locator("details.card").all():
        if planner.get_attribute("open") is None:
            planner.locator("summary").click()
    return page.locator(".card")


@pytest.fixture(params=["right to left", *SURROUNDINGS])
def page(request: pytest.FixtureRequest, visit: Visits) -> Page:
    context = SURROUNDINGS.get(request.param, {"viewport": {"width": 320, "height": 568}})
    page = visit(bypass_csp=True, **context)  # axe adds a style of its own
    if request.param == "right to left":
        page.evaluate("document.documentElement.dir = 'rtl'")
    return page


@pytest.mark.parametrize("snapshot", [REAL, NO_CENTRE], ids=["centre", "documents alone"])
def test_axe_finds_nothing_and_nothing_is_cut_off(page: Page, assistant: StandIn, snapshot: Snapshot) -> None:
    cards = cards_of(snapshot)
    expect(show(page, assistant, cards)).to_have_count(len(cards))
    results = Axe().run(page, options=OPTIONS)
    assert results.violations_count == 0, results.generate_report()
    wide = page.evaluate(
        "() => [...document.querySelector('iop-chat').shadowRoot.querySelectorAll('.card, .card *, .log')]"
        ".filter((box) => !box.closest('.sr') && !box.closest('svg') && box.scrollWidth > box.clientWidth + 1"
        " && getComputedStyle(box).display !== 'inline').map((box) => box.className + box.tagName)"
    )
    assert wide == []


def test_each_range_is_read_with_its_source_and_stands_where_it_belongs(
    visit: Visits, assistant: StandIn
) -> None:
    (card, *_) = cards_of(REAL)
    drawn = show(visit(), assistant, [card])
    rows = drawn.get_by_role("listitem")
    assert [text.split("\n") for text in rows.all_inner_texts()][:2] == [
        ["about 10 weeks", "Willow Creek Recovery Center · this center"],
        ["5 to 8 weeks", "What to Expect"],
    ]
    boxes = [bar.bounding_box() for bar in drawn.locator(".bar i").all()]
    track = drawn.locator(".bar").first.bounding_box()
    five_to_eight = boxes[1]
    assert track is not None
    assert five_to_eight is not None
    assert five_to_eight["x"] == pytest.approx(track["x"] + track["width"] * 5 / 16, abs=1)
    assert five_to_eight["width"] == pytest.approx(track["width"] * 3 / 16, abs=1)


def test_the_planner_counts_in_the_browser(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    drawn = show(page, assistant, [card for card in cards_of(REAL) if card["type"] == Planner.type][:1])
    asked = len(assistant.asked)
    drawn.get_by_label("Days a week").select_option("3")
    drawn.get_by_label("Hours each day").select_option("4")
    result = drawn.get_by_role("status")
    expect(result).to_contain_text("That is 12 hours a week.")
    expect(result).to_contain_text("about 60 to 96 hours")  # 5 to 8 weeks
    expect(result).to_contain_text("about 90 hours")  # the center's own week, whatever is chosen
    assert len(assistant.asked) == asked


def test_the_week_is_a_table_that_can_be_heard(visit: Visits, assistant: StandIn) -> None:
    week = next(card for card in cards_of(REAL) if card["type"] == "week")
    table = show(visit(), assistant, [week]).get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["Mon", "Tue", "Wed", "Thu", "Fri"])
    expect(table.get_by_role("row").nth(4)).to_have_text("YesNoYesYesNo")


def test_in_a_spanish_widget_the_drawn_words_are_spanish_and_approved_texts_are_marked(
    visit: Visits, assistant: StandIn
) -> None:
    page = visit(opened=False, bypass_csp=True)
    page.evaluate(
        "() => { const chat = document.createElement('iop-chat'); chat.lang = 'es';"
        " document.querySelector('iop-chat').replaceWith(chat); chat.open(); }"
    )
    custom = {"kind": "answer", "topics": [], "safety": [], "sources": [], "cards": cards_of(REAL)}
    assistant.reply = lambda _: [{"text": "Here it is."}, {"custom": custom}]  # type: ignore[method-assign]
    page.get_by_label("Su mensaje").fill("show me")
    page.get_by_label("Su mensaje").press("Enter")
    drawn = page.locator(".card")
    expect(drawn.first).to_contain_text("Cuántas semanas, según la fuente")
    expect(drawn.first).to_contain_text("unas 10 semanas")
    expect(drawn.first).to_contain_text("8 a 12 semanas")
    expect(page.locator(".card.ranges").nth(1)).to_contain_text("al menos 9 horas por semana")
    assert Axe().run(page, options=OPTIONS).violations_count == 0
    spanish = page.evaluate(
        """() => [...document.querySelector("iop-chat").shadowRoot.querySelectorAll(".card")].map((card) => {
            const own = card.cloneNode(true);
            for (const approved of own.querySelectorAll("[lang=en]")) approved.remove();
            return own.closest("[lang]").lang + " " + own.textContent;
        })"""
    )
    english = re.compile(r"\b(the|to|of|you|week|weeks|hours|days?|about|source|how|at least|up to)\b", re.I)
    for words in spanish:
        assert words.startswith("es")
        assert not english.findall(words), words


def test_a_card_that_makes_no_sense_is_left_out(visit: Visits, assistant: StandIn) -> None:
    page = visit()
    broken: list[Any] = [
        None,
        7,
        {"type": "toString", "title": "x"},
        {"type": "ranges", "title": "x", "rows": 3},
        {"type": "steps", "title": "x", "steps": [{"a": 1}]},
        {"type": "planner", "title": "x", "days": [[3, 3]], "hours": [], "rows": []},
        {"type": "week", "title": "x", "sessions": [{"name": "y", "days": ["mon"], "opens": 1}]},
    ]
    hostile = {
        "type": "steps",
        "title": "<img src=x onerror=alert(1)>",
        "steps": ["<b>x</b>"],
        "source": "<i>",
    }
    drawn = show(page, assistant, [*broken, hostile])
    expect(drawn).to_have_count(1)
    expect(drawn).to_contain_text("<b>x</b>")
    assert page.locator(".card img, .card b").count() == 0


def test_everything_begins_on_the_right_in_a_page_from_right_to_left(
    visit: Visits, assistant: StandIn
) -> None:
    page = visit()
    page.evaluate("document.documentElement.dir = 'rtl'")
    show(page, assistant, cards_of(REAL))
    aligned = page.evaluate(
        "() => [...document.querySelector('iop-chat').shadowRoot.querySelectorAll('.card [dir]')]"
        ".map((words) => getComputedStyle(words).textAlign)"
    )
    assert set(aligned) == {"right"}
