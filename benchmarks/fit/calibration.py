"""How sure the classifier is, fitted to how often it is right: logistic regression on held-out questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.progress import Progress
from sklearn.linear_model import LogisticRegression

from benchmarks.fit.material import QUESTIONS, Judge, cases, learned, phrases
from benchmarks.fit.report import Fitted, Score
from bot.language.classifier import CALIBRATION, log_odds, sure
from bot.language.encoder import SentenceEncoder

Numbers = npt.NDArray[np.float64]

_FREE = 1e3  # hardly any regularisation, for two numbers
_BINS = 10  # of equal width


def run(progress: Progress) -> Fitted:
    """Raises CasesError."""
    turns = [turn for [turn] in cases(QUESTIONS)]
    work = progress.add_task("Classifier of all phrases", total=2)
    classifier = learned(phrases())
    progress.advance(work)
    texts = [turn.text for turn in turns]
    probabilities = classifier.probabilities(texts, SentenceEncoder.load().encode(texts))
    progress.advance(work)
    judge = Judge(classifier.intents)
    intents = [classifier.intents[best] for best in probabilities.argmax(axis=1)]
    right = np.array([intent in judge.accepted(turn) for intent, turn in zip(intents, turns, strict=True)])
    best = probabilities.max(axis=1)
    fitted = fit(best, right)
    return Fitted(
        "calibration",
        CALIBRATION,
        fitted,
        tuple(
            Score(f"{name}, {len(turns)} questions", of(best, right, CALIBRATION), of(best, right, fitted))
            for name, of in (
                ("probability of what is so (geometric mean)", chance),
                ("calibration error", error),
            )
        ),
    )


def fit(best: Numbers, right: npt.NDArray[np.bool_]) -> dict[str, float]:
    """From the probability of each likeliest intent, and whether it is right."""
    model: Any = LogisticRegression(C=_FREE).fit(log_odds(best)[:, np.newaxis], right)
    return {"slope": float(model.coef_[0, 0]), "intercept": float(model.intercept_[0])}


def chance(best: Numbers, right: npt.NDArray[np.bool_], weights: Mapping[str, float]) -> float:
    """The probability given to being right or wrong: the geometric mean."""
    confidence = sure(best, weights)
    return float(np.exp(np.log(np.where(right, confidence, 1 - confidence)).mean()))


def error(best: Numbers, right: npt.NDArray[np.bool_], weights: Mapping[str, float]) -> float:
    """The expected calibration error, 0 to 1."""
    confidence = sure(best, weights)
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    off = [abs((confidence - right)[bins == one].sum()) for one in set(bins.tolist())]
    return float(sum(off) / len(right))
