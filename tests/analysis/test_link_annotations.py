"""Declared types."""

from __future__ import annotations

import pytest

from tests.analysis.linked import calls, why

CLASSES = """\
from __future__ import annotations
import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Callable, Final, Generator, Generic, List, NewType, Optional
from typing import TypeVar, Union, cast, overload
class C:
    def go(self): pass
class D:
    def go(self): pass
"""


@pytest.mark.parametrize(
    "declared",
    ["C", '"C"', "Optional[C]", "C | None", '"C | None"', "t.Optional[C]", "Annotated[C, 1]",
     "Final[C]", "Union[C, None]", "Optional['C']"],
)  # fmt: skip
def test_a_parameter(declared: str) -> None:
    text = CLASSES + f"def use(c: {declared}): c.go()\n"
    assert calls(text) == ["main.use -> main.C.go"]
    assert why(text, "main.use -> main.C.go") == ["exact: annotation"]


@pytest.mark.parametrize("declared", ["Union[C, D]", "C | D", "Optional[Union[C, D]]"])
def test_a_union(declared: str) -> None:
    text = CLASSES + f"def use(c: {declared}): c.go()\n"
    assert calls(text) == ["main.use -> main.C.go", "main.use -> main.D.go"]


@pytest.mark.parametrize(
    "declared",
    ["list[C]", "List[C]", "Iterable[C]", "tuple[C, ...]", "set[C]", "Sequence['C']",
     "dict[C, D]", "Iterator[C]", "Generator[C, None, None]", "frozenset[C]", "list[C] | None"],
)  # fmt: skip
def test_the_elements_of_a_generic(declared: str) -> None:
    text = CLASSES + f"def use(many: {declared}):\n    for c in many: c.go()\n"
    assert calls(text) == ["main.use -> main.C.go"]


@pytest.mark.parametrize("declared", ["dict[str, C]", "Mapping[str, C]", "list[C]"])
def test_the_items_of_a_generic(declared: str) -> None:
    text = CLASSES + f"def use(many: {declared}, key): many[key].go()\n"
    assert calls(text) == ["main.use -> main.C.go"]


def test_the_values_of_a_declared_dict() -> None:
    text = CLASSES + "def use(d: dict[str, C]):\n    for c in d.values(): c.go()\n"
    assert calls(text) == ["main.use -> main.C.go"]


def test_the_items_of_a_declared_dict_in_pairs() -> None:
    text = CLASSES + "def use(d: dict[C, D]):\n    for k, v in d.items(): v.go()\n"
    assert calls(text) == ["main.use -> main.D.go"]


def test_a_tuple_by_position() -> None:
    text = CLASSES + "def use(pair: tuple[C, D]):\n    a, b = pair\n    b.go()\n"
    assert calls(text) == ["main.use -> main.D.go"]


def test_a_tuple_by_index() -> None:
    text = CLASSES + "def use(pair: tuple[C, D]): pair[1].go()\n"
    assert calls(text) == ["main.use -> main.D.go"]


def test_a_return() -> None:
    text = CLASSES + "def make() -> C: ...\ndef use(): make().go()\n"
    assert calls(text) == ["main.use -> main.C.go", "main.use -> main.make"]


def test_a_variable() -> None:
    text = CLASSES + "c: C = unknown()\nc.go()\n"
    assert calls(text) == ["main -> main.C.go"]


def test_an_attribute_declared_in_the_body() -> None:
    text = CLASSES + "class Box:\n    c: C\n    def use(self): self.c.go()\n"
    assert calls(text) == ["main.Box.use -> main.C.go"]


def test_an_attribute_declared_where_it_is_set() -> None:
    text = (
        CLASSES
        + "class Box:\n    def __init__(self, c): self.c: C = c\n    def use(self): self.c.go()\n"
    )
    assert calls(text) == ["main.Box.use -> main.C.go"]


def test_self() -> None:
    text = """\
from typing import Self
class A:
    def same(self) -> Self: return self
    def go(self): pass
class B(A):
    def go(self): pass
def use(b: B): b.same().go()
"""
    assert calls(text) == ["main.use -> main.A.same", "main.use -> main.B.go"]


def test_the_class_itself() -> None:
    text = CLASSES + "def use(kind: type[C]): kind().go()\n"
    assert calls(text) == ["main.use -> main.C", "main.use -> main.C.go"]


