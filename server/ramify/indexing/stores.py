"""The workspace's store as indexing uses it: opened, or in memory when another process owns it.

Adds what the store does not know: the import roots that the graph was linked under. Knows no
files of the workspace.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from errno import ENOSPC
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from os import strerror
from pathlib import Path
from shutil import disk_usage
from typing import Final

import msgspec
from blake3 import blake3

from ramify.analysis.linking.link import Linker
from ramify.indexing.committed import Base, LinkerSource
from ramify.session.directories import Directories
from ramify.session.files import FileTable
from ramify.session.kept import sign
from ramify.session.roots import Roots
from ramify_store import queries
from ramify_store.errors import (
    QueryFailed,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreTooNew,
    StoreUnusable,
)
from ramify_store.facts import EXTRACTOR_VERSION, FileLinks, Placed
from ramify_store.journal import Run
from ramify_store.ownership import store_name
from ramify_store.store import Store
from ramify_store.view import GraphView

_ROOM_TO_OPEN: Final = 200_000_000
_ROOM_TO_COMMIT: Final = 100_000_000
"""Bytes free on the disk. The database ends the whole process when a disk fills up under it, so
that nothing is begun without room for it."""


@cache
def stamp() -> str:
    """Names what made a graph: the facts' version, and the text of the code that places files and
    links them, so that nobody has to remember to raise a number. Takes some milliseconds once."""
    digest = blake3()
    for package in ("ramify.analysis", "ramify.languages", "ramify.session"):
        for name, text in _sources(files(package)):
            digest.update(f"{name} {len(text)}\0".encode() + text)
    return f"facts {EXTRACTOR_VERSION}, links {digest.hexdigest()[:16]}"


def _sources(package: Traversable) -> Iterator[tuple[str, bytes]]:
    for each in sorted(package.iterdir(), key=lambda it: it.name):
        if each.is_dir():
            yield from _sources(each)
        elif each.name.endswith((".py", ".bin")):
            yield f"{package.name}/{each.name}", each.read_bytes()


class _Rooted(msgspec.Struct, frozen=True):
    source: tuple[str, ...]
    projects: tuple[str, ...]
    metadata: tuple[str, ...]


class Stores:
    """`commit` and `close` belong to one thread, reading to all."""

    def __init__(
        self,
        store: Store,
        owner: int | None = None,
        owner_version: str = "",
        unwritable: str | None = None,
        refused: str | None = None,
    ) -> None:
        self.store = store
        self.facts = store.facts
        self.owner = owner
        self.owner_version = owner_version
        """Process that owns the store on disk; then everything here is in memory."""
        self.unwritable = unwritable
        """Where and why nothing can be kept on disk; then everything here is in memory, too."""
        self.refused = refused
        """What to do about a store of a newer Ramify; then everything here is in memory, too."""

    @property
    def directory(self) -> Path | None:
        return self.store.directory

    def committed(self) -> Base:
        """The state as it was committed last, by whatever process."""
        view = self.view()
        placed = {path: each for path in view.paths() if (each := view.placed(path)) is not None}
        rooted = self._rooted()
        roots = Roots(frozenset(rooted.source), frozenset(rooted.projects))
        return self.base(FileTable(placed, roots, rooted.metadata))

    @property
    def outdated(self) -> str | None:
        """Why the graph is to be made anew, in words; until then it answers and is not changed."""
        return self.store.outdated

    def base(self, table: FileTable) -> Base:
        """The committed state of this table of files, its linker read when it is asked for."""
        linker = LinkerSource(lambda: Linker(self.store.linked()))
        return Base(table, self.view(), linker, outdated=self.outdated is not None)

    def view(self) -> GraphView:
        return self.store.view()

    def links(self, path: str) -> FileLinks | None:
        """Everything the file contributes, as it was committed."""
        return self.store.links(path)

    def commit(
        self, table: FileTable, links: Mapping[str, FileLinks], removed: Collection[str]
    ) -> int:
        """Replaces these files' contributions; the new revision. All or nothing.

        Raises StoreFull when the disk has no room for it.
        """
        self._check_room()
        with self._telling_what_to_do():
            return self.store.commit(links, removed, attributes=_attributes(table))

    def rebuild(self, table: FileTable, links: Mapping[str, FileLinks]) -> int:
        """Puts a new graph of these files in place of the old one; the new revision. Raises
        StoreFull."""
        self._check_room()
        with self._telling_what_to_do():
            return self.store.rebuild(links, _attributes(table))

    def touch(self, placed: Iterable[Placed]) -> None:
        """Takes new marks of files whose content and place are what they were."""
        self.store.touch(placed)

    def notes(self) -> tuple[str, ...]:
        return (*self.store.notes, *self.facts.notes, *self.store.journal.notes)

    def record(self, run: Run) -> None:
        """Writes an index run into the journal."""
        self.store.journal.record(run)

    def counts(self) -> Mapping[str, int]:
        """How much is in the graph."""
        with self.store.session() as session:
            return queries.counts(session)

    def sizes(self) -> Mapping[str, int]:
        """Bytes on disk by part; empty in memory."""
        return self.store.sizes()

    def close(self) -> None:
        self.store.close()

    @contextmanager
    def _telling_what_to_do(self) -> Iterator[None]:
        """A disk that was full in the middle after all, or one that cannot be written."""
        try:
            yield
        except (OSError, QueryFailed) as error:
            if self.directory is None:
                raise
            if getattr(error, "errno", 0) == ENOSPC or strerror(ENOSPC) in str(error):
                raise StoreFull(str(self.directory), _free_at(self.directory)) from error
            if isinstance(error, OSError):
                raise StoreError(f"{self.directory} cannot be written ({error}).") from error
            raise

    def _check_room(self) -> None:
        if self.directory is not None and (free := _free_at(self.directory)) < _ROOM_TO_COMMIT:
            raise StoreFull(str(self.directory), free)

    def _rooted(self) -> _Rooted:
        text = self.store.attribute(_ROOTS)
        try:
            return msgspec.json.decode(text or "", type=_Rooted)
        except msgspec.DecodeError:
            # Without them no difference can be told: everything must be linked anew.
            return _Rooted((), (_UNKNOWN,), ())


_ROOTS: Final = "roots"
_UNKNOWN: Final = "\0"
"""A root that no folder has: tables with it are never taken for another's equal."""


