"""Takes what vendors deliver, has it answered once, and sends the replies.

It knows nothing of Rasa: `Brain` stands between them. So the site can do the same while Rasa is down.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.album import Album
from bot.channels.choices import chosen
from bot.channels.keywords import Keyword, Words, keyword_in
from bot.channels.ledger import Ledger, State, pseudonym
from bot.channels.rendering import Said, render
from bot.channels.sending import NotSent, Refused, Sender
from bot.channels.vendor import Delivery, Incoming, Part, Unreadable, Vendor
from bot.reply import Reply
from bot.text import clean

ACKNOWLEDGE_SECONDS = 2.0  # Slack delivers again after three
ANSWER_SECONDS = 15.0
MESSAGES_A_MINUTE = 20
MOST_UNDER_WAY = 200  # deliveries

Messages = list[dict[str, Any]]
log = logging.getLogger(__name__)


class Brain(Protocol):
    """Whoever answers. `sender` is a conversation's pseudonym."""

    async def ask(self, sender: str, text: str, channel: str) -> Messages:
        """The messages of the reply. None, or any exception, means that there is no reply."""

    async def last_reply(self, sender: str) -> tuple[float, Messages]:
        """When the last message was answered, and with what; (0, []) before the first."""


@dataclass(frozen=True)
class Answer:
    """What the vendor hears."""

    status: int
    text: str = ""


