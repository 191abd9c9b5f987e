"""Every page, for every role and for nobody: who may open it, and that no form is taken from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from bot.review.accounts import Account
from bot.review.roles import ROLES
from bot.settings import Settings
from tests.review.conftest import PASSWORD, Browser

ANYONE = frozenset(ROLES)
ADMIN = frozenset({"admin"})
READERS = frozenset({"reader", "editor", "approver", "admin"})
REVIEWERS = frozenset({"editor", "approver", "admin"})
EDITORS = frozenset({"editor", "approver"})
NO_LOGIN: frozenset[str] = frozenset()


@pytest.fixture
def config(small_knowledge: Settings) -> Settings:
    return small_knowledge


# Who may do what, written down a second time: a new page has to be added here.
RIGHTS: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/login"): NO_LOGIN,
    ("POST", "/login"): NO_LOGIN,
    ("POST", "/logout"): ANYONE,
    ("GET", "/"): ANYONE,
    ("GET", "/account"): ANYONE,
    ("POST", "/account/password"): ANYONE,
    ("POST", "/account/sessions"): ANYONE,
    ("GET", "/accounts"): ADMIN,
    ("POST", "/accounts"): ADMIN,
    ("GET", "/accounts/{id:int}"): ADMIN,
    ("POST", "/accounts/{id:int}/roles"): ADMIN,
    ("POST", "/accounts/{id:int}/disabled"): ADMIN,
    ("POST", "/accounts/{id:int}/password"): ADMIN,
    ("GET", "/audit"): ADMIN,
    ("POST", "/audit/export"): ADMIN,
    ("GET", "/transcripts"): READERS,
    ("POST", "/transcripts/filters"): READERS,
    ("POST", "/transcripts/filters/{id:int}/delete"): READERS,
    ("POST", "/transcripts/export"): ADMIN,
    ("GET", "/transcripts/{id:int}"): READERS,
    ("POST", "/transcripts/{id:int}/reviewed"): READERS - {"reader"},
    ("GET", "/summary"): READERS,
    ("GET", "/changes-helped"): READERS,
    ("GET", "/today"): REVIEWERS,
    ("POST", "/today/undo"): REVIEWERS,
    ("GET", "/today/{id:int}"): REVIEWERS,
    ("POST", "/today/{id:int}"): REVIEWERS,
    ("POST", "/today/{id:int}/claim"): REVIEWERS,
    ("GET", "/phrases"): REVIEWERS,
    ("POST", "/phrases/export"): REVIEWERS,
    ("POST", "/phrases/{id:int}"): REVIEWERS,
    ("GET", "/safety"): REVIEWERS,
    ("GET", "/safety/{id:int}"): REVIEWERS,
    ("POST", "/safety/{id:int}"): REVIEWERS,
    ("POST", "/safety/{id:int}/settle"): frozenset({"approver"}),
    ("POST", "/safety/{id:int}/agree"): REVIEWERS,
    ("POST", "/safety/{id:int}/undo"): REVIEWERS,
    ("GET", "/publish"): READERS,
    ("POST", "/publish"): frozenset({"editor", "approver"}),
    ("GET", "/publish/{id:int}"): READERS,
    ("POST", "/publish/{id:int}/cancel"): frozenset({"editor", "approver"}),
    ("POST", "/publish/{id:int}/loss"): frozenset({"approver"}),
    ("POST", "/publish/{id:int}/publish"): frozenset({"approver"}),
    ("POST", "/publish/{id:int}/return"): frozenset({"approver"}),
    ("GET", "/answers"): READERS,
    ("POST", "/answers/download"): READERS,
    ("GET", "/answers/new"): EDITORS,
    ("POST", "/answers/new"): EDITORS,
    ("GET", "/answers/{topic}"): READERS,
    ("POST", "/answers/{topic}"): EDITORS,
    ("GET", "/answers/{topic}/questions"): READERS,
    ("GET", "/answers/{topic}/questions/{voice}/{key}"): READERS,
    ("POST", "/answers/{topic}/questions/{voice}/{key}"): EDITORS,
    ("GET", "/centre"): READERS,
    ("POST", "/centre"): EDITORS,
    ("GET", "/changes"): READERS,
    ("POST", "/changes/{id:int}/approve"): frozenset({"approver"}),
    ("POST", "/changes/{id:int}/reject"): frozenset({"approver"}),
    ("POST", "/changes/{id:int}/withdraw"): EDITORS,
    ("POST", "/changes/{id:int}/aside"): frozenset({"approver"}),
    ("GET", "/callbacks"): frozenset({"callbacks"}),
    ("POST", "/callbacks"): frozenset({"callbacks"}),
}


def staff_routes(site: Starlette) -> list[Route]:
    mount = next(route for route in site.routes if isinstance(route, Mount) and route.path == "/staff")
    assert all(isinstance(route, Route) for route in mount.routes)
    return [route for route in mount.routes if isinstance(route, Route)]


def filled(path: str) -> str:
    """An address of that shape, of something that exists."""
    path = path.replace("{id:int}", "1").replace("{topic}", "length")
    return "/staff" + path.replace("{voice}", "documents").replace("{key}", "new")


def test_every_route_is_guarded_as_written_here(site: Starlette) -> None:
    found = {
        (method, route.path): getattr(route.endpoint, "roles", None)
        for route in staff_routes(site)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert found == RIGHTS


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_pages_and_no_others(browser_of: Callable[..., Browser], role: str) -> None:
    browser = browser_of("rosa", role)
    for (method, path), roles in RIGHTS.items():
        if path in ("/login", "/logout"):
            continue
        data = {"csrf": browser.token()} if method == "POST" else None
        response = browser.request(method, filled(path), data=data, follow_redirects=False)
        if role in roles:
            assert response.status_code in (200, 303, 400, 404, 409), (method, path)
            assert "There is no such page" not in response.text
        else:
            assert response.status_code == 403, (method, path)
            assert "does not have the role" in response.text


def test_nobody_who_is_not_logged_in_sees_a_page(
    visitor: Browser, new_account: Callable[..., Account]
) -> None:
    new_account("rosa", "admin")
    for (method, path), roles in RIGHTS.items():
        if roles == NO_LOGIN:
            continue
        response = visitor.request(method, filled(path), follow_redirects=False)
        assert response.status_code == 303, (method, path)
        assert response.headers["location"].startswith("/staff/login")
        assert response.text == ""


@pytest.mark.parametrize("path", ["/nothing", "/accounts/99/roles/x", "/static/staff.css"])
def test_which_pages_there_are_is_told_to_staff_alone(
    visitor: Browser, browser_of: Callable[..., Browser], path: str
) -> None:
    assert visitor.get(f"/staff{path}").url.path == "/staff/login"
    assert "There is no such page" in browser_of("rosa", "reader").page(path, 404)


def test_no_form_without_its_token(browser_of: Callable[..., Browser], site: Starlette) -> None:
    browser = browser_of("rosa", *ROLES)
    anothers = Browser(site).token("/login")
    fields = {"name": "rosa", "password": PASSWORD, "version": "1", "role": "admin", "disabled": "no"}
    for path in (path for method, path in RIGHTS if method == "POST"):
        for token in ({}, {"csrf": ""}, {"csrf": "."}, {"csrf": "salt.code"}, {"csrf": anothers}):
            response = browser.post(filled(path), data={**fields, **token}, follow_redirects=False)
            assert response.status_code == 403, (path, token)
            assert "Nothing was changed" in response.text
    assert browser.page("/account"), "still logged in"


def test_a_form_of_the_login_page_is_not_taken_after_login(
    visitor: Browser, new_account: Callable[..., Account]
) -> None:
    new_account("rosa", "reader")
    before, cookie = visitor.token("/login"), visitor.cookies["staff"]
    visitor.log_in("rosa")
    assert visitor.cookies["staff"] != cookie, "a cookie planted before the login is worth nothing"
    response = visitor.post("/staff/account/sessions", data={"csrf": before}, follow_redirects=False)
    assert response.status_code == 403


def test_every_page_is_kept_by_nobody_and_framed_nowhere(browser_of: Callable[..., Browser]) -> None:
    browser = browser_of("rosa", *ROLES)
    for method, path in RIGHTS:
        if method == "GET":
            headers = browser.get(filled(path)).headers
            assert headers["cache-control"] == "no-store", path
            assert headers["x-robots-tag"] == "noindex, nofollow"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("base", "public_url", "secure"),
    [
        ("http://testserver", "", False),
        ("https://testserver", "", True),
        ("http://testserver", "https://chat.example.org", True),
    ],
)
def test_the_cookie(config: Any, base: str, public_url: str, secure: bool) -> None:
    from dataclasses import replace

    from bot.fallback import reply_when_down
    from bot.site.app import create_app
    from tests.review.conftest import PROFILE

    site = create_app(
        replace(config, public_url=public_url), PROFILE, (), lambda text: reply_when_down((), ())
    )
    cookie = TestClient(site, base_url=base).get("/staff/login").headers["set-cookie"].lower()
    parts = set(cookie.split("; "))
    assert {"httponly", "path=/staff", "samesite=lax"} <= parts
    assert ("secure" in parts) == secure
    assert not any(part.startswith(("max-age", "expires")) for part in parts)


def test_the_application_needs_no_database_to_show_its_login_page(visitor: Browser, config: Any) -> None:
    assert "Log in" in visitor.page("/login")
    visitor.log_in("nobody", "nothing at all", 400)


def test_a_database_that_cannot_be_opened_is_told_of(visitor: Browser, config: Any) -> None:
    if config.tracker_database_url:
        pytest.skip("a file is easier to break")
    config.tracker_db.parent.mkdir()
    config.tracker_db.write_bytes(b"this is no database, but something longer than a header of one" * 99)
    response = visitor.submit("/login", "/login", name="rosa", password=PASSWORD)
    assert response.status_code == 503
    assert "cannot be reached now" in response.text
    assert str(config.tracker_db) not in response.text


def test_too_long_a_form_is_refused(browser_of: Callable[..., Browser]) -> None:
    response = browser_of("rosa", "reader").submit("/account/sessions", x="x" * 300_000)
    assert response.status_code == 400
    assert "more than a form can take" in response.text


def test_what_is_no_form_is_refused(visitor: Browser) -> None:
    for body in (b"\xff\xfe", b"csrf=%ff", b"&".join([b"a=1"] * 2000)):
        assert visitor.post("/staff/login", content=body).status_code == 400


def test_a_fault_is_a_page_like_the_others(
    browser_of: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of("rosa", "admin")
    monkeypatch.setattr("bot.review.accounts.Accounts.all", lambda _: 1 / 0)
    page = browser.page("/accounts", 500)
    assert "Something went wrong" in page
    assert "division" not in page
    assert "Audit log" in page, "the navigation is there"
