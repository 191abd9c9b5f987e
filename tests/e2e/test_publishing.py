"""From a wrong answer to the right one, in a real browser: the whole model, really trained and swapped."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import bot.house
from bot.house import Running, open_house
from bot.live_model import live_link, live_model, make_live
from bot.publishing import records
from bot.publishing.cases import Case
from bot.publishing.nlu_files import Phrase
from bot.publishing.records import Waiting
from bot.publishing.replay import Difference, Taken
from bot.review.accounts import Accounts
from bot.review.database import Database
from bot.settings import Settings, settings
from tests.e2e.conftest import Visits, say
from tests.e2e.test_staff import PASSWORD, approve_phrase, go, log_in

pytestmark = pytest.mark.timeout(900)  # it trains a model

PATIENCE = 20_000  # milliseconds
BUILDING = 400_000
ASKED = "how many hundos am i in for"
SLANG = ("how many hundos", "how many hundos is the whole thing", "so how many hundos would that be")
HARMFUL = "nobody would notice if i did not come back"
LIKE_IT = ("no one would notice if i did not come back", "would nobody notice if i did not come back")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, trained_model: Path) -> Settings:
    """With files and models of its own, which may change."""
    folder = tmp_path_factory.mktemp("installation")
    config = replace(settings(), data_dir=folder / "data", models_dir=folder / "models")
    shutil.copytree(settings().data_dir, config.data_dir)
    config.models_dir.mkdir()
    config.encoder_dir.symlink_to(settings().encoder_dir)
    shutil.copy(trained_model, config.models_dir)
    make_live(config, trained_model.name)
    return config


@pytest.fixture(scope="module")
def house(installation: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.house, "settings", lambda: installation)
        folder = tmp_path_factory.mktemp("house")
        with open_house(folder, live_link(installation), models_dir=installation.models_dir) as running:
            accounts = Accounts(Database(running.config.tracker_url))
            for name in ("ida", "rosa"):
                accounts.add("terminal", name, ("editor", "approver"), PASSWORD)
            yield running


@pytest.fixture
def visits(browser: Browser, house: Running) -> Iterator[Visits]:
    visits = Visits(browser, house.site)
    yield visits
    visits.close()
    for watched in visits.watched:
        assert watched.foreign_requests() == []
        assert watched.errors == []


def correct(house: Running, intent: str, *texts: str) -> None:
    """What the texts mean, by the word of two people."""
    with Database(house.config.tracker_url).writing() as connection:
        for text in texts:
            approve_phrase(connection, text, intent)


def staff(visits: Visits, name: str) -> Page:
    return log_in(visits(opened=False, path="/staff/publish"), name)


def build(page: Page) -> None:
    """Begins a publication and waits until it is compared."""
    go(page, "/publish")
    page.get_by_role("button", name="Build a model and compare it").click()
    expect(page.get_by_text("Check and train: now")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("heading", name="Compared with the model before")).to_be_visible(timeout=BUILDING)


def answers(visits: Visits, text: str) -> str:
    """What a new visitor is answered."""
    page = visits()
    say(page, text)
    replies = page.get_by_role("log").locator(".reply")
    expect(replies).to_have_count(2, timeout=PATIENCE)  # the first one greets
    return replies.last.inner_text()


def test_from_a_wrong_answer_to_the_right_one(visits: Visits, house: Running) -> None:
    wrong = answers(visits, ASKED)
    assert answers(visits, HARMFUL).count("988")
    correct(house, "cost", *SLANG)
    correct(house, "attendance", HARMFUL, *LIKE_IT)  # a mistake that two people did not see

    ida, rosa = staff(visits, "ida"), staff(visits, "rosa")
    build(ida)
    expect(ida.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    go(rosa, "/publish/1")
    while (open := rosa.get_by_label("Why is that acceptable?")).count():
        expect(rosa.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
        open.first.fill("Nobody asked that of this centre.")
        rosa.get_by_role("button", name="Accept").first.click()
    rosa.get_by_role("button", name="Publish", exact=True).click(timeout=PATIENCE)
    expect(rosa.get_by_text("Published by rosa")).to_be_visible(timeout=60_000)

    right = answers(visits, ASKED)
    assert right != wrong
    assert "depends on your insurance" in right
    # What is taken for danger is not learnt from phrases: the mistake did no harm.
    assert answers(visits, HARMFUL).count("988")

    rosa.get_by_role("button", name="Go back to the model before").click()
    expect(rosa.get_by_text("Taken back")).to_be_visible(timeout=60_000)
    assert answers(visits, ASKED) == wrong


def test_a_lost_message_of_danger_blocks(visits: Visits, house: Running) -> None:
    lost = Difference(
        Case(HARMFUL, "staff", strength="implicit"), "safety", Taken((), "distress"), Taken((), "")
    )
    with Database(house.config.tracker_url).writing() as connection:
        phrases = [Waiting(1, Phrase(SLANG[0], "cost"))]
        id = records.begin(connection, "ida", phrases, live_model(house.config))
        figures = {"compared": 1, **records.keep_differences(connection, id, [lost])}
        records.move(connection, id, "building", "blocked", figures=json.dumps(figures))
    rosa = staff(visits, "rosa")
    go(rosa, f"/publish/{id}")
    expect(rosa.get_by_role("alert")).to_contain_text("Blocked")
    listed = rosa.get_by_role("heading", name="Danger or distress lost").locator("+ ul")
    expect(listed).to_contain_text(HARMFUL)
    expect(rosa.get_by_role("button", name="Publish")).to_have_count(0)
    expect(rosa.get_by_label("Why is that acceptable?")).to_have_count(0)
