"""What lies within a few edges of a symbol."""

from __future__ import annotations

from ramify.features.near import Direction, Near, symbols_near
from ramify_store.facts import Certainty, EdgeKind
from tests.features.reading import TOKEN, calls, drawn, edge, ident, short

READING = drawn(
    {
        "a.py": (
            "def top(): middle()\n"
            "def middle(): helper()\n"
            "def helper(): ...\n"
            "def other(): helper()\n"
            "def maybe(): middle()\n"
            "class C(Base):\n    def m(self): middle()\n"
            "class Base: ...\n"
        )
    },
    [
        calls("a:top", "a:middle"),
        calls("a:middle", "a:helper"),
        calls("a:other", "a:helper"),
        calls("a:maybe", "a:middle", Certainty.POSSIBLE),
        calls("a:C.m", "a:middle"),
        edge("a:C", EdgeKind.INHERITS, "a:Base"),
    ],
)


def near(
    symbol: str, distance: int, direction: Direction = "both", edges: tuple[EdgeKind, ...] = ()
) -> dict[str, int]:
    asked = Near(ident(symbol), distance, direction, edges or Near("", 1).edges)
    found = symbols_near(READING.view, TOKEN, asked)
    return {short(each): neighbour.distance for each, neighbour in found.items()}


def test_upstream_and_downstream() -> None:
    assert near("a:middle", 1, "in") == {"a:middle": 0, "a:top": 1, "a:C.m": 1}
    assert near("a:middle", 1, "out") == {"a:middle": 0, "a:helper": 1}


def test_both_ways_never_turn_round() -> None:
    assert near("a:middle", 2) == {"a:middle": 0, "a:top": 1, "a:C.m": 1, "a:helper": 1}


def test_a_class_stands_for_its_members() -> None:
    assert near("a:C", 1, "out") == {"a:C": 0, "a:C.m": 0, "a:Base": 1, "a:middle": 1}


def test_only_the_chosen_edges_count() -> None:
    assert near("a:C", 3, "out", (EdgeKind.INHERITS,)) == {"a:C": 0, "a:C.m": 0, "a:Base": 1}


def test_the_last_edge_on_the_way_is_said() -> None:
    found = symbols_near(READING.view, TOKEN, Near(ident("a:middle"), 1))
    assert found[ident("a:top")].reason == "calls"
    assert found[ident("a:helper")].reason == "called by"
