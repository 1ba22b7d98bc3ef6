"""`match` statements: patterns bind names and say of what class their subject is."""

from __future__ import annotations

from ramify.analysis.extraction.parse import Node
from ramify.analysis.extraction.state import Walk, expression, tidy
from ramify.analysis.extraction.targets import assign
from ramify_store.facts import NONE, BindingKind, Op


def match_statement(w: Walk, node: Node) -> int:
    children = tidy(w, node.children)
    subjects = [c for c in children[1:] if c.is_named and c.type != "block"]
    values = [expression(w, child) for child in subjects]
    start = node.start_byte
    if len(values) == 1:
        value = values[0]
    else:
        value = w.emit_pooled(Op.TUPLE, values, len(values), start, start + 5)
    subject = w.emit(Op.SUBJECT, value, NONE, NONE, *w.site_of(value))
    group = w.new_group()
    left: list[int] = []
    catches_all = False
    for child in children:
        if child.type != "block":
            continue
        for clause in tidy(w, child.children):
            if clause.type == "case_clause":
                ends, catches = _case(w, clause, subject, group)
                left.append(ends)
                catches_all |= catches
    return min(left) if catches_all else 0


def _case(w: Walk, clause: Node, subject: int, group: int) -> tuple[int, bool]:
    """Walks one case; tells how it leaves and whether it catches everything."""
    w.branches += 1
    block = w.open_block(group)
    children = tidy(w, clause.children)
    patterns = [child for child in children if child.type == "case_pattern"]
    matched = subject
    if len(patterns) == 1 and not any(child.type == "," for child in children):
        matched = _pattern(w, patterns[0], subject)
    else:
        _sequence(w, patterns, subject)
    if w.op_of(matched) == Op.MATCH_CLASS:
        w.block_rows[block][6] = matched
    ends = 0
    catches = _is_wildcard(w, patterns)
    for child in children:
        if child.type == "if_clause":
            catches = False
            condition = expression(w, tidy(w, child.children)[-1])
            w.open_block(guard=condition)
        elif child.type == "block":
            ends = w.suite(w, child)
    while w.block != block:
        w.close_block(w.block, ends)
    w.close_block(block, ends)
    return ends, catches


def _is_wildcard(w: Walk, patterns: list[Node]) -> bool:
    if len(patterns) != 1:
        return False
    text = w.data[patterns[0].start_byte : patterns[0].end_byte]
    return text.decode("utf-8", "replace").isidentifier() and text not in (
        b"None",
        b"True",
        b"False",
    )


def _pattern(w: Walk, node: Node, subject: int) -> int:
    """Emits a pattern; returns what it matched: the subject, or a MATCH_CLASS of it."""
    if w.depth > 100:
        return subject
    handler = _PATTERNS.get(node.type)
    w.depth += 1
    if handler is not None:
        matched = handler(w, node, subject)
    else:
        expression(w, node)
        matched = subject
    w.depth -= 1
    return matched


def _case_pattern(w: Walk, node: Node, subject: int) -> int:
    for child in tidy(w, node.children):
        if child.is_named:
            return _pattern(w, child, subject)
    return subject


def _as_pattern(w: Walk, node: Node, subject: int) -> int:
    parts = tidy(w, node.children)
    matched = _pattern(w, parts[0], subject)
    if len(parts) > 1:
        assign(w, parts[-1], matched, BindingKind.ASSIGN)
    return matched


def _union(w: Walk, node: Node, subject: int) -> int:
    for child in tidy(w, node.children):
        if child.is_named:
            _pattern(w, child, subject)
    return subject


def _dotted(w: Walk, node: Node, subject: int) -> int:
    """A lone name captures; a dotted one is a value to compare with."""
    parts = [child for child in tidy(w, node.children) if child.type == "identifier"]
    if len(parts) == 1:
        if w.data[parts[0].start_byte : parts[0].end_byte] != b"_":
            assign(w, parts[0], subject, BindingKind.ASSIGN)
    else:
        _value(w, parts)
    return subject


