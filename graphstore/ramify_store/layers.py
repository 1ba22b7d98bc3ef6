"""Views over plain links, and a view that lays some files over another view.

An upper layer replaces the whole contribution of each of its files: an edge into a symbol is one of
the layer below whose source file is not hidden, or one of the upper layer. Knows no database: the
committed graph, the files committed since and a client's buffers all compose here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from ramify_store.facts import (
    Edge,
    EdgeKind,
    FileLinks,
    LookUp,
    Outline,
    Placed,
    Symbol,
    edge_is_external,
)
from ramify_store.view import GraphView

OutlineSource = Callable[[str], Outline | None]

_Item = TypeVar("_Item", Edge, LookUp)


def edge_order(edge: Edge) -> tuple[object, ...]:
    """Order of one file's edges in every view: position, then ids, then the rest."""
    return (
        edge.sites[0] if edge.sites else -1,
        edge.source,
        edge.target,
        edge.kind,
        -edge.certainty,
        edge.why,
        edge.dispatch,
    )


def lookup_order(lookup: LookUp) -> tuple[object, ...]:
    """Order of one file's look-ups in every view."""
    first = lookup.sites[0] if lookup.sites else -1
    return (first, lookup.source, lookup.name, lookup.kind, -lookup.certainty)


class LinksView:
    """A whole graph from its files' links; indexed when first asked."""

    def __init__(
        self, links: Mapping[str, FileLinks], outlines: OutlineSource, revision: int = 0
    ) -> None:
        self._links = dict(sorted(links.items()))
        self._outlines = outlines
        self._revision = revision

    @property
    def revision(self) -> int:
        return self._revision

    @property
    def links(self) -> Mapping[str, FileLinks]:
        """What the view was made of, by path."""
        return self._links

    def paths(self) -> Sequence[str]:
        return self._paths

    def placed(self, path: str) -> Placed | None:
        links = self._links.get(path)
        return None if links is None else links.placed

    def outline(self, path: str) -> Outline | None:
        return self._outlines(path) if path in self._links else None

    def symbol(self, symbol_id: str) -> Symbol | None:
        return self._symbols.get(symbol_id)

    def symbols_of(self, path: str) -> Sequence[Symbol]:
        links = self._links.get(path)
        return () if links is None else links.symbols

    def children(self, symbol_id: str) -> Sequence[Symbol]:
        symbol = self._symbols.get(symbol_id)
        if symbol is None:
            return ()
        return [each for each in self.symbols_of(symbol.file) if each.container == symbol_id]

    def named(self, name: str) -> Sequence[Symbol]:
        return self._by_name.get(name, ())

    def names(self) -> Collection[str]:
        return self._by_name.keys()

    def outgoing(self, symbol_id: str, kinds: Collection[EdgeKind]) -> Sequence[Edge]:
        return [edge for edge in self._outgoing.get(symbol_id, ()) if edge.kind in kinds]

    def incoming(self, target: str, kinds: Collection[EdgeKind]) -> Sequence[Edge]:
        return [edge for edge in self._incoming.get(target, ()) if edge.kind in kinds]

    def incoming_count(self, target: str, kinds: Collection[EdgeKind]) -> int:
        return sum(edge.kind in kinds for edge in self._incoming.get(target, ()))

    def among(
        self, symbol_ids: Collection[str], kinds: Collection[EdgeKind]
    ) -> Collection[tuple[str, str]]:
        return {
            (edge.source, edge.target)
            for source in symbol_ids
            for edge in self.outgoing(source, kinds)
            if edge.target in symbol_ids
        }

    def externals(self) -> Iterable[str]:
        return self._externals

    def lookups_from(self, symbol_id: str) -> Sequence[LookUp]:
        return self._lookups_from.get(symbol_id, ())

    def lookups_of(self, name: str) -> Sequence[LookUp]:
        return self._lookups_of.get(name, ())

    @cached_property
    def _paths(self) -> Sequence[str]:
        return tuple(self._links)

    @cached_property
    def _symbols(self) -> Mapping[str, Symbol]:
        symbols: dict[str, Symbol] = {}
        for links in sorted(self._links.values(), key=lambda each: precedence(each.placed)):
            for symbol in links.symbols:
                symbols.setdefault(symbol.id, symbol)
        return symbols

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Symbol]]:
        found: dict[str, list[Symbol]] = {}
        for links in self._links.values():
            for symbol in links.symbols:
                found.setdefault(symbol.name, []).append(symbol)
        return found

    @cached_property
    def _edges(self) -> Sequence[Edge]:
        return [
            edge for links in self._links.values() for edge in sorted(links.edges, key=edge_order)
        ]

    @cached_property
    def _outgoing(self) -> Mapping[str, Sequence[Edge]]:
        return _grouped(self._edges, lambda edge: edge.source)

    @cached_property
    def _incoming(self) -> Mapping[str, Sequence[Edge]]:
        return _grouped(self._edges, lambda edge: edge.target)

    @cached_property
    def _externals(self) -> Sequence[str]:
        return sorted(target for target in self._incoming if edge_is_external(target))

    @cached_property
    def _lookups(self) -> Sequence[LookUp]:
        return [
            lookup
            for links in self._links.values()
            for lookup in sorted(links.lookups, key=lookup_order)
        ]

    @cached_property
    def _lookups_from(self) -> Mapping[str, Sequence[LookUp]]:
        return _grouped(self._lookups, lambda lookup: lookup.source)

    @cached_property
    def _lookups_of(self) -> Mapping[str, Sequence[LookUp]]:
        return _grouped(self._lookups, lambda lookup: lookup.name)


