"""How much a sentence sounds alarming, where a second look is taken at what the regression is unsure of: the
sentence may lie nearer to known alarming sentences than to harmless ones that sound like them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.safety.alarm import Alarm, Scores, Vectors, fit, probabilities

NEAREST = 5
WEIGHT = 20.0  # of a cosine in log odds
MOST_HARMLESS = 6000  # of them those are kept that sound most alarming
_AT_ONCE = 256  # vectors compared with all known ones


@dataclass(frozen=True)
class SecondLook:
    """Fitted; scores are probabilities, 0 to 1."""

    alarm: Alarm
    unsure_from: float  # log odds of the alarm
    alarming: Vectors  # shape (number, 384); of half precision, so that the file has half the size
    harmless: Vectors

    def __getstate__(self) -> dict[str, Any]:
        return {
            **vars(self),
            **{name: vars(self)[name].astype(np.float16) for name in ("alarming", "harmless")},
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        vars(self).update({name: state[name].astype(np.float32) for name in ("alarming", "harmless")})

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Scores:
        """Of texts and their vectors of shape (len(texts), 384); 0 for what is clearly harmless."""
        sums = self.alarm.sums(texts, vectors)
        unsure = sums >= self.unsure_from
        result = np.zeros(len(texts))
        if unsure.any():
            nearer = _near(vectors[unsure], self.alarming) - _near(vectors[unsure], self.harmless)
            result[unsure] = probabilities(sums[unsure] + WEIGHT * nearer)
        return result


def fit_with_second_look(
    texts: Sequence[str], vectors: Vectors, is_alarming: npt.NDArray[np.bool_], share: float
) -> SecondLook:
    """Fits on alarming and harmless texts; vectors have shape (len(texts), 384). `share` of the harmless
    ones are such that a second look is taken."""
    alarm = fit(texts, vectors, is_alarming)
    sums = alarm.sums(texts, vectors)
    harmless = np.flatnonzero(~is_alarming)
    alike = harmless[np.argsort(-sums[harmless], kind="stable")[:MOST_HARMLESS]]
    unsure_from = float(np.quantile(sums[harmless], 1 - share))
    return SecondLook(alarm, unsure_from, _rounded(vectors[is_alarming]), _rounded(vectors[alike]))


def _rounded(vectors: Vectors) -> Vectors:
    """To what a file keeps of them."""
    return vectors.astype(np.float16).astype(np.float32)


def _near(vectors: Vectors, known: Vectors) -> Scores:
    """Mean cosine of each vector and the nearest of those known; shape (len(vectors),)."""
    count = min(NEAREST, len(known))
    made = np.empty(len(vectors))
    for start in range(0, len(vectors), _AT_ONCE):
        cosines = vectors[start : start + _AT_ONCE] @ known.T
        made[start : start + _AT_ONCE] = np.partition(cosines, -count)[:, -count:].mean(axis=1)
    return made
