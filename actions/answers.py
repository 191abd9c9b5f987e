"""Answers from the knowledge base: on one topic or several, again with more or less, and where from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.base import Events, ReplyAction, house, last_answer
from bot.callbacks.repository import callbacks
from bot.fallback import centre_contacts
from bot.knowledge.amounts import amounts
from bot.knowledge.answers import Answer, Focus, Snapshot, compose
from bot.knowledge.cards import cards_for
from bot.knowledge.opening import asks_about_now, open_now
from bot.knowledge.planner import plan
from bot.knowledge.wishes import wish_in
from bot.language.clauses import (
    clauses,
    expects_verdict,
    question_in,
    without_opening_words,
)
from bot.language.thresholds import MOST_BESIDE, OFFER_BESIDE
from bot.replies import fixed_reply
from bot.reply import Button, Reply

TELL_MORE = Button("Tell me more", "/tell_more")
MOST_BUTTONS = 4
MOST_WORDS_OF_WHOM = 6
_WHOM = re.compile(r"\b(?:he|she|they|him|her|them|i|we)\b")
PLAN_ANSWERS = ("program_length", "weekly_schedule")
PLAN_ASKED_AS = {*PLAN_ANSWERS, "session_length", "time_of_day"}  # what the classifier takes it for


@dataclass(frozen=True)
class Asked:
    """What was asked in particular on a topic: the words, the names in them, and whether yes or no may
    answer. It is remembered with the answer, so that "say that simpler" is about the same."""

    text: str
    names: tuple[str, ...]
    expects_verdict: bool


class ActionAnswer(ReplyAction):
    """Answers the topic that is the message's intent, or each of the things it asks."""

    def name(self) -> str:
        return "action_answer"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        message = tracker.latest_message
        if planned := _planned(message, snapshot):
            return planned
        if message.get("parts"):
            return _several(message, snapshot)
        topic = message["intent"]["name"]
        return answer_to(message, topic, snapshot, last_answer(tracker).get("asked", {}).get(topic))


class ActionRephrase(ReplyAction):
    """The last answer again: the rest of it, or in simpler words."""

    def name(self) -> str:
        return "action_rephrase"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        answers = _last(tracker, snapshot)
        if not answers:
            return replace(fixed_reply(house().replies.nothing_said_yet, snapshot), kind="rephrase"), []
        if tracker.latest_message["intent"]["name"] == "simpler":
            texts = tuple(answer.plain for answer in answers)
            sources = [source for answer in answers for source in answer.plain_sources]
        else:
            texts = tuple(answer.more for answer in answers if answer.more)
            sources = [source for answer in answers for source in answer.more_sources]
            if not texts:
                texts = fixed_reply(house().replies.nothing_to_add, snapshot).texts
        following = _buttons(pair for answer in answers for pair in answer.next_topics)
        reply = Reply(
            "rephrase",
            texts,
            topics=tuple(answer.topic for answer in answers),
            sources=tuple(dict.fromkeys(sources)),
            buttons=tuple(following[: MOST_BUTTONS - 1]),
        )
        return reply, []


class ActionSources(ReplyAction):
    """Names the documents and sections the last answer rests on."""

    def name(self) -> str:
        return "action_sources"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        answers = _last(tracker, snapshot)
        if not answers:
            return replace(fixed_reply(house().replies.nothing_said_yet, snapshot), kind="sources"), []
        found = [source for a in answers for source in (*a.first_sources, *a.more_sources)]
        sources = tuple(dict.fromkeys(found))
        if not sources:
            return fixed_reply(house().replies.no_sources, snapshot), []
        sections: dict[str, list[str]] = {}
        for source in sources:
            sections.setdefault(source.title, []).append(source.section)
        lines = [f"• {title}: {', '.join(dict.fromkeys(parts))}" for title, parts in sections.items()]
        text = "\n".join(["My last answer rests on:", *lines])
        topics = tuple(answer.topic for answer in answers)
        return Reply("sources", (text,), topics=topics, sources=sources), []


def answer_to(
    message: dict[str, Any], topic: str, snapshot: Snapshot, before: dict[str, Any] | None = None
) -> tuple[Reply, Events]:
    """The answer on a topic, led by what the message asks in particular; `before` is what was asked on it
    last, if that was the last answer."""
    asked = _asked(message, message["text"])
    if asked and before:
        asked = _of_whom(asked, Asked(**before))
    now = ""
    if topic == "contact" and asks_about_now(message["text"]):
        now = open_now(snapshot.profile, datetime.now(timezone.utc))
        asked = None if now else asked  # the clock answers, and no "yes" about another day
    answer = _composed(snapshot, topic, asked)
    several = [] if now else _particulars(message, topic, snapshot)
    close = [
        (scored["name"], snapshot.knowledge.topics[scored["name"]].question)
        for scored in message.get("intent_ranking", [])
        if scored["name"] in snapshot.knowledge.topics
        and scored["name"] != topic
        and scored["confidence"] >= OFFER_BESIDE
    ][:MOST_BESIDE]
    following = _buttons([*close, *answer.next_topics])
    buttons = [TELL_MORE, *following] if answer.more else following
    reply = Reply(
        "answer",
        (now, answer.first) if now else tuple(one.direct for one in several) or (answer.first,),
        topics=(topic,),
        sources=tuple(dict.fromkeys(source for one in several for source in one.direct_sources))
        or answer.first_sources,
        contacts=() if answer.known and topic != "contact" else centre_contacts(snapshot.profile),
        cards=cards_for(snapshot, topic) if answer.known else (),
        buttons=tuple(buttons[:MOST_BUTTONS]),
    )
    return reply, [remembered(snapshot, {topic: asked})]


