"""What a short message means after an answer: "how long is each?" after the phases is not about the groups.

A logistic regression on two sentence vectors, of the message and of the message after the question that
was answered. It learns from data/follow_ups, and from the ordinary phrases after any topic, so that it
knows how people change the subject.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Dict  # noqa: UP035 (YamlFile.parse() takes the built-in one for a class)

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.knowledge.strict import Strict, Text
from bot.knowledge.yaml_file import DataError, raise_all, read_yaml
from bot.language.encoder import Vectors

SEED = 20
LONGEST = 12  # words of a phrase taken for a follow-up
SHARE = 0.5  # of such phrases
WEIGHT = 3.0  # of a real follow-up beside a phrase

Encode = Callable[[Sequence[str]], Vectors]


class _File(Strict):
    after: Text
    follow_ups: Dict[Text, tuple[Text, ...]]  # noqa: UP006


@dataclass(frozen=True)
class FollowUp:
    """A message, the topic answered just before it, and the intent it then has."""

    after: str
    text: str
    intent: str


def read_follow_ups(folder: Path) -> list[FollowUp]:
    """The follow-ups of a folder, one file a topic. Raises DataError with every mistake found."""
    found: list[FollowUp] = []
    errors: list[DataError] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            file = read_yaml(path)
            raw = file.parse(_File)
            if raw.after != path.stem:
                raise file.error(("after",), f"expected {path.stem}, the name of the file")
        except DataError as error:
            errors.append(error)
            continue
        found += [
            FollowUp(raw.after, text, intent) for intent, texts in raw.follow_ups.items() for text in texts
        ]
    raise_all(errors)
    return found


class FollowUpClassifier:
    """Deterministic: the same follow-ups and phrases give the same model."""

    def __init__(self) -> None:
        self._regression = LogisticRegression(C=10, max_iter=100, tol=1e-3, random_state=SEED)

    def fit(
        self,
        follow_ups: Sequence[FollowUp],
        phrases: Sequence[tuple[str, str]],
        questions: Mapping[str, str],
        encode: Encode,
    ) -> None:
        """Learns from follow-ups and (text, intent) phrases; `questions` are the topics' own. Raises
        KeyError for a follow-up after what is no topic.
        """
        chance = random.Random(SEED)
        short = [phrase for phrase in phrases if len(phrase[0].split()) <= LONGEST]
        topics = sorted(questions)
        rows = [
            (questions[chance.choice(topics)], text, intent, 1.0)
            for text, intent in chance.sample(short, int(SHARE * len(short)))
        ]
        rows += [(questions[one.after], one.text, one.intent, WEIGHT) for one in follow_ups]
        said = encode([text for _, text, _, _ in rows])
        joined = encode([after(question, text) for question, text, _, _ in rows])
        intents, weights = [row[2] for row in rows], [row[3] for row in rows]
        self._regression.fit(np.hstack([said, joined]), intents, sample_weight=weights)

    @property
    def intents(self) -> set[str]:
        """Those it tells apart."""
        return {*map(str, self._regression.classes_)}

    def probabilities(self, said: Vectors, joined: Vectors) -> dict[str, float]:
        """By intent; the vectors, shape (384,), are of the message and of `after` the question."""
        [row] = self._regression.predict_proba(np.hstack([said, joined])[np.newaxis])
        return dict(zip(map(str, self._regression.classes_), map(float, row), strict=True))


def after(question: str, text: str) -> str:
    """The message as it is read after a question that was answered."""
    return f"{question} {text}"
