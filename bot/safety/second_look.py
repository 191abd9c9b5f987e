"""How much a sentence sounds like a hint at danger: enough for a line of support beside the answer.

A regression that learned hints alone, and a second look at what it is unsure of: the sentence may lie nearer
to known hints than to harmless sentences that look like them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.safety.alarm import Alarm, Scores, Vectors, fit, probabilities

LOOKED_TWICE = 0.2  # share of the harmless sentences whose neighbors are compared: most are clear without
NEAREST = 5
WEIGHT = 20.0  # of a cosine in log odds
MOST_HARMLESS = 6000  # of them those are kept that sound most like hints


@dataclass(frozen=True)
class Hints:
    """Fitted; scores are probabilities, 0 to 1."""

    alarm: Alarm
    unsure_from: float  # log odds of the alarm
    hints: Vectors  # shape (number, 384)
    harmless: Vectors

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Scores:
        """Of texts and their vectors of shape (len(texts), 384); 0 for what is clearly no hint."""
        sums = self.alarm.sums(texts, vectors)
        unsure = sums >= self.unsure_from
        result = np.zeros(len(texts))
        if unsure.any():
            nearer = _near(vectors[unsure], self.hints) - _near(vectors[unsure], self.harmless)
            result[unsure] = probabilities(sums[unsure] + WEIGHT * nearer)
        return result


def fit_hints(texts: Sequence[str], vectors: Vectors, is_hint: npt.NDArray[np.bool_]) -> Hints:
    """Fits on hints and harmless texts; vectors have shape (len(texts), 384)."""
    alarm = fit(texts, vectors, is_hint)
    sums = alarm.sums(texts, vectors)
    harmless = np.flatnonzero(~is_hint)
    alike = harmless[np.argsort(-sums[harmless], kind="stable")[:MOST_HARMLESS]]
    return Hints(
        alarm,
        float(np.quantile(sums[harmless], 1 - LOOKED_TWICE)),
        vectors[is_hint],
        vectors[alike],
    )


def _near(vectors: Vectors, known: Vectors) -> Scores:
    """Mean cosine of each vector and the nearest of those known; shape (len(vectors),)."""
    count = min(NEAREST, len(known))
    made = [np.partition(known @ vector, -count)[-count:].mean() for vector in vectors]
    return np.array(made, dtype=np.float64)
