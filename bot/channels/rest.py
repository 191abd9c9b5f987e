"""Rasa's REST channel with checked input and no silence.

Rasa's own answers 200 with `[]` when anything goes wrong inside; a frightened visitor then sees
nothing. This one refuses unusable input with a reason, and answers a failure with emergency numbers.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, Sanic, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels import action_check
from bot.fallback import stand_in
from bot.knowledge.current import profile_now
from bot.privacy import logs
from bot.publishing.following import Follower
from bot.text import clean

logger = logging.getLogger(__name__)
action_check.install()  # Rasa loads its channels before it runs actions

SENDER_LIMIT = 128  # characters
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
MESSAGE_LIMIT = 100_000  # characters; more than 2,000 gets a kind reply, more than this a 400


class InvalidMessage(Exception):
    """The request body cannot be used; the message says what is expected."""


class CheckedRestInput(RestInput):
    """POST {"sender": str, "message": str, "message_id"?: str, "metadata"?: object}; answers a list of
    messages. The id is stored with the message."""

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes GET /, GET /model and POST /webhook."""
        routes = Blueprint("checked_rest", __name__)
        follower = Follower()

        @routes.listener("after_server_start")
        async def keep_words_out_of_logs(*_: object) -> None:
            logs.close()

        @routes.listener("after_server_start")
        async def follow_the_live_model(app: Sanic, _: object) -> None:
            app.add_task(follower.follow(app.ctx.agent))

        @routes.listener("after_server_start")
        async def follow_the_profile(*_: object) -> None:
            profile_now()  # so that the reply to a failure is up to date

        @routes.route("/model", methods=["GET"])
        async def model(request: Request) -> HTTPResponse:
            return response.json({"model": follower.loaded, "failed": follower.failed})

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            try:
                sender, text, message_id, metadata = read_message(request)
            except InvalidMessage as error:
                return response.json({"error": str(error)}, status=400)
            collector = CollectingOutputChannel()
            message = UserMessage(text, collector, sender, None, self.name(), message_id, metadata)
            try:
                await on_new_message(message)
            except Exception:
                # Neither text nor sender is logged: both are the visitor's secret.
                logger.exception("A message could not be handled")
            return response.json(collector.messages or stand_in(text).messages())

        return routes


def read_message(request: Request) -> tuple[str, str, str | None, dict[str, Any] | None]:
    """Sender, cleaned text, message id and metadata of a request. Raises InvalidMessage."""
    try:
        body = request.json
    except SanicException as error:
        raise InvalidMessage("the body is not valid JSON") from error
    if not isinstance(body, dict):
        raise InvalidMessage('expected a JSON object {"sender": "...", "message": "..."}')
    sender, text, metadata = body.get("sender"), body.get("message"), body.get("metadata")
    if not isinstance(sender, str) or not 0 < len(sender) <= SENDER_LIMIT or clean(sender) != sender:
        raise InvalidMessage(f'"sender" must be a text of 1 to {SENDER_LIMIT} characters')
    if not isinstance(text, str) or len(text) > MESSAGE_LIMIT:
        raise InvalidMessage(f'"message" must be a text of at most {MESSAGE_LIMIT:,} characters')
    message_id = body.get("message_id")
    if message_id is not None and not (isinstance(message_id, str) and _MESSAGE_ID.fullmatch(message_id)):
        raise InvalidMessage('"message_id" must be 16 to 64 letters, digits, "-" or "_"')
    if metadata is not None and not isinstance(metadata, dict):
        raise InvalidMessage('"metadata" must be an object')
    return sender, clean(text), message_id, metadata
