"""The named queries define the answers; the columns in memory must give the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from ramify_store import queries
from ramify_store.engine import Query, Session
from ramify_store.facts import Certainty, Edge, EdgeKind, LookUp
from ramify_store.layers import edge_order, lookup_order
from ramify_store.rows import absolute
from ramify_store.store import Store
from tests.store.answers import ALL
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


@pytest.fixture(scope="module")
def shared() -> Iterator[Store]:
    store = Store.open(None, None, "stamp")
    yield store
    store.close()


def edges_from(session: Session, symbol_id: str) -> list[Edge]:
    return sorted(
        (
            Edge(
                symbol_id, target, kind, Certainty(certainty), why, dispatch, absolute(sites, first)
            )
            for kind in ALL
            for target, certainty, why, dispatch, sites, first in queries.outgoing(
                session, kind, symbol_id
            )
        ),
        key=edge_order,
    )


def edges_into(session: Session, symbol_id: str) -> list[Edge]:
    return sorted(
        (
            Edge(
                source, symbol_id, kind, Certainty(certainty), why, dispatch, absolute(sites, first)
            )
            for kind in ALL
            for source, certainty, why, dispatch, sites, first in queries.incoming(
                session, kind, symbol_id
            )
        ),
        key=edge_order,
    )


def lookups_of(session: Session, name: str) -> list[LookUp]:
    return sorted(
        (
            LookUp(source, name, EdgeKind(kind), Certainty(certainty), absolute(sites, first))
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
    with shared.session() as session:
        for path in PATHS:
            found = [symbol.id for symbol in view.symbols_of(path)]
            assert found == queries.symbols_of_file(session, path)
        for each in ids:
            assert view.outgoing(each, ALL) == edges_from(session, each)
            assert sorted(view.incoming(each, ALL), key=edge_order) == edges_into(session, each)
            children = [symbol.id for symbol in view.children(each)]
            assert children == queries.children(session, each)
        for name in view.names():
            assert [symbol.id for symbol in view.named(name)] == queries.named(session, name)
        for name in ("get", "nobody_has_this"):
            found = sorted(view.lookups_of(name), key=lookup_order)
            assert found == lookups_of(session, name)


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
                "(t:Symbol) RETURN f.path, t.id, length(e) ORDER BY length(e)",
            ),
            name="run",
        )
    assert rows == [["a.py", get.id, 1], ["a.py", "python:len", 2]]
    store.close()
