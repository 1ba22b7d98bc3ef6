"""Operators and statements that run special methods."""

from __future__ import annotations

import pytest

from tests.analysis.linked import calls, why


@pytest.mark.parametrize(
    ("expression", "method"),
    [
        ("c + 1", "__add__"), ("1 + c", "__radd__"), ("-c", "__neg__"), ("c[0]", "__getitem__"),
        ("1 in c", "__contains__"), ("c == 1", "__eq__"), ("c < 1", "__lt__"), ("1 > c", "__lt__"),
        ("c @ c", "__matmul__"), ("not c", "__bool__"), ("len(c)", "__len__"), ("str(c)", "__str__"),
        ("hash(c)", "__hash__"), ("abs(c)", "__abs__"), ("int(c)", "__int__"),
        ("divmod(c, 1)", "__divmod__"), ("pow(c, 1)", "__pow__"), ("sum([c])", "__radd__"),
        ("'%s' % c", "__str__"), ("[*c]", "__iter__"), ("f(*c)", "__iter__"), ("{**c}", "keys"),
        ("sorted(c)", "__iter__"), ("bytes(c)", "__bytes__"), ("repr(c)", "__repr__"),
        ("format(c)", "__format__"), ("f'{c!r}'", "__repr__"), ("list(c)", "__iter__"),
        ("1 if c else 2", "__bool__"), ("c and 1", "__bool__"),         ("', '.join(c)", "__iter__"), ("dict(c)", "keys"), ("round(c)", "__round__"),
        ("reversed(c)", "__reversed__"), ("float(c)", "__float__"), ("print(c)", "__str__"),
    ],
)  # fmt: skip
def test_an_expression_runs_a_method(expression: str, method: str) -> None:
    text = f"class C:\n    def {method}(self, *args): pass\ndef use(c: C): {expression}\n"
    assert calls(text) == [f"main.use -> main.C.{method}"]


@pytest.mark.parametrize(
    ("statement", "method"),
    [
        ("c[0] = 1", "__setitem__"), ("del c[0]", "__delitem__"), ("c += 1", "__iadd__"),
        ("c += 1", "__add__"), ("for x in c: pass", "__iter__"), ("if c: pass", "__bool__"),
        ("while c: pass", "__bool__"), ("a, b = c", "__iter__"), ("c[0] += 1", "__getitem__"),
        ("c.x = 1", "__setattr__"),
        ("del c.x", "__delattr__"), ("if c: pass", "__len__"), ("yield from c", "__iter__"),
    ],
)  # fmt: skip
def test_a_statement_runs_a_method(statement: str, method: str) -> None:
    text = f"class C:\n    def {method}(self, *args): pass\ndef use(c: C):\n    {statement}\n"
    assert calls(text) == [f"main.use -> main.C.{method}"]


def test_what_an_operator_gives() -> None:
    text = """\
class C:
    def __add__(self, other): return D()
class D:
    def go(self): pass
def use(c: C): (c + c).go()
"""
    assert calls(text) == [
        "main.C.__add__ -> main.D",
        "main.use -> main.C.__add__",
        "main.use -> main.D.go",
    ]
    assert why(text, "main.use -> main.C.__add__") == ["inferred: protocol"]


def test_an_operator_of_a_base() -> None:
    text = """\
class A:
    def __getitem__(self, key): return self
class B(A): pass
def use(): B()[0][1]
"""
    assert calls(text) == ["main.use -> main.A.__getitem__", "main.use -> main.B"]


def test_a_sort_compares() -> None:
    text = """\
class C:
    def __lt__(self, other): return True
def use(cs: list[C]): sorted(cs), min(cs), cs.sort()
"""
    assert calls(text) == ["main.use -> main.C.__lt__"]


def test_a_special_method_called_by_name() -> None:
    text = """\
class C:
    def __len__(self): return 1
def use(c: C): c.__len__()
"""
    assert calls(text) == ["main.use -> main.C.__len__"]


def test_a_sum_adds_to_zero_first_and_then_to_the_others() -> None:
    text = """\
class C:
    def __add__(self, other): return self
    def __radd__(self, other): return self
def many(cs: list[C]): sum(cs)
def one(c: C): sum([c])
"""
    assert calls(text) == [
        "main.many -> main.C.__add__",
        "main.many -> main.C.__radd__",
        "main.one -> main.C.__radd__",
    ]
