"""Annotations of Python: expressions in which a string stands for the expression written in it."""

from __future__ import annotations

import re

from ramify.analysis.extraction.parse import Node, parse
from ramify.analysis.extraction.state import WIDTH, Walk, expression, tidy
from ramify_store.facts import NONE, Op

_DOTTED = re.compile(rb"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_QUOTED = re.compile(rb"[rRuU]?(\"\"\"|'''|\"|')(.*)\1", re.DOTALL)
_LITERALS = (b"Literal",)


def annotation(w: Walk, node: Node) -> int:
    """Emits a type expression; strings in it are read in place."""
    handler = _FORMS.get(node.type)
    if handler is None:
        return expression(w, node)
    if w.depth > 100:
        return expression(w, node)
    w.depth += 1
    index = handler(w, node)
    w.depth -= 1
    return index


def _inner(w: Walk, node: Node) -> int:
    for child in tidy(w, node.children):
        if child.is_named:
            return annotation(w, child)
    start = node.start_byte
    return w.emit(Op.UNKNOWN, NONE, NONE, NONE, start, start)


def _generic(w: Walk, node: Node) -> int:
    """`list[int]`, where the grammar has a node for it."""
    children = tidy(w, node.children)
    base = expression(w, children[0])
    parameters = tidy(w, children[-1].children)
    return _subscripted(w, base, parameters)


def generic(w: Walk, node: Node) -> int:
    """`List["A"]`, where the grammar has a subscript for it."""
    children = tidy(w, node.children)
    base = annotation(w, children[0])
    return _subscripted(w, base, children[1:])


def _subscripted(w: Walk, base: int, bracketed: list[Node]) -> int:
    start = bracketed[0].start_byte
    named = w.data[slice(*w.site_of(base))]
    elements: list[int] = []
    for child in bracketed:
        if not child.is_named:
            continue
        if named in _LITERALS or (named == b"Annotated" and elements):
            bare = tidy(w, child.children)[0] if child.type == "type" else child
            elements.append(expression(w, bare))
        else:
            elements.append(annotation(w, child))
    if len(elements) == 1:
        index = elements[0]
    else:
        index = w.emit_pooled(Op.TUPLE, elements, len(elements), start, start + 1)
    return w.emit(Op.SUBSCRIPT, base, index, NONE, start, start + 1)


def _union(w: Walk, node: Node) -> int:
    children = tidy(w, node.children)
    if children[1].type != "|":
        return expression(w, node)
    left = annotation(w, children[0])
    right = annotation(w, children[2])
    site = children[1]
    return w.emit(Op.BINARY, left, right, w.name(b"__or__"), site.start_byte, site.end_byte)


def _member(w: Walk, node: Node) -> int:
    children = tidy(w, node.children)
    base = annotation(w, children[0])
    start = children[-1].start_byte
    end = children[-1].end_byte
    return w.emit(Op.ATTR, base, w.name(w.data[start:end]), NONE, start, end)


def _display(w: Walk, node: Node) -> int:
    elements = [annotation(w, child) for child in tidy(w, node.children) if child.is_named]
    start = node.start_byte
    op = Op.LIST if node.type == "list" else Op.TUPLE
    return w.emit_pooled(op, elements, len(elements), start, start + 1)


def _starred(w: Walk, node: Node) -> int:
    value = annotation(w, tidy(w, node.children)[-1])
    start = node.start_byte
    return w.emit(Op.STAR, value, NONE, NONE, start, start + 1)


def _quoted(w: Walk, node: Node) -> int:
    start = node.start_byte
    match = _QUOTED.fullmatch(w.data, start, node.end_byte)
    if match is None or b"\\" in match[2]:
        return expression(w, node)
    text = match[2]
    at = match.start(2) + len(text) - len(text.lstrip())
    text = text.strip()
    if _DOTTED.fullmatch(text):
        return _dotted(w, text, at)
    return _parsed(w, node, text, at)


def _dotted(w: Walk, text: bytes, at: int) -> int:
    base = NONE
    for part in text.split(b"."):
        op = Op.NAME if base == NONE else Op.ATTR
        name = w.name(part)
        a, b = (name, NONE) if base == NONE else (base, name)
        base = w.emit(op, a, b, NONE, at, at + len(part))
        at += len(part) + 1
    return base


def _parsed(w: Walk, node: Node, text: bytes, at: int) -> int:
    root = parse(text, "python").root_node
    statements = root.children
    if root.has_error or len(statements) != 1 or statements[0].type != "expression_statement":
        return expression(w, node)
    inner = statements[0].children
    if len(inner) != 1 or inner[0].type in ("assignment", "augmented_assignment"):
        return expression(w, node)
    data = w.data
    first = w.size
    w.data = text
    index = annotation(w, inner[0])
    w.data = data
    rows = w.rows
    for row in range(first * WIDTH, len(rows), WIDTH):
        rows[row + 4] += at
        rows[row + 5] += at
    return index


_FORMS = {
    "type": _inner,
    "parenthesized_expression": _inner,
    "generic_type": _generic,
    "subscript": generic,
    "binary_operator": _union,
    "union_type": _union,
    "member_type": _member,
    "list": _display,
    "tuple": _display,
    "expression_list": _display,
    "splat_type": _starred,
    "list_splat": _starred,
    "string": _quoted,
}
