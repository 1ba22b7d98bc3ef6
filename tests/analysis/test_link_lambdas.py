"""Lambdas: called, passed, returned, kept."""

from __future__ import annotations

from tests.analysis.linked import calls


def test_a_lambda_in_a_variable() -> None:
    text = """\
def f(): pass
g = lambda: f()
g()
"""
    assert calls(text) == ["main -> main.<lambda>", "main.<lambda> -> main.f"]


def test_a_lambda_called_at_once() -> None:
    text = """\
def f(): pass
(lambda x: x())(f)
"""
    assert calls(text) == ["main -> main.<lambda>", "main.<lambda> -> main.f"]


def test_a_lambda_passed() -> None:
    text = """\
def run(callback): callback()
run(lambda: None)
"""
    assert calls(text) == ["main -> main.run", "main.run -> main.<lambda>"]


def test_a_lambda_returned() -> None:
    text = """\
def make(): return lambda: f
def f(): pass
make()()()
"""
    assert calls(text) == [
        "main -> main.f",
        "main -> main.make",
        "main -> main.make.<locals>.<lambda>",
    ]


def test_a_lambda_in_a_dict() -> None:
    text = """\
table = {"a": lambda: 1, "b": lambda: 2}
table["b"]()
"""
    assert calls(text) == ["main -> main.<lambda>#2"]


def test_a_lambda_calls_its_parameter() -> None:
    text = """\
def f(): pass
call = lambda g: g()
call(f)
"""
    assert calls(text) == ["main -> main.<lambda>", "main.<lambda> -> main.f"]


def test_lambdas_chained() -> None:
    text = """\
def f(): pass
one = lambda: f()
two = lambda: one()
two()
"""
    assert calls(text) == [
        "main -> main.<lambda>#2",
        "main.<lambda> -> main.f",
        "main.<lambda>#2 -> main.<lambda>",
    ]


def test_a_lambda_with_a_default() -> None:
    text = """\
def f(): pass
call = lambda g=f: g()
call()
"""
    assert calls(text) == ["main -> main.<lambda>", "main.<lambda> -> main.f"]
