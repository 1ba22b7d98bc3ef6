"""Callables in variables: aliases, tuples, stars, and which binding a use means."""

from __future__ import annotations

from tests.analysis.linked import calls, why


def test_an_alias() -> None:
    text = """\
def f(): pass
g = f
g()
"""
    assert calls(text) == ["main -> main.f"]
    assert why(text, "main -> main.f") == ["exact: scope", "exact: scope"]


def test_a_chain_of_targets() -> None:
    text = """\
def f(): pass
a = b = f
a()
def use(): b()
"""
    assert calls(text) == ["main -> main.f", "main.use -> main.f"]


def test_a_tuple_by_position() -> None:
    text = """\
def f(): pass
def g(): pass
a, b = f, g
b()
"""
    assert calls(text) == ["main -> main.g"]


def test_a_nested_tuple() -> None:
    text = """\
def f(): pass
def g(): pass
def h(): pass
a, (b, c) = f, (g, h)
c()
"""
    assert calls(text) == ["main -> main.h"]


def test_a_swap_means_both() -> None:
    text = """\
def f(): pass
def g(): pass
def use():
    a, b = f, g
    a, b = b, a
    a()
"""
    assert calls(text) == ["main.use -> main.g"]


def test_a_starred_target() -> None:
    text = """\
def f(): pass
def g(): pass
def h(): pass
first, *rest = f, g, h
first()
def use():
    for each in rest: each()
"""
    assert calls(text) == ["main -> main.f", "main.use -> main.g", "main.use -> main.h"]


def test_a_starred_target_by_position() -> None:
    text = """\
def f(): pass
def g(): pass
def h(): pass
first, *rest = f, g, h
rest[1]()
"""
    assert calls(text) == ["main -> main.h"]


def test_what_stands_after_a_star() -> None:
    text = """\
def f(): pass
def g(): pass
def h(): pass
*_, last = f, g, h
last()
"""
    assert calls(text) == ["main -> main.h"]


def test_a_walrus() -> None:
    text = """\
def f(): pass
def use():
    if (g := f): g()
"""
    assert calls(text) == ["main.use -> main.f"]


def test_a_conditional_expression_may_be_either() -> None:
    text = """\
def f(): pass
def g(): pass
def use(x): (f if x else g)()
"""
    assert calls(text) == ["main.use -> main.f", "main.use -> main.g"]


def test_or_may_be_either() -> None:
    text = """\
def f(): pass
def use(given=None):
    given = given or f
    given()
"""
    assert calls(text) == ["main.use -> main.f"]


def test_a_global_set_in_a_function() -> None:
    text = """\
def f(): pass
hook = None
def install():
    global hook
    hook = f
def use(): hook()
"""
    assert calls(text) == ["main.use -> main.f"]


def test_a_nonlocal_set_in_a_closure() -> None:
    text = """\
def f(): pass
def outer():
    hook = None
    def install():
        nonlocal hook
        hook = f
    install()
    hook()
"""
    assert calls(text) == ["main.outer -> main.f", "main.outer -> main.outer.<locals>.install"]
