"""Log-linear choices: the weights of features under which the right candidates are likeliest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import logsumexp

Array = npt.NDArray[np.float64]
Weights = dict[str, float]
_NEVER = -1e9  # log probability of what is not right


@dataclass(frozen=True)
class Choice:
    """Something to choose: features of shape (candidates, names), which candidates are right (one at
    least), and how often the choice counts."""

    features: Array
    right: npt.NDArray[np.bool_]
    counts: float = 1.0

    @staticmethod
    def of(
        candidates: Iterable[Mapping[str, float]],
        right: Iterable[bool],
        names: Sequence[str],
        counts: float = 1.0,
    ) -> Choice:
        """A choice among candidates given by their features; a name that one has not is 0."""
        rows = [[float(candidate.get(name, 0.0)) for name in names] for candidate in candidates]
        return Choice(np.array(rows), np.array(list(right), dtype=bool), counts)

    def weigh(self, weights: Mapping[str, float]) -> Array:
        """The weight of each candidate; `weights` has the order of the features."""
        result: Array = self.features @ np.array(list(weights.values()))
        return result


def fit(choices: Sequence[Choice], prior: Mapping[str, float], strength: float) -> Weights:
    """The likeliest weights, held to `prior` by normal distributions of the precision `strength`."""
    features = np.concatenate([choice.features for choice in choices])
    right = np.concatenate([choice.right for choice in choices])
    sizes = np.array([len(choice.right) for choice in choices])
    counts = np.array([choice.counts for choice in choices])
    starts = np.cumsum(sizes) - sizes
    centre = np.array(list(prior.values()))

    def chances(weighed: Array) -> tuple[Array, Array]:
        """The log of each choice's sum, and each candidate's share in it."""
        most = np.maximum.reduceat(weighed, starts)
        masses = np.exp(weighed - np.repeat(most, sizes))
        sums = np.add.reduceat(masses, starts)
        return most + np.log(sums), masses / np.repeat(sums, sizes)

    def loss(weights: Array) -> tuple[float, Array]:
        weighed = features @ weights
        every, shares = chances(weighed)
        good, good_shares = chances(np.where(right, weighed, _NEVER))
        off = weights - centre
        slope = features.T @ (np.repeat(counts, sizes) * (shares - good_shares)) + strength * off
        return float(counts @ (every - good) + strength / 2 * (off @ off)), slope

    found = minimize(loss, centre, jac=True, method="L-BFGS-B", options={"maxiter": 1000})
    return dict(zip(prior, map(float, found.x), strict=True))


def chance(choices: Sequence[Choice], weights: Mapping[str, float]) -> float:
    """The probability given to what is right: the geometric mean over the choices."""
    logs = []
    for choice in choices:
        weighed = choice.weigh(weights)
        logs.append(logsumexp(weighed[choice.right]) - logsumexp(weighed))
    counts = [choice.counts for choice in choices]
    return float(np.exp(np.average(logs, weights=counts)))


def right_first(choices: Sequence[Choice], weights: Mapping[str, float]) -> float:
    """The share of choices whose likeliest candidate is right."""
    return float(np.mean([choice.right[choice.weigh(weights).argmax()] for choice in choices]))
