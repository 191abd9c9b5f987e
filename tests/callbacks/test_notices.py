"""The notice to staff, handed to a real mail server on loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from bot.callbacks.notices import TEXT, Notices, Post
from bot.settings import SettingsError, settings
from tests.callbacks.conftest import NAME, PHONE
from tests.callbacks.mail_server import MailServer


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def post(server: MailServer, user: str = "") -> Post:
    return Post(
        f"smtp://{user}127.0.0.1:{server.port}", "assistant@willow.example", ("a@x.example", "b@x.example")
    )


def test_a_notice_says_that_there_is_a_request_and_nothing_of_it(server: MailServer) -> None:
    Notices(post(server)).tell()
    [mail] = server.wait_for(1)
    assert mail.recipients == ["a@x.example", "b@x.example"]
    assert mail.sender == "assistant@willow.example"
    assert TEXT.strip() in mail.content
    assert NAME not in mail.content
    assert PHONE not in mail.content


def test_it_logs_in_with_the_password(server: MailServer) -> None:
    Notices(post(server, "bot:p%40ss@")).tell()
    server.wait_for(1)
    assert server.logins == [("bot", "p@ss")]


def test_nobody_waits_for_the_mail_server(server: MailServer) -> None:
    server.delay = 2.0
    started = time.monotonic()
    Notices(post(server)).tell()
    assert time.monotonic() - started < 0.2
    server.wait_for(1)


def test_one_notice_stands_for_many_requests_and_none_is_forgotten(server: MailServer) -> None:
    notices = Notices(post(server), pause_seconds=0.5)
    for _ in range(20):
        notices.tell()
    server.wait_for(1)
    notices.tell()
    assert 2 <= len(server.wait_for(2)) <= 3


def test_a_server_that_is_away_is_tried_again(server: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    server.refuse = 1
    Notices(post(server), pause_seconds=0.1).tell()
    server.wait_for(1)
    assert "could not be sent" in caplog.text
    assert "x.example" not in caplog.text


def test_a_password_goes_to_no_other_machine_in_plain(
    monkeypatch: pytest.MonkeyPatch, server: MailServer
) -> None:
    monkeypatch.setattr("bot.callbacks.notices._is_this_machine", lambda host: False)
    with pytest.raises(OSError, match="TLS"):
        post(server, "bot:secret@").send()
    assert server.logins == []


def test_off_unless_configured() -> None:
    Notices(None).tell()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    settings.cache_clear()
    yield monkeypatch
    settings.cache_clear()


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"IOP_SMTP_URL": "smtp://h"}, "all of"),
        ({"IOP_NOTICES_TO": "a@x.example"}, "all of"),
        ({"IOP_SMTP_URL": "http://h", "IOP_NOTICES_FROM": "a@x", "IOP_NOTICES_TO": "b@x"}, "IOP_SMTP_URL"),
        (
            {"IOP_SMTP_URL": "smtp://h:port", "IOP_NOTICES_FROM": "a@x", "IOP_NOTICES_TO": "b@x"},
            "IOP_SMTP_URL",
        ),
        (
            {"IOP_SMTP_URL": "smtp://h", "IOP_NOTICES_FROM": "nobody", "IOP_NOTICES_TO": "b@x"},
            "IOP_NOTICES_FROM",
        ),
        (
            {"IOP_SMTP_URL": "smtp://h", "IOP_NOTICES_FROM": "a@x", "IOP_NOTICES_TO": "b@x, c"},
            "IOP_NOTICES_TO",
        ),
    ],
)
def test_a_mistake_in_the_settings_is_named(
    environment: pytest.MonkeyPatch, variables: dict[str, str], named: str
) -> None:
    for name, value in variables.items():
        environment.setenv(name, value)
    with pytest.raises(SettingsError, match=named):
        settings()


def test_the_settings_reach_another_process_and_the_password_nobody(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("IOP_SMTP_URL", "smtp://bot:secret@mail.example:2525")
    environment.setenv("IOP_NOTICES_FROM", "bot@x.example")
    environment.setenv("IOP_NOTICES_TO", "a@x.example, b@x.example")
    here = settings()
    assert here.notices_to == ("a@x.example", "b@x.example")
    assert "secret" not in repr(here)
    for name, value in here.as_environment().items():
        environment.setenv(name, value)
    settings.cache_clear()
    assert settings() == here
