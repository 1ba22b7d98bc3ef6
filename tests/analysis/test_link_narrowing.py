"""What a test of a type says about the code below it."""

from __future__ import annotations

from tests.analysis.linked import calls, why

CLASSES = """\
class A:
    def go(self): pass
class B:
    def go(self): pass
"""


def test_isinstance() -> None:
    text = CLASSES + "def use(x):\n    if isinstance(x, A): x.go()\n"
    assert calls(text) == ["main.use -> main.A.go"]
    assert why(text, "main.use -> main.A.go") == ["inferred: narrowed"]


def test_isinstance_of_one_of_several() -> None:
    text = CLASSES + "def use(x):\n    if isinstance(x, (A, B)): x.go()\n"
    assert calls(text) == ["main.use -> main.A.go", "main.use -> main.B.go"]


def test_isinstance_of_a_union() -> None:
    text = CLASSES + "def use(x):\n    if isinstance(x, A | B): x.go()\n"
    assert calls(text) == ["main.use -> main.A.go", "main.use -> main.B.go"]


def test_isinstance_narrows_a_union() -> None:
    text = CLASSES + "def use(x: A | B):\n    if isinstance(x, A): x.go()\n"
    assert calls(text) == ["main.use -> main.A.go"]


def test_else_has_the_rest() -> None:
    text = (
        CLASSES
        + """\
def use(x: A | B):
    if isinstance(x, A): pass
    else: x.go()
"""
    )
    assert calls(text) == ["main.use -> main.B.go"]


def test_after_leaving_when_it_is_not() -> None:
    text = (
        CLASSES
        + """\
def use(x):
    if not isinstance(x, A): return
    x.go()
"""
    )
    assert calls(text) == ["main.use -> main.A.go"]


def test_after_leaving_when_it_is() -> None:
    text = (
        CLASSES
        + """\
def use(x: A | B):
    if isinstance(x, A): return
    x.go()
"""
    )
    assert calls(text) == ["main.use -> main.B.go"]


def test_and() -> None:
    text = CLASSES + "def use(x, y):\n    if y and isinstance(x, A): x.go()\n"
    assert calls(text) == ["main.use -> main.A.go"]


def test_and_in_the_expression_itself() -> None:
    text = CLASSES + "def use(x):\n    return isinstance(x, A) and x.go()\n"
    assert calls(text) == ["main.use -> main.A.go"]


def test_a_conditional_expression() -> None:
    text = CLASSES + "def use(x):\n    return x.go() if isinstance(x, A) else None\n"
    assert calls(text) == ["main.use -> main.A.go"]


def test_a_comprehension() -> None:
    text = CLASSES + "def use(xs):\n    return [x.go() for x in xs if isinstance(x, A)]\n"
    assert calls(text) == ["main.use -> main.A.go"]


def test_an_assertion() -> None:
    text = CLASSES + "def use(x):\n    assert isinstance(x, A)\n    x.go()\n"
    assert calls(text) == ["main.use -> main.A.go"]


def test_an_attribute() -> None:
    text = CLASSES + "def use(x):\n    if isinstance(x.y, A): x.y.go()\n"
    assert calls(text) == ["main.use -> main.A.go"]


def test_the_nearest_test_counts() -> None:
    text = (
        CLASSES
        + """\
class C(A):
    def go(self): pass
def use(x):
    if isinstance(x, A):
        if isinstance(x, C): x.go()
"""
    )
    assert calls(text) == ["main.use -> main.C.go"]


def test_a_name_bound_again_inside_is_no_longer_narrowed() -> None:
    text = (
        CLASSES
        + """\
def use(x):
    if isinstance(x, A):
        x = B()
        x.go()
"""
    )
    assert calls(text) == ["main.use -> main.B", "main.use -> main.B.go"]


def test_a_match_of_a_class() -> None:
    text = (
        CLASSES
        + """\
def use(x):
    match x:
        case A(): x.go()
        case B() as b: b.go()
"""
    )
    assert calls(text) == ["main.use -> main.A.go", "main.use -> main.B.go"]


def test_issubclass() -> None:
    text = CLASSES + "def use(x):\n    if issubclass(x, A): x().go()\n"
    assert calls(text) == ["main.use -> main.A", "main.use -> main.A.go"]


def test_type_is() -> None:
    text = CLASSES + "def use(x):\n    if type(x) is A: x.go()\n"
    assert calls(text) == ["main.use -> main.A.go"]


def test_identity_with_none_says_nothing() -> None:
    text = CLASSES + "def use(x: A | None):\n    if x is not None: x.go()\n"
    assert calls(text) == ["main.use -> main.A.go"]
