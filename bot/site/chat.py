"""POST /chat: hands a visitor's message on to the assistant, once, and always answers something.
GET /chat: what was said in the conversation before, for a page that was loaded again.
DELETE /chat: has the assistant delete the conversation, and lets go of what is held here.

Neither the words nor the conversation's id is ever logged: the id is the only key to the
conversation, and the words are a visitor's own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.reply import DELETED_CARD, Reply
from bot.site.assistant import Assistant, AssistantSilent, Messages
from bot.site.history import History
from bot.site.incoming import (
    Refused,
    VisitorMessage,
    conversation_in_header,
    read_conversation,
    read_message,
    refusal,
)
from bot.site.limit import Limit
from bot.site.once import AnsweredOnce, MessageIdReused, TooManyWaiting

WAIT_SECONDS = 15.0  # less than the widget waits (static/iop-chat/client.js)
DANGER_SECONDS = 3.0  # the same, when the rules see danger
DELETE = "/delete_conversation"  # as a button would say it
NOT_DELETED = (
    "Your conversation is not deleted yet: the assistant does not answer. Please try again in a minute."
)
NO_HISTORY = "What was said before can't be shown just now."

log = logging.getLogger(__name__)


class Chat:
    """The chat endpoint. `stand_in` is what is said to a text that gets no answer; one in which
    `sees_danger` sees danger does not wait long for it."""

    def __init__(
        self,
        assistant: Assistant,
        history: History,
        limit: Limit,
        stand_in: Callable[[str], Reply],
        sees_danger: Callable[[str], bool],
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._assistant = assistant
        self._history = history
        self._limit = limit
        self._stand_in = stand_in
        self._sees_danger = sees_danger
        self._wait_seconds = wait_seconds
        self._answered: AnsweredOnce[Messages] = AnsweredOnce()

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

    async def history(self, request: Request) -> JSONResponse:
        """200 {"turns": [{"message_id", "text", "messages"}]} of the conversation named in the header
        `Conversation-Id`, redacted as it is stored; else 4xx or 503 {"error"}."""
        try:
            conversation = conversation_in_header(request)
            turns = await run_in_threadpool(self._history.turns, conversation)
        except Refused as refused:
            return refusal(refused)
        except SQLAlchemyError as error:
            log.warning("a conversation could not be read: %s", type(error).__name__)
            return refusal(Refused(503, "no_history", NO_HISTORY))
        return JSONResponse({"turns": [turn.as_json() for turn in turns]})

    async def delete(self, request: Request) -> JSONResponse:
        """{"conversation": id}: 200 {"messages": [...]} when all of it is gone; else 4xx or 503 {"error"}.

        The assistant deletes it as it would on being told in words: after what is being answered, so that
        nothing is saved afterwards.
        """
        try:
            conversation = await read_conversation(request)
            self._limit.count(conversation)
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
            if task is None and message.again:
                if told := await self._told(message):
                    return told
                task = self._answered.find(key, message.text)  # it may have been sent twice at once
            if task is None:
                self._limit.count(message.conversation)
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

    async def _told(self, message: VisitorMessage) -> Messages | None:
        """The answer that is stored, where this process no longer remembers giving it."""
        try:
            return await run_in_threadpool(self._history.reply, message.conversation, message.message_id)
        except SQLAlchemyError as error:
            log.warning("an earlier answer could not be looked up: %s", type(error).__name__)
            return None

    async def _ask(self, message: VisitorMessage) -> Messages | None:
        try:
            return await self._assistant.ask(message.conversation, message.text, message.message_id)
        except AssistantSilent as silent:
            log.warning("the assistant did not answer: %s", silent)
        except Exception as error:  # whatever broke, the visitor gets the numbers to call
            log.error("asking the assistant failed: %s", type(error).__name__)
        return None


def is_deleted(messages: Messages) -> bool:
    """Whether a reply says that the conversation is deleted."""
    customs = (message.get("custom") for message in messages)
    return any(isinstance(custom, dict) and DELETED_CARD in (custom.get("cards") or ()) for custom in customs)
