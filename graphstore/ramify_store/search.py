"""Search over the live chunks in memory: full text by BM25, and exact nearest.

Filters apply to every row before anything is ranked. A view shows only the chunks of files that
stand as the committed graph has them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ramify_store.chunk_rows import NOT_EMBEDDED, ChunkRows, Mask, Rows
from ramify_store.postings import LivePostings
from ramify_store.vectors import Floats
from ramify_store.view import ChunkFilter, Hit


class ChunkView:
    """A SearchView of one moment."""

    def __init__(
        self,
        rows: ChunkRows,
        postings: Callable[[], LivePostings],
        standing: Mask,
        text_of: Callable[[Hit], str],
    ) -> None:
        """`postings` are asked for with the first words; see `full_text` for how it may fail."""
        self._rows = rows
        self._postings = postings
        self._standing = standing
        self._text_of = text_of

    def full_text(self, words: Sequence[str], limit: int, only: ChunkFilter) -> Sequence[Hit]:
        return self._matching(words, limit, self._allowed(only))

    def nearest(self, vector: Floats, limit: int, only: ChunkFilter) -> Sequence[Hit]:
        """Exact, but for the rounding of the stored vectors to bytes."""
        return self._near(vector, limit, self._allowed(only))

    def both(
        self, words: Sequence[str], vector: Floats | None, limit: int, only: ChunkFilter
    ) -> tuple[Sequence[Hit], Sequence[Hit]]:
        allowed = self._allowed(only)
        nearest = [] if vector is None else self._near(vector, limit, allowed)
        return self._matching(words, limit, allowed), nearest

    def cosines_of(self, hits: Sequence[Hit], vector: Floats) -> Floats:
        places = self._places(hits)
        rows = self._rows.matrix[places].astype(np.float32)
        cosines: Floats = (rows @ vector) * self._rows.scales[places]
        cosines[places < 0] = np.nan
        return cosines

    def words_of(self, hits: Sequence[Hit]) -> NDArray[np.int32]:
        return self._rows.words.padded(self._places(hits))

    def word_counts(self) -> tuple[int, int, NDArray[np.int64]]:
        return self._rows.word_counts

    def _allowed(self, only: ChunkFilter) -> Mask:
        allowed = self._standing & self._rows.allowed(only)
        return allowed & self._postings().holding(only.words) if only.words else allowed

    def _matching(self, words: Sequence[str], limit: int, allowed: Mask) -> Sequence[Hit]:
        if not words or limit <= 0 or not allowed.any():
            return []
        scores = self._postings().scores(words)
        rows = np.flatnonzero(allowed & (scores > 0))
        best = _best(rows, scores[rows], limit)
        return [self._rows.hit(row, score) for row, score in best]

    def _near(self, vector: Floats, limit: int, allowed: Mask) -> Sequence[Hit]:
        if limit <= 0:
            return []
        rows = np.flatnonzero(allowed)
        scores = self._rows.cosines(vector, rows)
        known = scores > NOT_EMBEDDED
        best = _best(rows[known], scores[known], limit)
        return [self._rows.hit(row, score) for row, score in best]

    def _places(self, hits: Sequence[Hit]) -> Rows:
        """Rows of the matrix; -1 for a hit without a vector."""
        rows = [self._rows.row_of_hit(hit) for hit in hits]
        known = np.array([-1 if row is None else row for row in rows], np.intp)
        return np.where(known >= 0, np.append(self._rows.vector, -1)[known], -1)

    def chunks_of(self, symbol_id: str) -> Sequence[Hit]:
        rows = self._rows.rows_of_symbol(symbol_id)
        return [self._rows.hit(row, 0.0) for row in rows if self._standing[row]]

    def vector_of(self, hit: Hit) -> Floats | None:
        row = self._rows.row_of_hit(hit)
        place = -1 if row is None else int(self._rows.vector[row])
        if place < 0:
            return None
        vector: Floats = self._rows.matrix[place].astype(np.float32)
        vector /= max(float(np.linalg.norm(vector)), 1e-9)
        return vector

    def text_of(self, hit: Hit) -> str:
        return self._text_of(hit)


class NoChunks:
    """A SearchView while there are no chunks yet."""

    def full_text(self, words: Sequence[str], limit: int, only: ChunkFilter) -> Sequence[Hit]:
        return []

    def nearest(self, vector: Floats, limit: int, only: ChunkFilter) -> Sequence[Hit]:
        return []

    def both(
        self, words: Sequence[str], vector: Floats | None, limit: int, only: ChunkFilter
    ) -> tuple[Sequence[Hit], Sequence[Hit]]:
        return [], []

    def cosines_of(self, hits: Sequence[Hit], vector: Floats) -> Floats:
        return np.full(len(hits), np.nan, np.float32)

    def words_of(self, hits: Sequence[Hit]) -> NDArray[np.int32]:
        return np.zeros((len(hits), 0), np.int32)

    def word_counts(self) -> tuple[int, int, NDArray[np.int64]]:
        return 0, 0, np.zeros(0, np.int64)

    def chunks_of(self, symbol_id: str) -> Sequence[Hit]:
        return []

    def vector_of(self, hit: Hit) -> Floats | None:
        return None

    def text_of(self, hit: Hit) -> str:
        return ""


def _best(rows: Rows, scores: Floats, limit: int) -> list[tuple[int, float]]:
    """The rows of the highest scores, ties in order of the rows."""
    if len(rows) > limit:
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        kept = scores >= least
        rows, scores = rows[kept], scores[kept]
    order = np.lexsort((rows, -scores))[:limit]
    return list(zip(rows[order].tolist(), scores[order].tolist(), strict=True))
