"""How often the trained model understands questions it has never seen.

A file of questions holds one JSON object a line: {"id", "text", "topics": [...]} with every topic a
fair reader would accept, or {"id", "text", "kind": "..."} where no topic fits.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.language.offer import worth_offering
from bot.replies import FixedReplies
from bot.reply import KINDS

REPHRASING = {"tell_more", "simpler"}


@dataclass(frozen=True)
class Question:
    """A question and what counts as understanding it: one of `topics`, or else `kind`."""

    id: str
    text: str
    topics: tuple[str, ...]
    kind: str
    voice: str = ""

    @property
    def wanted(self) -> str:
        """The best topic, or the kind."""
        return self.topics[0] if self.topics else self.kind


@dataclass(frozen=True)
class Outcome:
    """What the assistant made of a question. `offered` are the topics of a choice it gave."""

    question: Question
    topic: str | None
    kind: str
    confidence: float
    offered: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether the reply is on an accepted topic, or of the accepted kind."""
        if self.question.topics:
            return self.topic in self.question.topics
        # A choice is an honest way not to know.
        accepted = {"unknown", "clarify"} if self.question.kind == "unknown" else {self.question.kind}
        return self.kind in accepted

    @property
    def right_or_offered(self) -> bool:
        """Right, or an accepted topic is among the offered."""
        return self.right or bool(set(self.offered) & set(self.question.topics))

    @property
    def got(self) -> str:
        """The topic answered, or the kind of the reply."""
        return self.topic or self.kind


class QuestionsError(Exception):
    """A file of questions cannot be used; the message names the line."""


def read_questions(path: Path) -> list[Question]:
    """Raises QuestionsError."""
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            question = Question(
                str(row["id"]),
                str(row["text"]),
                tuple(row.get("topics", ())),
                str(row.get("kind", "answer")),
                str(row.get("voice", "")),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise QuestionsError(f"{path}, line {number}: {error!r}") from error
        if question.kind not in KINDS:
            raise QuestionsError(f"{path}, line {number}: {question.kind!r} is no kind of reply")
        questions.append(question)
    return questions


class Understanding:
    """A trained model, asked without its actions: what would it answer?"""

    def __init__(self, model: Path, topics: Collection[str], replies: FixedReplies) -> None:
        from rasa.core.agent import Agent  # slow to import

        self._agent = Agent.load(model)
        self._topics = topics
        self._replies = replies

    def of(self, question: Question) -> Outcome:
        """What the model makes of a question asked out of the blue."""
        parsed: dict[str, Any] = asyncio.run(self._agent.parse_message(question.text))
        intent, confidence = parsed["intent"]["name"], parsed["intent"]["confidence"]
        if (parsed.get("safety") or {}).get("strength") == "danger":
            return Outcome(question, None, "safety", 1.0)
        if intent in self._topics:
            return Outcome(question, intent, "answer", confidence)
        if intent in REPHRASING:
            return Outcome(question, None, "rephrase", confidence)
        if intent == "sources":
            return Outcome(question, None, "sources", confidence)
        if intent == "nlu_fallback":
            offered = () if parsed.get("notice") else worth_offering(parsed["intent_ranking"], self._topics)
            return Outcome(question, None, "clarify" if offered else "unknown", confidence, offered)
        return Outcome(question, None, self._replies[intent].kind, confidence)


def summary(outcomes: Sequence[Outcome]) -> dict[str, tuple[int, int]]:
    """right and all, by group: "topics", "topics or offered", "other kinds"."""
    on_topics = [outcome for outcome in outcomes if outcome.question.topics]
    others = [outcome for outcome in outcomes if not outcome.question.topics]
    return {
        "right topic": (sum(outcome.right for outcome in on_topics), len(on_topics)),
        "right or offered": (sum(outcome.right_or_offered for outcome in on_topics), len(on_topics)),
        "right kind": (sum(outcome.right for outcome in others), len(others)),
    }


def by_wanted(outcomes: Iterable[Outcome]) -> Mapping[str, list[Outcome]]:
    """Outcomes by the topic or kind wanted, in alphabetical order."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.question.wanted].append(outcome)
    return dict(sorted(groups.items()))
