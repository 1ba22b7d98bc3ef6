"""A client's unsaved text over the committed graph: facts and links of those files, in memory.

Pure: from one frozen overlay to the next. A buffer that equals its file adds nothing; a withdrawn
one leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from ramify.analysis.linking.link import Cancel
from ramify.analysis.program import Program
from ramify.indexing.committed import Base, LinkerSource
from ramify.indexing.facts_source import FactsSource
from ramify.indexing.programs import Buffer, TableProgram, with_buffers
from ramify.session.files import FileTable, same_content_and_place
from ramify.session.snapshot import Document
from ramify_store.facts import FileLinks, SymbolFact
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
    before = TableProgram(old.table, source, old.buffers)
    after = TableProgram(table, source, buffers)
    for path in [path for path in changed if path in links]:
        if _says_the_same(before, after, path):
            links[path] = msgspec.structs.replace(links[path], placed=table.placed[path])
            changed.remove(path)
    if changed:
        with undisturbed():
            forked = old.linker.fork()
            delta = forked.relink(before, after, changed, token)
        linker = LinkerSource(lambda: forked)
        links.update(delta.links)
        for path in delta.removed:
            links.pop(path, None)
        removed = (removed | set(delta.removed)) - links.keys()
    # Files that are in neither table are gone for good: a new file, withdrawn.
    hidden = frozenset(path for path in removed if path in old.base.table.placed)
    view = LayeredView(old.base.view, links, hidden, after.outline)
    return Overlay(old.base, documents, table, buffers, linker, links, hidden, view)


def prepare(base: Base, path: str, source: FactsSource, token: Cancel) -> None:
    """Works out what an edit of a committed file will need of the others."""
    with undisturbed():
        base.linker.prepare_for(path, TableProgram(base.table, source), token)


def _says_the_same(before: Program, after: Program, path: str) -> bool:
    """Whether an edit has but moved what a file says: a comment, a docstring, empty lines."""
    old, new = before.placed(path), after.placed(path)
    if old is None or new is None:
        return False
    if not same_content_and_place(old, msgspec.structs.replace(new, hash=old.hash)):
        return False
    was, now = before.facts(path), after.facts(path)
    if was is None or now is None or was.body != now.body:
        return False
    symbols, others = was.outline.symbols, now.outline.symbols
    return len(symbols) == len(others) and all(map(_is_linked_alike, symbols, others))


def _is_linked_alike(one: SymbolFact, other: SymbolFact) -> bool:
    return (
        one.path == other.path
        and one.kind == other.kind
        and one.flags == other.flags
        and one.parent == other.parent
        and one.scope == other.scope
        and one.complexity == other.complexity
    )


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
