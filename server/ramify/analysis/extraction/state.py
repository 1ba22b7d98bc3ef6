"""The growing columns of one file's facts: what the walk over its tree writes to.

Knows how expressions, scopes, blocks, bindings and symbols are kept and numbered, and nothing of
any syntax.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Callable, Mapping
from typing import Any, Final

from ramify.analysis.extraction.parse import ERROR_KIND, Node, kind_ids
from ramify_store.facts import (
    NONE,
    BindingFact,
    BindingKind,
    BlockFact,
    Op,
    ParamFact,
    ScopeFact,
    ScopeKind,
    SymbolFact,
    SymbolFlag,
    SymbolKind,
)

WIDTH = 6
"""Columns of an expression's row: op, a, b, c, first byte and end of its site."""

DEEPEST = 150
"""Levels of nesting that are followed; each takes up to four Python frames."""


_BindingRow = list[Any]
"""Fields of a BindingFact; its symbol may come to be known later."""


class OpenScope:
    """A scope while its code is being walked."""

    __slots__ = (
        "bases",
        "block",
        "decorators",
        "defined",
        "first",
        "global_names",
        "index",
        "keywords",
        "kind",
        "last",
        "nonlocal_names",
        "outer",
        "params",
        "pending",
        "raises",
        "return_annotation",
        "returns",
        "symbol",
        "yields",
    )

    def __init__(self, index: int, kind: ScopeKind, outer: OpenScope | None, symbol: int) -> None:
        self.index = index
        self.kind = kind
        self.outer = outer
        self.symbol = symbol
        self.block = NONE
        self.first = 0
        self.last = 0
        self.global_names: list[int] = []
        self.nonlocal_names: list[int] = []
        self.params: list[ParamFact] = []
        self.returns: list[int] = []
        self.yields: list[int] = []
        self.raises: list[int] = []
        self.return_annotation = NONE
        self.decorators: list[int] = []
        self.bases: list[int] = []
        self.keywords: list[tuple[int, int]] = []
        self.defined: set[int] = set()
        """Names that have a symbol in this scope."""
        self.pending: dict[int, tuple[int, int, int, str]] = {}
        """Names bound from elsewhere (`self.x =`, `global x`), which get a symbol when the scope
        itself gives them none: name -> (binding, start, end, signature)."""


class OpenSymbol:
    """A symbol while its definition is being walked."""

    __slots__ = (
        "complexity",
        "doc_end",
        "doc_start",
        "end",
        "flags",
        "kind",
        "name",
        "name_end",
        "name_start",
        "parent",
        "path",
        "scope",
        "signature",
        "start",
    )

    def __init__(self, name: str, path: str, kind: SymbolKind, parent: int) -> None:
        self.name = name
        self.path = path
        self.kind = kind
        self.flags = 0
        self.parent = parent
        self.scope = NONE
        self.start = self.end = self.name_start = self.name_end = 0
        self.doc_start = self.doc_end = NONE
        self.signature = ""
        self.complexity = 0


_ENDS: Final = (0, 1, 1, 2)
"""By how a block is left (see `statements`): what its fact says."""


