"""Invented conversations, so that the staff application can be seen full: what is said stands in demo.yml,
what is answered comes from the knowledge base. Every sender id begins with "demo-"."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

import yaml
from sqlalchemy import insert
from sqlalchemy.engine import Engine

from bot.feedback.repository import Given
from bot.feedback.tables import feedback
from bot.knowledge.answers import Snapshot, compose
from bot.knowledge.cards import cards_for
from bot.knowledge.reading import read_data
from bot.replies import FixedReplies, fixed_reply, read_replies
from bot.reply import Button, Kind, Reply
from bot.safety.detect import Finding
from bot.safety.resources import SafetyResources, read_resources
from bot.safety.standby import safety_reply
from bot.settings import Settings
from bot.transcripts.rasa_events import rows_of
from bot.transcripts.tables import DEMO, events, rasa
from bot.transcripts.turns import Noticed, Replied, Scored, Turn, Understood

DAYS = 60
CONVERSATIONS = 600
_CHANNELS = {"rest": 62, "sms": 14, "whatsapp": 10, "messenger": 7, "telegram": 4, "slack": 3}
_HOURS = (
    *(3, 2, 2, 1, 1, 1, 2, 3),
    *(5, 6, 7, 7, 8, 7, 6, 6),
    *(6, 7, 8, 9, 11, 12, 10, 6),
)  # how busy each is
_DOINGS = {"asked": 66, "fixed": 12, "unanswered": 11, "clarified": 5, "distress": 2, "near": 1, "danger": 1}
MODELS = ("demo-model-1", "demo-model-2")
LEARNT_AT = 2 / 3  # of all the time: visitors have the second model from then on
_WRITE_AT_ONCE = 500  # conversations


@dataclass(frozen=True)
class Demo:
    """What the conversations are made of."""

    snapshot: Snapshot
    replies: FixedReplies
    resources: SafetyResources

    def conversations(
        self, until: datetime, count: int = CONVERSATIONS, days: int = DAYS, seed: int = 7
    ) -> Iterator[list[Turn]]:
        """The turns of each conversation, the oldest first; the same for the same arguments.

        More is asked, and less in vain, as time goes by.
        """
        chance = Random(seed)
        words = read_words()
        starts = sorted((_start(chance, days), number) for number in range(count))
        for past, number in starts:
            visitor = _Visitor(self, words, chance, until - timedelta(days=days - past), past / days, number)
            yield visitor.talks()


def read_words() -> dict[str, Any]:
    """What demo.yml holds."""
    words: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("demo.yml").read_text("utf-8"))
    return words


def read_demo(config: Settings) -> Demo:
    """Made of the files under the data directory. Raises DataError."""
    knowledge, profile = read_data(config.data_dir)
    return Demo(
        Snapshot(knowledge, profile),
        read_replies(config.data_dir / "replies.yml", knowledge.topics),
        read_resources(config.data_dir / "safety" / "resources.yml", config.country),
    )


def write(engine: Engine, conversations: Iterator[list[Turn]]) -> int:
    """Writes them as Rasa's events, and their thumbs as feedback; returns how many events. Raises
    SQLAlchemyError. The database must hold nothing else."""
    rasa.create_all(engine)
    written = 0
    waiting: list[list[Turn]] = []
    for turns in conversations:
        waiting.append(turns)
        if len(waiting) == _WRITE_AT_ONCE:
            written += _write(engine, waiting)
            waiting = []
    return written + _write(engine, waiting)


def _write(engine: Engine, conversations: list[list[Turn]]) -> int:
    rows = [row for turns in conversations for row in rows_of(turns)]
    given = [
        {
            "sender_id": one.feedback.conversation,
            "message_id": one.feedback.message_id,
            "rating": one.feedback.rating,
            "why": one.feedback.why,
            "given": one.feedback.at.timestamp(),
        }
        for turns in conversations
        for one in turns
        if one.feedback
    ]
    with engine.begin() as connection:
        for table, new in ((events, rows), (feedback, given)):
            if new:
                connection.execute(insert(table), new)
    return len(rows)


def _start(chance: Random, days: int) -> float:
    """Days after the first; later ones are likelier, and so are evenings."""
    day = int(days * chance.random() ** 0.8)
    hour = chance.choices(range(24), _HOURS)[0]
    return day + (hour + chance.random()) / 24


class _Visitor:
    """One visitor's conversation."""

    def __init__(
        self, demo: Demo, words: dict[str, Any], chance: Random, at: datetime, elapsed: float, number: int
    ) -> None:
        self._demo, self._words, self._chance, self._at = demo, words, chance, at
        self._elapsed = elapsed  # of all the time, from 0 to 1
        self._turns: list[Turn] = []
        self._id = f"{DEMO}{number:05}-{chance.getrandbits(64):016x}"
        self._channel = chance.choices(list(_CHANNELS), list(_CHANNELS.values()))[0]

    def talks(self) -> list[Turn]:
        """The turns from the first to the last."""
        if self._chance.random() < 0.3:
            self._say_fixed("greeting")
        for _ in range(1 + int(self._chance.expovariate(0.6))):
            doing = self._chance.choices(list(_DOINGS), list(_DOINGS.values()))[0]
            if doing == "unanswered" and self._chance.random() < 0.8 * self._elapsed:
                doing = "asked"
            getattr(self, f"_say_{doing}")()
        if self._chance.random() < 0.25:
            self._say_fixed("thanks")
        return self._turns

    def _say_asked(self) -> None:
        topics = self._words["asked"]
        weights = [len(topics) - place for place in range(len(topics))]
        topic = self._chance.choices(list(topics), weights)[0]
        sure = self._sure()
        self._turn(self._pick(topics[topic]), topic, sure, self._answer(topic))
        if self._chance.random() < 0.15:
            intent = self._chance.choice(list(self._words["again"]))
            self._turn(self._pick(self._words["again"][intent]), intent, 0.95, self._again(topic, intent))

    def _say_fixed(self, intent: str = "") -> None:
        intent = intent or self._chance.choice(list(self._words["fixed"]))
        reply = fixed_reply(self._demo.replies[intent], self._demo.snapshot)
        text = self._pick(self._words["fixed"][intent])
        if intent == "spanish":
            self._turn(text, "nlu_fallback", 1.0, reply, notice=intent)
        else:
            self._turn(text, intent, 0.9, reply)

    def _say_unanswered(self) -> None:
        learnt = self._words["published"]["learnt"]
        clusters = list(self._words["unanswered"])
        often = [3 if cluster == learnt["unanswered"] else 1 for cluster in clusters]
        cluster = self._chance.choices(clusters, often)[0]
        text = self._pick(self._words["unanswered"][cluster])
        is_learnt = cluster == learnt["unanswered"] and self._elapsed > LEARNT_AT
        if is_learnt and self._chance.random() < 0.85:
            self._turn(text, learnt["topic"], self._sure(), self._answer(learnt["topic"]))
            return
        reply = fixed_reply(self._demo.replies.unknown, self._demo.snapshot)
        self._turn(text, "nlu_fallback", 0.05 + 0.3 * self._chance.random(), reply)

    def _say_clarified(self) -> None:
        case = self._chance.choice(self._words["clarified"])
        buttons = tuple(Button(self._question(topic), f"/{topic}") for topic in case["offered"])
        which = replace(fixed_reply(self._demo.replies.clarify, self._demo.snapshot), buttons=buttons)
        self._turn(case["text"], "nlu_fallback", 0.2, which, others=case["offered"])
        if "chosen" in case:
            self._turn(f"/{case['chosen']}", case["chosen"], 1.0, self._answer(case["chosen"]))
        else:
            unknown = fixed_reply(self._demo.replies.unknown, self._demo.snapshot)
            self._turn(case["refused"], "nlu_fallback", 0.15, unknown)

    def _say_danger(self) -> None:
        danger = self._chance.choice(list(self._words["danger"]))
        again = any(danger in turn.reply.safety for turn in self._turns)
        reply = safety_reply(Finding(danger, "danger", "", 0), self._demo.resources, again)
        noticed = Noticed(danger, "danger", "invented for the demo")
        self._turn(self._pick(self._words["danger"][danger]), "tells_trouble", 0.8, reply, noticed=noticed)

    def _say_distress(self) -> None:
        distress = self._chance.choice(list(self._words["distress"]))
        case = self._chance.choice(self._words["distress"][distress])
        line = self._demo.resources.support_line(distress)
        answer = self._answer(case["topic"])
        reply = replace(
            answer, texts=(*answer.texts, line.text), safety=(distress,), contacts=(*line.contacts,)
        )
        noticed = Noticed(distress, "distress", "invented for the demo")
        self._turn(case["text"], case["topic"], self._sure(), reply, noticed=noticed)

    def _say_near(self) -> None:
        case = self._chance.choice(self._words["near"])
        near = 0.5 + 0.45 * self._chance.random()
        self._turn(case["text"], case["topic"], self._sure(), self._answer(case["topic"]), near=near)

    def _turn(
        self,
        text: str,
        intent: str,
        confidence: float,
        reply: Reply,
        others: list[str] | None = None,
        notice: str = "",
        noticed: Noticed | None = None,
        near: float = 0.0,
    ) -> None:
        self._at += timedelta(seconds=10 + self._chance.expovariate(1 / 40))
        if others is None:
            others = self._chance.sample(list(self._words["asked"]), 4)
        rest = (1 - confidence) / 2
        runners_up = tuple(
            Scored(name, rest / 2**place) for place, name in enumerate(others) if name != intent
        )
        said = Turn(
            id=0,
            conversation=self._id,
            message_id=f"{self._chance.getrandbits(128):032x}",
            at=self._at,
            channel=self._channel,
            text=text,
            understood=Understood(
                intent, confidence, runners_up, notice=notice, safety=noticed, near_danger=near
            ),
            reply=replied(reply),
            model=MODELS[self._elapsed > LEARNT_AT],
            knowledge=1 + int(4 * self._elapsed),
        )
        self._turns.append(replace(said, feedback=self._thumb(said)))

    def _thumb(self, turn: Turn) -> Given | None:
        """Now and then; down more often where nothing was answered, or what was edited to no avail."""
        if turn.reply.kind not in ("answer", "unknown", "rephrase") or self._chance.random() > 0.12:
            return None
        at = turn.at + timedelta(seconds=20)
        is_poor = turn.unanswered or self._words["published"]["edited"]["topic"] in turn.reply.topics
        if self._chance.random() < (0.8 if is_poor else 0.2):
            return Given(self._id, turn.message_id, "down", self._pick(self._words["why"]), at)
        return Given(self._id, turn.message_id, "up", "", at)

    def _answer(self, topic: str) -> Reply:
        answer = compose(self._demo.snapshot, topic)
        buttons = tuple(Button(question, f"/{other}") for other, question in answer.next_topics[:3])
        return Reply(
            "answer",
            (answer.first,),
            topics=(topic,),
            sources=answer.first_sources,
            cards=cards_for(self._demo.snapshot, topic),
            buttons=buttons,
        )

    def _again(self, topic: str, intent: str) -> Reply:
        answer = compose(self._demo.snapshot, topic)
        if intent == "sources":
            named = "\n".join(f"• {source.title}: {source.section}" for source in answer.first_sources)
            text, sources = f"My last answer rests on:\n{named}", answer.first_sources
        elif intent == "simpler":
            text, sources = answer.plain, answer.plain_sources
        else:
            text, sources = answer.more or answer.plain, answer.more_sources
        kind: Kind = "sources" if intent == "sources" else "rephrase"
        return Reply(kind, (text,), topics=(topic,), sources=sources)

    def _question(self, topic: str) -> str:
        return self._demo.snapshot.knowledge.topics[topic].question

    def _pick(self, texts: list[str]) -> str:
        return self._chance.choice(texts)

    def _sure(self) -> float:
        """How sure the classifier was: mostly very, now and then hardly."""
        return min(0.99, 0.42 + 0.6 * self._chance.betavariate(4, 1))


def replied(reply: Reply) -> Replied:
    """A reply as it is read back from its events."""
    cards = json.loads(json.dumps(reply.custom()["cards"]))  # lists, no tuples
    return Replied(
        reply.kind,
        reply.texts,
        reply.buttons,
        reply.topics,
        reply.safety,
        reply.sources,
        tuple(cards),
    )


def now() -> datetime:
    """When the invented conversations end: today's midnight, UTC."""
    return datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
