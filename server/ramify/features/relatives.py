"""What stands around a symbol in the graph: the groups of `ramify.features.related`.

Each group is a list of relatives with what puts them in order and the reason a reader sees.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

from ramify.features.dispatch import Link
from ramify.features.reach import dependents
from ramify.features.upstream import is_test_case
from ramify.session.cancel import CancelToken
from ramify_store.facts import Certainty, EdgeKind, Symbol, SymbolKind
from ramify_store.view import GraphView

TEST_DEPTH: Final = 3
"""Tests further away exercise it among many other things."""
MOST_USERS: Final = 100
"""A class with more users is too common to say that two of them have to do with each other."""

CALLS: Final = (EdgeKind.CALLS,)
USES: Final = (EdgeKind.USES, EdgeKind.WRITES, EdgeKind.DECORATES)
_SIBLING_KINDS: Final = frozenset(
    {SymbolKind.CLASS, SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.PROPERTY}
)


@dataclass(frozen=True, slots=True)
class Relative:
    symbol: Symbol
    certainty: Certainty | None
    strength: float
    """Orders a group, highest first; ties by id."""
    reason: str


def linked(
    view: GraphView,
    inside: Collection[str],
    kinds: Collection[EdgeKind],
    links: Callable[[GraphView, str, Collection[EdgeKind]], Iterator[Link]],
    other_end: Callable[[Link], str],
    reason: str,
) -> list[Relative]:
    sites: dict[str, set[tuple[str, int]]] = {}
    """A call of a class is one of its constructor, too: it is one place."""
    best: dict[str, Certainty] = {}
    for each in inside:
        for link in links(view, each, kinds):
            other = other_end(link)
            if other not in inside and link.certainty > Certainty.POSSIBLE:
                places = ((link.edge.source, site) for site in link.edge.sites)
                sites.setdefault(other, set()).update(places)
                best[other] = max(link.certainty, best.get(other, Certainty.UNRESOLVED))
    return [
        Relative(symbol, best[other], best[other] + 0.1 * min(count, 9), times(reason, count))
        for other, count in ((each, len(places)) for each, places in sites.items())
        if (symbol := view.symbol(other)) is not None
    ]


def times(reason: str, count: int) -> str:
    """The reason, with how many sites it has."""
    return reason if count <= 1 else f"{reason} ({count} sites)"


def in_given_order(view: GraphView, ids: Iterable[str], reason: str) -> list[Relative]:
    """In the order given: nearest first."""
    symbols = (symbol for symbol in map(view.symbol, ids) if symbol is not None)
    return [Relative(s, Certainty.EXACT, -rank, reason) for rank, s in enumerate(symbols)]


def by_edges(view: GraphView, symbol: Symbol, relation: str) -> list[Relative]:
    if relation == "bases":
        ids = [edge.target for edge in view.outgoing(symbol.id, (EdgeKind.INHERITS,))]
        return in_given_order(view, ids, "base of it")
    if relation == "derived":
        ids = [edge.source for edge in view.incoming(symbol.id, (EdgeKind.INHERITS,))]
        return in_given_order(view, ids, "derives from it")
    ids = [edge.source for edge in view.incoming(symbol.id, (EdgeKind.IMPORTS,))]
    return in_given_order(view, dict.fromkeys(ids), "imports it")


def siblings(view: GraphView, symbol: Symbol) -> list[Relative]:
    """Beside it in the same class, function or module, nearest in the text first."""
    beside = [e for e in view.children(symbol.container) if e.kind in _SIBLING_KINDS]
    at = next((rank for rank, each in enumerate(beside) if each.id == symbol.id), 0)
    where = symbol.container.rpartition("/")[2] or "the module"
    return [
        Relative(each, None, -abs(rank - at), f"beside it in {where}")
        for rank, each in enumerate(beside)
        if each.id != symbol.id
    ]


def tests(view: GraphView, token: CancelToken, symbol: Symbol) -> list[Relative]:
    reach = dependents(view, token, [symbol.id], Certainty.INFERRED, TEST_DEPTH)
    return [
        Relative(test, each.certainty, each.certainty - each.distance, _steps(each.distance))
        for each in reach.tests
        if (test := view.symbol(each.symbol)) is not None
    ]


def _steps(distance: int) -> str:
    return "tests it directly" if distance == 1 else f"tests it through {distance - 1} more"


def users_of_same_types(view: GraphView, inside: Collection[str]) -> list[Relative]:
    """Who takes, makes or gives the classes that it does; a class that everybody uses tells
    nothing."""
    shared: dict[str, list[tuple[float, str]]] = {}
    for each in sorted(_types_of(view, inside)):
        users = _users_of(view, each) - set(inside)
        if not users or len(users) > MOST_USERS:
            continue
        weight, name = 1 / log2(2 + len(users)), each.rpartition("/")[2].rpartition(".")[2]
        for user in users:
            shared.setdefault(user, []).append((weight, name))
    return [
        Relative(symbol, None, sum(weight for weight, _ in types), _uses_too(types))
        for user, types in shared.items()
        if (symbol := view.symbol(user)) is not None and not is_test_case(symbol)
    ]


def _types_of(view: GraphView, inside: Collection[str]) -> set[str]:
    return {
        edge.target
        for each in inside
        for edge in view.outgoing(each, (*CALLS, *USES))
        if edge.target not in inside
        and (target := view.symbol(edge.target)) is not None
        and target.kind == SymbolKind.CLASS
    }


def _users_of(view: GraphView, class_id: str) -> set[str]:
    return {edge.source for edge in view.incoming(class_id, (*CALLS, *USES))}


def _uses_too(types: Sequence[tuple[float, str]]) -> str:
    names = [name for _, name in sorted(types, reverse=True)]
    rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"uses {', '.join(names[:3])}{rest}, too"
