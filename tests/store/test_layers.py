"""Layers: what a view answers about one graph laid over another."""

from __future__ import annotations

from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as st

from ramify_store.facts import Certainty, EdgeKind, FileLinks, LookUp, Outline
from ramify_store.layers import LayeredView
from tests.store.answers import ALL, answers, flat
from tests.store.graphs import (
    PATHS,
    Graph,
    calls,
    function_of,
    graphs,
    links_of,
    module_of,
    outline_of,
    placed_of,
)

A = placed_of("a.py")
B = placed_of("b.py")
RUN = function_of(A, "run")
GET = function_of(B, "get")


def layered(base: Graph, upper: Graph, removed: Collection[str] = ()) -> LayeredView:
    def outline(path: str) -> Outline | None:
        return outline_of(upper[path]) if path in upper else None

    return LayeredView(flat(base), upper, removed, outline)


def two_files(*sites: int) -> dict[str, FileLinks]:
    """`a.run` calls `b.get` at the sites."""
    return {
        "a.py": links_of(A, (module_of(A), RUN), (calls(RUN, GET, *sites),)),
        "b.py": links_of(B, (module_of(B), GET)),
    }


def test_an_edge_is_seen_from_both_ends() -> None:
    view = flat(two_files(7))
    assert view.outgoing(RUN.id, {EdgeKind.CALLS}) == [calls(RUN, GET, 7)]
    assert view.incoming(GET.id, {EdgeKind.CALLS}) == [calls(RUN, GET, 7)]
    assert view.incoming(GET.id, {EdgeKind.USES}) == []


def test_the_upper_layer_replaces_the_edges_of_its_files() -> None:
    view = layered(two_files(7), {"a.py": two_files(9)["a.py"]})
    assert view.incoming(GET.id, ALL) == [calls(RUN, GET, 9)]


def test_edges_of_other_files_into_a_replaced_file_remain() -> None:
    view = layered(two_files(7), {"b.py": two_files()["b.py"]})
    assert view.incoming(GET.id, ALL) == [calls(RUN, GET, 7)]


def test_a_removed_file_takes_its_edges_and_names_along() -> None:
    view = layered(two_files(7), {}, ["a.py"])
    assert view.incoming(GET.id, ALL) == []
    assert view.symbol(RUN.id) is None
    assert sorted(view.names()) == ["b", "get"]
    assert view.paths() == ("b.py",)


def test_a_lookup_waits_under_its_name() -> None:
    waiting = LookUp(RUN.id, "get", EdgeKind.CALLS, Certainty.POSSIBLE, (3,))
    graph = {"a.py": links_of(A, (module_of(A), RUN), lookups=(waiting,))}
    assert flat(graph).lookups_of("get") == [waiting]
    assert layered(graph, {}, ["a.py"]).lookups_of("get") == []


@given(base=graphs(), upper=graphs(), removed=st.sets(st.sampled_from(PATHS)))
def test_layers_answer_like_the_graph_they_amount_to(
    base: Graph, upper: Graph, removed: set[str]
) -> None:
    gone = removed - upper.keys()
    whole = {path: links for path, links in base.items() if path not in gone} | dict(upper)
    everything = {**base, **{f"upper {path}": links for path, links in upper.items()}}
    assert answers(layered(base, upper, gone), everything) == answers(flat(whole), everything)
