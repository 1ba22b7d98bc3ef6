"""All live chunks as rows in memory, in order of (path, start): what filters and cosines read.

Frozen; derived from the chunk tables. Knows neither tables nor rankings.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ramify_store.postings import LivePostings, Postings
from ramify_store.vectors import Floats, Int8s
from ramify_store.view import ChunkFilter, Hit
from ramify_store.word_rows import WordRows, spans

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
HashOf = Callable[[str], str | None]
"""A file's hash by its path; None when there is no such file."""

NOT_EMBEDDED: Final = -np.inf

NO_CHUNK: Final = ""
"""Kind of the row of a file that has no chunks."""

_BLOCK_ROWS: Final = 512
"""Rows that are made floats at once, in one buffer that fits the processor's cache."""


class ChunkHit(NamedTuple):
    """See `ramify_store.view.Hit`."""

    path: str
    symbol: str
    kind: str
    start: int
    end: int
    is_test: bool
    score: float
    row: int = -1
    """In the rows it was taken from."""
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class StoredFile:
    """What is kept of a file's chunks; everything but the words."""

    hash: str
    language: str
    is_test: bool
    ids: NDArray[np.int64]
    symbols: tuple[str, ...]
    kinds: tuple[str, ...]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    names: tuple[str, ...]
    keys: tuple[bytes, ...]
    """Of the chunks' vectors."""


def stored_files(table: Any, keys: Iterable[bytes]) -> dict[str, StoredFile]:
    """By path: from the chunk table's columns. Equal texts are one object, those of `keys` too."""
    same = {key: key for key in keys}
    ids, starts, ends, tests = (
        table[name].to_numpy() for name in ("id", "start", "end", "is_test")
    )
    numbers, paths = _encoded(table["path"])
    rank = np.argsort(np.argsort(np.array(paths, object)))
    order = np.lexsort((starts, rank[numbers]))
    symbols, kinds, hashes, languages, names = (
        _texts(table[name], order) for name in ("symbol", "kind", "file_hash", "language", "name")
    )
    found = table["key"].to_pylist()
    found = [same.get(found[row], found[row]) for row in order.tolist()]
    ids, starts, ends, tests = (column[order] for column in (ids, starts, ends, tests))
    firsts = np.flatnonzero(np.diff(numbers[order], prepend=-1)).tolist()
    files: dict[str, StoredFile] = {}
    for at, last in pairwise([*firsts, len(order)]):
        first = at if kinds[at] != NO_CHUNK else at + 1
        files[paths[numbers[order[at]]]] = StoredFile(
            hash=hashes[at],
            language=languages[at],
            is_test=bool(tests[at]),
            ids=ids[first:last],
            symbols=tuple(symbols[first:last]),
            kinds=tuple(kinds[first:last]),
            starts=starts[first:last],
            ends=ends[first:last],
            names=tuple(names[first:last]),
            keys=tuple(found[first:last]),
        )
    return files


def _encoded(column: Any) -> tuple[NDArray[np.int32], list[str]]:
    """Of each row a number, and the text of each number."""
    encoded = column.combine_chunks().dictionary_encode()
    return encoded.indices.to_numpy(), encoded.dictionary.to_pylist()


def _texts(column: Any, order: Rows) -> list[str]:
    """In this order; equal ones are one object."""
    numbers, texts = _encoded(column)
    return [texts[number] for number in numbers[order].tolist()]


