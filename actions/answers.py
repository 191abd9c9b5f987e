"""Answers from the knowledge base: on a topic, again with more or less, and where from."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.base import Events, ReplyAction, house, said_before
from bot.fallback import centre_contacts
from bot.knowledge.answers import Snapshot, compose
from bot.replies import fixed_reply
from bot.reply import Button, Reply

TELL_MORE = Button("Tell me more", "/tell_more")


class ActionAnswer(ReplyAction):
    """Answers the topic that is the message's intent."""

    def name(self) -> str:
        return "action_answer"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        topic = tracker.latest_message["intent"]["name"]
        answer = compose(snapshot, topic)
        buttons = [Button(question, f"/{following}") for following, question in answer.next_topics]
        if answer.more:
            buttons.insert(0, TELL_MORE)
        reply = Reply(
            "answer",
            (answer.first,),
            topics=(topic,),
            sources=answer.first_sources,
            contacts=() if answer.known and topic != "contact" else centre_contacts(snapshot.profile),
            buttons=tuple(buttons),
        )
        return reply, [SlotSet("last_topics", [topic])]


class ActionRephrase(ReplyAction):
    """The last answer again: the rest of it, or only its most direct sentence."""

    def name(self) -> str:
        return "action_rephrase"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        topics = said_before(tracker, "last_topics")
        if not topics:
            return fixed_reply(house().replies.nothing_said_yet, snapshot), []
        answers = [compose(snapshot, topic) for topic in topics]
        following = [pair for answer in answers for pair in answer.next_topics]
        buttons = tuple(Button(question, f"/{topic}") for topic, question in dict.fromkeys(following))[:3]
        if tracker.latest_message["intent"]["name"] == "simpler":
            texts = tuple(answer.direct for answer in answers)
            sources = [source for answer in answers for source in answer.direct_sources]
        else:
            texts = tuple(answer.more for answer in answers if answer.more)
            sources = [source for answer in answers for source in answer.more_sources]
            if not texts:
                texts = fixed_reply(house().replies.nothing_to_add, snapshot).texts
        return (
            Reply(
                "rephrase",
                texts,
                topics=tuple(topics),
                sources=tuple(dict.fromkeys(sources)),
                buttons=buttons,
            ),
            [],
        )


class ActionSources(ReplyAction):
    """Names the documents and sections the last answer rests on."""

    def name(self) -> str:
        return "action_sources"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        topics = said_before(tracker, "last_topics")
        if not topics:
            return fixed_reply(house().replies.nothing_said_yet, snapshot), []
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
