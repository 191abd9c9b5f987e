"""What a short message means after an answer: "how long is each?" after the phases is not about the groups.

Like classifier.py, it looks at the meaning, the spelling and the nearest known messages, each with what was
answered before. It learns from data/follow_ups, and from the ordinary phrases after any topic, so that it
knows how people change the subject.
"""

from __future__ import annotations

import math
import os
import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict  # noqa: UP035 (YamlFile.parse() takes the built-in one for a class)

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from scipy.special import expit, log_softmax
from sklearn.linear_model import LogisticRegression

from bot.knowledge.strict import Strict, Text
from bot.knowledge.yaml_file import DataError, raise_all, read_yaml
from bot.language.encoder import Vectors
from bot.language.regressions import Regressions, one_against_all
from bot.language.spelling import Spelling

SEED = 20
LONGEST = 12  # words of a phrase taken for a follow-up
SHARE = 0.5  # of such phrases
WEIGHT = 3.0  # of a real follow-up beside a phrase

Encode = Callable[[Sequence[str]], Vectors]
Evidence = Mapping[str, Mapping[str, float]]  # by intent, what speaks for it


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


# What speaks for an intent as a follow-up: the logarithms of its probability by the meaning and by the
# spelling, and the cosines in both with its nearest follow-ups, after any topic and after this one.
EVIDENCE = (
    "after_by_meaning",
    "after_by_spelling",
    "near_in_meaning",
    "near_in_meaning_here",
    "near_in_spelling",
    "near_in_spelling_here",
)
_LEAST = 1e-5  # probability
NO_EVIDENCE = dict(zip(EVIDENCE, (math.log(_LEAST), math.log(_LEAST), 0.0, 0.0, 0.0, 0.0), strict=True))


class FollowUpClassifier:
    """Deterministic: the same follow-ups and phrases give the same model. `intents` are those it tells apart,
    in order."""

    def __init__(self) -> None:
        self.intents: list[str] = []
        self._topics: list[str] = []
        self._by_meaning = Regressions()
        self._spelling = Spelling()
        self._by_spelling = Regressions()
        # Of the follow-ups, intent by intent.
        self._vectors: Vectors = np.zeros((0, 0), dtype=np.float32)
        self._spellings: Any = None
        self._after: npt.NDArray[np.intp] = np.zeros(0, dtype=np.intp)  # which of the topics
        self._firsts: npt.NDArray[np.intp] = np.zeros(0, dtype=np.intp)  # of an intent
        self._known: list[int] = []  # which of the intents has follow-ups

    def fit(
        self,
        follow_ups: Sequence[FollowUp],
        phrases: Sequence[tuple[str, str]],
        questions: Mapping[str, str],
        encode: Encode,
    ) -> None:
        """Learns from follow-ups and (text, intent) phrases, of three intents at least; `questions` are the
        topics' own. Raises KeyError for a follow-up after what is no topic.
        """
        chance = random.Random(SEED)
        short = [phrase for phrase in phrases if len(phrase[0].split()) <= LONGEST]
        self._topics = sorted(questions)
        known = sorted(follow_ups, key=lambda one: one.intent)
        rows = [(one.after, one.text, one.intent) for one in known]
        rows += [
            (chance.choice(self._topics), text, intent)
            for text, intent in chance.sample(short, int(SHARE * len(short)))
        ]
        topics, texts, intents = map(list, zip(*rows, strict=True))
        counts = [WEIGHT] * len(known) + [1.0] * (len(rows) - len(known))
        of = np.array(intents)
        self.intents = [str(intent) for intent in np.unique(of)]
        said = encode(texts)
        joined = encode([after(questions[topic], text) for topic, text in zip(topics, texts, strict=True)])
        spellings = self._spelling.fit(texts)
        spelled = (
            hstack([spellings, self._is_after([[topic] for topic in topics])]).tocsr().astype(np.float64)
        )
        meaning = LogisticRegression(C=10, max_iter=100, tol=1e-3, random_state=SEED)
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # fits compute outside Python's lock
            fitting = pool.submit(meaning.fit, np.hstack([said, joined]), intents, sample_weight=counts)
            fits = pool.map(lambda intent: one_against_all(spelled, of == intent, counts), self.intents)
            none = Regressions.none(spelled.shape[1], len(self.intents))
            self._by_spelling = none.but(range(len(self.intents)), [*fits])
            fitting.result()
        self._by_meaning = Regressions.of(meaning.coef_, meaning.intercept_)
        self._vectors = said[: len(known)].astype(np.float16).astype(np.float32)  # what a file keeps
        self._spellings = spellings[: len(known)].tocsr()
        self._after = np.array([self._topics.index(one.after) for one in known], dtype=np.intp)
        found, self._firsts = np.unique([one.intent for one in known], return_index=True)
        self._known = [self.intents.index(intent) for intent in found]

    def evidence(self, text: str, said: Vectors, joined: Vectors, topics: Sequence[str]) -> Evidence:
        """What speaks for each intent (EVIDENCE) of a text after an answer on the topics; the vectors, shape
        (384,), are of the text and of `after` the question that was answered.
        """
        spelling = self._spelling.rows([text])
        by_meaning = self._by_meaning.sums(np.hstack([said, joined])[np.newaxis])[0]
        by_spelling = self._by_spelling.sums(hstack([spelling, self._is_after([topics])]).tocsr())[0]
        here = np.isin(self._after, [self._topics.index(topic) for topic in topics if topic in self._topics])
        rows = [log_softmax(by_meaning), np.log(expit(by_spelling) / expit(by_spelling).sum())]
        for cosines in (self._vectors @ said, self._spellings @ spelling.toarray()[0]):
            for counted in (cosines, np.where(here, cosines, 0.0)):
                nearest = np.zeros(len(self.intents))
                nearest[self._known] = np.maximum(np.maximum.reduceat(counted, self._firsts), 0.0)
                rows.append(nearest)
        columns = np.column_stack([*np.maximum(rows[:2], math.log(_LEAST)), *rows[2:]]).tolist()
        return {
            intent: dict(zip(EVIDENCE, column, strict=True))
            for intent, column in zip(self.intents, columns, strict=True)
        }

    def _is_after(self, topics: Sequence[Sequence[str]]) -> csr_matrix:
        """Which topics each row comes after, shape (len(topics), number of topics)."""
        return csr_matrix([[float(topic in of) for topic in self._topics] for of in topics], dtype=np.float32)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_vectors": self._vectors.astype(np.float16)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _vectors=state["_vectors"].astype(np.float32))


def after(question: str, text: str) -> str:
    """The message as it is read after a question that was answered."""
    return f"{question} {text}"
