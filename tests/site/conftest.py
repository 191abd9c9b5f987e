"""The site as an ASGI app; the assistant and the action server are stood in for at the HTTP edge."""

from __future__ import annotations

import asyncio
import itertools
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.fallback import centre_contacts, reply_when_down
from bot.knowledge.profile import CentreProfile, Hours
from bot.reply import Contact, Reply
from bot.settings import settings
from bot.site.app import create_app

EMERGENCY = (
    Contact("Call 911", "emergency", "tel:911"),
    Contact("Call or text 988", "Suicide & Crisis Lifeline", "tel:988"),
)
PROFILE = CentreProfile(
    example=True,
    name="Willow <Creek> Center",
    phone="+1 555 010 0142",
    address="12 Willow Lane, Springfield",
    time_zone="America/New_York",
    hours=(Hours(days=("mon", "tue", "wed", "thu", "fri"), opens="08:00", closes="19:00"),),
)
ANSWER = Reply(kind="small_talk", texts=("I heard you.",)).messages()


@dataclass
class Assistant:
    """Stands in for Rasa's server and the action server. `reply` is sent as it is, or raised."""

    reply: Any = field(default_factory=lambda: httpx.Response(200, json=ANSWER))
    delay: float = 0.0
    asked: list[dict[str, str]] = field(default_factory=list)
    assistant_up: bool = True
    actions_up: bool = True

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/webhooks/rest/webhook":
            self.asked.append(json.loads(request.content))
            await asyncio.sleep(self.delay)
            if isinstance(self.reply, Exception):
                raise self.reply
            return httpx.Response(self.reply.status_code, content=self.reply.content)
        up = self.actions_up if request.url.port == 5055 else self.assistant_up
        if not up:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, text="ok")


@pytest.fixture
def assistant() -> Assistant:
    return Assistant()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "knowledge.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table facts (id text)")
    connection.close()
    return path


@pytest.fixture
def build(assistant: Assistant, database: Path) -> Callable[..., Starlette]:
    """Makes the site; arguments replace the defaults of `create_app`."""

    def make(
        profile: CentreProfile = PROFILE,
        emergency: tuple[Contact, ...] = EMERGENCY,
        wait_seconds: float = 5.0,
        stand_in: Callable[[str], Reply] | None = None,
        sites: tuple[str, ...] = (),
        **options: Any,
    ) -> Starlette:
        unavailable = reply_when_down(emergency, centre_contacts(profile))
        config = replace(
            settings(),
            database_url=f"sqlite:///{database}",
            tracker_db=database.with_name("tracker.db"),
            tracker_database_url="",
            assistant_port=5005,
            actions_port=5055,
            sites=sites,
        )
        transport = httpx.MockTransport(assistant)
        return create_app(
            config,
            profile,
            emergency,
            stand_in or (lambda text: unavailable),
            wait_seconds=wait_seconds,
            transport=transport,
            **options,
        )

    return make


@pytest.fixture
def client(build: Callable[..., Starlette]) -> Iterator[TestClient]:
    with TestClient(build(), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def store(database: Path) -> Callable[..., None]:
    """`store(conversation, *events)` writes events as Rasa's tracker store does."""
    path = database.with_name("tracker.db")
    with sqlite3.connect(path) as connection:
        connection.execute(
            "create table events (id integer primary key, sender_id text, type_name text, "
            "timestamp real, data text)"
        )
    connection.close()

    def write(conversation: str, *events: dict[str, Any]) -> None:
        rows = [(conversation, event["event"], time.time(), json.dumps(event)) for event in events]
        with sqlite3.connect(path) as connection:
            connection.executemany(
                "insert into events (sender_id, type_name, timestamp, data) values (?, ?, ?, ?)", rows
            )
        connection.close()

    return write


_numbers = itertools.count()


def message(text: Any = "How long does it take?", **changes: Any) -> dict[str, Any]:
    """A message as the widget sends it, with a new id; `changes` replace or add keys."""
    return {
        "conversation": "conversation-0123456789",
        "message_id": f"message-{next(_numbers):010}",
        "text": text,
        **changes,
    }
