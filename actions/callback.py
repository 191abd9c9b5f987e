"""The form in which a visitor asks to be called: consent, a name, a number and a good time.

It takes the place of Rasa's own form action, which would keep what is typed in slots. Here it waits in this
process's memory, and ends in bot/callbacks. What is typed is not stored with the conversation either
(bot/privacy/tracker_store.py). What is no answer to the form is left to Rasa's policies, and asked for again
after their answer (`with_open_question` in actions/base.py).
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Tracker

from actions.asking import DRAFTS, Draft, asked_for, asking, leaving, question
from actions.base import Events, NotForThisAction, ReplyAction, house
from bot.callbacks import typed
from bot.callbacks.errors import CallbacksError, Field, InvalidRequestError
from bot.callbacks.form import FORM, GivenField
from bot.callbacks.repository import callbacks
from bot.callbacks.request import checked_field
from bot.callbacks.taking import take
from bot.callbacks.words import Sentences
from bot.fallback import centre_contacts
from bot.knowledge.answers import Snapshot
from bot.knowledge.profile import CentreProfile
from bot.language.thresholds import CHOSEN
from bot.replies import in_words
from bot.reply import Button, Reply
from bot.settings import settings
from bot.text import LONGEST

ASK_FOR_A_CALL = Button("Ask for a call", "/request_callback")
_YES_OR_NO = (Button("Yes", "/affirm"), Button("No", "/deny"))
_LONGEST_YES = 5  # words
# An intent that a good time may be taken for: "tomorrow evening".
_LIKE_A_TIME = frozenset(
    {"nlu_fallback", "out_of_scope", "time_of_day", "contact", "weekly_schedule", "human"}
)

log = logging.getLogger(__name__)


class CallbackForm(ReplyAction):
    """Asks for one thing after the other, and stores the request when it has all."""

    def name(self) -> str:
        return FORM

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        message, words = tracker.latest_message, house().callback_words
        profile = snapshot.profile
        if not callbacks().on:
            return _with_contacts(words.off, profile), leaving(tracker)
        asked = asked_for(tracker)
        if asked is None:
            return _consent(profile), asking("consent")
        if len(message["text"]) > LONGEST:
            raise NotForThisAction
        if typed.gives_up(message["text"]) or (asked != "best_time" and _says_no(message)):
            return _said(words.cancelled, profile), leaving(tracker)
        if asked == "consent":
            if _says_yes(message):
                DRAFTS.put(tracker.sender_id, Draft(consent_text(profile), datetime.now(timezone.utc)))
                return _said(words.ask_name, profile), asking("name")
            if _asks_for_a_call(message):
                return _consent(profile), asking("consent")
            raise NotForThisAction
        draft = DRAFTS.get(tracker.sender_id)
        if draft is None:
            return _consent(profile, words.lost), asking("consent")
        return self._go_on(tracker, asked, draft, profile)

    def _go_on(
        self, tracker: Tracker, asked: Field, draft: Draft, profile: CentreProfile
    ) -> tuple[Reply, Events]:
        words, country = house().callback_words, settings().country
        message = tracker.latest_message
        given = given_in(message, asked, country)
        if not given and not _asks_for_a_call(message):
            raise NotForThisAction
        for name, value in given.items():
            try:
                draft = draft.having(name, checked_field(name, value, country))
            except InvalidRequestError as error:
                DRAFTS.put(tracker.sender_id, draft)
                return _said((*words.again(error), *words.to_stop), profile), asking(error.field)
        if draft.missing is not None:
            DRAFTS.put(tracker.sender_id, draft)
            return _said(question(words, draft.missing), profile), asking(draft.missing)
        try:
            take(draft.details(country))
        except CallbacksError as error:
            log.error("a call-back request could not be stored: %s", error)
            return _with_contacts(words.failed, profile), leaving(tracker)
        return _with_contacts(words.done, profile), leaving(tracker)


def with_offer_of_a_call(reply: Reply, profile: CentreProfile) -> Reply:
    """The reply with the way to the form, where requests are taken."""
    if not callbacks().on:
        return reply
    offer = in_words(house().callback_words.offer, profile)
    return replace(
        reply,
        texts=(*reply.texts[:-1], f"{reply.texts[-1]} {offer}"),
        buttons=(*reply.buttons, ASK_FOR_A_CALL),
        callback_consent=consent_text(profile),
    )


def given_in(message: dict[str, Any], asked: Field, country: str) -> dict[GivenField, str]:
    """What a message gives of what was asked for: the number may come with the name. Empty for anything
    else that was said."""
    text = message["text"]
    if text.startswith("/") or (asked == "best_time" and message.get("safety")):
        return {}
    found: dict[GivenField, str] = {}
    if asked == "best_time":
        time = typed.time_in(text)
        if time is not None and (not time or typed.is_time(time) or not _is_understood(message)):
            found["best_time"] = time
        return found
    phone = typed.phone_in(text, country)
    if asked == "name":
        name = typed.name_in(typed.name_before_phone(text) if phone else text)
        if name is not None:
            found["name"] = name
        elif phone is None and any(map(str.isdigit, text)) and not typed.asks(text):
            found["name"] = text  # "B0b": asked for again
    if phone is not None:
        found["phone"] = phone
    return found


def consent_text(profile: CentreProfile) -> str:
    """What a visitor agrees to."""
    return house().callback_words.consent_text(profile, settings().callbacks_keep_days)


def _consent(profile: CentreProfile, before: Sentences = ()) -> Reply:
    text = consent_text(profile)
    texts = (in_words(before, profile), text, in_words(house().callback_words.say_yes_or_no, profile))
    return Reply(
        "human",
        tuple(filter(None, texts)),
        contacts=centre_contacts(profile),
        buttons=_YES_OR_NO,
        callback_consent=text,
    )


def _said(sentences: Sentences, profile: CentreProfile) -> Reply:
    return Reply("human", (in_words(sentences, profile),))


def _with_contacts(sentences: Sentences, profile: CentreProfile) -> Reply:
    return replace(_said(sentences, profile), contacts=centre_contacts(profile))


def _says_yes(message: dict[str, Any]) -> bool:
    return typed.agrees(message["text"]) or (
        _is(message, "affirm") and "?" not in message["text"] and len(message["text"].split()) <= _LONGEST_YES
    )


def _says_no(message: dict[str, Any]) -> bool:
    return typed.says_no(message["text"]) or (message["text"].startswith("/") and _is(message, "deny"))


def _asks_for_a_call(message: dict[str, Any]) -> bool:
    return _is(message, "request_callback")


def _is_understood(message: dict[str, Any]) -> bool:
    return message["intent"]["name"] not in _LIKE_A_TIME and message["intent"]["confidence"] >= CHOSEN


def _is(message: dict[str, Any], *intents: str) -> bool:
    return message["intent"]["name"] in intents and message["intent"]["confidence"] >= CHOSEN
