"""Programs whose values would have no end, were they all followed."""

from __future__ import annotations

from tests.analysis.linked import calls, edges

LINKS = """
class Node:
    def __init__(self):
        self.left = None
        self.next = None
        self.prev = None

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
