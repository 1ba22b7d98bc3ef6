"""Related: groups by relation and one ranking."""

from __future__ import annotations

from ramify.features.answers import Related
from ramify.features.related import related
from ramify_store.facts import EdgeKind
from tests.features.reading import TOKEN, calls, drawn, edge, ident, short

READING = drawn(
    {
        "a.py": (
            "class Base:\n    def m(self): ...\n"
            "class C(Base):\n    def m(self):\n        helper()\n    def n(self): ...\n"
            "class D(C):\n    def m(self): ...\n"
            "def helper(): ...\n"
        ),
        "b.py": "from a import C\ndef f():\n    C().m()\n    C().m()\ndef g():\n    x = C.m\n",
        "tests/test_a.py": "def test_m(): f()\n",
    },
    [
        edge("a:C", EdgeKind.INHERITS, "a:Base"),
        edge("a:D", EdgeKind.INHERITS, "a:C"),
        edge("a:C.m", EdgeKind.OVERRIDES, "a:Base.m"),
        edge("a:D.m", EdgeKind.OVERRIDES, "a:C.m"),
        edge("b:", EdgeKind.IMPORTS, "a:C"),
        calls("a:C.m", "a:helper"),
        calls("b:f", "a:C.m"),
        calls("b:f", "a:C"),
        edge("b:g", EdgeKind.USES, "a:C.m"),
        calls("tests.test_a:test_m", "b:f"),
    ],
)


def related_to(symbol: str) -> Related:
    answer = related(READING, TOKEN, ident(symbol))
    assert answer is not None
    return answer


def groups(answer: Related) -> dict[str, list[str]]:
    return {group.relation: [short(item.id) for item in group.items] for group in answer.groups}


def test_a_method_has_its_groups_in_a_fixed_order() -> None:
    found = groups(related_to("a:C.m"))
    found.pop("similar", None)
    assert list(found.items()) == list(
        {
            "callers": ["b:f"],
            "callees": ["a:helper"],
            "users": ["b:g"],
            "overrides": ["a:D.m"],
            "overridden": ["a:Base.m"],
            "siblings": ["a:C.n"],
            "tests": ["tests.test_a:test_m"],
        }.items()
    )


def test_similar_code_is_near_by_its_embedding() -> None:
    reading = drawn(
        {
            "a.py": "def read_rows(path, limit):\n    return open(path).read_rows(limit)\n",
            "b.py": "def read_rows_fast(path, limit):\n    return open(path).read_rows(limit)\n",
            "c.py": "def unlike():\n    raise KeyError\n",
        }
    )
    answer = related(reading, TOKEN, ident("a:read_rows"))
    assert answer is not None
    assert groups(answer) == {"similar": ["b:read_rows_fast"]}


def test_a_class_stands_for_its_members() -> None:
    found = groups(related_to("a:C"))
    assert found["callers"] == ["b:f"]
    assert found["callees"] == ["a:helper"]
    assert (found["bases"], found["derived"]) == (["a:Base"], ["a:D"])
    assert found["importers"] == ["b:"]


def test_the_ranking_adds_up_what_a_symbol_is_in_several_groups() -> None:
    answer = related_to("a:C.m")
    assert len({each.item.id for each in answer.ranked}) == len(answer.ranked) == answer.total
    scores = [each.score for each in answer.ranked]
    assert scores == sorted(scores, reverse=True)
    caller = next(each for each in answer.ranked if each.item.name == "f")
    assert "calls it (2 sites)" in caller.item.reasons
    test = next(each for each in answer.ranked if each.item.name == "test_m")
    assert "tests it through 1 more" in test.item.reasons


def test_what_everybody_calls_tells_little() -> None:
    lines = "".join(f"def f{n}(): everywhere()\n" for n in range(30))
    text = "def everywhere(): ...\ndef rare(): ...\ndef f():\n    everywhere(); rare()\n"
    reading = drawn(
        {"a.py": text + lines},
        [
            calls("a:f", "a:everywhere"),
            calls("a:f", "a:rare"),
            *(calls(f"a:f{n}", "a:everywhere") for n in range(30)),
        ],
    )
    answer = related(reading, TOKEN, ident("a:f"))
    assert answer is not None
    order = [each.item.name for each in answer.ranked if "called by it" in each.item.reasons]
    assert order == ["rare", "everywhere"]


def test_an_unknown_symbol_has_no_answer() -> None:
    assert related(READING, TOKEN, ident("a:gone")) is None
