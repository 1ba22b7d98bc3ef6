"""Expressions of Python: each handler emits the operands, then the expression, in order.

Handlers take a node whose shape the grammar fixes, errors and comments aside. Knows no statements.
"""

from __future__ import annotations

from ramify.analysis.extraction.annotations import annotation, generic
from ramify.analysis.extraction.calls import call, splatted
from ramify.analysis.extraction.definitions import lambda_expression
from ramify.analysis.extraction.parse import Node
from ramify.analysis.extraction.state import WIDTH, Walk, anything, expression, tidy
from ramify.analysis.extraction.strings import concatenated_string, string
from ramify.analysis.extraction.targets import assign
from ramify_store.facts import NONE, BindingKind, CompKind, Op, ScopeKind

_BINARY = {
    b"+": b"__add__",
    b"-": b"__sub__",
    b"*": b"__mul__",
    b"/": b"__truediv__",
    b"//": b"__floordiv__",
    b"%": b"__mod__",
    b"**": b"__pow__",
    b"@": b"__matmul__",
    b"|": b"__or__",
    b"&": b"__and__",
    b"^": b"__xor__",
    b"<<": b"__lshift__",
    b">>": b"__rshift__",
}
_UNARY = {b"-": b"__neg__", b"+": b"__pos__", b"~": b"__invert__"}
_COMPARE = {
    "<": b"__lt__",
    "<=": b"__le__",
    "==": b"__eq__",
    "!=": b"__ne__",
    "<>": b"__ne__",
    ">": b"__gt__",
    ">=": b"__ge__",
    "in": b"__contains__",
    "not in": b"__contains__",
    "is": b"is",
    "is not": b"is not",
}
_TYPES = frozenset(
    prefix + name
    for prefix in (b"", b"typing.", b"t.")
    for name in (b"Optional", b"Union", b"List", b"Dict", b"Set", b"Tuple", b"Type", b"Sequence",
                 b"Iterable", b"Iterator", b"Mapping", b"Callable", b"Awaitable", b"FrozenSet",
                 b"Collection", b"Generator", b"Annotated", b"MutableMapping", b"Literal")
)  # fmt: skip
"""Generics by whose name alone it is plain that strings between the brackets are types."""
_ATTR = int(Op.ATTR)
_CONST = int(Op.CONST)


def attribute(w: Walk, node: Node) -> int:
    children = node.children
    if len(children) != 3:
        children = tidy(w, children)
    base = expression(w, children[0])
    last = children[-1]
    start = last.start_byte
    end = last.end_byte
    if start == end:
        return w.emit(Op.UNKNOWN, base, NONE, NONE, start, end)
    text = w.data[start:end]
    name = w.names.get(text)
    if name is None:
        name = w.name(text)
    rows = w.rows
    rows += (_ATTR, base, name, NONE, start, end)
    return len(rows) // WIDTH - 1


def subscript(w: Walk, node: Node) -> int:
    children = node.children
    if len(children) > 3 and w.data[children[0].start_byte : children[0].end_byte] in _TYPES:
        return generic(w, node)
    base, index, start = subscript_parts(w, node)
    return w.emit(Op.SUBSCRIPT, base, index, NONE, start, start + 1)


def subscript_parts(w: Walk, node: Node) -> tuple[int, int, int]:
    """Base, index and the first byte of the bracket."""
    children = tidy(w, node.children)
    base = expression(w, children[0])
    bracket = children[1].start_byte
    inner = children[2:-1]
    if len(inner) == 1:
        return base, expression(w, inner[0]), bracket
    elements = [expression(w, child) for child in inner if child.type != ","]
    return base, w.emit_pooled(Op.TUPLE, elements, len(elements), bracket, bracket + 1), bracket


def slice_expression(w: Walk, node: Node) -> int:
    parts = [NONE]
    for child in tidy(w, node.children):
        if child.type == ":":
            parts.append(NONE)
        else:
            parts[-1] = expression(w, child)
    start = node.start_byte
    parts += (NONE, NONE)
    return w.emit(Op.SLICE, parts[0], parts[1], parts[2], start, start + 1)


def parenthesized(w: Walk, node: Node) -> int:
    for child in tidy(w, node.children):
        if child.is_named:
            return expression(w, child)
    return anything(w, node)


def number(w: Walk, node: Node) -> int:
    start = node.start_byte
    end = node.end_byte
    text = w.data[start:end]
    kind = b"int" if node.type == "integer" else b"float"
    if text[-1:] in (b"j", b"J"):
        kind = b"complex"
    literal = w.name(text) if end - start <= 20 else NONE
    return w.emit(_CONST, w.name(kind), literal, NONE, start, end)


