"""Callables in dicts."""

from __future__ import annotations

import pytest

from tests.analysis.linked import calls

TWO = "def f(): pass\ndef g(): pass\n"


def test_by_a_literal_key() -> None:
    assert calls(TWO + 't = {"a": f, "b": g}\nt["a"]()\n') == ["main -> main.f"]


def test_by_a_key_in_a_variable() -> None:
    assert calls(TWO + 't = {"a": f, "b": g}\nkey = "a"\nt[key]()\n') == ["main -> main.f"]


def test_by_an_unknown_key() -> None:
    assert calls(TWO + 't = {"a": f, "b": g}\ndef use(k): t[k]()\n') == [
        "main.use -> main.f",
        "main.use -> main.g",
    ]


def test_a_key_added_later() -> None:
    assert calls(TWO + 't = {}\nt["a"] = f\nt["b"] = g\nt["b"]()\n') == ["main -> main.g"]


def test_a_key_assigned_again() -> None:
    assert calls(TWO + 't = {"a": f}\nt["a"] = g\nt["a"]()\n') == ["main -> main.g"]


def test_a_dict_from_a_function() -> None:
    assert calls(TWO + 'def make(): return {"a": f, "b": g}\nmake()["b"]()\n') == [
        "main -> main.g",
        "main -> main.make",
    ]


def test_a_nested_dict() -> None:
    assert calls(TWO + 't = {"a": {"b": f}, "c": {"b": g}}\nt["a"]["b"]()\n') == ["main -> main.f"]


def test_update() -> None:
    assert calls(TWO + 't = {"a": f}\nt.update({"b": g})\nt["b"]()\n') == ["main -> main.g"]


def test_update_by_keyword() -> None:
    assert calls(TWO + 't = {"a": f}\nt.update(b=g)\nt["b"]()\n') == ["main -> main.g"]


def test_passed_as_parameter() -> None:
    text = TWO + 'def run(t): t["a"]()\nrun({"a": f, "b": g})\n'
    assert calls(text) == ["main -> main.run", "main.run -> main.f"]


def test_stored_by_a_function_it_is_passed_to() -> None:
    text = TWO + 'def fill(t): t["a"] = f\ntable = {}\nfill(table)\ntable["a"]()\n'
    assert calls(text) == ["main -> main.f", "main -> main.fill"]


def test_a_comprehension() -> None:
    assert calls(TWO + 't = {k: f for k in "ab"}\nt["a"]()\n') == ["main -> main.f"]


def test_a_dict_spread_into_another() -> None:
    assert calls(TWO + 'a = {"x": f}\nb = {**a, "y": g}\nb["x"]()\n') == ["main -> main.f"]


def test_get_with_a_default() -> None:
    assert calls(TWO + 't = {"a": f}\nt.get("a", g)()\n') == ["main -> main.f", "main -> main.g"]


def test_get_by_key() -> None:
    assert calls(TWO + 't = {"a": f, "b": g}\nt.get("b")()\n') == ["main -> main.g"]


def test_pop_by_key() -> None:
    assert calls(TWO + 't = {"a": f, "b": g}\nt.pop("b")()\n') == ["main -> main.g"]


def test_values_and_items() -> None:
    text = TWO + 't = {"a": f}\nfor v in t.values(): v()\ndef use():\n for k, v in t.items(): v()\n'
    assert calls(text) == ["main -> main.f", "main.use -> main.f"]


def test_callables_as_keys() -> None:
    assert calls(TWO + "t = {f: g}\nfor k in t: k()\n") == ["main -> main.f"]


def test_dict_call() -> None:
    assert calls(TWO + 't = dict(a=f, b=g)\nt["a"]()\n') == ["main -> main.f"]


def test_a_default_dict() -> None:
    text = """\
from collections import defaultdict
class C:
    def go(self): pass
table = defaultdict(C)
def use(k): table[k].go()
"""
    assert calls(text) == ["main.use -> main.C", "main.use -> main.C.go"]


def test_union_of_dicts() -> None:
    assert calls(TWO + 'a = {"x": f}\nb = a | {"y": g}\nb["y"]()\n') == ["main -> main.g"]


def test_a_table_from_another_file() -> None:
    text = """\
# file: table.py
def f(): pass
def g(): pass
TABLE = {"a": f, "b": g}
# file: main.py
import table
table.TABLE["a"]()
"""
    assert calls(text) == ["main -> table.f"]


