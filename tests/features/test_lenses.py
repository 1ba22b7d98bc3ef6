"""Lenses: where they stand, and what they say."""

from __future__ import annotations

import pytest

from ramify.features.lenses import MOST_LENSES, LensCounts, lens_counts, lens_title, lenses
from ramify_store.facts import Certainty, EdgeKind
from tests.features.reading import TOKEN, calls, drawn, edge, ident, reading_of, short, unknown


def test_definitions_have_lenses_but_not_what_functions_hold() -> None:
    text = "x = 1\nclass A:\n    y = 2\n    def m(self):\n        def inner(): ...\ndef f(): ...\n"
    found = lenses(reading_of({"a.py": text}), TOKEN, "a.py")
    assert [short(each.symbol) for each in found] == ["a:A", "a:A.m", "a:f"]
    assert text[found[0].place.start : found[0].place.end] == "A"


def test_tests_and_enormous_files_have_none() -> None:
    many = "".join(f"def f{n}(): ...\n" for n in range(MOST_LENSES + 1))
    reading = reading_of({"test_a.py": "def test_f(): ...\n", "b.py": many})
    assert lenses(reading, TOKEN, "test_a.py") == lenses(reading, TOKEN, "b.py") == ()


def test_what_is_counted() -> None:
    reading = drawn(
        {
            "a.py": "def f(): ...\ndef g(): f()\ndef h(): g()\ndef i(): f()\ndef k(x): x.f()\n",
            "test_a.py": "def test_h(): h()\n",
        },
        [
            calls("a:g", "a:f"),
            calls("a:h", "a:g"),
            edge("a:i", EdgeKind.CALLS, "a:f", Certainty.INFERRED),
            calls("test_a:test_h", "a:h"),
        ],
        [unknown("a:k", "f")],
    )
    assert lens_counts(reading, TOKEN, ident("a:f")) == LensCounts(1, 1, 1, 3, 1)
    assert lens_counts(reading, TOKEN, ident("a:gone")) is None


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        (LensCounts(2, 1, 4, 9, 3), "3 callers (1 inferred), 4 possible · 9 affected · 3 tests"),
        (LensCounts(1, 0, 0, 1, 1), "1 caller · 1 test"),
        (LensCounts(0, 0, 0, 0, 0), "no callers known · no test known"),
    ],
)
def test_how_it_reads(counts: LensCounts, title: str) -> None:
    assert lens_title(counts) == title
