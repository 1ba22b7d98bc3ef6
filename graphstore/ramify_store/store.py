"""One workspace folder's store: graph, chunks, facts cache and journal, opened and closed as one.

Says where each lives and in which order they are written. Everything but the journal is derived
and may be dropped at any time. Knows no workspace files and no threads but those that call it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from ramify_store import layout, queries
from ramify_store.attempts import Attempts
from ramify_store.chunk_rows import HashOf
from ramify_store.chunks import ChunkIndex, FileChunks
from ramify_store.engine import STORAGE, Session, Timing
from ramify_store.errors import QueryFailed, StoreCorrupt, StoreGone, StoreUnusable
from ramify_store.factcache import FactCache
from ramify_store.facts import EXTRACTOR_VERSION, FileLinks, Flow, Outline, Placed
from ramify_store.generations import Generations
from ramify_store.history import History
from ramify_store.journal import Journal
from ramify_store.layout import Layout
from ramify_store.migrations import MIGRATIONS
from ramify_store.ownership import Ownership
from ramify_store.reader import GraphReader
from ramify_store.rows import unpack_flows, unpack_keys
from ramify_store.search import NoChunks
from ramify_store.vectors import ChunkTables
from ramify_store.view import GraphView, Hit, SearchView
from ramify_store.writer import GraphWriter

GRAPH: Final = "graph"
CHUNKS: Final = "chunks"
FACTS: Final = "facts.sqlite"
JOURNAL: Final = "journal.sqlite"
HISTORY: Final = "history.sqlite"
ASIDE: Final = "graph.aside"
"""A graph that ended the process; the last one is kept."""
RESTORING: Final = "restoring"
"""Where a backup is unpacked before it takes the store's place."""


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """What relinking must remember of a committed file."""

    path: str
    keys: tuple[int, ...]
    flows: tuple[tuple[Flow, ...], ...]


def known_layout() -> Layout:
    """What this Ramify writes."""
    return Layout(layout.LAYOUT, len(MIGRATIONS), STORAGE, EXTRACTOR_VERSION, layout.product())


