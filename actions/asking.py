"""Where the form that asks for a call stands: what it asked for last, and what was given so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet

from bot.callbacks.errors import Field
from bot.callbacks.form import FIELDS, FORM, GivenField
from bot.callbacks.request import Details, checked
from bot.callbacks.words import CallbackWords, Sentences
from bot.privacy.memory import Remembered

REQUESTED_SLOT = "requested_slot"  # Rasa's name for what a form asks for


@dataclass(frozen=True)
class Draft:
    """A request that is not whole yet; `consent` was agreed to at `agreed` (UTC)."""

    consent: str
    agreed: datetime
    given: Mapping[GivenField, str | None] = field(default_factory=dict, repr=False)

    def having(self, name: GivenField, value: str | None) -> Draft:
        """With one more thing given."""
        return replace(self, given={**self.given, name: value})

    @property
    def missing(self) -> GivenField | None:
        """What has to be asked for next."""
        return next((name for name in FIELDS if name not in self.given), None)

    def details(self, country: str) -> Details:
        """The whole request. Raises InvalidRequestError."""
        return checked(
            name=self.given.get("name"),
            phone=self.given.get("phone"),
            best_time=self.given.get("best_time"),
            consent=self.consent,
            agreed=True,
            agreed_at=self.agreed,
            country=country,
        )


# In this process's memory, and nowhere else, until the request is whole.
DRAFTS: Remembered[Draft] = Remembered()


def asked_for(tracker: Tracker) -> Field | None:
    """What the form asked for last; None when it is not going on."""
    if (tracker.active_loop or {}).get("name") != FORM:
        return None
    return cast(Field, tracker.get_slot(REQUESTED_SLOT) or "consent")


def asking(what: Field) -> list[dict[str, Any]]:
    """The events by which the form goes on and asks for that. They also undo a rejection."""
    return [ActiveLoop(FORM), SlotSet(REQUESTED_SLOT, what)]


def leaving(tracker: Tracker) -> list[dict[str, Any]]:
    """The events by which the form ends; what was given so far is dropped."""
    DRAFTS.forget(tracker.sender_id)
    return [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)]


def question(words: CallbackWords, what: GivenField) -> Sentences:
    """The words that ask for it."""
    return {"name": words.ask_name, "phone": words.ask_phone, "best_time": words.ask_time}[what]
