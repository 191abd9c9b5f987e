"""The widget on another site's pages: only those that are named, and never with cookies."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.site.conftest import message

ALLOWED = "https://www.example.org"


@pytest.fixture
def client(build: Callable[..., Starlette]) -> Iterator[TestClient]:
    with TestClient(build(sites=(ALLOWED,))) as client:
        yield client


def ask_first(client: TestClient, origin: str, method: str, headers: str = "content-type") -> int:
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    response = client.options("/chat", headers={**asked, "Access-Control-Request-Headers": headers})
    assert "access-control-allow-credentials" not in response.headers
    return response.status_code


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_named_site_may_ask(client: TestClient, method: str) -> None:
    assert ask_first(client, ALLOWED, method, "content-type, conversation-id") == 200


@pytest.mark.parametrize(
    "origin", ["https://example.org", "http://www.example.org", "https://www.example.org.evil.com", "null"]
)
def test_no_other_site_may(client: TestClient, origin: str) -> None:
    assert ask_first(client, origin, "POST") == 400
    response = client.post("/chat", json=message(), headers={"Origin": origin})
    assert "access-control-allow-origin" not in response.headers


def test_no_other_header_and_no_other_method(client: TestClient) -> None:
    assert ask_first(client, ALLOWED, "POST", "x-other") == 400
    assert ask_first(client, ALLOWED, "PUT") == 400


@pytest.mark.parametrize("path", ["/static/iop-chat/iop-chat.js", "/static/iop-chat/iop-chat.css"])
def test_the_scripts_can_be_loaded_from_there(client: TestClient, path: str) -> None:
    response = client.get(path, headers={"Origin": ALLOWED})
    assert response.headers["access-control-allow-origin"] == ALLOWED
    assert "Origin" in response.headers["vary"]


def test_a_refusal_can_be_read_there(client: TestClient) -> None:
    response = client.post("/chat", json={}, headers={"Origin": ALLOWED})
    assert response.status_code == 400
    assert response.headers["access-control-allow-origin"] == ALLOWED


def test_by_default_no_other_site_is_named(build: Callable[..., Starlette]) -> None:
    with TestClient(build()) as client:
        assert ask_first(client, ALLOWED, "POST") == 400
