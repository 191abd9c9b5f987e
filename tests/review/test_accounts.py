"""Accounts, as an admin manages them, and what is always true of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from starlette.applications import Starlette

from bot.review.accounts import Account, Accounts
from bot.review.audit import AuditLog, Filter
from bot.review.database import Database
from bot.review.errors import ChangedMeanwhileError, InvalidError, NotFoundError, ReviewError
from tests.review.conftest import PASSWORD, Browser


def test_a_new_account_gets_a_password_that_is_shown_once(
    browser_of: Callable[..., Browser], site: Starlette, audit: AuditLog
) -> None:
    admin = browser_of("rosa", "admin")
    page = admin.submit("/accounts", name="Ned", role=["reader", "callbacks"]).text
    found = re.search(r'class="secret">([^<]+)<', page)
    assert found
    ned = Browser(site).log_in("ned", unescape(found[1]))
    assert "Call-backs" in ned.page("/")
    listed = admin.page("/accounts")
    assert "callbacks, reader" in listed
    assert found[1] not in listed
    entry = audit.page(Filter(what="account_added"))[0]
    assert (entry.who, entry.about) == ("rosa", "ned: callbacks reader")


@pytest.mark.parametrize(
    ("name", "roles", "words"),
    [
        ("rosa", ["reader"], "There is an account"),
        ("ROSA", ["reader"], "There is an account"),
        ("n", ["reader"], "2 to 64"),
        ("n" * 65, ["reader"], "2 to 64"),
        ("ned <b>", ["reader"], "2 to 64"),
        ("visitor", ["reader"], "2 to 64"),
        ("terminal: root", ["reader"], "2 to 64"),
        ("ned", [], "at least one role"),
        ("ned", ["king"], "There is no role"),
    ],
)
def test_an_account_that_cannot_be_made(
    browser_of: Callable[..., Browser], accounts: Accounts, name: str, roles: list[str], words: str
) -> None:
    response = browser_of("rosa", "admin").submit("/accounts", name=name, role=roles)
    assert response.status_code == 400
    assert words in response.text
    assert "<b>" not in response.text, "what was typed is text"
    assert f'value="{name}"'.replace("<", "&lt;").replace(">", "&gt;") in response.text, "it can be mended"
    assert [account.name for account in accounts.all()] == ["rosa"]


def test_changing_roles_takes_effect_at_once(
    browser_of: Callable[..., Browser], accounts: Accounts, audit: AuditLog
) -> None:
    admin, ned = browser_of("rosa", "admin"), browser_of("ned", "callbacks")
    id = accounts.named("ned").id
    ned.page("/callbacks")
    admin.submit(f"/accounts/{id}/roles", version="1", role=["reader", "editor"])
    ned.page("/callbacks", 403)
    assert audit.page(Filter(what="roles_changed"))[0].about == "ned: callbacks -> editor reader"
    assert "Saved." in admin.page(f"/accounts/{id}?saved")


def test_the_second_of_two_admins_sees_what_the_first_changed(
    browser_of: Callable[..., Browser], accounts: Accounts
) -> None:
    first, second = browser_of("rosa", "admin"), browser_of("ida", "admin")
    browser_of("ned", "callbacks")
    id = accounts.named("ned").id
    first.submit(f"/accounts/{id}/roles", version="1", role="reader")
    for act in ("roles", "disabled", "password"):
        response = second.submit(f"/accounts/{id}/{act}", version="1", role="editor", disabled="yes")
        assert response.status_code == 409
        assert "Somebody changed this meanwhile" in response.text
        assert "Its roles are now: reader. It is enabled." in response.text
        assert f'href="/staff/accounts/{id}"' in response.text
    assert accounts.named("ned").roles == {"reader"}
    assert not accounts.named("ned").disabled


def test_of_two_changes_at_once_one_is_refused(
    accounts: Accounts, new_account: Callable[..., Account]
) -> None:
    new_account("rosa", "admin")
    ned = new_account("ned", "reader")

    def change(role: str) -> str:
        try:
            accounts.set_roles("test", ned, [role])
        except ReviewError as error:
            return type(error).__name__
        return "changed"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(change, ["editor", "approver", "callbacks", "reader"]))
    assert sorted(outcomes) == [ChangedMeanwhileError.__name__] * 3 + ["changed"]


def test_disabling_and_enabling(
    browser_of: Callable[..., Browser], accounts: Accounts, site: Starlette
) -> None:
    admin, ned = browser_of("rosa", "admin"), browser_of("ned", "reader")
    id = accounts.named("ned").id
    admin.submit(f"/accounts/{id}/disabled", version="1", disabled="yes")
    assert ned.get("/staff/account").url.path == "/staff/login"
    assert "disabled" in admin.page("/accounts")
    admin.submit(f"/accounts/{id}/disabled", version="2", disabled="no")
    ned.log_in("ned")


def test_a_new_password_from_an_admin(browser_of: Callable[..., Browser], accounts: Accounts) -> None:
    admin, ned = browser_of("rosa", "admin"), browser_of("ned", "reader")
    page = admin.submit(f"/accounts/{accounts.named('ned').id}/password", version="1").text
    found = re.search(r'class="secret">([^<]+)<', page)
    assert found
    assert ned.get("/staff/account").url.path == "/staff/login"
    ned.log_in("ned", status=400)
    ned.log_in("ned", found[1])


def test_somebody_stays_who_can_manage_accounts(
    browser_of: Callable[..., Browser], accounts: Accounts
) -> None:
    admin = browser_of("rosa", "admin", "reader")
    id = accounts.named("rosa").id
    for act in ("roles", "disabled"):
        response = admin.submit(f"/accounts/{id}/{act}", version="1", role="reader", disabled="yes")
        assert response.status_code == 400
        assert "Nobody would be left" in response.text
    assert accounts.named("rosa").version == 1
    browser_of("ida", "admin")
    admin.submit(f"/accounts/{id}/roles", version="1", role="reader")
    assert accounts.named("rosa").roles == {"reader"}


def test_two_admins_cannot_disable_each_other_at_once(
    accounts: Accounts, new_account: Callable[..., Account]
) -> None:
    pair = [new_account("rosa", "admin"), new_account("ida", "admin")]

    def disable(account: Account) -> str:
        try:
            accounts.set_disabled("test", account, True)
        except InvalidError:
            return "refused"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(disable, pair)) == ["done", "refused"]


def test_without_an_admin_other_accounts_can_still_be_changed(
    accounts: Accounts, new_account: Callable[..., Account]
) -> None:
    accounts.set_roles("test", new_account("ned", "reader"), ["editor"])


@pytest.mark.parametrize("id", ["2", "0", "99999999999999999999999"])
def test_an_account_that_is_not_there(browser_of: Callable[..., Browser], id: str) -> None:
    assert "There is no such account" in browser_of("rosa", "admin").page(f"/accounts/{id}", 404)


def test_an_unknown_account_is_an_error(accounts: Accounts) -> None:
    with pytest.raises(NotFoundError, match="no such account"):
        accounts.named("ned")


def test_two_processes_make_the_tables_at_once(url: str) -> None:
    def add(number: int) -> str:
        return Accounts(Database(url)).add("test", f"staff-{number}", ["reader"], PASSWORD).name

    with ThreadPoolExecutor(4) as pool:
        names = sorted(pool.map(add, range(4)))
    assert [account.name for account in Accounts(Database(url)).all()] == names
