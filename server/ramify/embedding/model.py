"""From a text to its vector.

Chunks and queries go in, rows of unit length come out; near in meaning is near in cosine.
Reads its own data file and nothing else; must never know what is indexed or how vectors are kept.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ramify.embedding.tokens import subtokens


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


def load_embedder() -> Embedder:
    """The model that ships with this package."""
    return HashingEmbedder()


class HashingEmbedder:
    """Feature hashing of sub-tokens with square-root term frequency: no training, no data file."""

    model_id = "hashing-256-1"
    dimensions = 256

    def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            self._add_subtokens(row, text)
        return rows

    def embed_query(self, text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = np.zeros(self.dimensions, dtype=np.float32)
        self._add_subtokens(row, text)
        return row

    def _add_subtokens(self, row: NDArray[np.float32], text: str) -> None:
        for token, count in Counter(subtokens(text)).items():
            bits = crc32(token.encode())
            row[bits % self.dimensions] += count**0.5 if bits & 0x10000 else -(count**0.5)
        length = float(np.linalg.norm(row))
        if length > 0.0:
            row /= length
