"""The centre's page, its files, and the headers on everything."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.knowledge.profile import CentreProfile
from bot.site.app import STATIC
from tests.site.conftest import PROFILE, message

WIDGET = sorted((STATIC / "iop-chat").iterdir())


def test_the_page_says_who_and_where(client: TestClient) -> None:
    page = client.get("/").text
    assert "Willow &lt;Creek&gt; Center" in page
    assert "<Creek>" not in page
    assert 'href="tel:+15550100142"' in page
    assert "12 Willow Lane" in page
    assert "Monday to Friday 8 am to 7 pm" in page
    assert "New York time" in page


def test_the_emergency_numbers_need_no_script(client: TestClient) -> None:
    page = client.get("/").text
    assert 'href="tel:911"' in page
    assert 'href="tel:988"' in page
    assert "Not a person, not monitored" in page


def test_an_example_is_marked_and_a_centre_is_not(build: Callable[..., Starlette]) -> None:
    with TestClient(build()) as client:
        assert "Example center." in client.get("/").text
    with TestClient(build(profile=PROFILE.copy(update={"example": False}))) as client:
        assert "Example center." not in client.get("/").text


def test_an_empty_profile_is_enough(build: Callable[..., Starlette]) -> None:
    with TestClient(build(profile=CentreProfile())) as client:
        page = client.get("/")
    assert page.status_code == 200
    assert "The center has not given" in page.text
    assert "None" not in page.text


def test_nothing_inline_and_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/").text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    for address in re.findall(r'(?:href|src)="([^"]+)"', page):
        assert address.startswith(("/static/", "tel:", "sms:", "#")), address


@pytest.mark.parametrize(
    "path", ["/", "/static/iop-chat/iop-chat.js", "/health", "/nowhere", "/chat", "/static/.."]
)
def test_every_response_is_guarded(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
    assert "unsafe" not in policy
    assert "*" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] in ("no-cache", "no-store")
    assert "set-cookie" not in headers


def test_a_fault_shows_no_trace(build: Callable[..., Starlette], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("inner workings")

    monkeypatch.setattr("bot.site.headers._is_page", lambda _: True)
    app = build()
    with TestClient(app, raise_server_exceptions=False) as client:
        monkeypatch.setattr("bot.site.limit.Limit.count", broken)
        response = client.post("/chat", json=message())
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "fault"
    assert "inner workings" not in response.text
    assert "content-security-policy" in response.headers
    assert response.headers["cache-control"] == "no-store"


def test_a_wrong_address_still_helps(client: TestClient) -> None:
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert "tel:988" in page.text
    assert 'href="/"' in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/%00",
        "/static/iop-chat",
        "/static/" + "x" * 5000,
    ],
)
def test_only_the_static_files_are_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_widget_is_small() -> None:
    """In all, as it is transferred: under 25 KB (25,000 bytes) gzipped."""
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in WIDGET) < 25_000


def test_what_is_transferred_is_small_and_revalidated(client: TestClient) -> None:
    for file in WIDGET:
        response = client.get(f"/static/iop-chat/{file.name}", headers={"Accept-Encoding": "gzip"})
        assert response.headers.get("content-encoding") == "gzip" or file.stat().st_size < 500
        again = client.get(
            f"/static/iop-chat/{file.name}", headers={"If-None-Match": response.headers["etag"]}
        )
        assert again.status_code == 304


@pytest.mark.parametrize(
    "file", [file for file in WIDGET if file.suffix == ".js"], ids=lambda file: file.name
)
def test_the_widget_never_writes_html(file: Path) -> None:
    source = file.read_text()
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", source
    )


def test_what_staff_change_in_the_profile_is_said_at_once(build: Callable[..., Starlette]) -> None:
    now, stored = [PROFILE], []

    with TestClient(build(profile_now=lambda: now[-1], take=stored.append)) as client:
        assert "Willow &lt;Creek&gt; Center" in client.get("/staff/login").text
        now.append(PROFILE.copy(update={"name": "Alder House", "phone": "+1 555 010 0199"}))
        for path in ("/", "/nowhere", "/staff/login"):
            assert "Alder House" in client.get(path).text, path
            assert "Creek" not in client.get(path).text, path
        form = {"name": "Ann", "phone": "(312) 555-0142", "best_time": None, "agreed": True}
        sent = {"conversation": "conversation-000001", "message_id": "message-00000000001"}
        assert client.post("/callback", json={**sent, **form}).json()["taken"]
        assert "Alder House" in stored[0].consent