@dataclass(frozen=True, eq=False)
class ChunkRows:
    """Everything live at one moment, a row for each chunk in order of (path, start)."""

    paths: tuple[str, ...]
    files: tuple[StoredFile, ...]
    file: Rows
    """Index of each row's file."""
    ids: NDArray[np.int64]
    symbols: Sequence[str]
    kind_names: tuple[str, ...]
    kinds: NDArray[np.int16]
    """Of each row, in `kind_names`."""
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    names: Sequence[str]
    vector: Rows
    """Row of the matrix; -1 while the chunk is not embedded."""
    matrix: Int8s
    scales: Floats
    words: WordRows
    """By row of the matrix."""

    def standing(self, hash_of: HashOf) -> Mask:
        """Rows of files that are as `hash_of` says."""
        return self._of_files(
            hash_of(path) == file.hash for path, file in zip(self.paths, self.files, strict=True)
        )

    def allowed(self, only: ChunkFilter) -> Mask:
        """Rows that the filter lets through."""
        mask = np.ones(len(self.ids), np.bool_)
        if only.paths is not None:
            mask &= self._of_files(map(only.paths, self.paths))
        if only.languages is not None:
            mask &= self._of_files(file.language in only.languages for file in self.files)
        if only.tests is not None:
            mask &= self._of_files(file.is_test == only.tests for file in self.files)
        if only.kinds is not None:
            mask &= np.array([kind in only.kinds for kind in self.kind_names], np.bool_)[self.kinds]
        if only.symbols is not None:
            mask &= self._of_symbols(only.symbols)
        return mask

    def rows_with_ids(self, ids: NDArray[np.int64]) -> Rows:
        """The row of each id; -1 for one that is not among them."""
        if len(self.ids) == 0:
            return np.full(len(ids), -1, np.intp)
        places = np.searchsorted(self.ids[self._by_id], ids).clip(max=len(self.ids) - 1)
        rows = self._by_id[places]
        return np.where(self.ids[rows] == ids, rows, -1)

    def rows_of_symbol(self, symbol_id: str) -> Rows:
        rows = np.sort(self._rows_of_hashes(np.array([hash(symbol_id)]))).tolist()
        return np.array([row for row in rows if self.symbols[row] == symbol_id], np.intp)

    def rows_defining(self, name: str) -> Rows:
        """Of the chunks of that `ChunkFact.name`, or of one that ends in a dot and it."""
        named = self._rows_by_name.get(name.rpartition(".")[2], ())
        return np.array(
            [row for row in named if f".{self.names[row]}".endswith(f".{name}")], np.intp
        )

    def row_of_hit(self, hit: Hit) -> int:
        """Soon where the hit was taken from these rows; -1 where there is no such row."""
        row = hit.row if isinstance(hit, ChunkHit) else -1
        if 0 <= row < len(self.symbols):
            same = self.symbols[row] is hit.symbol and self.starts[row] == hit.start
            if same and self.ends[row] == hit.end:
                return row
        return self.row_of(hit.path, hit.start, hit.end)

    def row_of(self, path: str, start: int, end: int) -> int:
        """-1 where there is no such row."""
        place = bisect_left(self.paths, path)
        if place == len(self.paths) or self.paths[place] != path:
            return -1
        first, last = self._firsts[place], self._firsts[place + 1]
        row = first + int(np.searchsorted(self.starts[first:last], start))
        while row < last and self.starts[row] == start:
            if self.ends[row] == end:
                return row
            row += 1
        return -1

    def live(self, postings: Postings) -> LivePostings:
        """The postings as they stand in these rows."""
        rows = tuple(self.rows_with_ids(part.ids) for part in postings.parts)
        return LivePostings(postings, rows, len(self.ids))

    def nearest(self, vector: Floats, allowed: Mask, limit: int) -> tuple[Rows, Floats]:
        """Of the allowed rows that have a vector the nearest, and how near: see `best`."""
        count = int(np.count_nonzero(allowed))
        if 2 * count < len(self.matrix):
            rows = np.flatnonzero(allowed)
            at, scores = best(self.cosines(vector, rows), limit, NOT_EMBEDDED)
            return rows[at], scores
        scores = self._cosines(vector, slice(None))[self.vector]
        if count < len(allowed):
            scores[~allowed] = NOT_EMBEDDED
        return best(scores, limit, NOT_EMBEDDED)

    def cosines(self, vector: Floats, rows: Rows) -> Floats:
        """Of these rows, in their order; one without a vector has minus infinity."""
        places = self.vector[rows]
        known = places >= 0
        scores = np.full(len(rows), NOT_EMBEDDED, np.float32)
        scores[known] = self._cosines(vector, places[known])[:-1]
        return scores

    def _cosines(self, vector: Floats, places: slice | Rows) -> Floats:
        """Of rows of the matrix; and behind them, for what has none, minus infinity."""
        scales = self.scales[places]
        scores = np.empty(len(scales) + 1, np.float32)
        scores[-1] = NOT_EMBEDDED
        floats = np.empty((_BLOCK_ROWS, self.matrix.shape[1]), np.float32)
        chosen = self.matrix[places]
        for first in range(0, len(chosen), _BLOCK_ROWS):
            block = chosen[first : first + _BLOCK_ROWS]
            used = floats[: len(block)]
            np.copyto(used, block)
            np.dot(used, vector, out=scores[first : first + len(block)])
        scores[:-1] *= scales
        return scores

    def hits(self, rows: Rows, scores: Floats) -> list[ChunkHit]:
        """One for each row, in their order."""
        columns = (self.file[rows], self.kinds[rows], self.starts[rows], self.ends[rows], scores)
        found = zip(rows.tolist(), *(each.tolist() for each in columns), strict=True)
        return [
            ChunkHit(
                self.paths[file],
                self.symbols[row],
                self.kind_names[kind],
                start,
                end,
                self.files[file].is_test,
                score,
                row,
                self.names[row],
            )
            for row, file, kind, start, end, score in found
        ]

    def _of_files(self, wanted: Iterable[bool]) -> Mask:
        mask: Mask = np.fromiter(wanted, np.bool_, len(self.files))[self.file]
        return mask

    def _of_symbols(self, symbols: Collection[str]) -> Mask:
        mask = np.zeros(len(self.symbols), np.bool_)
        mask[self._rows_of_hashes(np.fromiter(map(hash, symbols), np.int64, len(symbols)))] = True
        return mask

    def _rows_of_hashes(self, wanted: NDArray[np.int64]) -> Rows:
        """Rows of symbols with one of these hashes, in no order."""
        hashes, rows = self._by_symbol
        first, last = (np.searchsorted(hashes, wanted, side) for side in ("left", "right"))
        found: Rows = rows[spans(first, last - first)]
        return found

    @cached_property
    def word_counts(self) -> tuple[int, int, NDArray[np.int64]]:
        """See `ramify_store.view.SearchView`."""
        is_live = np.zeros(len(self.scales), np.bool_)
        is_live[self.vector[self.vector >= 0]] = True
        words, holding = self.words.holding(without=np.flatnonzero(~is_live))
        return int(is_live.sum()), words, holding

    @cached_property
    def _firsts(self) -> Sequence[int]:
        """The first row of each file, and one more for the end."""
        firsts: list[int] = np.searchsorted(self.file, np.arange(len(self.files) + 1)).tolist()
        return firsts

    @cached_property
    def _rows_by_name(self) -> Mapping[str, Sequence[int]]:
        """By the last part of what a chunk defines where no symbol says so."""
        found: dict[str, list[int]] = {}
        for row, name in enumerate(self.names):
            if name:
                found.setdefault(name.rpartition(".")[2], []).append(row)
        return found

    @cached_property
    def _by_id(self) -> Rows:
        return np.argsort(self.ids)

    @cached_property
    def _by_symbol(self) -> tuple[NDArray[np.int64], Rows]:
        """Hashes of the rows' symbols, ascending, and the row of each: made far sooner than a
        table of all symbols."""
        hashes = np.fromiter(map(hash, self.symbols), np.int64, len(self.symbols))
        rows = np.argsort(hashes)
        return hashes[rows], rows


def best(scores: Floats, limit: int, floor: float) -> tuple[Rows, Floats]:
    """Places of the highest scores above the floor, ties in order of the places; and the scores."""
    # Partitioning is slow where most are equal, as the scores of what holds none of the words are.
    places = np.flatnonzero(scores > floor)
    found = scores[places]
    if len(places) > limit > 0:
        least = np.partition(found, len(found) - limit)[len(found) - limit]
        kept = found >= least
        places, found = places[kept], found[kept]
    order = np.lexsort((places, -found))[: max(0, limit)]
    return places[order], found[order]
