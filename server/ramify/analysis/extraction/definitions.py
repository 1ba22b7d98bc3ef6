"""Functions, classes and lambdas: what stands around them, then the scope they open."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ramify.analysis.extraction.annotations import annotation
from ramify.analysis.extraction.parse import Node
from ramify.analysis.extraction.state import OpenScope, OpenSymbol, Walk, expression, tidy
from ramify.analysis.extraction.targets import assign
from ramify_store.facts import (
    NONE,
    BindingKind,
    Op,
    ParamFact,
    ParamKind,
    ScopeKind,
    SymbolFlag,
    SymbolKind,
)

_COMMENT = re.compile(rb"#[^\n]*\n")
_CLASS_METHODS = (b"__init_subclass__", b"__class_getitem__")
_ABSTRACT = ("abstractmethod", "abstractproperty", "abstractclassmethod", "abstractstaticmethod")
_STRINGS = ("string", "concatenated_string")
_QUOTES = (b'"', b"'")
_PREFIXED = tuple(prefix + quote for prefix in (b"r", b"R", b"u", b"U") for quote in _QUOTES)
_ACCESSORS = ("setter", "getter", "deleter")


def decorated(w: Walk, node: Node) -> None:
    children = tidy(w, node.children)
    definition = children[-1]
    decorators = [child for child in children if child.type == "decorator"]
    if definition.type == "function_definition":
        function(w, definition, node, decorators)
    elif definition.type == "class_definition":
        class_definition(w, definition, node, decorators)
    else:
        for child in children:
            expression(w, child)


def function(
    w: Walk, node: Node, whole: Node | None = None, decorator_nodes: list[Node] | None = None
) -> None:
    children = tidy(w, node.children)
    name_node = node.child_by_field_name("name")
    parameters = node.child_by_field_name("parameters")
    if name_node is None or parameters is None:
        return
    outer = w.scope
    is_method = outer.kind is ScopeKind.CLASS
    kind = SymbolKind.METHOD if is_method else SymbolKind.FUNCTION
    index, symbol = _definition(w, name_node, kind, whole or node)
    decorators = _decorators(w, decorator_nodes)
    _describe(w, symbol, decorators, is_method)
    if children[0].type == "async":
        symbol.flags |= SymbolFlag.ASYNC
    returned = node.child_by_field_name("return_type")
    around = type_parameters(w, node, index)
    written = _written_parameters(w, parameters)
    return_annotation = annotation(w, returned) if returned is not None else NONE
    symbol.signature = folded(w, parameters)
    if returned is not None:
        symbol.signature += " -> " + folded(w, returned)

    branches, receiver = w.branches, w.receiver
    w.branches = 1
    scope = w.open_scope(ScopeKind.FUNCTION, index)
    symbol.scope = scope.index
    scope.decorators = decorators
    scope.return_annotation = return_annotation
    _bind_parameters(w, scope, written)
    w.receiver = _receiver(w, symbol, written, outer if is_method else None)
    ends = _body(w, symbol, node.child_by_field_name("body"))
    if scope.yields:
        symbol.flags |= SymbolFlag.GENERATOR
    w.close_scope(ends)
    symbol.complexity = w.branches
    w.branches, w.receiver = branches, receiver
    w.names.update(around)
    _bind_definition(w, index, symbol)


def class_definition(
    w: Walk, node: Node, whole: Node | None = None, decorator_nodes: list[Node] | None = None
) -> None:
    tidy(w, node.children)
    name_node = node.child_by_field_name("name")
    if name_node is None:
        return
    index, symbol = _definition(w, name_node, SymbolKind.CLASS, whole or node)
    decorators = _decorators(w, decorator_nodes)
    around = type_parameters(w, node, index)
    bases: list[int] = []
    keywords: list[tuple[int, int]] = []
    superclasses = node.child_by_field_name("superclasses")
    if superclasses is not None:
        _superclasses(w, superclasses, bases, keywords)
        symbol.signature = folded(w, superclasses)
    receiver = w.receiver
    w.receiver = None
    scope = w.open_scope(ScopeKind.CLASS, index)
    symbol.scope = scope.index
    scope.decorators = decorators
    scope.bases = bases
    scope.keywords = keywords
    ends = _body(w, symbol, node.child_by_field_name("body"))
    w.close_scope(ends)
    w.receiver = receiver
    w.names.update(around)
    _bind_definition(w, index, symbol)


def lambda_expression(w: Walk, node: Node) -> int:
    start = node.start_byte
    index, symbol = w.add_symbol("<lambda>", SymbolKind.LAMBDA, w.scope.symbol)
    symbol.start, symbol.end = start, node.end_byte
    symbol.name_start, symbol.name_end = start, start + 6
    tidy(w, node.children)
    parameters = node.child_by_field_name("parameters")
    written = _written_parameters(w, parameters) if parameters is not None else []
    branches, w.branches = w.branches, 1
    receiver = w.receiver
    scope = w.open_scope(ScopeKind.LAMBDA, index)
    symbol.scope = scope.index
    _bind_parameters(w, scope, written)
    w.receiver = _shadowed(w, receiver, written)
    body = node.child_by_field_name("body")
    if body is not None:
        scope.returns.append(expression(w, body))
    if scope.yields:
        symbol.flags |= SymbolFlag.GENERATOR
    w.close_scope(3)
    symbol.complexity = w.branches
    symbol.signature = f"({folded(w, parameters)})" if parameters is not None else "()"
    w.branches, w.receiver = branches, receiver
    return w.emit(Op.LAMBDA, scope.index, NONE, NONE, start, start + 6)


def type_parameters(w: Walk, node: Node, owner: int) -> dict[bytes, int]:
    """`[T: int, *Ts]` of the definition of a symbol: until the definition ends, their names mean
    nothing else. Gives back what they meant, to be restored then."""
    found = node.child_by_field_name("type_parameters")
    around: dict[bytes, int] = {}
    for child in tidy(w, found.children) if found is not None else ():
        if child.type == "type":
            type_parameter(w, child, owner, around)
    return around


def type_parameter(w: Walk, node: Node, owner: int, around: dict[bytes, int]) -> None:
    """Binds one type parameter under a name of its own that is spelled the same."""
    bound = NONE
    while node.type in ("type", "splat_type", "constrained_type"):
        parts = tidy(w, node.children)
        if node.type == "constrained_type":
            bound = annotation(w, parts[-1])
            node = parts[0]
        else:
            node = parts[-1]
    if node.type != "identifier":
        expression(w, node)
        return
    start, end = node.start_byte, node.end_byte
    text = w.data[start:end]
    around.setdefault(text, w.name(text))
    name = w.names[text] = len(w.name_list)
    w.name_list.append(w.name_list[around[text]])
    value = w.emit(Op.TYPE_PARAMETER, bound, name, owner, start, start)
    target = w.emit(Op.STORE_NAME, name, NONE, NONE, start, end)
    scope = w.scope
    while scope.outer is not None and scope.kind in (ScopeKind.CLASS, ScopeKind.COMPREHENSION):
        scope = scope.outer
    w.bind(BindingKind.ASSIGN, target, value, scope=scope)


def _definition(w: Walk, name: Node, kind: SymbolKind, whole: Node) -> tuple[int, OpenSymbol]:
    start, end = name.start_byte, name.end_byte
    text = w.data[start:end]
    name_index = w.name(text)
    w.scope.defined.add(name_index)
    index, symbol = w.add_symbol(w.name_list[name_index], kind, w.scope.symbol)
    symbol.start, symbol.end = whole.start_byte, whole.end_byte
    symbol.name_start, symbol.name_end = start, end
    return index, symbol


def _decorators(w: Walk, nodes: list[Node] | None) -> list[int]:
    found = []
    for node in nodes or ():
        children = [child for child in tidy(w, node.children) if child.is_named]
        if children:
            found.append(expression(w, children[0]))
    return found


def _describe(w: Walk, symbol: OpenSymbol, decorators: list[int], is_method: bool) -> None:
    """Kind and flags, as far as the decorators' own names tell."""
    for decorator in decorators:
        name = _decorator_name(w, decorator)
        if name == "staticmethod" or name == "abstractstaticmethod":
            symbol.flags |= SymbolFlag.STATIC
        elif name == "classmethod" or name == "abstractclassmethod":
            symbol.flags |= SymbolFlag.CLASS
        elif name == "overload":
            symbol.flags |= SymbolFlag.OVERLOAD
        elif is_method and (name.lower().endswith("property") or name in _ACCESSORS):
            symbol.kind = SymbolKind.PROPERTY
        if name in _ABSTRACT:
            symbol.flags |= SymbolFlag.ABSTRACT
    if is_method and symbol.name.encode() in _CLASS_METHODS:
        symbol.flags |= SymbolFlag.CLASS


