"""POST /chat: hands a visitor's message on to the assistant, once, and always answers something.
DELETE /chat: has the assistant delete the conversation, and lets go of what is held here.

Neither the words nor the conversation's id is ever logged: the id is the only key to the
conversation, and the words are a visitor's own.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import secrets
import time
from collections.abc import Callable, Sequence

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.fallback import DO_NOT_WAIT, in_words
from bot.reply import DELETED_CARD, Contact, Reply
from bot.site.assistant import Assistant, AssistantSilent, Messages
from bot.site.incoming import Refused, VisitorMessage, read_conversation, read_message
from bot.site.once import AnsweredOnce, MessageIdReused, TooManyWaiting

WAIT_SECONDS = 15.0  # less than the widget waits (static/iop-chat/client.js)
DANGER_SECONDS = 3.0  # the same, when the rules see danger
MESSAGES_A_MINUTE = 20
DELETE = "/delete_conversation"  # as a button would say it
NOT_DELETED = (
    "Your conversation is not deleted yet: the assistant does not answer. Please try again in a minute."
)

log = logging.getLogger(__name__)


class Chat:
    """The chat endpoint. `emergency` is whom to call in danger, `stand_in` what is said to a text that
    gets no answer; one in which `sees_danger` sees danger does not wait long for it."""

    def __init__(
        self,
        assistant: Assistant,
        emergency: Sequence[Contact],
        stand_in: Callable[[str], Reply],
        sees_danger: Callable[[str], bool],
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._assistant = assistant
        self._do_not_wait = f"{DO_NOT_WAIT} {in_words(emergency)}" if emergency else ""
        self._stand_in = stand_in
        self._sees_danger = sees_danger
        self._wait_seconds = wait_seconds
        self._answered: AnsweredOnce[Messages] = AnsweredOnce()
        self._limit = RateLimitItemPerMinute(MESSAGES_A_MINUTE)
        # A fixed window, because with a moving one this library never forgets a conversation.
        self._storage = MemoryStorage()
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._secret = secrets.token_bytes(16)

    async def endpoint(self, request: Request) -> JSONResponse:
        """200 {"messages": [...]} (with "unavailable": true for a stand-in reply), or 4xx {"error": ...}."""
        try:
            message = await read_message(request)
            messages = await self._answer(message)
        except Refused as refused:
            return refusal(refused)
        if messages is None:
            reply = await run_in_threadpool(self._stand_in, message.text)
            return JSONResponse({"messages": reply.messages(), "unavailable": True})
        return JSONResponse({"messages": messages})

    async def delete(self, request: Request) -> JSONResponse:
        """{"conversation": id}: 200 {"messages": [...]} when all of it is gone; else 4xx or 503 {"error"}.

        The assistant deletes it as it would on being told in words: after what is being answered, so that
        nothing is saved afterwards.
        """
        try:
            conversation = await read_conversation(request)
            self._count(conversation)
            messages = await self._deleted(conversation)
        except Refused as refused:
            return refusal(refused)
        return JSONResponse({"messages": messages})

    async def _deleted(self, conversation: str) -> Messages:
        try:
            messages = await asyncio.wait_for(
                self._assistant.ask(conversation, DELETE), timeout=self._wait_seconds
            )
        except (AssistantSilent, asyncio.TimeoutError):
            messages = []
        if not is_deleted(messages):
            log.warning("a conversation could not be deleted")
            raise Refused(503, "not_deleted", NOT_DELETED)
        self._answered.forget(conversation)
        return messages

    def stop(self) -> None:
        """Gives up what is still being answered."""
        self._answered.stop()

    async def _answer(self, message: VisitorMessage) -> Messages | None:
        """The assistant's messages, or None when it gave none in time. Raises Refused."""
        key = (message.conversation, message.message_id)
        try:
            task = self._answered.find(key, message.text)
            if task is None:
                self._count(message.conversation)
                task = self._answered.start(key, message.text, lambda: self._ask(message))
        except MessageIdReused:
            raise Refused(409, "message_id_reused", "This message id was used for other words.") from None
        except TooManyWaiting:
            log.warning("too many messages are waiting for the assistant")
            return None
        danger = await run_in_threadpool(self._sees_danger, message.text)
        patience = min(DANGER_SECONDS, self._wait_seconds) if danger else self._wait_seconds
        done, _ = await asyncio.wait({task}, timeout=patience)
        if not done:
            log.warning("the assistant did not answer within %g s", patience)
            return None
        messages = None if task.cancelled() else task.result()
        if messages is not None and is_deleted(messages):
            self._answered.forget(message.conversation)
        return messages

    async def _ask(self, message: VisitorMessage) -> Messages | None:
        try:
            return await self._assistant.ask(message.conversation, message.text)
        except AssistantSilent as silent:
            log.warning("the assistant did not answer: %s", silent)
        except Exception as error:  # whatever broke, the visitor gets the numbers to call
            log.error("asking the assistant failed: %s", type(error).__name__)
        return None

    def _count(self, conversation: str) -> None:
        # Counted under a digest, for a minute: the id itself is kept nowhere here.
        counted = hashlib.blake2b(conversation.encode(), key=self._secret, digest_size=16).hexdigest()
        if self._limiter.hit(self._limit, counted):
            return
        reset, _ = self._limiter.get_window_stats(self._limit, counted)
        seconds = max(1, math.ceil(reset - time.time()) + 1)
        words = f"That was a lot of messages at once. Please wait {seconds} seconds, then send it again."
        raise Refused(429, "too_many", f"{words} {self._do_not_wait}".strip(), retry_after=seconds)


def is_deleted(messages: Messages) -> bool:
    """Whether a reply says that the conversation is deleted."""
    customs = (message.get("custom") for message in messages)
    return any(isinstance(custom, dict) and DELETED_CARD in (custom.get("cards") or ()) for custom in customs)


def refusal(refused: Refused) -> JSONResponse:
    """{"error": {"code", "message"}} with the status, and Retry-After where waiting helps."""
    headers = {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}
    error = {"code": refused.code, "message": refused.message}
    return JSONResponse({"error": error}, refused.status, headers)
