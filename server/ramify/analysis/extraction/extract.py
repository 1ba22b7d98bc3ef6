"""From a file's bytes to its facts: they depend on the bytes and the language, and nothing else.

One walk over the syntax tree. Never fails on a text: what cannot be read gives fewer facts and a
note of why.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from operator import sub

from ramify.analysis.extraction.chunks import cut_code, cut_text
from ramify.analysis.extraction.definitions import docstring
from ramify.analysis.extraction.expressions import EXPRESSIONS
from ramify.analysis.extraction.parse import error_extent, error_note, is_parsed, kind_ids, parse
from ramify.analysis.extraction.state import WIDTH, Walk, expression
from ramify.analysis.extraction.statements import error, nested_block, suite
from ramify.analysis.text import line_starts_of
from ramify.languages.python.mend import mend
from ramify_store.facts import Body, FileFacts, Outline, packed_column

_BY_TYPE = {**EXPRESSIONS, "ERROR": error, "block": nested_block}
_HANDLERS = {kind: _BY_TYPE[name] for kind, name in kind_ids("python", _BY_TYPE).items()}


def extract(data: bytes, language: str) -> FileFacts:
    """The facts of UTF-8 text without a BOM (see `decode`).

    A language without a grammar gives a module symbol and sections to search in.
    """
    lines = line_starts_of(data)
    walk = Walk(data, _HANDLERS, suite)
    parsed = is_parsed(language)
    notes = _walked(walk, language, lines) if parsed else []
    walk.finish()
    symbols, rank = walk.ordered_symbols()
    if parsed:
        chunks = cut_code(data, symbols, lines, walk.statement_starts)
    else:
        chunks = cut_text(data, language, symbols, lines)
    body = Body(
        tuple(walk.name_list),
        bytes(walk.rows[0::WIDTH]),
        walk.column(1),
        walk.column(2),
        walk.column(3),
        array("i", walk.pool).tobytes(),
        walk.scope_facts(rank),
        walk.binding_facts(rank),
        walk.block_facts(),
        None if walk.exported is None else tuple(walk.exported),
    )
    starts, ends = (array("i", walk.rows[place::WIDTH]) for place in (4, 5))
    outline = Outline(
        language,
        len(data),
        data.isascii(),
        packed_column(lines),
        symbols,
        chunks,
        packed_column(starts),
        packed_column(array("i", map(sub, ends, starts))),
        tuple(notes),
    )
    return FileFacts(outline, body)


def _walked(walk: Walk, language: str, lines: Sequence[int]) -> list[str]:
    """Walks the text's tree; returns the notes on what could not be read."""
    notes = []
    root = parse(walk.data, language).root_node
    if root.has_error:
        note = error_note(root, lines)
        notes += [note] if note else []
        mended = mend(walk.data)
        other = parse(mended, language).root_node
        if error_extent(other) < error_extent(root):
            walk.data, root = mended, other
    docstring(walk, walk.symbols[0], root)
    if root.type == "module":
        suite(walk, root)
    else:
        expression(walk, root)
    if walk.too_deep == 1:
        notes.append("1 place is nested too deeply to be read")
    elif walk.too_deep:
        notes.append(f"{walk.too_deep} places are nested too deeply to be read")
    return notes
