"""The slow lane: chunks of files whose text is new are written for search and embedded.

Follows the graph and never holds it up: what is to be done is what differs between the graph and
the chunks, so that a kill costs nothing but the rest. LanceDB is imported here at the earliest.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from blake3 import blake3
from numpy import float32, int32, int64
from numpy.typing import NDArray

from ramify.analysis.extraction.chunks import chunk_text
from ramify.embedding.model import Embedder, load_embedder, model_content
from ramify.embedding.tokens import raw_subtokens
from ramify.indexing.committed import Base
from ramify.indexing.facts_source import FactsSource
from ramify.indexing.sources import Content, read_content
from ramify.indexing.stores import Stores
from ramify.session.files import FileTable
from ramify.session.settings import Settings
from ramify_store.chunks import Chunk, ChunkIndex, FileChunks
from ramify_store.facts import EXTRACTOR_VERSION, Outline, Placed, symbol_id
from ramify_store.store import CHUNKS
from ramify_store.vectors import LAYOUT
from ramify_store.view import ChunkFilter, GraphView, Hit, Retrieved, SearchView

BATCH_CHUNKS: Final = 1000
"""So many chunks are written and embedded at once: a tenth of a second."""
_MANY_FILES: Final = 50
_READ_BYTES: Final = 2 << 20
"""Of texts that are kept for the next question."""
_MANY_FRAGMENTS: Final = 64
"""Where each piece of search slows down if more than so many files of chunks lie about."""


Vector = NDArray[float32]


@dataclass(frozen=True, slots=True)
class _Described:
    """One file's chunks, and what their texts are made of."""

    chunks: FileChunks
    tokens: Sequence[Sequence[str]]
    """Sub-tokens of each chunk's text, as they are written."""


@dataclass(frozen=True, slots=True)
class LaneStep:
    """What one batch did."""

    files: int
    chunks: int
    embedded: int
    files_left: int


class SearchLane:
    """Writing belongs to the writer thread; `view` to any."""

    def __init__(self, folder: str, stores: Stores, source: FactsSource) -> None:
        self._folder = folder
        self._store = stores.store
        self._source = source
        self.size_limit = Settings().size_limit
        """Bytes; larger files have no chunks."""
        self._embedder: Embedder | None = None
        self._opening = threading.Lock()
        self.vector_hits = 0
        """Chunks whose vector was there already."""
        self.vector_misses = 0
        self._skipped: set[tuple[str, str]] = set()
        """(path, hash) of files that were gone or another when their turn came."""
        self._digested: tuple[FileTable, str] | None = None
        self._read = _ReadFiles()

    def opened(self) -> ChunkIndex:
        """The chunks; takes a second the first time, for the import of LanceDB."""
        with self._opening:
            if self._embedder is None:
                embedder = load_embedder()
                self._store.open_chunks(embedder.model_id, embedder.dimensions)
                self._embedder = embedder
        index = self._store.chunks
        assert index is not None
        return index

    def forget(self, paths: Sequence[str]) -> None:
        """Drops the chunks of files whose symbols have other ids from now on."""
        if paths:
            self._unmark()
            self.opened().replace((), paths)

    def pending(self, table: FileTable) -> list[Placed]:
        """Files whose chunks are not as the table has them, sorted by path."""
        known = self.opened().files()
        return [
            placed
            for path, placed in sorted(table.placed.items())
            if known.get(path) != placed.hash and (path, placed.hash) not in self._skipped
        ]

    def run(self, base: Base, check: Callable[[], None]) -> Iterator[LaneStep]:
        """Does what is pending, batch by batch; nothing happens until the first is asked for."""
        index = self.opened()
        gone = [path for path in index.files() if path not in base.table.placed]
        if gone:
            self._unmark()
            index.replace((), gone)
        pending = self.pending(base.table)
        at = 0
        while at < len(pending):
            check()
            batch: list[_Described] = []
            count, first = 0, at
            while at < len(pending) and count < BATCH_CHUNKS:
                described = self._described(pending[at])
                at += 1
                if described is not None:
                    batch.append(described)
                    count += len(described.tokens)
            embedded = self._write(index, batch)
            yield LaneStep(at - first, count, embedded, len(pending) - at)
        # A little is left to housekeeping, which has the time.
        if len(pending) + len(gone) > _MANY_FILES or index.fragments() > _MANY_FRAGMENTS:
            index.tidy()

    def is_known_complete(self, base: Base) -> bool:
        """Whether an earlier run left nothing to do for these files and this model; opens no
        chunks."""
        path = self._mark
        try:
            return path is not None and path.read_text() == self._digest_of(base.table)
        except OSError:
            return False

    def remember_complete(self, base: Base) -> None:
        path = self._mark
        if path is not None and not self._skipped:
            path.write_text(self._digest_of(base.table))

    def _digest_of(self, table: FileTable) -> str:
        """Remembered for the last table: every question of the command line asks for it."""
        if self._digested is None or self._digested[0] is not table:
            self._digested = (table, _digest(table))
        return self._digested[1]

    def _unmark(self) -> None:
        """Before rows change: files that are again what they were when the mark was made, after
        a switch of branches and back, would be taken for searchable."""
        if self._mark is not None:
            self._mark.unlink(missing_ok=True)

    @property
    def _mark(self) -> Path | None:
        directory = self._store.directory
        return None if directory is None else directory / CHUNKS / "complete"

    def view(self) -> SearchView:
        """What is committed, searchable; opens the chunks when somebody searches."""
        return _LazySearch(self, self._store.view())

    def view_now(self, view: GraphView) -> SearchView:
        """The same as `view`, opened."""
        self.opened()
        return self._store.search(self._text_of, view)

    def _described(self, placed: Placed) -> _Described | None:
        content = read_content(self._folder, placed.path, self.size_limit)
        outline = self._source.outline(placed.hash, placed.language)
        if not isinstance(content, Content) or content.hash != placed.hash or outline is None:
            # Another text by now: its own commit is on its way.
            self._skipped.add((placed.path, placed.hash))
            return None
        tokens = [raw_subtokens(chunk_text(content.data, outline, each)) for each in outline.chunks]
        chunks = tuple(
            Chunk(
                symbol=symbol_id(placed, outline.symbols[each.symbol].path),
                kind=each.kind,
                start=each.start,
                end=each.end,
                hash=each.hash,
                words=" ".join(sorted(" ".join(written).lower().split())),
                name=each.name,
            )
            for each, written in zip(outline.chunks, tokens, strict=True)
        )
        file = FileChunks(placed.path, placed.hash, placed.language, placed.is_test, chunks)
        return _Described(file, tokens)

    def _write(self, index: ChunkIndex, batch: Sequence[_Described]) -> int:
        """Vectors first: rows that are there have theirs, whenever we are killed."""
        tokens = {
            chunk.hash: written
            for each in batch
            for chunk, written in zip(each.chunks.chunks, each.tokens, strict=True)
        }
        missing = sorted(index.missing(tokens))
        self.vector_misses += len(missing)
        self.vector_hits += len(tokens) - len(missing)
        if missing:
            assert self._embedder is not None
            words = [self._embedder.read(tokens[each]) for each in missing]
            vectors = self._embedder.embed_words(words)
            index.put_vectors(missing, vectors, [each.numbers for each in words])
        self._unmark()
        index.replace([each.chunks for each in batch], ())
        return len(missing)

    def _text_of(self, hit: Hit) -> str:
        """The chunk's text, or "" when its file is another by now."""
        placed = self._store.view().placed(hit.path)
        if placed is None:
            return ""
        read = self._read.of(placed)
        if read is None:
            content = read_content(self._folder, hit.path, self.size_limit)
            outline = self._source.outline(placed.hash, placed.language)
            if not isinstance(content, Content) or content.hash != placed.hash or outline is None:
                return ""
            read = self._read.keep(placed, content.data, outline)
        return _text_at(*read, hit)


