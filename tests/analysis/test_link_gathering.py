"""Classes below a container: what is put into their instances comes out again."""

from __future__ import annotations

from tests.analysis.linked import calls

STACK = """\
class Stack(list):
    def top(self): return self[-1]
class Node:
    def go(self): pass
class Leaf:
    def fall(self): pass
"""


def of(text: str, caller: str) -> list[str]:
    found = (each for each in calls(STACK + text) if each.startswith(f"main.{caller} ->"))
    return [each.partition(" -> ")[2] for each in found]


def test_what_a_list_of_ones_own_is_made_with() -> None:
    text = """\
def use():
    for each in Stack([Node()]): each.go()
"""
    assert of(text, "use") == ["main.Node", "main.Node.go", "main.Stack"]


def test_what_is_appended_comes_out_by_position_and_by_pop() -> None:
    text = """\
class Parser:
    def __init__(self): self.stack = Stack()
    def push(self): self.stack.append(Node())
    def more(self): self.stack.extend([Leaf()])
    def last(self): self.stack[-1].go()
    def take(self): self.stack.pop().fall()
    def upper(self): self.stack.top().go()
"""
    assert of(text, "Parser.last") == ["main.Node.go"]
    assert of(text, "Parser.take") == ["main.Leaf.fall"]
    assert of(text, "Parser.upper") == ["main.Node.go", "main.Stack.top"]


def test_what_an_overriding_method_hands_on() -> None:
    text = """\
class Checked(Stack):
    def append(self, item): super().append(item)
def fill(): Checked().append(Leaf())
def use(items: Checked):
    for item in items: item.fall()
"""
    assert of(text, "use") == ["main.Leaf.fall"]


def test_an_item_that_is_stored() -> None:
    text = """\
def use(stack: Stack):
    stack[0] = Leaf()
    stack[1].fall()
"""
    assert of(text, "use") == ["main.Leaf", "main.Leaf.fall"]
