"""Security headers on every response."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # That somebody read a page about addiction treatment is nobody else's business.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}
# Pages and scripts are asked for again, cheaply, by their ETag; what was said is never kept.
CACHEABLE = "no-cache"
NOT_CACHEABLE = "no-store"


class SecurityHeaders:
    """ASGI middleware that adds the headers above, and Cache-Control where none was set."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and adds the headers as the response starts."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        cache = CACHEABLE if _is_page(scope["path"]) else NOT_CACHEABLE

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message), cache)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def add_headers(headers: MutableHeaders, cache: str = NOT_CACHEABLE) -> None:
    """Sets the security headers, and Cache-Control to `cache` where none is set."""
    for name, value in SECURITY_HEADERS.items():
        headers[name] = value
    headers.setdefault("Cache-Control", cache)


def _is_page(path: str) -> bool:
    return path == "/" or path.startswith("/static/")
