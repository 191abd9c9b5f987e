"""The Rasa side alone: what was said last comes from the tracker, and replies stay as they were composed."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.messaging import Collector, RasaBrain
from bot.channels.rendering import Said
from tests.channels.conftest import ANSWER, BUTTONS


def uttered(message: dict) -> BotUttered:
    """As Rasa keeps a message of an action."""
    return BotUttered(message.get("text"), {key: message.get(key) for key in ("buttons", "custom")})


async def nothing(_: UserMessage) -> None:
    pass


def last_reply(*events) -> tuple[float, Said]:
    async def scene():
        store = InMemoryTrackerStore(Domain.empty())
        await store.save(DialogueStateTracker.from_events("telegram-abc", list(events)))
        brain = RasaBrain(nothing)
        brain.app = SimpleNamespace(ctx=SimpleNamespace(agent=SimpleNamespace(tracker_store=store)))
        at, messages = await brain.last_reply("telegram-abc")
        return at, Said.of(messages)

    return asyncio.run(scene())


def test_what_was_said_last_is_read_from_the_tracker():
    first, second = UserUttered("hi", timestamp=1.0), UserUttered("how long", timestamp=2.0)
    replies = [uttered(message) for message in ANSWER.messages()]
    at, said = last_reply(
        first, BotUttered("Hello."), second, ActionExecuted("action_answer"), *replies, SlotSet("x", 1)
    )
    assert at == 2.0
    assert said.texts == ANSWER.texts
    assert said.buttons == BUTTONS
    assert said.custom["kind"] == "answer"


def test_nothing_was_said_before_the_first_message():
    assert last_reply()[1].texts == ()


def test_rasas_messages_are_kept_whole():
    """Rasa's own collector makes two messages of a text with a blank line."""

    async def scene():
        async def say(message: UserMessage) -> None:
            assert (message.text, message.sender_id, message.input_channel) == ("hi", "sms-abc", "sms")
            await message.output_channel.send_response("sms-abc", {"text": "One.\n\nTwo.", "custom": None})

        return await RasaBrain(say).ask("sms-abc", "hi", "sms")

    assert Said.of(asyncio.run(scene())).texts == ("One.\n\nTwo.",)
    assert Collector.name()
