"""Postings: whatever they were put together from, they say the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramify_store import postings
from ramify_store.postings import Ids, LivePostings, Mask, Postings, written

WORDS = "abcd"
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join), max_size=12)


def live(of: Postings, ids: list[int]) -> LivePostings:
    """In rows in the order of the ids."""
    row = {each: at for at, each in enumerate(ids)}
    rows = tuple(
        np.array([row.get(int(each), -1) for each in part.ids], np.intp) for part in of.parts
    )
    return LivePostings(of, rows, len(ids))


def scores(of: Postings, ids: list[int]) -> list[list[float]]:
    shown = live(of, ids)
    return [shown.scores([word]).tolist() for word in WORDS]


def test_a_word_stands_in_the_chunks_that_hold_it() -> None:
    of = Postings.of([written([(7, "get http"), (8, ""), (9, "http")])])
    assert live(of, [7, 8, 9]).holding(["http"]).tolist() == [True, False, True]
    assert live(of, [9, 7]).holding(["get", "http"]).tolist() == [False, True]
    assert live(of, [7, 8, 9]).scores(["nothing"]).tolist() == [0, 0, 0]


def test_a_word_that_is_asked_twice_counts_once() -> None:
    of = Postings.of([written([(7, "get http")])])
    assert live(of, [7]).scores(["get", "get"]) == live(of, [7]).scores(["get"])


def test_small_parts_are_joined() -> None:
    of = Postings.of([])
    for number in range(100):
        of = of.with_more(written([(number, "word")]))
    assert len(of.parts) < 8
    assert live(of, list(range(100))).holding(["word"]).all()


def test_a_word_that_stands_very_often_is_counted() -> None:
    often, once = (
        Postings.of([written([(1, " ".join(["a"] * count)), (2, "b")])]) for count in (300, 1)
    )
    assert often.parts[0].times.tolist() == [300, 1]
    assert once.parts[0].times.dtype == np.uint8


@given(first=TEXTS, more=st.lists(TEXTS, max_size=4), gone=st.sets(st.integers(0, 40)))
def test_the_order_of_the_work_cannot_be_seen(
    first: list[str], more: list[list[str]], gone: set[int]
) -> None:
    every = list(enumerate([*first, *(text for texts in more for text in texts)]))
    grown, at = Postings.of([written(every[: len(first)])]), len(first)
    for texts in more:
        grown = grown.with_more(written(every[at : at + len(texts)]))
        at += len(texts)
    kept = [(number, text) for number, text in every if number not in gone]
    ids = [number for number, _ in kept]

    def is_live(of: Ids) -> Mask:
        return np.isin(of, ids)

    anew = scores(Postings.of([written(kept)]), ids)
    assert np.allclose(scores(grown, ids), anew)
    assert np.allclose(scores(grown.only(is_live), ids), anew)


def test_more_chunks_than_a_part_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "MOST_CHUNKS", 4)
    texts = [(number, WORDS[number % 3]) for number in range(11)]
    of = Postings.of([written(texts)])
    assert [len(part.ids) for part in of.parts] == [4, 4, 3]
    assert live(of, list(range(11))).holding(["b"]).nonzero()[0].tolist() == [1, 4, 7, 10]
