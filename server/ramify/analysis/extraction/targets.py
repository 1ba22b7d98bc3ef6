"""What gets a value: names, attributes, items, and everything that unpacks into them."""

from __future__ import annotations

from ramify.analysis.extraction.parse import Node
from ramify.analysis.extraction.state import OpenScope, Walk, expression, tidy
from ramify_store.facts import NONE, BindingKind, Op, ScopeKind

_DEFINING = (BindingKind.ASSIGN, BindingKind.ANNOTATION)


def assign(
    w: Walk,
    node: Node,
    value: int,
    kind: BindingKind,
    annotation: int = NONE,
    statement: Node | None = None,
    note: str = "",
) -> int:
    """Binds a target to a value and returns its STORE expression.

    `statement` is the assignment around it: the extent of the symbol that it may define; `note`
    that symbol's signature.
    """
    form = node.type
    if form == "identifier":
        return _assign_name(w, node, value, kind, annotation, statement or node, note)
    if form == "attribute":
        return _assign_attribute(w, node, value, kind, annotation, statement or node, note)
    if form == "subscript":
        return _assign_item(w, node, value, kind)
    handler = _TARGETS.get(form)
    if handler is not None:
        handler(w, node, value, kind)
        return w.size - 1
    inner = expression(w, node)
    start = node.start_byte
    return w.emit(Op.STORE_OTHER, inner, NONE, NONE, start, start)


def _assign_name(
    w: Walk,
    node: Node,
    value: int,
    kind: BindingKind,
    annotation: int,
    statement: Node,
    note: str,
) -> int:
    start = node.start_byte
    end = node.end_byte
    if start == end:
        return w.emit(Op.UNKNOWN, value, NONE, NONE, start, end)
    name = w.name(w.data[start:end])
    target = w.emit(Op.STORE_NAME, name, NONE, NONE, start, end)
    scope = w.scope
    symbol = NONE
    if kind in _DEFINING and name not in scope.defined and code_owner(scope):
        span = (statement.start_byte, statement.end_byte)
        symbol = w.add_variable(scope, name, (start, end), span, note)
    binding = w.bind(kind, target, value, annotation, symbol)
    if name in scope.global_names and kind in _DEFINING:
        w.scopes[0].pending.setdefault(
            name, (binding, statement.start_byte, statement.end_byte, note)
        )
    return target


def _assign_attribute(
    w: Walk,
    node: Node,
    value: int,
    kind: BindingKind,
    annotation: int,
    statement: Node,
    note: str,
) -> int:
    children = tidy(w, node.children)
    owner = children[0]
    base = expression(w, owner)
    start = children[-1].start_byte
    end = children[-1].end_byte
    if start == end:
        return w.emit(Op.UNKNOWN, base, NONE, NONE, start, end)
    name = w.name(w.data[start:end])
    target = w.emit(Op.STORE_ATTR, base, name, NONE, start, end)
    defines = kind in _DEFINING
    kind = BindingKind.ATTRIBUTE if kind is BindingKind.ASSIGN else kind
    binding = w.bind(kind, target, value, annotation)
    receiver = w.receiver
    if (
        defines
        and receiver
        and owner.type == "identifier"
        and w.data[owner.start_byte : owner.end_byte] == receiver[0]
    ):
        receiver[1].pending.setdefault(
            name, (binding, statement.start_byte, statement.end_byte, note)
        )
    return target


def _assign_item(w: Walk, node: Node, value: int, kind: BindingKind) -> int:
    children = tidy(w, node.children)
    base = expression(w, children[0])
    start = children[1].start_byte
    inner = [child for child in children[2:-1] if child.type != ","]
    if len(inner) == 1:
        index = expression(w, inner[0])
    else:
        elements = [expression(w, child) for child in inner]
        index = w.emit_pooled(Op.TUPLE, elements, len(elements), start, start + 1)
    target = w.emit(Op.STORE_ITEM, base, index, NONE, start, start + 1)
    w.bind(BindingKind.ITEM if kind is BindingKind.ASSIGN else kind, target, value)
    return target


def _unpack(w: Walk, node: Node, value: int, kind: BindingKind) -> None:
    targets = [child for child in tidy(w, node.children) if child.is_named]
    in_parentheses = node.type in ("tuple_pattern", "parenthesized_expression")
    if in_parentheses and len(targets) == 1 and node.child_count == 3:
        assign(w, targets[0], value, kind)
        return
    if kind is BindingKind.DELETE:
        for child in targets:
            assign(w, child, NONE, kind)
        return
    site = w.site_of(value) if value != NONE else (node.start_byte, node.start_byte)
    position = 0
    for number, child in enumerate(targets):
        if child.type in ("list_splat_pattern", "list_splat"):
            item = w.emit(Op.REST, value, number, NONE, *site)
            assign(w, tidy(w, child.children)[-1], item, kind)
            position = -len(targets)
            continue
        item = w.emit(Op.ITEM, value, position + number, NONE, *site)
        assign(w, child, item, kind)


def code_owner(scope: OpenScope) -> bool:
    """Whether names bound in the scope are symbols."""
    return scope.kind in (ScopeKind.MODULE, ScopeKind.CLASS)


_TARGETS = {
    "pattern_list": _unpack,
    "tuple_pattern": _unpack,
    "list_pattern": _unpack,
    "expression_list": _unpack,
    "tuple": _unpack,
    "list": _unpack,
    "parenthesized_expression": _unpack,
}
