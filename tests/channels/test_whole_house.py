"""From a vendor's delivery at the public port to what reaches the person, with the trained model."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from bot import prepare, serve
from bot.channels.segments import plainer, segments
from bot.channels.vendor import Delivery
from bot.house import Running, open_house, stop
from bot.settings import ROOT
from tests.channels.edge import (
    CHANNELS,
    CONFIGURED,
    KEY,
    PUBLIC,
    Edge,
    Sent,
    address,
    delivery,
    open_edge,
    slack_pressed,
    wrongly_signed,
)
from tests.privacy.test_house import holding


@pytest.fixture(scope="module")
def edge() -> Iterator[Edge]:
    with open_edge() as edge:
        yield edge


@pytest.fixture(scope="module")
def house(trained_model: Path, tmp_path_factory: pytest.TempPathFactory, edge: Edge) -> Iterator[Running]:
    changes = {"channels": CONFIGURED, "channels_key": KEY, "public_url": PUBLIC, "vendors_url": edge.url}
    folder = tmp_path_factory.mktemp("channels")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        with open_house(folder, trained_model, debug=True, **changes) as house:
            yield house


class Person:
    """Somebody who writes to one channel, and what reaches them."""

    def __init__(self, house: Running, edge: Edge, channel: str, number: int) -> None:
        self.house, self.edge, self.channel, self.number = house, edge, channel, number

    def deliver(self, sent: Delivery) -> httpx.Response:
        return self.house.client.post(
            f"{self.house.site}/webhooks/{self.channel}", content=sent.body, headers=dict(sent.headers)
        )

    def hear(self) -> list[Sent]:
        here = address(self.channel, self.number)
        return [sent for sent in self.edge.sent if sent.to == here]

    def say(self, text: str | None) -> str:
        """What is said to it."""
        before = len(self.hear())
        answer = self.deliver(delivery(self.channel, text, self.number))
        assert answer.status_code in (200, 204), answer.text
        return "\n\n".join(sent.text for sent in self.hear()[before:])

    def pictures(self) -> list[str]:
        """The names of the pictures it is sent."""
        mine = [str(body) for _, _, body in self.edge.requests if _is_to(body, self)]
        return [
            name for body in mine for name in re.findall(rf"{re.escape(PUBLIC)}/pictures/([^'\"]+)", body)
        ]


def _is_to(body: dict[str, Any], person: Person) -> bool:
    return address(person.channel, person.number) in (
        str(body.get("chat_id")),
        body.get("channel"),
        body.get("To"),
        body.get("recipient", {}).get("id"),
    )


_people = iter(range(100, 9999))


@pytest.fixture
def person(house: Running, edge: Edge, channel: str) -> Person:
    return Person(house, edge, channel, next(_people))


every_channel = pytest.mark.parametrize("channel", CHANNELS)


def test_telegram_was_told_where_to_deliver(house, edge):
    assert eventually(lambda: any(path.endswith("/setWebhook") for path, _, _ in edge.requests))


@every_channel
def test_a_question_is_answered_with_its_sources(person):
    text = person.say("how many weeks does this thing take")
    assert "10 weeks" in text
    if person.channel == "sms":
        while person.hear()[-1].text.endswith("Reply MORE for more."):
            text += person.say("MORE")
    assert "Source" in text
    assert '"kind"' not in text


@every_channel
def test_danger_gets_the_number_to_call_first(person):
    text = person.say("i want to kill myself")
    assert "988" in text
    assert len(text.split("988")[0].split()) <= 40
    assert "988" in person.say("what does it cost"), "the line stays in view"


@every_channel
def test_the_safety_reply_is_the_one_of_the_site(person):
    said = "my boyfriend took too many pills and wont wake up"
    heard = " ".join(plainer(person.say(said)).split())
    for text in person.house.conversation().say(said).texts:
        assert " ".join(plainer(text).split()) in heard


@every_channel
def test_a_photo_a_heart_and_far_too_much(person):
    assert "only read words" in person.say(None)
    assert "only read words" in person.say("❤️")
    assert "too long" in person.say("word " * 3000)


@every_channel
def test_a_wrong_signature_is_refused(person):
    assert person.deliver(wrongly_signed(delivery(person.channel, "hi", person.number))).status_code == 403
    assert person.hear() == []


@every_channel
def test_a_typed_number_chooses(person):
    person.say("hello")
    text = person.say("1")
    assert "intensive outpatient" in text.lower()
    assert text


@pytest.mark.parametrize("channel", ["slack"])
def test_a_pressed_button_chooses(person):
    person.say("hello")
    [sent] = person.hear()
    [(_, payload), *_] = sent.buttons
    assert payload == "/what_is_iop"
    assert person.deliver(slack_pressed(payload, person.number)).status_code == 200
    assert len(person.hear()) == 2


@pytest.mark.parametrize("channel", ["sms"])
def test_sms_keeps_to_two_segments(person):
    for said in (
        "how long is it",
        "hello",
        "what is iop",
        "do you do detox and how much is it",
        "purple umbrella",
    ):
        person.say(said)
    assert all(segments(sent.text) <= 2 for sent in person.hear())


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_stop(person):
    assert "START" in person.say("STOP")
    assert person.say("how long is it") == ""


@pytest.mark.parametrize("channel", [channel for channel in CHANNELS if channel != "sms"])
@pytest.mark.parametrize("said", ["how long is it", "what should i bring", "how do i start"])
def test_a_card_comes_as_a_picture_that_the_vendor_can_fetch(person, said):
    person.say(said)
    assert eventually(lambda: bool(person.pictures()))
    for name in person.pictures():
        answer = person.house.client.get(f"{person.house.site}/pictures/{name}")
        assert answer.headers["content-type"] == "image/png"
        with Image.open(BytesIO(answer.content)) as picture:
            assert picture.width == 1080
            assert picture.height > 200
            assert len(picture.convert("L").getcolors(256) or ()) > 2, "something is drawn"


@pytest.mark.parametrize("channel", ["sms"])
def test_no_picture_comes_by_text_message(person):
    for said in ("how long is it", "MORE", "what should i bring"):
        person.say(said)
    time.sleep(2)
    assert person.pictures() == []
    assert not any(
        "Media" in field for _, _, body in person.edge.requests for field in body if _is_to(body, person)
    )


@every_channel
def test_a_conversation_is_deleted_on_request(person):
    person.say("how long is it")
    rows = _rows(person.house, person.channel)
    assert "deleted" in person.say("delete my conversation")
    assert _rows(person.house, person.channel) < rows


def test_no_address_and_no_name_is_on_the_disk(house, edge):
    for channel in CHANNELS:
        visitor = Person(house, edge, channel, 8888)
        visitor.say("how long is it")
        given = address(channel, 8888).removeprefix("whatsapp:").strip("+")
        assert holding(house.folder, given) == []
    for words in ("xiomara", "telegram-token", "twilio-auth-token", "slack-signing-secret"):
        assert holding(house.folder, words) == []


def test_after_a_restart_choices_go_on_and_what_was_answered_stays_answered(house, edge):
    """The last: the assistant is stopped here, and the site answers meanwhile."""
    visitor = Person(house, edge, "whatsapp", 7777)
    visitor.say("hello")
    answered = delivery("whatsapp", "hello again", 7777)
    visitor.deliver(answered)
    before = len(visitor.hear())
    stop(house.processes["assistant"])
    visitor.deliver(delivery("whatsapp", "i want to kill myself", 7777))
    assert eventually(lambda: len(visitor.hear()) > before), "the site answers danger"
    assert "988" in visitor.hear()[before].text
    with (house.folder / "assistant-again.log").open("wb") as log:
        house.processes["assistant"] = subprocess.Popen(
            serve.commands(house.config, prepare.model_path(house.config))["assistant"],
            cwd=ROOT,
            env=serve.environment(house.config),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    assert eventually(lambda: house.client.get(f"{house.site}/health").status_code == 200, 120)
    between = len(visitor.hear())
    assert visitor.deliver(answered).status_code == 204
    assert len(visitor.hear()) == between
    assert "intensive outpatient" in visitor.say("1").lower(), "offered before the restart"


def eventually(happens: Callable[[], bool], seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happens():
            return True
        time.sleep(0.3)
    return False


def _rows(house: Running, channel: str) -> int:
    with closing(sqlite3.connect(house.config.tracker_db)) as database:
        query = "SELECT COUNT(*) FROM events WHERE sender_id LIKE ?"
        return int(database.execute(query, [f"{channel}-%"]).fetchone()[0])
