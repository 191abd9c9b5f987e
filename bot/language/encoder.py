"""Turns sentences into vectors whose dot product says how close their meanings are.

The model is all-MiniLM-L6-v2 as an ONNX graph (see build_encoder.py), run on one thread.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from bot.settings import settings

Vectors = npt.NDArray[np.float32]

DIMENSIONS = 384
MAX_TOKENS = 128  # a long message's beginning; longer ones are rare and cost 20 ms and more
_BATCH = 32


class EncoderMissing(Exception):
    """The encoder has not been built; the message says which command builds it."""


class SentenceEncoder:
    """Encodes text; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Reads `encoder.onnx` and `tokenizer.json`. Raises EncoderMissing."""
        graph, tokenizer = folder / "encoder.onnx", folder / "tokenizer.json"
        if not graph.exists() or not tokenizer.exists():
            raise EncoderMissing(f"no sentence encoder in {folder}: run `python -m bot encoder build`")
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> SentenceEncoder:
        """The encoder of the settings, read once a process."""
        return SentenceEncoder(settings().encoder_dir)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, shape (len(texts), 384), float32."""
        # Sentences of like length share a batch, so that little is computed for padding.
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        if len(batches) == 1:
            return self._encode(texts)
        # Batches side by side: twice as fast on two cores as both cores on one batch.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = pool.map(lambda batch: self._encode([texts[index] for index in batch]), batches)
            for batch, encoded in zip(batches, found, strict=True):
                vectors[batch] = encoded
        return vectors

    def _encode(self, texts: Sequence[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(list(texts))
        ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.float32)
        vectors: Vectors = self._session.run(None, {"ids": ids, "mask": mask})[0]
        return vectors


class Remembered:
    """An encoder that encodes each text once, `known` ones not at all; for the time of one message, or one
    training."""

    def __init__(self, encoder: SentenceEncoder, known: Mapping[str, Vectors] | None = None) -> None:
        """`known` are vectors of shape (384,) by text."""
        self._encoder = encoder
        self._known = dict(known or {})

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As the encoder's."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts]) if texts else self._encoder.encode(texts)
