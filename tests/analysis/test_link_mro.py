"""Method resolution order and `super()`."""

from __future__ import annotations

from tests.analysis.linked import calls


def test_parents_in_order() -> None:
    text = """\
class A:
    def go(self): pass
class B:
    def go(self): pass
class C(A, B): pass
C().go()
"""
    assert calls(text) == ["main -> main.A.go", "main -> main.C"]


def test_the_diamond() -> None:
    text = """\
class A:
    def go(self): pass
class B(A): pass
class C(A):
    def go(self): pass
class D(B, C): pass
D().go()
"""
    assert calls(text) == ["main -> main.C.go", "main -> main.D"]


def test_super_calls_the_parent() -> None:
    text = """\
class A:
    def __init__(self): pass
class B(A):
    def __init__(self): super().__init__()
B()
"""
    assert calls(text) == [
        "main -> main.B",
        "main -> main.B.__init__",
        "main.B.__init__ -> main.A.__init__",
    ]


def test_super_with_arguments() -> None:
    text = """\
class A:
    def go(self): pass
class B(A):
    def go(self): pass
class C(B):
    def go(self): super(B, self).go()
"""
    assert calls(text) == ["main.C.go -> main.A.go"]


def test_super_skips_who_does_not_have_it() -> None:
    text = """\
class A:
    def go(self): pass
class B(A): pass
class C(B):
    def go(self): super().go()
"""
    assert calls(text) == ["main.C.go -> main.A.go"]


def test_super_in_the_middle_of_a_diamond_may_go_sideways() -> None:
    text = """\
class A:
    def go(self): pass
class B(A):
    def go(self): super().go()
class C(A):
    def go(self): super().go()
class D(B, C):
    def go(self): super().go()
"""
    assert calls(text) == [
        "main.B.go -> main.A.go",
        "main.B.go -> main.C.go",
        "main.C.go -> main.A.go",
        "main.D.go -> main.B.go",
    ]


def test_super_in_a_class_method() -> None:
    text = """\
class A:
    @classmethod
    def make(cls): pass
class B(A):
    @classmethod
    def make(cls): super().make()
"""
    assert calls(text) == ["main.B.make -> main.A.make"]


def test_super_in_a_closure_and_in_a_variable() -> None:
    text = """\
class A:
    def go(self): pass
class B(A):
    def go(self):
        parent = super()
        parent.go()
"""
    assert calls(text) == ["main.B.go -> main.A.go"]


def test_the_parent_named() -> None:
    text = """\
class A:
    def __init__(self): pass
class B(A):
    def __init__(self): A.__init__(self)
"""
    assert calls(text) == ["main.B.__init__ -> main.A.__init__"]


def test_a_base_that_is_a_call() -> None:
    text = """\
class A:
    def go(self): pass
def make(): return A
class B(make()): pass
B().go()
"""
    assert calls(text) == ["main -> main.A.go", "main -> main.B", "main -> main.make"]


def test_bases_in_a_circle_end() -> None:
    text = """\
# file: a.py
from b import B
class A(B):
    def go(self): self.stop()
# file: b.py
from a import A
class B(A):
    def stop(self): pass
"""
    assert calls(text) == ["a.A.go -> b.B.stop"]
