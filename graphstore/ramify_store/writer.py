"""One commit: the contributions of some files replaced, in one transaction.

Small changes go row by row, as the difference of old and new rows: a symbol whose id survives
keeps its node, and with it the edges of other files that lead to it. Large ones load a whole new
database. Knows no columns and no chunks; the caller sees to it that nobody else writes.

Two files may claim one module (`a.py` beside `a/__init__.py`). The graph has room for one of them:
the other is *shadowed*, kept whole in its File row until the first one goes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from ramify_store import bulk, queries
from ramify_store.difference import Difference, difference
from ramify_store.engine import Engine, Session
from ramify_store.facts import FileLinks, Placed
from ramify_store.generations import Generations
from ramify_store.layers import edge_order, lookup_order, precedence
from ramify_store.migrations import MIGRATIONS, at_open, migrate, too_new, version_of
from ramify_store.reader import GraphReader
from ramify_store.rows import file_row, outside_row, rows_of, unpack_flows, unpack_keys
from ramify_store.view import GraphView

_ROW_SECONDS: Final = 0.25e-3
_LOAD_SECONDS: Final = 0.5
_LOAD_ROW_SECONDS: Final = 12e-6
"""Measured: writing one row; starting a load; one row of a load, and reading it back."""

_REVISION: Final = "revision"
_STAMP: Final = "stamp"
_ATTRIBUTE: Final = "attribute "
"""Keys of the Meta table; an attribute's name follows."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit amounts to once it is known which files are shadowed."""

    before: Mapping[str, FileLinks]
    """Contributions in the graph that go or are replaced."""
    after: Mapping[str, FileLinks]
    """Contributions that come; files that are shadowed no longer are among them."""
    gone: frozenset[str]
    """Files that the workspace has no more."""
    shadowed: Mapping[str, FileLinks]
    """All shadowed files from now on."""
    newly_shadowed: Mapping[str, FileLinks]


