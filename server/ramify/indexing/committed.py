"""The committed state of a workspace: one frozen value that the writer replaces as a whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from ramify.analysis.linking.link import Linker
from ramify.session.files import FileTable
from ramify_store.view import GraphView, SearchView


class LinkerSource:
    """The linker of a commit, made (read from the store) when it is first needed.

    The linker itself is never changed: `fork` gives one that may be.
    """

    def __init__(self, make: Callable[[], Linker]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._linker: Linker | None = None

    def fork(self) -> Linker:
        self.prepare()
        assert self._linker is not None
        return self._linker.fork()

    def prepare(self) -> None:
        """Makes it now, so that the first edit need not wait: a second for a large workspace."""
        with self._lock:
            if self._linker is None:
                self._linker = self._make()


@dataclass(frozen=True, slots=True)
class Base:
    """What overlays lie on: the committed graph with the linker that made it."""

    table: FileTable
    view: GraphView
    linker: LinkerSource
    outdated: bool = False
    """Another version of Ramify made the graph: it answers, and nothing is linked on top of it."""


@dataclass(frozen=True, slots=True)
class Committed:
    base: Base
    search: SearchView

    @property
    def revision(self) -> int:
        return self.base.view.revision
