"""The words of many embedded texts, as numbers: one flat array, and where each row ends.

Knows neither the words nor the texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

NO_WORD: Final = -1
"""Fills up rows."""

_NUMBERS: Final = 1 << 16

_Number = TypeVar("_Number", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class WordRows:
    """Frozen: what is added makes a new value, which may share the arrays of the old."""

    flat: NDArray[np.uint16]
    """With room behind the last row."""
    ends: NDArray[np.int64]
    """Of each row in `flat`, after a leading 0."""
    counts: NDArray[np.int64]
    """By number, how many rows hold it."""

    @classmethod
    def of(cls, written: Sequence[bytes]) -> WordRows:
        """Rows of different 16-bit numbers each, the low byte first."""
        ends = np.zeros(len(written) + 1, np.int64)
        np.cumsum([len(row) // 2 for row in written], out=ends[1:])
        flat = np.frombuffer(b"".join(written), "<u2").astype(np.uint16)
        return cls(flat, ends, _counted(flat))

    def with_more(self, written: Sequence[bytes]) -> WordRows:
        more = WordRows.of(written)
        used = int(self.ends[-1])
        return WordRows(
            with_room(self.flat, used, more.flat),
            np.append(self.ends, used + more.ends[1:]),
            self.counts + more.counts,
        )

    def only(self, rows: NDArray[np.intp]) -> WordRows:
        lengths = self.ends[rows + 1] - self.ends[rows]
        kept = self.flat[spans(self.ends[rows], lengths)]
        return WordRows(kept, np.append(0, np.cumsum(lengths)), _counted(kept))

    def padded(self, rows: NDArray[np.intp]) -> NDArray[np.int32]:
        """Shape (rows, words of the longest, at least one), filled up with NO_WORD. Row -1 is
        empty."""
        known = rows >= 0
        starts = np.where(known, self.ends[rows], 0)
        lengths = np.where(known, self.ends[rows + 1] - starts, 0)
        filled = np.full((len(rows), int(lengths.max(initial=1))), NO_WORD, np.int32)
        inside = np.arange(filled.shape[1]) < lengths[:, None]
        filled[inside] = self.flat[spans(starts, lengths)]
        return filled

    def holding(self, without: NDArray[np.intp]) -> tuple[int, NDArray[np.int64]]:
        """How many words all rows but these have together, and by number how many hold it."""
        lengths = self.ends[without + 1] - self.ends[without]
        left = int(self.ends[-1] - lengths.sum())
        return left, self.counts - _counted(self.flat[spans(self.ends[without], lengths)])


def _counted(numbers: NDArray[np.uint16]) -> NDArray[np.int64]:
    return np.bincount(numbers, minlength=_NUMBERS)


def spans(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """All places of all spans, one after another."""
    shifts = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
    places: NDArray[np.int64] = np.arange(int(lengths.sum())) + shifts
    return places


def with_room(array: NDArray[_Number], count: int, more: NDArray[_Number]) -> NDArray[_Number]:
    """The first `count` rows and more after them; room is left, so that adding stays cheap.

    Views of the first rows are not disturbed.
    """
    if count + len(more) > len(array):
        room = max(2 * len(array), count + len(more))
        grown = np.empty((room, *array.shape[1:]), array.dtype)
        grown[:count] = array[:count]
        array = grown
    array[count : count + len(more)] = more
    return array