class Store:
    """Everything known of one workspace folder. `commit` belongs to one thread, reading to all."""

    def __init__(self, directory: Path | None, data_directory: Path | None, stamp: str) -> None:
        self.directory = directory
        self.data_directory = data_directory
        self.notes: list[str] = []
        self.chunks: ChunkIndex | None = None
        self._hashes: tuple[GraphView, HashOf] | None = None
        self._ownership: Ownership | None = None
        self._opening = Attempts(None if directory is None else directory / "opening")
        self._writing = Attempts(None if directory is None else directory / "writing")
        if directory is not None:
            private(directory)
            self._ownership = Ownership(directory)
        self._identity = _identity(directory)
        if data_directory is not None:
            private(data_directory)
        try:
            if directory is not None:
                shutil.rmtree(directory / RESTORING, ignore_errors=True)
                self._meet_others(directory)
            self.facts = FactCache(None if directory is None else directory / FACTS)
            self.journal = Journal(None if data_directory is None else data_directory / JOURNAL)
            self.history = History(None if directory is None else directory / HISTORY)
            self._reader = GraphReader(self._outline_of)
            self._generations, self._writer = self._opened_graph(stamp)
            if directory is not None:
                self._sign(directory)
        except BaseException:
            self._release()
            raise

    @classmethod
    def open(cls, directory: Path | None, data_directory: Path | None, stamp: str) -> Store:
        """Opens or makes the store in a directory of its own; None keeps everything in memory.

        A graph that was made under another `stamp` (the versions of extractor and linker) is
        `outdated`. Raises StoreLocked while another process owns it, StoreTooNew when a newer
        Ramify wrote it, StoreUnusable when its graph ends the process. Reads the whole graph:
        docs/backup.md says what that takes.
        """
        return cls(directory, data_directory, stamp)

    def view(self) -> GraphView:
        """The committed graph, frozen at its newest revision. From any thread."""
        return self._reader.view()

    @property
    def revision(self) -> int:
        return self._writer.revision

    @property
    def schema(self) -> int:
        """How many migrations the graph has been through."""
        return self._writer.schema

    @property
    def outdated(self) -> str | None:
        """Why the graph waits for `rebuild`, in words; None: it takes commits."""
        return self._writer.outdated

    def open_chunks(self, model_id: str, dimensions: int) -> None:
        """Opens the chunks for vectors of this model. Takes a second the first time, for the
        import; until then `search` finds nothing and chunks are not written."""
        directory = None if self.directory is None else self.directory / CHUNKS
        try:
            self.chunks = ChunkIndex(ChunkTables(directory, model_id, dimensions), model_id)
        except StoreCorrupt as error:
            if directory is None:
                raise
            self.notes.append(f"The chunks were damaged and are built anew ({error})")
            shutil.rmtree(directory)
            self.chunks = ChunkIndex(ChunkTables(directory, model_id, dimensions), model_id)

    def search(self, text_of: Callable[[Hit], str], of: GraphView | None = None) -> SearchView:
        """The chunks of the files as this view has them, the newest one by itself. `text_of` reads
        a chunk's text from where the caller keeps it: the store does not keep it twice."""
        if self.chunks is None:
            return NoChunks()
        view = self.view() if of is None else of
        if self._hashes is None or self._hashes[0] is not view:
            self._hashes = (view, _hashes_of(view))
        return self.chunks.view(self._hashes[1], text_of)

    def commit(
        self,
        links: Mapping[str, FileLinks],
        removed: Collection[str],
        *,
        chunks: Collection[FileChunks] = (),
        attributes: Mapping[str, str] = MappingProxyType({}),
    ) -> int:
        """Replaces these files' contributions and forgets the removed; the new revision.

        Put their facts into `facts` first: places in the view come from there. Chunks are
        written before the graph: a kill between leaves some that no view shows. Attributes are
        short texts of the caller's that hold for the graph as it is then. Raises StoreGone when
        somebody removed the store meanwhile.
        """
        self._check_that_it_stands()
        if self.chunks is not None and (chunks or removed):
            self.chunks.replace(chunks, removed)
        with self._writing.one():
            return self._writer.commit(links, removed, attributes)

    def rebuild(self, links: Mapping[str, FileLinks], attributes: Mapping[str, str]) -> int:
        """A new graph of these files in place of the old one, which answers until then; the new
        revision. Chunks stay: they are content's."""
        self._check_that_it_stands()
        with self._writing.one():
            revision = self._writer.rebuild(links, attributes)
        if self.directory is not None:
            self._sign(self.directory)
        return revision

    def attribute(self, name: str) -> str | None:
        """What was committed last under this name."""
        return self._writer.attribute(name)

    def touch(self, placed: Iterable[Placed]) -> None:
        """Takes new sizes and times of committed files that are otherwise what they were."""
        self._writer.touch(placed)

    def log_bytes(self) -> int:
        """Bytes of the graph that the next start will play again."""
        return self._writer.log_bytes()

    def compact(self, check: Callable[[], None]) -> None:
        """Loads the graph into a new file, as small as it gets; `check` may raise to give up."""
        with self._writing.one():
            self._writer.compact(check)

    @property
    def is_layered(self) -> bool:
        """Whether commits lie over the columns: the next start has to ask the database."""
        return self._writer.is_layered

    def settle(self) -> None:
        """Makes columns of what was committed; some tenths of a second for a large graph."""
        self._writer.settle()

    def forget_marks(self) -> None:
        """Every file is to be read and hashed once more, whatever its size and time say."""
        self._writer.forget_marks()

    def graph_files(self) -> tuple[Path, Path | None, int]:
        """The graph's database, what is not yet moved into it, and the size it began with; for a
        copy while nobody commits. Raises StoreError in memory."""
        return self._generations.files()

    def linked(self) -> Iterator[LinkedFile]:
        """Every committed file's keys and flows, in order of path."""
        with self._generations.engine.reading() as session:
            table = queries.linked(session).to_pydict()
        rows = zip(table["path"], table["keys"], table["flows"], strict=True)
        for path, keys, flows in sorted(rows):
            yield LinkedFile(path, unpack_keys(keys), unpack_flows(flows))

    def links(self, path: str) -> FileLinks | None:
        """Everything the file contributes, as it was committed (in the order of views)."""
        shadowed = self._reader.shadowed.get(path)
        known = shadowed or self._reader.links_of(path)
        if known is None or known.keys or known.flows:
            return known
        with self._generations.engine.reading() as session:
            found = queries.linked_file(session, path)
        keys, flows = found or ("", "")
        return FileLinks(
            known.placed,
            known.symbols,
            known.edges,
            known.lookups,
            unpack_keys(keys),
            unpack_flows(flows),
        )

    def reload(self) -> None:
        """Reads the graph from the database again: `verify` trusts nothing in memory."""
        self._reader.load_anew(self._generations.engine, self._writer.revision)

    def clear(self) -> None:
        """Forgets the graph; facts and vectors stay, so that it is soon there again."""
        self._writer.clear()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """For questions in Cypher; see `ramify_store.queries` for those that have names."""
        with self._generations.engine.reading() as session:
            yield session

    def sizes(self) -> Mapping[str, int]:
        """Bytes on disk by part; empty in memory."""
        if self.directory is None:
            return {}
        return {
            "graph": _bytes_in([self.directory / GRAPH]),
            "chunks": _bytes_in([self.directory / CHUNKS]),
            "facts": _bytes_in(self.directory.glob(f"{FACTS}*")),
            "history": _bytes_in(self.directory.glob(f"{HISTORY}*")),
        }

    def timings(self) -> Mapping[str, Timing]:
        """Count and seconds of each named query of the graph."""
        return dict(self._generations.engine.timings)

    def close(self) -> None:
        """Once is enough, twice does no harm. The store is free for others even when it fails."""
        try:
            self._generations.close()
            self.facts.close()
            self.journal.close()
            self.history.close()
        finally:
            self._release()

    def _release(self) -> None:
        if self._ownership is not None:
            self._ownership.release()
            self._ownership = None

    def _meet_others(self, directory: Path) -> None:
        """Raises StoreTooNew when a newer Ramify wrote the store. What another engine wrote
        cannot be opened: the graph is made again of the facts."""
        found = layout.read(directory)
        if found is None:
            return
        found.refuse_newer(known_layout())
        if found.storage < STORAGE and (directory / GRAPH).exists():
            self.notes.append(
                f"The graph was written by Ramify {found.ramify}, whose database this one cannot "
                "open: it is built anew."
            )
            shutil.rmtree(directory / GRAPH)

    def _sign(self, directory: Path) -> None:
        """Says in a file who writes here from now on."""
        mine = replace(known_layout(), schema=self._writer.schema)
        if layout.read(directory) != mine:
            layout.write(directory, mine)

    def _outline_of(self, placed: Placed) -> Outline | None:
        return self.facts.decoded_outline(placed.hash, placed.language)

    def _opened_graph(self, stamp: str) -> tuple[Generations, GraphWriter]:
        if self.directory is None:
            return _graph(None, self._reader, stamp)
        directory = self.directory / GRAPH
        self._set_aside(self.directory)
        with self._opening.one():
            try:
                return _graph(directory, self._reader, stamp)
            except (StoreCorrupt, QueryFailed) as error:
                self.notes.append(f"The graph was damaged and is built anew ({error})")
                shutil.rmtree(directory)
                return _graph(directory, self._reader, stamp)

    def _set_aside(self, directory: Path) -> None:
        """A graph that has ended the process twice while it was opened, or written, would again."""
        for attempts in (self._opening, self._writing):
            if attempts.is_hopeless:
                raise StoreUnusable(str(directory / GRAPH))
            if attempts.failed:
                attempts.give_up()
                shutil.rmtree(directory / ASIDE, ignore_errors=True)
                with suppress(FileNotFoundError):
                    (directory / GRAPH).rename(directory / ASIDE)
                self.notes.append(
                    f"The graph ended the process twice: it is kept as {directory / ASIDE} and "
                    "built anew"
                )

    def _check_that_it_stands(self) -> None:
        if self.directory is not None and _identity(self.directory) != self._identity:
            raise StoreGone(str(self.directory))


def _identity(directory: Path | None) -> tuple[int, int] | None:
    """Of the file that says who owns the store; another one, or none, after it was removed."""
    try:
        status = None if directory is None else (directory / "owner").stat()
    except OSError:
        return None
    return None if status is None else (status.st_dev, status.st_ino)


def _hashes_of(view: GraphView) -> HashOf:
    def hash_of(path: str) -> str | None:
        placed = view.placed(path)
        return None if placed is None else placed.hash

    return hash_of


def _graph(
    directory: Path | None, reader: GraphReader, stamp: str
) -> tuple[Generations, GraphWriter]:
    generations = Generations(directory)
    try:
        return generations, GraphWriter(generations, reader, stamp)
    except BaseException:
        generations.close()
        raise


def private(directory: Path) -> None:
    """Readable by its user alone, also when it was there before."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    directory.chmod(0o700)


def _bytes_in(paths: Iterable[Path]) -> int:
    files = (file for path in paths for file in ([path] if path.is_file() else path.rglob("*")))
    return sum(_room(file.stat()) for file in files if file.is_file())


def _room(stat: os.stat_result) -> int:
    """Bytes on disk: a file may have holes."""
    return min(stat.st_size, 512 * getattr(stat, "st_blocks", stat.st_size))
