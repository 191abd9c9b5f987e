"""Who may open which page. Every route of the application goes through `Guard`."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.review.accounts import Account
from bot.review.forms import CSRF_FIELD, NO_FORM, Form, csrf_token, is_csrf_token, read_form
from bot.review.roles import ROLES, Role
from bot.review.sessions import Sessions, new_token

COOKIE = "staff"
PATH = "/staff"
HOME = f"{PATH}/"
LOGIN = f"{PATH}/login"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class ForbiddenError(Exception):
    """The account lacks the role."""


class StaleFormError(Exception):
    """The form has no token of this session: it was sent from elsewhere, or after a new login."""


@dataclass(frozen=True)
class Guest:
    """A request of somebody who is not logged in; `token` is their cookie, which says nothing of them."""

    request: Request
    token: str
    form: Form = NO_FORM

    def csrf(self) -> str:
        """A token for one form on the page that is shown."""
        return csrf_token(self.token)


@dataclass(frozen=True)
class Visit(Guest):
    """A request of somebody who is logged in and may make it."""

    account: Account = field(kw_only=True)


Endpoint = Callable[[Request], Awaitable[Response]]


class Guard:
    """Wraps the pages: `guard(page, *roles)` for accounts with one of the roles, `guard.guests(page)` for
    everybody. A page is a function that runs in a thread; a posted form is checked before."""

    def __init__(self, sessions: Sessions, public_url: str = "") -> None:
        self._sessions = sessions
        self._public_tls = public_url.startswith("https:")

    def __call__(self, page: Callable[[Visit], Response], *roles: Role) -> Endpoint:
        """Others are sent to the login page, or told that they may not."""
        wanted = frozenset(roles)
        if not wanted <= set(ROLES) or not wanted:
            raise ValueError(f"no such roles: {roles}")

        async def endpoint(request: Request) -> Response:
            visit = await run_in_threadpool(self.visit, request)
            if visit is None:
                return to_login(request)
            if not visit.account.roles & wanted:
                raise ForbiddenError
            form = await _checked_form(request, visit.token)
            return await run_in_threadpool(page, Visit(request, visit.token, form, account=visit.account))

        endpoint.roles = wanted  # type: ignore[attr-defined]  # for the test of all routes
        return endpoint

    def guests(self, page: Callable[[Guest], Response]) -> Endpoint:
        """They get a cookie too, so that nobody can log them in from another site."""

        async def endpoint(request: Request) -> Response:
            token = _cookie(request)
            form = await _checked_form(request, token or "")
            response = await run_in_threadpool(page, Guest(request, token or (new := new_token()), form))
            if not token:
                self.set_cookie(request, response, new)
            return response

        endpoint.roles = frozenset()  # type: ignore[attr-defined]
        return endpoint

    def visit(self, request: Request) -> Visit | None:
        """Who makes the request, if they are logged in. Raises UnavailableError."""
        token = _cookie(request)
        account = self._sessions.find(token) if token else None
        if token is None or account is None:
            return None
        visit = Visit(request, token, account=account)
        request.state.visit = visit  # for the error pages
        return visit

    def set_cookie(self, request: Request, response: Response, token: str) -> None:
        """Gone when the browser closes. Lax, so that a link in an e-mail opens its page; no form of
        another site is taken all the same."""
        secure = self._public_tls or request.url.scheme == "https"
        response.set_cookie(COOKIE, token, path=PATH, secure=secure, httponly=True, samesite="lax")


def to_login(request: Request) -> Response:
    """The login page; it leads back to the page that was asked for, or says that a form was not taken."""
    if request.method not in ("GET", "HEAD"):
        return RedirectResponse(f"{LOGIN}?late", 303)
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(LOGIN + (f"?{urlencode({'next': back})}" if back != HOME else ""), 303)


def own_page(address: str) -> str:
    """The address, if it is one of this application; else its first page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return HOME
    own = parts.path.startswith(HOME) and not parts.scheme and not parts.netloc
    return (
        address
        if own and address.startswith(HOME) and address.isprintable() and "\\" not in address
        else HOME
    )


async def _checked_form(request: Request, token: str) -> Form:
    """Raises StaleFormError, InvalidError."""
    if request.method in ("GET", "HEAD"):
        return NO_FORM
    form = await read_form(request)
    if not token or not is_csrf_token(form.get(CSRF_FIELD, ""), token):
        raise StaleFormError
    return form


def _cookie(request: Request) -> str | None:
    token = request.cookies.get(COOKIE, "")
    return token if _TOKEN.fullmatch(token) else None
