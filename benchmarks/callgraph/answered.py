"""What Ramify says of a folder: the answers of `callHierarchy/outgoingCalls` as edges.

The question is the feature's own, asked of every symbol over an index in memory.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from benchmarks.callgraph.traced import Node
from benchmarks.search.measure import indexed
from ramify.features.calls import callees
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import SymbolKind, symbol_id

_CALLED: Final = frozenset(
    {SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.PROPERTY, SymbolKind.LAMBDA}
)
_WITHOUT_FRAME: Final = frozenset({SymbolKind.CLASS, SymbolKind.VARIABLE, SymbolKind.FIELD})


def answered_edges(folder: Path) -> set[tuple[Node, Node]]:
    """Caller and callee as the tracer names them: class bodies count for what is around them,
    classes themselves are called by way of their constructors alone."""
    with indexed(folder) as reading:
        return set(_edges(reading, _nodes(reading)))


def _edges(reading: Reading, nodes: Mapping[str, Node]) -> Iterator[tuple[Node, Node]]:
    token = CancelToken()
    for caller, node in nodes.items():
        calls = callees(reading, token, caller)
        for call in calls.items if calls is not None else ():
            if call.item.kind in _CALLED:
                yield node, nodes[call.item.id]


def _nodes(reading: Reading) -> Mapping[str, Node]:
    """By id of a symbol: the function or module that runs its code."""
    found: dict[str, Node] = {}
    for path in reading.view.paths():
        placed, outline = reading.view.placed(path), reading.view.outline(path)
        if placed is None or outline is None or placed.language != "python":
            continue
        lines = outline.lines()
        nodes: list[Node] = []
        for fact in outline.symbols:
            if fact.kind == SymbolKind.MODULE:
                nodes.append((path, 0, ""))
            elif fact.kind in _WITHOUT_FRAME:
                nodes.append(nodes[fact.parent])
            else:
                nodes.append((path, bisect_right(lines, fact.start), fact.name))
            found[symbol_id(placed, fact.path)] = nodes[-1]
    return found
