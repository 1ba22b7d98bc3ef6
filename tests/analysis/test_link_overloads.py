"""Overloads: a call gives what the overload declares whose parameters take its arguments."""

from __future__ import annotations

import pytest

from tests.analysis.linked import calls

_CLASSES = """\
from typing import Any, Callable, Literal, Sequence, TypeVar, overload
class A:
    def m(self): pass
class B:
    def m(self): pass
class C(A): pass
T = TypeVar("T", bound=A)
"""


def meant(overloads: list[str], call: str) -> list[str]:
    """What the method `m` of a call's result is, where `f` has these overloads."""
    declared = "".join(f"@overload\ndef f({each}: ...\n" for each in overloads)
    text = f"{_CLASSES}{declared}def f(*args, **kwargs): return unknown\n{call}.m()\n"
    return [line.removeprefix("main -> main.") for line in calls(text) if line.endswith(".m")]


@pytest.mark.parametrize(
    ("overloads", "call", "answer"),
    [
        (["x: int) -> A", "x: str) -> B"], "f(1)", ["A.m"]),
        (["x: int) -> A", "x: str) -> B"], "f('')", ["B.m"]),
        (["x: int) -> A", "x: str) -> B"], "f(x='')", ["B.m"]),
        (["x: int) -> A", "x: str) -> B"], "f(unknown)", ["A.m", "B.m"]),
        (["x: int, y: int) -> A", "x: int) -> B"], "f(1)", ["B.m"]),
        (["x: int, *, y: int = ...) -> A", "x: int, *, z: int) -> B"], "f(1, z=2)", ["B.m"]),
        (["x: Literal['r']) -> A", "x: str) -> B"], "f('r')", ["A.m"]),
        (["x: Literal['r']) -> A", "x: Literal['w']) -> B"], "f('w')", ["B.m"]),
        (["x: None) -> A", "x: str | None) -> B"], "f(None)", ["A.m"]),
        (["x: None = ...) -> A", "x: str) -> B"], "f()", ["A.m"]),
        (["x: A) -> A", "x: B) -> B"], "f(C())", ["A.m"]),
        (["x: C) -> A", "x: A) -> B"], "f(A())", ["B.m"]),
        (["x: Sequence[dict[str, Any]]) -> A", "x: Sequence[Any]) -> B"], "f([{}, 1])", ["B.m"]),
        (["x: Sequence[dict[str, Any]]) -> A", "x: Sequence[Any]) -> B"], "f([{}])", ["A.m"]),
        (["x: Callable[[], int]) -> A", "x: int) -> B"], "f(lambda: 1)", ["A.m"]),
        (["x: type[A]) -> A", "x: object) -> B"], "f(C)", ["A.m"]),
        (["x: type[A]) -> A", "x: object) -> B"], "f(B)", ["B.m"]),
        (["x: str) -> A", "x: T) -> T"], "f(C())", ["A.m"]),
        (["x: int) -> A", "*x: int) -> B"], "f(*[1, 2])", ["A.m", "B.m"]),
    ],
)
def test_the_overload_that_takes_what_is_passed(
    overloads: list[str], call: str, answer: list[str]
) -> None:
    assert meant(overloads, call) == answer


def test_what_a_key_gives() -> None:
    text = """\
from typing import overload
class Leaf:
    def m(self): pass
class Box:
    @overload
    def __getitem__(self, key: int) -> Leaf: ...
    @overload
    def __getitem__(self, key: slice) -> "Box": ...
    def __getitem__(self, key): return unknown
    def m(self): pass
def one(box: Box): box[0].m()
def some(box: Box): box[1:].m()
"""
    assert [line for line in calls(text) if line.endswith(".m")] == [
        "main.one -> main.Leaf.m",
        "main.some -> main.Box.m",
    ]


def test_what_is_awaited() -> None:
    text = """\
from typing import overload
class A:
    def m(self): pass
class B:
    def m(self): pass
@overload
async def f(x: int) -> A: ...
@overload
async def f(x: str) -> B: ...
async def f(x): return unknown
async def use():
    (await f(1)).m()
"""
    assert "main.use -> main.A.m" in calls(text)
    assert "main.use -> main.B.m" not in calls(text)
