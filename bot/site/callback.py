"""POST /callback: takes the widget's form for a call-back request. docs/callbacks.md describes the JSON.

Nothing of a request is logged or held here.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from limits import RateLimitItemPerHour
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.callbacks.errors import CallbacksError, CallbacksOffError, InvalidRequestError
from bot.callbacks.request import Details, checked
from bot.callbacks.words import CallbackWords, Sentences
from bot.knowledge.current import ProfileNow
from bot.replies import in_words
from bot.reply import Reply
from bot.settings import Settings
from bot.site.incoming import Refused, identifier, read_object, refusal
from bot.site.limit import Limit
from bot.site.once import AnsweredOnce, MessageIdReused, TooManyWaiting
from bot.text import LONGEST

FROM_A_CONVERSATION = 5  # requests an hour
FROM_AN_ADDRESS = 20  # requests an hour; the visitors of a library share one

Answer = tuple[int, dict[str, Any]]  # status and body

log = logging.getLogger(__name__)


class CallbackForm:
    """The endpoint. `take` stores a request, `stand_in` gives the safety reply to words of danger."""

    def __init__(
        self,
        config: Settings,
        profile_now: ProfileNow,
        words: CallbackWords,
        stand_in: Callable[[str], Reply],
        take: Callable[[Details], None],
    ) -> None:
        self._country = config.country
        self._profile_now = profile_now
        self._keep_days = config.callbacks_keep_days
        self._words = words
        self._stand_in = stand_in
        self._take = take
        self._taken: AnsweredOnce[Answer] = AnsweredOnce()

        def too_many(_: int) -> str:
            return f"That was a lot of requests. {self._say(words.failed)}"

        self._of_address, self._of_conversation = (
            Limit(RateLimitItemPerHour(most), too_many) for most in (FROM_AN_ADDRESS, FROM_A_CONVERSATION)
        )

    async def endpoint(self, request: Request) -> JSONResponse:
        """200 {"taken": ...}, or 4xx and 503 {"error": ...}."""
        try:
            status, body = await self._answered(await read_object(request), request)
        except Refused as refused:
            return refusal(refused)
        return JSONResponse(body, status)

    def stop(self) -> None:
        """Gives up what is still being stored."""
        self._taken.stop()

    async def _answered(self, sent: dict[str, object], request: Request) -> Answer:
        """The answer to a form, which is stored once however often it is sent. Raises Refused."""
        key = identifier(sent, "conversation"), identifier(sent, "message_id")
        fields = {name: _plain(sent.get(name)) for name in ("name", "phone", "best_time", "agreed")}
        text = json.dumps(fields)
        try:
            task = self._taken.find(key, text)
            if task is None:
                self._of_address.count(request.client.host if request.client else "")
                self._of_conversation.count(key[0])
                task = self._taken.start(key, text, lambda: run_in_threadpool(self._answer, fields))
            answer = await asyncio.shield(task)
        except MessageIdReused:
            raise Refused(409, "message_id_reused", "This message id was used for other words.") from None
        except TooManyWaiting:
            answer = None
        if answer is None:
            raise Refused(503, "not_stored", self._say(self._words.failed))
        return answer

    def _answer(self, fields: dict[str, object]) -> Answer | None:
        """None when it could not be stored, so that a retry is a new attempt."""
        said = (value[:LONGEST] for value in fields.values() if isinstance(value, str))
        reply = self._stand_in("\n".join(said))
        if reply.kind == "safety":
            return 200, {"taken": False, "messages": reply.messages()}
        try:
            details = checked(
                name=fields["name"],
                phone=fields["phone"],
                best_time=fields["best_time"],
                agreed=fields["agreed"],
                consent=self._words.consent_text(self._profile_now(), self._keep_days),
                country=self._country,
            )
            self._take(details)
        except InvalidRequestError as error:
            words = self._say(self._words.again(error))
            return 400, {"error": {"code": "invalid", "field": error.field, "message": words}}
        except CallbacksOffError:
            return 503, {"error": {"code": "callbacks_off", "message": self._say(self._words.off)}}
        except CallbacksError as error:
            log.error("a call-back request could not be stored: %s", error)
            return None
        return 200, {"taken": True, "message": self._say(self._words.done)}

    def _say(self, sentences: Sentences) -> str:
        return in_words(sentences, self._profile_now())


def _plain(value: object) -> object:
    """What a field may hold; anything else, however deeply nested, becomes a number, which none may."""
    return value if value is None or isinstance(value, (str, bool)) else 0
