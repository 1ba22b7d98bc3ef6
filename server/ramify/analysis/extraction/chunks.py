"""Cuts a file into the pieces that are embedded and searched: definitions, heads, sections.

A function is one piece with what is nested in it; a class's head and a module's are pieces of
their own. Pure; knows symbols and where statements begin, and no syntax tree.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from blake3 import blake3

from ramify.analysis.extraction.heads import Head, heads
from ramify.analysis.extraction.sections import section_starts
from ramify_store.facts import ChunkFact, Outline, SymbolFact, SymbolKind

MOST_LINES = 60
MOST_BYTES = 3_000
SMALL_GAP = 80
"""Bytes between two definitions that are read with the first (`f.short_description = ...`)."""
_SLACK = 1.25
"""A piece may be this much longer where that spares a small rest."""
_WITH_CHUNKS = frozenset(
    (SymbolKind.CLASS, SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.PROPERTY)
)
_PARAGRAPH = re.compile(rb"\n[ \t\r]*\n\n*")
_BLANKS = re.compile(rb"[ \t]*")
_BLANK_LINES = re.compile(rb"(?:[ \t\f]*\r?\n)*")
_HEADER = re.compile(rb"(?:if|elif|else|try|except|finally|with|for|while)\b")
_COMMENT_LINE = re.compile(rb"[ \t]*#")
_TELLS = re.compile(rb"\w{2}[^\n]*\w[^\n]*\S")
"""A line that is more than the end of a block."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A file and what is known of it before it is cut."""

    data: bytes
    symbols: Sequence[SymbolFact]
    lines: Sequence[int]
    points: Sequence[int]
    """Where it may be cut inside a piece: starts of statements, or of paragraphs."""


def cut_code(
    data: bytes,
    symbols: Sequence[SymbolFact],
    lines: Sequence[int],
    statement_starts: Sequence[int],
) -> tuple[ChunkFact, ...]:
    """The chunks of a parsed file, in order of start."""
    return tuple(_of_code(_Source(data, symbols, lines, statement_starts)))


def cut_text(
    data: bytes, language: str, symbols: Sequence[SymbolFact], lines: Sequence[int]
) -> tuple[ChunkFact, ...]:
    """The pieces of a text that is not parsed, in order of start: its definitions where they can
    be told, else its sections. `symbols` is its module."""
    paragraphs = [match.end() for match in _PARAGRAPH.finditer(data)]
    source = _Source(data, symbols, lines, paragraphs)
    found = heads(data, language, lines)
    return tuple(_of_heads(source, found) if found else _of_text(source, language))


def chunk_text(data: bytes, outline: Outline, chunk: ChunkFact) -> str:
    """What is embedded and indexed for a chunk: its lines, below the lines that say where it
    stands (its class; its own signature, when it is a later piece of a long definition)."""
    text = _text(data, outline.symbols, chunk)
    return text.decode("utf-8", "replace")


def _of_code(source: _Source) -> Iterator[ChunkFact]:
    """Walks the definitions that have pieces of their own, and what stands between them."""
    symbols = source.symbols
    owners = _owners(symbols)
    open_owners = [0]
    parts = dict.fromkeys((0, *owners), 0)
    cursor = 0
    for position, index in enumerate(owners):
        symbol = symbols[index]
        start = _with_comments(source, symbol.start, cursor)
        while len(open_owners) > 1 and symbols[open_owners[-1]].end <= symbol.start:
            owner = open_owners.pop()
            end = min(symbols[owner].end, start)
            yield from _between(source, owner, cursor, end, parts)
            cursor = max(cursor, end)
        yield from _between(source, open_owners[-1], cursor, start, parts)
        cursor = max(cursor, start)
        if symbol.kind is SymbolKind.CLASS:
            open_owners.append(index)
            continue
        following = symbols[owners[position + 1]] if position + 1 < len(owners) else None
        end = _with_small_gap(source, symbol, following)
        yield from _pieces(source, index, "function", cursor, end, 0)
        cursor = max(cursor, end)
    while open_owners:
        owner = open_owners.pop()
        yield from _between(source, owner, cursor, symbols[owner].end, parts)
        cursor = max(cursor, symbols[owner].end)


def _owners(symbols: Sequence[SymbolFact]) -> list[int]:
    """Definitions in a module or a class: those inside a function are part of its pieces."""
    classes = {0}
    found = []
    for index, symbol in enumerate(symbols):
        if symbol.parent in classes and symbol.kind in _WITH_CHUNKS:
            found.append(index)
            if symbol.kind is SymbolKind.CLASS:
                classes.add(index)
    return found


def _with_small_gap(source: _Source, symbol: SymbolFact, following: SymbolFact | None) -> int:
    """A function's end, with the few statements that follow it in the same class or module."""
    if following is None or following.parent != symbol.parent or following.start < symbol.end:
        return symbol.end
    start = _with_comments(source, following.start, symbol.end)
    start, end = _trimmed(source.data, symbol.end, start)
    is_small = 0 < end - start <= SMALL_GAP and _has_substance(source.data, start, end)
    return end if is_small else symbol.end


def _between(
    source: _Source, owner: int, start: int, end: int, parts: dict[int, int]
) -> Iterator[ChunkFact]:
    """What stands in a module or class between its definitions; `parts` counts its pieces."""
    if start >= end or not _has_substance(source.data, start, end):
        return
    count = parts[owner]
    if owner:
        pieces = tuple(_pieces(source, owner, "class", start, end, count))
    else:
        pieces = tuple(_pieces(source, 0, "code" if count else "module", start, end, 0))
    parts[owner] += len(pieces)
    yield from pieces


