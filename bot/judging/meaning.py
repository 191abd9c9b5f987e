"""How near messages are in meaning, by the sentence encoder; what was encoded is remembered for a while."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence

import numpy as np

from bot.language.encoder import DIMENSIONS, EncoderMissing, SentenceEncoder, Vectors

# Cosine from which messages ask the same: a message and the mean of a group. Of 2,500 training phrases it
# puts 86 % beside others of their intent; a lower one mixes topics, a higher one groups little.
SAME_QUESTION = 0.55
MOST_REMEMBERED = 40_000  # messages, some 60 MB
MOST_NEW = 500  # messages that one page may encode, half a second or a little more


class Meaning:
    """Shared by threads. It remembers vectors and a hash of the words, in memory alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._vectors: dict[bytes, Vectors] = {}
        self._groups = _Groups()

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of shape (len(texts), 384); zeros, which are near nothing, without an encoder."""
        keys = [_key(text) for text in texts]
        with self._lock:
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._vectors}
        try:
            encoded = SentenceEncoder.load().encode(list(new.values())) if new else ()
        except EncoderMissing:
            return _zeros(len(texts))
        with self._lock:
            known = {key: self._vectors[key] for key in keys if key in self._vectors}
            known.update(zip(new, encoded, strict=True))
            if len(self._vectors) + len(new) > MOST_REMEMBERED:
                self._vectors, self._groups = {}, _Groups()
            self._vectors.update(known)
        # One that another thread made room of meanwhile is near nothing.
        return np.stack([known.get(key, _zeros(1)[0]) for key in keys]) if keys else _zeros(0)

    def groups(self, texts: Sequence[str]) -> list[int]:
        """A number for each text, the same for those that ask the same: each joins the group whose mean is
        nearest, or begins one. A text keeps its number while the process runs. Of many texts the process has
        not met, the last ones have a group each until they are asked for again."""
        keys = [_key(text) for text in texts]
        with self._lock:
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._groups.of}
        first = dict(list(new.items())[:MOST_NEW])
        vectors = self.vectors(list(first.values()))
        with self._lock:
            for key, vector in zip(first, vectors, strict=True):
                self._groups.add(key, vector)
            alone: dict[bytes, int] = {}
            return [
                self._groups.of[key] if key in self._groups.of else alone.setdefault(key, -1 - len(alone))
                for key in keys
            ]


class _Groups:
    """`of` says which group a text is in."""

    def __init__(self) -> None:
        self.of: dict[bytes, int] = {}
        self._count = 0
        self._sums = _zeros(64)
        self._means = _zeros(64)

    def add(self, key: bytes, vector: Vectors) -> None:
        """Puts a text into a group, once."""
        if key in self.of:
            return
        near = self._means[: self._count] @ vector
        best = int(near.argmax()) if self._count else 0
        if not self._count or near[best] < SAME_QUESTION:
            best = self._count
            self._count += 1
            if best == len(self._means):
                self._sums = np.concatenate([self._sums, _zeros(best)])
                self._means = np.concatenate([self._means, _zeros(best)])
        self._sums[best] += vector
        self._means[best] = self._sums[best] / max(float(np.linalg.norm(self._sums[best])), 1e-6)
        self.of[key] = best


def _zeros(count: int) -> Vectors:
    return np.zeros((count, DIMENSIONS), dtype=np.float32)


def _key(text: str) -> bytes:
    return hashlib.blake2b(" ".join(text.casefold().split()).encode(), digest_size=16).digest()
