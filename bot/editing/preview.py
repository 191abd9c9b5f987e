"""How an answer will look: the reply as the widget gets it, and as text messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.channels.rendering import Said, render
from bot.channels.segments import plainer, segments
from bot.channels.twilio import Sms
from bot.editing.targets import State
from bot.knowledge.answers import NO_FOCUS, Focus, Snapshot, compose
from bot.knowledge.cards import cards_for
from bot.reply import Button, Reply

_MOST_BUTTONS = 4  # as in actions/answers.py
_SMS = Sms("", "", "", "")


@dataclass(frozen=True)
class TextMessage:
    """One text message and how many segments it takes."""

    text: str
    segments: int


@dataclass(frozen=True)
class Preview:
    """One reply: `messages` as Rasa sends them to the widget, its texts, and the text messages."""

    title: str
    messages: list[dict[str, Any]]
    texts: tuple[str, ...]
    sms: tuple[TextMessage, ...]


def previews(state: State, topic: str, focus: Focus = NO_FOCUS) -> tuple[Preview, ...]:
    """The first answer on a topic, or on a particular question; then what follows "Tell me more" and "Say it
    simpler"."""
    snapshot = Snapshot(state.knowledge, state.profile)
    answer = compose(snapshot, topic, focus)
    more = (Button("Tell me more", "/tell_more"),) if answer.more else ()
    following = tuple(Button(question, f"/{id}") for id, question in answer.next_topics)
    replies = {
        "First": Reply(
            "answer",
            (answer.first,),
            (topic,),
            sources=answer.first_sources,
            cards=cards_for(snapshot, topic) if answer.known else (),
            buttons=(*more, *following)[:_MOST_BUTTONS],
        ),
        "After “Tell me more”": Reply("rephrase", (answer.more,), (topic,), sources=answer.more_sources),
        "After “Say it simpler”": Reply("rephrase", (answer.plain,), (topic,), sources=answer.plain_sources),
    }
    return tuple(_preview(title, reply) for title, reply in replies.items() if reply.texts[0])


def _preview(title: str, reply: Reply) -> Preview:
    messages = reply.messages()
    parts = [plainer(part.text) for part in render(Said.of(messages), _SMS, paged=True)]
    return Preview(title, messages, reply.texts, tuple(TextMessage(part, segments(part)) for part in parts))
