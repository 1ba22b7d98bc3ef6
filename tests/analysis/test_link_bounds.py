"""Programs whose values would have no end, were they all followed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ramify.analysis.linking.link import Linker
from tests.analysis.linked import Token, calls, edges, program

LINKS = """
from elsewhere import nothing

class Node:
    def __init__(self):
        self.left = nothing
        self.next = nothing
        self.prev = nothing

def walk(node: Node):
    node.next = node.next.prev.left
    node.prev = node.prev.next.left
    node.left = node.left.next.prev
    while node:
        node = node.next
    return node
"""


def test_links_to_nothing_known_have_few_names() -> None:
    targets = {e.target for e in edges(LINKS) if e.target.startswith("python:")}
    assert max(target.count(".next") for target in targets) == 2


def test_what_is_known_of_a_link_is_kept_beside_what_is_not() -> None:
    text = """
class Node:
    def __init__(self):
        self.next = None
    def put(self, node: Node):
        node.next = self
        self.next = node.next.next
    def go(self): pass

def run(node: Node):
    while node:
        node = node.next
        node.go()
"""
    assert "main.run -> main.Node.go" in calls(text)


GENERATED: dict[str, Callable[[int], str]] = {
    "a chain of assignments": lambda n: (
        "x0 = print\n" + "".join(f"x{i} = x{i - 1}\n" for i in range(1, n))
    ),
    "stores under keys": lambda n: (
        "T = {}\n" + "".join(f"def f{i}(): pass\nT['k{i}'] = f{i}\nT['k{i}']()\n" for i in range(n))
    ),
    "a callback handed on": lambda n: "".join(
        f"def f{i}(cb): return f{(i + 1) % n}(cb)\n" for i in range(n)
    ),
    "functions that call each other": lambda n: "".join(
        f"def f{i}(a): return [f{(i * 7 + 1) % n}(a), f{(i * 13 + 5) % n}(a)][0]\n"
        for i in range(n)
    ),
    "attributes of attributes": lambda n: (
        "class C:\n    def __init__(self):\n"
        + "".join(f"        self.a{i} = C()\n        self.a{i}.a{i // 2}.go()\n" for i in range(n))
    ),
    "a name bound again and again": lambda n: (
        "def f(x):\n    y = 0\n" + "".join(f"    if x == {i}: y = len\n    y()\n" for i in range(n))
    ),
    "a name bound in each branch of many": lambda n: (
        "def f(x):\n    if x: y = 0\n"
        + "".join(f"    elif x == {i}: y = len\n" for i in range(n))
        + "    y()\n" * n
    ),
    "a deep chain of bases": lambda n: (
        "class C0:\n    def m(self): pass\n    def __len__(self): pass\n"
        + "".join(
            f"class C{i}(C{i - 1}):\n    def m(self): super().m(), len(self)\n" for i in range(1, n)
        )
    ),
    "tests of a type": lambda n: (
        "class C:\n    def go(self): pass\ndef f(x):\n" + "    if isinstance(x, C): x.go()\n" * n
    ),
}


def work(text: str) -> int:
    """Calls that linking a program makes, of functions written in Python."""
    made = program(text)
    calls = 0

    def count(frame: FrameType, event: str, arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    for path in made.texts:
        made.facts(path)
    sys.setprofile(count)
    try:
        Linker().link(made, sorted(made.texts), Token())
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_file_twice_as_long_is_about_twice_the_work(name: str) -> None:
    assert work(GENERATED[name](240)) < 3 * work(GENERATED[name](120))


NAMES = st.sampled_from(["a", "b", "c", "C", "D", "E"])
LINES = st.one_of(
    st.builds("{} = {}".format, NAMES, NAMES),
    st.builds("{} = {}({}, *{})".format, NAMES, NAMES, NAMES, NAMES),
    st.builds("{}.{} = {}.{}.{}".format, NAMES, NAMES, NAMES, NAMES, NAMES),
    st.builds("{} = [{}, {}][0], {{'k': {}}}['k']".format, NAMES, NAMES, NAMES, NAMES),
    st.builds("for {} in {}: {}.append({})".format, NAMES, NAMES, NAMES, NAMES),
    st.builds("class {}({}, {}.{}):\n    {} = {}".format, *[NAMES] * 6),
    st.builds("class {}({}):\n    def {}(self): return self.{}.{}()".format, *[NAMES] * 5),
    st.builds("@{}\ndef {}({}, *{}): return {}({})".format, *[NAMES] * 6),
    st.builds("def {}({}={}): yield from {}".format, *[NAMES] * 4),
    st.builds("{} = lambda {}: {}({})".format, *[NAMES] * 4),
    st.sampled_from(["from one import *", "from two import *", "import one as a, two as b"]),
)


def test_a_list_that_a_loop_adds_its_own_elements_to_ends() -> None:
    lines = [
        "a = [a, a][0], {'k': a}['k']",
        "D = [a, a][0], {'k': D}['k']",
        "for a in D: a.append(b)",
        "for b in a: a.append(a)",
    ]
    assert work("# file: one.py\n\n# file: two.py\n" + "\n".join(lines) + "\n") < 90_000


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(LINES, max_size=25), st.lists(LINES, max_size=25))
def test_linking_any_program_ends_within_bounds(one: list[str], two: list[str]) -> None:
    lines = [*one, *two]
    text = "# file: one.py\n" + "\n".join(one) + "\n# file: two.py\n" + "\n".join(two) + "\n"
    assert work(text) < 10_000 + 20_000 * len(lines)
