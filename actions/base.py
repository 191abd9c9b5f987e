"""The base of all actions: composes one reply, and says it as the reply contract asks."""

from __future__ import annotations

import abc
import logging
import traceback
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.asking import asked_for, asking, leaving, question
from bot.callbacks.form import FORM
from bot.callbacks.words import CallbackWords, read_words
from bot.fallback import stand_in
from bot.knowledge.answers import Snapshot
from bot.knowledge.current import profile_now
from bot.knowledge.database import open_database
from bot.knowledge.nearest import Nearest
from bot.knowledge.profile import CentreProfile
from bot.knowledge.repository import KnowledgeRepository
from bot.language.encoder import SentenceEncoder
from bot.privacy import logs
from bot.replies import FixedReplies, in_words, read_replies
from bot.reply import Reply
from bot.safety.resources import SafetyResources, read_resources
from bot.settings import settings

log = logging.getLogger(__name__)

Events = list[dict[str, Any]]
ACTION_LISTEN = "action_listen"


@dataclass(frozen=True)
class House:
    """What the actions share in one process."""

    repository: KnowledgeRepository
    nearest: Nearest
    replies: FixedReplies
    callback_words: CallbackWords
    safety: SafetyResources


@lru_cache(maxsize=1)
def house() -> House:
    """Opened at the first message. Raises DataError or DatabaseError."""
    config = settings()
    repository = KnowledgeRepository(open_database(config.database_url))
    return House(
        repository,
        Nearest(SentenceEncoder.load().encode, config.vectors_file),
        read_replies(config.data_dir / "replies.yml", repository.snapshot().knowledge.topics),
        read_words(config.data_dir),
        read_resources(config.data_dir / "safety" / "resources.yml", config.country),
    )


def warm_up() -> None:
    """Reads and encodes what the first reply would have to."""
    try:
        house().repository.follow(house().nearest.get_ready)
        house().repository.snapshot()
        profile_now()
    except Exception as error:  # the first message meets it again, and answers with whom to call
        log.error("could not warm up: %s: %s", type(error).__name__, error)


class NotForThisAction(Exception):
    """What was said is nothing for this action: the policies choose another."""


class ReplyAction(Action, abc.ABC):
    """An action that gives one reply. A subclass names itself and composes the reply."""

    @abc.abstractmethod
    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        """The reply to the latest message, and events for the tracker."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Says the reply; whatever breaks, the visitor is told whom to call."""
        logs.close()  # a visitor's words are here from now on
        events: Events = []
        try:
            snapshot = house().repository.snapshot()
            reply, events = self.reply(tracker, snapshot)
            events = [*events, _remembered(reply, snapshot)]
            reply = with_support_line(reply, tracker, house().safety)
            if self.name() != FORM and asked_for(tracker):
                reply, more = with_open_question(reply, tracker, snapshot.profile)
                events = [*events, *more]
        except NotForThisAction:
            return [ActionExecutionRejected(self.name())]
        except Exception as error:
            # What was asked is the visitor's secret: only where it broke is logged.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("%s failed: %s\n%s", self.name(), type(error).__name__, where)
            reply = stand_in(tracker.latest_message.get("text") or "")
            asked = asked_for(tracker)
            events = [] if asked is None else leaving(tracker) if reply.kind == "safety" else asking(asked)
        for message in reply.messages():
            dispatcher.utter_message(
                text=message.get("text"), buttons=message.get("buttons"), json_message=message.get("custom")
            )
        # Every reply ends the turn: no policy has to be asked what comes next.
        return [*events, FollowupAction(ACTION_LISTEN)]


def with_support_line(reply: Reply, tracker: Tracker, safety: SafetyResources) -> Reply:
    """The reply with one line of support when the message told of distress, or one before it of danger."""
    finding = tracker.latest_message.get("safety")
    noticed = [*(tracker.get_slot("safety_shown") or []), *([finding["id"]] if finding else [])]
    if reply.kind == "safety" or not noticed:
        return reply
    latest = noticed[-1]
    if tracker.latest_message.get("notice"):  # the words for what cannot be read hold the numbers already
        return replace(reply, safety=(latest,))
    line = safety.support_line(latest, finding["variant"] if finding else "")
    contacts = dict.fromkeys((*line.contacts, *reply.contacts))
    return replace(reply, texts=(*reply.texts, line.text), safety=(latest,), contacts=tuple(contacts))


def with_open_question(reply: Reply, tracker: Tracker, profile: CentreProfile) -> tuple[Reply, Events]:
    """The reply with what the form asked for before it was interrupted, and the events by which it goes on.

    Danger ends the form, and so does anything said before consent: nothing is lost then.
    """
    asked = asked_for(tracker)
    if reply.kind == "safety" or reply.deleted:
        return reply, leaving(tracker)
    words = house().callback_words
    if asked is None or asked == "consent":
        return replace(reply, texts=(*reply.texts, in_words(words.later, profile))), leaving(tracker)
    again = in_words((*words.go_on, *question(words, asked)), profile)
    return replace(reply, texts=(*reply.texts, again)), asking(asked)


def _remembered(reply: Reply, snapshot: Snapshot) -> dict[str, Any]:
    """What the next message may refer to: see context_of in bot/language/rasa_components.py. The version is
    for those who review the reply (bot/transcripts/turns.py); a number, which redaction leaves as it is."""
    offered = [button.payload.lstrip("/") for button in reply.buttons]
    value = {"kind": reply.kind, "offered": offered, "knowledge": snapshot.version}
    event: dict[str, Any] = SlotSet("last_reply", value)
    return event


def last_answer(tracker: Tracker) -> dict[str, Any]:
    """What the last answer was about (see `remembered` in actions/answers.py); {} before the first."""
    return tracker.get_slot("last_answer") or {}
