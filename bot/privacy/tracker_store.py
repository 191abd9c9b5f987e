"""Rasa's SQL tracker store, which writes nothing that identifies the visitor.

While a message is answered, Rasa's tracker holds it as it was typed; at the end the tracker is saved, and
what is saved is redacted. The next message starts from what was saved.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import event as engine_event

from bot.privacy import logs
from bot.privacy.conversations import DAY, DELETED, Conversations, is_sqlite, overwrite_deleted
from bot.privacy.events import Words, redacted_event
from bot.privacy.finding import Kind
from bot.settings import settings

_REMEMBER_SECONDS = 3600.0
_REMEMBER_AT_MOST = 1000  # conversations


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
        self._names = NamesSaid()
        logs.install()
        Words().redact("312 555 0100")  # reads its lists now, and not while the first visitor waits

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Saves the new events, redacted; or, after a request to delete, deletes all there is."""
        if asks_to_delete(tracker):
            self._names.forget(tracker.sender_id)
            await asyncio.to_thread(self._conversations.forget, tracker.sender_id)
            return
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
        words = Words(self._names.of(sender))
        for event in events:
            if isinstance(event, UserUttered):
                words.learn(event.text or "")
        self._names.add(sender, words.names())
        for event in events:
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


class NamesSaid:
    """The names visitors gave, in memory only, for an hour: "Tyler" said again is known to be a name."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, tuple[float, dict[str, Kind]]] = OrderedDict()

    def of(self, sender: str) -> dict[str, Kind]:
        """The names said in a conversation, with their tags."""
        until, names = self._names.get(sender, (0.0, {}))
        return names if until > time.monotonic() else {}

    def add(self, sender: str, names: dict[str, Kind]) -> None:
        """Remembers names; the oldest conversations make room."""
        self._names.pop(sender, None)
        now = time.monotonic()
        while self._names and next(iter(self._names.values()))[0] < now:
            self._names.popitem(last=False)
        if names:
            self._names[sender] = (now + _REMEMBER_SECONDS, names)
            if len(self._names) > _REMEMBER_AT_MOST:
                self._names.popitem(last=False)

    def forget(self, sender: str) -> None:
        """Drops a conversation's names."""
        self._names.pop(sender, None)


def asks_to_delete(tracker: DialogueStateTracker) -> bool:
    """Whether the turn that ends here deleted the conversation."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return False
        if isinstance(event, SlotSet) and event.key == DELETED:
            return bool(event.value)
    return False
