"""Search over the live chunks: full text by the chunk table, exact nearest in memory.

Filters apply to every row before anything is ranked. A view shows only the chunks of files that
stand as the committed graph has them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ramify_store.chunk_rows import NOT_EMBEDDED, ChunkRows, Mask, Rows
from ramify_store.errors import StoreCorrupt
from ramify_store.vectors import ChunkTables, Floats
from ramify_store.view import ChunkFilter, Hit


class ChunkView:
    """A SearchView of one moment."""

    def __init__(
        self, rows: ChunkRows, tables: ChunkTables, standing: Mask, text_of: Callable[[Hit], str]
    ) -> None:
        self._rows = rows
        self._tables = tables
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
        texts = _BESIDE.submit(self._matching, words, limit, allowed)
        nearest = [] if vector is None else self._near(vector, limit, allowed)
        return texts.result(), nearest

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
        return self._standing & self._rows.allowed(only)

    def _matching(self, words: Sequence[str], limit: int, allowed: Mask) -> Sequence[Hit]:
        """Asks for more until enough are allowed and no tie is cut through."""
        if not words or limit <= 0 or not allowed.any():
            return []
        asked = 2 * limit + _SPARE_HITS
        while True:
            ids, scores = self._matched(words, asked)
            rows = self._rows.rows_with_ids(ids)
            kept = (rows >= 0) & allowed[rows]
            best = _best(rows[kept], scores[kept], limit)
            if len(ids) < asked or (len(best) == limit and best[-1][1] > scores[-1]):
                return [self._rows.hit(row, score) for row, score in best]
            asked *= 8

    def _matched(self, words: Sequence[str], asked: int) -> tuple[NDArray[np.int64], Floats]:
        try:
            return self._tables.match(words, asked)
        except (RuntimeError, ValueError, OSError) as error:
            raise StoreCorrupt(
                "its files on disk cannot be read (they are made again with the next change)"
            ) from error

    def _near(self, vector: Floats, limit: int, allowed: Mask) -> Sequence[Hit]:
        if limit <= 0:
            return []
        scores = self._rows.cosines(vector)
        rows = np.flatnonzero(allowed & (scores > NOT_EMBEDDED))
        best = _best(rows, scores[rows], limit)
        return [self._rows.hit(row, score) for row, score in best]

    def _places(self, hits: Sequence[Hit]) -> Rows:
        """Rows of the matrix; -1 for a hit without a vector."""
        rows = [self._rows.row_of(hit.path, hit.start, hit.end) for hit in hits]
        known = np.array([-1 if row is None else row for row in rows], np.intp)
        return np.where(known >= 0, np.append(self._rows.vector, -1)[known], -1)

    def chunks_of(self, symbol_id: str) -> Sequence[Hit]:
        rows = self._rows.rows_of_symbol(symbol_id)
        return [self._rows.hit(row, 0.0) for row in rows if self._standing[row]]

    def vector_of(self, hit: Hit) -> Floats | None:
        row = self._rows.row_of(hit.path, hit.start, hit.end)
        place = -1 if row is None else int(self._rows.vector[row])
        if place < 0:
            return None
        vector: Floats = self._rows.matrix[place].astype(np.float32)
        vector /= max(float(np.linalg.norm(vector)), 1e-9)
        return vector

    def text_of(self, hit: Hit) -> str:
        return self._text_of(hit)


_SPARE_HITS: Final = 50
_BESIDE: Final = ThreadPoolExecutor(4, thread_name_prefix="ramify-full-text")
"""Full text waits for its engine: meanwhile the vectors are compared."""


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
