"""The Rasa side of the messaging apps: one input channel for all of them.

The site hands on to it what vendors deliver: /webhooks/<channel> there is /webhooks/messaging/<channel> here.
docs/channels.md says why these are not Rasa's own connectors.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.events import BotUttered, UserUttered
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.configured import reception
from bot.channels.reception import Messages
from bot.channels.vendor import Delivery
from bot.fallback import stand_in
from bot.knowledge.current import profile_now
from bot.safety.resources import emergency_contacts
from bot.settings import settings

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


def _picture(card: Mapping[str, Any]) -> bytes | None:
    from bot.channels.pictures import picture  # Matplotlib is slow to import

    return picture(card)


class MessagingInput(InputChannel):
    """Telegram, Slack, Messenger, SMS and WhatsApp: those whose variables are set (docs/settings.md)."""

    @classmethod
    def name(cls) -> str:
        """The last part of its address."""
        return "messaging"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes /<channel> and /pictures/<name>."""
        config = settings()
        brain = RasaBrain(on_new_message)
        emergency = emergency_contacts(config.data_dir, config.country)
        desk = reception(config, brain, profile_now, emergency, stand_in, draw=_picture)
        routes = Blueprint("messaging", __name__)

        @routes.listener("after_server_start")
        async def start(app: Sanic, *_: object) -> None:
            brain.app = app
            profile_now()  # begins to follow it
            brain.starting = asyncio.ensure_future(desk.start())

        @routes.listener("before_server_stop")
        async def stop(*_: object) -> None:
            await desk.stop()

        @routes.route("/<channel:str>", methods=["GET", "POST"])
        async def receive(request: Request, channel: str) -> HTTPResponse:
            if channel not in desk.vendors:
                return response.empty(404)
            headers = {name.lower(): value for name, value in request.headers.items()}
            query = {name: values[0] for name, values in request.args.items()}
            answer = await desk.handle(channel, Delivery(request.method, headers, query, request.body))
            return response.text(answer.text, answer.status) if answer.text else response.empty(answer.status)

        @routes.route("/pictures/<name:str>", methods=["GET"])
        async def picture(_: Request, name: str) -> HTTPResponse:
            png = desk.picture(name.removesuffix(".png"))
            return response.raw(png, content_type="image/png") if png else response.empty(404)

        return routes


class RasaBrain:
    """Rasa, asked directly. `app` is its server, from its start on."""

    app: Sanic
    starting: asyncio.Task[None]

    def __init__(self, on_new_message: OnNewMessage) -> None:
        self._on_new_message = on_new_message

    async def ask(self, sender: str, text: str, channel: str) -> Messages:
        """See Brain."""
        collector = Collector()
        await self._on_new_message(UserMessage(text, collector, sender, input_channel=channel))
        return collector.messages

    async def last_reply(self, sender: str) -> tuple[float, Messages]:
        """See Brain. What was said comes from the tracker, and so outlives a restart."""
        tracker = await self.app.ctx.agent.tracker_store.retrieve(sender)
        said: Messages = []
        for event in reversed(tracker.events if tracker else []):
            if isinstance(event, UserUttered):
                return event.timestamp, said
            if isinstance(event, BotUttered):
                said.insert(0, event.message())
        return 0.0, said


class Collector(OutputChannel):
    """Keeps Rasa's messages as they are: Rasa's own collector would cut texts at blank lines."""

    def __init__(self) -> None:
        self.messages: Messages = []

    @classmethod
    def name(cls) -> str:
        """What Rasa calls it."""
        return "collector"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps one message."""
        self.messages.append(message)