def _has_substance(data: bytes, start: int, end: int) -> bool:
    """Whether there is more than comments and the one line that opens a definition's block."""
    headers = 0
    for line in data[start:end].splitlines():
        code = line.strip()
        if not code or code.startswith(b"#"):
            continue
        headers += 1
        if headers > 1 or not code.endswith(b":") or not _HEADER.match(code):
            return True
    return False


def _pieces(
    source: _Source, symbol: int, kind: str, start: int, end: int, first: int, name: str = ""
) -> Iterator[ChunkFact]:
    """The chunks of one stretch, numbered from `first`."""
    for part, (piece_start, piece_end) in enumerate(_cuts(source, start, end), first):
        piece = ChunkFact(symbol, kind, piece_start, piece_end, part, "", name)
        digest = blake3(_text(source.data, source.symbols, piece)).hexdigest(length=16)
        yield ChunkFact(symbol, kind, piece_start, piece_end, part, digest, name)


def _of_heads(source: _Source, found: Sequence[Head]) -> Iterator[ChunkFact]:
    """A piece for each definition without those inside it, and for what stands between them."""
    cursor = 0
    inside: list[Head] = []
    for each in found:
        while inside and inside[-1].end <= each.start:
            done = inside.pop()
            yield from _stretch(source, cursor, done.end, done)
            cursor = max(cursor, done.end)
        yield from _stretch(source, cursor, each.start, inside[-1] if inside else None)
        cursor = max(cursor, each.start)
        inside.append(each)
    while inside:
        done = inside.pop()
        yield from _stretch(source, cursor, done.end, done)
        cursor = max(cursor, done.end)
    yield from _stretch(source, cursor, len(source.data), None)


def _stretch(source: _Source, start: int, end: int, of: Head | None) -> Iterator[ChunkFact]:
    if start < end and _TELLS.search(source.data, start, end):
        kind = "code" if of is None else "class" if of.holds else "function"
        yield from _pieces(source, 0, kind, start, end, 0, of.name if of else "")


def _of_text(source: _Source, language: str) -> Iterator[ChunkFact]:
    """Sections at headings; long ones, and texts without headings, cut where a paragraph ends."""
    starts = section_starts(source.data, language)
    for start, end in zip(starts, [*starts[1:], len(source.data)], strict=True):
        yield from _pieces(source, 0, "section", start, end, 0)


def _cuts(source: _Source, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Pieces of at most so many lines and bytes, cut at the least indented of the points."""
    data = source.data
    start, end = _trimmed(data, start, end)
    while start < end:
        stop = _furthest(source.lines, start, end, 1.0)
        if stop >= end or _furthest(source.lines, start, end, _SLACK) >= end:
            yield _trimmed(data, start, end)
            return
        cut_at = _best_point(source, start, stop)
        piece = _trimmed(data, start, cut_at)
        if piece[0] < piece[1]:
            yield piece
        start = cut_at


def _furthest(lines: Sequence[int], start: int, end: int, factor: float) -> int:
    """The byte up to which a piece that begins at `start` may go."""
    line = bisect_right(lines, start) - 1 + int(MOST_LINES * factor)
    by_lines = lines[line] if line < len(lines) else end
    return min(end, by_lines, start + int(MOST_BYTES * factor))


def _best_point(source: _Source, start: int, stop: int) -> int:
    """Where to cut before `stop`: a point in the last two thirds, else a line's start, else
    between two characters."""
    data, lines, points = source.data, source.lines, source.points
    nearest = start + (stop - start) // 3
    best = -1
    least = 1 << 30
    for at in points[bisect_left(points, nearest) : bisect_right(points, stop)]:
        line_start = lines[bisect_right(lines, at) - 1]
        before = data[line_start:at]
        if before.strip() or line_start <= start:
            continue
        indent = len(before.expandtabs())
        if not before:
            indent = _indent_of(data, at)
        if indent <= least:
            best, least = line_start, indent
    if best > start:
        return best
    line_start = lines[bisect_right(lines, stop) - 1]
    if line_start > start:
        return line_start
    while stop > start + 1 and data[stop] & 0xC0 == 0x80:
        stop -= 1
    return stop


def _indent_of(data: bytes, at: int) -> int:
    found = _BLANKS.match(data, at)
    return len(found[0].expandtabs()) if found else 0


def _trimmed(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Without blank lines before and blanks after; the first line keeps its indentation."""
    leading = _BLANK_LINES.match(data, start, end)
    start = leading.end() if leading else start
    while end > start and data[end - 1] in b" \t\r\n\f":
        end -= 1
    return start, end


def _with_comments(source: _Source, start: int, floor: int) -> int:
    """The start of a definition's first line, or of the comment lines right above it."""
    data, lines = source.data, source.lines
    line = bisect_right(lines, start) - 1
    if data[lines[line] : start].strip() or lines[line] < floor:
        return max(start, floor)
    while line > 0 and lines[line - 1] >= floor and _COMMENT_LINE.match(data, lines[line - 1]):
        line -= 1
    return lines[line]


def _text(data: bytes, symbols: Sequence[SymbolFact], piece: ChunkFact) -> bytes:
    symbol, part = piece.symbol, piece.part
    own = symbols[symbol]
    header = ""
    if piece.name:
        said = piece.name if part else piece.name.rpartition(".")[0]
        header = f"{said}:\n" if said else ""
    if own.parent > 0:
        header = f"class {_plain(symbols[own.parent].path)}:\n"
    if part and symbol:
        word = "class" if own.kind is SymbolKind.CLASS else "def"
        indent = "    " if header else ""
        header += f"{indent}{word} {own.name}{own.signature}:\n"
    return header.encode() + data[piece.start : piece.end]


def _plain(path: str) -> str:
    return path.replace("<locals>.", "").partition("#")[0]
