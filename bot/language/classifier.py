"""Which intent a message has: learned from its meaning, its spelling and the phrases nearest to it.

The meaning is the sentence encoder's vector. The spelling is character n-grams (TF-IDF): they hold
on to words the encoder blurs (the name of a medicine, "php") and see through typing errors. A logistic
regression on each, and the likeness to each intent's nearest phrases in both, are added as logarithms
of probability.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.language.encoder import Vectors
from bot.language.weights import weights

SEED = 20

# Weights of the parts, chosen on held-out questions.
MEANING, SPELLING = 0.5, 0.5  # of the logarithms of the two regressions' probabilities
NEAR_MEANING, NEAR_SPELLING = 6.0, 3.0  # of the cosines with the nearest phrases
NEAREST = 3  # phrases of an intent
CANDIDATES = 6  # intents whose phrases are compared
CALIBRATION = weights("calibration", ("slope", "intercept"))  # of the log odds that the best intent is right
FAMILIAR = 1.6  # sum of both cosines with the nearest phrase from which a message is no news
OUT_OF_SCOPE = "out_of_scope"

Probabilities = npt.NDArray[np.float64]


class IntentClassifier:
    """Deterministic: the same phrases give the same model. `intents` are those learned, in the order of the
    probabilities' columns."""

    def __init__(self) -> None:
        self.intents: list[str] = []
        self._ngrams = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, dtype=np.float32
        )
        self._meaning = LogisticRegression(C=10, max_iter=60, tol=1e-3, random_state=SEED)
        # One model an intent: five times as fast on sparse features as all in one.
        self._spelling = LogisticRegression(C=20, tol=0.05, solver="liblinear", random_state=SEED)
        self._phrases: list[tuple[Vectors, Any]] = []  # by intent: vectors, n-grams

    def fit(
        self,
        texts: Sequence[str],
        vectors: Vectors,
        intents: Sequence[str],
        counts: Sequence[float] | None = None,
    ) -> None:
        """Learns from texts, their vectors of shape (len(texts), 384) and their intents; `counts` says how
        often each counts."""
        ngrams = self._ngrams.fit_transform([text.lower() for text in texts])
        with ThreadPoolExecutor() as pool:  # both compute outside Python's lock
            fits = [pool.submit(self._meaning.fit, vectors, intents, sample_weight=counts)]
            fits += [pool.submit(self._spelling.fit, ngrams, intents, sample_weight=counts)]
        for fit in fits:
            fit.result()
        self.intents = [str(intent) for intent in self._meaning.classes_]
        of = np.array(intents)
        self._phrases = [(vectors[of == intent], ngrams[of == intent].tocsr()) for intent in self.intents]

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
        ngrams = self._ngrams.transform([text.lower() for text in texts])
        scores = MEANING * _log(self._meaning.predict_proba(vectors))
        scores += SPELLING * _log(self._spelling.predict_proba(ngrams))
        nearest = np.zeros((len(texts), 2))
        for row in range(len(texts)):
            candidates = np.argsort(-scores[row], kind="stable")[:CANDIDATES]
            spelling = ngrams[row].toarray()[0]
            near = np.array([self._nearest(vectors[row], spelling, int(intent)) for intent in candidates])
            # Beside an intent that was not compared, a compared one has no advantage.
            bonus = near @ np.array([NEAR_MEANING, NEAR_SPELLING])
            scores[row] += bonus.min()
            scores[row, candidates] += bonus - bonus.min()
            nearest[row] = near.max(axis=0)
        scores -= scores.max(axis=1, keepdims=True)
        probabilities = np.exp(scores)
        return probabilities / probabilities.sum(axis=1, keepdims=True), nearest

    def _nearest(self, vector: Vectors, ngrams: Vectors, intent: int) -> tuple[float, float]:
        """The likeness to the intent's nearest phrases: in meaning their mean, in spelling the nearest."""
        vectors, spellings = self._phrases[intent]
        likeness = vectors @ vector
        likeness.partition(max(0, len(likeness) - NEAREST))
        in_meaning = likeness[-NEAREST:].sum() / min(NEAREST, len(likeness))
        in_spelling = (spellings @ ngrams).max()
        return float(in_meaning), float(in_spelling)


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


def _log(probabilities: Probabilities) -> Probabilities:
    result: Probabilities = np.log(np.maximum(probabilities, 1e-9))
    return result
