"""From facts to links: what each file's facts mean beside the others'.

Linking a file is a pure function of the facts it consults. What it consulted, found or not, is
recorded as keys; a change touches the keys whose facts differ, and exactly the files that hold one
of them are linked again. The linked graph after any series of changes equals the one made from
scratch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ramify.analysis.program import Program
from ramify_store.facts import FileLinks, Flow


class Cancel(Protocol):
    def check(self) -> None:
        """Raises to abandon the work."""


class Linked(Protocol):
    """What relinking must remember of a file that was linked before."""

    @property
    def path(self) -> str: ...

    @property
    def keys(self) -> tuple[int, ...]: ...

    @property
    def flows(self) -> tuple[tuple[Flow, ...], ...]: ...


@dataclass(frozen=True, slots=True)
class LinkDelta:
    """What a change does to the graph: contributions to replace, files to forget."""

    links: Mapping[str, FileLinks]
    removed: tuple[str, ...]


class Linker:
    """Remembers the keys and flows of the files linked so far, and nothing of their facts.

    `link` and `relink` return the new contributions and remember them. `fork` gives an
    independent linker in the same state, cheaply: an overlay relinks on a fork of the disk's.
    """

    def __init__(self, known: Iterable[Linked] = ()) -> None:
        raise NotImplementedError

    def fork(self) -> Linker:
        raise NotImplementedError

    def link(self, program: Program, paths: Collection[str], token: Cancel) -> LinkDelta:
        """Links all the files of a program from scratch."""
        raise NotImplementedError

    def relink(
        self, before: Program, after: Program, changed: Collection[str], token: Cancel
    ) -> LinkDelta:
        """Links what a change of these files (new, edited or gone) touches, and nothing else."""
        raise NotImplementedError
