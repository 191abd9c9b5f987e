"""A reception with a stand-in for the vendors before it and one for Rasa behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.channels import configured
from bot.channels.album import Album
from bot.channels.keywords import Words
from bot.channels.ledger import Ledger
from bot.channels.reception import Answer, Messages, Reception
from bot.channels.sending import Sender
from bot.channels.vendor import Delivery
from bot.fallback import stand_in
from bot.knowledge.profile import CentreProfile
from bot.reply import Button, Contact, Reply, Source
from bot.settings import settings
from tests.channels.edge import CONFIGURED, KEY, PUBLIC, Edge, open_edge

EMERGENCY = (
    Contact("Call 911", "emergency", "tel:911"),
    Contact("Call or text 988", "Suicide & Crisis Lifeline", "tel:988"),
)
PROFILE = CentreProfile(example=True, name="Willow Creek Recovery Center", phone="+1 312 555 0142")
BUTTONS = (
    Button("Tell me more", "/tell_more"),
    Button("What makes it longer or shorter?", "/length_factors"),
    Button("How do I start?", "/how_to_start"),
)
ANSWER = Reply(
    "answer",
    ("It takes about 10 weeks.", "Other sources say 8 to 12 weeks."),
    sources=(Source("a.txt", "Intensive Outpatient Programs", "Length"), Source("b.txt", "TIP 47", "Dose")),
    buttons=BUTTONS,
)
LONG = Reply("answer", (" ".join(f"Sentence number {n} says a thing that matters." for n in range(20)),))


@dataclass
class Brain:
    """Stands in for Rasa: `reply` is said to everything, or raised."""

    reply: Any = ANSWER
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    delay: float = 0.0
    said: dict[str, tuple[float, Messages]] = field(default_factory=dict)

    async def ask(self, sender: str, text: str, channel: str) -> Messages:
        self.asked.append((sender, text, channel))
        await asyncio.sleep(self.delay)
        if isinstance(self.reply, Exception):
            raise self.reply
        messages: Messages = self.reply.messages() if self.reply else []
        self.said[sender] = (float(len(self.asked)), messages)
        return messages

    async def last_reply(self, sender: str) -> tuple[float, Messages]:
        return self.said.get(sender, (0.0, []))

    @property
    def texts(self) -> list[str]:
        return [text for _, text, _ in self.asked]


class Desk:
    """A reception that can be restarted: what it holds in memory is then gone."""

    def __init__(self, edge: Edge, brain: Brain, folder: Path, **changes: Any) -> None:
        self.edge, self.brain, self.folder, self.changes = edge, brain, folder, changes

    def reception(self) -> Reception:
        from dataclasses import replace

        config = replace(settings(), channels=CONFIGURED, public_url=PUBLIC, vendors_url=self.edge.url)
        made: dict[str, Any] = {
            "stand_in": stand_in,
            "album": Album(PUBLIC),
            "ledger": Ledger(f"sqlite:///{self.folder / 'channels.db'}"),
            **self.changes,
        }
        return Reception(
            configured.vendors(config),
            self.brain,
            key=KEY,
            words=Words(lambda: PROFILE, EMERGENCY),
            sender=Sender(first_pause=0.01),
            **made,
        )

    def take(self, channel: str, *deliveries: Delivery) -> list[Answer]:
        """Has a freshly started reception handle deliveries, one after the other."""

        async def scene() -> list[Answer]:
            reception = self.reception()
            try:
                return [await reception.handle(channel, delivery) for delivery in deliveries]
            finally:
                await reception.stop()

        return asyncio.run(scene())


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> Iterator[Edge]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with open_edge() as edge:
        yield edge


@pytest.fixture
def brain() -> Brain:
    return Brain()


@pytest.fixture
def make_desk(edge: Edge, brain: Brain, tmp_path: Path) -> Callable[..., Desk]:
    return lambda **changes: Desk(edge, brain, tmp_path, **changes)


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()
