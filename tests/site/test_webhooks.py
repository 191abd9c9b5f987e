"""The site hands on what vendors deliver, as it came; and answers itself while the assistant is down."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from bot.channels.vendor import Delivery
from bot.fallback import stand_in
from bot.settings import settings
from bot.site.app import create_app
from bot.site.webhooks import MOST_BYTES
from tests.channels.edge import CHANNELS, CONFIGURED, KEY, PUBLIC, Edge, delivery, open_edge, wrongly_signed
from tests.site.conftest import EMERGENCY, PROFILE


class Rasa:
    """Takes what the site hands on; `answer` is answered, or raised."""

    def __init__(self) -> None:
        self.answer: httpx.Response | Exception = httpx.Response(200, text="challenge")
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def rasa() -> Rasa:
    return Rasa()


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> Iterator[Edge]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with open_edge() as edge:
        yield edge


@pytest.fixture
def site(rasa: Rasa, edge: Edge, tmp_path: Path) -> Iterator[TestClient]:
    config = replace(
        settings(),
        channels={name: CONFIGURED[name] for name in CHANNELS},
        channels_key=KEY,
        channels_url=f"sqlite:///{tmp_path / 'channels.db'}",
        public_url=PUBLIC,
        vendors_url=edge.url,
    )
    app = create_app(config, PROFILE, EMERGENCY, stand_in, transport=httpx.MockTransport(rasa))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def post(site: TestClient, channel: str, sent: Delivery) -> httpx.Response:
    return site.request(
        sent.method, f"/webhooks/{channel}", content=sent.body, headers=dict(sent.headers), params=sent.query
    )


def eventually(happens: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happens():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("channel", CHANNELS)
def test_body_and_signature_reach_the_assistant_untouched(site, rasa, channel):
    sent = delivery(channel, "é 🙂 how long")
    answer = post(site, channel, sent)
    assert (answer.status_code, answer.text) == (200, "challenge")
    [request] = rasa.requests
    assert request.url.path == f"/webhooks/messaging/{channel}"
    assert request.content == sent.body
    assert sent.headers.items() <= dict(request.headers).items()


def test_other_headers_stay_outside(site, rasa):
    sent = delivery("telegram", "hi")
    post(site, "telegram", replace(sent, headers={**sent.headers, "cookie": "a=b", "x-other": "c"}))
    assert not {"cookie", "x-other"} & set(rasa.requests[0].headers)


def test_the_check_of_an_address_is_handed_on(site, rasa):
    answer = site.get("/webhooks/messenger?hub.mode=subscribe&hub.challenge=11&hub.verify_token=a%20b")
    assert answer.text == "challenge"
    assert dict(rasa.requests[0].url.params) == {
        "hub.mode": "subscribe",
        "hub.challenge": "11",
        "hub.verify_token": "a b",
    }


@pytest.mark.parametrize(
    "path", ["rest", "rest/webhook", "messaging", "facebook", "", "telegram/x", "..%2frest"]
)
def test_nothing_else_of_the_assistant_is_reached(site, rasa, path):
    assert site.post(f"/webhooks/{path}", content=b"{}").status_code == 404
    assert rasa.requests == []


def test_a_body_larger_than_any_vendors_is_refused(site, rasa):
    assert post(site, "telegram", Delivery("POST", {}, {}, b"x" * (MOST_BYTES + 1))).status_code == 413
    assert rasa.requests == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_danger_is_answered_while_the_assistant_is_down_and_once(site, rasa, edge, channel):
    rasa.answer = httpx.ConnectError("refused")
    sent = delivery(channel, "i am going to kill myself tonight")
    assert post(site, channel, sent).status_code in (200, 204)
    assert "988" in edge.wait_for(1)[0].text
    # The first message of all waits for the model; a vendor that asks meanwhile is told to come again.
    assert eventually(lambda: post(site, channel, sent).status_code in (200, 204))
    number = len(edge.sent)
    rasa.answer = httpx.Response(200)
    assert post(site, channel, wrongly_signed(sent)).status_code == 200, "the assistant checks it"
    rasa.answer = httpx.ConnectError("refused")
    assert post(site, channel, wrongly_signed(sent)).status_code == 403
    assert len(edge.sent) == number


def test_other_messages_learn_meanwhile_whom_to_call(site, rasa, edge):
    rasa.answer = httpx.ConnectError("refused")
    post(site, "whatsapp", delivery("whatsapp", "how long is it"))
    assert "can't answer right now" in edge.text
    assert "911" in edge.text


def test_a_vendor_asks_again_after_a_slow_assistant(site, rasa, edge):
    rasa.answer = httpx.ReadTimeout("slow")
    assert post(site, "slack", delivery("slack", "hi")).status_code == 503
    assert edge.sent == []


def test_a_picture_is_fetched_by_its_name(site, rasa):
    rasa.answer = httpx.Response(200, content=b"png", headers={"content-type": "image/png"})
    answer = site.get("/pictures/abc.png")
    assert (answer.content, answer.headers["content-type"]) == (b"png", "image/png")
    assert rasa.requests[0].url.path == "/webhooks/messaging/pictures/abc.png"
    rasa.answer = httpx.Response(404)
    assert site.get("/pictures/other.png").status_code == 404


@pytest.mark.parametrize("name", ["a.svg", "a%3Fb.png", "..%2Ftelegram", "%2e%2e", "a b.png"])
def test_only_pictures_are_fetched(site, rasa, name):
    assert site.get(f"/pictures/{name}").status_code == 404
    assert rasa.requests == []


def test_the_site_does_without_rasa():
    """Its memory and its start: Rasa brings TensorFlow."""
    check = "import sys, bot.site.app; sys.exit(any(name.split('.')[0] == 'rasa' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0
