"""What Rasa's tracker store writes, and what it gives back."""

from __future__ import annotations

import asyncio
import json
import time
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import create_engine, text

from bot.callbacks.form import FORM
from bot.privacy.conversations import DAY, DELETED
from bot.privacy.tracker_store import RedactingTrackerStore

DOMAIN = Domain.from_yaml(
    'version: "3.1"\nintents: [a]\nslots:\n  conversation_deleted: {type: bool, mappings: [{type: custom}]}\n'
    "  last_answer: {type: any, mappings: [{type: custom}]}\nforms: {callback_form: {required_slots: []}}\n"
)
SENDER = "secret-sender-0123456789"


@pytest.fixture
def store(url: str) -> RedactingTrackerStore:
    return RedactingTrackerStore(domain=DOMAIN, host=url)


def turn(store: RedactingTrackerStore, *events: Event) -> None:
    """One message as Rasa handles it: the tracker is loaded, goes on, and is saved."""

    async def handle() -> None:
        tracker = await store.get_or_create_tracker(SENDER)
        if not tracker.events or not any(isinstance(event, SessionStarted) for event in tracker.events):
            tracker.update(SessionStarted())
        for event in events:
            event.timestamp = time.time()  # not when the test wrote it, before the session began
            tracker.update(event)
        await store.save(tracker)

    asyncio.run(handle())


def said(words: str) -> UserUttered:
    return UserUttered(
        words, {"name": "a", "confidence": 0.9}, parse_data={"text": words, "intent": {"name": "a"}}
    )


def stored(url: str) -> list[dict[str, Any]]:
    with create_engine(url, future=True).connect() as connection:
        rows = connection.execute(text("SELECT sender_id, intent_name, data FROM events ORDER BY id")).all()
    return [{**json.loads(data), "sender": sender, "intent_column": intent} for sender, intent, data in rows]


def test_the_words_are_redacted_and_the_rest_is_as_rasa_stores_it(
    url: str, store: RedactingTrackerStore
) -> None:
    turn(store, said("my name is Tyler"), ActionExecuted("action_x"), BotUttered("Hello Tyler"))
    user = next(event for event in stored(url) if event["event"] == "user")
    assert user["text"] == user["parse_data"]["text"] == "my name is <name>"
    assert (user["sender"], user["intent_column"]) == (SENDER, "a")
    assert [event["event"] for event in stored(url)][-3:] == ["user", "action", "bot"]
    assert "Tyler" not in json.dumps(stored(url))


def test_the_running_message_keeps_its_words(store: RedactingTrackerStore) -> None:
    tracker = DialogueStateTracker.from_events(
        SENDER, [SessionStarted(), said("my name is Tyler")], domain=DOMAIN
    )
    asyncio.run(store.save(tracker))
    assert tracker.latest_message is not None
    assert tracker.latest_message.text == "my name is Tyler"


def test_the_next_message_starts_from_what_was_stored(url: str, store: RedactingTrackerStore) -> None:
    turn(store, said("call 312-555-0188"))
    turn(store, said("hello again"))
    tracker = asyncio.run(store.retrieve(SENDER))
    assert tracker is not None
    words = [event.text for event in tracker.events if isinstance(event, UserUttered)]
    assert words == ["call <phone>", "hello again"], "nothing is stored twice, nothing is lost"


def test_a_name_said_once_is_known_in_later_messages(url: str, store: RedactingTrackerStore) -> None:
    turn(store, said("my name is Quillfeather"))
    turn(store, said("will quillfeather need a ride"))
    assert "quillfeather" not in json.dumps(stored(url)).lower()


def asked(what: str) -> list[Event]:
    """The form asks for something."""
    return [ActionExecuted(FORM), ActiveLoop(FORM), SlotSet(REQUESTED_SLOT, what)]


