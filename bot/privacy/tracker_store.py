"""Rasa's SQL tracker store, which writes nothing that identifies the visitor.

While a message is answered, Rasa's tracker holds it as it was typed; at the end the tracker is saved, and
what is saved is redacted. The next message starts from what was saved.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import event as engine_event

from bot.callbacks.form import FIELDS, FORM
from bot.privacy import logs
from bot.privacy.conversations import DAY, DELETED, Conversations, is_sqlite, overwrite_deleted
from bot.privacy.events import Words, redacted_event, withheld_event
from bot.privacy.finding import Kind
from bot.privacy.memory import Remembered
from bot.privacy.text import is_ordinary
from bot.settings import settings

_OF_THE_FORM = frozenset({FORM, "action_safety"})  # actions whose turns may hold a name beside other words


class RedactingTrackerStore(SQLTrackerStore):
    """A SQLTrackerStore that redacts events before it saves or publishes them, and forgets on request."""

    def __init__(self, domain: Domain | None = None, host: str | None = None, **kwargs: Any) -> None:
        super().__init__(domain=domain, host=host, **kwargs)
        # An error would otherwise quote the rows it could not write.
        self.engine.hide_parameters = True
        if is_sqlite(self.engine):
            engine_event.listen(self.engine, "connect", overwrite_deleted)
            self.engine.dispose()
        address = self.engine.url.render_as_string(hide_password=False)
        self._conversations = Conversations(address)
        # "Tyler" said again is known to be a name.
        self._names: Remembered[dict[str, Kind]] = Remembered()
        self._withheld: dict[str, dict[int, str]] = {}  # while a conversation is saved
        logs.install()
        Words().redact("312 555 0100")  # reads its lists now, and not while the first visitor waits

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Saves the new events, redacted; or, after a request to delete, deletes all there is."""
        if asks_to_delete(tracker):
            self._names.forget(tracker.sender_id)
            await asyncio.to_thread(self._conversations.forget, tracker.sender_id)
            return
        self._withheld[tracker.sender_id] = withheld_events(tracker.events)
        try:
            await self._save(tracker)
        finally:
            del self._withheld[tracker.sender_id]

    async def _save(self, tracker: DialogueStateTracker) -> None:
        await self.stream_events(tracker)
        with self.session_scope() as session:
            events = list(self._additional_events(session, tracker))
            # If an old conversation expired while this message was answered, only the message is saved.
            oldest = time.time() - settings().keep_days * DAY
            fresh = [event for event in events if (event.timestamp or 0) >= oldest]
            for data in self._redacted(tracker.sender_id, fresh):
                session.add(self._row(tracker.sender_id, data))
            session.commit()

    async def _stream_new_events(self, event_broker: Any, new_events: list[Event], sender_id: str) -> None:
        for data in self._redacted(sender_id, new_events):
            event_broker.publish({"sender_id": sender_id, **data})

    def _redacted(self, sender: str, events: Sequence[Event]) -> Iterator[dict[str, Any]]:
        words = Words(self._names.get(sender))
        withheld = self._withheld.get(sender, {})
        for event in events:
            if isinstance(event, UserUttered):
                words.learn(event.text or "")
                if withheld.get(id(event)) == "name":
                    words.learn_name(event.text or "")
        if names := words.names():
            self._names.put(sender, names)
        for event in events:
            if id(event) in withheld:
                yield withheld_event(event.as_dict())
            else:
                yield redacted_event(event.as_dict(), words)

    def _row(self, sender: str, data: dict[str, Any]) -> Any:
        return self.SQLEvent(
            sender_id=sender,
            type_name=data["event"],
            timestamp=data.get("timestamp"),
            intent_name=(data.get("parse_data") or {}).get("intent", {}).get("name"),
            action_name=data.get("name"),
            data=json.dumps(data),
        )


def asks_to_delete(tracker: DialogueStateTracker) -> bool:
    """Whether the turn that ends here deleted the conversation."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return False
        if isinstance(event, SlotSet) and event.key == DELETED:
            return bool(event.value)
    return False


def withheld_events(events: Iterable[Event]) -> dict[int, str]:
    """The events of the turns in which the form may have been given something: by id(), what it asked for.

    Such a turn is one in which it asked for a name, a number or a time. Only where another action answered,
    and every word is an ordinary one, was it certainly something else ("how much is it").
    """
    found: dict[int, str] = {}
    turn: list[Event] = []
    active, asked, wanted = None, "", ""  # wanted: what was asked for as the turn began
    for event in events:
        if isinstance(event, UserUttered):
            _close(turn, wanted, found)
            turn, wanted = [], asked if active == FORM and asked in FIELDS else ""
        elif isinstance(event, (SessionStarted, Restarted)):
            active = None
        elif isinstance(event, ActiveLoop):
            active = event.name
        elif isinstance(event, SlotSet) and event.key == REQUESTED_SLOT:
            asked = event.value or ""
        turn.append(event)
    _close(turn, wanted, found)
    return found


def _close(turn: Sequence[Event], wanted: str, found: dict[int, str]) -> None:
    if not wanted:
        return
    actions = (event.action_name for event in turn if isinstance(event, ActionExecuted))
    by = next((action for action in actions if action != ACTION_LISTEN_NAME), FORM)
    if by in _OF_THE_FORM or not is_ordinary(turn[0].text or ""):
        found.update((id(event), wanted) for event in turn if isinstance(event, (UserUttered, SlotSet)))
