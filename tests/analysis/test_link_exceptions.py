"""Exceptions: raised, caught, made by hand."""

from __future__ import annotations

from tests.analysis.linked import calls

ERROR = """\
class Error(Exception):
    def __init__(self, text): self.text = text
    def show(self): pass
"""


def test_an_instance_raised() -> None:
    assert calls(ERROR + 'def f(): raise Error("x")\n') == [
        "main.f -> main.Error",
        "main.f -> main.Error.__init__",
    ]


def test_a_class_raised_is_constructed() -> None:
    text = """\
class Error(Exception):
    def __init__(self): pass
def f(): raise Error
"""
    assert calls(text) == ["main.f -> main.Error", "main.f -> main.Error.__init__"]


def test_a_class_raised_from_another_error() -> None:
    text = """\
class Error(Exception): pass
def f():
    try: pass
    except ValueError as e: raise Error from e
"""
    assert calls(text) == ["main.f -> main.Error"]


def test_what_is_caught() -> None:
    text = (
        ERROR
        + """\
def f():
    try: pass
    except Error as error: error.show()
"""
    )
    assert calls(text) == ["main.f -> main.Error.show"]


def test_one_of_several_is_caught() -> None:
    text = (
        ERROR
        + """\
class Other(Error):
    def show(self): pass
def f():
    try: pass
    except (Error, Other) as error: error.show()
"""
    )
    assert calls(text) == ["main.f -> main.Error.show", "main.f -> main.Other.show"]


def test_what_is_caught_by_a_name_for_several() -> None:
    text = (
        ERROR
        + """\
ERRORS = (Error, ValueError)
def f():
    try: pass
    except ERRORS as error: error.show()
"""
    )
    assert calls(text) == ["main.f -> main.Error.show"]


def test_a_call_in_every_part_of_try() -> None:
    text = """\
def a(): pass
def b(): pass
def c(): pass
def d(): pass
def f():
    try: a()
    except Exception: b()
    else: c()
    finally: d()
"""
    assert calls(text) == [
        "main.f -> main.a",
        "main.f -> main.b",
        "main.f -> main.c",
        "main.f -> main.d",
    ]


def test_what_pytest_raises_caught() -> None:
    text = (
        "import pytest\n"
        + ERROR
        + """\
def f():
    with pytest.raises(Error) as caught: pass
    caught.value.show()
"""
    )
    assert calls(text) == ["main.f -> main.Error.show"]


def test_a_factory_of_errors() -> None:
    text = (
        ERROR
        + """\
def make(): return Error("x")
def f(): raise make()
"""
    )
    assert calls(text) == [
        "main.f -> main.make",
        "main.make -> main.Error",
        "main.make -> main.Error.__init__",
    ]
