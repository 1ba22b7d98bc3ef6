"""From places and names to symbols."""

from __future__ import annotations

import pytest

from ramify.features.locate import symbol_around, symbol_at, symbol_on_line, symbols_matching
from tests.features.reading import cursor, drawn, ident, short


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def <|>f(): ...\n", "a:f"),
        ("def f<|>(): ...\n", "a:f"),
        ("def f():\n    <|>\n    pass\n", "a:f"),
        ("class C:\n    def m(self):\n        <|>pass\n", "a:C.m"),
        ("class C:\n    x = 1\n    <|>\n    y = 2\n", "a:C"),
        ("class C:\n    def m(self):\n        self.x = 1 + <|>2\n", "a:C.m"),
        ("import os\n<|>\n", "a:"),
    ],
)
def test_a_place_means_the_name_there_or_the_definition_around_it(text: str, found: str) -> None:
    reading = drawn({"a.py": text})
    path, offset = cursor({"a.py": text})
    around = symbol_around(reading, path, offset)
    assert around is not None
    assert short(around.id) == found


@pytest.mark.parametrize(
    ("line", "column", "found"),
    [(0, None, "a:C"), (1, None, "a:C.m"), (2, None, "a:C.m"), (3, None, "a:"), (1, 8, "a:C.m")],
)
def test_a_line_means_what_is_defined_on_it_or_around_it(
    line: int, column: int | None, found: str
) -> None:
    reading = drawn({"a.py": "class C:\n    def m(self):\n        pass\n\n"})
    symbol = symbol_on_line(reading, "a.py", line, column)
    assert symbol is not None
    assert short(symbol.id) == found


def test_no_line_no_symbol() -> None:
    assert symbol_on_line(drawn({"a.py": ""}), "a.py", 7, None) is None
    assert symbol_at(drawn({}), "gone.py", 0) is None


NAMES = {
    "pkg/a.py": "class C:\n    def save(self): ...\n    def load(self): ...\n",
    "pkg/b.py": (
        "class D:\n    def save(self): ...\n"
        "if x:\n    def f(): ...\nelse:\n    def f(): ...\n"
        "def outer():\n    def inner(): ...\n    def load(): ...\n"
    ),
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pkg.a.C.save", ["pkg.a:C.save"]),
        (ident("pkg.a:C.save"), ["pkg.a:C.save"]),
        ("C.save", ["pkg.a:C.save"]),
        ("load", ["pkg.a:C.load"]),
        ("load()", ["pkg.a:C.load"]),
        ("save", ["pkg.a:C.save", "pkg.b:D.save"]),
        ("ave", []),
        ("f", ["pkg.b:f"]),
        ("f#2", ["pkg.b:f#2"]),
        ("outer.inner", ["pkg.b:outer.<locals>.inner"]),
        ("pkg.b", ["pkg.b:"]),
        ("", []),
        (".", []),
    ],
)
def test_a_name_means_one_symbol_by_any_ending_that_is_unique(text: str, found: list[str]) -> None:
    assert [short(each.id) for each in symbols_matching(drawn(NAMES), text)] == found
