"""The source files of a workspace folder as a frozen table: where each stands and what it is.

A change makes a new table that shares what did not change. Touches no disk.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ramify.session.modules import Modules
from ramify.session.roots import Roots
from ramify_store.facts import Placed


class FileTable:
    """Frozen: placed files by path, and the modules that they make."""

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


def _same_spot(old: Placed, new: Placed) -> bool:
    return (old.root, old.module, old.is_package, old.is_stub) == (
        new.root,
        new.module,
        new.is_package,
        new.is_stub,
    )
