"""From a text to its vector.

Chunks and queries go in, rows of unit length come out; near in meaning is near in cosine.
Reads its own data file and nothing else; must never know what is indexed or how vectors are kept.
"""

import io
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ramify.embedding.vocabulary import Vocabulary

MOST_WORDS = 128
"""Distinct sub-tokens of a text that count; what comes after them is not seen."""


class Embedder(Protocol):
    """Turns texts into comparable vectors: pure, deterministic, safe to call from any thread."""

    @property
    def model_id(self) -> str:
        """Names the model; vectors of two different ids must never be compared."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of every vector."""
        ...

    def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row for each text, in order: shape (len(texts), dimensions).

        A row has unit length, or is all zero where the text holds nothing that can be embedded.
        It depends on its own text alone, never on the others of the batch.
        """
        ...

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, shape (dimensions,), to be multiplied with rows of chunks."""
        ...


@cache
def load_embedder() -> Embedder:
    """The model that ships with this package: read once, then shared."""
    with np.load(io.BytesIO(model_content()), allow_pickle=False) as arrays:
        return StaticEmbedder({name: arrays[name] for name in arrays.files})


def model_content() -> bytes:
    """The file that the model is loaded from: other bytes, another model."""
    return files("ramify.embedding").joinpath("data", "model.npz").read_bytes()


class StaticEmbedder:
    """A learned vector for each sub-token; a text is the weighted sum of its words.

    Weights: square root of the frequency, times a weight by place of first occurrence in a chunk,
    or times a weight of the word in a query. Vectors are bytes with one scale a row.
    """

    def __init__(self, arrays: dict[str, NDArray[np.generic]]) -> None:
        self.model_id = bytes(arrays["model_id"]).decode()
        self._vocabulary = Vocabulary(bytes(arrays["words"]).decode().split("\n"))
        self._vectors = arrays["vectors"].astype(np.int8, copy=False)
        self.dimensions = int(self._vectors.shape[1])
        self._chunk_weights = arrays["vector_scales"].astype(np.float32)
        self._query_weights = self._chunk_weights * arrays["query_weights"].astype(np.float32)
        self._place_weights = arrays["place_weights"].astype(np.float32)

    def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for at, text in enumerate(texts):
            words, times = self._words(text)
            places = self._place_weights[: len(words)]
            self._sum_into(rows[at], words, np.sqrt(times) * places * self._chunk_weights[words])
        return rows

    def embed_query(self, text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = np.zeros(self.dimensions, dtype=np.float32)
        words, times = self._words(text)
        self._sum_into(row, words, np.sqrt(times) * self._query_weights[words])
        return row

    def _words(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The distinct words by first occurrence, and how often each occurs."""
        counts = Counter(self._vocabulary.numbers(text))
        words = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        times = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        return words[:MOST_WORDS], times[:MOST_WORDS]

    def _sum_into(
        self, row: NDArray[np.float32], words: NDArray[np.int64], weights: NDArray[np.float32]
    ) -> None:
        np.matmul(weights, self._vectors.take(words, axis=0).astype(np.float32), out=row)
        length = float(np.sqrt(row @ row))
        if length > 0.0:
            row /= length
