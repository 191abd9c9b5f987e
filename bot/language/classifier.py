"""Which intent a message has: learned from its meaning, its spelling and the phrases nearest to it.

The meaning is the sentence encoder's vector. The spelling is character n-grams (TF-IDF): they hold
on to words the encoder blurs (the name of a medicine, "php") and see through typing errors. A logistic
regression on each, and the likeness to each intent's nearest phrases in both, are added as logarithms
of probability.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import vstack
from sklearn.linear_model import LogisticRegression

from bot.language.encoder import Vectors
from bot.language.regressions import Regressions, one_against_all
from bot.language.spelling import Spelling
from bot.language.weights import weights

SEED = 20

# Weights of the parts, chosen on held-out questions.
MEANING, SPELLING = 0.5, 0.5  # of the logarithms of the two regressions' probabilities
NEAR_MEANING, NEAR_SPELLING = 6.0, 3.0  # of the cosines with the nearest phrases
NEAREST = 3  # phrases of an intent
CANDIDATES = 6  # intents whose phrases are compared
RIVALS = 3  # intents that learn what a new text of another is not
COMPARED = 50  # phrases of each, the nearest in meaning, whose spelling is compared: all of them is no better
CALIBRATION = weights("calibration", ("slope", "intercept"))  # of the log odds that the best intent is right
FAMILIAR = 1.6  # sum of both cosines with the nearest phrase from which a message is no news
OUT_OF_SCOPE = "out_of_scope"

Probabilities = npt.NDArray[np.float64]


class IntentClassifier:
    """Deterministic: the same phrases give the same model. `intents` are those learned, in the order of the
    probabilities' columns."""

    def __init__(self) -> None:
        self.intents: list[str] = []
        self._spelling = Spelling()
        self._by_meaning = Regressions()
        self._by_spelling = Regressions()
        self._texts: list[str] = []  # all phrases, intent by intent
        self._vectors: list[Vectors] = []  # by intent, of its phrases
        self._firsts: list[int] = []  # by intent, which row of `_spellings` is its first phrase's
        self._spellings: Any = None  # of all phrases

    def fit(
        self,
        texts: Sequence[str],
        vectors: Vectors,
        intents: Sequence[str],
        counts: Sequence[float] | None = None,
        before: IntentClassifier | None = None,
    ) -> None:
        """Learns from texts, their vectors of shape (len(texts), 384) and their intents; `counts` says how
        often each counts.

        Where texts were only added to those `before` has learned, the spelling is learned anew of the intents
        that they have or were likely to be taken for, and is what it was for all others: so it takes seconds.
        """
        of = np.array(intents)
        self.intents = [str(intent) for intent in np.unique(of)]
        meaning = LogisticRegression(C=10, max_iter=60, tol=1e-3, random_state=SEED)
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # fits compute outside Python's lock
            fitting = pool.submit(meaning.fit, vectors, intents, sample_weight=counts)
            places = before._places(texts, intents) if before else None
            if before and places is not None:
                added = [row for row, place in enumerate(places) if place >= len(before._texts)]
                new = [texts[row] for row in added]
                touched = {intents[row] for row in added} | before._likeliest(new, vectors[added])
                self._spelling, self._by_spelling = before._spelling, before._by_spelling
                spelled = [before._spellings, self._spelling.rows(new)] if new else [before._spellings]
                spellings = vstack(spelled).tocsr()[places]
            else:
                touched = {*self.intents}
                spellings = self._spelling.fit(texts)
                shape = (spellings.shape[1], len(self.intents))
                self._by_spelling = Regressions.none(*shape)
            # One model an intent: five times as fast on sparse features as all in one.
            exact = spellings.astype(np.float64)
            columns = [column for column, intent in enumerate(self.intents) if intent in touched]
            fits = pool.map(
                lambda column: one_against_all(exact, of == self.intents[column], counts), columns
            )
            self._by_spelling = self._by_spelling.but(columns, [*fits])
            fitting.result()
        self._by_meaning = Regressions.of(meaning.coef_, meaning.intercept_)
        order = np.argsort(of, kind="stable")
        self._vectors = [vectors[of == intent] for intent in self.intents]
        self._firsts = [int(first) for first in np.cumsum([0, *map(len, self._vectors)])]
        self._texts = [texts[row] for row in order]
        self._spellings = spellings[order].tocsr()

    def vectors(self) -> dict[str, Vectors]:
        """Those of the texts it has learned, each of shape (384,)."""
        return dict(zip(self._texts, np.vstack(self._vectors), strict=True))

    def _places(self, texts: Sequence[str], intents: Sequence[str]) -> list[int] | None:
        """Where each text is among the phrases, new ones counted on; None if any phrase or intent is gone."""
        numbers = np.repeat(np.arange(len(self.intents)), [len(vectors) for vectors in self._vectors])
        known = [*zip(self._texts, (self.intents[number] for number in numbers), strict=True)]
        asked = [*zip(texts, intents, strict=True)]
        if Counter(known) - Counter(asked) or {*intents} != {*self.intents}:
            return None
        places = {pair: place for place, pair in enumerate(known)}
        new = count(len(known))
        return [places[pair] if pair in places else next(new) for pair in asked]

    def _likeliest(self, texts: Sequence[str], vectors: Vectors) -> set[str]:
        """The intents any of the texts is likely to be taken for."""
        rows = self.probabilities(texts, vectors) if texts else ()
        return {self.intents[column] for row in rows for column in np.argsort(-row)[:RIVALS]}

    def probabilities(self, texts: Sequence[str], vectors: Vectors) -> Probabilities:
        """Shape (len(texts), number of intents), before `calibrated`; columns are as in `intents`.

        A row sums to 1, or to less where no intent stands for what is out of scope: what is missing is then
        the probability that it is none of them.
        """
        probabilities, likeness = self._compared(texts, vectors)
        if OUT_OF_SCOPE not in self.intents:  # then only unlikeness to all phrases tells what is
            probabilities *= np.minimum(1.0, likeness.sum(axis=1) / FAMILIAR)[:, np.newaxis]
        return probabilities

    def _compared(self, texts: Sequence[str], vectors: Vectors) -> tuple[Probabilities, Probabilities]:
        """Probabilities whose rows sum to 1, and each text's likeness (cosine, in meaning and in spelling)
        to the nearest phrase, shape (len(texts), 2)."""
        spellings = self._spelling.rows(texts)
        scores = MEANING * _log(_share(np.exp(_from_best(self._by_meaning.sums(vectors)))))
        scores += SPELLING * _log(_share(1 / (1 + np.exp(-self._by_spelling.sums(spellings)))))
        nearest = np.zeros((len(texts), 2))
        for row in range(len(texts)):
            candidates = np.argsort(-scores[row], kind="stable")[:CANDIDATES]
            near = self._nearest(vectors[row], spellings[row].toarray()[0], candidates)
            # Beside an intent that was not compared, a compared one has no advantage.
            bonus = near @ np.array([NEAR_MEANING, NEAR_SPELLING])
            scores[row] += bonus.min()
            scores[row, candidates] += bonus - bonus.min()
            nearest[row] = near.max(axis=0)
        return _share(np.exp(_from_best(scores))), nearest

    def _nearest(self, vector: Vectors, spelling: Vectors, intents: npt.NDArray[np.intp]) -> Probabilities:
        """The likeness to each intent's nearest phrases, shape (len(intents), 2): in meaning their mean, in
        spelling the nearest."""
        in_meaning, rows = [], []
        for intent in intents:
            likeness = self._vectors[intent] @ vector
            order = likeness.argpartition(max(0, len(likeness) - COMPARED))[-COMPARED:]
            in_meaning.append(np.sort(likeness[order])[-NEAREST:].mean())
            rows.append(order + self._firsts[intent])
        in_spelling = self._spellings[np.concatenate(rows)] @ spelling
        starts = np.cumsum([0, *map(len, rows[:-1])])
        return np.column_stack([in_meaning, np.maximum.reduceat(in_spelling, starts)])


def calibrated(best: float) -> float:
    """How likely it is that an intent of this probability, the best of its message, is right."""
    return float(sure(np.array(best), CALIBRATION))


def sure(best: Probabilities, calibration: Mapping[str, float]) -> Probabilities:
    """How likely it is that the best intents are right, given their probabilities."""
    logit = calibration["slope"] * log_odds(best) + calibration["intercept"]
    result: Probabilities = 1 / (1 + np.exp(-logit))
    return result


def log_odds(probabilities: Probabilities) -> Probabilities:
    """Finite for 0 and 1 too."""
    inside = np.clip(probabilities, 1e-6, 1 - 1e-6)
    result: Probabilities = np.log(inside / (1 - inside))
    return result


def _from_best(scores: Probabilities) -> Probabilities:
    """The best of each row 0 and the others below it, so that none is too large to raise e to."""
    result: Probabilities = scores - scores.max(axis=1, keepdims=True)
    return result


def _share(masses: Probabilities) -> Probabilities:
    """Rows that sum to 1."""
    result: Probabilities = masses / masses.sum(axis=1, keepdims=True)
    return result


def _log(probabilities: Probabilities) -> Probabilities:
    result: Probabilities = np.log(np.maximum(probabilities, 1e-9))
    return result
