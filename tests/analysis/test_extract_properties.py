"""Whatever the bytes: facts come back, and their ranges nest."""

from __future__ import annotations

import itertools
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import ramify.analysis.extraction
from ramify.analysis.extraction.extract import extract
from ramify_store.facts import (
    NONE,
    FileFacts,
    Op,
    decode_body,
    decode_outline,
    encode,
)
from tests.analysis.facts_text import Reader

_SOURCES = [
    path.read_bytes() for path in sorted(Path(ramify.analysis.extraction.__path__[0]).glob("*.py"))
]
_CASES = [
    section.partition("```")[0].encode()
    for path in sorted((Path(__file__).parent / "cases").glob("*.md"))
    for section in path.read_text().split("```source\n")[1:]
]
_PIECES = st.sampled_from(
    [
        b"(", b")", b"[", b"]", b"{", b"}", b":", b",", b".", b"=", b"\n", b" ", b"    ", b"\t",
        b"'", b'"""', b"f'{", b"#", b"\\", b"\\\n", b"*", b"**", b"@", b"->", b":=", b"|",
        b"def ", b"class ", b"lambda ", b"if ", b"else", b"for ", b" in ", b"import ", b"from ",
        b"with ", b" as ", b"try:", b"except ", b"match ", b"case ", b"async ", b"await ",
        b"yield ", b"return ", b"global ", b"del ", b"not ", b"type ", b"print ", b"x", b"_",
        b"1", b"\xc3\xa9", b"\xff", b"\0",
    ]
)  # fmt: skip


def check(facts: FileFacts) -> None:
    outline, body = facts.outline, facts.body
    size = len(body.ops)
    starts, ends = outline.sites()
    assert len(starts) == len(ends) == size
    assert all(0 <= a <= b <= outline.size for a, b in zip(starts, ends, strict=True))
    assert {Op(op) for op in set(body.ops)} <= set(Op)
    _check_nesting([(s.parent, s.first, s.last) for s in body.scopes], size)
    _check_nesting([(b.parent, b.first, b.last) for b in body.blocks], size)
    for binding in body.bindings:
        scope, block = body.scopes[binding.scope], body.blocks[binding.block]
        assert scope.first <= binding.target < scope.last
        assert block.first <= binding.target < block.last
        assert NONE <= binding.value < size
        assert NONE <= binding.annotation < size
        assert NONE <= binding.symbol < len(outline.symbols)
    for index, symbol in enumerate(outline.symbols):
        assert symbol.parent < index
        assert 0 <= symbol.start <= symbol.end <= outline.size
    assert len({symbol.path for symbol in outline.symbols}) == len(outline.symbols)
    assert [s.start for s in outline.symbols] == sorted(s.start for s in outline.symbols)
    for chunk in outline.chunks:
        assert 0 <= chunk.start < chunk.end <= outline.size
    for before, after in zip(outline.chunks, outline.chunks[1:], strict=False):
        assert before.end <= after.start
    assert decode_outline(encode(outline)) == outline
    assert decode_body(encode(body)) == body


def _check_nesting(ranges: list[tuple[int, int, int]], size: int) -> None:
    assert ranges[0] == (NONE, 0, size)
    for index, (parent, first, last) in enumerate(ranges[1:], 1):
        assert 0 <= parent < index
        assert ranges[parent][1] <= first <= last <= ranges[parent][2]
    by_start = sorted(ranges, key=lambda each: (each[1], -each[2]))
    for (_, _, last), (_, first, after) in itertools.pairwise(by_start):
        assert first >= last or after <= last


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    text = draw(st.sampled_from(_SOURCES + _CASES))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        gone = draw(st.integers(0, 40))
        text = text[:at] + draw(_PIECES) + text[at + gone :]
    return text


@given(mutated())
@settings(max_examples=150, deadline=None)
def test_facts_of_mutated_code(text: bytes) -> None:
    check(extract(text, "python"))


@given(st.lists(_PIECES, max_size=40).map(b"".join))
@settings(max_examples=300, deadline=None)
def test_facts_of_random_pieces(text: bytes) -> None:
    check(extract(text, "python"))


@given(st.binary(max_size=300), st.sampled_from(["python", "markdown", "go"]))
@settings(max_examples=200, deadline=None)
def test_facts_of_any_bytes(text: bytes, language: str) -> None:
    check(extract(text, language))


def test_operands_stand_before_what_uses_them() -> None:
    for source in _SOURCES:
        reader = Reader(source)
        for index in range(len(reader.ops)):
            assert all(operand < index for operand in reader.operands(index))


def test_the_same_bytes_give_the_same_facts() -> None:
    for source in _SOURCES:
        assert extract(source, "python") == extract(source, "python")