def _decorator_name(w: Walk, decorator: int) -> str:
    """The last name of `a`, `a.b` or `a.b(...)`."""
    op, a, b = w.row_of(decorator)
    if op == Op.CALL:
        op, a, b = w.row_of(a)
    if op == Op.NAME:
        return w.name_list[a]
    return w.name_list[b] if op == Op.ATTR else ""


def _bind_definition(w: Walk, index: int, symbol: OpenSymbol) -> None:
    start, end = symbol.name_start, symbol.name_end
    if start == end:
        return
    name = w.name(w.data[start:end])
    target = w.emit(Op.STORE_NAME, name, NONE, NONE, start, end)
    w.bind(BindingKind.DEFINITION, target, NONE, symbol=index)


def _superclasses(w: Walk, node: Node, bases: list[int], keywords: list[tuple[int, int]]) -> None:
    for child in tidy(w, node.children):
        if child.type == "keyword_argument":
            parts = tidy(w, child.children)
            name = w.name(w.data[parts[0].start_byte : parts[0].end_byte])
            keywords.append((name, expression(w, parts[-1])))
        elif child.is_named:
            is_generic = child.type == "subscript"
            bases.append(annotation(w, child) if is_generic else expression(w, child))


@dataclass(slots=True)
class _Written:
    """A parameter as written, its annotation and default already emitted."""

    name: Node
    kind: ParamKind
    annotation: int = NONE
    default: int = NONE


