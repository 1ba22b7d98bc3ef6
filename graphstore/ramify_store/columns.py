"""The committed graph as columns in memory: what must be instant, derived from the database.

Symbols are numbers here, in order of (file, position); edges stand in the order every view gives
them, with their sites in one pool, and are found through two permutations (by source, by target).
A GraphView; knows no query. Built by `ramify_store.loading`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ramify_store.facts import (
    Certainty,
    Edge,
    EdgeKind,
    FileLinks,
    LookUp,
    Outline,
    Placed,
    Symbol,
    SymbolKind,
    edge_is_external,
)

Ints = NDArray[np.int32]

_KINDS: Final = {int(kind): kind for kind in EdgeKind}
_MOST_KIND: Final = int(max(EdgeKind))
_CERTAINTIES: Final = {int(certainty): certainty for certainty in Certainty}
_SYMBOL_KINDS: Final = {int(kind): kind for kind in SymbolKind}


@dataclass(frozen=True, slots=True)
class SymbolColumns:
    """One entry for each symbol, in order of (file, position)."""

    ids: list[str]
    """Longer than the others: ids that no file defines follow the symbols'."""
    names: list[str]
    paths: list[str]
    kind: NDArray[np.int8]
    flags: Ints
    complexity: Ints
    is_test: NDArray[np.bool_]
    file: Ints
    container: Ints
    """Number of the enclosing symbol; -1 for a module."""


@dataclass(frozen=True, slots=True)
class SiteColumns:
    """Sites of item i: pool[start[i]:start[i + 1]], ascending, absolute."""

    start: NDArray[np.int64]
    pool: Ints

    def of(self, item: int) -> tuple[int, ...]:
        return tuple(self.pool[self.start[item] : self.start[item + 1]].tolist())


@dataclass(frozen=True, slots=True)
class EdgeColumns:
    """In the order of views. `why` indexes `whys`."""

    source: Ints
    target: Ints
    kind: NDArray[np.int8]
    certainty: NDArray[np.int8]
    dispatch: NDArray[np.bool_]
    why: Ints
    whys: list[str]
    sites: SiteColumns


@dataclass(frozen=True, slots=True)
class LookUpColumns:
    """In the order of views. `name` indexes `names`."""

    source: Ints
    name: Ints
    names: list[str]
    kind: NDArray[np.int8]
    certainty: NDArray[np.int8]
    sites: SiteColumns


@dataclass(frozen=True, slots=True)
class Groups:
    """Which items have key k, in their order: items[start[k]:start[k + 1]]."""

    start: NDArray[np.int64]
    items: Ints

    def of(self, key: int) -> Ints:
        return self.items[self.start[key] : self.start[key + 1]]


def grouped(keys: Ints, count: int) -> Groups:
    """Groups the items by their key in [0, count); items with a negative key are in none."""
    order = np.argsort(keys, kind="stable").astype(np.int32)
    start = np.searchsorted(keys[order], np.arange(count + 1)).astype(np.int64)
    return Groups(start, order)


def edge_at(columns: EdgeColumns, ids: Sequence[str], item: int) -> Edge:
    """One edge as views give it."""
    return Edge(
        source=ids[columns.source[item]],
        target=ids[columns.target[item]],
        kind=_KINDS[int(columns.kind[item])],
        certainty=_CERTAINTIES[int(columns.certainty[item])],
        why=columns.whys[columns.why[item]],
        dispatch=bool(columns.dispatch[item]),
        sites=columns.sites.of(item),
    )