def boolean(w: Walk, node: Node) -> int:
    start = node.start_byte
    end = node.end_byte
    return w.emit(_CONST, w.name(b"bool"), w.name(w.data[start:end]), NONE, start, end)


def none(w: Walk, node: Node) -> int:
    return w.emit(_CONST, w.name(b"NoneType"), NONE, NONE, node.start_byte, node.end_byte)


def ellipsis(w: Walk, node: Node) -> int:
    return w.emit(_CONST, w.name(b"ellipsis"), NONE, NONE, node.start_byte, node.end_byte)


def display(w: Walk, node: Node) -> int:
    """A tuple, list or set, with or without brackets."""
    elements = [
        expression(w, child)
        for child in node.children
        if child.is_named and child.type not in ("comment", "line_continuation")
    ]
    start = node.start_byte
    op = {"list": Op.LIST, "list_pattern": Op.LIST, "set": Op.SET}.get(node.type, Op.TUPLE)
    return w.emit_pooled(op, elements, len(elements), start, start + 1)


def dictionary(w: Walk, node: Node) -> int:
    entries: list[int] = []
    for child in node.children:
        kind = child.type
        if kind == "pair":
            parts = tidy(w, child.children)
            entries += (expression(w, parts[0]), expression(w, parts[-1]))
        elif kind == "dictionary_splat":
            entries += (NONE, splatted(w, child))
        elif kind == "ERROR":
            expression(w, child)
    start = node.start_byte
    return w.emit_pooled(Op.DICT, entries, len(entries) // 2, start, start + 1)


def star(w: Walk, node: Node) -> int:
    value = splatted(w, node)
    start = node.start_byte
    return w.emit(Op.STAR, value, NONE, NONE, start, start + 1)


def binary(w: Walk, node: Node) -> int:
    """Left-nested chains are followed without recursion: `"a" + "b" + ...` may be very long."""
    chain = []
    while True:
        children = node.children
        if len(children) != 3:
            children = tidy(w, children)
        chain.append(children)
        node = children[0]
        if node.type != "binary_operator":
            break
    left = expression(w, node)
    for children in reversed(chain):
        right = expression(w, children[2])
        start = children[1].start_byte
        end = children[1].end_byte
        method = w.name(_BINARY.get(w.data[start:end], b""))
        left = w.emit(Op.BINARY, left, right, method, start, end)
    return left


def unary(w: Walk, node: Node) -> int:
    children = tidy(w, node.children)
    operand = expression(w, children[-1])
    start = node.start_byte
    method = w.name(_UNARY.get(w.data[start : start + 1], b""))
    return w.emit(Op.UNARY, operand, NONE, method, start, start + 1)


def negation(w: Walk, node: Node) -> int:
    operand = expression(w, tidy(w, node.children)[-1])
    start = node.start_byte
    return w.emit(Op.UNARY, operand, NONE, w.name(b"__bool__"), start, start + 3)


def comparison(w: Walk, node: Node) -> int:
    """`a < b < c` compares twice; the whole is one result or the other, as with `and`."""
    children = tidy(w, node.children)
    left = expression(w, children[0])
    result = NONE
    for operator, operand in zip(children[1::2], children[2::2], strict=False):
        right = expression(w, operand)
        kind = operator.type
        start = operator.start_byte
        method = w.name(_COMPARE.get(kind, b""))
        compared = w.emit(Op.COMPARE, left, right, method, start, operator.end_byte)
        if kind.startswith("is") and operand.type == "none":
            w.last_test = compared
        left = right
        if result == NONE:
            result = compared
        else:
            result = w.emit(Op.BOOL, result, compared, w.name(b"and"), start, start)
    return result if result != NONE else left


def boolean_operator(w: Walk, node: Node) -> int:
    chain = []
    while True:
        children = node.children
        if len(children) != 3:
            children = tidy(w, children)
        chain.append(children)
        node = children[0]
        if node.type != "boolean_operator":
            break
    first = w.size
    left = expression(w, node)
    for children in reversed(chain):
        operator = children[1]
        is_or = operator.type == "or"
        right = guarded(w, children[2], left, first, is_or)
        name = w.name(b"or" if is_or else b"and")
        left = w.emit(Op.BOOL, left, right, name, operator.start_byte, operator.end_byte)
        w.branches += 1
    return left


def guarded(w: Walk, node: Node, guard: int, first: int, negated: bool) -> int:
    """An expression that runs only where the guard, which began at `first`, holds (or not)."""
    if w.last_test < first:
        return expression(w, node)
    block = w.open_block(guard=guard, negated=negated)
    index = expression(w, node)
    w.close_block(block, False)
    return index


def conditional(w: Walk, node: Node) -> int:
    children = tidy(w, node.children)
    if len(children) < 5:
        return anything(w, node)
    w.branches += 1
    first = w.size
    condition = expression(w, children[2])
    then = guarded(w, children[0], condition, first, False)
    other = guarded(w, children[4], condition, first, True)
    start = children[1].start_byte
    return w.emit(Op.COND, then, other, condition, start, start + 2)


def await_expression(w: Walk, node: Node) -> int:
    value = expression(w, tidy(w, node.children)[-1])
    start = node.start_byte
    return w.emit(Op.AWAIT, value, NONE, NONE, start, start + 5)


def yield_expression(w: Walk, node: Node) -> int:
    children = tidy(w, node.children)
    value = expression(w, children[-1]) if len(children) > 1 else NONE
    is_from = len(children) > 2 and children[1].type == "from"
    start = node.start_byte
    op = Op.YIELD_FROM if is_from else Op.YIELD
    index = w.emit(op, value, NONE, NONE, start, start + 5)
    w.code_scope().yields.append(index)
    return index


def named_expression(w: Walk, node: Node) -> int:
    children = tidy(w, node.children)
    value = expression(w, children[-1])
    inner = w.scope
    w.scope = w.code_scope()
    target = assign(w, children[0], value, BindingKind.ASSIGN)
    w.scope = inner
    start = node.start_byte
    return w.emit(Op.NAMED, value, target, NONE, start, start)


_COMPREHENSIONS = {
    "list_comprehension": CompKind.LIST,
    "set_comprehension": CompKind.SET,
    "generator_expression": CompKind.GENERATOR,
}


def comprehension(w: Walk, node: Node) -> int:
    clauses = [c for c in tidy(w, node.children) if c.is_named]
    body = clauses.pop(0)
    iterable = NONE
    if clauses and clauses[0].type == "for_in_clause":
        iterable = _iterable(w, clauses[0])
    scope = w.open_scope(ScopeKind.COMPREHENSION, w.scope.symbol)
    outer_block = w.block
    for clause in clauses:
        w.branches += 1
        if clause.type == "for_in_clause":
            if iterable == NONE:
                iterable = _iterable(w, clause)
            children = tidy(w, clause.children)
            is_async = int(children[0].type == "async")
            element = w.emit(Op.ITER, iterable, is_async, NONE, *w.site_of(iterable))
            assign(w, children[1 + is_async], element, BindingKind.ASSIGN)
            iterable = NONE
        else:
            first = w.size
            condition = expression(w, tidy(w, clause.children)[-1])
            if w.last_test >= first:
                w.open_block(guard=condition)
    if body.type == "pair":
        parts = tidy(w, body.children)
        key = expression(w, parts[0])
        element = expression(w, parts[-1])
    else:
        key = NONE
        element = expression(w, body)
    while w.block != outer_block:
        w.close_block(w.block, False)
    w.close_scope(0)
    start = node.start_byte
    if body.type == "pair":
        return w.emit(Op.DICT_COMP, key, element, scope.index, start, start + 1)
    kind = _COMPREHENSIONS.get(node.type, CompKind.GENERATOR)
    return w.emit(Op.COMP, element, kind, scope.index, start, start + 1)


def _iterable(w: Walk, clause: Node) -> int:
    """What a `for` clause iterates over; its targets are left alone."""
    children = tidy(w, clause.children)
    for position, child in enumerate(children):
        if child.type == "in" and position + 1 < len(children):
            return expression(w, children[position + 1])
    start = clause.start_byte
    return w.emit(Op.UNKNOWN, NONE, NONE, NONE, start, start)


EXPRESSIONS = {
    "attribute": attribute,
    "call": call,
    "subscript": subscript,
    "slice": slice_expression,
    "parenthesized_expression": parenthesized,
    "string": string,
    "concatenated_string": concatenated_string,
    "integer": number,
    "float": number,
    "true": boolean,
    "false": boolean,
    "none": none,
    "ellipsis": ellipsis,
    "tuple": display,
    "list": display,
    "set": display,
    "expression_list": display,
    "pattern_list": display,
    "tuple_pattern": display,
    "list_pattern": display,
    "dictionary": dictionary,
    "list_splat": star,
    "list_splat_pattern": star,
    "parenthesized_list_splat": star,
    "binary_operator": binary,
    "unary_operator": unary,
    "not_operator": negation,
    "comparison_operator": comparison,
    "boolean_operator": boolean_operator,
    "conditional_expression": conditional,
    "await": await_expression,
    "yield": yield_expression,
    "named_expression": named_expression,
    "lambda": lambda_expression,
    "list_comprehension": comprehension,
    "set_comprehension": comprehension,
    "generator_expression": comprehension,
    "dictionary_comprehension": comprehension,
    "type": annotation,
}
