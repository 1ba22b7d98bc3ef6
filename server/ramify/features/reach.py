"""Upstream reach: who depends on a symbol, by which path, how far and how sure.

What a change passes on, and what it does not:

- A caller, a user of the value (a callback, a variable's reader), a decorated symbol and a subclass
  depend on what they name, and their own dependents depend on them.
- Who annotates or mentions a class depends on it when the class itself is asked about; a class that
  is only reached on the way passes on to its subclasses and to who makes instances of it.
- Who writes a variable, imports a name or overrides a method depends on it when it is asked about,
  and passes nothing on: the writer works on, an import is no use, an override runs its own code.
- A method does not pass on to its class, nor a body to its module: that would reach everybody.
- A class or module that is asked about stands for everything in it.
- The setup methods of a test class pass on to its tests.

Of several paths the best counts: highest weakest link first, then shortest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from ramify.features.dispatch import links_into
from ramify.session.cancel import CancelToken
from ramify_store.facts import Certainty, Edge, EdgeKind, Symbol, SymbolKind
from ramify_store.view import GraphView

SETUP_NAMES: Final = frozenset(
    {
        "setUp",
        "asyncSetUp",
        "setUpClass",
        "setUpTestData",
        "tearDown",
        "asyncTearDown",
        "tearDownClass",
        "setup_method",
        "setup_class",
        "teardown_method",
        "teardown_class",
    }
)


class Arrival(NamedTuple):
    """The best way from a target to a symbol."""

    symbol: str
    distance: int
    certainty: Certainty
    """Of the weakest link."""
    previous: Arrival | None
    """None at a target."""
    hop: Hop | None


class Hop(NamedTuple):
    """One link: `source` depends on the symbol it was asked of."""

    source: str
    kind: EdgeKind
    certainty: Certainty
    why: str
    edge: Edge | None
    """None where no text states the relation."""
    ends: bool
    """The source depends on it and passes nothing on."""


@dataclass(frozen=True, slots=True)
class Reach:
    seeds: Mapping[str, str]
    """What the targets stand for, each with the target it belongs to."""
    arrivals: Mapping[str, Arrival]
    """Every dependent, without the seeds."""
    deeper: bool
    """Some lie beyond the depth that was asked for."""
    partial: bool
    """The deadline came first."""


def dependents(
    view: GraphView,
    token: CancelToken,
    targets: Iterable[str],
    least: Certainty,
    depth: int,
) -> Reach:
    """Everybody within `depth` links upstream whose best path is at least that certain."""
    walk = _Walk(view, token, seeds_of(view, targets), least, depth)
    for level in (Certainty.EXACT, Certainty.INFERRED, Certainty.POSSIBLE):
        if level >= least and not walk.partial:
            walk.follow(level)
    return Reach(walk.seeds, walk.arrivals, walk.deeper, walk.partial)


def seeds_of(view: GraphView, targets: Iterable[str]) -> dict[str, str]:
    """The targets and all that is defined in them."""
    seeds: dict[str, str] = {}
    for target in targets:
        waiting = [target]
        while waiting:
            each = waiting.pop()
            if each not in seeds:
                seeds[each] = target
                waiting.extend(child.id for child in view.children(each))
    return seeds


def is_test_case(symbol: Symbol) -> bool:
    """Whether a test runner runs it as a test: neither fixture nor setup nor helper."""
    return (
        symbol.is_test
        and symbol.kind in (SymbolKind.FUNCTION, SymbolKind.METHOD)
        and symbol.name.startswith("test")
        and "<locals>" not in symbol.path
    )


class _Walk:
    """Breadth first, once for each level of certainty; what leads to a symbol is asked once."""

    def __init__(
        self,
        view: GraphView,
        token: CancelToken,
        seeds: Mapping[str, str],
        least: Certainty,
        depth: int,
    ) -> None:
        self._view = view
        self._token = token
        self._least = least
        self._depth = depth
        self._hops: dict[str, list[Hop]] = {}
        self.seeds = seeds
        self.arrivals: dict[str, Arrival] = {}
        self.deeper = False
        self.partial = False

    def follow(self, level: Certainty) -> None:
        """Finds the shortest paths of links that are each at least so certain."""
        passed = set(self.seeds)
        frontier = [Arrival(seed, 0, Certainty.EXACT, None, None) for seed in self.seeds]
        for distance in range(1, self._depth + 1):
            frontier = list(self._next(frontier, distance, level, passed))
            if not frontier or self.partial:
                return
        self.deeper = self.deeper or any(self._leads_on(each.symbol, level) for each in frontier)

    def _next(
        self, frontier: list[Arrival], distance: int, level: Certainty, passed: set[str]
    ) -> Iterator[Arrival]:
        arrivals = self.arrivals
        for previous in frontier:
            self._token.check()
            if self._token.expired:
                self.partial = True
                return
            for hop in self._hops_into(previous.symbol):
                source = hop.source
                if hop.certainty < level or source in passed:
                    continue
                arrival = Arrival(source, distance, level, previous, hop)
                arrivals.setdefault(source, arrival)
                if not hop.ends:
                    passed.add(source)
                    yield arrival

    def _leads_on(self, symbol_id: str, level: Certainty) -> bool:
        return any(
            hop.certainty >= level and hop.source not in self.arrivals
            for hop in self._hops_into(symbol_id)
            if hop.source not in self.seeds
        )

    def _hops_into(self, symbol_id: str) -> list[Hop]:
        hops = self._hops.get(symbol_id)
        if hops is None:
            hops = self._hops[symbol_id] = list(self._found(symbol_id))
        return hops

    def _found(self, symbol_id: str) -> Iterator[Hop]:
        symbol = self._view.symbol(symbol_id)
        if symbol is None:
            return
        is_seed = symbol_id in self.seeds
        passing, ending = _kinds(symbol, is_seed)
        if passing or ending:
            yield from self._linked(symbol, passing, ending)
        if symbol.is_test:
            yield from _tests_run_with(self._view, symbol)
        if is_seed and self._least <= Certainty.POSSIBLE:
            yield from _named_alike(self._view, symbol)

    def _linked(
        self, symbol: Symbol, passing: Collection[EdgeKind], ending: Collection[EdgeKind]
    ) -> Iterator[Hop]:
        least = self._least
        for link in links_into(self._view, symbol.id, (*passing, *ending)):
            if link.certainty >= least:
                kind = link.edge.kind
                ends = kind in ending
                yield Hop(link.source, kind, link.certainty, link.why, link.edge, ends)


_RUNS: Final = (EdgeKind.CALLS, EdgeKind.USES, EdgeKind.DECORATES)
_MAKES: Final = (EdgeKind.CALLS, EdgeKind.INHERITS, EdgeKind.DECORATES)
_ASKED: Final = (EdgeKind.WRITES, EdgeKind.IMPORTS, EdgeKind.OVERRIDES)


def _kinds(symbol: Symbol, is_seed: bool) -> tuple[Collection[EdgeKind], Collection[EdgeKind]]:
    """Kinds of edges that bring dependents which pass on, and which do not."""
    ending = _ASKED if is_seed else ()
    if symbol.kind == SymbolKind.MODULE:
        return (), ending
    if symbol.kind == SymbolKind.CLASS:
        return (*_MAKES, EdgeKind.USES) if is_seed else _MAKES, ending
    return _RUNS, ending


def _tests_run_with(view: GraphView, symbol: Symbol) -> Iterator[Hop]:
    """The tests of a test class, from the class or from its setup."""
    if symbol.kind == SymbolKind.CLASS:
        why, test_class = "test of this class", symbol.id
    elif symbol.name in SETUP_NAMES and symbol.kind == SymbolKind.METHOD:
        why, test_class = f"runs with {symbol.name}", symbol.container
    else:
        return
    for test in _tests_of(view, test_class):
        yield Hop(test, EdgeKind.CALLS, Certainty.EXACT, why, None, False)


def _tests_of(view: GraphView, test_class: str) -> Iterator[str]:
    """Of the class and of those below it."""
    waiting, seen = [test_class], {test_class}
    while waiting:
        each = waiting.pop()
        yield from (child.id for child in view.children(each) if is_test_case(child))
        for edge in view.incoming(each, (EdgeKind.INHERITS,)):
            if edge.source not in seen:
                seen.add(edge.source)
                waiting.append(edge.source)


def _named_alike(view: GraphView, symbol: Symbol) -> Iterator[Hop]:
    for lookup in view.lookups_of(symbol.name):
        if lookup.certainty == Certainty.POSSIBLE:
            edge = Edge(
                lookup.source,
                symbol.id,
                lookup.kind,
                Certainty.POSSIBLE,
                "only the name matches",
                False,
                lookup.sites,
            )
            yield Hop(lookup.source, lookup.kind, Certainty.POSSIBLE, edge.why, edge, False)
