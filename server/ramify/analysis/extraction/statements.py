"""Statements of Python: control flow as blocks, assignments and imports as bindings.

A handler returns how its statement leaves the block it stands in, if it does for good; the least of
two is what both of them certainly do.
"""

from __future__ import annotations

from collections.abc import Callable

from ramify.analysis.extraction.aliases import type_alias
from ramify.analysis.extraction.annotations import annotation
from ramify.analysis.extraction.definitions import (
    class_definition,
    decorated,
    folded,
    function,
)
from ramify.analysis.extraction.exports import note_exports
from ramify.analysis.extraction.imports import (
    future_import,
    import_from_statement,
    import_statement,
)
from ramify.analysis.extraction.matches import match_statement
from ramify.analysis.extraction.parse import Node, kind_ids
from ramify.analysis.extraction.settled import settled
from ramify.analysis.extraction.state import DEEPEST, Walk, expression, tidy
from ramify.analysis.extraction.targets import assign
from ramify_store.facts import NONE, BindingKind, Op

_DEAD = 8
"""Place of the flag in the row of a block."""
_STEP = 3
"""Levels that a statement counts for: it takes more frames than an expression."""


_LEAVES = 1
"""Unless a context manager swallows what is raised on the way."""
_IN_LOOP = 2
"""For the next turn of a loop, or its end."""
_FOR_GOOD = 3


def suite(w: Walk, block: Node) -> int:
    """The statements of a block in order, and how it is left. What stands where nothing can come
    to is a dead block of its own."""
    if w.depth > DEEPEST:
        w.too_deep += 1
        return 0
    w.depth += _STEP
    ends = 0
    around = w.block
    for child in block.children:
        handler = _STATEMENT_KINDS.get(child.kind_id)
        if handler is not None:
            if ends >= _IN_LOOP and not w.block_rows[w.block][_DEAD]:
                w.open_block(dead=1)
            w.statement_starts.append(child.start_byte)
            left = int(handler(w, child) or 0)
            ends = ends if ends >= _IN_LOOP else left
        elif child.is_named and child.type not in ("comment", "line_continuation"):
            expression(w, child)
    while w.block != around:
        w.close_block(w.block, ends)
    w.depth -= _STEP
    return ends


def error(w: Walk, node: Node) -> int:
    """What the parser could not place: its pieces are read for what they are.

    A name after `def` or `class` is no use of that name.
    """
    before = ""
    for child in node.children:
        kind = child.type
        if kind in STATEMENTS:
            _stray_statement(w, child)
        elif not child.is_named or kind in ("comment", "line_continuation"):
            pass
        elif kind != "identifier" or before not in ("def", "class"):
            expression(w, child)
        before = kind
    start = node.start_byte
    return w.emit(Op.UNKNOWN, NONE, NONE, NONE, start, start)


def _stray_statement(w: Walk, node: Node) -> None:
    """A statement in a place where the grammar has none."""
    if w.depth > DEEPEST:
        w.too_deep += 1
        return
    w.depth += _STEP
    around = w.block
    STATEMENTS[node.type](w, node)
    while w.block != around:
        w.close_block(w.block, 0)
    w.depth -= _STEP


def nested_block(w: Walk, node: Node) -> int:
    """A block that stands where the grammar has an expression, below an error."""
    w.suite(w, node)
    start = node.start_byte
    return w.emit(Op.UNKNOWN, NONE, NONE, NONE, start, start)


def expression_statement(w: Walk, node: Node) -> None:
    children = node.children
    if len(children) == 1:
        only = children[0]
        kind = only.type
        if kind == "assignment":
            assignment(w, only)
        elif kind == "augmented_assignment":
            augmented(w, only)
        elif kind == "string" and w.data[only.start_byte : only.start_byte + 1] in b"\"'":
            return
        else:
            index = expression(w, only)
            if kind == "call" and w.scope.index == 0:
                note_exports(w, only, index)
        return
    for child in tidy(w, children):
        if child.is_named:
            expression(w, child)


