"""Tells staff by e-mail that a request came in: that it did, and nothing of what it holds."""

from __future__ import annotations

import ipaddress
import logging
import smtplib
import ssl
import threading
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from bot.settings import settings

SUBJECT = "A call-back request came in"
TEXT = "A call-back request came in; see: python -m bot callbacks list\n"
PAUSE_SECONDS = 60.0  # between two notices: one stands for all requests that came in meanwhile
ATTEMPTS = 3
TIMEOUT_SECONDS = 30.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Post:
    """Where notices are handed in: `url` is smtp://user:password@host:port, or smtps:// for TLS at once.

    smtp:// goes over to TLS where the server can; a password is sent to another machine over TLS only.
    """

    url: str = field(repr=False)
    sender: str
    recipients: tuple[str, ...]

    def send(self) -> None:
        """Raises OSError or smtplib.SMTPException (an OSError too)."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_SECONDS)
        with server:
            server.ehlo()
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif parts.scheme == "smtp" and parts.password and not _is_this_machine(host):
                raise smtplib.SMTPNotSupportedError("the server offers no TLS, and there is a password")
            if parts.username and parts.password:
                server.login(unquote(parts.username), unquote(parts.password))
            server.send_message(self._message())

    def _message(self) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = SUBJECT
        message["From"] = self.sender
        message["To"] = ", ".join(self.recipients)
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(TEXT)
        return message


class Notices:
    """Sends notices from a thread of its own: no visitor waits for a mail server. `post` None is off."""

    def __init__(self, post: Post | None, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._post = post
        self._pause_seconds = pause_seconds
        self._due = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def tell(self) -> None:
        """Has a notice sent soon; returns at once and never raises."""
        if self._post is None:
            return
        self._due.set()
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, args=(self._post,), daemon=True)
                self._thread.start()

    def _work(self, post: Post) -> None:
        failures = 0
        while True:
            self._due.wait()
            self._due.clear()
            try:
                post.send()
                failures = 0
            except Exception as error:  # the server's words may quote addresses
                failures += 1
                log.error("a notice to staff could not be sent: %s", type(error).__name__)
                if failures < ATTEMPTS:
                    self._due.set()
                else:
                    failures = 0
            time.sleep(self._pause_seconds)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@lru_cache(maxsize=1)
def notices() -> Notices:
    """The process's one, as the settings say."""
    config = settings()
    if not config.smtp_url:
        return Notices(None)
    return Notices(Post(config.smtp_url, config.notices_from, config.notices_to))
