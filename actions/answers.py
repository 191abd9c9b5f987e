"""Answers from the knowledge base: on one topic or several, again with more or less, and where from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker

from actions.base import Events, ReplyAction, house, last_topics
from bot.fallback import centre_contacts
from bot.knowledge.answers import Answer, Snapshot, compose
from bot.language.clauses import (
    expects_verdict,
    question_in,
    without_opening_words,
)
from bot.language.thresholds import MOST_BESIDE, OFFER_BESIDE
from bot.replies import fixed_reply
from bot.reply import Button, Reply

TELL_MORE = Button("Tell me more", "/tell_more")
MOST_BUTTONS = 4


class ActionAnswer(ReplyAction):
    """Answers the topic that is the message's intent, or each of the things it asks."""

    def name(self) -> str:
        return "action_answer"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        message = tracker.latest_message
        if message.get("parts"):
            return _several(message, snapshot), []
        return answer_to(message, message["intent"]["name"], snapshot), []


class ActionRephrase(ReplyAction):
    """The last answer again: the rest of it, or in simpler words."""

    def name(self) -> str:
        return "action_rephrase"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        topics = last_topics(tracker)
        if not topics:
            return replace(fixed_reply(house().replies.nothing_said_yet, snapshot), kind="rephrase"), []
        answers = [compose(snapshot, topic) for topic in topics]
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
            topics=tuple(topics),
            sources=tuple(dict.fromkeys(sources)),
            buttons=tuple(following[: MOST_BUTTONS - 1]),
        )
        return reply, []


class ActionSources(ReplyAction):
    """Names the documents and sections the last answer rests on."""

    def name(self) -> str:
        return "action_sources"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        topics = last_topics(tracker)
        if not topics:
            return replace(fixed_reply(house().replies.nothing_said_yet, snapshot), kind="sources"), []
        answers = [compose(snapshot, topic) for topic in topics]
        found = [source for a in answers for source in (*a.first_sources, *a.more_sources)]
        sources = tuple(dict.fromkeys(found))
        if not sources:
            return fixed_reply(house().replies.no_sources, snapshot), []
        sections: dict[str, list[str]] = {}
        for source in sources:
            sections.setdefault(source.title, []).append(source.section)
        lines = [f"• {title}: {', '.join(dict.fromkeys(parts))}" for title, parts in sections.items()]
        text = "\n".join(["My last answer rests on:", *lines])
        return Reply("sources", (text,), topics=tuple(topics), sources=sources), []


def answer_to(message: dict[str, Any], topic: str, snapshot: Snapshot) -> Reply:
    """The answer on a topic, led by what the message asks in particular."""
    answer = _composed(message, message["text"], topic, snapshot)
    close = [
        (scored["name"], snapshot.knowledge.topics[scored["name"]].question)
        for scored in message.get("intent_ranking", [])
        if scored["name"] in snapshot.knowledge.topics
        and scored["name"] != topic
        and scored["confidence"] >= OFFER_BESIDE
    ][:MOST_BESIDE]
    following = _buttons([*close, *answer.next_topics])
    buttons = [TELL_MORE, *following] if answer.more else following
    return Reply(
        "answer",
        (answer.first,),
        topics=(topic,),
        sources=answer.first_sources,
        contacts=() if answer.known and topic != "contact" else centre_contacts(snapshot.profile),
        buttons=tuple(buttons[:MOST_BUTTONS]),
    )


def _several(message: dict[str, Any], snapshot: Snapshot) -> Reply:
    """Each part of the message answered briefly, in the order asked."""
    parts = message["parts"]
    texts: list[str] = []
    answers: list[Answer] = []
    for part in parts:
        if part["intent"] in snapshot.knowledge.topics:
            answers.append(_composed(message, part["text"], part["intent"], snapshot))
            texts.append(answers[-1].direct)
        else:  # a person, or medical advice
            texts += fixed_reply(house().replies[part["intent"]], snapshot).texts
    sources = [source for answer in answers for source in answer.direct_sources]
    known = all(answer.known for answer in answers) and len(answers) == len(parts)
    following = _buttons(answer.next_topics[0] for answer in answers)
    topics = tuple(answer.topic for answer in answers)
    return Reply(
        "answer",
        tuple(dict.fromkeys(texts)),
        topics=topics,
        sources=tuple(dict.fromkeys(sources)),
        contacts=() if known and "contact" not in topics else centre_contacts(snapshot.profile),
        buttons=(TELL_MORE, *(button for button in following if button.payload[1:] not in topics)),
    )


def _composed(message: dict[str, Any], text: str, topic: str, snapshot: Snapshot) -> Answer:
    """The answer to `text`, which is the message or a part of it."""
    if text.startswith("/"):  # a button asks for the topic as such
        return compose(snapshot, topic)
    question = question_in(text)
    named = {
        str(entity["value"])
        for entity in message["entities"]
        if message["text"][entity["start"] : entity["end"]].lower() in text.lower()
    }
    focus = house().nearest.focus(
        snapshot,
        topic,
        without_opening_words(question),
        named,
        expects_verdict=expects_verdict(question, text),
    )
    return compose(snapshot, topic, focus)


def _buttons(topics: Iterable[tuple[str, str]]) -> list[Button]:
    """One button a topic, without repetition."""
    return [Button(question, f"/{topic}") for topic, question in dict.fromkeys(topics)]
