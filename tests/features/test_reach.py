"""The walk over arrays: layers change nothing, and a walk edge by edge finds the same."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from weakref import ref

from hypothesis import given, settings
from hypothesis import strategies as st

from ramify.features.dispatch import links_into
from ramify.features.reach import dependents, seeds_of
from ramify.features.workspace_symbols import workspace_symbols
from ramify.session.snapshot import Reading
from ramify_store.columns import ColumnsView
from ramify_store.facts import Certainty, EdgeKind, Outline, Symbol, SymbolKind
from ramify_store.history import NoHistory
from ramify_store.layers import LayeredView, LinksView
from ramify_store.store import Store
from ramify_store.view import GraphView
from tests.features.reading import TOKEN, PlainSearch, Texts
from tests.store.graphs import (
    PATHS,
    Graph,
    calls,
    function_of,
    graphs,
    links_of,
    module_of,
    placed_of,
)

Found = dict[str, tuple[int, Certainty]]

A = placed_of("a.py")
ENDING = {EdgeKind.WRITES, EdgeKind.IMPORTS, EdgeKind.OVERRIDES}


def no_outline(_: object) -> Outline | None:
    return None


def reached(view: GraphView, target: str, least: Certainty, depth: int) -> Found:
    reach = dependents(view, TOKEN, [target], least, depth)
    found = {e.symbol: (e.distance, e.certainty) for e in (*reach.others, *reach.tests)}
    for each in (*reach.others, *reach.tests):
        trail = reach.trail(each)
        path = trail.hops() if trail else ()
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
    for least in (Certainty.INFERRED, Certainty.POSSIBLE):
        assert reached(two, target, least, 4) == reached(flat, target, least, 4)


def test_what_is_derived_from_a_view_goes_with_it() -> None:
    one, two = function_of(A, "one"), function_of(A, "two")
    graph = {A.path: links_of(A, (module_of(A), one, two), (calls(two, one),))}
    base = LinksView(graph, no_outline)
    views: list[GraphView] = [base, LayeredView(base, graph, (), no_outline)]
    for view in views:
        assert len(reached(view, one.id, Certainty.EXACT, 1)) == 1
        workspace_symbols(
            Reading(
                view, PlainSearch(Texts({}), LinksView({}, no_outline)), Texts({}), NoHistory(None)
            ),
            TOKEN,
            "o",
        )
    gone = [ref(view) for view in views]
    del view, views, base
    gc.collect()
    assert [each() for each in gone] == [None, None]


@settings(max_examples=8, deadline=None)
@given(questions(), st.integers(1, 5))
def test_over_the_columns_it_is_the_same(question: tuple[Graph, str], depth: int) -> None:
    graph, target = question
    with TemporaryDirectory() as folder:
        directories = Path(folder) / "cache", Path(folder) / "data"
        store = Store.open(*directories, "stamp")
        store.commit(graph, ())
        store.close()
        store = Store.open(*directories, "stamp")
        view = store.view()
        store.close()
    assert isinstance(view, ColumnsView)
    found = reached(view, target, Certainty.INFERRED, depth)
    assert found == reached(LinksView(graph, no_outline), target, Certainty.INFERRED, depth)
