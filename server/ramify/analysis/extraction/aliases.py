"""`type X = ...`, and the assignment that the grammar takes for one: `type(self).x = ...`."""

from __future__ import annotations

from ramify.analysis.extraction.annotations import annotation
from ramify.analysis.extraction.calls import argument_pairs
from ramify.analysis.extraction.definitions import type_parameter
from ramify.analysis.extraction.parse import Node
from ramify.analysis.extraction.state import Walk, expression, tidy
from ramify.analysis.extraction.targets import assign
from ramify_store.facts import NONE, ArgumentHow, BindingKind, Op

_IN_PARENTHESES = ("parenthesized_expression", "tuple")
_LINKS = ("attribute", "subscript", "call")


def type_alias(w: Walk, node: Node) -> None:
    left = node.child_by_field_name("left")
    right = node.child_by_field_name("right")
    children = tidy(w, node.children)
    if left is None or right is None:
        return
    target = left.children[0] if left.type == "type" and left.children else left
    if target.type in _LINKS and _begins_with_parenthesis(w, target):
        _assign_to_link(w, target, right, children[0])
        return
    around: dict[bytes, int] = {}
    if target.type == "generic_type":
        parts = tidy(w, target.children)
        for child in tidy(w, parts[-1].children):
            if child.type == "type":
                type_parameter(w, child, NONE, around)
        target = parts[0]
    value = annotation(w, right)
    w.names.update(around)
    assign(w, target, value, BindingKind.ASSIGN, NONE, node)


def _begins_with_parenthesis(w: Walk, node: Node) -> bool:
    while node.type in _LINKS:
        node = tidy(w, node.children)[0]
    return node.type in _IN_PARENTHESES


def _assign_to_link(w: Walk, target: Node, right: Node, keyword: Node) -> None:
    """`type(self).x = value`, of which the grammar makes `type` and `(self).x`."""
    value = expression(w, right.children[0] if right.type == "type" else right)
    children = tidy(w, target.children)
    base = _link(w, children[0], keyword)
    last = children[-1]
    if target.type == "attribute":
        start, end = last.start_byte, last.end_byte
        name = w.name(w.data[start:end])
        stored = w.emit(Op.STORE_ATTR, base, name, NONE, start, end)
        w.bind(BindingKind.ATTRIBUTE, stored, value)
    elif target.type == "subscript":
        start = children[1].start_byte
        index = expression(w, children[2])
        stored = w.emit(Op.STORE_ITEM, base, index, NONE, start, start + 1)
        w.bind(BindingKind.ITEM, stored, value)


def _link(w: Walk, node: Node, keyword: Node) -> int:
    """One link of the chain that begins with the call of `type`."""
    children = tidy(w, node.children)
    kind = node.type
    if kind in _IN_PARENTHESES:
        site = keyword.start_byte, keyword.end_byte
        callee = w.emit(Op.NAME, w.name(b"type"), NONE, NONE, *site)
        values = [expression(w, child) for child in children if child.is_named]
        pool = [part for value in values for part in (ArgumentHow.POSITIONAL, value)]
        return w.emit_call(callee, pool, *site)
    if kind not in _LINKS or w.is_too_deep():
        return expression(w, node)
    w.depth += 1
    base = _link(w, children[0], keyword)
    w.depth -= 1
    last = children[-1]
    start, end = last.start_byte, last.end_byte
    if kind == "attribute":
        return w.emit(Op.ATTR, base, w.name(w.data[start:end]), NONE, start, end)
    if kind == "call":
        site = w.site_of(base) if w.op_of(base) == Op.ATTR else (start, start + 1)
        return w.emit_call(base, argument_pairs(w, last, b""), *site)
    start = children[1].start_byte
    return w.emit(Op.SUBSCRIPT, base, expression(w, children[2]), NONE, start, start + 1)
