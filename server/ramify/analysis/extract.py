"""From a file's bytes to its facts: they depend on the bytes and the language, and nothing else.

One walk over the syntax tree. Never fails on a text: what cannot be read gives fewer facts and a
note of why.
"""

from __future__ import annotations

from array import array

from ramify.analysis import chunks
from ramify.analysis.extract_definitions import docstring
from ramify.analysis.extract_expressions import EXPRESSIONS
from ramify.analysis.extract_state import Walk
from ramify.analysis.extract_statements import error, nested_block, statement_or_expression, suite
from ramify.analysis.parse import error_note, is_parsed, parse
from ramify.analysis.text import line_starts_of
from ramify_store.facts import Body, FileFacts, Outline

_ALL = {**EXPRESSIONS, "ERROR": error, "block": nested_block}


def extract(data: bytes, language: str) -> FileFacts:
    """The facts of UTF-8 text without a BOM (see `decode`).

    A language without a grammar gives a module symbol and sections to search in.
    """
    lines = line_starts_of(data)
    walk = Walk(data, _ALL, suite)
    notes: list[str] = []
    if is_parsed(language):
        root = parse(data, language).root_node
        docstring(walk, walk.symbols[0], root)
        if root.type == "module":
            suite(walk, root)
        else:
            statement_or_expression(walk, root)
        if root.has_error:
            note = error_note(root, lines)
            notes += [note] if note else []
        if walk.too_deep:
            notes.append(f"{walk.too_deep} places are nested too deeply to be read")
    walk.finish()
    symbols, rank = walk.ordered_symbols()
    body = Body(
        tuple(walk.name_list),
        bytes(walk.rows[0::6]),
        walk.column(1),
        walk.column(2),
        walk.column(3),
        array("i", walk.pool).tobytes(),
        walk.scope_facts(rank),
        walk.binding_facts(rank),
        walk.block_facts(),
        None if walk.exported is None else tuple(walk.exported),
    )
    outline = Outline(
        language,
        len(data),
        data.isascii(),
        lines.tobytes(),
        symbols,
        chunks.cut(data, language, symbols, lines, walk.statement_starts),
        walk.column(4),
        walk.column(5),
        tuple(notes),
    )
    return FileFacts(outline, body)