class _ReadFiles:
    """Texts and outlines of the files that were read last: a question looks at many pieces of
    few files. Safe to share between threads."""

    def __init__(self) -> None:
        self._files: OrderedDict[tuple[str, str], tuple[bytes, Outline]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def of(self, placed: Placed) -> tuple[bytes, Outline] | None:
        key = (placed.hash, placed.language)
        with self._lock:
            known = self._files.get(key)
            if known is not None:
                self._files.move_to_end(key)
            return known

    def keep(self, placed: Placed, data: bytes, outline: Outline) -> tuple[bytes, Outline]:
        with self._lock:
            if (placed.hash, placed.language) not in self._files:
                self._files[placed.hash, placed.language] = (data, outline)
                self._bytes += len(data)
            while self._bytes > _READ_BYTES:
                _, (dropped, _) = self._files.popitem(last=False)
                self._bytes -= len(dropped)
        return data, outline


def _text_at(data: bytes, outline: Outline, hit: Hit) -> str:
    for chunk in outline.chunks:
        if (chunk.start, chunk.end) == (hit.start, hit.end):
            return chunk_text(data, outline, chunk)
    return data[hit.start : hit.end].decode("utf-8", "replace")


def _digest(table: FileTable) -> str:
    """Of all that the chunks depend on: files, their modules, the extractor, the model, the tables
    that hold them."""
    digest = blake3(_model_digest())
    digest.update(f"{EXTRACTOR_VERSION} {LAYOUT}\0".encode())
    for path, placed in sorted(table.placed.items()):
        digest.update(f"{path}\0{placed.hash}\0{placed.root}\0{placed.module}\0".encode())
    return digest.hexdigest()


@cache
def _model_digest() -> bytes:
    """Of the model's file: reading it takes a hundredth of what loading it does."""
    return blake3(model_content()).digest()


class _LazySearch:
    """A SearchView that opens the chunks with the first question."""

    def __init__(self, lane: SearchLane, of: GraphView) -> None:
        """`of` is the revision that is searched, whatever is committed until then."""
        self._lane = lane
        self._of = of
        self._opened: SearchView | None = None

    def _view(self) -> SearchView:
        if self._opened is None:
            self._opened = self._lane.view_now(self._of)
        return self._opened

    def full_text(self, words: Sequence[str], limit: int, only: ChunkFilter) -> Sequence[Hit]:
        return self._view().full_text(words, limit, only)

    def nearest(self, vector: Vector, limit: int, only: ChunkFilter) -> Sequence[Hit]:
        return self._view().nearest(vector, limit, only)

    def retrieved(
        self,
        words: Sequence[str],
        vector: Vector | None,
        limit: int,
        only: ChunkFilter,
        named: Sequence[Hit] = (),
    ) -> Retrieved:
        return self._view().retrieved(words, vector, limit, only, named)

    def words_of(self, hits: Sequence[Hit]) -> NDArray[int32]:
        return self._view().words_of(hits)

    def word_counts(self) -> tuple[int, int, NDArray[int64]]:
        return self._view().word_counts()

    def chunks_of(self, symbol_id: str) -> Sequence[Hit]:
        return self._view().chunks_of(symbol_id)

    def unheard(self, words: Sequence[str]) -> Sequence[str]:
        return self._view().unheard(words)

    def defining(self, name: str, only: ChunkFilter) -> Sequence[Hit]:
        return self._view().defining(name, only)

    def vector_of(self, hit: Hit) -> Vector | None:
        return self._view().vector_of(hit)

    def text_of(self, hit: Hit) -> str:
        return self._view().text_of(hit)