@pytest.mark.parametrize("what", ["name", "phone", "best_time"])
@pytest.mark.parametrize("by", [[ActionExecuted(FORM)], [ActionExecuted("action_safety")], []], ids=len)
def test_what_a_form_is_given_is_not_stored(
    url: str, store: RedactingTrackerStore, what: str, by: list[Event]
) -> None:
    """Whoever answers; and where nobody does, because the action server is away."""
    turn(store, said("call me"), *asked(what))
    turn(store, said("more"), *by)  # an ordinary word may be a name too
    assert [event["text"] for event in stored(url) if event["event"] == "user"] == ["call me", "<callback>"]
    [*_, user] = [event for event in stored(url) if event["event"] == "user"]
    assert user["parse_data"]["text"] == "<callback>"
    assert user["parse_data"]["intent"]["name"] == "a", "what was understood is kept"


def test_an_ordinary_question_inside_a_form_is_stored_and_another_only_as_understood(
    url: str, store: RedactingTrackerStore
) -> None:
    turn(store, said("call me"), *asked("name"))
    turn(store, said("how much is it"), ActionExecuted("action_answer"), *asked("name")[1:])
    remembered = {"topics": ["cost"], "asked": {"cost": {"text": "is it much, quillfeather"}}}
    answered = [ActionExecuted("action_answer"), SlotSet("last_answer", remembered), *asked("name")[1:]]
    turn(store, said("is it much, quillfeather"), *answered)
    assert [event["text"] for event in stored(url) if event["event"] == "user"] == [
        "call me",
        "how much is it",
        "<callback>",
    ]
    assert "quillfeather" not in json.dumps(stored(url))
    [slot] = [event["value"] for event in stored(url) if event.get("name") == "last_answer"]
    assert slot == {"topics": ["cost"], "asked": {"cost": {"text": "<callback>"}}}


def test_when_the_form_is_over_words_are_stored_again(url: str, store: RedactingTrackerStore) -> None:
    turn(store, said("call me"), *asked("name"))
    turn(store, said("cancel"), ActionExecuted(FORM), ActiveLoop(None), SlotSet(REQUESTED_SLOT, None))
    turn(store, said("what about evenings"), ActionExecuted("action_answer"))
    assert stored(url)[-2]["text"] == "what about evenings"


def test_after_a_deletion_nothing_is_left_and_others_stay(url: str, store: RedactingTrackerStore) -> None:
    turn(store, said("hello"), BotUttered("hi"))
    other = DialogueStateTracker.from_events("another", [SessionStarted(), said("stays")], domain=DOMAIN)
    asyncio.run(store.save(other))
    turn(store, said("delete it"), ActionExecuted("action_delete_conversation"), SlotSet(DELETED, True))
    assert {event["sender"] for event in stored(url)} == {"another"}
    turn(store, said("hello anew"))
    assert [event["text"] for event in stored(url) if event["event"] == "user"] == ["stays", "hello anew"]


def test_a_conversation_that_expires_while_it_goes_on_does_not_come_back(
    url: str, store: RedactingTrackerStore
) -> None:
    old, new = said("forty days ago"), said("hello again")
    started = SessionStarted()
    started.timestamp = old.timestamp = time.time() - 40 * DAY
    tracker = DialogueStateTracker.from_events(SENDER, [started, old], domain=DOMAIN)
    new.timestamp = time.time()
    tracker.update(new)  # loaded before the command ran, saved after it
    asyncio.run(store.save(tracker))
    assert [event["text"] for event in stored(url) if event["event"] == "user"] == ["hello again"]


def test_what_goes_to_an_event_broker_is_redacted_too(url: str) -> None:
    published: list[dict[str, Any]] = []
    broker: Any = SimpleNamespace(publish=published.append)
    store = RedactingTrackerStore(domain=DOMAIN, host=url, event_broker=broker)
    turn(store, said("my name is Quillfeather"), BotUttered("Hello Quillfeather"))
    turn(store, said("will quillfeather need a ride"))
    words = [event["text"] for event in published if event["event"] in ("user", "bot")]
    assert words == ["my name is <name>", "Hello <name>", "will <name> need a ride"]
    assert "quillfeather" not in json.dumps(published).lower()


def test_what_cannot_be_written_is_not_quoted(store: RedactingTrackerStore) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE events"))
    tracker = DialogueStateTracker.from_events(
        SENDER, [SessionStarted(), said("secret words")], domain=DOMAIN
    )
    with pytest.raises(Exception, match="events") as raised:
        asyncio.run(store.save(tracker))
    assert "secret words" not in str(raised.value)
    assert SENDER not in str(raised.value)