def _particulars(message: dict[str, Any], topic: str, snapshot: Snapshot) -> list[Answer]:
    """An answer to each of several particular questions on one topic ("where are you, and is there parking");
    none where there are fewer than two."""
    asking = [piece for piece in clauses(message["text"]) if piece.asks]
    found: dict[str, Answer] = {}
    for piece in asking if len(asking) > 1 else ():
        verdict = expects_verdict(piece.text, "?" if piece.marked else "")
        asked = Asked(without_opening_words(piece.text), (), verdict)
        focus = _focus(snapshot, topic, asked)
        if particular := focus.own or focus.documents:
            found.setdefault(particular.says or "", compose(snapshot, topic, focus))
    return list(found.values()) if len(found) > 1 else []


def _planned(message: dict[str, Any], snapshot: Snapshot) -> tuple[Reply, Events] | None:
    """What so many days or hours a week come to, where the message asks that and nothing else."""
    intents = [part["intent"] for part in message.get("parts") or [{"intent": message["intent"]["name"]}]]
    wish = wish_in(message["text"]) if PLAN_ASKED_AS.issuperset(intents) else None
    planned = plan(snapshot, wish) if wish else None
    if planned is None:
        return None
    answers = [compose(snapshot, topic) for topic in PLAN_ANSWERS]
    following = _buttons(
        pair for answer in answers for pair in answer.next_topics if pair[0] not in PLAN_ANSWERS
    )
    reply = Reply(
        "answer",
        planned.texts,
        topics=PLAN_ANSWERS,
        sources=planned.sources,
        cards=(planned.card,),
        buttons=(TELL_MORE, *following[: MOST_BUTTONS - 1]),
    )
    return reply, [remembered(snapshot, dict.fromkeys(PLAN_ANSWERS))]


def _several(message: dict[str, Any], snapshot: Snapshot) -> tuple[Reply, Events]:
    """Each part of the message answered briefly, in the order asked."""
    parts = message["parts"]
    texts: list[str] = []
    answers: list[Answer] = []
    asked: dict[str, Asked | None] = {}
    for part in parts:
        topic = part["intent"]
        if topic in snapshot.knowledge.topics:
            asked[topic] = _asked(message, part["text"])
            answers.append(_composed(snapshot, topic, asked[topic]))
            texts.append(answers[-1].direct)
        else:  # a person, or medical advice
            asks_in_vain = topic == "request_callback" and not callbacks().on
            texts += fixed_reply(house().replies["human" if asks_in_vain else topic], snapshot).texts
    sources = [source for answer in answers for source in answer.direct_sources]
    known = all(answer.known for answer in answers) and len(answers) == len(parts)
    following = _buttons(answer.next_topics[0] for answer in answers)
    topics = tuple(answer.topic for answer in answers)
    reply = Reply(
        "answer",
        tuple(dict.fromkeys(texts)),
        topics=topics,
        sources=tuple(dict.fromkeys(sources)),
        contacts=() if known and "contact" not in topics else centre_contacts(snapshot.profile),
        cards=tuple(card for one in answers if one.known for card in cards_for(snapshot, one.topic)[:1]),
        buttons=(TELL_MORE, *(button for button in following if button.payload[1:] not in topics)),
    )
    return reply, [remembered(snapshot, asked)]


def _last(tracker: Tracker, snapshot: Snapshot) -> list[Answer]:
    """The last answer, a topic each; none before the first."""
    asked = last_answer(tracker).get("asked", {})
    return [
        _composed(snapshot, topic, Asked(**particular) if particular else None)
        for topic, particular in asked.items()
        if topic in snapshot.knowledge.topics
    ]


def remembered(snapshot: Snapshot, asked: dict[str, Asked | None]) -> dict[str, Any]:
    """The event that keeps what was asked, by topic, for the messages that refer to it."""
    question = " ".join(snapshot.knowledge.topics[topic].question for topic in asked)
    particulars = {topic: vars(particular) if particular else None for topic, particular in asked.items()}
    remembering = {"topics": list(asked), "question": question, "asked": particulars}
    event: dict[str, Any] = SlotSet("last_answer", remembering)
    return event


def _asked(message: dict[str, Any], text: str) -> Asked | None:
    """What `text`, the message or a part of it, asks in particular; None for a button."""
    if text.startswith("/"):
        return None
    question = question_in(text)
    names = {
        str(entity["value"])
        for entity in message["entities"]
        if message["text"][entity["start"] : entity["end"]].lower() in text.lower()
    }
    return Asked(without_opening_words(question), tuple(sorted(names)), expects_verdict(question, text))


def _of_whom(asked: Asked, before: Asked) -> Asked:
    """ "Can she come", after "my daughter is 16": asked of one who is 16."""
    goes_on = len(asked.text.split()) <= MOST_WORDS_OF_WHOM and _WHOM.search(asked.text.lower())
    if not goes_on or amounts(asked.text) or not amounts(before.text):
        return asked
    return replace(asked, text=f"{before.text} {asked.text}")


def _composed(snapshot: Snapshot, topic: str, asked: Asked | None) -> Answer:
    return compose(snapshot, topic, _focus(snapshot, topic, asked)) if asked else compose(snapshot, topic)


def _focus(snapshot: Snapshot, topic: str, asked: Asked) -> Focus:
    return house().nearest.focus(snapshot, topic, asked.text, asked.names, asked.expects_verdict)


def _buttons(topics: Iterable[tuple[str, str]]) -> list[Button]:
    """One button a topic, without repetition."""
    return [Button(question, f"/{topic}") for topic, question in dict.fromkeys(topics)]
