"""From a text to its words and its vector, and from a question and pieces to scores.

Chunks and queries go in, rows of unit length come out; near in meaning is near in cosine. The few
pieces that are nearest can be compared again, word by word.
Reads its own data files and nothing else; must never know what is indexed or how vectors are kept.
"""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ramify.embedding.reranker import (
    MOST_ASKED,
    NAME_WORDS,
    NO_WORD,
    Answering,
    Asked,
    Pieces,
    Reranker,
    Table,
    WordStatistics,
)
from ramify.embedding.tokens import raw_subtokens
from ramify.embedding.vocabulary import Vocabulary

Floats = NDArray[np.float32]

_MOST_NAMES = 4096
"""That are remembered with their words: questions meet the same ones again and again."""

MOST_WORDS = 128
"""Distinct sub-tokens of a text that count; what comes after them is not seen."""


@dataclass(frozen=True, slots=True)
class Words:
    """The distinct sub-tokens of a text that the model knows, at most MOST_WORDS."""

    numbers: NDArray[np.uint16]
    """In order of first occurrence."""
    times: NDArray[np.float32]
    """How often each occurs."""


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

    def embed_words(self, texts: Sequence[Words]) -> NDArray[np.float32]:
        """The same of texts that were read before."""
        ...

    def read(self, tokens: Sequence[str]) -> Words:
        """What the model sees of a text, by its sub-tokens as they are written."""
        ...

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, shape (dimensions,), to be multiplied with rows of chunks."""
        ...

    def numbers_of(self, names: Sequence[str]) -> NDArray[np.int32]:
        """The distinct words of each name, as `Pieces` holds them."""
        ...

    def answering(self, query: str, pieces: Pieces, statistics: WordStatistics) -> Answering:
        """How well each piece answers the question, read word by word."""
        ...


@cache
def load_embedder() -> Embedder:
    """The model that ships with this package: read once, then shared."""
    return StaticEmbedder(_arrays(model_content()), _arrays(_content("reranker.npz")))


def model_content() -> bytes:
    """The file that vectors depend on: other bytes, another model."""
    return _content("model.npz")


def _content(name: str) -> bytes:
    return files("ramify.embedding").joinpath("data", name).read_bytes()


def _arrays(content: bytes) -> dict[str, NDArray[np.generic]]:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


class StaticEmbedder:
    """A learned vector for each sub-token; a text is the weighted sum of its words.

    Weights: square root of the frequency, times a weight by place of first occurrence in a chunk,
    or times a weight of the word in a query. Vectors are bytes with one scale a row.
    """

    def __init__(
        self,
        arrays: dict[str, NDArray[np.generic]],
        reranker: dict[str, NDArray[np.generic]],
    ) -> None:
        self.model_id = bytes(arrays["model_id"]).decode()
        self._vocabulary = Vocabulary(bytes(arrays["words"]).decode().split("\n"))
        self._vectors = arrays["vectors"].astype(np.int8, copy=False)
        self.dimensions = int(self._vectors.shape[1])
        self._chunk_weights = arrays["vector_scales"].astype(np.float32)
        self._in_question = arrays["query_weights"].astype(np.float32)
        self._query_weights = self._chunk_weights * self._in_question
        self._place_weights = arrays["place_weights"].astype(np.float32)
        self.table = Table(self._vectors, self._chunk_weights)
        self._reranker = Reranker(reranker)
        self._numbers_of = lru_cache(_MOST_NAMES)(self._filled_numbers)

    def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_words([self.read(raw_subtokens(text)) for text in texts])

    def embed_words(self, texts: Sequence[Words]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            places = self._place_weights[: len(text.numbers)]
            weights = np.sqrt(text.times) * places * self._chunk_weights[text.numbers]
            self._sum_into(row, text.numbers, weights)
        return rows

    def embed_query(self, text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = np.zeros(self.dimensions, dtype=np.float32)
        words = self.read(raw_subtokens(text))
        weights = np.sqrt(words.times) * self._query_weights[words.numbers]
        self._sum_into(row, words.numbers, weights)
        return row

    def read(self, tokens: Sequence[str]) -> Words:
        counts = Counter(self._vocabulary.numbers(tokens))
        numbers = np.fromiter(counts.keys(), dtype=np.uint16, count=len(counts))
        times = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        return Words(numbers[:MOST_WORDS], times[:MOST_WORDS])

    def asked(self, query: str) -> Asked:
        """What the reranker reads of a question."""
        words = self.read(raw_subtokens(query)).numbers[:MOST_ASKED].astype(np.int64)
        return Asked(words, self._in_question[words] * self.table.norms[words])

    def numbers_of(self, names: Sequence[str]) -> NDArray[np.int32]:
        every = chain.from_iterable(map(self._numbers_of, names))
        return np.fromiter(every, np.int32, NAME_WORDS * len(names)).reshape(-1, NAME_WORDS)

    def _filled_numbers(self, name: str) -> tuple[int, ...]:
        distinct = tuple(dict.fromkeys(self._vocabulary.numbers(raw_subtokens(name))))[:NAME_WORDS]
        return distinct + (NO_WORD,) * (NAME_WORDS - len(distinct))

    def answering(self, query: str, pieces: Pieces, statistics: WordStatistics) -> Answering:
        return self._reranker.answering(self.table, self.asked(query), pieces, statistics)

    def _sum_into(
        self, row: Floats, words: NDArray[np.uint16], weights: NDArray[np.float32]
    ) -> None:
        np.matmul(weights, self._vectors.take(words, axis=0).astype(np.float32), out=row)
        length = float(np.sqrt(row @ row))
        if length > 0.0:
            row /= length