def test_the_bound_of_a_type_variable() -> None:
    text = CLASSES + 'T = TypeVar("T", bound="C")\ndef use(x: T): x.go()\n'
    assert calls(text) == ["main.use -> main.C.go"]


def test_the_constraints_of_a_type_variable() -> None:
    text = CLASSES + 'T = TypeVar("T", C, D)\ndef use(x: T): x.go()\n'
    assert calls(text) == ["main.use -> main.C.go", "main.use -> main.D.go"]


def test_a_type_variable_hands_its_argument_back() -> None:
    text = CLASSES + 'T = TypeVar("T")\ndef same(x: T) -> T: return x\ndef use(): same(C()).go()\n'
    assert calls(text) == ["main.use -> main.C", "main.use -> main.C.go", "main.use -> main.same"]


def test_a_type_variable_for_a_class() -> None:
    text = (
        CLASSES + 'T = TypeVar("T")\ndef make(kind: type[T]) -> T: ...\ndef use(): make(C).go()\n'
    )
    assert calls(text) == ["main.use -> main.C.go", "main.use -> main.make"]


def test_a_protocol() -> None:
    text = """\
from typing import Protocol
class Goes(Protocol):
    def go(self) -> None: ...
def use(x: Goes): x.go()
"""
    assert calls(text) == ["main.use -> main.Goes.go"]


def test_an_alias_of_a_type() -> None:
    text = CLASSES + "Either = Union[C, D]\ndef use(x: Either): x.go()\n"
    assert calls(text) == ["main.use -> main.C.go", "main.use -> main.D.go"]


def test_a_new_type() -> None:
    text = CLASSES + 'E = NewType("E", C)\ndef use(x: E): x.go()\n'
    assert calls(text) == ["main.use -> main.C.go"]


def test_what_a_declared_callable_returns() -> None:
    text = CLASSES + "def use(make: Callable[[], C]): make().go()\n"
    assert calls(text) == ["main.use -> main.C.go"]


def test_a_cast() -> None:
    text = CLASSES + "def use(x): cast(C, x).go(), cast('D', x).go()\n"
    assert calls(text) == ["main.use -> main.C.go", "main.use -> main.D.go"]


def test_star_parameters() -> None:
    text = (
        CLASSES
        + """\
def use(*cs: C, **ds: D):
    for c in cs: c.go()
    ds["x"].go()
"""
    )
    assert calls(text) == ["main.use -> main.C.go", "main.use -> main.D.go"]


def test_the_item_of_a_list_of_lists() -> None:
    text = CLASSES + "def use(x: list[list[C]]):\n    for a in x:\n        for b in a: b.go()\n"
    assert calls(text) == ["main.use -> main.C.go"]


def test_an_overloaded_function() -> None:
    text = (
        CLASSES
        + """\
@overload
def make(x: int) -> C: ...
@overload
def make(x: str) -> D: ...
def make(x): ...
def use(): make(1).go()
def other(x): make(x).go()
"""
    )
    assert calls(text) == [
        "main.other -> main.C.go",
        "main.other -> main.D.go",
        "main.other -> main.make#3",
        "main.use -> main.C.go",
        "main.use -> main.make#3",
    ]


DECLARED = "class C:\n    def go(self): pass\ndef use(r):\n    x: C\n"


def test_a_variable_declared_before_nobody_can_say_what_it_is_given() -> None:
    assert "main.use -> main.C.go" in calls(DECLARED + "    x = r.any()\n    x.go()\n")


def test_a_variable_declared_before_it_is_given_something_in_all_branches() -> None:
    text = "    if r: x = r.any()\n    else: x = r.other()\n    x.go()\n"
    assert "main.use -> main.C.go" in calls(DECLARED + text)


def test_a_variable_declared_before_a_loop_over_something_unknown() -> None:
    assert "main.use -> main.C.go" in calls(DECLARED + "    for x in r: x.go()\n")


def test_what_a_declared_variable_is_given_is_surer_than_the_declaration() -> None:
    text = "    x = D()\n    x.go()\nclass D(C):\n    def go(self): pass\n"
    assert "main.use -> main.D.go" in calls(DECLARED + text)
    assert "main.use -> main.C.go" not in calls(DECLARED + text)


