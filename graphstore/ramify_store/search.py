"""Search over the live chunks in memory: full text by BM25, and exact nearest.

Filters apply to every row before anything is ranked. A view shows only the chunks of files that
stand as the committed graph has them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ramify_store.chunk_rows import NOT_EMBEDDED, ChunkRows, Mask, Rows, best
from ramify_store.postings import LivePostings
from ramify_store.vectors import Floats
from ramify_store.view import ChunkFilter, Hit, Retrieved

_NOTHING: Final[tuple[Rows, Floats]] = np.zeros(0, np.intp), np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Retrieved:
    """See `ramify_store.view.Retrieved`."""

    rows: ChunkRows
    found: Rows
    near: int
    cosines: Floats
    texts: Floats
    named: Mask

    def hits(self, places: Rows) -> Sequence[Hit]:
        return self.rows.hits(self.found[places], self.cosines[places])


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
        return self._rows.hits(*self._matching(words, limit, self._allowed(only)))

    def nearest(self, vector: Floats, limit: int, only: ChunkFilter) -> Sequence[Hit]:
        """Exact, but for the rounding of the stored vectors to bytes."""
        return self._rows.hits(*self._rows.nearest(vector, self._allowed(only), limit))

    def retrieved(
        self,
        words: Sequence[str],
        vector: Floats | None,
        limit: int,
        only: ChunkFilter,
        named: Sequence[Hit] = (),
    ) -> Retrieved:
        allowed = self._allowed(only)
        near, cosines = _NOTHING
        if vector is not None:
            near, cosines = self._rows.nearest(vector, allowed, limit)
        worded, scores = self._matching(words, limit, allowed)
        texts = np.full(len(self._standing), np.nan, np.float32)
        texts[worded] = scores
        found = np.zeros(len(self._standing), np.bool_)
        found[near] = True
        others = worded[~found[worded]]
        found[others] = True
        spelled = self._rows_of(named)
        besides = np.unique(spelled)
        more = np.append(others, besides[~found[besides]])
        if vector is not None:
            cosines = np.append(cosines, self._rows.cosines(vector, more))
        rows = np.append(near, more)
        return _Retrieved(
            self._rows,
            rows,
            len(near),
            _known(cosines, len(rows)),
            texts[rows],
            np.isin(rows, spelled) if len(spelled) else np.zeros(len(rows), np.bool_),
        )

    def words_of(self, hits: Sequence[Hit]) -> NDArray[np.int32]:
        return self._rows.words.padded(self._places(hits))

    def word_counts(self) -> tuple[int, int, NDArray[np.int64]]:
        return self._rows.word_counts

    def _allowed(self, only: ChunkFilter) -> Mask:
        allowed = self._standing & self._rows.allowed(only)
        return allowed & self._postings().holding(only.words) if only.words else allowed

    def _matching(self, words: Sequence[str], limit: int, allowed: Mask) -> tuple[Rows, Floats]:
        if not words or limit <= 0 or not allowed.any():
            return _NOTHING
        scores = self._postings().scores(words)
        if not allowed.all():
            scores[~allowed] = 0
        return best(scores, limit, 0)

    def _places(self, hits: Sequence[Hit]) -> Rows:
        """Rows of the matrix; -1 for a hit without a vector."""
        rows = np.array([*map(self._rows.row_of_hit, hits)], np.intp)
        return np.where(rows >= 0, np.append(self._rows.vector, -1)[rows], -1)

    def _rows_of(self, hits: Sequence[Hit]) -> Rows:
        found = np.array([*map(self._rows.row_of_hit, hits)], np.intp)
        return found[found >= 0]

    def chunks_of(self, symbol_id: str) -> Sequence[Hit]:
        rows = self._rows.rows_of_symbol(symbol_id)
        rows = rows[self._standing[rows]]
        return self._rows.hits(rows, np.zeros(len(rows), np.float32))

    def unheard(self, words: Sequence[str]) -> Sequence[str]:
        postings = self._postings()
        return [word for word in words if not postings.knows(word)]

    def defining(self, name: str, only: ChunkFilter) -> Sequence[Hit]:
        rows = self._rows.rows_defining(name)
        rows = rows[self._allowed(only)[rows]] if len(rows) else rows
        return self._rows.hits(rows, np.zeros(len(rows), np.float32))

    def vector_of(self, hit: Hit) -> Floats | None:
        row = self._rows.row_of_hit(hit)
        place = -1 if row < 0 else int(self._rows.vector[row])
        if place < 0:
            return None
        vector: Floats = self._rows.matrix[place].astype(np.float32)
        vector /= max(float(np.linalg.norm(vector)), 1e-9)
        return vector

    def text_of(self, hit: Hit) -> str:
        return self._text_of(hit)


def _known(cosines: Floats, count: int) -> Floats:
    """Not a number where there is no vector."""
    known = np.full(count, np.nan, np.float32)
    known[: len(cosines)] = cosines
    known[known == NOT_EMBEDDED] = np.nan
    return known


class _NothingRetrieved:
    near = 0
    cosines = _NOTHING[1]
    texts = _NOTHING[1]
    named = np.zeros(0, np.bool_)

    def hits(self, places: Rows) -> Sequence[Hit]:
        return []


class NoChunks:
    """A SearchView while there are no chunks yet."""

    def full_text(self, words: Sequence[str], limit: int, only: ChunkFilter) -> Sequence[Hit]:
        return []

    def nearest(self, vector: Floats, limit: int, only: ChunkFilter) -> Sequence[Hit]:
        return []

    def retrieved(
        self,
        words: Sequence[str],
        vector: Floats | None,
        limit: int,
        only: ChunkFilter,
        named: Sequence[Hit] = (),
    ) -> Retrieved:
        return _NothingRetrieved()

    def words_of(self, hits: Sequence[Hit]) -> NDArray[np.int32]:
        return np.zeros((len(hits), 0), np.int32)

    def word_counts(self) -> tuple[int, int, NDArray[np.int64]]:
        return 0, 0, np.zeros(0, np.int64)

    def unheard(self, words: Sequence[str]) -> Sequence[str]:
        return words

    def defining(self, name: str, only: ChunkFilter) -> Sequence[Hit]:
        return []

    def chunks_of(self, symbol_id: str) -> Sequence[Hit]:
        return []

    def vector_of(self, hit: Hit) -> Floats | None:
        return None

    def text_of(self, hit: Hit) -> str:
        return ""
