"""Logging in and out, and one's own account."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from bot.review.access import COOKIE, LOGIN, PATH, Guard, Guest, Visit, own_page
from bot.review.accounts import Accounts
from bot.review.attempts import Attempts
from bot.review.audit import NOBODY, AuditLog
from bot.review.errors import InvalidError, NotFoundError
from bot.review.pages import Pages
from bot.review.sessions import Sessions

ACCOUNT = f"{PATH}/account"
_WRONG = "That name and password do not belong together."
_LATE = "You were logged out meanwhile, and what you sent was not saved. Please log in and send it again."
_DONE = {
    "password": "Your password is changed. You were logged out everywhere else.",
    "sessions": "You were logged out everywhere else.",
}


class Login:
    """The pages around a session."""

    def __init__(
        self, pages: Pages, guard: Guard, accounts: Accounts, sessions: Sessions, audit: AuditLog
    ) -> None:
        self._pages = pages
        self._guard = guard
        self._accounts = accounts
        self._sessions = sessions
        self._audit = audit
        self._attempts = Attempts()

    def form(self, guest: Guest) -> Response:
        """The login page."""
        query = guest.request.query_params
        return self._form(guest, query.get("next", ""), problem=_LATE if "late" in query else "")

    def log_in(self, guest: Guest) -> Response:
        """Takes name and password. What is wrong with them is not told."""
        name, password = guest.form.get("name", ""), guest.form.get("password", "")
        back = guest.form.get("next", "")
        if seconds := self._attempts.count(name, _address(guest)):
            return self._too_many(guest, back, name, seconds)
        account = self._accounts.with_password(name, password)
        if account is None:
            if self._attempts.is_first(known := self._known(name), _address(guest)):
                self._audit.add(known, "login_failed")
            return self._form(guest, back, name, _WRONG, 400)
        self._attempts.succeeded(name)
        response = RedirectResponse(own_page(back), 303)
        self._guard.set_cookie(guest.request, response, self._sessions.open(account))
        return response

    def log_out(self, visit: Visit) -> Response:
        """Ends the session."""
        self._sessions.close(visit.account, visit.token)
        response = RedirectResponse(LOGIN, 303)
        response.delete_cookie(COOKIE, path=PATH)
        return response

    def own_account(self, visit: Visit) -> Response:
        """One's own account."""
        done = _DONE.get(visit.request.query_params.get("done", ""), "")
        return self._own_account(visit, done=done)

    def change_password(self, visit: Visit) -> Response:
        """Takes the present password and a new one, twice."""
        present, new = visit.form.get("present", ""), visit.form.get("new", "")
        name = visit.account.name
        if seconds := self._attempts.count(name, _address(visit)):
            return self._own_account(visit, f"Too many tries. {_wait(seconds)}", 429)
        try:
            if self._accounts.with_password(name, present) is None:
                raise InvalidError("Your present password is another one.")
            self._attempts.succeeded(name)
            if new != visit.form.get("again", ""):
                raise InvalidError("The new password was typed in two different ways.")
            self._accounts.set_password(name, visit.account, new)
        except InvalidError as error:
            return self._own_account(visit, str(error), 400)
        response = RedirectResponse(f"{ACCOUNT}?done=password", 303)
        token = self._sessions.open(self._accounts.get(visit.account.id))
        self._guard.set_cookie(visit.request, response, token)
        return response

    def close_others(self, visit: Visit) -> Response:
        """Logs out everywhere else."""
        self._sessions.close_others(visit.account, visit.token)
        return RedirectResponse(f"{ACCOUNT}?done=sessions", 303)

    def _form(
        self, guest: Guest, back: str, name: str = "", problem: str = "", status: int = 200
    ) -> Response:
        return self._pages.show(guest, "login.html", status, back=back, name=name, problem=problem)

    def _too_many(self, guest: Guest, back: str, name: str, seconds: int) -> Response:
        response = self._form(guest, back, name, f"Too many tries. {_wait(seconds)}", 429)
        response.headers["Retry-After"] = str(seconds)
        return response

    def _known(self, name: str) -> str:
        try:
            return self._accounts.named(name).name
        except NotFoundError:
            return NOBODY

    def _own_account(self, visit: Visit, problem: str = "", status: int = 200, done: str = "") -> Response:
        others = self._sessions.others(visit.account, visit.token)
        return self._pages.show(
            visit, "account.html", status, others=others, problem=problem, done=done, mine=visit.account
        )


def _wait(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return f"Please wait {minutes} minute{'' if minutes == 1 else 's'}, then try again."


def _address(guest: Guest) -> str:
    return guest.request.client.host if guest.request.client else ""