def assignment(w: Walk, node: Node) -> None:
    """Emits the value, then the annotation, then the targets from left to right."""
    chain = []
    right: Node | None = node
    while right is not None and right.type == "assignment":
        children = right.children
        if len(children) != 3:
            children = tidy(w, children)
        chain.append((right, children))
        right = children[-1] if len(children) > 2 and children[-2].type == "=" else None
    value = expression(w, right) if right is not None else NONE
    kind = BindingKind.ASSIGN if right is not None else BindingKind.ANNOTATION
    for part, children in chain:
        noted = NONE
        note = ""
        if children[1].type == ":":
            noted = annotation(w, children[2])
            note = ": " + folded(w, children[2])
        assign(w, children[0], value, kind, noted, part, note)
        if value != NONE and w.scope.index == 0:
            note_exports(w, part, value)


def augmented(w: Walk, node: Node) -> None:
    children = tidy(w, node.children)
    target, operator, right = children[0], children[1], children[-1]
    left = expression(w, target)
    value = expression(w, right)
    start, end = operator.start_byte, operator.end_byte
    method = w.name(_AUGMENTED.get(w.data[start:end], b""))
    result = w.emit(Op.BINARY, left, value, method, start, end)
    op, a, b = w.row_of(left)
    site = w.site_of(left)
    if op == Op.NAME:
        stored = w.emit(Op.STORE_NAME, a, NONE, NONE, *site)
    elif op == Op.ATTR:
        stored = w.emit(Op.STORE_ATTR, a, b, NONE, *site)
    elif op == Op.SUBSCRIPT:
        stored = w.emit(Op.STORE_ITEM, a, b, NONE, *site)
    else:
        return
    w.bind(BindingKind.AUGMENTED, stored, result)
    if w.scope.index == 0:
        note_exports(w, node, value)


_AUGMENTED = {
    b"+=": b"__iadd__",
    b"-=": b"__isub__",
    b"*=": b"__imul__",
    b"/=": b"__itruediv__",
    b"//=": b"__ifloordiv__",
    b"%=": b"__imod__",
    b"**=": b"__ipow__",
    b"@=": b"__imatmul__",
    b"|=": b"__ior__",
    b"&=": b"__iand__",
    b"^=": b"__ixor__",
    b"<<=": b"__ilshift__",
    b">>=": b"__irshift__",
}


def if_statement(w: Walk, node: Node) -> int:
    """Every branch is a block of one group, guarded by its own condition; `else` by the last
    condition, negated. Conditions are evaluated in the block around."""
    group = w.new_group()
    condition = NONE
    holds: bool | None = None
    taken = False
    left = _FOR_GOOD
    for child in node.children:
        kind = child.type
        if kind == "block":
            left = min(left, _choice(w, child, group, condition, holds))
            taken = holds is True
        elif kind == "elif_clause":
            for part in tidy(w, child.children):
                if part.type == "block":
                    left = min(left, _choice(w, part, group, condition, holds))
                    taken = taken or holds is True
                elif part.is_named:
                    condition = expression(w, part)
                    holds = False if taken else settled(w, part)
            w.branches += 1
        elif kind == "else_clause":
            for part in tidy(w, child.children):
                if part.type == "block":
                    left = min(left, _branch(w, part, group, condition, 1, int(taken)))
            taken = True
        elif child.is_named and kind != "comment" and kind != "line_continuation":
            if kind == "ERROR":
                expression(w, child)
            else:
                condition = expression(w, child)
                holds = settled(w, child)
    w.branches += 1
    return left if taken else 0


def _choice(w: Walk, body: Node, group: int, guard: int, holds: bool | None) -> int:
    return _branch(w, body, group, guard, 0, int(holds is False))


