"""What every messaging app has in common: deliveries come in, are checked and read; replies go out.

A vendor's module only translates. It knows nothing of Rasa, so that the site can answer in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.reply import Button


@dataclass(frozen=True)
class Delivery:
    """One request of a vendor. Header names are in lower case; `body` is as it came, for the signature."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Incoming:
    """One message of a person.

    `id` is the vendor's and the same when the message is delivered again. `person` tells people apart,
    `address` is where the reply goes; both are held only while the message is answered. `text` is empty
    where there are no words (a photo, a voice message). `reference` is what the vendor wants to see again
    in the reply; `said` is a keyword the vendor has already answered by itself.
    """

    id: str
    person: str
    address: str
    text: str
    reference: str = ""
    said: str = ""


@dataclass(frozen=True)
class Part:
    """One message of a reply, short enough for the channel; only a reply's last part has buttons."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Post:
    """A POST to the vendor, with a JSON or a form body."""

    url: str
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)


class Vendor(Protocol):
    """One messaging app. `received` is the status that tells it a delivery arrived.

    Buttons have titles of up to `longest_title` characters and payloads of up to `longest_payload` bytes;
    0 where there are none. Where `paged`, a long answer waits for "MORE". `stop_words` are what a person
    types, alone, to get no more messages; none where the app has its own way.
    """

    name: str
    received: int
    longest_title: int
    longest_payload: int
    paged: bool
    stop_words: frozenset[str]

    def fits(self, text: str) -> bool:
        """Whether a text is short enough for one message."""

    def is_authentic(self, delivery: Delivery) -> bool:
        """Whether the vendor sent it."""

    def handshake(self, delivery: Delivery) -> str | None:
        """What to answer when the vendor only wants to know that we are there."""

    def read(self, delivery: Delivery) -> list[Incoming]:
        """The messages in it, none for what needs no reply. Raises Unreadable."""

    def posts(self, to: Incoming, parts: Sequence[Part]) -> list[Post]:
        """The requests that send a reply, in order."""

    def picture(self, to: Incoming, url: str) -> Post | None:
        """The request that sends the picture at `url`; None where pictures are not sent."""

    def at_start(self) -> Post | None:
        """A request to make when the assistant starts."""


class Unreadable(Exception):
    """A delivery that is signed but not of the documented form."""
