"""What linking and live answers read: the files of a workspace as facts, placed.

A `Program` is a frozen view: the same question gives the same answer as long as it is held. It may
read and parse lazily behind this interface; analysis itself never touches a disk.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from ramify_store.facts import FileFacts, Placed


class Program(Protocol):
    """Files by their path relative to the workspace folder."""

    def placed(self, path: str) -> Placed | None:
        """The file's place; None when the workspace has no such source file."""

    def facts(self, path: str) -> FileFacts | None:
        """The file's facts; None when it is gone, unreadable or of no known language."""

    def find_module(self, name: str, root: str) -> str | None:
        """Path of the module of that dotted name, as a file under import root `root` sees it.

        The file's own root first, then the others in sorted order; a package's `__init__`
        before a module, a module before a stub of the same name. None when there is none.
        """

    def is_namespace(self, name: str, root: str) -> bool:
        """Whether a directory of that dotted name holds modules without being a package."""

    def submodules(self, name: str, root: str) -> Collection[str]:
        """Names (last component) of the modules directly in that package, sorted."""
