"""From one committed state and a new table of files to what the graph must replace.

Decides between linking a difference and linking everything. Opens no file; raises FactsLost when
the facts cache lacks a file of the new table.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from ramify.analysis.linking.link import Cancel, LinkDelta, Linker
from ramify.indexing.committed import Base
from ramify.indexing.facts_source import FactsSource
from ramify.indexing.programs import FactsLost, TableProgram
from ramify.session.files import FileTable
from ramify_store.memory import undisturbed

MOST_RELINKED: Final = 0.5
"""Share of changed files from which on everything is linked: it costs each file once."""


@dataclass(frozen=True, slots=True)
class Relinked:
    delta: LinkDelta
    linker: Linker
    """In the state after the change."""


def linked(
    base: Base, table: FileTable, changed: frozenset[str], source: FactsSource, token: Cancel
) -> Relinked:
    """Links what the change of these files (new, edited, moved or gone) touches."""
    after = TableProgram(table, source)
    same_roots = base.table.roots == table.roots
    if base.table.placed and same_roots and len(changed) <= MOST_RELINKED * len(table.placed):
        try:
            before = TableProgram(base.table, source)
            with undisturbed():
                linker = base.linker.fork()
                return Relinked(linker.relink(before, after, changed, token), linker)
        except FactsLost as lost:
            if lost.path in table.placed and lost.path not in changed:
                raise
    return linked_anew(base, table, source, token)


def linked_anew(base: Base, table: FileTable, source: FactsSource, token: Cancel) -> Relinked:
    """Links every file of the table, whatever there was before."""
    linker = Linker()
    with _no_collection():
        delta = linker.link(TableProgram(table, source), sorted(table.placed), token)
    gone = tuple(sorted(base.table.placed.keys() - delta.links.keys()))
    return Relinked(LinkDelta(delta.links, gone), linker)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the cyclic garbage collector: linking everything makes millions of values that
    live to its end, and walking them again and again is a fifth of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
