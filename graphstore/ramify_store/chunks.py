"""The chunks of a store: written with their files, embedded when their text is new.

Keeps beside the tables what search needs at once: a row for each live chunk, all vectors as bytes
in one matrix, and, from the first question for words on, which chunks hold which words. Knows no
graph and no text.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final, cast

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from ramify_store.chunk_rows import NO_CHUNK, ChunkRows, HashOf, Mask, StoredFile, stored_files
from ramify_store.errors import StoreCorrupt
from ramify_store.memory import give_back
from ramify_store.postings import LivePostings, Postings, Written, written
from ramify_store.search import ChunkView
from ramify_store.vectors import KEY_BYTES, ChunkTables, Floats, Int8s
from ramify_store.view import Hit
from ramify_store.word_rows import WordRows, with_room

_MANY_KEYS: Final = 4096
"""That are remembered: each is asked for several times while its chunk is written."""
_NO_IDS: Final = np.zeros(0, np.int64)
_NO_PLACES: Final = np.zeros(0, np.int32)


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
    name: str = ""
    """`ChunkFact.name`."""


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
        """Reads both tables, but for the chunks' words."""
        self._tables = tables
        self._key = lru_cache(_MANY_KEYS)(partial(_key_of, model_id.encode()))
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        """Held while tables change, and while they are read for what memory has not yet."""
        keys, self._matrix, self._scales, written = tables.vectors()
        self._words = WordRows.of(written)
        self._vector_row = {key: row for row, key in enumerate(keys)}
        self._files = stored_files(tables.chunks(), keys)
        self._next_id = 1 + max(
            (int(file.ids.max(initial=0)) for file in self._files.values()), default=0
        )
        self._unembedded = {
            path
            for path, file in self._files.items()
            if any(key not in self._vector_row for key in file.keys)
        }
        """Files that were stored with vectors of another model."""
        self._rows: ChunkRows | None = None
        self._standing: tuple[ChunkRows, HashOf, Mask] | None = None
        self._postings: Postings | None = None
        self._live: tuple[ChunkRows, LivePostings] | None = None
        give_back()

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
            ids = np.arange(self._next_id, self._next_id + len(file.chunks))
            self._next_id += len(file.chunks)
            fresh[file.path] = self._kept(file, ids)
            rows.extend(_table_rows(file, fresh[file.path]))
        known = {path for path in (*removed, *fresh) if path in self._files}
        with self._writing:
            if known:
                self._tables.delete_chunks(known)
            if rows:
                self._tables.add_chunks(rows)
            if rows and self._postings is not None:
                self._postings = self._postings.with_more(_written(rows))
        with self._lock:
            removed_or_fresh = {*removed, *fresh}
            gone = set(removed) - fresh.keys()
            files = {path: file for path, file in self._files.items() if path not in gone}
            self._files = {**files, **fresh}
            self._unembedded = self._unembedded - removed_or_fresh
            # Who has searched will search again: the writer pays, not the next question.
            self._rows = None if self._rows is None else self._composed()

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
        """Joins small files on disk and forgets old versions, there and in memory."""
        live = np.concatenate([_NO_IDS, *(file.ids for file in self._files.values())])
        with self._writing:
            self._tables.optimize()
            if self._postings is not None:
                self._postings = self._postings.only(lambda ids: np.isin(ids, live))

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
        return ChunkView(rows, lambda: self._live_postings(rows), standing, text_of)

    def _live_postings(self, rows: ChunkRows) -> LivePostings:
        """Raises StoreCorrupt where the words cannot be read."""
        known = self._live
        if known is None or known[0] is not rows:
            with self._writing:
                if self._postings is None:
                    self._postings = self._read_postings()
                postings = self._postings
            known = self._live = (rows, rows.live(postings))
        return known[1]

    def _read_postings(self) -> Postings:
        try:
            postings = Postings.of(self._tables.chunk_words())
            give_back()
            return postings
        except (RuntimeError, ValueError, OSError) as error:
            raise StoreCorrupt(
                "its files on disk cannot be read (they are made again with the next change)"
            ) from error

    def _kept(self, file: FileChunks, ids: NDArray[np.int64]) -> StoredFile:
        chunks = file.chunks
        return StoredFile(
            hash=file.hash,
            language=file.language,
            is_test=file.is_test,
            ids=ids,
            symbols=tuple(chunk.symbol for chunk in chunks),
            kinds=tuple(chunk.kind for chunk in chunks),
            starts=np.array([chunk.start for chunk in chunks], np.int32),
            ends=np.array([chunk.end for chunk in chunks], np.int32),
            names=tuple(chunk.name for chunk in chunks),
            keys=tuple(self._key(chunk.hash) for chunk in chunks),
        )

    def _composed(self) -> ChunkRows:
        files = dict(sorted(self._files.items()))
        every = tuple(files.values())
        keys = [key for file in every for key in file.keys]
        kinds = [kind for file in every for kind in file.kinds]
        codes = {kind: code for code, kind in enumerate(dict.fromkeys(kinds))}
        return ChunkRows(
            paths=tuple(files),
            files=every,
            file=np.repeat(np.arange(len(files)), [len(file.ids) for file in every]),
            ids=np.concatenate([_NO_IDS, *(file.ids for file in every)]),
            symbols=[symbol for file in every for symbol in file.symbols],
            kind_names=tuple(codes),
            kinds=np.array([codes[kind] for kind in kinds], np.int16),
            starts=np.concatenate([_NO_PLACES, *(file.starts for file in every)]),
            ends=np.concatenate([_NO_PLACES, *(file.ends for file in every)]),
            names=[name for file in every for name in file.names],
            vector=np.array([self._vector_row.get(key, -1) for key in keys], np.intp),
            matrix=self._matrix[: len(self._vector_row)],
            scales=self._scales[: len(self._vector_row)],
            words=self._words,
        )


def _key_of(model: bytes, chunk_hash: str) -> bytes:
    return blake3(model + b"\0" + chunk_hash.encode()).digest(KEY_BYTES)


def quantised(vectors: Floats) -> tuple[Int8s, Floats]:
    """Rows as bytes, and for each the scale that takes them back."""
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    scales = (largest / 127).astype(np.float32)
    divisor = np.where(scales > 0, scales, 1)[:, None]
    return np.rint(vectors / divisor).astype(np.int8), scales


def _written(rows: Iterable[tuple[object, ...]]) -> Written:
    return written((cast("int", row[0]), cast("str", row[-1])) for row in rows)


def _place_of(each: Chunk) -> tuple[object, ...]:
    return each.symbol, each.kind, each.start, each.end, each.name


def _table_rows(file: FileChunks, stored: StoredFile) -> list[tuple[object, ...]]:
    """In the order of the table; a file without chunks leaves a row that says it was here."""
    where = (file.path, file.hash, file.language, file.is_test)
    if not file.chunks:
        return [(0, *where, "", NO_CHUNK, 0, 0, "", b"", "")]
    return [
        (number, *where, *_place_of(each), key, each.words)
        for number, key, each in zip(stored.ids.tolist(), stored.keys, file.chunks, strict=True)
    ]
