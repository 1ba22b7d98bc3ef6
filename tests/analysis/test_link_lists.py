"""Callables in lists and tuples."""

from __future__ import annotations

import pytest

from tests.analysis.linked import calls

THREE = "def f(): pass\ndef g(): pass\ndef h(): pass\n"


def test_by_index() -> None:
    assert calls(THREE + "t = [f, g]\nt[1]()\n") == ["main -> main.g"]


def test_by_an_index_from_the_end() -> None:
    assert calls(THREE + "t = [f, g, h]\nt[-1]()\n") == ["main -> main.h"]


def test_by_an_index_in_a_variable() -> None:
    assert calls(THREE + "t = [f, g]\ni = 0\nt[i]()\n") == ["main -> main.f"]


def test_by_an_unknown_index() -> None:
    assert calls(THREE + "t = [f, g]\ndef use(i): t[i]()\n") == [
        "main.use -> main.f",
        "main.use -> main.g",
    ]


def test_a_slice() -> None:
    assert calls(THREE + "t = [f, g, h]\nfor x in t[1:]: x()\n") == [
        "main -> main.g",
        "main -> main.h",
    ]


def test_an_index_into_a_slice() -> None:
    assert calls(THREE + "t = [f, g, h]\nt[1:3][0]()\n") == ["main -> main.g"]


def test_a_slice_of_unknown_ends() -> None:
    assert calls(THREE + "t = [f, g]\ndef use(i):\n    t[i:][0]()\n") == [
        "main.use -> main.f",
        "main.use -> main.g",
    ]


def test_nested() -> None:
    assert calls(THREE + "t = [[f], [g, h]]\nt[1][0]()\n") == ["main -> main.g"]


def test_appended() -> None:
    assert calls(THREE + "t = []\nt.append(f)\nfor x in t: x()\n") == ["main -> main.f"]


def test_extended_and_inserted() -> None:
    assert calls(THREE + "t = [f]\nt.extend([g])\nt.insert(0, h)\nfor x in t: x()\n") == [
        "main -> main.f",
        "main -> main.g",
        "main -> main.h",
    ]


def test_appended_by_a_function_it_is_passed_to() -> None:
    assert calls(THREE + "def add(t): t.append(f)\nx = []\nadd(x)\nfor y in x: y()\n") == [
        "main -> main.add",
        "main -> main.f",
    ]


def test_an_element_assigned() -> None:
    assert calls(THREE + "t = [f, g]\nt[0] = h\nt[0]()\n") == ["main -> main.h"]


def test_a_comprehension() -> None:
    assert calls(THREE + "t = [x for x in (f, g)]\nfor y in t: y()\n") == [
        "main -> main.f",
        "main -> main.g",
    ]


def test_a_call_in_a_comprehension() -> None:
    assert calls(THREE + "def use(): return [x() for x in (f, g)]\n") == [
        "main.use -> main.f",
        "main.use -> main.g",
    ]


def test_concatenation() -> None:
    assert calls(THREE + "t = [f] + [g]\nfor x in t: x()\n") == ["main -> main.f", "main -> main.g"]


def test_starred_in_a_display() -> None:
    assert calls(THREE + "a = [f]\nb = [*a, g]\nfor x in b: x()\n") == [
        "main -> main.f",
        "main -> main.g",
    ]


def test_pop() -> None:
    assert calls(THREE + "t = [f]\nt.pop()()\n") == ["main -> main.f"]


def test_a_set() -> None:
    assert calls(THREE + "for x in {f, g}: x()\n") == ["main -> main.f", "main -> main.g"]


def test_a_registry_filled_by_a_decorator() -> None:
    text = """\
HOOKS = []
def register(f):
    HOOKS.append(f)
    return f
@register
def hook(): pass
def run():
    for each in HOOKS: each()
"""
    assert calls(text) == ["main -> main.register", "main.run -> main.hook"]


def test_what_is_pushed_on_a_heap() -> None:
    text = """\
import heapq
from heapq import heappush
class Task:
    def run(self): pass
    def __lt__(self, other): return True
class Queue:
    def __init__(self): self.heap = []
    def put(self, task): heappush(self.heap, task)
    def next(self): heapq.heappop(self.heap).run()
q = Queue()
q.put(Task())
"""
    assert [line for line in calls(text) if "Task." in line] == [
        "main.Queue.next -> main.Task.__lt__",
        "main.Queue.next -> main.Task.run",
        "main.Queue.put -> main.Task.__lt__",
    ]


def test_pairs_on_a_heap() -> None:
    text = """\
import heapq
class Task:
    def run(self): pass
def use():
    heap = []
    heapq.heappush(heap, (1, Task()))
    priority, task = heapq.heappop(heap)
    task.run()
"""
    assert calls(text) == ["main.use -> main.Task", "main.use -> main.Task.run"]


@pytest.mark.parametrize(
    "change", ["x.insert(0, f)", "x.clear()\nx.append(f)", "x[:] = [f]\nx.append(f)\nx.reverse()"]
)
def test_a_list_whose_elements_are_put_in_other_places(change: str) -> None:
    text = f"def f(): pass\ndef g(): pass\nx = [g]\n{change}\nx[0]()\n"
    assert "main -> main.f" in calls(text)


def test_the_end_of_a_list_that_grows() -> None:
    text = "def f(): pass\ndef g(): pass\nx = [g]\nx.append(f)\n"
    assert calls(text + "x[-1]()\n") == ["main -> main.f", "main -> main.g"]
    assert calls(text + "x[0]()\n") == ["main -> main.g"]


def test_a_slice_counted_from_the_end() -> None:
    text = "def f(): pass\ndef g(): pass\nx = [g, g, f]\nfor y in x[-1:]: y()\n"
    assert calls(text) == ["main -> main.f"]
