"""Which lines are a copy of which."""

from __future__ import annotations

from ramify.features.copies import Copy, copied, lines_of

WANTED = """\
    for path in sorted(paths):
        with open(path) as handle:
            rows.extend(parse_rows(handle))
"""


def found(text: str, wanted: str = WANTED) -> Copy | None:
    return copied(lines_of(wanted), lines_of(text))


def test_the_same_lines_elsewhere_whatever_their_indentation_and_blank_lines() -> None:
    text = "def read(paths):\n    rows = []\n" + WANTED.replace("    ", "\t").replace("\n", "\n\n")
    assert found(text) == Copy(2, 6, 1.0)


def test_a_renamed_variable_leaves_a_copy_a_copy() -> None:
    again = found(f"def f():\n{WANTED.replace('handle', 'file')}")
    assert again is not None
    assert (again.first, again.last) == (1, 3)
    assert 0.8 <= again.share < 1


def test_the_same_words_scattered_over_a_function_are_no_copy() -> None:
    scattered = "\n".join(
        f"x{n} = 1\ny{n} = 2\n{line}" for n, line in enumerate(WANTED.split("\n"))
    )
    assert found(scattered) is None


def test_a_few_words_stand_together_by_chance() -> None:
    assert found("    return None\n", "    return None\n") is None


def test_a_text_shorter_than_the_lines_is_compared_as_a_whole() -> None:
    assert found("rows.extend(parse_rows(handle))") is None
