"""Texts that are kept by content."""

from __future__ import annotations

import pytest

from ramify.analysis.text import Text
from ramify.indexing import texts
from ramify.indexing.texts import KeptTexts


def test_the_least_recently_used_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MEMORY_BYTES", 5)
    kept = KeptTexts()
    one, two = kept.keep("1", Text(b"aa")), kept.keep("2", Text(b"bb"))
    assert kept.of("1") is one
    kept.keep("3", Text(b"cc"))
    assert (kept.of("1"), kept.of("2")) == (one, None)
    assert kept.keep("2", two) is two


def test_equal_texts_are_one() -> None:
    kept = KeptTexts()
    one = kept.keep("1", Text(b"aa"))
    assert kept.keep("1", Text(b"aa")) is one


def test_one_large_text_is_kept_until_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MEMORY_BYTES", 1)
    kept = KeptTexts()
    kept.keep("1", Text(b"aa"))
    assert kept.of("1") is not None
    kept.keep("2", Text(b"bb"))
    assert kept.of("1") is None
