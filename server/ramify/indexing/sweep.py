"""What is on the disk against what is indexed: stat first, hashes decide.

A file whose size and time are those of the index is not opened. Everything else is read and hashed,
and a file of the same hash in the same place is only touched. Knows no facts, no graph.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol

from ramify.indexing.sources import RACY_NS, Content, Unreadable, read_content, read_head
from ramify.indexing.standing import Standing, now_ns, standing_of
from ramify.languages.registry import language_of
from ramify.session.files import (
    FileTable,
    directories_of,
    packages_of,
    put,
    same_content_and_place,
    unplaced,
)
from ramify.session.ignore import FileStat, Walked, file_at, scope_of, walk, walk_below
from ramify.session.roots import METADATA_NAMES, Roots, find_roots
from ramify.session.settings import Settings
from ramify.session.tracked import with_tracked
from ramify_store.facts import Placed

NO_TABLE: Final = FileTable({}, Roots(frozenset(), frozenset({"."})), ())
IGNORE_NAMES: Final = frozenset({".gitignore", ".git"})
"""A change of one of these may bring in or leave out anything below."""
SETTINGS_NAMES: Final = frozenset({"ramify.toml", "pyproject.toml"})


@dataclass(frozen=True, slots=True)
class Sweep:
    """How the disk differs from a table."""

    table: FileTable
    """The disk as it was found."""
    changed: frozenset[str]
    """New or edited files, and files whose module is another now."""
    removed: frozenset[str]
    touched: frozenset[str]
    """The content and place the table knew, under other marks."""
    notes: Mapping[str, str]
    """By path: why a file has no facts; "" for what speaks of no single file."""
    standing: Standing | None = None
    """How the disk stood, where all of it was looked at."""

    @property
    def is_empty(self) -> bool:
        return not self.changed and not self.removed


class Reads(Protocol):
    """Gets every text that is read, so that nobody reads it twice."""

    def expect(self, texts: int) -> None:
        """How many will be read."""

    def add(self, content: Content, language: str) -> None: ...


def sweep(
    folder: str,
    settings: Settings,
    known: FileTable,
    reads: Reads,
    check: Callable[[], None],
) -> Sweep:
    """Checks the whole folder. `check` may raise to give up."""
    since = now_ns()
    walked = with_tracked(folder, lambda tracked: walk(folder, settings, is_wanted, check, tracked))
    found = _compared(folder, settings, known, walked, None, reads, check)
    if any(not os.access(Path(folder, path), os.R_OK) for path in found.notes):
        return found  # it may be readable soon, and nothing but trying tells
    return replace(found, standing=standing_of(folder, settings, walked.marks, since))


def sweep_paths(
    folder: str,
    settings: Settings,
    known: FileTable,
    paths: Collection[str],
    reads: Reads,
    check: Callable[[], None],
) -> Sweep:
    """Checks some files or directories (relative paths, "" for the folder) and what is below."""
    if any(needs_whole_sweep(path) for path in paths):
        return sweep(folder, settings, known, reads, check)
    walked = with_tracked(
        folder, lambda tracked: _walked_some(folder, settings, paths, check, tracked)
    )
    within = _Within(paths)
    return _compared(folder, settings, known, walked, within, reads, check)


def needs_whole_sweep(path: str) -> bool:
    """Whether a change of this one file can change which files count or what they are called."""
    name = path.rpartition("/")[2]
    known = name in IGNORE_NAMES or name in METADATA_NAMES or path in SETTINGS_NAMES
    return not path or known or path.endswith(".git/info/exclude")


def is_wanted(name: str) -> bool:
    """Whether a file of this name is looked at; without an extension it may be a script."""
    return language_of(name, b"") is not None or name in METADATA_NAMES or "." not in name


class _Within:
    """Whether a path is one of some paths or below one of them."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)

    def __contains__(self, path: str) -> bool:
        while path:
            if path in self._paths:
                return True
            path = path.rpartition("/")[0]
        return False


def _walked_some(
    folder: str,
    settings: Settings,
    paths: Collection[str],
    check: Callable[[], None],
    tracked: Collection[str],
) -> Walked:
    files: dict[str, FileStat] = {}
    notes: list[str] = []
    left_out = False
    for path in paths:
        check()
        if Path(folder, path).is_dir():
            scope = scope_of(folder, settings, path, tracked)
            out = Walked((), (), left_out=True)
            walked = out if scope is None else walk_below(scope, is_wanted, check)
            left_out = left_out or walked.left_out
            files.update((each.path, each) for each in walked.files)
            notes.extend(walked.notes)
        elif (found := file_at(folder, settings, is_wanted, path, tracked)) is not None:
            files[path] = found
        else:
            left_out = left_out or (
                is_wanted(path.rpartition("/")[2]) and Path(folder, path).exists()
            )
    return Walked(tuple(files[path] for path in sorted(files)), tuple(notes), left_out)


