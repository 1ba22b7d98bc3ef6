"""The live chunks as search sees them: full text by the chunk table, exact nearest in memory.

Derived from the tables at open and kept beside them: one row for each chunk in order of (path,
start), and all vectors as bytes in one matrix. Filters apply to every row before anything is
ranked. A view shows only the chunks of files that stand as the committed graph has them.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final, TypeVar

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from ramify_store.vectors import CHUNK_COLUMNS, KEY_BYTES, ChunkTables, Floats, Int8s
from ramify_store.view import ChunkFilter, Hit

Mask = NDArray[np.bool_]
HashOf = Callable[[str], str | None]
"""A file's hash by its path; None when there is no such file."""
_Number = TypeVar("_Number", bound=np.generic)
Rows = NDArray[np.intp]

_BLOCK_ROWS: Final = 512
"""Rows that are made floats at once, in one buffer that fits the processor's cache."""
_NO_CHUNK: Final = ""
"""Kind of the row of a file that has no chunks."""
_UNFOLDED: Final = 2000
"""Chunks outside the full-text index from which on searching them one by one is felt."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk as indexing hands it over."""

    symbol: str
    kind: str
    start: int
    end: int
    hash: str
    """`ChunkFact.hash`: of the text that is embedded."""
    words: str
    """Split identifiers, lower case, one space between."""


@dataclass(frozen=True, slots=True)
class FileChunks:
    """All chunks of one file, in order of start."""

    path: str
    hash: str
    """`Placed.hash`."""
    language: str
    is_test: bool
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class ChunkHit:
    """See `ramify_store.view.Hit`."""

    path: str
    symbol: str
    kind: str
    start: int
    end: int
    is_test: bool
    score: float


@dataclass(frozen=True, slots=True)
class _File:
    """What is kept of a file's chunks; everything but the words."""

    hash: str
    language: str
    is_test: bool
    ids: tuple[int, ...]
    symbols: tuple[str, ...]
    kinds: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    keys: tuple[bytes, ...]
    """Of the chunks' vectors."""


