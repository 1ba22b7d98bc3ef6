"""Callers and callees: who, where, how sure."""

from __future__ import annotations

from ramify.features.answers.common import Page
from ramify.features.calls import callees, callers
from ramify.features.dispatch import MOST_TARGETS
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty, EdgeKind
from tests.features.reading import (
    TOKEN,
    calls,
    certainty_of,
    drawn,
    edge,
    ident,
    short,
    shown,
    typed,
    unknown,
)

SHAPES = {
    "shapes.py": (
        "class Shape:\n"
        "    def area(self): ...\n"
        "class Square(Shape):\n"
        "    def area(self): ...\n"
        "class Round(Shape):\n"
        "    def area(self): ...\n"
        "def total(shape: Shape):\n"
        "    return shape.area()\n"
    )
}
OVERRIDES = [
    edge("shapes:Square.area", EdgeKind.OVERRIDES, "shapes:Shape.area"),
    edge("shapes:Round.area", EdgeKind.OVERRIDES, "shapes:Shape.area"),
]
DISPATCHED = calls("shapes:total", "shapes:Shape.area", dispatch=True)


def callers_of(reading: Reading, symbol: str, least: Certainty = Certainty.INFERRED) -> list[str]:
    answer = callers(reading, TOKEN, ident(symbol), least)
    assert answer is not None
    return [f"{short(each.item.id)} {certainty_of(each.item)}" for each in answer.items]


def callees_of(reading: Reading, symbol: str, least: Certainty = Certainty.INFERRED) -> list[str]:
    answer = callees(reading, TOKEN, ident(symbol), least)
    assert answer is not None
    return [f"{short(each.item.id)} {certainty_of(each.item)}" for each in answer.items]


def test_exact_callers_stand_before_inferred_ones_and_tests_after_the_rest() -> None:
    reading = drawn(
        {
            "a.py": "def f(): ...\n",
            "b.py": "def one(): f()\ndef two(): f()\n",
            "tests/test_a.py": "def test_f(): f()\n",
        },
        [
            calls("b:one", "a:f", Certainty.INFERRED),
            calls("b:two", "a:f"),
            calls("tests.test_a:test_f", "a:f"),
        ],
    )
    assert callers_of(reading, "a:f") == [
        "b:two exact",
        "tests.test_a:test_f exact",
        "b:one inferred",
    ]


def test_sites_are_the_naming_tokens_in_the_caller() -> None:
    reading = drawn({"a.py": "def f(): ...\ndef g():\n    f()\n    f()\n"}, [calls("a:g", "a:f")])
    answer = callers(reading, TOKEN, ident("a:f"))
    assert answer is not None
    assert [shown(reading, site) for site in answer.items[0].sites] == ["a.py:3:f", "a.py:4:f"]


def test_a_module_body_is_a_caller() -> None:
    reading = drawn({"a.py": "def f(): ...\nf()\n"}, [calls("a:", "a:f")])
    assert callers_of(reading, "a:f") == ["a: exact"]


def test_a_call_of_a_method_may_run_its_overrides() -> None:
    reading = drawn(SHAPES, [*OVERRIDES, DISPATCHED])
    assert callers_of(reading, "shapes:Square.area") == ["shapes:total inferred"]
    assert callers_of(reading, "shapes:Shape.area") == ["shapes:total exact"]
    assert callees_of(reading, "shapes:total") == [
        "shapes:Shape.area exact",
        "shapes:Round.area inferred",
        "shapes:Square.area inferred",
    ]


def test_a_call_without_dispatch_runs_what_it_names() -> None:
    reading = drawn(SHAPES, [*OVERRIDES, calls("shapes:total", "shapes:Shape.area")])
    assert callers_of(reading, "shapes:Square.area") == []


def test_of_more_overrides_than_are_worth_naming_each_is_only_possible() -> None:
    classes = "".join(f"class C{n}(Base):\n    def m(self): ...\n" for n in range(MOST_TARGETS + 1))
    texts = {"a.py": f"class Base:\n    def m(self): ...\n{classes}def f(x): x.m()\n"}
    overrides = [edge(f"a:C{n}.m", EdgeKind.OVERRIDES, "a:Base.m") for n in range(MOST_TARGETS + 1)]
    reading = drawn(texts, [*overrides, calls("a:f", "a:Base.m", dispatch=True)])
    answer = callers(reading, TOKEN, ident("a:C3.m"))
    assert answer is not None
    assert (answer.items, answer.possible) == ((), 1)
    assert callers_of(reading, "a:C3.m", Certainty.POSSIBLE) == ["a:f possible"]


def test_what_only_shares_the_name_is_counted_and_listed_when_asked_for() -> None:
    reading = drawn(
        {"a.py": "class C:\n    def save(self): ...\ndef f(x): x.save()\ndef g(): save()\n"},
        lookups=[unknown("a:f", "save"), unknown("a:g", "save", Certainty.UNRESOLVED)],
    )
    answer = callers(reading, TOKEN, ident("a:C.save"))
    assert answer is not None
    assert (answer.items, answer.possible, answer.unresolved) == ((), 1, 1)
    assert callers_of(reading, "a:C.save", Certainty.POSSIBLE) == ["a:f possible"]
    assert callees_of(reading, "a:f", Certainty.POSSIBLE) == ["a:C.save possible"]


def test_callees_outside_the_workspace_stand_apart() -> None:
    reading = drawn({"a.py": "def f(): join()\n"}, [calls("a:f", "python:os.path.join")])
    answer = callees(reading, TOKEN, ident("a:f"))
    assert answer is not None
    assert (answer.items, answer.total) == ((), 0)
    assert [external.id for external in answer.external] == ["python:os.path.join"]


def test_a_page_is_cut_from_the_whole_and_says_how_much_there_is() -> None:
    texts = {"a.py": "def f(): ...\n" + "".join(f"def g{n}(): f()\n" for n in range(5))}
    reading = drawn(texts, [calls(f"a:g{n}", "a:f") for n in range(5)])
    answer = callers(reading, TOKEN, ident("a:f"), page=Page(offset=2, limit=2))
    assert answer is not None
    assert [each.item.name for each in answer.items] == ["g2", "g3"]
    assert answer.total == 5


def test_sites_are_found_again_in_text_that_the_graph_has_not_seen() -> None:
    reading = drawn({"a.py": "def f(): ...\ndef g():\n    f()\n"}, [calls("a:g", "a:f")])
    live = typed(reading, {"a.py": "import os\n\ndef f(): ...\ndef g():\n    x = 1; f()\n"})
    answer = callers(live, TOKEN, ident("a:f"))
    assert answer is not None
    assert [shown(live, site) for site in answer.items[0].sites] == ["a.py:5:f"]
    assert shown(live, answer.target.name_place) == "a.py:3:f"


def test_a_caller_that_was_deleted_in_the_live_text_is_not_shown_in_a_wrong_place() -> None:
    reading = drawn({"a.py": "def f(): ...\ndef g():\n    f()\n"}, [calls("a:g", "a:f")])
    assert callers_of(typed(reading, {"a.py": "def f(): ...\n"}), "a:f") == []


def test_an_unknown_symbol_has_no_answer() -> None:
    assert callers(drawn({"a.py": ""}), TOKEN, ident("a:gone")) is None
