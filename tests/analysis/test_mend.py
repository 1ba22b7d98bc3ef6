"""Half-typed code: what is mended, and that nothing moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramify.languages.python.mend import mend


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("x = f(\ndef g(): pass", "x = f \ndef g(): pass"),
        ("x = [a, (b]\n", "x = [a,  b]\n"),
        ("f(a))\n", "f(a) \n"),
        ("self.\nx", "self \nx"),
        ("f(a.\n  b)\n", "f(a.\n  b)\n"),
        ("x = 'ab\ny", "x =    \ny"),
        ("class X\ny", "       \ny"),
        ("def f(a,\n\ndef g(): pass", "        \n\ndef g(): pass"),
        ("def f(\n    return 1\n", "      \n    return 1\n"),
        ("f(\n  x for x in y\n  if x)\n", "f(\n  x for x in y\n  if x)\n"),
        ("'(' # (\n'''\n(\n'''\n", "'(' # (\n'''\n(\n'''\n"),
    ],
)
def test_mend(text: str, mended: str) -> None:
    assert mend(text.encode()) == mended.encode()


@given(st.text(alphabet="()[]{}'\".#:\n\\ adefclass"))
def test_nothing_moves(text: str) -> None:
    data = text.encode()
    mended = mend(data)

    assert len(mended) == len(data)
    assert all(new == old or new == 32 for new, old in zip(mended, data, strict=True))
    assert mended.count(b"\n") == data.count(b"\n")
