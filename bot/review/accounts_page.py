"""The accounts, for admins."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from bot.review.access import PATH, Visit
from bot.review.accounts import Account, Accounts
from bot.review.errors import ChangedMeanwhileError, InvalidError
from bot.review.pages import Pages
from bot.review.passwords import new_password

ACCOUNTS = f"{PATH}/accounts"


class AccountsPage:
    """List, add, change. A password is made here and shown once."""

    def __init__(self, pages: Pages, accounts: Accounts) -> None:
        self._pages = pages
        self._accounts = accounts

    def index(self, visit: Visit) -> Response:
        """All accounts, and the form for a new one."""
        return self._list(visit)

    def add(self, visit: Visit) -> Response:
        """Adds one; its password is on the page that is returned."""
        name, roles, password = visit.form.get("name", ""), visit.form.getlist("role"), new_password()
        try:
            account = self._accounts.add(visit.account.name, name, roles, password)
        except InvalidError as error:
            return self._list(visit, str(error), name, roles)
        return self._password(visit, account, password)

    def one(self, visit: Visit) -> Response:
        """One account, and what can be changed."""
        return self._one(visit, self._account(visit), done="saved" in visit.request.query_params)

    def set_roles(self, visit: Visit) -> Response:
        """Takes the roles that are ticked."""
        account, roles = self._as_shown(visit), visit.form.getlist("role")
        try:
            self._accounts.set_roles(visit.account.name, account, roles)
        except InvalidError as error:
            return self._one(visit, account, str(error), roles)
        return _saved(account)

    def set_disabled(self, visit: Visit) -> Response:
        """Disables the account, or enables it."""
        account = self._as_shown(visit)
        try:
            self._accounts.set_disabled(visit.account.name, account, visit.form.get("disabled") == "yes")
        except InvalidError as error:
            return self._one(visit, account, str(error))
        return _saved(account)

    def renew_password(self, visit: Visit) -> Response:
        """Gives the account a new password, which is on the page that is returned."""
        account, password = self._as_shown(visit), new_password()
        self._accounts.set_password(visit.account.name, account, password)
        return self._password(visit, account, password)

    def _account(self, visit: Visit) -> Account:
        """Raises NotFoundError."""
        return self._accounts.get(visit.request.path_params["id"])

    def _as_shown(self, visit: Visit) -> Account:
        """The account, if it still is as the form showed it. Raises NotFoundError, ChangedMeanwhileError."""
        account = self._account(visit)
        if visit.form.get("version") != str(account.version):
            roles = ", ".join(sorted(account.roles))
            state = "disabled" if account.disabled else "enabled"
            raise ChangedMeanwhileError(
                f"Somebody changed the account {account.name} after you opened it. "
                f"Its roles are now: {roles}. It is {state}. Nothing of yours was saved.",
                f"{ACCOUNTS}/{account.id}",
            )
        return account

    def _list(
        self, visit: Visit, problem: str = "", name: str = "", roles: list[str] | tuple[()] = ()
    ) -> Response:
        values = {"accounts": self._accounts.all(), "problem": problem, "name": name, "chosen": roles}
        return self._pages.show(visit, "accounts.html", 400 if problem else 200, **values)

    def _one(
        self,
        visit: Visit,
        account: Account,
        problem: str = "",
        roles: list[str] | None = None,
        done: bool = False,
    ) -> Response:
        chosen = account.roles if roles is None else roles
        values = {"one": account, "problem": problem, "chosen": chosen, "done": done}
        return self._pages.show(visit, "one_account.html", 400 if problem else 200, **values)

    def _password(self, visit: Visit, account: Account, password: str) -> Response:
        return self._pages.show(visit, "password.html", one=account, password=password)


def _saved(account: Account) -> Response:
    return RedirectResponse(f"{ACCOUNTS}/{account.id}?saved", 303)
