"""The workspace's store as indexing uses it: opened, or in memory when another process owns it.

Adds what the store does not know: the import roots that the graph was linked under. Knows no
files of the workspace.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from ramify.analysis.link import ROUNDS, Linker
from ramify.indexing.committed import Base, Committed, LinkerSource
from ramify.indexing.nothing import NO_SEARCH
from ramify.session.directories import Directories
from ramify.session.files import FileTable
from ramify.session.roots import Roots
from ramify_store.errors import StoreLocked
from ramify_store.facts import EXTRACTOR_VERSION, FileLinks, Placed
from ramify_store.journal import Run
from ramify_store.store import Store, store_name
from ramify_store.view import GraphView, SearchView

LINKS_VERSION: Final = 1
"""Raise it when the same facts would give other links."""
STAMP: Final = f"facts {EXTRACTOR_VERSION}, links {LINKS_VERSION}, rounds {ROUNDS}"


class _Rooted(msgspec.Struct, frozen=True):
    source: tuple[str, ...]
    projects: tuple[str, ...]
    metadata: tuple[str, ...]


class Stores:
    """`commit` and `close` belong to one thread, reading to all."""

    def __init__(self, store: Store, owner: int | None) -> None:
        self._store = store
        self.facts = store.facts
        self.owner = owner
        """Process that owns the store on disk; then everything here is in memory."""

    @property
    def directory(self) -> Path | None:
        return self._store.directory

    def committed(self) -> Committed:
        """The state as it was committed last, by whatever process."""
        view = self._store.view()
        roots = self._roots()
        placed = {path: each for path in view.paths() if (each := view.placed(path)) is not None}
        if roots is None:
            # Without them no difference can be told: what is indexed must be linked anew.
            roots = _Rooted((), (_UNKNOWN,), ())
        table = FileTable(
            placed, Roots(frozenset(roots.source), frozenset(roots.projects)), roots.metadata
        )
        base = Base(table, view, LinkerSource(lambda: Linker(self._store.linked())))
        return Committed(base, self.search(), self._store.revision)

    def view(self) -> GraphView:
        return self._store.view()

    def links(self, path: str) -> FileLinks | None:
        """Everything a file contributes, as it was committed."""
        return self._store.links(path)

    def search(self) -> SearchView:
        return NO_SEARCH

    def commit(
        self, table: FileTable, links: Mapping[str, FileLinks], removed: Collection[str]
    ) -> int:
        """Replaces these files' contributions; the new revision. All or nothing."""
        rooted = _Rooted(
            tuple(sorted(table.roots.source)), tuple(sorted(table.roots.projects)), table.metadata
        )
        same = rooted == self._roots()
        if not same:
            self._keep_roots(None)
        revision = self._store.commit(links, removed)
        if not same:
            self._keep_roots(rooted)
        return revision

    def touch(self, placed: Iterable[Placed]) -> None:
        """Takes new marks of files whose content and place are what they were."""

    def notes(self) -> tuple[str, ...]:
        return (*self._store.notes, *self.facts.notes, *self._store.journal.notes)

    def record(
        self, started: float, seconds: float, cause: str, metrics: Mapping[str, float]
    ) -> None:
        """Writes an index run into the journal."""
        self._store.journal.record(Run(started, seconds, cause, metrics))

    def counts(self) -> Mapping[str, int]:
        """How much is in the graph."""
        view = self._store.view()
        return {"files": len(view.paths())}

    def sizes(self) -> Mapping[str, int]:
        """Bytes on disk by part; empty in memory."""
        return self._store.sizes()

    def close(self) -> None:
        self._store.close()

    def _roots(self) -> _Rooted | None:
        path = self._roots_path
        if path is None:
            return None
        try:
            return msgspec.json.decode(path.read_bytes(), type=_Rooted)
        except (OSError, msgspec.DecodeError):
            return None

    def _keep_roots(self, rooted: _Rooted | None) -> None:
        """Removed before a commit under other roots and written after it, so that a kill between
        leaves none rather than wrong ones."""
        path = self._roots_path
        if path is None:
            return
        if rooted is None:
            path.unlink(missing_ok=True)
            return
        fresh = path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(rooted))
        fresh.replace(path)

    @property
    def _roots_path(self) -> Path | None:
        directory = self._store.directory
        return None if directory is None else directory / "roots.json"


_UNKNOWN: Final = "\0"
"""A root that no folder has: tables with it are never taken for another's equal."""


def open_stores(folder: str, directories: Directories | None) -> Stores:
    """The folder's store; None keeps everything in memory.

    Raises StoreTooNew. A store that another process owns is left alone, and memory serves.
    """
    if directories is None:
        return Stores(Store.open(None, None, STAMP), None)
    name = store_name(folder)
    try:
        return Stores(Store.open(directories.cache / name, directories.data / name, STAMP), None)
    except StoreLocked as locked:
        return Stores(Store.open(None, None, STAMP), locked.owner or 0)