class ChunkIndex:
    """Writing belongs to one thread; any thread takes views."""

    def __init__(self, tables: ChunkTables, model_id: str) -> None:
        """Reads both tables."""
        self._tables = tables
        self._model = model_id.encode()
        self._lock = threading.Lock()
        self._files = self._stored_files()
        self._next_id = 1 + max(
            (each for file in self._files.values() for each in file.ids), default=0
        )
        keys, self._matrix, self._scales = tables.vectors()
        self._vector_row = {key: row for row, key in enumerate(keys)}
        self._rows: _Rows | None = None
        self._standing: tuple[_Rows, HashOf, Mask] | None = None
        self._unfolded = 0

    def files(self) -> Mapping[str, str]:
        """Hash of each file whose chunks are here: what differs from the graph is to be redone."""
        return {path: file.hash for path, file in self._files.items()}

    def replace(self, changed: Iterable[FileChunks], removed: Collection[str]) -> None:
        """Puts these files' chunks in place of what was there. Vectors stay."""
        fresh: dict[str, _File] = {}
        rows: list[tuple[object, ...]] = []
        for file in changed:
            ids = tuple(range(self._next_id, self._next_id + len(file.chunks)))
            self._next_id += len(file.chunks)
            fresh[file.path] = self._kept(file, ids)
            rows.extend(_table_rows(file, ids))
        known = {path for path in (*removed, *fresh) if path in self._files}
        if known:
            self._tables.delete_chunks(known)
        if rows:
            self._tables.add_chunks(rows)
        with self._lock:
            gone = set(removed) - fresh.keys()
            files = {path: file for path, file in self._files.items() if path not in gone}
            self._files = {**files, **fresh}
            # Who has searched will search again: the writer pays, not the next question.
            self._rows = None if self._rows is None else self._composed()
        self._unfolded += len(rows) + len(known)
        if self._unfolded > _UNFOLDED:
            self.tidy()

    def missing(self, hashes: Iterable[str]) -> set[str]:
        """Those of the chunk hashes that have no vector of this model."""
        return {each for each in hashes if self._key(each) not in self._vector_row}

    def pending(self) -> int:
        """How many live chunks have no vector yet."""
        return sum(
            key not in self._vector_row for file in self._files.values() for key in file.keys
        )

    def put_vectors(self, hashes: Sequence[str], vectors: Floats) -> None:
        """One row for each chunk hash; those that are known already are passed over."""
        fresh = {
            self._key(each): row
            for row, each in enumerate(hashes)
            if self._key(each) not in self._vector_row
        }
        if not fresh:
            return
        numbers, scales = quantised(vectors[list(fresh.values())])
        self._tables.add_vectors(list(fresh), numbers, scales)
        with self._lock:
            first = len(self._vector_row)
            self._matrix = _with(self._matrix, first, numbers)
            self._scales = _with(self._scales, first, scales)
            self._vector_row |= {key: first + row for row, key in enumerate(fresh)}
            self._rows = None

    def tidy(self) -> None:
        """Folds new chunks into the full-text index and forgets old versions on disk."""
        self._tables.optimize()
        self._unfolded = 0

    def collect(self, spare: int) -> int:
        """Forgets all vectors that no live chunk has, but for the `spare` newest; how many."""
        live = {key for file in self._files.values() for key in file.keys}
        idle = [key for key in self._vector_row if key not in live]
        doomed = set(idle[: max(0, len(idle) - spare)])
        if doomed:
            self._tables.delete_vectors(doomed)
            kept = {key: row for key, row in self._vector_row.items() if key not in doomed}
            places = list(kept.values())
            with self._lock:
                self._matrix, self._scales = self._matrix[places], self._scales[places]
                self._vector_row = {key: row for row, key in enumerate(kept)}
                self._rows = None
        return len(doomed)

    def view(self, hash_of: HashOf, text_of: Callable[[Hit], str]) -> ChunkView:
        """The chunks of files that have the hash which `hash_of` their path gives; asked again
        with the same function, nothing is compared again."""
        with self._lock:
            if self._rows is None:
                self._rows = self._composed()
            rows = self._rows
            if self._standing is None or self._standing[:2] != (rows, hash_of):
                self._standing = (rows, hash_of, rows.standing(hash_of))
            standing = self._standing[2]
        return ChunkView(rows, self._tables, standing, text_of)

    def _stored_files(self) -> dict[str, _File]:
        table = self._tables.chunks()
        columns = {name: table[name].to_pylist() for name in CHUNK_COLUMNS}
        paths, starts = columns["path"], columns["start"]
        order = sorted(range(len(paths)), key=lambda row: (paths[row], starts[row]))
        files: dict[str, _File] = {}
        for path, group in groupby(order, key=paths.__getitem__):
            marked = list(group)
            rows = [row for row in marked if columns["kind"][row] != _NO_CHUNK]
            files[path] = _File(
                hash=columns["file_hash"][marked[0]],
                language=columns["language"][marked[0]],
                is_test=columns["is_test"][marked[0]],
                ids=tuple(columns["id"][row] for row in rows),
                symbols=tuple(columns["symbol"][row] for row in rows),
                kinds=tuple(columns["kind"][row] for row in rows),
                starts=tuple(columns["start"][row] for row in rows),
                ends=tuple(columns["end"][row] for row in rows),
                keys=tuple(self._key(columns["hash"][row]) for row in rows),
            )
        return files

    def _kept(self, file: FileChunks, ids: tuple[int, ...]) -> _File:
        chunks = file.chunks
        return _File(
            hash=file.hash,
            language=file.language,
            is_test=file.is_test,
            ids=ids,
            symbols=tuple(chunk.symbol for chunk in chunks),
            kinds=tuple(chunk.kind for chunk in chunks),
            starts=tuple(chunk.start for chunk in chunks),
            ends=tuple(chunk.end for chunk in chunks),
            keys=tuple(self._key(chunk.hash) for chunk in chunks),
        )

    def _composed(self) -> _Rows:
        files = dict(sorted(self._files.items()))
        keys = [key for file in files.values() for key in file.keys]
        return _Rows(
            paths=tuple(files),
            files=tuple(files.values()),
            file=np.repeat(np.arange(len(files)), [len(file.ids) for file in files.values()]),
            ids=np.array([each for file in files.values() for each in file.ids], np.int64),
            symbols=[each for file in files.values() for each in file.symbols],
            kinds=[each for file in files.values() for each in file.kinds],
            starts=[each for file in files.values() for each in file.starts],
            ends=[each for file in files.values() for each in file.ends],
            vector=np.array([self._vector_row.get(key, -1) for key in keys], np.intp),
            matrix=self._matrix[: len(self._vector_row)],
            scales=self._scales[: len(self._vector_row)],
        )

    def _key(self, chunk_hash: str) -> bytes:
        return blake3(self._model + b"\0" + chunk_hash.encode()).digest(KEY_BYTES)