def _branch(w: Walk, body: Node, group: int, guard: int, negated: int, dead: int = 0) -> int:
    """A block under a condition, and how it is left; one that never runs leaves nothing open."""
    block = w.open_block(group, 0, guard, negated, dead)
    ends = w.suite(w, body)
    w.close_block(block, ends)
    return _FOR_GOOD if dead else ends


def for_statement(w: Walk, node: Node) -> None:
    children = tidy(w, node.children)
    is_async = int(children[0].type == "async")
    left = node.child_by_field_name("left")
    right = node.child_by_field_name("right")
    if left is None or right is None:
        return
    iterable = expression(w, right)
    w.branches += 1
    block = w.open_block(loop=1)
    element = w.emit(Op.ITER, iterable, is_async, NONE, *w.site_of(iterable))
    assign(w, left, element, BindingKind.ASSIGN)
    around = w.broken
    for child in children:
        if child.type == "block":
            w.suite(w, child)
    w.broken = around
    w.close_block(block, 0)
    _else_of_loop(w, children)


def while_statement(w: Walk, node: Node) -> int:
    """The condition runs again after the body: both are in the loop's block, the body in one of
    its own below it."""
    children = tidy(w, node.children)
    w.branches += 1
    block = w.open_block(loop=1)
    condition = expression(w, children[1])
    holds = settled(w, children[1])
    around, w.broken = w.broken, False
    for child in children:
        if child.type == "block":
            _choice(w, child, NONE, condition, holds)
    endless = holds is True and not w.broken
    w.broken = around
    w.close_block(block, 0)
    _else_of_loop(w, children)
    return _FOR_GOOD if endless else 0


def _else_of_loop(w: Walk, children: list[Node]) -> None:
    for child in children:
        if child.type == "else_clause":
            for part in tidy(w, child.children):
                if part.type == "block":
                    _branch(w, part, NONE, NONE, 0)


def try_statement(w: Walk, node: Node) -> int:
    """The body is a plain block; handlers and `else` are alternatives of one group; `finally`
    always runs, and so belongs to the block around."""
    group = w.new_group()
    handled = _FOR_GOOD
    finally_left = 0
    body_left = 0
    for child in tidy(w, node.children):
        kind = child.type
        if kind == "block":
            body_left = _branch(w, child, NONE, NONE, 0)
        elif kind == "except_clause" or kind == "except_group_clause":
            handled = min(handled, _handler(w, child, group))
        elif kind == "else_clause":
            for part in tidy(w, child.children):
                if part.type == "block":
                    body_left = _branch(w, part, group, NONE, 0) or body_left
        elif kind == "finally_clause":
            for part in tidy(w, child.children):
                if part.type == "block":
                    finally_left = w.suite(w, part)
    return finally_left or min(handled, body_left)


def _handler(w: Walk, node: Node, group: int) -> int:
    w.branches += 1
    block = w.open_block(group)
    ends = 0
    classes: list[int] = []
    for child in tidy(w, node.children):
        kind = child.type
        if kind == "block":
            ends = w.suite(w, child)
        elif kind == "as_pattern":
            parts = tidy(w, child.children)
            caught = _caught(w, expression(w, parts[0]))
            assign(w, tidy(w, parts[-1].children)[0], caught, BindingKind.ASSIGN)
        elif child.is_named:
            classes.append(expression(w, child))
            if len(classes) == 1:
                _caught(w, classes[0])
    w.close_block(block, ends)
    return ends


def _caught(w: Walk, classes: int) -> int:
    return w.emit(Op.CAUGHT, classes, NONE, NONE, *w.site_of(classes))


def with_statement(w: Walk, node: Node) -> int:
    """Its body always runs, and so stays in the block around; what is raised there may be
    swallowed."""
    children = tidy(w, node.children)
    is_async = int(children[0].type == "async")
    ends = 0
    for child in children:
        kind = child.type
        if kind == "with_clause":
            for item in tidy(w, child.children):
                if item.type == "with_item":
                    _with_item(w, tidy(w, item.children)[0], is_async)
        elif kind == "block":
            ends = w.suite(w, child)
    return min(ends, _LEAVES)


