"""BM25 over sub-tokens: what every figure of the model is set beside."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ramify.embedding.tokens import subtokens


class Bm25:
    """An inverted index over fixed texts (Robertson and Zaragoza 2009; k1 = 1.2, b = 0.75)."""

    def __init__(self, texts: Sequence[str], k1: float = 1.2, b: float = 0.75) -> None:
        counts = [Counter(subtokens(text)) for text in texts]
        lengths = np.array([sum(count.values()) for count in counts], dtype=np.float64)
        norms = k1 * (1 - b + b * lengths / max(lengths.mean(), 1.0))
        postings: dict[str, list[tuple[int, int]]] = {}
        for row, count in enumerate(counts):
            for token, times in count.items():
                postings.setdefault(token, []).append((row, times))
        self._size = len(texts)
        self._weights: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
        for token, found in postings.items():
            rows = np.array([row for row, _ in found])
            times = np.array([float(count) for _, count in found])
            idf = np.log(1 + (self._size - len(found) + 0.5) / (len(found) + 0.5))
            self._weights[token] = (rows, idf * times * (k1 + 1) / (times + norms[rows]))

    def scores(self, query: str) -> NDArray[np.float64]:
        """The score of every text, shape (number of texts,)."""
        total = np.zeros(self._size)
        for token in set(subtokens(query)):
            if token in self._weights:
                rows, weights = self._weights[token]
                total[rows] += weights
        return total
