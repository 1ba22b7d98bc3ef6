"""Search over the live chunks: full text by the chunk table, exact nearest in memory.

Filters apply to every row before anything is ranked. A view shows only the chunks of files that
stand as the committed graph has them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from ramify_store.chunk_rows import NOT_EMBEDDED, ChunkRows, Mask, Rows
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
        """Asks for more until enough pass the filter and no tie is cut through."""
        if not words or limit <= 0:
            return []
        allowed = self._standing & self._rows.allowed(only)
        if not allowed.any():
            return []
        asked = 2 * limit + _SPARE_HITS
        while True:
            ids, scores = self._tables.match(words, asked)
            rows = self._rows.rows_with_ids(ids)
            kept = (rows >= 0) & allowed[rows]
            best = _best(rows[kept], scores[kept], limit)
            if len(ids) < asked or (len(best) == limit and best[-1][1] > scores[-1]):
                return [self._rows.hit(row, score) for row, score in best]
            asked *= 8

    def nearest(self, vector: Floats, limit: int, only: ChunkFilter) -> Sequence[Hit]:
        """Exact, but for the rounding of the stored vectors to bytes."""
        if limit <= 0:
            return []
        scores = self._rows.cosines(vector)
        allowed = self._standing & self._rows.allowed(only) & (scores > NOT_EMBEDDED)
        rows = np.flatnonzero(allowed)
        best = _best(rows, scores[rows], limit)
        return [self._rows.hit(row, score) for row, score in best]

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


class NoChunks:
    """A SearchView while there are no chunks yet."""

    def full_text(self, words: Sequence[str], limit: int, only: ChunkFilter) -> Sequence[Hit]:
        return []

    def nearest(self, vector: Floats, limit: int, only: ChunkFilter) -> Sequence[Hit]:
        return []

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
