"""A client's unsaved text over the committed graph: facts and links of those files, in memory.

Pure: from one frozen overlay to the next. A buffer that equals its file adds nothing; a withdrawn
one leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ramify.analysis.linking.link import Cancel
from ramify.indexing.committed import Base, LinkerSource
from ramify.indexing.facts_source import FactsSource
from ramify.indexing.programs import Buffer, TableProgram, with_buffers
from ramify.session.files import FileTable, same_content_and_place
from ramify.session.snapshot import Document
from ramify_store.facts import FileLinks
from ramify_store.layers import LayeredView
from ramify_store.memory import undisturbed
from ramify_store.view import GraphView


@dataclass(frozen=True, slots=True)
class Overlay:
    base: Base
    documents: Mapping[str, Document]
    """The buffers it speaks of, those that change nothing included."""
    table: FileTable
    buffers: Mapping[str, Buffer]
    linker: LinkerSource
    links: Mapping[str, FileLinks]
    removed: frozenset[str]
    view: GraphView


def overlay_on(base: Base) -> Overlay:
    """Without any document."""
    return Overlay(base, {}, base.table, {}, base.linker, {}, frozenset(), base.view)


def next_overlay(
    old: Overlay, documents: Mapping[str, Document], source: FactsSource, token: Cancel
) -> Overlay:
    """The overlay with other documents: links what differs from the old one and no more.

    A token that is cancelled leaves the old one as it was.
    """
    table, buffers = with_buffers(old.base.table, documents, source)
    if not buffers:
        return Overlay(
            old.base, documents, table, buffers, old.base.linker, {}, frozenset(), old.base.view
        )
    changed = _differences(old.table, table)
    links, removed, linker = dict(old.links), set(old.removed), old.linker
    if changed:
        before = TableProgram(old.table, source, old.buffers)
        after = TableProgram(table, source, buffers)
        with undisturbed():
            forked = old.linker.fork()
            delta = forked.relink(before, after, changed, token)
        linker = LinkerSource(lambda: forked)
        links.update(delta.links)
        for path in delta.removed:
            links.pop(path, None)
        removed = (removed | set(delta.removed)) - links.keys()
    program = TableProgram(table, source, buffers)
    # Files that are in neither table are gone for good: a new file, withdrawn.
    hidden = frozenset(path for path in removed if path in old.base.table.placed)
    view = LayeredView(old.base.view, links, hidden, program.outline)
    return Overlay(old.base, documents, table, buffers, linker, links, hidden, view)


def prepare(base: Base, path: str, source: FactsSource, token: Cancel) -> None:
    """Works out what an edit of a committed file will need of the others."""
    with undisturbed():
        base.linker.prepare_for(path, TableProgram(base.table, source), token)


def _differences(before: FileTable, after: FileTable) -> set[str]:
    if before is after:
        return set()
    changed = {
        path
        for path, placed in after.placed.items()
        if (old := before.placed.get(path)) is not placed
        and (old is None or not same_content_and_place(old, placed))
    }
    return changed | (before.placed.keys() - after.placed.keys())
