"""The chunks of a store: written with their files, embedded when their text is new.

Keeps beside the tables what search needs at once: a row for each live chunk, and all vectors as
bytes in one matrix. Knows no graph and no text.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from ramify_store.chunk_rows import ChunkRows, HashOf, Mask, StoredFile
from ramify_store.search import ChunkView
from ramify_store.vectors import CHUNK_COLUMNS, KEY_BYTES, ChunkTables, Floats, Int8s
from ramify_store.view import Hit
from ramify_store.word_rows import WordRows, with_room

_NO_CHUNK: Final = ""
"""Kind of the row of a file that has no chunks."""
_UNFOLDED: Final = 2000
"""Chunks outside the full-text index from which on searching them one by one is felt. While most
are outside, folding waits until they are half: each time it writes the whole index."""


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
    """Split identifiers, lower case, one space between. Their order means nothing: sorted they
    take the least room."""


@dataclass(frozen=True, slots=True)
class FileChunks:
    """All chunks of one file, in order of start."""

    path: str
    hash: str
    """`Placed.hash`."""
    language: str
    is_test: bool
    chunks: tuple[Chunk, ...]


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
        self._words = WordRows.of(tables.words())
        self._vector_row = {key: row for row, key in enumerate(keys)}
        self._unembedded = {
            path
            for path, file in self._files.items()
            if any(key not in self._vector_row for key in file.keys)
        }
        """Files that were stored with vectors of another model."""
        self._rows: ChunkRows | None = None
        self._standing: tuple[ChunkRows, HashOf, Mask] | None = None
        self._folded = sum(len(file.ids) for file in self._files.values())
        self._unfolded = 0

    def files(self) -> Mapping[str, str]:
        """Hash of each file whose chunks are here, "" where some have no vector: what differs
        from the graph is to be redone."""
        bare = self._unembedded
        return {path: "" if path in bare else file.hash for path, file in self._files.items()}

    def replace(self, changed: Iterable[FileChunks], removed: Collection[str]) -> None:
        """Puts these files' chunks in place of what was there. Vectors stay."""
        fresh: dict[str, StoredFile] = {}
        rows: list[tuple[object, ...]] = []
        for file in changed:
            ids = tuple(range(self._next_id, self._next_id + len(file.chunks)))
            self._next_id += len(file.chunks)
            fresh[file.path] = self._kept(file, ids)
            rows.extend(_table_rows(file, fresh[file.path]))
        known = {path for path in (*removed, *fresh) if path in self._files}
        if known:
            self._tables.delete_chunks(known)
        if rows:
            self._tables.add_chunks(rows)
        with self._lock:
            removed_or_fresh = {*removed, *fresh}
            gone = set(removed) - fresh.keys()
            files = {path: file for path, file in self._files.items() if path not in gone}
            self._files = {**files, **fresh}
            self._unembedded = self._unembedded - removed_or_fresh
            # Who has searched will search again: the writer pays, not the next question.
            self._rows = None if self._rows is None else self._composed()
        self._unfolded += len(rows) + len(known)
        if self._unfolded > max(_UNFOLDED, self._folded):
            self.tidy()

    def missing(self, hashes: Iterable[str]) -> set[str]:
        """Those of the chunk hashes that have no vector of this model."""
        return {each for each in hashes if self._key(each) not in self._vector_row}

    def pending(self) -> int:
        """How many live chunks have no vector yet."""
        return sum(
            key not in self._vector_row for file in self._files.values() for key in file.keys
        )

    def put_vectors(
        self, hashes: Sequence[str], vectors: Floats, words: Sequence[NDArray[np.uint16]] = ()
    ) -> None:
        """For each chunk hash its vector and the numbers of its words, if they are to be compared
        one by one; those that are known already are passed over."""
        fresh = {
            self._key(each): row
            for row, each in enumerate(hashes)
            if self._key(each) not in self._vector_row
        }
        if not fresh:
            return
        numbers, scales = quantised(vectors[list(fresh.values())])
        written = [words[row].astype("<u2").tobytes() if words else b"" for row in fresh.values()]
        self._tables.add_vectors(list(fresh), numbers, scales, written)
        with self._lock:
            first = len(self._vector_row)
            self._matrix = with_room(self._matrix, first, numbers)
            self._scales = with_room(self._scales, first, scales)
            self._words = self._words.with_more(written)
            self._vector_row |= {key: first + row for row, key in enumerate(fresh)}
            self._rows = None

    def tidy(self) -> None:
        """Folds new chunks into the full-text index and forgets old versions on disk."""
        self._tables.optimize()
        self._folded += self._unfolded
        self._unfolded = 0

    def fragments(self) -> int:
        """Files that the rows of a table are scattered over, of the one that has more."""
        return self._tables.fragments()

    def orphans(self, spare: int, share: float = 0.0) -> list[bytes]:
        """Keys of all vectors that no live chunk has, oldest first, but for the `spare` newest, or
        as many as this share of the live ones if that is more."""
        live = {key for file in self._files.values() for key in file.keys}
        spare = max(spare, int(share * len(live)))
        idle = [key for key in self._vector_row if key not in live]
        return idle[: max(0, len(idle) - spare)]

    def forget(self, keys: Collection[bytes]) -> None:
        """Drops the vectors of these keys. None of a live chunk may be among them."""
        doomed = set(keys)
        if not doomed:
            return
        self._tables.delete_vectors(doomed)
        kept = {key: row for key, row in self._vector_row.items() if key not in doomed}
        places = list(kept.values())
        with self._lock:
            self._matrix, self._scales = self._matrix[places], self._scales[places]
            self._words = self._words.only(np.array(places, np.intp))
            self._vector_row = {key: row for row, key in enumerate(kept)}
            self._rows = None

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

    def _stored_files(self) -> dict[str, StoredFile]:
        table = self._tables.chunks()
        columns = {name: table[name].to_pylist() for name in CHUNK_COLUMNS}
        paths, starts = columns["path"], columns["start"]
        order = sorted(range(len(paths)), key=lambda row: (paths[row], starts[row]))
        files: dict[str, StoredFile] = {}
        for path, group in groupby(order, key=paths.__getitem__):
            marked = list(group)
            rows = [row for row in marked if columns["kind"][row] != _NO_CHUNK]
            files[path] = StoredFile(
                hash=columns["file_hash"][marked[0]],
                language=columns["language"][marked[0]],
                is_test=columns["is_test"][marked[0]],
                ids=tuple(columns["id"][row] for row in rows),
                symbols=tuple(columns["symbol"][row] for row in rows),
                kinds=tuple(columns["kind"][row] for row in rows),
                starts=tuple(columns["start"][row] for row in rows),
                ends=tuple(columns["end"][row] for row in rows),
                keys=tuple(columns["key"][row] for row in rows),
            )
        return files

    def _kept(self, file: FileChunks, ids: tuple[int, ...]) -> StoredFile:
        chunks = file.chunks
        return StoredFile(
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

    def _composed(self) -> ChunkRows:
        files = dict(sorted(self._files.items()))
        keys = [key for file in files.values() for key in file.keys]
        return ChunkRows(
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
            words=self._words,
        )

    def _key(self, chunk_hash: str) -> bytes:
        return blake3(self._model + b"\0" + chunk_hash.encode()).digest(KEY_BYTES)


def quantised(vectors: Floats) -> tuple[Int8s, Floats]:
    """Rows as bytes, and for each the scale that takes them back."""
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    scales = (largest / 127).astype(np.float32)
    divisor = np.where(scales > 0, scales, 1)[:, None]
    return np.rint(vectors / divisor).astype(np.int8), scales


def _table_rows(file: FileChunks, stored: StoredFile) -> list[tuple[object, ...]]:
    """In the order of the table; a file without chunks leaves a row that says it was here."""
    where = (file.path, file.hash, file.language, file.is_test)
    if not file.chunks:
        return [(0, *where, "", _NO_CHUNK, 0, 0, b"", "")]
    return [
        (number, *where, each.symbol, each.kind, each.start, each.end, key, each.words)
        for number, key, each in zip(stored.ids, stored.keys, file.chunks, strict=True)
    ]