def _written_parameters(w: Walk, node: Node) -> list[_Written]:
    found: list[_Written] = []
    kind = ParamKind.POSITIONAL_OR_KEYWORD
    for child in tidy(w, node.children):
        form = child.type
        if form == "positional_separator":
            for earlier in found:
                earlier.kind = ParamKind.POSITIONAL_ONLY
        elif form == "keyword_separator":
            kind = ParamKind.KEYWORD_ONLY
        elif child.is_named:
            parameter = _written_parameter(w, child, kind)
            if parameter.kind is ParamKind.VAR_POSITIONAL:
                kind = ParamKind.KEYWORD_ONLY
            found.append(parameter)
    return found


def _written_parameter(w: Walk, node: Node, kind: ParamKind) -> _Written:
    form = node.type
    if form == "identifier":
        return _Written(node, kind)
    if form == "list_splat_pattern":
        return _Written(tidy(w, node.children)[-1], ParamKind.VAR_POSITIONAL)
    if form == "dictionary_splat_pattern":
        return _Written(tidy(w, node.children)[-1], ParamKind.VAR_KEYWORD)
    if form == "default_parameter":
        parts = tidy(w, node.children)
        return _Written(parts[0], kind, NONE, expression(w, parts[-1]))
    if form == "typed_parameter":
        parts = tidy(w, node.children)
        inner = _written_parameter(w, parts[0], kind)
        inner.annotation = annotation(w, parts[-1])
        return inner
    if form == "typed_default_parameter":
        parts = tidy(w, node.children)
        typed = next((part for part in parts if part.type == "type"), None)
        noted = annotation(w, typed) if typed is not None else NONE
        return _Written(parts[0], kind, noted, expression(w, parts[-1]))
    return _Written(node, kind)


def _bind_parameters(w: Walk, scope: OpenScope, written: list[_Written]) -> None:
    for parameter in written:
        node = parameter.name
        if node.type != "identifier":
            assign(w, node, NONE, BindingKind.ASSIGN)
            continue
        start, end = node.start_byte, node.end_byte
        name = w.name(w.data[start:end])
        target = w.emit(Op.STORE_NAME, name, NONE, NONE, start, end)
        binding = w.bind(BindingKind.PARAMETER, target, parameter.default, parameter.annotation)
        scope.params.append(
            ParamFact(name, parameter.kind, parameter.annotation, parameter.default, binding)
        )


def _receiver(
    w: Walk, symbol: OpenSymbol, written: list[_Written], owner: OpenScope | None
) -> tuple[bytes, OpenScope] | None:
    """Name of the parameter through which a method reaches its class's fields."""
    if owner is None:
        return _shadowed(w, w.receiver, written)
    if symbol.flags & SymbolFlag.STATIC or not written or symbol.name == "__new__":
        return None
    first = written[0]
    if first.kind in (ParamKind.VAR_POSITIONAL, ParamKind.KEYWORD_ONLY, ParamKind.VAR_KEYWORD):
        return None
    return w.data[first.name.start_byte : first.name.end_byte], owner


def _shadowed(
    w: Walk, receiver: tuple[bytes, OpenScope] | None, written: list[_Written]
) -> tuple[bytes, OpenScope] | None:
    """The enclosing method's receiver, unless a parameter here has its name."""
    if receiver is None:
        return None
    names = (w.data[p.name.start_byte : p.name.end_byte] for p in written)
    return None if receiver[0] in names else receiver


def _body(w: Walk, symbol: OpenSymbol, body: Node | None) -> int:
    if body is None:
        return 0
    docstring(w, symbol, body)
    return w.suite(w, body)


def docstring(w: Walk, symbol: OpenSymbol, body: Node) -> None:
    """Notes the place of the string that opens a body."""
    for child in body.children:
        if child.type == "comment":
            continue
        if child.type == "expression_statement" and child.child_count == 1:
            only = child.children[0]
            text = w.data[only.start_byte : only.start_byte + 2]
            if only.type in _STRINGS and (text[:1] in _QUOTES or text in _PREFIXED):
                symbol.doc_start, symbol.doc_end = only.start_byte, only.end_byte
        return


def folded(w: Walk, node: Node) -> str:
    """The source on one line, without comments."""
    text = w.data[node.start_byte : node.end_byte]
    if b"\n" in text:
        text = _COMMENT.sub(b"\n", text)
        text = b" ".join(text.split()).replace(b"( ", b"(").replace(b"[ ", b"[")
        text = text.replace(b",)", b")").replace(b", )", b")").replace(b" )", b")")
    return text.decode("utf-8", "replace")
