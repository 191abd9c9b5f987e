"""Replies in fixed words: small talk, a person to talk to, and what was not understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker

from actions.answers import answer_to
from actions.base import Events, ReplyAction, house
from actions.callback import with_offer_of_a_call
from bot.fallback import centre_contacts
from bot.knowledge.answers import Snapshot, sources_of
from bot.language.thresholds import ANSWER_AFTER_CHOICE, GLAD, MOST_OFFERED, OFFER
from bot.replies import fixed_reply
from bot.reply import Button, Reply


class ActionReply(ReplyAction):
    """The words data/replies.yml has for the intent."""

    def name(self) -> str:
        return "action_reply"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        message = tracker.latest_message
        intent = message["intent"]["name"]
        if intent == "good_news" and (message.get("safety") or message["intent"]["confidence"] < GLAD):
            intent = "tells_trouble"  # "i drink every day" must never be met with joy
        try:
            fixed = house().replies[intent]
        except KeyError:  # Rasa's policies had no better idea
            fixed = house().replies.unknown
        return fixed_reply(fixed, snapshot), []


class ActionHuman(ReplyAction):
    """Whom to call at the centre, when, and whether it is open now; the offer of a call back."""

    def name(self) -> str:
        return "action_human"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        replies = house().replies
        pleads = tracker.latest_message["intent"]["name"] == "wants_help"
        reply = fixed_reply(replies.wants_help if pleads else replies.human, snapshot)
        if not snapshot.profile.phone:
            text = f"{snapshot.profile.whom_to_ask} {reply.texts[0]}"
            reply = replace(reply, texts=(text,))
        at_once = house().safety.emergency if pleads else ()
        reply = replace(reply, contacts=(*at_once, *centre_contacts(snapshot.profile)))
        return with_offer_of_a_call(reply, snapshot.profile), []


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
        topics = snapshot.knowledge.topics
        near = [
            scored
            for scored in message.get("intent_ranking", [])
            if scored["name"] in topics and scored["confidence"] >= OFFER
        ][:MOST_OFFERED]
        if _just_asked_which(tracker):  # never two choices in a row
            if near and near[0]["confidence"] >= ANSWER_AFTER_CHOICE:
                return answer_to(message, near[0]["name"], snapshot)
            return self._nothing(tracker, snapshot, near[:1]), []
        if len(near) < 2:
            return self._nothing(tracker, snapshot, near), []
        offered = tuple(Button(topics[scored["name"]].question, f"/{scored['name']}") for scored in near)
        return replace(fixed_reply(replies.clarify, snapshot), buttons=offered), []

    def _nothing(self, tracker: Tracker, snapshot: Snapshot, near: Sequence[dict[str, Any]]) -> Reply:
        """Says that the message was not understood, with what in the knowledge base touches it."""
        topics = snapshot.knowledge.topics
        passages = house().nearest.passages(snapshot, tracker.latest_message["text"])
        leads = dict.fromkeys([*(scored["name"] for scored in near), *(one.topic for one in passages)])
        words = house().replies.leads if passages else house().replies.unknown
        reply = fixed_reply(words, snapshot)
        quoted = tuple(f"“{passage.fact.statement}”" for passage in passages)
        sources = [source for one in passages for source in sources_of(snapshot.knowledge, one.fact)]
        return replace(
            reply,
            texts=(*reply.texts, *quoted),
            sources=tuple(dict.fromkeys(sources)),
            contacts=centre_contacts(snapshot.profile),
            buttons=tuple(Button(topics[topic].question, f"/{topic}") for topic in leads) or reply.buttons,
        )


def _just_asked_which(tracker: Tracker) -> bool:
    return (tracker.get_slot("last_reply") or {}).get("kind") == "clarify"
