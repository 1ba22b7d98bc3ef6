"""A position in a text that changed since is carried over or refused, never guessed."""

import pytest

from ramify.lsp.pointed import moved_offset

THEN = b"one two three"


@pytest.mark.parametrize(
    ("now", "offset", "expected"),
    [
        (b"one two three", 5, 5),
        (b"zero one two three", 4, 9),
        (b"one two three four", 4, 4),
        (b"one 2 three", 2, 2),
        (b"one 2 three", 8, 6),
        (b"one 2 three", 5, None),
        (b"", 5, None),
        (b"", 0, 0),
        (b"one two", 7, 7),
    ],
)
def test_moved_offset(now, offset, expected):
    assert moved_offset(THEN, now, offset) == expected


def test_text_that_repeats_itself():
    assert moved_offset(b"aaaa", b"aaaaa", 4) == 4