class Reception:
    """One for all channels. `key` makes pseudonyms; `stand_in` is what a text gets that has no reply."""

    def __init__(
        self,
        vendors: Mapping[str, Vendor],
        brain: Brain,
        ledger: Ledger,
        key: str,
        words: Words,
        stand_in: Callable[[str], Reply],
        album: Album,
        sender: Sender | None = None,
    ) -> None:
        self.vendors = vendors
        self._brain = brain
        self._ledger = ledger
        self._key = key
        self._words = words
        self._stand_in = stand_in
        self._album = album
        self._sender = sender or Sender()
        self._limit = RateLimitItemPerMinute(MESSAGES_A_MINUTE)
        self._notice_limit = RateLimitItemPerMinute(1)
        self._storage = MemoryStorage()  # the limiter holds it weakly
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._under_way: set[asyncio.Task[bool]] = set()

    async def handle(self, channel: str, delivery: Delivery) -> Answer:
        """Checks a delivery, and answers what is in it: 403 for one that the vendor did not send.

        The vendor hears 2xx when all is answered, or after ACKNOWLEDGE_SECONDS; 503 asks it to deliver again.
        """
        vendor = self.vendors[channel]
        if not vendor.is_authentic(delivery):
            log.warning("%s: a delivery without the right signature", channel)
            return Answer(403)
        try:
            greeting = vendor.handshake(delivery)
            if greeting is not None:
                return Answer(200, greeting)
            messages = vendor.read(delivery)
        except Unreadable as error:
            log.warning("%s: a delivery of an unknown form: %s", channel, error)
            return Answer(400)
        if len(self._under_way) >= MOST_UNDER_WAY:
            return Answer(503)
        task = asyncio.ensure_future(self._answer_all(vendor, messages))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        done, _ = await asyncio.wait({task}, timeout=ACKNOWLEDGE_SECONDS)
        return Answer(vendor.received if not done or task.result() else 503)

    async def start(self) -> None:
        """Tells the vendors that want to know it where we are."""
        for vendor in self.vendors.values():
            post = vendor.at_start()
            if post is None:
                continue
            try:
                await self._sender.send(post)
            except (NotSent, Refused) as error:
                log.error("%s does not know where to deliver: %s", vendor.name, error or "no answer")

    async def stop(self) -> None:
        """Finishes what is under way, for as long as an answer takes, and closes the connections."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=ANSWER_SECONDS)
        await self._sender.close()

    def picture(self, name: str) -> bytes | None:
        """The picture of that name."""
        return self._album.find(name)

    async def _answer_all(self, vendor: Vendor, messages: Sequence[Incoming]) -> bool:
        """Whether each of them is done with."""
        return all([await self._answer_once(vendor, message) for message in messages])

    async def _answer_once(self, vendor: Vendor, incoming: Incoming) -> bool:
        message = pseudonym(self._key, vendor.name, "message", incoming.id)
        state = await self._claim(message)
        if state != "new":
            return state == "answered"
        is_done = False
        try:
            await self._answer(vendor, incoming)
            is_done = True
        except Refused as error:
            log.error("%s: %s", vendor.name, error)
            is_done = True
        except Exception:  # whatever broke, the vendor may deliver it again
            log.exception("%s: a message could not be answered", vendor.name)
        try:
            await asyncio.to_thread(self._ledger.settle, message, is_done)
        except SQLAlchemyError as error:
            log.error("an answered message could not be noted: %s", type(error).__name__)
        return is_done

    async def _claim(self, message: str) -> State:
        try:
            return await asyncio.to_thread(self._ledger.claim, message)
        except SQLAlchemyError as error:  # answering twice is better than not at all
            log.error("a message could not be noted: %s", type(error).__name__)
            return "new"

    async def _answer(self, vendor: Vendor, incoming: Incoming) -> None:
        """Raises Refused, NotSent, and what writing down a STOP or START raises."""
        person = pseudonym(self._key, vendor.name, "person", incoming.person)
        is_opted_out = await self._is_opted_out(vendor, person)
        if keyword := keyword_in(incoming, vendor, is_opted_out):
            await self._note(keyword, person)
            parts = [] if incoming.said else _whole(self._words.to(keyword), vendor)
            await self._send(vendor, incoming, parts)
            return
        text = clean(incoming.text)
        if is_opted_out or not self._limiter.hit(self._limit, person):
            parts = await self._only_safety(vendor, person, text, with_notice=not is_opted_out)
            await self._send(vendor, incoming, parts)
            return
        sender = f"{vendor.name}-{person}"
        at, last = await self._last_reply(sender)
        if vendor.paged and text.strip(" .!").lower() == "more":
            page = await self._next_page(vendor, person, at, Said.of(last))
            if page is not None:
                await self._send(vendor, incoming, [page])
                return
        said = await self._ask(vendor, sender, chosen(text, Said.of(last).buttons) or text)
        if said is None:
            reply = await asyncio.to_thread(self._stand_in, text)
            await self._send(vendor, incoming, render(Said.of(reply.messages()), vendor))
            return
        paged = vendor.paged and not said.comes_whole
        parts = render(said, vendor, paged)
        await self._send(vendor, incoming, parts[:1] if paged else parts)
        await self._send_pictures(vendor, incoming, said)

    async def _ask(self, vendor: Vendor, sender: str, text: str) -> Said | None:
        try:
            messages = await asyncio.wait_for(
                self._brain.ask(sender, text, vendor.name), timeout=ANSWER_SECONDS
            )
        except Exception:
            log.exception("%s: no reply", vendor.name)
            return None
        said = Said.of(messages)
        return said if said.texts else None

    async def _last_reply(self, sender: str) -> tuple[float, Messages]:
        try:
            return await self._brain.last_reply(sender)
        except Exception as error:  # a choice is then read like any other message
            log.error("the last reply could not be read: %s", type(error).__name__)
            return 0.0, []

    async def _next_page(self, vendor: Vendor, person: str, at: float, said: Said) -> Part | None:
        """The part of the last reply that was not shown yet; None when there is none."""
        if said.comes_whole:
            return None
        pages = render(said, vendor, paged=True)
        if len(pages) < 2:
            return None
        try:
            number = await asyncio.to_thread(self._ledger.next_page, person, at)
        except SQLAlchemyError as error:
            log.error("how far an answer was read could not be noted: %s", type(error).__name__)
            number = 1
        return pages[number] if number < len(pages) else None

    async def _only_safety(self, vendor: Vendor, person: str, text: str, with_notice: bool) -> list[Part]:
        """The safety reply to a message that is not taken; to others a notice at most, once a minute."""
        reply = await asyncio.to_thread(self._stand_in, text)
        if reply.kind == "safety":
            return render(Said.of(reply.messages()), vendor)
        if not with_notice or not self._limiter.hit(self._notice_limit, person):
            return []
        reset, _ = self._limiter.get_window_stats(self._limit, person)
        return _whole(self._words.too_many(max(1, math.ceil(reset - time.time()) + 1)), vendor)

    async def _is_opted_out(self, vendor: Vendor, person: str) -> bool:
        if not vendor.stop_words:
            return False
        try:
            return await asyncio.to_thread(self._ledger.is_opted_out, person)
        except SQLAlchemyError as error:  # who writes, wants an answer
            log.error("whether somebody opted out could not be read: %s", type(error).__name__)
            return False

    async def _note(self, keyword: Keyword, person: str) -> None:
        if keyword == "stop":
            await asyncio.to_thread(self._ledger.opt_out, person)
        elif keyword == "start":
            await asyncio.to_thread(self._ledger.opt_in, person)

    async def _send(self, vendor: Vendor, to: Incoming, parts: Sequence[Part]) -> None:
        for post in vendor.posts(to, parts):
            await self._sender.send(post)

    async def _send_pictures(self, vendor: Vendor, to: Incoming, said: Said) -> None:
        if vendor.picture(to, "") is None:
            return
        for card in said.cards:
            url = await asyncio.to_thread(self._album.add, card)
            post = vendor.picture(to, url) if url else None
            if post is None:
                continue
            try:
                await self._sender.send(post)
            except (NotSent, Refused) as error:  # the words are sent
                log.warning("%s: a picture was not sent: %s", vendor.name, error)


def _whole(text: str, vendor: Vendor) -> list[Part]:
    return render(Said((text,), (), {}), vendor)
