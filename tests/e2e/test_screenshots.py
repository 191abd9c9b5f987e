"""Takes the pictures in docs/screenshots when IOP_SCREENSHOTS is set, and is passed over otherwise."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.cards import to_json
from bot.knowledge.cards import cards_for
from tests.e2e.conftest import StandIn, Visits, say
from tests.e2e.test_callback import ASKED, ask
from tests.e2e.test_cards import REAL, show

pytestmark = pytest.mark.skipif(not os.environ.get("IOP_SCREENSHOTS"), reason="IOP_SCREENSHOTS is not set")

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
PHONE: dict[str, Any] = {
    "viewport": {"width": 320, "height": 640},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}


def keep(page: Page, name: str) -> None:
    """Writes the picture with few colours, so that it stays small."""
    from PIL import Image  # comes with Rasa; needed only here

    page.mouse.move(0, 0)
    page.wait_for_timeout(200)
    picture = Image.open(io.BytesIO(page.screenshot()))
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture.convert("RGB").quantize(96, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


def test_take_the_pictures(visit: Visits, assistant: StandIn) -> None:
    keep(visit(opened=False), "page")
    keep(visit(), "open")
    keep(visit(**PHONE), "phone")

    for name, context in {
        "answer": {},
        "answer-dark": {"color_scheme": "dark"},
        "answer-phone": PHONE,
    }.items():
        page = visit(**context)
        say(page, "How long does it take?")
        page.get_by_text("Where this comes from").click()
        keep(page, name)

    for name, context in {"safety": {}, "safety-phone": PHONE}.items():
        page = visit(**context)
        say(page, "i want to die")
        expect(page.locator(".safety")).to_be_visible()
        keep(page, name)

    page = visit(**PHONE)
    page.get_by_role("button", name="Options").click()
    keep(page, "options-phone")
    page.get_by_text("Delete my conversation", exact=True).click()
    keep(page, "delete-phone")

    page = visit()
    say(page, "How long does it take?")
    page.get_by_role("button", name="This did not help").click()
    page.get_by_label("Why?").fill("Too many numbers")
    keep(page, "feedback")

    page = visit(**PHONE)
    page.get_by_role("button", name="Options").click()
    page.get_by_label("Text size").select_option("170 %")
    page.get_by_role("button", name="Options").click()
    say(page, "How long does it take?")
    expect(page.get_by_role("log")).to_contain_text("8 to 12 weeks")
    keep(page, "large-text-phone")

    page = visit(opened=False)
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.get_by_role("button", name="Ask a question").click()
    say(page, "How long does it take?")
    expect(page.get_by_role("log")).to_contain_text("8 to 12 weeks")
    keep(page, "right-to-left")

    page = visit(forced_colors="active")
    say(page, "How long does it take?")
    expect(page.get_by_role("log")).to_contain_text("8 to 12 weeks")
    keep(page, "forced-colors")

    assistant.delay = 2.0
    page = visit()
    say(page, "Can I keep my job?")
    expect(page.locator(".dots")).to_be_visible()
    keep(page, "typing")
    assistant.delay = 0.0

    page = visit()
    page.context.set_offline(True)
    say(page, "Can I keep my job?")
    expect(page.get_by_text("Not sent yet")).to_be_visible()
    keep(page, "offline")

    assistant.behaviour = "broken"
    page = visit()
    say(page, "Can I keep my job?")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    keep(page, "outage")
    keep(visit(opened=False, java_script_enabled=False), "without-javascript")


@pytest.mark.parametrize(
    ("name", "context"),
    [
        ("callback", {}),
        ("callback-dark", {"color_scheme": "dark"}),
        ("callback-phone", {**PHONE, "viewport": {"width": 320, "height": 900}}),
        ("callback-390", {**PHONE, "viewport": {"width": 390, "height": 844}}),
    ],
)
def test_take_the_pictures_of_the_form_for_a_call(
    visit: Visits, assistant: StandIn, name: str, context: dict[str, Any]
) -> None:
    assistant.reply = lambda _: ASKED.messages()  # type: ignore[method-assign]
    page = visit(**context)
    one = ask(page)
    one.get_by_label("Name").fill("Robin")
    one.get_by_label("Phone number").fill("555 01")
    one.get_by_role("checkbox").check()
    if name in ("callback-dark", "callback-phone"):
        one.get_by_role("button", name="Send").click()
        expect(one.locator("[aria-invalid]")).to_have_count(1)
    one.evaluate("(form, begin) => form.parentElement.scrollIntoView(begin)", name != "callback")
    keep(page, name)


@pytest.mark.parametrize(
    "topic", ["program_length", "weekly_schedule", "daily_schedule", "what_to_bring", "phases"]
)
@pytest.mark.parametrize("name", ["phone", "dark"])
def test_take_the_pictures_of_cards(visit: Visits, assistant: StandIn, topic: str, name: str) -> None:
    tall: dict[str, Any] = {"viewport": {"width": 320, "height": 760}}
    page = visit(**{**PHONE, **tall} if name == "phone" else {"color_scheme": "dark"})
    show(page, assistant, [to_json(cards_for(REAL, topic)[0])])
    keep(page, f"card-{topic}-{name}")


@pytest.mark.parametrize("name", ["phone", "dark"])
def test_take_the_picture_of_the_planner(visit: Visits, assistant: StandIn, name: str) -> None:
    page = visit(**PHONE if name == "phone" else {"color_scheme": "dark"})
    drawn = show(page, assistant, [to_json(cards_for(REAL, "program_length")[-1])])
    drawn.get_by_label("Days a week").select_option("3")
    drawn.evaluate("(card) => card.scrollIntoView()")
    keep(page, f"card-planner-{name}")
