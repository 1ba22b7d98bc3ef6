"""Files that no reader should stumble over."""

from __future__ import annotations

import pytest

from ramify.analysis.extraction.extract import extract
from ramify_store.facts import FileFacts


def python(data: bytes) -> FileFacts:
    return extract(data, "python")


def test_empty() -> None:
    facts = python(b"")

    assert [symbol.path for symbol in facts.outline.symbols] == [""]
    assert facts.outline.notes == ()
    assert facts.outline.lines().tolist() == [0]
    assert len(facts.body.scopes) == 1
    assert len(facts.body.blocks) == 1


def test_only_blanks_and_comments() -> None:
    assert python(b"\n  \n# a\n\t").outline.notes == ()


def test_crlf_counts_as_one_line_end() -> None:
    outline = python(b"a = 1\r\nb = 2\r\n").outline

    assert outline.lines().tolist() == [0, 7, 14]
    assert [(s.name, s.name_start) for s in outline.symbols[1:]] == [("a", 0), ("b", 7)]


def test_offsets_count_bytes() -> None:
    outline = python("é = 'ü'\nx = é\n".encode()).outline

    assert not outline.ascii
    assert [(s.name, s.name_start, s.name_end) for s in outline.symbols[1:]] == [
        ("é", 0, 2),
        ("x", 10, 11),
    ]


def test_names_are_compared_in_their_normal_form() -> None:
    assert python("ﬁ = 1\nfi".encode()).body.names.count("fi") == 1


@pytest.mark.parametrize(
    "text",
    [
        b"(" * 100_000 + b")" * 100_000,
        b"[" * 100_000,
        b"f(" * 100_000 + b")" * 100_000,
        b"x" + b"[0]" * 100_000,
        b"x" + b".a" * 100_000,
        b"-" * 100_000 + b"1",
        b"not " * 100_000 + b"x",
        b"a = " * 100_000 + b"1",
        b"lambda: " * 50_000 + b"1",
        b"x: '" + b"[" * 10_000 + b"]" * 10_000 + b"'",
        b"{" * 100_000,
        b"(" * 100_000 + b"]" * 100_000,
        b"match x:\n case " + b"[" * 50_000 + b"]" * 50_000 + b": pass",
        b"".join(b" " * depth + b"if x:\n" for depth in range(500)) + b" " * 500 + b"y\n",
        b"".join(b" " * depth + b"def f():\n" for depth in range(500)) + b" " * 500 + b"y\n",
    ],
    ids=lambda text: text[:8].decode(),
)
def test_deep_nesting_is_bounded(text: bytes) -> None:
    facts = python(text + b"\nlast = here\n")

    assert facts.outline.size == len(text) + 13
    assert len(facts.body.ops) < 500_000


def test_deep_nesting_leaves_a_note() -> None:
    facts = python(b"x = " + b"(" * 1_000 + b"a" + b")" * 1_000 + b"\ny = b\n")

    assert facts.outline.notes == ("1 place is nested too deeply to be read",)
    assert [symbol.path for symbol in facts.outline.symbols] == ["", "x", "y"]


@pytest.mark.parametrize("operator", ["+", "or", "and", "<"])
def test_long_chains_of_operators_are_read(operator: str) -> None:
    facts = python(f" {operator} ".join(["a"] * 20_000).encode())

    assert facts.outline.notes == ()
    assert facts.body.names[0] == "a"


def test_long_if_chain() -> None:
    text = "if a0: pass\n" + "".join(f"elif a{n}: pass\n" for n in range(1, 2_000))

    assert len(python(text.encode()).body.blocks) == 2_001


def test_ten_megabytes() -> None:
    line = b"names[first].value = '" + b"long " * 40 + b"'\n"
    facts = python(line * (10_000_000 // len(line)))

    assert len(facts.outline.lines()) == 10_000_000 // len(line) + 1
    assert facts.outline.notes == ()


def test_hundred_thousand_lines() -> None:
    facts = python(b"".join(b"x%d = %d\n" % (n, n) for n in range(100_000)))

    assert len(facts.outline.symbols) == 100_001
    assert facts.outline.symbols[-1].path == "x99999"


def test_a_line_of_ten_megabytes() -> None:
    assert python(b"x = '" + b"a" * 10_000_000 + b"'\n").outline.symbols[1].path == "x"


def test_bytes_that_are_not_utf_8_do_no_harm() -> None:
    assert python(b"x = '\xff\xfe'\n\xff = 1\n").outline.symbols[1].path == "x"
