"""The walk over arrays: layers change nothing, and a walk edge by edge finds the same."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from ramify.features.dispatch import links_into
from ramify.features.reach import dependents, seeds_of
from ramify_store.facts import Certainty, EdgeKind, Outline, Symbol, SymbolKind
from ramify_store.layers import LayeredView, LinksView
from ramify_store.view import GraphView
from tests.features.reading import TOKEN
from tests.store.graphs import PATHS, Graph, graphs

Found = dict[str, tuple[int, Certainty]]

ENDING = {EdgeKind.WRITES, EdgeKind.IMPORTS, EdgeKind.OVERRIDES}


def no_outline(_: object) -> Outline | None:
    return None


def reached(view: GraphView, target: str, least: Certainty, depth: int) -> Found:
    reach = dependents(view, TOKEN, [target], least, depth)
    found = {e.symbol: (e.distance, e.certainty) for e in (*reach.others, *reach.tests)}
    for each in (*reach.others, *reach.tests):
        path = reach.path(each)
        assert len(path) == each.distance
        assert path[-1].source == each.symbol
        assert min(hop.certainty for hop in path) == each.certainty
    return found


def walked(view: GraphView, target: str, least: Certainty, depth: int) -> Found:
    """Edge by edge, as the rules are told."""
    seeds = seeds_of(view, [target])
    found: Found = {}
    for level in (Certainty.EXACT, Certainty.INFERRED):
        frontier, passed = list(seeds), set(seeds)
        for distance in range(1, depth + 1 if level >= least else 1):
            following: list[str] = []
            for each in frontier:
                for source, certainty, ends in _hops(view, each, distance == 1):
                    if certainty < level or source in passed:
                        continue
                    found.setdefault(source, (distance, level))
                    if not ends:
                        following.append(source)
            frontier = list(dict.fromkeys(following))
            passed.update(frontier)
    return found


def _hops(view: GraphView, symbol_id: str, asked: bool) -> Iterator[tuple[str, Certainty, bool]]:
    symbol = view.symbol(symbol_id)
    kinds = _kinds(symbol) if symbol else set()
    for link in links_into(view, symbol_id, kinds | (ENDING if asked else set())):
        yield link.source, link.certainty, link.edge.kind in ENDING


def _kinds(symbol: Symbol) -> set[EdgeKind]:
    if symbol.kind == SymbolKind.MODULE:
        return set()
    return {EdgeKind.CALLS, EdgeKind.USES, EdgeKind.DECORATES}


@st.composite
def questions(draw: st.DrawFn) -> tuple[Graph, str]:
    graph = draw(graphs().filter(bool))
    return graph, draw(st.sampled_from([s.id for each in graph.values() for s in each.symbols]))


@settings(max_examples=60, deadline=None)
@given(questions(), st.sampled_from((Certainty.EXACT, Certainty.INFERRED)), st.integers(1, 5))
def test_a_walk_edge_by_edge_finds_the_same(
    question: tuple[Graph, str], least: Certainty, depth: int
) -> None:
    graph, target = question
    view = LinksView(graph, no_outline)
    assert reached(view, target, least, depth) == walked(view, target, least, depth)


@settings(max_examples=60, deadline=None)
@given(questions(), graphs(), st.sets(st.sampled_from(PATHS)))
def test_over_layers_it_is_the_same_as_over_the_graph_they_amount_to(
    question: tuple[Graph, str], upper: Graph, removed: set[str]
) -> None:
    base, target = question
    merged = {path: links for path, links in base.items() if path not in removed} | dict(upper)
    one = LayeredView(LinksView(base, no_outline), {}, removed, no_outline)
    two = LayeredView(one, upper, (), no_outline)
    flat = LinksView(merged, no_outline)
    assert reached(two, target, Certainty.INFERRED, 4) == reached(
        flat, target, Certainty.INFERRED, 4
    )
