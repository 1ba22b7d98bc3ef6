"""String literals of Python: constants, and f-strings with their replacement fields."""

from __future__ import annotations

import re

from ramify.analysis.extraction.parse import Node
from ramify.analysis.extraction.state import WIDTH, Walk, expression
from ramify_store.facts import NONE, Op

_PLAIN_TEXT = re.compile(rb"[rRuU]?['\"]([^'\"\\\s]{1,80}|[A-Za-z_]\w*(?:, \w+){1,12})['\"]")
"""A word, or names in a row as `parametrize("one, two", ...)` has them."""
_RAW_TEXT = re.compile(rb"[rR]['\"]([^'\"\s]{1,120})['\"]")
"""A pattern without spaces, as `re_path(r"^posts/(?P<pk>\\d+)/$", ...)` has them."""
_NAME = re.compile(rb"[A-Za-z_]\w{1,40}")
_PATH = re.compile(rb"[\w/.{}?=&%:@~+,;-]{1,120}")
"""What an f-string says of the path of a URL, `{}` for each field."""
_QUOTES = b"'\""
_CONST = int(Op.CONST)


def string(w: Walk, node: Node) -> int:
    start = node.start_byte
    end = node.end_byte
    text = w.data[start:end]
    if text[0] not in _QUOTES:
        prefix = _prefix_of(text)
        if b"f" in prefix or b"t" in prefix:
            return _formatted(w, node, node)
        if b"b" in prefix:
            return w.emit(_CONST, w.name(b"bytes"), NONE, NONE, start, end)
    literal = NONE
    if end - start < 124:
        plain = _PLAIN_TEXT.fullmatch(text)
        if plain is None and text[0] not in _QUOTES:
            plain = _RAW_TEXT.fullmatch(text)
        if plain is not None:
            word = plain[1]
            literal = w.name(b"'%b'" % word if word.isdigit() else word)
    kind = w.names.get(b"str")
    rows = w.rows
    rows += (_CONST, w.name(b"str") if kind is None else kind, literal, NONE, start, end)
    return len(rows) // WIDTH - 1


def _formatted(w: Walk, node: Node, first: Node) -> int:
    """An f-string; the text that it begins with where that may begin a name, or all of what may be
    a path."""
    fields = format_fields(w, node)
    begun = first.children[1] if len(first.children) > 1 else None
    text = w.data[begun.start_byte : begun.end_byte] if begun is not None else b""
    plain = begun is not None and begun.type == "string_content" and _NAME.fullmatch(text)
    if not plain and node is first and b"/" in w.data[node.start_byte : node.end_byte]:
        text = b"".join(
            b"{}" if part.type == "interpolation" else w.data[part.start_byte : part.end_byte]
            for part in node.children[1:-1]
        )
        plain = _PATH.fullmatch(text)
    prefix = w.name(text) if plain else NONE
    start = node.start_byte
    return w.emit_pooled(Op.FORMAT, fields, len(fields), start, start + 1, prefix)


def _prefix_of(text: bytes) -> bytes:
    first = text[:1]
    if first == b'"' or first == b"'":
        return b""
    return text[:3].split(b'"')[0].split(b"'")[0].lower()


def format_fields(w: Walk, node: Node) -> list[int]:
    """Values of an f-string's replacement fields, those inside format specifiers included."""
    fields: list[int] = []
    for child in node.children:
        kind = child.type
        if kind == "interpolation" or kind == "format_expression":
            for part in child.children:
                if part.type == "format_specifier":
                    fields += format_fields(w, part)
                elif part.is_named and part.type not in ("type_conversion", "comment"):
                    fields.append(expression(w, part))
        elif kind == "string":
            fields += format_fields(w, child)
    return fields


def concatenated_string(w: Walk, node: Node) -> int:
    start = node.start_byte
    prefixes = [
        _prefix_of(w.data[child.start_byte : child.start_byte + 3])
        for child in node.children
        if child.type == "string"
    ]
    if any(b"f" in prefix or b"t" in prefix for prefix in prefixes):
        return _formatted(w, node, node.children[0])
    is_bytes = bool(prefixes) and b"b" in prefixes[0]
    kind = w.name(b"bytes" if is_bytes else b"str")
    return w.emit(_CONST, kind, NONE, NONE, start, node.end_byte)