class GraphWriter:
    """Owns the graph's files. One thread at a time."""

    def __init__(self, generations: Generations, reader: GraphReader, stamp: str) -> None:
        """`stamp` is the caller's word for the versions of extractor and linker."""
        self._generations = generations
        self._reader = reader
        self._stamp = stamp
        version = _migrated(generations.engine)
        with generations.engine.reading() as session:
            self._meta = queries.meta(session)
        reader.load(generations.engine, self.revision)
        self.outdated: str | None = None
        """Why the graph is to be made anew; until then it answers as it is."""
        if version < len(MIGRATIONS) or self._meta.get(_STAMP) != stamp:
            self._find_outdated(version)
        reader.view()  # a graph that cannot be read is found out here

    @property
    def schema(self) -> int:
        """How many migrations the graph has been through."""
        return version_of(self._generations.engine)

    @property
    def revision(self) -> int:
        return int(self._meta.get(_REVISION, 0))

    def attribute(self, name: str) -> str | None:
        return self._meta.get(_ATTRIBUTE + name)

    def clear(self) -> None:
        """Forgets every file; the revision goes on rising."""
        self._reload((), {}, {_STAMP: self._stamp, _REVISION: str(self.revision + 1)})
        self.outdated = None

    def commit(
        self,
        links: Mapping[str, FileLinks],
        removed: Collection[str],
        attributes: Mapping[str, str],
    ) -> int:
        """Replaces these files and forgets the removed ones; the new revision.

        All or nothing, the attributes included: after an exception the graph is what it was.
        A graph that is outdated takes no changes: it waits for `rebuild`.
        """
        if self.outdated is not None:
            raise RuntimeError("an outdated graph is made anew, not changed")
        change = _change(self._reader, links, removed)
        rows = self._rows_to_write(change)
        meta = {**self._meta, _REVISION: str(self.revision + 1)}
        meta |= {_ATTRIBUTE + name: value for name, value in attributes.items()}
        if rows is None:
            self._reload(self._all_after(change), change.shadowed, meta)
        else:
            self._write(change, rows, meta)
            self._tidy()
        return self.revision

    def rebuild(self, links: Mapping[str, FileLinks], attributes: Mapping[str, str]) -> int:
        """Makes a new graph of these files beside the old one, which then gives way; the new
        revision."""
        files, shadowed = _sorted_out(links.values(), lambda module: False)
        meta = {_REVISION: str(self.revision + 1), _STAMP: self._stamp}
        meta |= {_ATTRIBUTE + name: value for name, value in attributes.items()}
        self._reload(files.values(), shadowed, meta)
        self.outdated = None
        return self.revision

    def log_bytes(self) -> int:
        """Bytes that the next start will play again."""
        return self._generations.log_bytes()

    def compact(self, check: Callable[[], None]) -> None:
        """Loads the graph as it is into a new file: no log, no room that is no longer used.

        `check` may raise to give up; then the graph stands as it was.
        """
        everything = self._all_after(Change({}, {}, frozenset(), {}, {}))
        self._reload(everything, self._reader.shadowed, self._meta, check)

    @property
    def is_layered(self) -> bool:
        """Whether the columns in memory are older than the graph."""
        return self._reader.is_layered

    def settle(self) -> None:
        """Makes columns of the graph as it is, for the next start, too."""
        self._reader.load(self._generations.engine, self.revision)
        self._reader.view()

    def touch(self, placed: Iterable[Placed]) -> None:
        """Takes new sizes and times of files that are otherwise what they were: no revision."""
        with self._generations.engine.transaction() as session:
            for each in placed:
                queries.touch_file(session, each.path, each.size, each.mtime_ns)

    def forget_marks(self) -> None:
        """No file's size and time are taken for its content from the next start on."""
        with self._generations.engine.transaction() as session:
            queries.forget_marks(session)

    def _find_outdated(self, version: int) -> None:
        if self._reader.view().paths():
            self.outdated = (
                "the graph was made by another version of Ramify"
                if version == len(MIGRATIONS)
                else f"the graph has schema {version} of {len(MIGRATIONS)}"
            )
            return
        migrate(self._generations.engine, MIGRATIONS, len(MIGRATIONS))
        fresh = {_STAMP: self._stamp, _REVISION: str(self.revision)}
        with self._generations.engine.transaction() as session:
            self._set_meta(session, fresh)
        self._meta = fresh

    def _rows_to_write(self, change: Change) -> Difference | None:
        """None where loading everything anew costs less than writing the rows."""
        known = len(self._reader.view().paths())
        if 2 * len(change.after) > known + 20:
            return None
        moved = [path for path in change.after if _is_same(change, path)]
        rows = difference(
            rows_of(links for path, links in change.before.items() if path not in moved),
            rows_of(links for path, links in change.after.items() if path not in moved),
        )
        loading = _LOAD_SECONDS + self._reader.size * _LOAD_ROW_SECONDS
        return rows if (rows.size + len(change.after)) * _ROW_SECONDS < loading else None

    def _write(self, change: Change, rows: Difference, meta: dict[str, str]) -> None:
        with self._generations.engine.transaction() as session:
            _put_files(session, change)
            _apply(session, self._reader.view(), change, rows)
            for path in sorted(change.gone):
                queries.delete_file(session, path)
            self._set_meta(session, meta)
        self._meta = meta
        hidden = change.gone | (change.before.keys() - change.after.keys())
        self._reader.advance(change.after, hidden, change.shadowed, self.revision)

    def _set_meta(self, session: Session, meta: Mapping[str, str]) -> None:
        for key, value in meta.items():
            if self._meta.get(key) != value:
                queries.set_meta(session, key, value)

    def _all_after(self, change: Change) -> Iterable[FileLinks]:
        """Every contribution there is after the change, with what is not in memory."""
        with self._generations.engine.reading() as session:
            stored = {row["path"]: row for row in queries.linked(session).to_pylist()}
        for links in self._reader.all_links():
            path = links.placed.path
            if path not in change.before:
                row = stored[path]
                yield FileLinks(
                    placed=replace(links.placed, size=row["size"], mtime_ns=row["mtime_ns"]),
                    symbols=links.symbols,
                    edges=links.edges,
                    lookups=links.lookups,
                    keys=unpack_keys(row["keys"]),
                    flows=unpack_flows(row["flows"]),
                )
        yield from change.after.values()

    def _reload(
        self,
        files: Iterable[FileLinks],
        shadowed: Mapping[str, FileLinks],
        meta: dict[str, str],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        def fill(engine: Engine) -> None:
            migrate(engine, MIGRATIONS, len(MIGRATIONS))
            with engine.transaction() as session:
                bulk.load(session, files, shadowed.values(), check)
                for key, value in meta.items():
                    queries.set_meta(session, key, value)

        self._generations.replace(fill)
        self._meta = meta
        self._reader.load(self._generations.engine, self.revision)

    def _tidy(self) -> None:
        if self._generations.has_grown:
            everything = self._all_after(Change({}, {}, frozenset(), {}, {}))
            self._reload(everything, self._reader.shadowed, self._meta)
        elif self._reader.needs_reload:
            self._reader.load(self._generations.engine, self.revision)


def _migrated(engine: Engine) -> int:
    """Brings the schema as far as it goes at once; the version it has then."""
    version = version_of(engine)
    if version > len(MIGRATIONS):
        raise too_new(version, len(MIGRATIONS))
    goal = at_open(MIGRATIONS, version)
    migrate(engine, MIGRATIONS, goal)
    return goal


def _change(
    reader: GraphReader, links: Mapping[str, FileLinks], removed: Collection[str]
) -> Change:
    gone = frozenset(removed) - links.keys()
    touched = gone | links.keys()
    waiting = {path: each for path, each in reader.shadowed.items() if path not in touched}
    after, shadowed = _sorted_out(
        [*links.values(), *waiting.values()],
        lambda module: (owner := reader.owner_of(module)) is not None and owner not in touched,
    )
    before = {
        path: known for path in sorted(touched) if (known := reader.links_of(path)) is not None
    }
    newly = {path: each for path, each in shadowed.items() if path in links}
    return Change(before, after, gone, shadowed, newly)


def _sorted_out(
    files: Iterable[FileLinks], is_taken: Callable[[str], bool]
) -> tuple[dict[str, FileLinks], dict[str, FileLinks]]:
    """Those that own their module, and those that are shadowed. `is_taken` says whether another
    file than these owns a module already."""
    after: dict[str, FileLinks] = {}
    shadowed: dict[str, FileLinks] = {}
    claimed: set[str] = set()
    for each in sorted(files, key=lambda it: precedence(it.placed)):
        module = each.symbols[0].id if each.symbols else each.placed.path
        if module in claimed or is_taken(module):
            shadowed[each.placed.path] = each
        else:
            claimed.add(module)
            after[each.placed.path] = each
    return after, shadowed


def _is_same(change: Change, path: str) -> bool:
    """Whether only the file's own row may differ: a touched file, say."""
    old, new = change.before.get(path), change.after[path]
    return (
        old is not None
        and old.symbols == new.symbols
        and sorted(old.edges, key=edge_order) == sorted(new.edges, key=edge_order)
        and sorted(old.lookups, key=lookup_order) == sorted(new.lookups, key=lookup_order)
    )


def _put_files(session: Session, change: Change) -> None:
    for links in change.after.values():
        queries.put_file(session, file_row(links, shadowed=False))
    for links in change.newly_shadowed.values():
        queries.put_file(session, file_row(links, shadowed=True))


def _apply(session: Session, view: GraphView, change: Change, rows: Difference) -> None:
    """Edges go before nodes do, and nodes come before edges do."""
    for kind, source in rows.emptied:
        queries.delete_edges_of(session, kind, source)
    for source in rows.unwaiting:
        queries.delete_lookups_of(session, source)
    for edge in rows.deleted_edges:
        queries.delete_edge(session, edge)
    for lookup in rows.deleted_lookups:
        queries.delete_lookup(session, lookup)
    for symbol_id, path in rows.undefined.items():
        queries.undefine(session, path, symbol_id)
    for symbol_id, container in rows.uncontained.items():
        queries.uncontain(session, container, symbol_id)
    for row in rows.put_symbols:
        queries.put_symbol(session, row)
    for symbol_id, path in rows.defined.items():
        queries.define(session, path, symbol_id)
    for symbol_id, container in rows.contained.items():
        queries.contain(session, container, symbol_id)
    for target in sorted(_not_defined(view, rows)):
        queries.put_outside(session, target)
    for name in sorted({lookup.name for lookup in rows.created_lookups}):
        queries.put_name(session, name)
    for edge, sites in rows.created_edges.items():
        queries.create_edge(session, edge, sites)
    for edge, sites in rows.moved_edges.items():
        queries.set_edge(session, edge, sites)
    for lookup, sites in rows.created_lookups.items():
        queries.create_lookup(session, lookup, sites)
    for lookup, sites in rows.moved_lookups.items():
        queries.set_lookup(session, lookup, sites)
    for symbol_id in rows.vanished:
        queries.put_symbol(session, outside_row(symbol_id))


def _not_defined(view: GraphView, rows: Difference) -> set[str]:
    """Targets of new edges that are no known symbol, so that their node may be missing."""
    targets = {edge.target for edge in rows.created_edges} - rows.defined.keys()
    return {target for target in targets if view.symbol(target) is None}
