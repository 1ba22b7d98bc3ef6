"""Which overrides a call may run: calls of a method reach the methods that override it.

An edge with `dispatch` says that the receiver may be of a subclass. Then every override below the
target is a target too, inferred, as long as they are few; of many nobody knows which one is meant.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ramify_store.facts import Certainty, Edge, EdgeKind
from ramify_store.view import GraphView

MOST_TARGETS: Final = 64
"""Overrides that a call may run while each still counts as inferred. Other than the alternatives
that inference finds for a value, overrides are declared to stand for the method called, so more
of them are worth naming: a field type with thirty kinds of fields runs any of the thirty."""

OVERRIDE: Final = "may run this override"

_OVERRIDES: Final = (EdgeKind.OVERRIDES,)


@dataclass(frozen=True, slots=True)
class Link:
    """An edge as it counts between two symbols: with dispatch its certainty may be lower."""

    source: str
    target: str
    edge: Edge
    certainty: Certainty
    why: str


def links_into(view: GraphView, symbol_id: str, kinds: Collection[EdgeKind]) -> Iterator[Link]:
    """What refers to a symbol, also by way of a method that it overrides."""
    for edge in view.incoming(symbol_id, kinds):
        yield Link(edge.source, symbol_id, edge, edge.certainty, edge.why)
    for base in overridden_above(view, symbol_id):
        dispatching = [edge for edge in view.incoming(base, kinds) if edge.dispatch]
        most = _certainty_below(view, base) if dispatching else Certainty.POSSIBLE
        for edge in dispatching:
            yield Link(edge.source, symbol_id, edge, min(edge.certainty, most), OVERRIDE)


def links_from(view: GraphView, symbol_id: str, kinds: Collection[EdgeKind]) -> Iterator[Link]:
    """What a symbol refers to, and the overrides that may run instead."""
    for edge in view.outgoing(symbol_id, kinds):
        yield Link(symbol_id, edge.target, edge, edge.certainty, edge.why)
        if edge.dispatch:
            most = min(edge.certainty, _certainty_below(view, edge.target))
            for override in overrides_below(view, edge.target):
                yield Link(symbol_id, override, edge, most, OVERRIDE)


def overrides_below(view: GraphView, method: str) -> Iterator[str]:
    """Ids of the methods that override this one, directly or not, nearest first."""
    return _reached(method, lambda each: (e.source for e in view.incoming(each, _OVERRIDES)))


def overridden_above(view: GraphView, method: str) -> Iterator[str]:
    """Ids of the methods that this one overrides, directly or not, nearest first."""
    return _reached(method, lambda each: (e.target for e in view.outgoing(each, _OVERRIDES)))


def _certainty_below(view: GraphView, method: str) -> Certainty:
    few = len(list(islice(overrides_below(view, method), MOST_TARGETS + 1))) <= MOST_TARGETS
    return Certainty.INFERRED if few else Certainty.POSSIBLE


def _reached(start: str, following: Callable[[str], Iterable[str]]) -> Iterator[str]:
    seen, waiting = {start}, deque([start])
    while waiting:
        for each in following(waiting.popleft()):
            if each not in seen:
                seen.add(each)
                waiting.append(each)
                yield each
