"""An empty database for call-back requests, people with and without the right, and one request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.callbacks.actor import AUDIT, CALLBACKS, Actor
from bot.callbacks.keys import Keys, new_key
from bot.callbacks.repository import Callbacks
from bot.callbacks.request import Details, checked
from tests.privacy.conversation_databases import KINDS, database

NAME = "Marmaduke Quillfeather"
PHONE = "+1 312-555-0142"
TIME = "after teatime"
CONSENT = "The center may call me about its programs."
STAFF = Actor("rosa", frozenset({CALLBACKS, AUDIT}))
READER = Actor("ned", frozenset({"reader"}))


def details(name: str = NAME, phone: str = "(312) 555-0142", best_time: str | None = TIME) -> Details:
    return checked(name=name, phone=phone, best_time=best_time, consent=CONSENT, agreed=True, country="US")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'callbacks.db'}"
        return
    with database(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def key() -> str:
    return new_key()


@pytest.fixture
def opened(url: str) -> Callable[..., Callbacks]:
    """The repository as a process with these keys has it."""
    return lambda *keys: Callbacks(url, Keys(keys))


@pytest.fixture
def callbacks(opened: Callable[..., Callbacks], key: str) -> Callbacks:
    return opened(key)
