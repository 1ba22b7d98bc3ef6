"""The source files of a workspace folder as a frozen table: where each stands and what it is.

A change makes a new table that shares what did not change. Touches no disk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

import msgspec

from ramify.session.modules import Modules
from ramify.session.roots import Roots, place
from ramify_store.facts import Placed


class FileTable:
    """Frozen: placed files by path, the roots they are placed under, the modules they make."""

    def __init__(
        self,
        placed: Mapping[str, Placed],
        roots: Roots,
        metadata: tuple[str, ...],
        modules: Modules | None = None,
    ) -> None:
        self.placed = placed
        self.roots = roots
        self.metadata = metadata
        """Paths of the files of build metadata that the roots were read from."""
        self.modules = modules or Modules(placed, roots)

    def is_package(self, directory: str) -> bool:
        """Whether a directory (relative, "" for the folder) holds an `__init__`."""
        return directory in self._packages

    def replaced(self, new: Mapping[str, Placed], removed: Collection[str]) -> FileTable:
        """The table with some files new or other, and some gone."""
        if not new and not removed:
            return self
        placed = {path: each for path, each in self.placed.items() if path not in removed}
        placed.update(new)
        same = not removed and all(
            (old := self.placed.get(path)) is not None and _same_spot(old, each)
            for path, each in new.items()
        )
        return FileTable(placed, self.roots, self.metadata, self.modules if same else None)

    def with_buffers(self, unplaced: Mapping[str, Placed]) -> FileTable:
        """The table with texts nobody has saved, put in their places. A new `__init__` among them
        gives the files around it other places."""
        packages = self._packages | packages_of(unplaced)
        new = {path: put(each, self.roots, packages) for path, each in unplaced.items()}
        if packages != self._packages:
            for path, each in self.placed.items():
                if path not in new and (moved := put(each, self.roots, packages)) != each:
                    new[path] = moved
        return self.replaced(new, ())

    @cached_property
    def _packages(self) -> frozenset[str]:
        return packages_of(self.placed)


def packages_of(paths: Iterable[str]) -> frozenset[str]:
    """Directories with an `__init__` among these files."""
    return frozenset(path.rpartition("/")[0] for path in paths if is_init(path))


def is_init(path: str) -> bool:
    """Whether the file makes its directory a package."""
    return path.rpartition("/")[2] in ("__init__.py", "__init__.pyi")


def directories_of(paths: Iterable[str]) -> frozenset[str]:
    """Every directory with one of the files in it or below it; "." is the folder."""
    found = {"."}
    for path in paths:
        directory = path.rpartition("/")[0]
        while directory and directory not in found:
            found.add(directory)
            directory = directory.rpartition("/")[0]
    return frozenset(found)


def unplaced(path: str, hash: str, language: str, size: int, mtime_ns: int) -> Placed:
    """A file whose place is not known yet."""
    return Placed(path, hash, language, "", "", False, False, False, size, mtime_ns)


def put(placed: Placed, roots: Roots, packages: Collection[str]) -> Placed:
    """The file in its place under these roots; `packages` are directories with an `__init__`."""
    spot = place(placed.path, placed.language, roots, packages.__contains__)
    return msgspec.structs.replace(
        placed,
        root=spot.root,
        module=spot.module,
        is_package=spot.is_package,
        is_stub=spot.is_stub,
        is_test=spot.is_test,
    )


def same_content_and_place(one: Placed, other: Placed) -> bool:
    """Equal in all that facts and links depend on: marks of the file system are not."""
    return msgspec.structs.replace(one, size=0, mtime_ns=0) == msgspec.structs.replace(
        other, size=0, mtime_ns=0
    )


def _same_spot(old: Placed, new: Placed) -> bool:
    return (old.root, old.module, old.is_package, old.is_stub) == (
        new.root,
        new.module,
        new.is_package,
        new.is_stub,
    )
