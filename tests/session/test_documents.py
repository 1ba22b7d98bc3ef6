"""Edits of buffers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramify.analysis.text import Encoding, Position, Text
from ramify.session.documents import Change, apply, text_of

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")


def edited(before: str, start: tuple[int, int], end: tuple[int, int], text: str) -> str:
    change = Change(text, Position(*start), Position(*end))
    return apply(text_of(before), [change], "utf-16").data.decode()


def test_a_change_without_a_range_replaces_everything() -> None:
    assert apply(text_of("old"), [Change("new")], "utf-8").data == b"new"


def test_columns_count_in_the_clients_units() -> None:
    assert edited("a😀b", (0, 3), (0, 4), "X") == "a😀X"


def test_changes_follow_one_another() -> None:
    changes = [
        Change("b", Position(0, 1), Position(0, 1)),
        Change("c", Position(0, 2), Position(0, 2)),
    ]
    assert apply(text_of("a"), changes, "utf-16").data == b"abc"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_every_way(end: str) -> None:
    assert edited(f"a{end}b", (1, 0), (1, 1), "c") == f"a{end}c"


def test_positions_outside_are_clamped() -> None:
    assert edited("ab\ncd", (0, 9), (7, 0), "!") == "ab!"


def test_a_range_that_ends_first_is_read_the_other_way_round() -> None:
    assert edited("abcd", (0, 3), (0, 1), "-") == "a-d"


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert text_of("\ufeffa\ud800").data == b"a?"


TEXTS = st.text(st.sampled_from("ab\n\r é你😀"), max_size=30)


@given(TEXTS, TEXTS, st.data(), st.sampled_from(ENCODINGS))
def test_an_edit_equals_the_whole_text_replaced(
    before: str, new: str, data: st.DataObject, encoding: Encoding
) -> None:
    first = data.draw(st.integers(0, len(before)))
    last = data.draw(st.integers(first, len(before)))
    text = Text(before.encode())
    start = text.position(len(before[:first].encode()), encoding)
    end = text.position(len(before[:last].encode()), encoding)
    after = apply(text, [Change(new, start, end)], encoding)
    # A position between CR and LF is no place of its own in LSP: it means the line's end.
    whole = before[: _line_end(before, first)] + new + before[_line_end(before, last) :]
    assert after.data.decode() == whole


def _line_end(text: str, index: int) -> int:
    return index - 1 if text[index - 1 : index + 1] == "\r\n" else index
