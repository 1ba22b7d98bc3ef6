"""What a module says it exports: `__all__` where it is written plainly."""

from __future__ import annotations

from ramify.analysis.extraction.parse import Node
from ramify.analysis.extraction.state import WIDTH, Walk
from ramify_store.facts import NONE, Op

_DISPLAYS = (Op.LIST, Op.TUPLE, Op.SET)


def note_exports(w: Walk, node: Node, value: int) -> None:
    """Reads `__all__ = [...]`, `__all__ += [...]`, `__all__.extend([...])`, `.append("x")`.

    `value` is the assigned value, or the call.
    """
    text = w.data[node.start_byte : node.start_byte + 7]
    if text != b"__all__":
        return
    if node.type == "assignment":
        w.exported = []
        _add(w, value)
    elif node.type == "augmented_assignment":
        _add(w, value)
    else:
        _, callee, first = w.row_of(value)
        count = w.rows[value * WIDTH + 3]
        _, base, method = w.row_of(callee)
        if w.op_of(callee) == Op.ATTR and w.op_of(base) == Op.NAME and count == 1:
            argument = w.pool[first + 1]
            if w.name_list[method] == "extend" or (
                w.name_list[method] == "append" and w.op_of(argument) == Op.CONST
            ):
                _add(w, argument)


def _add(w: Walk, expression: int) -> None:
    """Adds the strings that a display, a sum of displays or a string holds."""
    op, a, b = w.row_of(expression)
    if w.exported is None:
        w.exported = []
    if op == Op.CONST:
        if b != NONE and w.name_list[a] == "str":
            w.exported.append(w.name_list[b])
    elif op in _DISPLAYS:
        count = w.rows[expression * WIDTH + 3]
        for element in w.pool[b : b + count]:
            if w.op_of(element) == Op.CONST:
                _add(w, element)
    elif op == Op.BINARY:
        _add(w, a)
        _add(w, b)
