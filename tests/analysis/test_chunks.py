"""Where a file is cut for search, and what text each piece stands for."""

from __future__ import annotations

import itertools
from textwrap import dedent

import pytest
from blake3 import blake3

from ramify.analysis.extraction.chunks import MOST_BYTES, MOST_LINES, chunk_text
from ramify.analysis.extraction.extract import extract
from ramify_store.facts import FileFacts


def cut(text: str, language: str = "python") -> list[str]:
    """`kind path part: text`, line ends as `|`."""
    data = dedent(text).lstrip("\n").encode()
    outline = extract(data, language).outline
    return [
        f"{chunk.kind} {outline.symbols[chunk.symbol].path} {chunk.part}: "
        + chunk_text(data, outline, chunk).replace("\n", "|")
        for chunk in outline.chunks
    ]


def places(text: str) -> FileFacts:
    return extract(text.encode(), "python")


def test_definitions_and_heads() -> None:
    assert cut('''
        """Doc."""
        import a

        # About f.
        @decorated
        def f(x):
            def g(): pass
            return g

        X = 1

        class A(B):
            """Doc."""
            k = 1

            def m(self):
                return 1
    ''') == [
        'module  0: """Doc."""|import a',
        "function f 0: # About f.|@decorated|def f(x):|    def g(): pass|    return g||X = 1",
        'class A 0: class A(B):|    """Doc."""|    k = 1',
        "function A.m 0: class A:|    def m(self):|        return 1",
    ]


def test_code_between_definitions() -> None:
    long = f"NAMES = [{', '.join(['name'] * 20)}]"

    assert cut(f"def f(): pass\n{long}\ndef g(): pass\n{long}\n") == [
        "function f 0: def f(): pass",
        f"module  0: {long}",
        "function g 0: def g(): pass",
        f"code  0: {long}",
    ]


def test_a_class_goes_on_after_its_methods() -> None:
    long = f"names = [{', '.join(['name'] * 20)}]"

    assert cut(f"class A(B):\n    def m(self): pass\n    {long}\n") == [
        "class A 0: class A(B):",
        "function A.m 0: class A:|    def m(self): pass",
        f"class A 1: class A(B):|    {long}",
    ]


def test_a_line_after_a_method_is_read_with_it() -> None:
    assert cut("class A:\n    def m(self): pass\n    m.x = 1\n    def n(self): pass\n")[1:] == [
        "function A.m 0: class A:|    def m(self): pass|    m.x = 1",
        "function A.n 0: class A:|    def n(self): pass",
    ]


def test_comments_and_headers_alone_are_no_piece() -> None:
    assert cut("# a\n\nif x:\n    # b\n    def f(): pass\n") == [
        "function f 0:     # b|    def f(): pass",
    ]


def test_a_long_function_is_cut_at_its_outer_statements() -> None:
    body = "".join(f"    if a{n}:\n        b{n} = 1\n        c{n} = 2\n" for n in range(40))

    first, second = cut(f"def f(x):\n{body}")

    assert first.startswith("function f 0: def f(x):|    if a0:|")
    assert first.endswith("|    if a18:|        b18 = 1|        c18 = 2")
    assert second.startswith("function f 1: def f(x):|    if a19:|")
    assert second.endswith("|    if a39:|        b39 = 1|        c39 = 2")


def test_an_empty_module_has_no_piece() -> None:
    assert cut("") == []
    assert cut("\n\n# nothing\n") == []


def test_the_hash_is_of_the_text() -> None:
    data = b"class A:\n    def m(self):\n        return 1\n"
    outline = extract(data, "python").outline

    assert [chunk.hash for chunk in outline.chunks] == [
        blake3(chunk_text(data, outline, chunk).encode()).hexdigest(length=16)
        for chunk in outline.chunks
    ]


def test_a_moved_definition_keeps_its_hash() -> None:
    before = places("def f():\n    return 1\n").outline.chunks
    after = places("x = 1\n\n\ndef f():\n    return 1\n").outline.chunks

    assert before[0].hash == after[1].hash


def test_markdown_is_cut_at_headings_outside_fences() -> None:
    filler = "word " * 30

    assert cut(f"# A\n{filler}\n```\n# no heading\n{filler}\n```\n## B\n{filler}", "markdown") == [
        f"section  0: # A|{filler}|```|# no heading|{filler}|```",
        f"section  0: ## B|{filler.strip()}",
    ]


def test_restructuredtext_is_cut_at_underlined_titles() -> None:
    filler = "word " * 30

    assert cut(f"Title\n=====\n{filler}\n\nPart\n----\n{filler}", "restructuredtext") == [
        f"section  0: Title|=====|{filler.strip()}",
        f"section  0: Part|----|{filler.strip()}",
    ]


def test_small_sections_are_read_with_the_next() -> None:
    assert cut("# A\n\n## B\n\ntext\n", "markdown") == ["section  0: # A||## B||text"]


def test_other_texts_are_cut_where_a_block_ends() -> None:
    block = "func a() {\n" + "    line()\n\n" * 12 + "}\n\n"

    pieces = cut(block * 4, "makefile")

    assert [piece.count("|") + 1 for piece in pieces] == [53, 53]
    assert all(piece.startswith("section  ") for piece in pieces)
    assert all("func a() {" in piece[:26] for piece in pieces)


@pytest.mark.parametrize("text", ["x = '" + "a" * 20_000 + "'", "é" * 20_000])
def test_a_giant_line_is_cut_between_characters(text: str) -> None:
    outline = extract(text.encode(), "text").outline

    pieces = [chunk_text(text.encode(), outline, chunk) for chunk in outline.chunks]
    assert "".join(pieces) == text
    assert max(len(piece.encode()) for piece in pieces) <= MOST_BYTES * 1.25


def test_pieces_are_bounded() -> None:
    outline = places("x = 1\n" * 10_000).outline

    lines = [outline.lines().tolist().index(chunk.start) for chunk in outline.chunks]
    assert max(b - a for a, b in itertools.pairwise(lines)) <= MOST_LINES
