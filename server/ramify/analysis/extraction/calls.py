"""Calls of Python, and how their arguments are passed."""

from __future__ import annotations

from ramify.analysis.extraction.annotations import annotation
from ramify.analysis.extraction.parse import ERROR_KIND, Node, kind_ids
from ramify.analysis.extraction.state import WIDTH, Walk, expression, tidy
from ramify_store.facts import ArgumentHow, Op

_TYPE_TESTS = (b"isinstance", b"issubclass", b"callable")
_TYPING_CALLS = (b"cast", b"TypeVar", b"NewType")
_NAME = int(Op.NAME)
_ATTR = int(Op.ATTR)
_POSITIONAL = int(ArgumentHow.POSITIONAL)


def call(w: Walk, node: Node) -> int:
    children = node.children
    if len(children) != 2:
        children = tidy(w, children)
    callee = expression(w, children[0])
    arguments = children[-1]
    op, _, _, _, start, end = w.rows[callee * WIDTH : callee * WIDTH + WIDTH]
    if op == _NAME:
        text = w.data[start:end]
        pool = argument_pairs(w, arguments, text)
        if text in _TYPE_TESTS:
            w.last_test = w.size
    elif op == _ATTR:
        pool = argument_pairs(w, arguments, w.data[start:end])
    else:
        pool = argument_pairs(w, arguments, b"")
        start = arguments.start_byte
        end = start + 1
    return w.emit_call(callee, pool, start, end)


def argument_pairs(w: Walk, arguments: Node, callee: bytes) -> list[int]:
    """(how, expression) of each argument of a call."""
    children = arguments.children
    if len(children) == 2:
        return []
    if arguments.type == "generator_expression":
        return [_POSITIONAL, expression(w, arguments)]
    if callee in _TYPING_CALLS:
        return _typing_pairs(w, children, callee)
    pool: list[int] = []
    for child in children:
        form = _ARGUMENT_FORMS.get(child.kind_id)
        if form is not None:
            form(w, child, pool)
        elif child.is_named:
            pool += (_POSITIONAL, expression(w, child))
    return pool


def _typing_pairs(w: Walk, children: list[Node], callee: bytes) -> list[int]:
    """Of `cast("T", x)` and its like: strings in some places are types."""
    pool: list[int] = []
    for child in children:
        kind = child.type
        if kind == "keyword_argument":
            parts = tidy(w, child.children)
            name = w.name(w.data[parts[0].start_byte : parts[0].end_byte])
            pool += (name, annotation(w, parts[-1]))
        elif kind == "string" and (callee != b"cast") == bool(pool):
            pool += (_POSITIONAL, annotation(w, child))
        elif child.kind_id in _ARGUMENT_FORMS:
            _ARGUMENT_FORMS[child.kind_id](w, child, pool)
        elif child.is_named:
            pool += (_POSITIONAL, expression(w, child))
    return pool


def _keyword(w: Walk, node: Node, pool: list[int]) -> None:
    children = node.children
    if len(children) != 3:
        children = tidy(w, children)
    keyword = children[0]
    text = w.data[keyword.start_byte : keyword.end_byte]
    name = w.names.get(text)
    if name is None:
        name = w.name(text)
    pool += (name, expression(w, children[-1]))


def _splat(w: Walk, node: Node, pool: list[int]) -> None:
    pool += (ArgumentHow.SPLAT, splatted(w, node))


def _double_splat(w: Walk, node: Node, pool: list[int]) -> None:
    pool += (ArgumentHow.DOUBLE_SPLAT, splatted(w, node))


def _no_argument(w: Walk, node: Node, pool: list[int]) -> None:
    """A comment, or an error: what stands in it is read, but not passed."""
    if node.kind_id == ERROR_KIND:
        expression(w, node)


def splatted(w: Walk, node: Node) -> int:
    while node.type == "parenthesized_list_splat":
        node = tidy(w, node.children)[1]
    return expression(w, tidy(w, node.children)[-1])


_FORMS_BY_TYPE = {
    "keyword_argument": _keyword,
    "list_splat": _splat,
    "parenthesized_list_splat": _splat,
    "dictionary_splat": _double_splat,
    "comment": _no_argument,
    "line_continuation": _no_argument,
    "ERROR": _no_argument,
}
_ARGUMENT_FORMS = {
    kind: _FORMS_BY_TYPE[name] for kind, name in kind_ids("python", _FORMS_BY_TYPE).items()
}