STUBBED = """\
# file: library.pyi
from typing import overload
class Thing:
    part: Part
    def act(self) -> None: ...
class Part:
    def turn(self) -> None: ...
def made(kind): ...
def found(kind) -> Thing: ...
def all_of(kind) -> list[Thing]: ...
@overload
def either(kind: int) -> Thing: ...
@overload
def either(kind: str) -> Part: ...
def take(thing: Thing) -> None: ...
# file: library.py
class Thing:
    def __init__(self, part): self.part = part
    def act(self): pass
class Part:
    def turn(self): pass
def found(kind): return kind()
def all_of(kind): return kind()
def either(kind): return kind()
def take(thing): thing.act()
# file: main.py
import library
"""


def test_a_stub_beside_a_source_declares_what_the_source_leaves_open() -> None:
    text = (
        STUBBED
        + """\
def one(kind): library.found(kind).act()
def many(kind):
    for thing in library.all_of(kind): thing.act()
def part(kind): library.found(kind).part.turn()
def overloaded(kind):
    library.either(kind).turn()
    library.either(kind).act()
"""
    )
    assert calls(text) == [
        "library.take -> library.Thing.act",
        "main.many -> library.Thing.act",
        "main.many -> library.all_of",
        "main.one -> library.Thing.act",
        "main.one -> library.found",
        "main.overloaded -> library.Part.turn",
        "main.overloaded -> library.Thing.act",
        "main.overloaded -> library.either",
        "main.part -> library.Part.turn",
        "main.part -> library.found",
    ]


def test_what_a_source_says_itself_counts_more_than_the_stub_beside_it() -> None:
    text = """\
# file: kept.pyi
from typing import Any, Protocol
class Wraps(Protocol):
    def __call__(self, function: Any) -> Any: ...
class Box:
    held: Any
def kept(maker: Any) -> Wraps: ...
# file: kept.py
def kept(maker):
    def decorator(function):
        def wrapper(): return function()
        return wrapper
    return decorator
class Held:
    def run(self): pass
class Box:
    def __init__(self): self.held = Held()
# file: main.py
from kept import Box, kept
@kept(1)
def work(): pass
def main():
    work()
    Box().held.run()
"""
    assert [each for each in calls(text) if each.startswith("main.main")] == [
        "main.main -> kept.Box",
        "main.main -> kept.Box.__init__",
        "main.main -> kept.Held.run",
        "main.main -> kept.kept.<locals>.decorator.<locals>.wrapper",
    ]


def test_a_protocol_that_classes_are_declared_to_follow_says_little() -> None:
    text = """\
from typing import Protocol
class Validator(Protocol):
    def check(self) -> None: ...
def create() -> type[Validator]:
    class Made:
        def check(self): pass
    return Made
def use(): create()().check()
"""
    assert calls(text) == [
        "main.use -> main.Validator",
        "main.use -> main.Validator.check",
        "main.use -> main.create",
        "main.use -> main.create.<locals>.Made",
        "main.use -> main.create.<locals>.Made.check",
    ]


def test_a_table_of_what_a_protocol_describes() -> None:
    text = """\
from typing import Mapping, Protocol
class Check(Protocol):
    def __call__(self, value): ...
def is_int(value): pass
def is_text(value): pass
CHECKS: Mapping[str, Check] = {"int": is_int, "text": is_text}
def use(name): CHECKS[name](1)
"""
    assert [each for each in calls(text) if each.startswith("main.use")] == [
        "main.use -> main.Check.__call__",
        "main.use -> main.is_int",
        "main.use -> main.is_text",
    ]


def test_a_long_table_of_what_a_protocol_describes() -> None:
    functions = "".join(f"def check_{n:02}(value): pass\n" for n in range(20))
    table = ", ".join(f"'{n}': check_{n:02}" for n in range(20))
    text = f"""\
from typing import Mapping, Protocol
class Check(Protocol):
    def __call__(self, value): ...
{functions}
class Checker:
    def __init__(self, checks: Mapping[str, Check]): self.checks = dict(checks)
    def use(self, name): self.checks.get(name)(1)
Checker({{{table}}}).use('1')
"""
    found = [each for each in calls(text) if each.startswith("main.Checker.use")]
    assert found == [
        "main.Checker.use -> main.Check.__call__",
        *(f"main.Checker.use -> main.check_{n:02}" for n in range(20)),
    ]
