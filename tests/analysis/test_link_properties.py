"""Properties and descriptors: an attribute that runs code."""

from __future__ import annotations

from ramify_store.facts import EdgeKind
from tests.analysis.linked import calls, relations


def test_reading_a_property_calls_it() -> None:
    text = """\
class C:
    @property
    def size(self): return 1
def use(c: C): c.size
"""
    assert calls(text) == ["main.use -> main.C.size"]


def test_setting_and_deleting_a_property_calls_the_accessors() -> None:
    text = """\
class C:
    @property
    def size(self): return 1
    @size.setter
    def size(self, value): pass
    @size.deleter
    def size(self): pass
def put(c: C): c.size = 1
def drop(c: C): del c.size
"""
    assert calls(text) == ["main.drop -> main.C.size#3", "main.put -> main.C.size#2"]


def test_what_a_property_returns() -> None:
    text = """\
class Engine:
    def start(self): pass
class Car:
    @property
    def engine(self): return Engine()
def use(car: Car): car.engine.start()
"""
    assert calls(text) == [
        "main.Car.engine -> main.Engine",
        "main.use -> main.Car.engine",
        "main.use -> main.Engine.start",
    ]


def test_a_property_that_returns_a_function() -> None:
    text = """\
def f(): pass
class C:
    @property
    def run(self): return f
def use(c: C): c.run()
"""
    assert calls(text) == ["main.use -> main.C.run", "main.use -> main.f"]


def test_a_cached_property() -> None:
    text = """\
from functools import cached_property
class C:
    @cached_property
    def other(self): return D()
class D:
    def go(self): pass
def use(c: C): c.other.go()
"""
    assert calls(text) == [
        "main.C.other -> main.D",
        "main.use -> main.C.other",
        "main.use -> main.D.go",
    ]


def test_property_as_a_call() -> None:
    text = """\
class C:
    def get(self): return f
    def put(self, value): pass
    size = property(get, put)
def f(): pass
def use(c: C): c.size()
def set(c: C): c.size = 1
"""
    assert calls(text) == ["main.set -> main.C.put", "main.use -> main.C.get", "main.use -> main.f"]


def test_a_descriptor() -> None:
    text = """\
class Field:
    def __get__(self, instance, owner): return f
    def __set__(self, instance, value): pass
class C:
    size = Field()
def f(): pass
def use(c: C): c.size()
def set(c: C): c.size = 1
"""
    assert calls(text) == [
        "main.C -> main.Field",
        "main.set -> main.Field.__set__",
        "main.use -> main.Field.__get__",
        "main.use -> main.f",
    ]


def test_a_property_of_a_base_is_overridden() -> None:
    text = """\
class A:
    @property
    def size(self): return 1
class B(A):
    @property
    def size(self): return 2
def use(a: A): a.size
"""
    assert calls(text) == ["main.use -> main.A.size"]
    assert relations(text, EdgeKind.OVERRIDES) == ["main.B.size -> main.A.size"]
