"""What was said in one conversation, as it is stored: redacted, from the tracker store's `events`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

from bot.privacy.conversations import is_sqlite
from bot.site.assistant import Messages

MOST_EVENTS = 4000  # of one conversation, the latest; a turn has about ten
_SAID = text(
    "SELECT data FROM (SELECT id, data, type_name FROM events WHERE sender_id = :sender "
    "ORDER BY id DESC LIMIT :most) AS latest WHERE type_name IN ('user', 'bot') ORDER BY id"
)


@dataclass(frozen=True)
class Turn:
    """A visitor's message, with its id where it came with one, and the messages that answered it."""

    message_id: str
    text: str
    messages: Messages

    def as_json(self) -> dict[str, Any]:
        """{"message_id", "text", "messages"}."""
        return {"message_id": self.message_id, "text": self.text, "messages": self.messages}


class History:
    """Reads the conversations in the database at `url` (SQLite or PostgreSQL)."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, poolclass=NullPool, hide_parameters=True, future=True)

    def turns(self, conversation: str) -> list[Turn]:
        """All turns that have an answer, in order; none where none are stored. Raises SQLAlchemyError."""
        if is_sqlite(self._engine) and not Path(str(self._engine.url.database)).exists():
            return []  # connecting would make the file
        with self._engine.connect() as connection:
            if not inspect(connection).has_table("events"):  # Rasa makes its table at its first start
                return []
            rows = connection.execute(_SAID, {"sender": conversation, "most": MOST_EVENTS}).scalars().all()
        turns: list[Turn] = []
        for event in map(json.loads, rows):
            if event["event"] == "user" and event.get("text"):
                turns.append(Turn(str(event.get("message_id") or ""), event["text"], []))
            elif event["event"] == "bot" and turns:
                turns[-1].messages.append(_message(event))
        return [turn for turn in turns if turn.messages]

    def reply(self, conversation: str, message_id: str) -> Messages | None:
        """What the message of that id was answered, or None. Raises SQLAlchemyError."""
        turns = self.turns(conversation)
        return next((turn.messages for turn in turns if turn.message_id == message_id), None)


def _message(event: dict[str, Any]) -> dict[str, Any]:
    """As Rasa's REST channel sent it."""
    data = event.get("data") or {}
    message = {"text": event.get("text"), "buttons": data.get("buttons"), "custom": data.get("custom")}
    return {key: value for key, value in message.items() if value}
