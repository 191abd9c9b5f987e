"""The questions of the knowledge base and the centre, the topics' own and particular ones: phrases too.

They are all on topics, and most phrases of what is none are not so short and precise: those count for more
beside them, so that "do they sell vapes there" is not taken for a topic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.reading import read_data

NO_TOPIC_COUNTS = 2.0  # as many times as a phrase or question on a topic; chosen on held-out messages


@dataclass(frozen=True)
class Examples:
    """What an intent classifier learns from; all of one length."""

    texts: list[str]
    intents: list[str]
    counts: list[float]


def with_particulars(texts: Sequence[str], intents: Sequence[str], data: Path) -> Examples:
    """Phrases with their intents, and the questions on those of them that are topics.

    `data` is the folder of the knowledge base and the centre. Raises DataError.
    """
    knowledge, profile = read_data(data)
    particulars = {name: list(topic.specifics) for name, topic in knowledge.topics.items()}
    for name, own in profile.words.items():
        particulars[name] += own.specifics
    known, said = set(intents), {text.lower() for text in texts}
    questions = {topic.question: name for name, topic in knowledge.topics.items()}
    questions |= {
        ask: name for name, entries in particulars.items() for entry in entries for ask in entry.asks
    }
    asked = {text: name for text, name in questions.items() if name in known and text.lower() not in said}
    counts = [NO_TOPIC_COUNTS if asked and intent not in particulars else 1.0 for intent in intents]
    return Examples([*texts, *asked], [*intents, *asked.values()], [*counts, *[1.0] * len(asked)])
