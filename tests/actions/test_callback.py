"""The form where the house is not as it should be: no key, a database away, what was typed forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk import Tracker

import actions.asking
import actions.base
import actions.callback
from actions.asking import DRAFTS, FORM, Draft
from actions.base import NotForThisAction
from actions.callback import CallbackForm
from bot.callbacks.errors import UnavailableError
from bot.callbacks.keys import Keys, new_key
from bot.callbacks.repository import Callbacks
from bot.callbacks.request import Details
from bot.callbacks.words import read_words
from bot.knowledge.answers import Snapshot
from bot.knowledge.reading import read_data
from bot.settings import settings

SNAPSHOT = Snapshot(*read_data(settings().data_dir))
SENDER = "visitor"


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    words = read_words(settings().data_dir)
    monkeypatch.setattr(actions.callback, "house", lambda: SimpleNamespace(callback_words=words))
    keys = Keys([new_key()])
    monkeypatch.setattr(actions.callback, "callbacks", lambda: Callbacks("sqlite:///unused.db", keys))
    yield
    DRAFTS.forget(SENDER)


@pytest.fixture
def off(on: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions.callback, "callbacks", lambda: Callbacks("sqlite:///unused.db", Keys([])))


def tracker(text: str, asked: str | None = None, intent: str = "nlu_fallback") -> Tracker:
    message = {"text": text, "intent": {"name": intent, "confidence": 1.0}}
    loop = {"name": FORM} if asked else {}
    return Tracker(SENDER, {"requested_slot": asked}, message, [], False, None, loop, "callback_form")


def reply(text: str, asked: str | None = None, intent: str = "nlu_fallback") -> tuple[Any, dict[str, Any]]:
    """The reply, and what its events leave: the loop that goes on and the slot."""
    said, events = CallbackForm().reply(tracker(text, asked, intent), SNAPSHOT)
    return said, {event["event"]: event.get("value", event["name"]) for event in events}


@pytest.mark.usefixtures("off")
@pytest.mark.parametrize("asked", [None, "consent", "phone"])
def test_without_a_key_it_is_said_honestly_with_the_number(asked: str | None) -> None:
    said, left = reply("call me", asked, "request_callback")
    assert "can't take requests" in said.texts[0]
    assert "+1 312 555 0142" in said.texts[0]
    assert said.contacts[0].href == "tel:+13125550142"
    assert said.callback_consent == ""
    assert left["active_loop"] is None


@pytest.mark.usefixtures("off")
def test_without_a_key_a_call_is_not_offered() -> None:
    from bot.reply import Reply

    plain = Reply("human", ("Call us.",))
    assert actions.callback.with_offer_of_a_call(plain, SNAPSHOT.profile) is plain


@pytest.mark.usefixtures("on")
def test_what_was_forgotten_is_owned_up_to() -> None:
    said, left = reply("773-555-0143", "phone")
    assert "no longer have" in said.texts[0]
    assert left == {"active_loop": FORM, "slot": "consent"}


@pytest.mark.usefixtures("on")
def test_a_database_that_is_away_is_owned_up_to(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(details: Details) -> None:
        raise UnavailableError("away")

    monkeypatch.setattr(actions.callback, "take", away)
    reply("yes", "consent")
    reply("Thessaly", "name")
    reply("773-555-0143", "phone")
    said, left = reply("any time", "best_time")
    assert "could not save" in said.texts[0]
    assert said.contacts
    assert left["active_loop"] is None
    assert DRAFTS.get(SENDER) is None


@pytest.mark.usefixtures("on")
@pytest.mark.parametrize("text", ["no", "yes", "ok"])
def test_a_bare_yes_or_no_is_no_time(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(actions.callback, "take", lambda details: pytest.fail("nothing may be stored"))
    for asked, words in (("consent", "yes"), ("name", "Thessaly"), ("phone", "773-555-0143")):
        reply(words, asked)
    said, left = reply(text, "best_time", "deny" if text == "no" else "affirm")
    assert "any time" in said.texts[0]
    assert left["slot"] == "best_time"


@pytest.mark.usefixtures("on")
@pytest.mark.parametrize("asked", ["consent", "name", "phone", "best_time"])
def test_what_is_far_too_long_is_no_answer(asked: str) -> None:
    reply("yes", "consent")
    with pytest.raises(NotForThisAction):
        reply("a " * 50_000, asked)


@pytest.mark.usefixtures("on")
def test_what_waits_shows_nothing_when_it_is_printed() -> None:
    for asked, words in (("consent", "yes"), ("name", "Thessaly")):
        reply(words, asked)
    draft = DRAFTS.get(SENDER)
    assert isinstance(draft, Draft)
    assert "Thessaly" not in repr(draft)
    assert replace(draft).missing == "phone"
