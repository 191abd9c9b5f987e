"""POST /feedback: thumbs up or down on a reply, with a word why."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.feedback.repository import FeedbackStore, FeedbackUnavailable
from bot.reply import Reply
from bot.site.history import History
from bot.site.incoming import Opinion, Refused, read_opinion, refusal
from bot.site.limit import Limit

NOT_KEPT = "Thank you. It could not be saved just now. Please try again in a minute."

log = logging.getLogger(__name__)


class Feedback:
    """The endpoint. `look_at` is the stand-in of bot.site.chat: it knows danger in a text by itself."""

    def __init__(
        self, store: FeedbackStore, history: History, limit: Limit, look_at: Callable[[str], Reply]
    ) -> None:
        self._store = store
        self._history = history
        self._limit = limit
        self._look_at = look_at

    async def endpoint(self, request: Request) -> JSONResponse:
        """{"conversation", "message_id", "rating": "up" | "down", "why"?: str}: 200 {"messages": [...]} with
        the safety reply where `why` tells of danger and none otherwise; else 4xx or 503 {"error"}.
        """
        try:
            opinion = await read_opinion(request)
            self._limit.count(opinion.conversation)
            messages = await run_in_threadpool(self._take, opinion)
        except Refused as refused:
            return refusal(refused)
        return JSONResponse({"messages": messages})

    def _take(self, opinion: Opinion) -> list[dict[str, object]]:
        # Danger first: it is answered whether or not anything can be stored.
        reply = self._look_at(opinion.why) if opinion.why else None
        in_danger = reply is not None and reply.kind == "safety"
        try:
            if self._history.reply(opinion.conversation, opinion.message_id) is None:
                raise Refused(404, "no_such_reply", "That answer is not kept any more.")
            self._store.add(opinion.conversation, opinion.message_id, opinion.rating, opinion.why)
        except (SQLAlchemyError, FeedbackUnavailable) as error:
            log.warning("feedback could not be stored: %s", type(error).__name__)
            if not in_danger:
                raise Refused(503, "not_kept", NOT_KEPT) from None
        except Refused:
            if not in_danger:
                raise
        return reply.messages() if reply is not None and in_danger else []
