"""Words of many texts as numbers in one array."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ramify_store.word_rows import WordRows


def written(*rows: Sequence[int]) -> list[bytes]:
    return [np.array(row, "<u2").tobytes() for row in rows]


def shown(rows: WordRows, *which: int) -> list[list[int]]:
    filled: list[list[int]] = rows.padded(np.array(which, np.intp)).tolist()
    return filled


def test_rows_are_filled_up_to_the_longest() -> None:
    rows = WordRows.of(written([7, 8, 9], [], [40_000]))
    assert shown(rows, 2, 0, 1) == [[40_000, -1, -1], [7, 8, 9], [-1, -1, -1]]


def test_a_text_that_is_not_embedded_has_no_words() -> None:
    assert shown(WordRows.of(written([7])), -1, 0) == [[-1], [7]]
    assert shown(WordRows.of([]), -1) == [[-1]]


def test_what_is_added_leaves_the_old_value_as_it_was() -> None:
    old = WordRows.of(written([1]))
    new = old.with_more(written([2, 3])).with_more(written([4]))
    assert shown(new, 0, 1, 2) == [[1, -1], [2, 3], [4, -1]]
    assert old.ends.tolist() == [0, 1]
    assert shown(old, 0) == [[1]]


def test_only_some_rows_in_another_order() -> None:
    rows = WordRows.of(written([1], [2, 3], [4])).only(np.array([1, 0], np.intp))
    assert shown(rows.with_more(written([5])), 0, 1, 2) == [[2, 3], [1, -1], [5, -1]]


def test_how_many_rows_hold_each_word() -> None:
    rows = WordRows.of(written([1, 2], [2], [3])).with_more(written([2]))
    count, holding = rows.holding(without=np.array([2], np.intp))
    assert (count, holding[:4].tolist()) == (4, [0, 1, 3, 0])
    assert rows.only(np.array([0, 2], np.intp)).counts[:4].tolist() == [0, 1, 1, 1]
