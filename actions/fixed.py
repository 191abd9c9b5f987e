"""Replies in fixed words: small talk, a person to talk to, and what was not understood."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Tracker

from actions.base import Events, ReplyAction, house
from bot.fallback import centre_contacts
from bot.knowledge.answers import Snapshot
from bot.language.offer import worth_offering
from bot.replies import fixed_reply
from bot.reply import Button, Reply


class ActionReply(ReplyAction):
    """The words data/replies.yml has for the intent."""

    def name(self) -> str:
        return "action_reply"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        intent = tracker.latest_message["intent"]["name"]
        try:
            fixed = house().replies[intent]
        except KeyError:  # Rasa's policies had no better idea
            fixed = house().replies.unknown
        return fixed_reply(fixed, snapshot), []


class ActionHuman(ReplyAction):
    """Whom to call at the centre, and when."""

    def name(self) -> str:
        return "action_human"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        reply = fixed_reply(house().replies.human, snapshot)
        if not snapshot.profile.phone:
            text = f"{snapshot.profile.whom_to_ask} {reply.texts[0]}"
            reply = replace(reply, texts=(text,))
        return replace(reply, contacts=centre_contacts(snapshot.profile)), []


class ActionUnknown(ReplyAction):
    """Says what was not understood; where two or three topics come close, asks which it is."""

    def name(self) -> str:
        return "action_unknown"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        replies = house().replies
        message = tracker.latest_message
        if notice := message.get("notice"):
            reply = fixed_reply(replies[notice], snapshot)
            return replace(
                reply, contacts=(*house().safety.emergency, *centre_contacts(snapshot.profile))
            ), []
        if message["intent"]["name"] == "out_of_scope":
            reply = fixed_reply(replies.out_of_scope, snapshot)
            return replace(reply, contacts=centre_contacts(snapshot.profile)), []
        near = worth_offering(message.get("intent_ranking", []), snapshot.knowledge.topics)
        if not near:
            return fixed_reply(replies.unknown, snapshot), []
        offered = tuple(Button(snapshot.knowledge.topics[topic].question, f"/{topic}") for topic in near)
        return replace(fixed_reply(replies.clarify, snapshot), buttons=offered), []
