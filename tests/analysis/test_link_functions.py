"""Functions: direct calls, nesting, recursion, what they return."""

from __future__ import annotations

from tests.analysis.linked import calls, unresolved, why


def test_a_direct_call() -> None:
    text = "def f(): pass\ndef g(): f()\n"
    assert calls(text) == ["main.g -> main.f"]
    assert why(text, "main.g -> main.f") == ["exact: scope"]


def test_a_function_defined_further_down() -> None:
    assert calls("def g(): f()\ndef f(): pass\n") == ["main.g -> main.f"]


def test_recursion() -> None:
    assert calls("def f(): f()\n") == ["main.f -> main.f"]


def test_mutual_recursion() -> None:
    text = "def f(): return g\ndef g(): return f()\ng()()()\n"
    assert calls(text) == ["main -> main.g", "main.g -> main.f"]


def test_a_nested_function() -> None:
    text = """\
def f():
    def g(): h()
    def h(): pass
    g()
"""
    assert calls(text) == [
        "main.f -> main.f.<locals>.g",
        "main.f.<locals>.g -> main.f.<locals>.h",
    ]


def test_a_name_in_a_class_body_is_not_seen_by_its_methods() -> None:
    text = """\
def go(): pass
class C:
    def go(self): go()
"""
    assert calls(text) == ["main.C.go -> main.go"]


def test_a_call_of_a_call() -> None:
    text = "def f(): return g\ndef g(): return h\ndef h(): pass\nf()()()\n"
    assert calls(text) == ["main -> main.f", "main -> main.g", "main -> main.h"]


def test_a_returned_closure() -> None:
    text = """\
def make():
    def inner(): pass
    return inner
make()()
"""
    assert calls(text) == ["main -> main.make", "main -> main.make.<locals>.inner"]


def test_a_returned_call() -> None:
    text = "def f(): return g()\ndef g(): return h\ndef h(): pass\nf()()\n"
    assert calls(text) == ["main -> main.f", "main -> main.h", "main.f -> main.g"]


def test_returns_on_several_ways() -> None:
    text = """\
def a(): pass
def b(): pass
def pick(x):
    if x: return a
    return b
pick(1)()
"""
    assert calls(text) == ["main -> main.a", "main -> main.b", "main -> main.pick"]


def test_a_returned_tuple() -> None:
    text = """\
def a(): pass
def b(): pass
def pair(): return a, b
x, y = pair()
y()
"""
    assert calls(text) == ["main -> main.b", "main -> main.pair"]


def test_a_returned_function_of_another_module() -> None:
    text = """\
# file: library.py
def make(): return job
def job(): pass
# file: main.py
from library import make
make()()
"""
    assert calls(text) == ["main -> library.job", "main -> library.make"]


def test_a_function_attribute() -> None:
    text = """\
def f(): pass
def g(): pass
f.hook = g
f.hook()
"""
    assert calls(text) == ["main -> main.g"]


def test_a_missing_name_is_unresolved() -> None:
    assert unresolved("def f(): missing()\n") == ["main.f: missing (unresolved)"]


def test_a_method_of_something_unknown_is_possible() -> None:
    assert unresolved("def f(x): x.go()\n") == ["main.f: go (possible)"]


def test_what_a_function_returns_itself_is_seen_where_others_hand_it_back() -> None:
    text = """\
def weighing(weight, many):
    if many: return weight
    return lambda: 1
def short(weight):
    weight = weighing(weight, True)
    weight()
    long(weight)
def long(weight):
    weighing(weight, False)
short("a")
"""
    assert "main.short -> main.weighing.<locals>.<lambda>" in calls(text)


def test_what_is_made_of_another_calls_argument_is_not_given() -> None:
    text = """\
class Case:
    def __len__(self): return 1
def cut(x): return x[1:]
def use(): return len(cut("data"))
def other(): cut(Case())
"""
    assert "main.use -> main.Case.__len__" not in calls(text)
