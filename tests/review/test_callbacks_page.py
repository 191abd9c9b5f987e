"""Call-back requests as those see them who call."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.applications import Starlette

from bot.callbacks.actor import AUDIT, Actor
from bot.callbacks.keys import Keys, new_key
from bot.callbacks.repository import Callbacks
from bot.fallback import reply_when_down
from bot.review.accounts import Account
from bot.review.audit import AuditLog, Filter
from bot.review.errors import UnavailableError
from bot.settings import Settings
from bot.site.app import create_app
from tests.callbacks.conftest import details
from tests.review.conftest import PROFILE, Browser, done

READER = Actor("test", frozenset({AUDIT}))


def state(callbacks: Callbacks, id: str) -> str:
    return next(entry.what for entry in callbacks.audit(READER, id) if entry.what != "read")


def test_those_who_wait_are_listed(browser_of: Callable[..., Browser], callbacks: Callbacks) -> None:
    callbacks.add(details("Ann O'Dell"))
    callbacks.add(details("Bo", "(312) 555-0142 ext. 12"))
    page = browser_of("rosa", "callbacks").page("/callbacks")
    assert page.index("Ann O&#39;Dell") < page.index("Bo<")
    assert "after teatime" in page
    assert 'href="tel:+13125550142;ext=12"' in page
    assert "New York time" in page


@pytest.mark.parametrize("role", ["reader", "editor", "approver", "admin"])
def test_nobody_else_sees_them(browser_of: Callable[..., Browser], callbacks: Callbacks, role: str) -> None:
    callbacks.add(details())
    browser = browser_of("rosa", role)
    assert "Quillfeather" not in browser.page("/callbacks", 403)
    assert "Call-backs" not in browser.page("/")


def test_a_state_is_changed_and_the_change_undone(
    browser_of: Callable[..., Browser], callbacks: Callbacks, audit: AuditLog
) -> None:
    id = callbacks.add(details())
    browser = browser_of("rosa", "callbacks")
    response = browser.submit("/callbacks", id=id, was="new", state="done")
    page = browser.get(response.headers["location"]).text
    assert "The request is marked: done" in page
    assert "Quillfeather" not in page
    assert "Quillfeather" in browser.page("/callbacks?show=done")
    fields = dict(
        re.findall(r'name="(\w+)" value="([^"]*)"', page.split('role="status"')[1].split("</form>")[0])
    )
    assert fields["undo"] == "yes"
    response = browser.submit("/callbacks", **{**fields, "csrf": browser.token()})
    page = browser.get(response.headers["location"]).text
    assert "Quillfeather" in page
    assert "Undo" not in page
    assert state(callbacks, id) == "new"
    changes = [entry.about for entry in audit.page(Filter(what="callback_changed"))]
    assert changes == [f"{id}: done -> new", f"{id}: new -> done"]


def test_every_view_is_in_both_audits(
    browser_of: Callable[..., Browser], callbacks: Callbacks, audit: AuditLog
) -> None:
    id = callbacks.add(details())
    browser = browser_of("rosa", "callbacks")
    browser.page("/callbacks")
    browser.page("/callbacks?show=done")
    assert done(audit) == ["login", "callbacks_read", "callbacks_read"]
    assert [entry.about for entry in audit.page(Filter(what="callbacks_read"))] == [
        "0 requests",
        "1 request",
    ]
    assert next((entry.who, entry.what) for entry in callbacks.audit(READER, id)) == ("rosa", "read")


def test_nothing_is_shown_that_the_audit_could_not_take(
    browser_of: Callable[..., Browser], callbacks: Callbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = callbacks.add(details())
    browser = browser_of("rosa", "callbacks")
    token = browser.token()

    def full(*_: object) -> None:
        raise UnavailableError("The database cannot be reached now.")

    monkeypatch.setattr("bot.review.audit.record", full)
    assert "Quillfeather" not in browser.page("/callbacks", 503)
    data = {"csrf": token, "id": id, "was": "new", "state": "done"}
    assert browser.post("/staff/callbacks", data=data).status_code == 503
    assert state(callbacks, id) == "created", "nothing was changed either"


def test_the_second_caller_learns_what_the_first_did(
    browser_of: Callable[..., Browser], callbacks: Callbacks, audit: AuditLog
) -> None:
    id = callbacks.add(details())
    first, second = browser_of("rosa", "callbacks"), browser_of("ned", "callbacks")
    first.submit("/callbacks", id=id, was="new", state="called")
    response = second.submit("/callbacks", id=id, was="new", state="done")
    assert response.status_code == 409
    assert "Somebody changed this meanwhile" in response.text
    assert "rosa has set this request to &#39;called&#39; meanwhile" in response.text
    assert state(callbacks, id) == "called"
    assert "callback_changed" not in done(audit, "ned")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"id": "0" * 20}, 404),
        ({"id": "../x"}, 404),
        ({"state": "lost"}, 400),
        ({"was": ""}, 400),
    ],
)
def test_what_cannot_be_changed(
    browser_of: Callable[..., Browser], callbacks: Callbacks, change: dict[str, Any], status: int
) -> None:
    fields = {"id": callbacks.add(details()), "was": "new", "state": "called", **change}
    assert browser_of("rosa", "callbacks").submit("/callbacks", **fields).status_code == status


@pytest.mark.parametrize("query", ["changed=x&was=new&now=done", "changed=" + "0" * 20 + "&was=<b>&now=done"])
def test_an_address_cannot_put_words_on_the_page(browser_of: Callable[..., Browser], query: str) -> None:
    page = browser_of("rosa", "callbacks").page(f"/callbacks?{query}")
    assert "Undo" not in page
    assert "<b>" not in page


def test_without_a_key_the_page_says_how_to_get_one(
    config: Settings, new_account: Callable[..., Account]
) -> None:
    new_account("rosa", "callbacks")
    site = create_app(replace(config, callbacks_keys=()), PROFILE, (), lambda text: reply_when_down((), ()))
    assert "python -m bot callbacks new-key" in Browser(site).log_in("rosa").page("/callbacks")


def test_requests_of_another_key_are_told_of(
    browser_of: Callable[..., Browser], callbacks: Callbacks, config: Settings
) -> None:
    Callbacks(config.callbacks_url, Keys([new_key()])).add(details())
    callbacks.add(details("Bo"))
    page = browser_of("rosa", "callbacks").page("/callbacks")
    assert "1 request cannot be read" in page
    assert "Bo<" in page


def test_when_their_database_is_away_the_page_says_so(
    browser_of: Callable[..., Browser], callbacks: Callbacks, config: Settings
) -> None:
    file = config.callbacks_url.removeprefix("sqlite:///")
    with open(file, "wb") as database:
        database.write(b"no database at all, and longer than the header of one would be" * 99)
    page = browser_of("rosa", "callbacks").page("/callbacks", 503)
    assert "cannot be used" in page
    assert "Nothing was changed" in page


def test_those_that_are_done_come_latest_first(
    browser_of: Callable[..., Browser], callbacks: Callbacks, site: Starlette
) -> None:
    browser = browser_of("rosa", "callbacks")
    for name in ("Ann", "Bo"):
        browser.submit("/callbacks", id=callbacks.add(details(name)), was="new", state="done")
    page = browser.page("/callbacks?show=done")
    assert page.index("Bo<") < page.index("Ann<")


def test_two_who_call_at_once(browser_of: Callable[..., Browser], callbacks: Callbacks) -> None:
    id = callbacks.add(details())
    browsers = [browser_of(name, "callbacks") for name in ("rosa", "ned")]
    forms = [{"csrf": browser.token(), "id": id, "was": "new", "state": "called"} for browser in browsers]
    statuses: list[int] = []

    def call(browser: Browser, form: dict[str, str]) -> None:
        response = browser.post("/staff/callbacks", data=form, follow_redirects=False)
        statuses.append(response.status_code)

    threads = [threading.Thread(target=call, args=pair) for pair in zip(browsers, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 409]
