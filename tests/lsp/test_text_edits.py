"""The line index after an edit is the one made from scratch."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ramify.analysis.text import Text, line_starts_of

PIECES = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", "ä".encode()]), max_size=9).map(
    b"".join
)


@settings(deadline=None)
@given(PIECES, st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), PIECES), max_size=4))
def test_incremental_lines_equal_lines_from_scratch(data, edits):
    text = Text(data)
    for one, other, new in edits:
        start, end = sorted((round(one * len(text.data)), round(other * len(text.data))))
        expected = text.data[:start] + new + text.data[end:]
        text = text.replaced(start, end, new)
        assert text.data == expected
        assert list(text.line_starts) == list(line_starts_of(expected))


def test_a_cr_gets_its_lf():
    text = Text(b"a\rb")
    assert list(text.line_starts) == [0, 2]
    assert list(text.replaced(2, 2, b"\n").line_starts) == [0, 3]
