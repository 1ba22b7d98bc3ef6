"""Module names: from a dotted name to a path, as a file under some import root sees it.

An index over the placed files, made once for each set of paths. Touches no disk.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Final

from ramify.session.roots import Roots
from ramify_store.facts import Placed

SUFFIXES: Final = ("/__init__.py", ".py", "/__init__.pyi", ".pyi")
"""Of one dotted name, best first: a package before a module, source before a stub."""
_IMPORTABLE: Final = (".py", ".pyi")


class Modules:
    """Frozen; `paths` of all source files with what their paths say."""

    def __init__(self, placed: Mapping[str, Placed], roots: Roots) -> None:
        self._placed = placed
        self._roots = roots

    def find_module(self, name: str, root: str) -> str | None:
        """See `Program.find_module`.

        The file's own root comes first, then named roots, then directories of loose modules, each
        sorted. A loose module never stands for one of the standard library: `scripts/types.py` is
        what `import types` means beside it and nowhere else.
        """
        if not name:
            return None
        own = self._below(root, name)
        if own is not None:
            return own
        for other in self._roots.all():
            if other != root and (found := self._below(other, name)) is not None:
                return found
        if name.partition(".")[0] in sys.stdlib_module_names:
            return None
        return self._loose.get(name)

    def is_namespace(self, name: str, root: str) -> bool:
        """See `Program.is_namespace`."""
        if not name or name.partition(".")[0] in sys.stdlib_module_names:
            return False  # a real module anywhere on the path goes before a namespace
        if self.find_module(name, root) is not None:
            return False
        below = name.replace(".", "/")
        return any(_joined(each, below) in self._children for each in self._visible(root))

    def submodules(self, name: str, root: str) -> Collection[str]:
        """See `Program.submodules`."""
        directories = self._directories_of(name, root)
        return sorted({child for each in directories for child in self._children.get(each, ())})

    def _directories_of(self, name: str, root: str) -> Iterable[str]:
        path = self.find_module(name, root)
        if path is not None:
            directory, _, file = path.rpartition("/")
            return [directory] if file.startswith("__init__.") else []
        below = name.replace(".", "/")
        return [_joined(each, below) for each in self._visible(root)]

    def _visible(self, root: str) -> list[str]:
        return [root, *(each for each in self._roots.all() if each != root)]

    def _below(self, root: str, name: str) -> str | None:
        stem = _joined(root, name.replace(".", "/"))
        for suffix in SUFFIXES:
            if stem + suffix in self._placed:
                return stem + suffix
        return None

    @cached_property
    def _loose(self) -> Mapping[str, str]:
        """Modules by name whose root nothing names: the best file of the first root wins."""
        best: dict[str, tuple[str, int, str]] = {}
        for path, placed in self._placed.items():
            if not path.endswith(_IMPORTABLE) or placed.root in self._roots:
                continue
            if placed.module:
                rank = (placed.root, placed.is_stub * 2 + (not placed.is_package), path)
                if placed.module not in best or rank < best[placed.module]:
                    best[placed.module] = rank
        return {module: path for module, (_, _, path) in best.items()}

    @cached_property
    def _children(self) -> Mapping[str, Collection[str]]:
        """By directory ("" is the folder): names of its modules and packages."""
        children: dict[str, set[str]] = {"": set()}
        for path in self._placed:
            if not path.endswith(_IMPORTABLE):
                continue
            directory, _, file = path.rpartition("/")
            stem = file.rpartition(".")[0]
            if stem == "__init__":
                parent, _, package = directory.rpartition("/")
                children.setdefault(directory, set())
                if directory:
                    children.setdefault(parent, set()).add(package)
            elif stem:
                children.setdefault(directory, set()).add(stem)
        for directory in list(children):
            while directory:
                directory = directory.rpartition("/")[0]
                if directory in children:
                    break
                children[directory] = set()
        return children


def _joined(root: str, below: str) -> str:
    return below if root == "." else f"{root}/{below}" if below else root