class ColumnsView:
    """The whole committed graph, frozen at one revision."""

    def __init__(
        self,
        revision: int,
        files: Sequence[Placed],
        symbols: SymbolColumns,
        edges: EdgeColumns,
        lookups: LookUpColumns,
        outlines: Callable[[Placed], Outline | None],
    ) -> None:
        """`files` are sorted by path; the symbols' `file` and `container` index them."""
        self._revision = revision
        self._files = files
        self._symbols = symbols
        self._edges = edges
        self._lookups = lookups
        self._outlines = outlines
        self._paths = tuple(placed.path for placed in files)
        self._file_number = {path: number for number, path in enumerate(self._paths)}
        self._number = {symbol_id: number for number, symbol_id in enumerate(symbols.ids)}
        count = len(symbols.names)
        self._defined = count
        self._first_symbol = np.searchsorted(symbols.file, np.arange(len(files) + 1))
        self._outgoing = grouped(edges.source, count)
        self._incoming = grouped(edges.target, len(symbols.ids))

    @property
    def revision(self) -> int:
        return self._revision

    @property
    def size(self) -> int:
        """Symbols, edges and look-ups."""
        return self._defined + len(self._edges.source) + len(self._lookups.source)

    @property
    def symbols(self) -> SymbolColumns:
        return self._symbols

    @property
    def edges(self) -> EdgeColumns:
        return self._edges

    @property
    def edges_by_target(self) -> Groups:
        return self._incoming

    @property
    def numbers(self) -> Mapping[str, int]:
        """Number of each symbol; ids that no file defines follow."""
        return self._number

    def paths(self) -> Sequence[str]:
        return self._paths

    def placed(self, path: str) -> Placed | None:
        number = self._file_number.get(path)
        return None if number is None else self._files[number]

    def outline(self, path: str) -> Outline | None:
        placed = self.placed(path)
        return None if placed is None else self._outlines(placed)

    def symbol(self, symbol_id: str) -> Symbol | None:
        number = self._number.get(symbol_id, self._defined)
        return self._symbol(number) if number < self._defined else None

    def symbols_of(self, path: str) -> Sequence[Symbol]:
        number = self._file_number.get(path)
        return [] if number is None else self._symbols_in(self._symbols_range(number))

    def children(self, symbol_id: str) -> Sequence[Symbol]:
        number = self._number.get(symbol_id, self._defined)
        if number >= self._defined:
            return []
        return self._symbols_in(self._children.of(number).tolist())

    def named(self, name: str) -> Sequence[Symbol]:
        code = self._name_code.get(name)
        return [] if code is None else self._symbols_in(self._by_name.of(code).tolist())

    def names(self) -> Collection[str]:
        return self._name_code.keys()

    def outgoing(self, symbol_id: str, kinds: Collection[EdgeKind]) -> Sequence[Edge]:
        number = self._number.get(symbol_id, self._defined)
        return self._edges_in(self._outgoing.of(number), kinds) if number < self._defined else []

    def incoming(self, target: str, kinds: Collection[EdgeKind]) -> Sequence[Edge]:
        number = self._number.get(target)
        return [] if number is None else self._edges_in(self._incoming.of(number), kinds)

    def incoming_count(self, target: str, kinds: Collection[EdgeKind]) -> int:
        number = self._number.get(target)
        if number is None:
            return 0
        found = np.bincount(self._edges.kind[self._incoming.of(number)], minlength=_MOST_KIND + 1)
        return int(found[[int(kind) for kind in set(kinds)]].sum())

    def among(
        self, symbol_ids: Collection[str], kinds: Collection[EdgeKind]
    ) -> Collection[tuple[str, str]]:
        known = (self._number.get(each, self._defined) for each in symbol_ids)
        numbers = [number for number in known if number < self._defined]
        if not numbers:
            return ()
        items = np.concatenate([self._outgoing.of(number) for number in numbers])
        is_kind = np.zeros(_MOST_KIND + 1, np.bool_)
        is_kind[[int(kind) for kind in kinds]] = True
        items = items[is_kind[self._edges.kind[items]]]
        is_meant = np.zeros(len(self._symbols.ids), np.bool_)
        is_meant[numbers] = True
        targets = self._edges.target[items]
        inside = is_meant[targets]
        pairs = zip(
            self._edges.source[items[inside]].tolist(), targets[inside].tolist(), strict=True
        )
        ids = self._symbols.ids
        return {(ids[source], ids[target]) for source, target in pairs}

    def externals(self) -> Iterable[str]:
        return self._externals

    def lookups_from(self, symbol_id: str) -> Sequence[LookUp]:
        number = self._number.get(symbol_id, self._defined)
        if number >= self._defined:
            return []
        return [self._lookup(item) for item in self._lookups_from.of(number).tolist()]

    def lookups_of(self, name: str) -> Sequence[LookUp]:
        code = self._lookup_code.get(name)
        if code is None:
            return []
        return [self._lookup(item) for item in self._lookups_by_name.of(code).tolist()]

    def links_of(self, path: str) -> FileLinks | None:
        """The file's contribution, without the keys and flows that only relinking asks."""
        number = self._file_number.get(path)
        if number is None:
            return None
        symbols = self._symbols_range(number)
        edges = [edge for each in symbols for edge in self._outgoing.of(each).tolist()]
        lookups = [item for each in symbols for item in self._lookups_from.of(each).tolist()]
        return FileLinks(
            placed=self._files[number],
            symbols=tuple(self._symbols_in(symbols)),
            edges=tuple(self._edge(item) for item in sorted(edges)),
            lookups=tuple(self._lookup(item) for item in sorted(lookups)),
            keys=(),
            flows=(),
        )

    def _symbols_range(self, file: int) -> range:
        return range(int(self._first_symbol[file]), int(self._first_symbol[file + 1]))

    def _symbols_in(self, numbers: Iterable[int]) -> list[Symbol]:
        return [self._symbol(number) for number in numbers]

    def _symbol(self, number: int) -> Symbol:
        columns = self._symbols
        container = columns.container.item(number)
        return Symbol(
            id=columns.ids[number],
            name=columns.names[number],
            path=columns.paths[number],
            kind=_SYMBOL_KINDS[columns.kind.item(number)],
            flags=columns.flags.item(number),
            container=columns.ids[container] if container >= 0 else "",
            file=self._paths[columns.file.item(number)],
            is_test=columns.is_test.item(number),
            complexity=columns.complexity.item(number),
        )

    def _edges_in(self, items: Ints, kinds: Collection[EdgeKind]) -> list[Edge]:
        found = self._edges.kind[items].tolist()
        return [
            self._edge(item)
            for item, kind in zip(items.tolist(), found, strict=True)
            if kind in kinds
        ]

    def _edge(self, item: int) -> Edge:
        return edge_at(self._edges, self._symbols.ids, item)

    def _lookup(self, item: int) -> LookUp:
        columns = self._lookups
        return LookUp(
            source=self._symbols.ids[columns.source[item]],
            name=columns.names[columns.name[item]],
            kind=_KINDS[int(columns.kind[item])],
            certainty=_CERTAINTIES[int(columns.certainty[item])],
            sites=columns.sites.of(item),
        )

    @cached_property
    def _name_code(self) -> Mapping[str, int]:
        return {name: code for code, name in enumerate(dict.fromkeys(self._symbols.names))}

    @cached_property
    def _by_name(self) -> Groups:
        codes = self._name_code
        keys = np.fromiter((codes[name] for name in self._symbols.names), np.int32)
        return grouped(keys, len(codes))

    @cached_property
    def _children(self) -> Groups:
        return grouped(self._symbols.container, self._defined)

    @cached_property
    def _externals(self) -> Sequence[str]:
        is_reached = np.zeros(len(self._symbols.ids), dtype=np.bool_)
        is_reached[self._edges.target] = True
        ids = [self._symbols.ids[number] for number in np.flatnonzero(is_reached).tolist()]
        return sorted(target for target in ids if edge_is_external(target))

    @cached_property
    def _lookups_from(self) -> Groups:
        return grouped(self._lookups.source, self._defined)

    @cached_property
    def _lookup_code(self) -> Mapping[str, int]:
        return {name: code for code, name in enumerate(self._lookups.names)}

    @cached_property
    def _lookups_by_name(self) -> Groups:
        return grouped(self._lookups.name, len(self._lookups.names))
