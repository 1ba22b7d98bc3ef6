"""Types above and below; what implements a symbol."""

from __future__ import annotations

from ramify.features.answers.navigation import SymbolList
from ramify.features.hierarchy import implementations, subtypes, supertypes
from ramify_store.facts import Certainty, EdgeKind
from tests.features.reading import TOKEN, certainty_of, drawn, edge, ident, short

READING = drawn(
    {
        "a.py": (
            "class Top:\n    def m(self): ...\n"
            "class Left(Top):\n    def m(self): ...\n"
            "class Right(Top): ...\n"
            "class Bottom(Left, Right):\n    def m(self): ...\n"
        )
    },
    [
        edge("a:Left", EdgeKind.INHERITS, "a:Top"),
        edge("a:Right", EdgeKind.INHERITS, "a:Top", Certainty.INFERRED),
        edge("a:Bottom", EdgeKind.INHERITS, "a:Left"),
        edge("a:Bottom", EdgeKind.INHERITS, "a:Right"),
        edge("a:Bottom", EdgeKind.INHERITS, "python:abc.ABC"),
        edge("a:Left.m", EdgeKind.OVERRIDES, "a:Top.m"),
        edge("a:Bottom.m", EdgeKind.OVERRIDES, "a:Left.m"),
    ],
)


def listed(answer: SymbolList) -> list[str]:
    return [f"{short(item.id)} {certainty_of(item)}" for item in answer.items]


def test_direct_bases_and_subclasses() -> None:
    assert listed(supertypes(READING, TOKEN, ident("a:Bottom"))) == [
        "a:Left exact",
        "a:Right exact",
    ]
    assert listed(subtypes(READING, TOKEN, ident("a:Top"))) == ["a:Left exact", "a:Right inferred"]


def test_implementations_of_a_class_are_all_below_it_as_sure_as_the_best_way_down() -> None:
    assert listed(implementations(READING, TOKEN, ident("a:Top"))) == [
        "a:Bottom exact",
        "a:Left exact",
        "a:Right inferred",
    ]


def test_implementations_of_a_method_are_its_overrides() -> None:
    answer = implementations(READING, TOKEN, ident("a:Top.m"))
    assert listed(answer) == ["a:Bottom.m exact", "a:Left.m exact"]


def test_a_circle_of_classes_ends() -> None:
    reading = drawn(
        {"a.py": "class A(B): ...\nclass B(A): ...\n"},
        [edge("a:A", EdgeKind.INHERITS, "a:B"), edge("a:B", EdgeKind.INHERITS, "a:A")],
    )
    assert listed(implementations(reading, TOKEN, ident("a:A"))) == ["a:B exact"]
