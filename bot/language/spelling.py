"""The spelling of a text: its character n-grams, weighed by how rare they are (TF-IDF).

Scikit-learn learns the n-grams; a single text is looked up here, in a quarter of the time its vectoriser
takes to check its input.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer


class Spelling:
    """Learned by `fit`; afterwards `rows` gives texts as vectors over the same n-grams."""

    def __init__(self) -> None:
        self._ngrams: dict[str, int] = {}
        self._rarity: npt.NDArray[np.float32] = np.zeros(0, dtype=np.float32)

    def fit(self, texts: Sequence[str]) -> csr_matrix:
        """The texts' vectors, shape (len(texts), number of n-grams), of unit length."""
        learner = _vectoriser()
        rows = learner.fit_transform([text.lower() for text in texts])
        self._ngrams, self._rarity = learner.vocabulary_, learner.idf_.astype(np.float32)
        return rows.tocsr()

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """The same for texts that were not learned from; a text without any known n-gram is zero."""
        found = [self._row(text) for text in texts]
        ends = np.cumsum([0, *(len(places) for places, _ in found)])
        places = np.concatenate([places for places, _ in found])
        values = np.concatenate([values for _, values in found])
        return csr_matrix((values, places, ends), shape=(len(texts), len(self._rarity)))

    def _row(self, text: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        counts = Counter(self._analyse(text.lower()))
        known = [(self._ngrams[ngram], count) for ngram, count in counts.items() if ngram in self._ngrams]
        places = np.array([place for place, _ in known], dtype=np.int32)
        often = np.array([count for _, count in known], dtype=np.float32)
        values = (1 + np.log(often)) * self._rarity[places]
        return places, values / max(np.sqrt(values @ values), np.float32(1e-12))

    @cached_property
    def _analyse(self) -> Any:
        return _vectoriser().build_analyzer()

    def __getstate__(self) -> dict[str, Any]:
        """Without the analyser, which is a function."""
        return {"_ngrams": self._ngrams, "_rarity": self._rarity}


def _vectoriser() -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, lowercase=False, dtype=np.float32
    )
