"""Getting in, staying in, and being put out."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.applications import Starlette

from bot.review import attempts, passwords
from bot.review.accounts import Account, Accounts
from bot.review.audit import NOBODY, AuditLog
from bot.review.database import Database
from bot.review.sessions import IDLE_SECONDS, LONGEST_SECONDS
from bot.review.tables import staff_session
from tests.review.conftest import PASSWORD, Browser, done

NEW = "eleven green ladders"


def is_in(browser: Browser) -> bool:
    return browser.get("/staff/account").url.path == "/staff/account"


def test_a_name_and_a_password_let_in(visitor: Browser, new_account: Callable[..., Account]) -> None:
    new_account("rosa@example.org", "reader")
    response = visitor.submit("/login", "/login", name=" Rosa@Example.org ", password=PASSWORD)
    assert response.headers["location"] == "/staff/"
    assert "rosa@example.org" in visitor.page("/")


def test_a_wrong_password_and_an_unknown_name_look_the_same(
    visitor: Browser, accounts: Accounts, new_account: Callable[..., Account], audit: AuditLog
) -> None:
    new_account("rosa", "reader")
    accounts.set_disabled("test", new_account("gone", "reader"), True)
    pages = []
    for name, password in (("rosa", "wrong wrong wrong"), ("nobody", PASSWORD), ("gone", PASSWORD)):
        response = visitor.submit("/login", "/login", name=name, password=password)
        assert response.status_code == 400
        assert password not in response.text
        pages.append(response.text.split("<main")[1].replace(name, "").partition('name="csrf"')[0])
        assert "do not belong together" in pages[-1]
        assert not is_in(visitor)
    assert len(set(pages)) == 1
    assert done(audit, "rosa") == done(audit, "gone") == ["login_failed"]
    assert done(audit, NOBODY) == ["login_failed"], "what was typed may be a password"


def test_guessing_does_not_fill_the_log_that_is_never_deleted(
    visitor: Browser, new_account: Callable[..., Account], audit: AuditLog
) -> None:
    new_account("rosa", "reader")
    new_account("ned", "reader")
    for name in ("rosa", "a", "rosa", "b", "rosa", "c", "ned"):
        visitor.submit("/login", "/login", name=name, password="wrong wrong wrong")
    assert done(audit, "rosa") == done(audit, "ned") == done(audit, NOBODY) == ["login_failed"]


def test_they_take_the_same_time(accounts: Accounts, new_account: Callable[..., Account]) -> None:
    new_account("rosa", "reader")

    def seconds(name: str) -> float:
        took = []
        for _ in range(5):
            began = time.perf_counter()
            accounts.with_password(name, "wrong wrong wrong")
            took.append(time.perf_counter() - began)
        return statistics.median(took)

    known, unknown = seconds("rosa"), seconds("nobody")
    assert 0.5 < known / unknown < 2
    assert min(known, unknown) > 0.02, "argon2 was asked in both cases"


def test_guessing_is_slowed_down_by_account(visitor: Browser, new_account: Callable[..., Account]) -> None:
    new_account("rosa", "reader")
    for name in ("rosa", "nobody"):
        for _ in range(5):
            visitor.log_in(name, "wrong wrong wrong", 400)
        response = visitor.submit("/login", "/login", name=name.upper(), password=PASSWORD)
        assert response.status_code == 429
        assert "Too many tries. Please wait 5 minutes" in response.text
        assert 200 < int(response.headers["retry-after"]) <= 300
    new_account("ned", "reader")
    visitor.log_in("ned")


def test_guessing_is_slowed_down_by_address(visitor: Browser, new_account: Callable[..., Account]) -> None:
    new_account("rosa", "reader")
    for number in range(30):
        visitor.log_in(f"name-{number}", "x", 400)
    visitor.log_in("rosa", status=429)


def test_a_login_forgets_the_failures_before_it() -> None:
    tries = attempts.Attempts()
    for _ in range(20):
        assert [tries.count("rosa", "1.1.1.1"), tries.count("Rosa ", "2.2.2.2")] == [0, 0]
        tries.succeeded("ROSA")
        if _ == 13:
            break
    assert all(tries.count("rosa", "3.3.3.3") == 0 for _ in range(5))
    assert tries.count("rosa", "4.4.4.4") > 0


@pytest.mark.parametrize(
    "address",
    [
        *("https://evil.example/", "//evil.example/staff/", "/\\evil.example", "/staff/\\evil", "/", ""),
        *("javascript:alert(1)", "/staff/../", "/staffed", "http:///staff/", "/staff/\n/x", "//[x/staff/"),
    ],
)
def test_login_leads_nowhere_else(
    visitor: Browser, new_account: Callable[..., Account], address: str
) -> None:
    new_account("rosa", "reader")
    response = visitor.submit("/login", "/login", name="rosa", password=PASSWORD, next=address)
    assert response.headers["location"] in ("/staff/", "/staff/../")  # a browser makes "/" of the second


def test_login_leads_back_to_the_page_that_was_asked_for(
    visitor: Browser, new_account: Callable[..., Account]
) -> None:
    new_account("rosa", "admin")
    page = visitor.get("/staff/audit?who=ned&what=login").text
    assert 'name="next" value="/staff/audit?who=ned&amp;what=login"' in page
    response = visitor.submit(
        "/login", "/login", name="rosa", password=PASSWORD, next="/staff/audit?who=ned&what=login"
    )
    assert response.headers["location"] == "/staff/audit?who=ned&what=login"


def test_a_form_sent_after_the_session_ended_is_told_to_be_lost(
    browser_of: Callable[..., Browser], accounts: Accounts
) -> None:
    browser = browser_of("rosa", "admin")
    token = browser.token()
    accounts.set_password("test", accounts.named("rosa"), NEW)
    page = browser.post("/staff/accounts", data={"csrf": token, "name": "ned", "role": "reader"})
    assert page.url.path == "/staff/login"
    assert "what you sent was not saved" in page.text
    assert len(accounts.all()) == 1


def test_a_crowd_at_the_door_leaves_threads_for_the_visitors(
    visitor: Browser, new_account: Callable[..., Account]
) -> None:
    new_account("rosa", "reader")
    with ExitStack() as waiting:
        for _ in range(8):
            waiting.enter_context(passwords._waiting)
        response = visitor.submit("/login", "/login", name="rosa", password=PASSWORD)
        assert response.status_code == 503
        assert "Many people are logging in" in response.text
    visitor.log_in("rosa")


def test_logging_out(browser_of: Callable[..., Browser], audit: AuditLog) -> None:
    browser = browser_of("rosa", "reader")
    cookie = browser.cookies["staff"]
    assert browser.submit("/logout").headers["location"] == "/staff/login"
    browser.cookies.set("staff", cookie, path="/staff")
    assert not is_in(browser), "the cookie is worth nothing any more"
    assert done(audit) == ["login", "logout"]


@pytest.mark.parametrize(("column", "seconds"), [("used", IDLE_SECONDS), ("created", LONGEST_SECONDS)])
def test_a_session_ends(
    browser_of: Callable[..., Browser], staff_database: Database, column: str, seconds: int
) -> None:
    browser = browser_of("rosa", "reader")

    def made_older(by: float) -> None:
        with staff_database.writing() as connection:
            connection.execute(update(staff_session).values({column: time.time() - by}))

    made_older(seconds - 30)
    assert is_in(browser)
    made_older(seconds + 30)
    assert not is_in(browser)


def test_a_session_goes_on_while_it_is_used(
    browser_of: Callable[..., Browser], staff_database: Database
) -> None:
    browser = browser_of("rosa", "reader")
    with staff_database.writing() as connection:
        connection.execute(update(staff_session).values(used=time.time() - IDLE_SECONDS / 2))
    assert is_in(browser)
    with staff_database.reading() as connection:
        used = connection.execute(select(staff_session.c.used)).scalar_one()
    assert time.time() - used < 60


def test_the_database_holds_no_cookie_and_no_password(
    browser_of: Callable[..., Browser], config: Any, staff_database: Database
) -> None:
    browser = browser_of("rosa", "reader")
    with staff_database.reading() as connection:
        rows = [
            str(connection.exec_driver_sql(f"select * from {table}").all())
            for table in ("staff_account", "staff_session", "staff_audit")
        ]
    assert browser.cookies["staff"] not in "".join(rows)
    assert PASSWORD not in "".join(rows)
    assert "$argon2id$" in rows[0]


def test_what_ends_sessions(browser_of: Callable[..., Browser], accounts: Accounts, site: Starlette) -> None:
    browser, other = browser_of("rosa", "reader"), browser_of("ned", "reader")
    accounts.set_disabled("test", accounts.named("rosa"), True)
    assert not is_in(browser)
    browser.log_in("rosa", status=400)
    accounts.set_disabled("test", accounts.named("rosa"), False)
    assert not is_in(browser), "being enabled again brings no session back"
    browser.log_in("rosa")
    accounts.set_password("test", accounts.named("rosa"), NEW)
    assert not is_in(browser)
    assert is_in(other)


def test_changing_ones_own_password(
    browser_of: Callable[..., Browser], site: Starlette, audit: AuditLog
) -> None:
    browser = browser_of("rosa", "reader")
    elsewhere = Browser(site).log_in("rosa")
    cookie = browser.cookies["staff"]
    browser.submit("/account/password", present=PASSWORD, new=NEW, again=NEW)
    assert is_in(browser)
    assert browser.cookies["staff"] != cookie
    assert not is_in(elsewhere)
    assert "Your password is changed" in browser.page("/account?done=password")
    elsewhere.log_in("rosa", status=400)
    elsewhere.log_in("rosa", NEW)
    assert "password_changed" in done(audit, "rosa")


@pytest.mark.parametrize(
    ("present", "new", "again", "words"),
    [
        ("wrong wrong wrong", NEW, NEW, "Your present password is another one"),
        (PASSWORD, NEW, NEW + "x", "typed in two different ways"),
        (PASSWORD, "too short", "too short", "at least 12 characters"),
        (PASSWORD, "x" * 201, "x" * 201, "at most 200 characters"),
        (PASSWORD, "aaaaaaaaaaaabc", "aaaaaaaaaaaabc", "too easy to guess"),
        (PASSWORD, "I am Rosa 2026", "I am Rosa 2026", "too easy to guess"),
    ],
)
def test_a_password_that_cannot_be_taken(
    browser_of: Callable[..., Browser], present: str, new: str, again: str, words: str
) -> None:
    browser = browser_of("rosa", "reader")
    response = browser.submit("/account/password", present=present, new=new, again=again)
    assert response.status_code == 400
    assert words in response.text
    assert not any(typed in response.text for typed in (present, new))
    assert is_in(browser)
    browser.log_in("rosa")


def test_the_present_password_cannot_be_guessed_from_inside(browser_of: Callable[..., Browser]) -> None:
    browser = browser_of("rosa", "reader")
    statuses = [
        browser.submit("/account/password", present="wrong", new=NEW, again=NEW).status_code for _ in range(6)
    ]
    assert statuses == [400] * 5 + [429]


def test_logging_out_everywhere_else(browser_of: Callable[..., Browser], site: Starlette) -> None:
    browser = browser_of("rosa", "reader")
    assert "Only here." in browser.page("/account")
    others = [Browser(site).log_in("rosa") for _ in range(2)]
    assert "in 2 other browsers" in browser.page("/account")
    browser.submit("/account/sessions")
    assert is_in(browser)
    assert not any(map(is_in, others))


def test_a_password_is_the_same_on_every_keyboard(accounts: Accounts) -> None:
    accounts.add("test", "zoe", ["reader"], "zo\u00eb among ladders")
    assert accounts.with_password("zoe", "zoe\u0308 among ladders")
    assert not accounts.with_password("zoe", "zoe among ladders")
