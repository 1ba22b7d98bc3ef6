"""Where symbols are, what documents them and how branchy they are."""

from __future__ import annotations

from textwrap import dedent

import pytest

from ramify.analysis.extraction.extract import extract
from ramify_store.facts import NONE, SymbolFact


def symbol(text: str, path: str) -> tuple[bytes, SymbolFact]:
    data = dedent(text).lstrip("\n").encode()
    symbols = {each.path: each for each in extract(data, "python").outline.symbols}
    return data, symbols[path]


@pytest.mark.parametrize(
    ("text", "path", "extent", "name"),
    [
        ("x = 1\n@d\ndef f():\n    pass\n", "f", "@d\ndef f():\n    pass", "f"),
        ("class A(B): pass\n", "A", "class A(B): pass", "A"),
        ("a = b = 1\n", "b", "b = 1", "b"),
        ("x: int = 1\n", "x", "x: int = 1", "x"),
        ("a, b = c\n", "b", "b", "b"),
        ("for a in b: pass\n", "a", "a", "a"),
        ("class A:\n  def m(self):\n    self.x = 1\n", "A.x", "self.x = 1", "x"),
        ("f = lambda a: a\n", "<lambda>", "lambda a: a", "lambda"),
    ],
)
def test_places(text: str, path: str, extent: str, name: str) -> None:
    data, found = symbol(text, path)

    assert data[found.start : found.end].decode() == extent
    assert data[found.name_start : found.name_end].decode() == name


@pytest.mark.parametrize(
    ("text", "path", "doc"),
    [
        ('"""Doc."""\n', "", '"""Doc."""'),
        ("# c\n'Doc'\nx = 1\n", "", "'Doc'"),
        ("def f():\n    # c\n    r'''Doc.'''\n", "f", "r'''Doc.'''"),
        ("class A:\n    'Doc ' 'two'\n", "A", "'Doc ' 'two'"),
        ("def f(): 'Doc'\n", "f", "'Doc'"),
        ("def f():\n    'bar'\n", "f", "'bar'"),
    ],
)
def test_docstrings(text: str, path: str, doc: str) -> None:
    data, found = symbol(text, path)

    assert data[found.doc_start : found.doc_end].decode() == doc


@pytest.mark.parametrize(
    "body", ["f'{a}'", "b'a'", "x = 'a'", "x\n    'a'", "('a')", "'a' + b", "pass"]
)
def test_what_is_no_docstring(body: str) -> None:
    _, found = symbol(f"def f():\n    {body}\n", "f")

    assert (found.doc_start, found.doc_end) == (NONE, NONE)


@pytest.mark.parametrize(
    ("body", "complexity"),
    [
        ("pass", 1),
        ("if a: pass", 2),
        ("if a: pass\n    elif b: pass\n    else: pass", 3),
        ("while a and b: pass", 3),
        ("for a in b: pass", 2),
        ("try: pass\n    except A: pass\n    except B: pass", 3),
        ("return [a for a in b if a if c]", 4),
        ("return a if b else c", 2),
        ("assert a", 2),
        ("match a:\n        case 1: pass\n        case _: pass", 3),
        ("def g():\n        if a: pass", 1),
        ("return lambda: a or b", 1),
    ],
)
def test_complexity(body: str, complexity: int) -> None:
    _, found = symbol(f"def f():\n    {body}\n", "f")

    assert found.complexity == complexity