@dataclass
class _Found:
    """What reading the candidates brings."""

    read: dict[str, Placed] = field(default_factory=dict)
    """With empty places."""
    notes: dict[str, str] = field(default_factory=dict)


def _compared(
    folder: str,
    settings: Settings,
    known: FileTable,
    walked: Walked,
    within: _Within | None,
    reads: Reads,
    check: Callable[[], None],
) -> Sweep:
    sources = {each.path: each for each in walked.files if _is_source(folder, known, each)}
    expected = known.placed if within is None else [path for path in known.placed if path in within]
    removed = {path for path in expected if path not in sources}
    found = _Found()
    candidates = _other_marks(known, sources.values())
    reads.expect(len(candidates))
    for stat in candidates:
        check()
        content = read_content(folder, stat.path, settings.size_limit)
        if isinstance(content, Content):
            language = language_of(stat.path, content.data[:200]) or ""
            reads.add(content, language)
            found.read[stat.path] = _unplaced(stat.path, content, language)
        else:
            if isinstance(content, Unreadable):
                found.notes[stat.path] = content.reason
            if stat.path in known.placed:
                removed.add(stat.path)
    if walked.notes:
        found.notes[""] = "\n".join(walked.notes)
    paths = (known.placed.keys() - removed) | found.read.keys()
    metadata = known.metadata if within is not None else _metadata(walked)
    if within is not None and paths == known.placed.keys():
        return _placed(known, found, frozenset(removed), known.roots, metadata)
    roots = _roots(folder, settings, paths, metadata)
    return _placed(known, found, frozenset(removed), roots, metadata)


def _is_source(folder: str, known: FileTable, stat: FileStat) -> bool:
    """By its name, or by its first line where the name does not tell."""
    if language_of(stat.path, b"") is not None:
        return True
    if "." in stat.path.rpartition("/")[2]:
        return False
    same = not _other_marks(known, (stat,))
    return same or language_of(stat.path, read_head(folder, stat.path)) is not None


def _other_marks(known: FileTable, stats: Iterable[FileStat]) -> list[FileStat]:
    return [
        stat
        for stat in stats
        if (old := known.placed.get(stat.path)) is None
        or (old.size, old.mtime_ns) != (stat.size, stat.mtime_ns)
    ]


def _unplaced(path: str, content: Content, language: str) -> Placed:
    # A file this young could change once more within one tick of its clock: never trust the mark.
    racy = time.time_ns() - content.mtime_ns < RACY_NS
    return unplaced(path, content.hash, language, content.size, 0 if racy else content.mtime_ns)


def _placed(
    known: FileTable,
    found: _Found,
    removed: frozenset[str],
    roots: Roots,
    metadata: tuple[str, ...],
) -> Sweep:
    """Puts every file in its place; all files anew where packages or roots have changed."""
    paths = (known.placed.keys() - removed) | found.read.keys()
    packages = packages_of(paths)
    moved = roots != known.roots or packages != packages_of(known.placed)
    again = paths if moved else found.read.keys()
    new: dict[str, Placed] = {}
    changed: set[str] = set()
    touched: set[str] = set()
    for path in again:
        old = known.placed.get(path)
        placed = put(found.read.get(path) or known.placed[path], roots, packages)
        if old is None or not same_content_and_place(old, placed):
            changed.add(path)
        elif old != placed:
            touched.add(path)
        if old != placed:
            new[path] = placed
    table = known
    if (roots, metadata) != (known.roots, known.metadata):
        table = FileTable(known.placed, roots, metadata)
    return Sweep(
        table.replaced(new, removed),
        frozenset(changed),
        removed,
        frozenset(touched),
        found.notes,
    )


def _metadata(walked: Walked) -> tuple[str, ...]:
    paths = (each.path for each in walked.files)
    return tuple(path for path in paths if path.rpartition("/")[2] in METADATA_NAMES)


def _roots(
    folder: str, settings: Settings, paths: Collection[str], metadata: Iterable[str]
) -> Roots:
    """Directories count only with source files below them, so that the roots depend on the
    source files and the metadata alone, however a change was noticed."""

    def read(path: str) -> bytes | None:
        content = read_content(folder, path, settings.size_limit)
        return content.data if isinstance(content, Content) else None

    directories, packages = directories_of(paths), packages_of(paths)
    return find_roots(
        settings.roots, metadata, read, directories.__contains__, packages.__contains__
    )
