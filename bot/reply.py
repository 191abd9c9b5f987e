"""The reply contract: what one reply to a visitor holds, on every channel.

A reply becomes ordinary Rasa messages (text and buttons) and exactly one message whose `custom`
object tells the widget, the tests and the reviewers what was answered and from where.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from bot.cards import Card, to_json

Kind = Literal[
    "answer",
    "clarify",
    "unknown",
    "safety",
    "medical_advice",
    "human",
    "sources",
    "rephrase",
    "small_talk",
    "capabilities",
    "privacy",
]
DELETED_CARD = {"type": "deleted"}
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True)
class Button:
    """A quick reply: what it shows and the message it sends, usually "/<intent>"."""

    title: str
    payload: str


@dataclass(frozen=True)
class Contact:
    """Someone to call or write to; `href` is a tel:, sms: or https: link."""

    label: str
    detail: str
    href: str


@dataclass(frozen=True)
class Source:
    """Where a sentence of an answer comes from; `document` is a file name."""

    document: str
    title: str
    section: str


@dataclass(frozen=True)
class Reply:
    """One reply. `texts` are said in order, and the buttons go with the last of them."""

    kind: Kind
    texts: tuple[str, ...]
    topics: tuple[str, ...] = ()
    safety: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    contacts: tuple[Contact, ...] = ()
    cards: tuple[Card, ...] = ()
    buttons: tuple[Button, ...] = ()
    callback_consent: str = ""  # what is agreed to: the widget may show its own form for a call-back request
    deleted: bool = False  # the conversation is deleted: whoever holds something of it lets go

    def custom(self) -> dict[str, Any]:
        """The `custom` object, JSON-ready."""
        cards = [to_json(card) for card in self.cards]
        if self.contacts:
            cards.append({"type": "contacts", "contacts": [vars(contact) for contact in self.contacts]})
        if self.callback_consent:
            cards.append({"type": "callback_form", "consent": self.callback_consent})
        if self.deleted:
            cards.append(dict(DELETED_CARD))
        return {
            "kind": self.kind,
            "topics": list(self.topics),
            "safety": list(self.safety),
            "sources": [vars(source) for source in self.sources],
            "cards": cards,
        }

    def messages(self) -> list[dict[str, Any]]:
        """Rasa messages: {"text", "buttons"?} for each text, then one {"custom"}."""
        messages: list[dict[str, Any]] = [{"text": text} for text in self.texts]
        if self.buttons and messages:
            messages[-1]["buttons"] = [vars(button) for button in self.buttons]
        return [*messages, {"custom": self.custom()}]