def _value(w: Walk, parts: list[Node]) -> int:
    base = NONE
    for part in parts:
        start, end = part.start_byte, part.end_byte
        name = w.name(w.data[start:end])
        if base == NONE:
            base = w.emit(Op.NAME, name, NONE, NONE, start, end)
        else:
            base = w.emit(Op.ATTR, base, name, NONE, start, end)
    return base


def _class(w: Walk, node: Node, subject: int) -> int:
    children = tidy(w, node.children)
    names = [child for child in tidy(w, children[0].children) if child.type == "identifier"]
    cls = _value(w, names)
    matched = w.emit(Op.MATCH_CLASS, cls, subject, NONE, *w.site_of(cls))
    for child in children[1:]:
        if child.type != "case_pattern":
            continue
        inner = tidy(w, child.children)
        if inner and inner[0].type == "keyword_pattern":
            _keyword(w, inner[0], matched)
        else:
            start = child.start_byte
            item = w.emit(Op.UNKNOWN, matched, NONE, NONE, start, start)
            _pattern(w, child, item)
    return matched


def _keyword(w: Walk, node: Node, matched: int) -> None:
    parts = tidy(w, node.children)
    start, end = parts[0].start_byte, parts[0].end_byte
    field = w.emit(Op.ATTR, matched, w.name(w.data[start:end]), NONE, start, end)
    if parts[-1].is_named:
        _pattern(w, parts[-1], field)


def _listed(w: Walk, node: Node, subject: int) -> int:
    children = tidy(w, node.children)
    patterns = [child for child in children if child.is_named]
    grouped = node.type == "tuple_pattern" and len(children) == 3 and len(patterns) == 1
    if grouped:
        return _pattern(w, patterns[0], subject)
    _sequence(w, patterns, subject)
    return subject


def _sequence(w: Walk, patterns: list[Node], subject: int) -> None:
    shift = 0
    for number, child in enumerate(patterns):
        start = child.start_byte
        inner = tidy(w, child.children)
        if inner and inner[0].type == "splat_pattern":
            rest = w.emit(Op.REST, subject, number, NONE, start, start)
            _splat(w, inner[0], rest)
            shift = -len(patterns)
        else:
            item = w.emit(Op.ITEM, subject, shift + number, NONE, start, start)
            _pattern(w, child, item)


def _splat(w: Walk, node: Node, rest: int) -> int:
    name = tidy(w, node.children)[-1]
    if name.type == "identifier" and w.data[name.start_byte : name.end_byte] != b"_":
        assign(w, name, rest, BindingKind.ASSIGN)
    return rest


def _mapping(w: Walk, node: Node, subject: int) -> int:
    key = NONE
    for child in tidy(w, node.children):
        kind = child.type
        start = child.start_byte
        if kind == "splat_pattern":
            _splat(w, child, w.emit(Op.UNKNOWN, subject, NONE, NONE, start, start))
        elif kind == "case_pattern" and key != NONE:
            item = w.emit(Op.SUBSCRIPT, subject, key, NONE, start, start)
            _pattern(w, child, item)
            key = NONE
        elif kind == "case_pattern":
            inner = [c for c in tidy(w, child.children) if c.is_named]
            key = _key(w, inner[0]) if inner else NONE
        elif child.is_named:
            key = _key(w, child)
    return subject


def _key(w: Walk, node: Node) -> int:
    if node.type == "dotted_name":
        parts = [child for child in tidy(w, node.children) if child.type == "identifier"]
        if parts:
            return _value(w, parts)
    return expression(w, node)


_PATTERNS = {
    "case_pattern": _case_pattern,
    "as_pattern": _as_pattern,
    "union_pattern": _union,
    "dotted_name": _dotted,
    "class_pattern": _class,
    "list_pattern": _listed,
    "tuple_pattern": _listed,
    "dict_pattern": _mapping,
    "splat_pattern": _splat,
}