class Walk:
    """Where the walk stands and what it has found so far."""

    __slots__ = (
        "binding_rows",
        "block",
        "block_rows",
        "branches",
        "broken",
        "data",
        "depth",
        "exported",
        "expressions",
        "groups",
        "last_test",
        "name_list",
        "names",
        "path_counts",
        "pool",
        "receiver",
        "rows",
        "scope",
        "scopes",
        "statement_starts",
        "suite",
        "symbols",
        "too_deep",
    )

    def __init__(
        self,
        data: bytes,
        expressions: Mapping[int, Callable[[Walk, Node], int]],
        suite: Callable[[Walk, Node], int],
    ) -> None:
        self.data = data
        self.expressions = expressions
        """Handlers by `Node.kind_id`."""
        self.suite = suite
        """Walks the statements of a block; tells whether they leave it for good."""
        self.rows: list[int] = []
        self.pool: list[int] = []
        self.names: dict[bytes, int] = {}
        self.name_list: list[str] = []
        self.binding_rows: list[_BindingRow] = []
        self.block_rows: list[list[int]] = []
        self.symbols: list[OpenSymbol] = []
        self.path_counts: dict[str, int] = {}
        self.exported: list[str] | None = None
        self.statement_starts: list[int] = []
        self.groups = 0
        self.branches = 0
        self.broken = False
        """Whether the loop at hand is left by `break`."""
        """Decisions seen in the function being walked."""
        self.depth = 0
        self.too_deep = 0
        self.last_test = NONE
        """The latest expression that says something of a value's type."""
        self.receiver: tuple[bytes, OpenScope] | None = None
        """Name of `self` (or `cls`) in the method being walked, and its class."""
        module = OpenSymbol("", "", SymbolKind.MODULE, NONE)
        module.end = len(data)
        module.scope = 0
        self.symbols.append(module)
        self.scope = OpenScope(0, ScopeKind.MODULE, None, 0)
        self.scopes = [self.scope]
        self.block = NONE
        self.block = self.scope.block = self.open_block()

    # Expressions

    def emit(self, op: int, a: int, b: int, c: int, start: int, end: int) -> int:
        """Adds an expression and returns its index."""
        rows = self.rows
        rows += (op, a, b, c, start, end)
        return len(rows) // WIDTH - 1

    def emit_pooled(
        self, op: int, operands: list[int], count: int, start: int, end: int, a: int = NONE
    ) -> int:
        """An expression with its operands in the pool."""
        at = len(self.pool)
        self.pool += operands
        return self.emit(op, a, at, count, start, end)

    def emit_call(self, callee: int, arguments: list[int], start: int, end: int) -> int:
        """A call with the pairs of its arguments in the pool."""
        at = len(self.pool)
        self.pool += arguments
        return self.emit(Op.CALL, callee, at, len(arguments) // 2, start, end)

    def is_too_deep(self) -> bool:
        return self.depth > DEEPEST

    @property
    def size(self) -> int:
        """Number of expressions so far: the index of the next one."""
        return len(self.rows) // WIDTH

    def op_of(self, expression: int) -> int:
        return self.rows[expression * WIDTH]

    def row_of(self, expression: int) -> tuple[int, int, int]:
        """Op, a and b of an expression."""
        at = expression * WIDTH
        op, a, b = self.rows[at : at + 3]
        return op, a, b

    def site_of(self, expression: int) -> tuple[int, int]:
        at = expression * WIDTH
        return self.rows[at + 4], self.rows[at + 5]

    def name(self, text: bytes) -> int:
        """The index of a name, in the normal form that identifiers are compared in."""
        index = self.names.get(text)
        if index is None:
            plain = text.decode("utf-8", "replace")
            if not text.isascii():
                plain = unicodedata.normalize("NFKC", plain)
                index = self.names.get(plain.encode())
            if index is None:
                index = len(self.name_list)
                self.name_list.append(plain)
                self.names[plain.encode()] = index
            self.names[text] = index
        return index

    # Blocks

    def open_block(
        self,
        group: int = NONE,
        loop: int = 0,
        guard: int = NONE,
        negated: int = 0,
        dead: int = 0,
    ) -> int:
        """Opens a block in the current one; `close_block` with its index ends it, with how it is
        left (see `statements`)."""
        index = len(self.block_rows)
        self.block_rows.append([self.block, self.size, 0, group, loop, 0, guard, negated, dead])
        self.block = index
        return index

    def close_block(self, block: int, ends: int) -> None:
        row = self.block_rows[block]
        row[2] = self.size
        row[5] = ends
        self.block = row[0]

    def new_group(self) -> int:
        self.groups += 1
        return self.groups - 1

    # Scopes and bindings

    def open_scope(self, kind: ScopeKind, symbol: int) -> OpenScope:
        scope = OpenScope(len(self.scopes), kind, self.scope, symbol)
        scope.first = self.size
        self.scopes.append(scope)
        self.scope = scope
        if kind is not ScopeKind.COMPREHENSION:
            scope.block = self.open_block()
        return scope

    def close_scope(self, ends: int) -> None:
        scope = self.scope
        if scope.block != NONE:
            self.close_block(scope.block, ends)
        if scope.pending:
            self.settle(scope)
        scope.last = self.size
        assert scope.outer is not None
        self.scope = scope.outer

    def code_scope(self) -> OpenScope:
        """The nearest scope that is no comprehension: where `:=`, `yield` and `return` work."""
        scope = self.scope
        while scope.kind is ScopeKind.COMPREHENSION and scope.outer is not None:
            scope = scope.outer
        return scope

    def bind(
        self,
        kind: BindingKind,
        target: int,
        value: int,
        annotation: int = NONE,
        symbol: int = NONE,
        scope: OpenScope | None = None,
    ) -> int:
        """Adds a binding in the given scope (the current one) and returns its index."""
        at = (scope or self.scope).index
        self.binding_rows.append([at, kind, target, value, symbol, annotation, self.block])
        return len(self.binding_rows) - 1

    # Symbols

    def path_of(self, name: str, parent: int) -> str:
        """The dotted path of a new definition, with its ordinal."""
        owner = self.symbols[parent]
        if parent == 0:
            path = name
        elif owner.kind is SymbolKind.CLASS:
            path = f"{owner.path}.{name}"
        else:
            path = f"{owner.path}.<locals>.{name}"
        count = self.path_counts.get(path, 0) + 1
        self.path_counts[path] = count
        return path if count == 1 else f"{path}#{count}"

    def add_symbol(self, name: str, kind: SymbolKind, parent: int) -> tuple[int, OpenSymbol]:
        symbol = OpenSymbol(name, self.path_of(name, parent), kind, parent)
        if self.block != self.scope.block and self.scope.block != NONE:
            symbol.flags = SymbolFlag.CONDITIONAL
        self.symbols.append(symbol)
        return len(self.symbols) - 1, symbol

    def add_variable(
        self, scope: OpenScope, name: int, site: tuple[int, int], span: tuple[int, int], note: str
    ) -> int:
        """A variable or field symbol for the first binding of a name in its scope."""
        scope.defined.add(name)
        kind = SymbolKind.FIELD if scope.kind is ScopeKind.CLASS else SymbolKind.VARIABLE
        index, symbol = self.add_symbol(self.name_list[name], kind, scope.symbol)
        symbol.name_start, symbol.name_end = site
        symbol.start, symbol.end = span
        symbol.signature = note
        return index

    def settle(self, scope: OpenScope) -> None:
        """Gives a symbol to what was bound from elsewhere and nowhere in the scope itself."""
        for name, (binding, start, end, note) in scope.pending.items():
            if name not in scope.defined:
                row = self.binding_rows[binding]
                index = self.add_variable(scope, name, self.site_of(row[2]), (start, end), note)
                self.symbols[index].flags = 0
                row[4] = index

    # The end

    def finish(self) -> None:
        """Closes the module's scope and block."""
        self.settle(self.scope)
        self.scope.last = self.size
        self.close_block(0, False)

    def ordered_symbols(self) -> tuple[tuple[SymbolFact, ...], list[int]]:
        """Symbols in order of start (the outer one first), and each one's new index."""
        symbols = self.symbols
        order = sorted(range(len(symbols)), key=lambda i: (symbols[i].start, -symbols[i].end, i))
        if order and order[0] != 0:
            order.remove(0)
            order.insert(0, 0)
        rank = [0] * len(symbols)
        for position, index in enumerate(order):
            rank[index] = position
        return tuple(_fact_of(symbols[index], rank) for index in order), rank

    def column(self, position: int) -> bytes:
        return array("i", self.rows[position::WIDTH]).tobytes()

    def scope_facts(self, rank: list[int]) -> tuple[ScopeFact, ...]:
        return tuple(
            ScopeFact(
                scope.kind,
                scope.outer.index if scope.outer else NONE,
                rank[scope.symbol],
                scope.first,
                scope.last,
                tuple(scope.global_names),
                tuple(scope.nonlocal_names),
                tuple(scope.params),
                tuple(scope.returns),
                tuple(scope.yields),
                tuple(scope.raises),
                scope.return_annotation,
                tuple(scope.decorators),
                tuple(scope.bases),
                tuple(scope.keywords),
            )
            for scope in self.scopes
        )

    def binding_facts(self, rank: list[int]) -> tuple[BindingFact, ...]:
        return tuple(
            BindingFact(
                scope,
                kind,
                target,
                value,
                NONE if symbol == NONE else rank[symbol],
                annotation,
                block,
            )
            for scope, kind, target, value, symbol, annotation, block in self.binding_rows
        )

    def block_facts(self) -> tuple[BlockFact, ...]:
        return tuple(
            BlockFact(
                parent,
                first,
                last,
                group,
                bool(loop),
                _ENDS[ends],
                guard,
                bool(negated),
                bool(dead),
            )
            for parent, first, last, group, loop, ends, guard, negated, dead in self.block_rows
        )


def _fact_of(symbol: OpenSymbol, rank: list[int]) -> SymbolFact:
    return SymbolFact(
        symbol.name,
        symbol.path,
        symbol.kind,
        symbol.flags,
        NONE if symbol.parent == NONE else rank[symbol.parent],
        symbol.scope,
        symbol.start,
        symbol.end,
        symbol.name_start,
        symbol.name_end,
        symbol.doc_start,
        symbol.doc_end,
        symbol.signature,
        symbol.complexity,
    )


_EXTRAS = frozenset(kind_ids("python", ("comment", "line_continuation", "ERROR")))
_IDENTIFIER = next(iter(kind_ids("python", ("identifier",))))
_NAME = int(Op.NAME)


def expression(w: Walk, node: Node) -> int:
    """Emits the expression that a node stands for and returns its index."""
    kind = node.kind_id
    if kind == _IDENTIFIER:  # a third of all expressions: spared the calls
        start = node.start_byte
        end = node.end_byte
        text = w.data[start:end]
        name = w.names.get(text)
        if name is None:
            if not text:
                return w.emit(Op.UNKNOWN, NONE, NONE, NONE, start, end)
            name = w.name(text)
        rows = w.rows
        rows += (_NAME, name, NONE, NONE, start, end)
        return len(rows) // WIDTH - 1
    if w.depth > DEEPEST:
        w.too_deep += 1
        return w.emit(Op.UNKNOWN, NONE, NONE, NONE, node.start_byte, node.start_byte)
    w.depth += 1
    handler = w.expressions.get(kind)
    index = handler(w, node) if handler else anything(w, node)
    w.depth -= 1
    return index


def anything(w: Walk, node: Node) -> int:
    """What no rule describes: its parts are expressions, itself it is unknown."""
    last = NONE
    for child in node.children:
        if child.is_named and child.type not in ("comment", "line_continuation"):
            last = expression(w, child)
    start = node.start_byte
    return w.emit(Op.UNKNOWN, last, NONE, NONE, start, start)


def tidy(w: Walk, children: list[Node]) -> list[Node]:
    """The children that the grammar asks for; what stands in an error is read on the way."""
    for child in children:
        if child.kind_id in _EXTRAS:
            break
    else:
        return children
    kept = []
    for child in children:
        kind = child.kind_id
        if kind not in _EXTRAS:
            kept.append(child)
        elif kind == ERROR_KIND:
            expression(w, child)
    return kept
