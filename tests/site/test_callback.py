"""POST /callback: the widget's form for a call-back request."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.callbacks.errors import CallbacksOffError, UnavailableError
from bot.callbacks.request import Details
from bot.reply import Reply

_numbers = itertools.count()
NESTED: list[Any] = []
for _ in range(400):
    NESTED = [NESTED]


class Kept:
    """Takes requests as bot/callbacks does; or raises `error`."""

    def __init__(self) -> None:
        self.requests: list[Details] = []
        self.error: Exception | None = None

    def __call__(self, details: Details) -> None:
        if self.error:
            raise self.error
        self.requests.append(details)


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def client(build: Callable[..., Starlette], kept: Kept) -> Iterator[TestClient]:
    def stand_in(text: str) -> Reply:
        return Reply("safety" if "kill myself" in text else "unknown", ("Call 988.",), safety=("suicide",))

    with TestClient(build(stand_in=stand_in, take=kept), raise_server_exceptions=False) as client:
        yield client


def form(**changes: Any) -> dict[str, Any]:
    sent = {
        "conversation": f"conversation-{next(_numbers):010}",
        "message_id": f"message-{next(_numbers):010}",
        "name": "Marmaduke Quillfeather",
        "phone": "(312) 555-0142",
        "best_time": "after 5",
        "agreed": True,
    }
    return {key: value for key, value in {**sent, **changes}.items() if value is not ...}


def test_a_request_is_taken_with_the_consent_the_card_showed(client: TestClient, kept: Kept) -> None:
    response = client.post("/callback", json=form())
    assert response.status_code == 200
    assert response.json()["taken"] is True
    assert "has your request" in response.json()["message"]
    [request] = kept.requests
    assert (request.name, request.phone) == ("Marmaduke Quillfeather", "+1 312-555-0142")
    assert request.best_time == "after 5"
    assert "call you about its programs?" in request.consent


def test_the_best_time_may_be_left_out(client: TestClient, kept: Kept) -> None:
    assert client.post("/callback", json=form(best_time=...)).status_code == 200
    assert kept.requests[0].best_time is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": ...}, "name"),
        ({"name": 5}, "name"),
        ({"name": "<script>alert(1)</script>"}, "name"),
        ({"name": "x" * 5000}, "name"),
        ({"phone": "12345"}, "phone"),
        ({"phone": ["(312) 555-0142"]}, "phone"),
        ({"phone": "1 900 555 1234"}, "phone"),
        ({"best_time": "x" * 200}, "best_time"),
        ({"best_time": {}}, "best_time"),
        ({"best_time": NESTED}, "best_time"),
        ({"agreed": False}, "consent"),
        ({"agreed": "true"}, "consent"),
        ({"agreed": ...}, "consent"),
    ],
)
def test_what_cannot_be_used_is_said_kindly_for_its_field(
    client: TestClient, kept: Kept, changes: dict[str, Any], field: str
) -> None:
    response = client.post("/callback", json=form(**changes))
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["code"], error["field"]) == ("invalid", field)
    assert len(error["message"]) > 20
    assert kept.requests == []


@pytest.mark.parametrize("field", ["name", "phone", "best_time"])
def test_danger_in_a_field_comes_first(client: TestClient, kept: Kept, field: str) -> None:
    response = client.post("/callback", json=form(**{field: "i want to kill myself"}, agreed=False))
    assert response.status_code == 200
    assert response.json()["taken"] is False
    assert response.json()["messages"][-1]["custom"]["kind"] == "safety"
    assert kept.requests == []


def test_half_a_character_is_no_name(client: TestClient) -> None:
    body = json.dumps(form(name="Bo\ud800b"))
    response = client.post("/callback", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert response.json()["error"]["field"] == "name"


def test_danger_after_a_very_long_field_is_read(client: TestClient) -> None:
    response = client.post("/callback", json=form(name="x " * 5000, best_time="i want to kill myself"))
    assert response.json()["taken"] is False


def test_without_a_key_it_is_said_with_the_number(client: TestClient, kept: Kept) -> None:
    kept.error = CallbacksOffError()
    response = client.post("/callback", json=form())
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "callbacks_off"
    assert "+1 555 010 0142" in response.json()["error"]["message"]


def test_what_is_not_stored_is_not_called_stored_and_may_be_sent_again(
    client: TestClient, kept: Kept
) -> None:
    kept.error = UnavailableError("away")
    sent = form()
    response = client.post("/callback", json=sent)
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "not_stored"
    kept.error = None
    assert client.post("/callback", json=sent).json()["taken"] is True


def test_sent_twice_it_is_stored_once(client: TestClient, kept: Kept) -> None:
    sent = form()
    assert client.post("/callback", json=sent).json() == client.post("/callback", json=sent).json()
    assert len(kept.requests) == 1
    assert client.post("/callback", json={**sent, "name": "Somebody Else"}).status_code == 409


def test_a_form_of_another_site_is_refused(client: TestClient, kept: Kept) -> None:
    assert client.post("/callback", data=form()).status_code == 415
    assert client.post("/callback", content=b"{}", headers={"content-type": "text/plain"}).status_code == 415
    assert client.options("/callback").status_code == 405
    assert client.get("/callback").status_code == 405
    assert kept.requests == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b"x" * 70_000])
def test_what_is_no_form_is_refused(client: TestClient, body: bytes) -> None:
    response = client.post("/callback", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 413)
    assert response.json()["error"]["message"]


@pytest.mark.parametrize("changes", [{"conversation": ...}, {"conversation": "short"}, {"message_id": 5}])
def test_ids_are_checked(client: TestClient, changes: dict[str, Any]) -> None:
    assert client.post("/callback", json=form(**changes)).json()["error"]["code"] == "bad_request"


def test_a_conversation_sends_a_few_an_hour(client: TestClient, kept: Kept) -> None:
    statuses = [client.post("/callback", json=form(conversation="c" * 20)).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert len(kept.requests) == 5


def test_new_ids_do_not_help_against_the_limit(client: TestClient, kept: Kept) -> None:
    statuses = [client.post("/callback", json=form()).status_code for _ in range(22)]
    assert statuses == [200] * 20 + [429] * 2
    refused = client.post("/callback", json=form())
    assert int(refused.headers["Retry-After"]) > 0
    assert "+1 555 010 0142" in refused.json()["error"]["message"]


def test_nothing_of_a_request_is_logged(
    client: TestClient, kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    kept.error = UnavailableError("away")
    client.post("/callback", json=form())
    client.post("/callback", json=form(phone="312 555 99"))
    assert "could not be stored" in caplog.text
    for secret in ("Quillfeather", "312 555", "312-555", "after 5"):
        assert secret not in caplog.text
