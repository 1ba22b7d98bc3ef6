"""Where a person would look next from a symbol: groups by relation, and one ranking over all.

A class stands for its members: who calls a method of it is related to it. The ranking adds up, over
the groups, the weight of the relation by the place in its group; what half the workspace calls
tells little about anybody and counts less.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

from ramify.features.answers import FIRST_PAGE, Group, Page, Related, Scored
from ramify.features.dispatch import Link, links_from, links_into, overridden_above, overrides_below
from ramify.features.places import Places
from ramify.features.reach import dependents, seeds_of
from ramify.features.upstream import is_test_case
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty, EdgeKind, Symbol, SymbolKind
from ramify_store.view import ChunkFilter, GraphView

TEST_DEPTH: Final = 3
"""Tests further away exercise it among many other things."""

SIMILAR: Final = 12
LEAST_SIMILAR: Final = 0.5
"""Cosine below which two pieces of code have nothing in common but their language."""

_WEIGHTS: Final[Mapping[str, float]] = {
    "callers": 1.0,
    "callees": 0.9,
    "users": 0.7,
    "overrides": 0.8,
    "overridden": 0.9,
    "bases": 1.0,
    "derived": 0.8,
    "siblings": 0.35,
    "tests": 0.7,
    "importers": 0.4,
    "similar": 0.8,
}
_RANK_OFFSET: Final = 6
_CALLS: Final = (EdgeKind.CALLS,)
_USES: Final = (EdgeKind.USES, EdgeKind.WRITES, EdgeKind.DECORATES)
_SIBLING_KINDS: Final = frozenset(
    {SymbolKind.CLASS, SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.PROPERTY}
)


@dataclass(frozen=True, slots=True)
class _Relative:
    symbol: Symbol
    certainty: Certainty | None
    strength: float
    """Orders a group, highest first; ties by id."""
    reason: str


def related(
    reading: Reading, token: CancelToken, symbol_id: str, page: Page = FIRST_PAGE
) -> Related | None:
    """None when there is no such symbol. Groups show their first `page.limit`; the page itself
    is of the ranking."""
    view, places = reading.view, Places(reading)
    symbol = view.symbol(symbol_id)
    target = places.item(symbol) if symbol else None
    if symbol is None or target is None:
        return None
    groups: dict[str, list[_Relative]] = {}
    for relation, found in _relations(reading, token, symbol):
        token.check()
        groups[relation] = _in_order(found)
    ranked = _ranked(view, groups)
    shown = ranked[page.offset : page.offset + page.limit]
    return Related(
        target=target,
        groups=tuple(
            _group(places, relation, groups[relation], page.limit)
            for relation in _WEIGHTS
            if groups.get(relation)
        ),
        ranked=tuple(
            Scored(item, round(score, 4))
            for found, score, reasons in shown
            if (item := places.item(found.symbol, found.certainty, reasons))
        ),
        total=len(ranked),
    )


def _relations(
    reading: Reading, token: CancelToken, symbol: Symbol
) -> Iterator[tuple[str, Iterable[_Relative]]]:
    view = reading.view
    inside = seeds_of(view, [symbol.id])
    callers = _linked(view, inside, _CALLS, links_into, lambda link: link.source, "calls it")
    users = _linked(view, inside, _USES, links_into, lambda link: link.source, "uses it")
    called = {each.symbol.id for each in callers}
    yield "callers", [each for each in callers if not is_test_case(each.symbol)]
    yield (
        "callees",
        _linked(view, inside, _CALLS, links_from, lambda link: link.target, "called by it"),
    )
    yield (
        "users",
        [e for e in users if e.symbol.id not in called and not is_test_case(e.symbol)],
    )
    yield "overrides", _plain(view, overrides_below(view, symbol.id), "overrides it")
    yield "overridden", _plain(view, overridden_above(view, symbol.id), "overridden by it")
    yield "bases", _edges(view, symbol, "bases")
    yield "derived", _edges(view, symbol, "derived")
    yield "siblings", _siblings(view, symbol)
    yield "tests", _tests(view, token, symbol)
    yield "importers", _edges(view, symbol, "importers")
    yield "similar", _similar(reading, symbol, inside)


def _linked(
    view: GraphView,
    inside: Collection[str],
    kinds: Collection[EdgeKind],
    links: Callable[[GraphView, str, Collection[EdgeKind]], Iterator[Link]],
    other_end: Callable[[Link], str],
    reason: str,
) -> list[_Relative]:
    sites: dict[str, int] = {}
    best: dict[str, Certainty] = {}
    for each in inside:
        for link in links(view, each, kinds):
            other = other_end(link)
            if other not in inside and link.certainty > Certainty.POSSIBLE:
                sites[other] = sites.get(other, 0) + len(link.edge.sites)
                best[other] = max(link.certainty, best.get(other, Certainty.UNRESOLVED))
    return [
        _Relative(symbol, best[other], best[other] + 0.1 * min(count, 9), _times(reason, count))
        for other, count in sites.items()
        if (symbol := view.symbol(other)) is not None
    ]


def _times(reason: str, count: int) -> str:
    return reason if count <= 1 else f"{reason} ({count} sites)"


def _plain(view: GraphView, ids: Iterable[str], reason: str) -> list[_Relative]:
    """In the order given: nearest first."""
    symbols = (symbol for symbol in map(view.symbol, ids) if symbol is not None)
    return [_Relative(s, Certainty.EXACT, -rank, reason) for rank, s in enumerate(symbols)]


def _edges(view: GraphView, symbol: Symbol, relation: str) -> list[_Relative]:
    if relation == "bases":
        ids = [edge.target for edge in view.outgoing(symbol.id, (EdgeKind.INHERITS,))]
        return _plain(view, ids, "base of it")
    if relation == "derived":
        ids = [edge.source for edge in view.incoming(symbol.id, (EdgeKind.INHERITS,))]
        return _plain(view, ids, "derives from it")
    ids = [edge.source for edge in view.incoming(symbol.id, (EdgeKind.IMPORTS,))]
    return _plain(view, dict.fromkeys(ids), "imports it")


def _siblings(view: GraphView, symbol: Symbol) -> list[_Relative]:
    """Beside it in the same class, function or module, nearest in the text first."""
    beside = [e for e in view.children(symbol.container) if e.kind in _SIBLING_KINDS]
    at = next((rank for rank, each in enumerate(beside) if each.id == symbol.id), 0)
    where = symbol.container.rpartition("/")[2] or "the module"
    return [
        _Relative(each, None, -abs(rank - at), f"beside it in {where}")
        for rank, each in enumerate(beside)
        if each.id != symbol.id
    ]


def _tests(view: GraphView, token: CancelToken, symbol: Symbol) -> list[_Relative]:
    reach = dependents(view, token, [symbol.id], Certainty.INFERRED, TEST_DEPTH)
    return [
        _Relative(test, each.certainty, each.certainty - each.distance, _steps(each.distance))
        for each in reach.tests
        if (test := view.symbol(each.symbol)) is not None
    ]


def _steps(distance: int) -> str:
    return "tests it directly" if distance == 1 else f"tests it through {distance - 1} more"


def _similar(reading: Reading, symbol: Symbol, inside: Collection[str]) -> list[_Relative]:
    """By the embedding of its first piece."""
    pieces = reading.search.chunks_of(symbol.id)
    vector = reading.search.vector_of(pieces[0]) if pieces else None
    if vector is None:
        return []
    best: dict[str, float] = {}
    for hit in reading.search.nearest(vector, 4 * SIMILAR, ChunkFilter()):
        if hit.symbol not in inside and hit.score >= LEAST_SIMILAR:
            best.setdefault(hit.symbol, hit.score)
    return [
        _Relative(other, None, score, f"similar code ({score:.2f})")
        for other_id, score in list(best.items())[:SIMILAR]
        if (other := reading.view.symbol(other_id)) is not None
    ]


def _in_order(found: Iterable[_Relative]) -> list[_Relative]:
    return sorted(found, key=lambda each: (-each.strength, each.symbol.id))


def _ranked(
    view: GraphView, groups: Mapping[str, Sequence[_Relative]]
) -> list[tuple[_Relative, float, tuple[str, ...]]]:
    """Each relative once: with the sum of its weights and all its reasons, weightiest first."""
    gathered: dict[str, list[tuple[float, _Relative]]] = {}
    for relation, found in groups.items():
        for rank, each in enumerate(found):
            weight = _WEIGHTS[relation] * (_RANK_OFFSET + 1) / (_RANK_OFFSET + 1 + rank)
            if relation == "callees":
                weight *= _telling(view, each.symbol)
            gathered.setdefault(each.symbol.id, []).append((weight, each))
    ranked = []
    for reasons in gathered.values():
        reasons.sort(key=lambda pair: -pair[0])
        certainty = max((each.certainty or Certainty.UNRESOLVED for _, each in reasons), default=0)
        score = sum(weight for weight, _ in reasons)
        best = _Relative(
            reasons[0][1].symbol, Certainty(certainty) if certainty else None, score, ""
        )
        ranked.append((best, score, tuple(each.reason for _, each in reasons)))
    ranked.sort(key=lambda each: (-each[1], each[0].symbol.id))
    return ranked


def _telling(view: GraphView, callee: Symbol) -> float:
    """1 for what only it calls; a tenth for what everybody does."""
    callers = len(view.incoming(callee.id, _CALLS))
    return 1 / max(1.0, log2(1 + callers))


def _group(places: Places, relation: str, found: Sequence[_Relative], limit: int) -> Group:
    items = (places.item(e.symbol, e.certainty, (e.reason,)) for e in found[:limit])
    return Group(relation, tuple(item for item in items if item), len(found))