def _with_item(w: Walk, node: Node, is_async: int) -> None:
    if node.type in ("parenthesized_expression", "tuple"):
        inner = [child for child in tidy(w, node.children) if child.is_named]
        if any(child.type == "as_pattern" for child in inner):  # `with (a as b):`
            for child in inner:
                _with_item(w, child, is_async)
            return
    if node.type == "as_pattern":
        parts = tidy(w, node.children)
        manager = expression(w, parts[0])
        entered = w.emit(Op.ENTER, manager, is_async, NONE, *w.site_of(manager))
        assign(w, tidy(w, parts[-1].children)[0], entered, BindingKind.ASSIGN)
        return
    manager = expression(w, node)
    w.emit(Op.ENTER, manager, is_async, NONE, *w.site_of(manager))


def return_statement(w: Walk, node: Node) -> int:
    children = tidy(w, node.children)
    if len(children) > 1:
        w.code_scope().returns.append(expression(w, children[1]))
    return _FOR_GOOD


def raise_statement(w: Walk, node: Node) -> int:
    values = [expression(w, child) for child in tidy(w, node.children) if child.is_named]
    if values:
        w.code_scope().raises.append(values[0])
    return _FOR_GOOD


def leave(w: Walk, node: Node) -> int:
    """`break` and `continue`."""
    w.broken = w.broken or node.type == "break_statement"
    return _IN_LOOP


def nothing(w: Walk, node: Node) -> None:
    """`pass`."""


def delete_statement(w: Walk, node: Node) -> None:
    for child in tidy(w, node.children):
        if child.is_named:
            assign(w, child, NONE, BindingKind.DELETE)


def global_statement(w: Walk, node: Node) -> None:
    _declare(w, node, w.code_scope().global_names)


def nonlocal_statement(w: Walk, node: Node) -> None:
    _declare(w, node, w.code_scope().nonlocal_names)


def _declare(w: Walk, node: Node, names: list[int]) -> None:
    for child in tidy(w, node.children):
        if child.type == "identifier":
            name = w.name(w.data[child.start_byte : child.end_byte])
            if name not in names:
                names.append(name)


def assert_statement(w: Walk, node: Node) -> None:
    """What it asserts of a type holds for the rest of the block: that is a block of its own,
    which ends with the suite."""
    w.branches += 1
    first = w.size
    values = [expression(w, child) for child in tidy(w, node.children) if child.is_named]
    if values and w.last_test >= first:
        w.open_block(guard=values[0])


def operands(w: Walk, node: Node) -> None:
    """`print` and `exec` of Python 2: what stands in them."""
    for child in tidy(w, node.children):
        part = tidy(w, child.children)[-1] if child.type == "chevron" else child
        if part.is_named:
            expression(w, part)


STATEMENTS: dict[str, Callable[[Walk, Node], bool | int | None]] = {
    "expression_statement": expression_statement,
    "assignment": assignment,
    "augmented_assignment": augmented,
    "if_statement": if_statement,
    "for_statement": for_statement,
    "while_statement": while_statement,
    "try_statement": try_statement,
    "with_statement": with_statement,
    "match_statement": match_statement,
    "return_statement": return_statement,
    "raise_statement": raise_statement,
    "break_statement": leave,
    "continue_statement": leave,
    "pass_statement": nothing,
    "delete_statement": delete_statement,
    "global_statement": global_statement,
    "nonlocal_statement": nonlocal_statement,
    "type_alias_statement": type_alias,
    "assert_statement": assert_statement,
    "print_statement": operands,
    "exec_statement": operands,
    "import_statement": import_statement,
    "import_from_statement": import_from_statement,
    "future_import_statement": future_import,
    "function_definition": function,
    "class_definition": class_definition,
    "decorated_definition": decorated,
}
_STATEMENT_KINDS = {kind: STATEMENTS[name] for kind, name in kind_ids("python", STATEMENTS).items()}
