"""Imports a library without a package that it brings along for others.

What imports from the package meanwhile gets classes that hold what they are given and do nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


@contextmanager
def left_out(package: str) -> Iterator[None]:
    """Nothing is loaded for the package and its modules. One that is loaded already stays."""
    if package in sys.modules:
        yield
        return
    finder = _Finder(package)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder, Loader):
    def __init__(self, package: str) -> None:
        self._package = package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] != self._package:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


class _Empty(ModuleType):
    def __getattr__(self, name: str) -> type[_Record]:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (_Record,), {"__module__": self.__name__})


class _Record:
    """What the package's models are to who only makes them and reads them."""

    def __init__(self, **fields: object) -> None:
        self.__dict__.update(fields)