def test_a_dict_in_a_dict_that_is_filled_later() -> None:
    text = TWO + 't = {}\nt["a"] = {}\nfor k in "xy":\n t["a"][k] = f\nt["a"]["x"]()\n'
    assert calls(text) == ["main -> main.f"]


def test_an_update_that_names_the_key_takes_its_place() -> None:
    assert calls(TWO + 't = {"a": f}\nt.update({"a": g})\nt["a"]()\n') == ["main -> main.g"]
    assert calls(TWO + 't = {"a": f}\nt.update(a=g)\nt["a"]()\n') == ["main -> main.g"]
    assert calls(TWO + 't = {"a": f}\nt.update(b=g)\nt["a"]()\n') == ["main -> main.f"]


def test_an_update_in_a_branch_does_not() -> None:
    text = TWO + 'def use(x):\n t = {"a": f}\n if x: t.update(a=g)\n t["a"]()\n'
    assert calls(text) == ["main.use -> main.f", "main.use -> main.g"]


def test_keys_of_sets_and_dicts_are_hashed() -> None:
    text = """\
class K:
    def __hash__(self): return 1
def use(k: K):
    {}
"""
    for expression in ("[{k}]", "{k: 1}", "{}[k]", "{k for k in [k]}", "{k: 1 for k in [k]}"):
        assert calls(text.replace("{}", expression, 1)) == ["main.use -> main.K.__hash__"]
    assert calls(text.replace("{}", "[k, (k,)]", 1)) == []


def test_the_keys_of_a_typed_dict() -> None:
    text = """\
from typing import TypedDict
class User:
    def name(self): pass
class Context(TypedDict):
    user: User
    users: list[User]
def one(c: Context): c["user"].name()
def two(c: Context): c.get("user").name()
def many(c: Context):
    for user in c["users"]: user.name()
"""
    assert calls(text) == [
        "main.many -> main.User.name",
        "main.one -> main.User.name",
        "main.two -> main.User.name",
    ]


def test_the_dict_of_a_class_and_of_an_instance() -> None:
    text = """\
def f(): pass
class C:
    def __init__(self): self.f = f
    def go(self): pass
def of_class(): C.__dict__["go"](C())
def of_instance(): C().__dict__["f"]()
def by_get(): vars(C).get("go")(C())
"""
    assert [line for line in calls(text) if not line.endswith(("C", "__init__"))] == [
        "main.by_get -> main.C.go",
        "main.of_class -> main.C.go",
        "main.of_instance -> main.f",
    ]


def test_the_last_entry_of_a_key_counts() -> None:
    two = "def f(): pass\ndef g(): pass\n"
    assert calls(two + "x = {**{'a': g}, 'a': f}\nx['a']()\n") == ["main -> main.f"]
    assert calls(two + "x = {'a': g, **{'a': f}}\nx['a']()\n") == ["main -> main.f"]
    text = two + "def use(y):\n    x = {'a': g, **y}\n    x['a']()\nuse({'a': f})\n"
    assert calls(text) == ["main -> main.use", "main.use -> main.f", "main.use -> main.g"]


def test_a_number_and_its_text_are_two_keys() -> None:
    two = "def f(): pass\ndef g(): pass\n"
    assert calls(two + "x = {1: f, '1': g}\nx[1]()\n") == ["main -> main.f"]
    assert calls(two + "x = {}\nx[1] = f\nx['1'] = g\nx['1']()\n") == ["main -> main.g"]


def test_keys_that_a_loop_goes_through() -> None:
    text = "def f(): pass\ndef g(): pass\nx = {'a': f, 'b': g}\nfor k in ONES:\n    x[k]()\n"
    assert calls(text.replace("ONES", '("a",)')) == ["main -> main.f"]
    assert calls(text.replace("ONES", '("a", unknown)')) == ["main -> main.f", "main -> main.g"]


@pytest.mark.parametrize(
    ("pairs", "answer"),
    [
        ("[('a', f), ('b', g)]", ["f"]),
        ("zip(['a', 'b'], [f, g])", ["f", "g"]),
        ("((k, v) for k, v in {'a': f}.items())", ["f"]),
    ],
)
def test_a_dict_made_of_pairs(pairs: str, answer: list[str]) -> None:
    text = f"def f(): pass\ndef g(): pass\nx = dict({pairs})\nx['a']()\n"
    assert calls(text) == [f"main -> main.{name}" for name in answer]
