"""What a formatter may write otherwise says the same; everything else does not."""

from __future__ import annotations

import pytest

from ramify.features.shape import shape_of


def same(one: str, other: str) -> bool:
    return shape_of(one.encode(), "python") == shape_of(other.encode(), "python")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = (1)  # why"),
        ("f(a, b)", "f(\n    a,\n    b,\n)"),
        ("return a, b", "return (a, b)"),
        ("for a, b in c: pass", "for (a, b) in c:\n    pass"),
        ("for a in b: pass", "for (\n    a\n) in b: pass"),
        ("with open(a) as b: pass", "with (\n    open(a) as b,\n): pass"),
        ("from a import b, c", "from a import (\n    b,\n    c,\n)"),
        ("class C: pass", "class C(): pass"),
        ("x = a + \\\n    b", "x = a + b"),
        ("a = 1; b = 2", "a = 1\nb = 2"),
        ("def f(a: int | None = None): ...", "def f(\n    a: (int | None) = None,\n): ..."),
        ("x: dict[int, str]", "x: dict[\n    int,\n    str,\n]"),
        ("x = 0XFF", "x = 0xff"),
        ("x = 'a'", 'x = "a"'),
        ("x = 'it\\'s'", 'x = "it\'s"'),
        ("x = u'a'", "x = 'a'"),
        ("x = 'ab'", "x = (\n    'a'\n    'b'\n)"),
        ("x = f'{a} b'", "x = f'{a}' ' b'"),
        ("x = R'\\d'", "x = '\\\\d'"),
    ],
)
def test_layout_says_nothing(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 'one\\n'", "x = 'two\\n'"),
        ("x = f'{{one}} {x}'", "x = f'{{two}} {x}'"),
        ("x = f'{x:04d}'", "x = f'{x:05d}'"),
        ("x = f'{{x}}'", "x = f'{x}'"),
        ("x = '{{'", "x = '{'"),
        ("x = 'a'", "x = b'a'"),
        ("x = f'{a}'", "x = t'{a}'"),
        ("x = '\\n'", "x = r'\\n'"),
        ('x = r"a\\""', 'x = r"b\\""'),
        ("x = 'a', 'b'", "x = 'a' 'b'"),
        ("x = 1", "x = 1,"),
        ("x = ()", "x = ((),)"),
        ("x[1]", "x[1,]"),
        ("x: tuple[int]", "x: tuple[int,]"),
        ("(a + b) * c", "a + b * c"),
        ("a - (b - c)", "a - b - c"),
        ("not (a and b)", "not a and b"),
        ("f((a, b))", "f(a, b)"),
        ("if a:\n    b\nc", "if a:\n    b\n    c"),
    ],
)
def test_everything_else_does(one: str, other: str) -> None:
    assert not same(one, other)
