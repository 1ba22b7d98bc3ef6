"""Everything a view says, as one value that tests compare."""

from __future__ import annotations

from ramify_store.facts import EdgeKind, Outline
from ramify_store.layers import LinksView
from ramify_store.view import GraphView
from tests.store.graphs import PATHS, Graph, outline_of

ALL = tuple(EdgeKind)


def flat(graph: Graph) -> LinksView:
    def outline(path: str) -> Outline | None:
        return outline_of(graph[path]) if path in graph else None

    return LinksView(graph, outline)


def answers(view: GraphView, graph: Graph) -> dict[str, object]:
    """Everything a view says about what a graph mentions."""
    ids = {symbol.id for links in graph.values() for symbol in links.symbols}
    targets = ids | {edge.target for links in graph.values() for edge in links.edges}
    names = {lookup.name for links in graph.values() for lookup in links.lookups}
    return {
        "paths": list(view.paths()),
        "placed": [view.placed(path) for path in PATHS],
        "outlines": [view.outline(path) for path in PATHS],
        "symbols": {each: view.symbol(each) for each in sorted(ids)},
        "symbols_of": {path: list(view.symbols_of(path)) for path in PATHS},
        "children": {each: list(view.children(each)) for each in sorted(ids)},
        "names": sorted(view.names()),
        "named": {name: list(view.named(name)) for name in sorted(view.names())},
        "outgoing": {each: list(view.outgoing(each, ALL)) for each in sorted(ids)},
        "incoming": {each: list(view.incoming(each, ALL)) for each in sorted(targets)},
        "calls": {each: list(view.incoming(each, {EdgeKind.CALLS})) for each in sorted(targets)},
        "callers": {each: view.incoming_count(each, {EdgeKind.CALLS}) for each in sorted(targets)},
        "referrers": {each: view.incoming_count(each, ALL) for each in sorted(targets)},
        "among": sorted(view.among(ids, {EdgeKind.CALLS})),
        "among half": sorted(view.among(sorted(ids)[::2], ALL)),
        "externals": list(view.externals()),
        "lookups_from": {each: list(view.lookups_from(each)) for each in sorted(ids)},
        "lookups_of": {name: list(view.lookups_of(name)) for name in sorted(names)},
    }
