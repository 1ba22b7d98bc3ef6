"""The committed state of a workspace: one frozen value that the writer replaces as a whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from ramify.analysis.linking.link import Cancel, Linker
from ramify.analysis.program import Program
from ramify.session.files import FileTable
from ramify_store.view import GraphView, SearchView


class LinkerSource:
    """The linker of a commit, made (read from the store) when it is first needed.

    The linker itself is never changed: `fork` gives one that may be.
    """

    def __init__(self, make: Callable[[], Linker], prepared: frozenset[str] = frozenset()) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._linker: Linker | None = None
        self.prepared = prepared
        """The files that an edit need not wait for the answers about others."""

    def fork(self) -> Linker:
        return self._made().fork()

    def prepare(self) -> None:
        """Makes it now, so that the first edit need not wait: a second for a large workspace."""
        self._made()

    def prepare_for(self, path: str, program: Program, token: Cancel) -> None:
        """Works out now what linking an edit of the file will ask of the others; `program` is what
        was committed. What was done counts when the token raises, too."""
        self._made().prepare(program, path, token)

    def _made(self) -> Linker:
        with self._lock:
            if self._linker is None:
                self._linker = self._make()
            return self._linker


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
