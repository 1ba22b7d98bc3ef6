"""The named queries define the answers; the columns in memory must give the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given, settings

from ramify_store import queries
from ramify_store.engine import Query, Session
from ramify_store.facts import Certainty, Edge, EdgeKind, LookUp
from ramify_store.layers import edge_order, lookup_order
from ramify_store.rows import key_of, sites_in
from ramify_store.store import Store
from tests.store.answers import ALL
from tests.store.graphs import (
    EXTERNALS,
    PATHS,
    Graph,
    calls,
    function_of,
    graphs,
    links_of,
    module_of,
    placed_of,
)

Ids = Mapping[int, str]


@pytest.fixture(scope="module")
def shared() -> Iterator[Store]:
    store = Store.open(None, None, "stamp")
    yield store
    store.close()


def edges_from(session: Session, ids: Ids, symbol_id: str) -> list[Edge]:
    return sorted(
        (
            Edge(symbol_id, ids[end], kind, Certainty(sure), why, dispatch, sites_in(sites, first))
            for kind in ALL
            for end, sure, why, dispatch, sites, first in queries.outgoing(session, kind, symbol_id)
        ),
        key=edge_order,
    )


def edges_into(session: Session, ids: Ids, symbol_id: str) -> list[Edge]:
    return sorted(
        (
            Edge(ids[end], symbol_id, kind, Certainty(sure), why, dispatch, sites_in(sites, first))
            for kind in ALL
            for end, sure, why, dispatch, sites, first in queries.incoming(session, kind, symbol_id)
        ),
        key=edge_order,
    )


def lookups_of(session: Session, ids: Ids, name: str) -> list[LookUp]:
    return sorted(
        (
            LookUp(ids[source], name, EdgeKind(kind), Certainty(certainty), sites_in(sites, first))
            for source, kind, certainty, sites, first in queries.lookups_of(session, name)
        ),
        key=lookup_order,
    )


@settings(max_examples=15, deadline=None)
@given(graph=graphs())
def test_the_columns_answer_like_the_queries(shared: Store, graph: Graph) -> None:
    shared.clear()
    shared.commit(graph, ())
    shared.reload()
    view = shared.view()
    ids = [symbol.id for links in graph.values() for symbol in links.symbols]
    keys = {key_of(each): each for each in (*ids, *EXTERNALS)}
    with shared.session() as session:
        for path in PATHS:
            found = [symbol.path for symbol in view.symbols_of(path)]
            assert found == queries.symbols_of_file(session, path)
        for each in ids:
            assert view.outgoing(each, ALL) == edges_from(session, keys, each)
            assert sorted(view.incoming(each, ALL), key=edge_order) == edges_into(
                session, keys, each
            )
            children = [symbol.path for symbol in view.children(each)]
            assert children == queries.children(session, each)
        for name in view.names():
            found = [(symbol.file, symbol.path) for symbol in view.named(name)]
            assert found == queries.named(session, name)
        for name in ("get", "nobody_has_this"):
            found = sorted(view.lookups_of(name), key=lookup_order)
            assert found == lookups_of(session, keys, name)


def test_counts_leave_out_what_stands_outside_of_the_workspace() -> None:
    a = placed_of("a.py")
    run, get = function_of(a, "run"), function_of(a, "get")
    store = Store.open(None, None, "stamp")
    edges = (calls(run, get, 3), calls(get, "python:len", 4))
    store.commit({"a.py": links_of(a, (module_of(a), run, get), edges)}, ())
    with store.session() as session:
        counted = queries.counts(session)
    assert counted == {"files": 1, "symbols": 3, "edges": 2, "lookups": 0}


def test_anybody_may_ask_the_graph_in_cypher() -> None:
    a, b = placed_of("a.py"), placed_of("b.py")
    run, get = function_of(a, "run"), function_of(b, "get")
    store = Store.open(None, None, "stamp")
    store.commit(
        {
            "a.py": links_of(a, (module_of(a), run), (calls(run, get, 3),)),
            "b.py": links_of(b, (module_of(b), get), (calls(get, "python:len", 4),)),
        },
        (),
    )
    with store.session() as session:
        rows = session.rows(
            Query(
                "reach",
                "MATCH (f:File)-[:DEFINES]->(s:Symbol {name: $name})-[e:CALLS* SHORTEST 1..3]->"
                "(t:Symbol) RETURN f.path, t.path, length(e) ORDER BY length(e)",
            ),
            name="run",
        )
    assert rows == [["a.py", "get", 1], ["a.py", "python:len", 2]]
    store.close()