def _attributes(table: FileTable) -> Mapping[str, str]:
    roots = table.roots
    rooted = _Rooted(tuple(sorted(roots.source)), tuple(sorted(roots.projects)), table.metadata)
    return {_ROOTS: msgspec.json.encode(rooted).decode()}


def open_stores(folder: str, directories: Directories | None) -> Stores:
    """The folder's store; None keeps everything in memory.

    A store that another process owns or a newer Ramify wrote is left alone, and memory serves, as
    it does where the directories cannot be written or the disk is nearly full.
    """
    if directories is None:
        return Stores(Store.open(None, None, stamp()))
    name = store_name(folder)
    if (free := _free_at(directories.cache)) < _ROOM_TO_OPEN:
        where = f"{directories.cache}: only {free / 1e6:.0f} MB free"
        return Stores(Store.open(None, None, stamp()), unwritable=where)
    try:
        store = Store.open(directories.cache / name, directories.data / name, stamp())
        sign(folder, directories.cache / name, directories.data / name)
        return Stores(store)
    except StoreLocked as locked:
        memory = Store.open(None, None, stamp())
        return Stores(memory, owner=locked.owner or 0, owner_version=locked.version)
    except StoreUnusable as unusable:
        return Stores(Store.open(None, None, stamp()), unwritable=str(unusable))
    except StoreTooNew as newer:
        return Stores(Store.open(None, None, stamp()), refused=str(newer))
    except OSError as error:
        where = f"{error.filename or directories.cache}: {error.strerror or error}"
        return Stores(Store.open(None, None, stamp()), unwritable=where)


def _free_at(directory: Path) -> int:
    existing = next(each for each in (directory, *directory.parents) if each.exists())
    return disk_usage(existing).free