def precedence(placed: Placed) -> tuple[bool, bool, str]:
    """Of files that claim the same module, the least one is what its ids mean."""
    return (placed.is_stub, not placed.is_package, placed.path)


def _rank(placed: Placed | None) -> tuple[bool, bool, str]:
    return (True, True, "") if placed is None else precedence(placed)


def _grouped(items: Iterable[_Item], key: Callable[[_Item], str]) -> Mapping[str, Sequence[_Item]]:
    groups: dict[str, list[_Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


class LayeredView:
    """`replaced` in place of the same files of `base`, without the `removed` ones.

    `outlines` gives the outlines of the replaced files. The revision is that of the base unless
    another is given. Costs nothing to make; what it derives is of the size of the upper layer.
    """

    def __init__(
        self,
        base: GraphView,
        replaced: Mapping[str, FileLinks],
        removed: Collection[str],
        outlines: OutlineSource,
        revision: int | None = None,
    ) -> None:
        self._base = base
        self._upper = LinksView(replaced, outlines)
        self._hidden = frozenset(replaced) | frozenset(removed)
        self._revision = base.revision if revision is None else revision

    @property
    def revision(self) -> int:
        return self._revision

    @property
    def base(self) -> GraphView:
        return self._base

    @property
    def upper(self) -> LinksView:
        return self._upper

    @property
    def hidden_ids(self) -> Collection[str]:
        """Symbols of the base that files of the upper layer, or removed ones, defined there."""
        return self._hidden_ids

    def paths(self) -> Sequence[str]:
        return self._paths

    def placed(self, path: str) -> Placed | None:
        return self._owner(path).placed(path)

    def outline(self, path: str) -> Outline | None:
        return self._owner(path).outline(path)

    def symbol(self, symbol_id: str) -> Symbol | None:
        upper = self._upper.symbol(symbol_id)
        below = self._base.symbol(symbol_id)
        if below is None or below.file in self._hidden:
            return upper
        if upper is None:
            return below
        return min(upper, below, key=lambda each: _rank(self.placed(each.file)))

    def symbols_of(self, path: str) -> Sequence[Symbol]:
        return self._owner(path).symbols_of(path)

    def children(self, symbol_id: str) -> Sequence[Symbol]:
        symbol = self.symbol(symbol_id)
        return () if symbol is None else self._owner(symbol.file).children(symbol_id)

    def named(self, name: str) -> Sequence[Symbol]:
        below = [each for each in self._base.named(name) if each.file not in self._hidden]
        above = self._upper.named(name)
        return sorted([*below, *above], key=lambda each: each.file) if above else below

    def names(self) -> Collection[str]:
        return self._names

    def outgoing(self, symbol_id: str, kinds: Collection[EdgeKind]) -> Sequence[Edge]:
        above = self._upper.outgoing(symbol_id, kinds)
        return self._merged(self._base.outgoing(symbol_id, kinds), above)

    def incoming(self, target: str, kinds: Collection[EdgeKind]) -> Sequence[Edge]:
        above = self._upper.incoming(target, kinds)
        return self._merged(self._base.incoming(target, kinds), above)

    def incoming_count(self, target: str, kinds: Collection[EdgeKind]) -> int:
        hidden = sum(self._hidden_edges[target, kind] for kind in set(kinds))
        below = self._base.incoming_count(target, kinds) - hidden
        return below + self._upper.incoming_count(target, kinds)

    def among(
        self, symbol_ids: Collection[str], kinds: Collection[EdgeKind]
    ) -> Collection[tuple[str, str]]:
        below = self._base.among(symbol_ids, kinds)
        above = self._upper.among(symbol_ids, kinds)
        return {pair for pair in below if pair[0] not in self._hidden_ids} | {*above}

    def externals(self) -> Iterable[str]:
        return self._externals

    def lookups_from(self, symbol_id: str) -> Sequence[LookUp]:
        above = self._upper.lookups_from(symbol_id)
        return self._merged(self._base.lookups_from(symbol_id), above)

    def lookups_of(self, name: str) -> Sequence[LookUp]:
        return self._merged(self._base.lookups_of(name), self._upper.lookups_of(name))

    def _owner(self, path: str) -> GraphView:
        return self._upper if path in self._hidden else self._base

    def _merged(self, below: Sequence[_Item], above: Sequence[_Item]) -> Sequence[_Item]:
        hidden = self._hidden_ids
        kept: list[_Item] = [item for item in below if item.source not in hidden]
        if above:
            # Each file's items stay together and in their order: the sort is stable.
            kept.extend(above)
            kept.sort(key=self._file_of_source)
        return kept

    def _file_of_source(self, item: Edge | LookUp) -> str:
        symbol = self.symbol(item.source)
        return "" if symbol is None else symbol.file

    @cached_property
    def _paths(self) -> Sequence[str]:
        kept = [path for path in self._base.paths() if path not in self._hidden]
        return tuple(sorted([*kept, *self._upper.paths()]))

    @cached_property
    def _hidden_symbols(self) -> Sequence[Symbol]:
        return [symbol for path in self._hidden for symbol in self._base.symbols_of(path)]

    @cached_property
    def _hidden_ids(self) -> Collection[str]:
        return frozenset(symbol.id for symbol in self._hidden_symbols)

    @cached_property
    def _hidden_edges(self) -> Mapping[tuple[str, EdgeKind], int]:
        """How many edges of the base go from hidden symbols to each target."""
        every = tuple(EdgeKind)
        return Counter(
            (edge.target, edge.kind)
            for source in self._hidden_ids
            for edge in self._base.outgoing(source, every)
        )

    @cached_property
    def _names(self) -> Collection[str]:
        touched = {symbol.name for symbol in self._hidden_symbols}
        gone = {name for name in touched if not self.named(name)}
        return (frozenset(self._base.names()) - gone) | frozenset(self._upper.names())

    @cached_property
    def _externals(self) -> Sequence[str]:
        touched = {
            edge.target
            for source in self._hidden_ids
            for edge in self._base.outgoing(source, tuple(EdgeKind))
            if edge_is_external(edge.target)
        }
        gone = {target for target in touched if not self.incoming(target, tuple(EdgeKind))}
        return sorted((set(self._base.externals()) - gone) | set(self._upper.externals()))
