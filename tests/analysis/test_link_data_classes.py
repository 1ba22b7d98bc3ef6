"""Classes whose members the library makes: dataclasses, named tuples, enums."""

from __future__ import annotations

from tests.analysis.linked import calls

PART = """\
from __future__ import annotations
from dataclasses import dataclass, field
from typing import NamedTuple
from collections import namedtuple
import enum
class Part:
    def go(self): pass
def f(): pass
"""


def test_a_declared_field() -> None:
    text = PART + "@dataclass\nclass C:\n    part: Part\ndef use(c: C): c.part.go()\n"
    assert calls(text) == ["main.use -> main.Part.go"]


def test_the_factory_of_a_field_runs_when_it_is_made() -> None:
    text = (
        PART
        + """\
def make(): return Part()
@dataclass
class C:
    part: object = field(default_factory=make)
def use(): C()
"""
    )
    assert calls(text) == ["main.make -> main.Part", "main.use -> main.C", "main.use -> main.make"]


def test_a_field_is_what_its_factory_makes() -> None:
    text = (
        PART
        + """\
@dataclass
class C:
    part = field(default_factory=Part)
    def use(self): self.part.go()
"""
    )
    assert calls(text) == ["main.C.use -> main.Part.go"]


def test_a_callable_given_to_a_field() -> None:
    text = (
        PART
        + """\
@dataclass
class C:
    count: int
    run: Callable[[], None]
    def use(self): self.run()
def make(): C(1, f)
"""
    )
    assert calls(text) == ["main.C.use -> main.f", "main.make -> main.C"]


def test_a_callable_given_to_a_field_by_keyword() -> None:
    text = (
        PART
        + """\
@dataclass
class C:
    run: object
    def use(self): self.run()
def make(): C(run=f)
"""
    )
    assert calls(text) == ["main.C.use -> main.f", "main.make -> main.C"]


def test_what_runs_after_the_init() -> None:
    text = PART + "@dataclass\nclass C:\n    def __post_init__(self): pass\nC()\n"
    assert calls(text) == ["main -> main.C", "main -> main.C.__post_init__"]


def test_a_named_tuple() -> None:
    text = (
        PART
        + """\
class Pair(NamedTuple):
    one: Part
    two: int
def use(pair: Pair):
    pair.one.go()
    first, second = pair
    first.go()
"""
    )
    assert calls(text) == ["main.use -> main.Part.go"]


def test_a_member_of_an_enum() -> None:
    text = (
        PART
        + """\
class Color(enum.Enum):
    RED = 1
    def go(self): pass
def use():
    Color.RED.go()
    for color in Color: color.go()
    Color(1).go()
    Color["RED"].go()
"""
    )
    assert calls(text) == ["main.use -> main.Color", "main.use -> main.Color.go"]


def test_a_replaced_copy() -> None:
    text = (
        PART
        + """\
from dataclasses import replace
def use(part: Part): replace(part).go()
"""
    )
    assert calls(text) == ["main.use -> main.Part.go"]


def test_an_attrs_class() -> None:
    text = (
        PART
        + """\
import attr
@attr.s
class C:
    run = attr.ib(factory=Part)
    def use(self): self.run.go()
"""
    )
    assert calls(text) == ["main.C.use -> main.Part.go"]
