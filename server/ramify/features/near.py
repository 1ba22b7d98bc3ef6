"""What lies within a few edges of a symbol, over chosen edges and in a chosen direction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ramify.features.dispatch import links_from, links_into
from ramify.features.reach import seeds_of
from ramify.session.cancel import CancelToken
from ramify_store.facts import Certainty, EdgeKind
from ramify_store.view import GraphView

Direction = Literal["in", "out", "both"]

STRUCTURAL: Final = (
    EdgeKind.CALLS,
    EdgeKind.USES,
    EdgeKind.INHERITS,
    EdgeKind.OVERRIDES,
    EdgeKind.IMPORTS,
    EdgeKind.DECORATES,
)
MOST_NEAR: Final = 20_000


@dataclass(frozen=True, slots=True)
class Near:
    symbol: str
    distance: int
    direction: Direction = "both"
    """"in": what leads to the symbol; "out": what it leads to."""
    edges: tuple[EdgeKind, ...] = STRUCTURAL


@dataclass(frozen=True, slots=True)
class Neighbour:
    distance: int
    reason: str
    """"calls", "is called by", ...: the last edge on the way."""


_TOWARDS: Final = {
    EdgeKind.CALLS: ("calls", "called by"),
    EdgeKind.USES: ("uses", "used by"),
    EdgeKind.WRITES: ("writes", "written by"),
    EdgeKind.IMPORTS: ("imports", "imported by"),
    EdgeKind.INHERITS: ("derives from", "base of"),
    EdgeKind.OVERRIDES: ("overrides", "overridden by"),
    EdgeKind.DECORATES: ("decorated by", "decorates"),
}


def symbols_near(view: GraphView, token: CancelToken, near: Near) -> Mapping[str, Neighbour]:
    """The symbol, what is defined in it (both at distance 0) and all within the distance, at most
    `MOST_NEAR`, nearest first. Possible links do not count.

    Both directions are two walks that never turn: who else calls what the symbol calls is not
    near, or everybody would be who uses the same helper.
    """
    found = {seed: Neighbour(0, "the symbol itself") for seed in seeds_of(view, [near.symbol])}
    walks = [_sources] * (near.direction != "out") + [_targets] * (near.direction != "in")
    reached = [(walk, list(found), set(found)) for walk in walks]
    for distance in range(1, near.distance + 1):
        for number, (walk, frontier, seen) in enumerate(reached):
            following: list[str] = []
            for each in frontier:
                token.check()
                for other, reason in walk(view, each, near.edges):
                    if other not in seen and len(seen) < MOST_NEAR:
                        seen.add(other)
                        following.append(other)
                        found.setdefault(other, Neighbour(distance, reason))
            reached[number] = (walk, following, seen)
    return found


def _sources(
    view: GraphView, symbol_id: str, edges: Collection[EdgeKind]
) -> Iterator[tuple[str, str]]:
    for link in links_into(view, symbol_id, edges):
        if link.certainty > Certainty.POSSIBLE:
            yield link.source, _TOWARDS[link.edge.kind][0]


def _targets(
    view: GraphView, symbol_id: str, edges: Collection[EdgeKind]
) -> Iterator[tuple[str, str]]:
    for link in links_from(view, symbol_id, edges):
        if link.certainty > Certainty.POSSIBLE:
            yield link.target, _TOWARDS[link.edge.kind][1]