def quantised(vectors: Floats) -> tuple[Int8s, Floats]:
    """Rows as bytes, and for each the scale that takes them back."""
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    scales = (largest / 127).astype(np.float32)
    divisor = np.where(scales > 0, scales, 1)[:, None]
    return np.rint(vectors / divisor).astype(np.int8), scales


def _with(array: NDArray[_Number], count: int, more: NDArray[_Number]) -> NDArray[_Number]:
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


def _table_rows(file: FileChunks, ids: Sequence[int]) -> list[tuple[object, ...]]:
    """In the order of the table; a file without chunks leaves a row that says it was here."""
    where = (file.path, file.hash, file.language, file.is_test)
    if not file.chunks:
        return [(0, *where, "", _NO_CHUNK, 0, 0, "", "")]
    return [
        (number, *where, each.symbol, each.kind, each.start, each.end, each.hash, each.words)
        for number, each in zip(ids, file.chunks, strict=True)
    ]


@dataclass(frozen=True, eq=False)
class _Rows:
    """Everything live at one moment, a row for each chunk in order of (path, start)."""

    paths: tuple[str, ...]
    files: tuple[_File, ...]
    file: Rows
    """Index of each row's file."""
    ids: NDArray[np.int64]
    symbols: Sequence[str]
    kinds: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    vector: Rows
    """Row of the matrix; -1 while the chunk is not embedded."""
    matrix: Int8s
    scales: Floats

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
            mask &= np.fromiter((kind in only.kinds for kind in self.kinds), np.bool_)
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

    def rows_of_symbol(self, symbol_id: str) -> Sequence[int]:
        return self._symbol_rows.get(symbol_id, ())

    def row_of(self, path: str, start: int, end: int) -> int | None:
        place = bisect_left(self.paths, path)
        if place == len(self.paths) or self.paths[place] != path:
            return None
        first, last = np.searchsorted(self.file, (place, place + 1)).tolist()
        for row in range(first, last):
            if (self.starts[row], self.ends[row]) == (start, end):
                return row
        return None

    def cosines(self, vector: Floats) -> Floats:
        """Of every row; rows without a vector have minus infinity."""
        scores = np.empty(len(self.scales), np.float32)
        floats = np.empty((_BLOCK_ROWS, self.matrix.shape[1]), np.float32)
        for first in range(0, len(scores), _BLOCK_ROWS):
            block = self.matrix[first : first + _BLOCK_ROWS]
            used = floats[: len(block)]
            np.copyto(used, block)
            np.dot(used, vector, out=scores[first : first + _BLOCK_ROWS])
        scores *= self.scales
        return np.append(scores, np.float32(_NOT_EMBEDDED))[self.vector]

    def hit(self, row: int, score: float) -> ChunkHit:
        file = int(self.file[row])
        return ChunkHit(
            path=self.paths[file],
            symbol=self.symbols[row],
            kind=self.kinds[row],
            start=self.starts[row],
            end=self.ends[row],
            is_test=self.files[file].is_test,
            score=score,
        )

    def _of_files(self, wanted: Iterable[bool]) -> Mask:
        mask: Mask = np.fromiter(wanted, np.bool_, len(self.files))[self.file]
        return mask

    def _of_symbols(self, symbols: Collection[str]) -> Mask:
        mask = np.zeros(len(self.ids), np.bool_)
        for symbol in symbols:
            mask[list(self.rows_of_symbol(symbol))] = True
        return mask

    @cached_property
    def _by_id(self) -> Rows:
        return np.argsort(self.ids)

    @cached_property
    def _symbol_rows(self) -> Mapping[str, Sequence[int]]:
        rows: dict[str, list[int]] = {}
        for row, symbol in enumerate(self.symbols):
            rows.setdefault(symbol, []).append(row)
        return rows


_NOT_EMBEDDED: Final = -np.inf


class ChunkView:
    """A SearchView of one moment."""

    def __init__(
        self, rows: _Rows, tables: ChunkTables, standing: Mask, text_of: Callable[[Hit], str]
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
        allowed = self._standing & self._rows.allowed(only) & (scores > _NOT_EMBEDDED)
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
