"""A file's facts opened for linking: columns as arrays, and the indices that look-ups need.

Pure derivation from `FileFacts` and `Placed`; nothing here knows another file.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final

from ramify_store.facts import (
    NONE,
    ArgumentHow,
    BindingFact,
    BindingKind,
    BlockFact,
    FileFacts,
    Op,
    Outline,
    Placed,
    ScopeFact,
    ScopeKind,
    SymbolFact,
    SymbolFlag,
    SymbolKind,
    symbol_id,
)

_STATIC = int(SymbolFlag.STATIC)
_OVERLOAD = int(SymbolFlag.OVERLOAD)
_STORING = frozenset({"setdefault", "update"})
_SEEING = frozenset({Op.CALL, Op.YIELD, Op.YIELD_FROM, Op.AWAIT})


def ints(data: bytes) -> array[int]:
    column: array[int] = array("i")
    column.frombytes(data)
    return column


# Read for every expression: a member of an enum takes Python 3.11 six times as long.
_STORE_NAME: Final = Op.STORE_NAME
_STORE_ATTR: Final = Op.STORE_ATTR
_ITEM: Final = BindingKind.ITEM
_METHOD_SYMBOL: Final = SymbolKind.METHOD
_PROPERTY_SYMBOL: Final = SymbolKind.PROPERTY
_CLASS_SYMBOL: Final = SymbolKind.CLASS
_VARIABLE_SYMBOL: Final = SymbolKind.VARIABLE
_FIELD_SYMBOL: Final = SymbolKind.FIELD
_MODULE_SCOPE: Final = ScopeKind.MODULE
_CLASS_SCOPE: Final = ScopeKind.CLASS


class Unit:
    """One placed file. Expressions, scopes, bindings, blocks and symbols go by their indices."""

    __slots__ = (
        "__dict__",
        "a",
        "b",
        "bindings",
        "blocks",
        "c",
        "names",
        "ops",
        "outline",
        "path",
        "placed",
        "pool",
        "scopes",
        "symbols",
    )

    def __init__(self, placed: Placed, facts: FileFacts) -> None:
        body = facts.body
        self.placed = placed
        self.path = placed.path
        self.outline: Outline = facts.outline
        self.symbols: tuple[SymbolFact, ...] = facts.outline.symbols
        self.names = body.names
        self.ops = body.ops
        self.a = ints(body.a)
        self.b = ints(body.b)
        self.c = ints(body.c)
        self.pool = ints(body.pool)
        self.scopes: tuple[ScopeFact, ...] = body.scopes
        self.bindings: tuple[BindingFact, ...] = body.bindings
        self.blocks: tuple[BlockFact, ...] = body.blocks
        self.exported = body.exported

    @cached_property
    def sites(self) -> tuple[array[int], array[int]]:
        return self.outline.sites()

    @cached_property
    def ids(self) -> Sequence[str]:
        """The id of each symbol."""
        return [symbol_id(self.placed, symbol.path) for symbol in self.symbols]

    @cached_property
    def scope_of(self) -> Sequence[int]:
        """The innermost scope of each expression."""
        return _spread(len(self.ops), [(s.first, s.last) for s in self.scopes])

    def place_name(self, e: int) -> str:
        """A name of an expression that most edits elsewhere in the file leave as it is."""
        symbol = self.scopes[self.scope_of[e]].symbol
        op = self.ops[e]
        return f"{self.symbols[symbol].path}:{op}:{bisect_left(self._alike(symbol, op), e)}"

    @cached_property
    def places(self) -> Mapping[tuple[int, int], Sequence[int]]:
        """By owning symbol and operation the expressions there, by rank."""
        owner = [scope.symbol for scope in self.scopes]
        table: dict[tuple[int, int], list[int]] = {}
        for e, (op, scope) in enumerate(zip(self.ops, self.scope_of, strict=True)):
            table.setdefault((owner[scope], op), []).append(e)
        return table

    def place_at(self, name: str) -> int | None:
        """The expression of a place name."""
        path, op, rank = name.rsplit(":", 2)
        symbol = self.symbol_at(path)
        same = self._alike(symbol, int(op)) if symbol is not None else ()
        return same[int(rank)] if int(rank) < len(same) else None

    def _alike(self, symbol: int, op: int) -> Sequence[int]:
        """The expressions of an operation in a symbol, in order: of one symbol alone, since a file
        of which others know but one value is not worth ranking."""
        found = self._known_alike.get((symbol, op))
        if found is None:
            found = self._known_alike[symbol, op] = []
            own = self.symbols[symbol].scope
            if own != NONE:
                scopes, scope_of, sought = self.scopes, self.scope_of, bytes([op])
                first, last = scopes[own].first, scopes[own].last
                at = self.ops.find(sought, first, last)
                while at >= 0:
                    if scopes[scope_of[at]].symbol == symbol:
                        found.append(at)
                    at = self.ops.find(sought, at + 1, last)
        return found

    @cached_property
    def _known_alike(self) -> dict[tuple[int, int], list[int]]:
        return {}

    @cached_property
    def block_of(self) -> Sequence[int]:
        """The innermost block of each expression."""
        return _spread(len(self.ops), [(b.first, b.last) for b in self.blocks])

    @cached_property
    def bound(self) -> Sequence[dict[int, Sequence[int]]]:
        """By scope: name index -> its bindings in source order, redirected by `global` and
        `nonlocal` to the scope that owns the name."""
        table: list[dict[int, list[int]]] = [{} for _ in self.scopes]
        ops, a, store_name = self.ops, self.a, int(_STORE_NAME)
        for index, binding in enumerate(self.bindings):
            if ops[binding.target] == store_name:
                name = a[binding.target]
                table[self.owner_scope(binding.scope, name)].setdefault(name, []).append(index)
        return [{name: tuple(found) for name, found in each.items()} for each in table]

    def owner_scope(self, scope: int, name: int) -> int:
        """The scope that a binding of `name` in `scope` binds in."""
        fact = self.scopes[scope]
        if name in fact.global_names:
            return 0
        if name in fact.nonlocal_names:
            outer = fact.parent
            while outer > 0:
                parent = self.scopes[outer]
                if parent.kind in (ScopeKind.FUNCTION, ScopeKind.LAMBDA) and (
                    name not in parent.nonlocal_names
                ):
                    return outer
                outer = parent.parent
        return scope

    @cached_property
    def name_index(self) -> dict[str, int]:
        """Those of type parameters, which are spelled as others are, come second."""
        found: dict[str, int] = {}
        for index, name in enumerate(self.names):
            found.setdefault(name, index)
        return found

    @cached_property
    def _imported(self) -> frozenset[str]:
        """Names before the first dot: of all that it imports, and of much else."""
        return frozenset(name.partition(".")[0] for name in self.names)

    def imports(self, package: str) -> bool:
        """Whether it imports a package or something in it; true for what merely names it, too."""
        return package in self._imported

    @cached_property
    def star_imports(self) -> dict[int, list[int]]:
        """By scope: STAR_IMPORT expressions in order."""
        found: dict[int, list[int]] = {}
        for at in self.expressions(Op.STAR_IMPORT):
            found.setdefault(self.scope_of[at], []).append(at)
        return found

    @cached_property
    def attribute_bindings(self) -> dict[int, list[int]]:
        """Attribute name index -> ATTRIBUTE bindings anywhere in the file, in order."""
        found: dict[int, list[int]] = {}
        for index, binding in enumerate(self.bindings):
            if self.ops[binding.target] == _STORE_ATTR:
                found.setdefault(self.b[binding.target], []).append(index)
        return found

    @cached_property
    def overwritten(self) -> frozenset[int]:
        """ATTRIBUTE bindings of a name that are bound again in the same run of statements, before
        anything is called or asks for the attribute."""
        found: set[int] = set()
        for name, indices in self.attribute_bindings.items():
            for one, other in pairwise(indices):
                first, again = self.bindings[one], self.bindings[other]
                to, too = self.a[first.target], self.a[again.target]
                if (
                    (first.scope, first.block) == (again.scope, again.block)
                    and again.kind == BindingKind.ATTRIBUTE
                    and self.ops[to] == self.ops[too] == Op.NAME
                    and self.a[to] == self.a[too]
                    and not any(
                        self.ops[e] in _SEEING or (self.ops[e] == Op.ATTR and self.b[e] == name)
                        for e in range(first.target + 1, again.target)
                    )
                ):
                    found.add(one)
        return frozenset(found)

    @cached_property
    def attribute_values(self) -> frozenset[int]:
        """Expressions whose value the file assigns to an attribute of something."""
        bound = (i for indices in self.attribute_bindings.values() for i in indices)
        return frozenset(self.bindings[index].value for index in bound)

    @cached_property
    def item_keys(self) -> tuple[str, ...]:
        """Texts of the constant keys that statements like `display[...] = value` store under, or
        that calls of `setdefault` and `update` name."""
        found = [self.text_of_const(self.b[self.bindings[i].target]) for i in self.item_bindings]
        for callee, call in self.call_of.items():
            if self.ops[callee] == Op.ATTR and self.names[self.b[callee]] in _STORING:
                for how, e in self.arguments(call):
                    found.append(self.names[how] if how >= 0 else self.text_of_const(e))
        return tuple(dict.fromkeys(text for text in found if text is not None))

    @cached_property
    def attribute_names(self) -> frozenset[str]:
        """Names of the attributes that the file assigns to anything."""
        return frozenset(self.names[index] for index in self.attribute_bindings)

    @cached_property
    def class_names(self) -> dict[int, frozenset[str]]:
        """By class symbol: the names that its body binds."""
        return {
            scope.symbol: frozenset(self.names[name] for name in self.bound[index])
            for index, scope in enumerate(self.scopes)
            if scope.kind == _CLASS_SCOPE
        }

    def stored_under(self, key: str | None) -> Sequence[int]:
        """Bindings of `display[...] = value` statements in order; with a key those under it or
        under one that is no constant."""
        if key is None:
            return self.item_bindings
        found = self._stored_by_key.get(key)
        return found if found is not None else self._stored_by_key.get(None, ())

    @cached_property
    def _stored_by_key(self) -> dict[str | None, list[int]]:
        """Under each constant key the bindings that may store there; at None those alone that
        are under no constant."""
        texts = [self.text_of_const(self.b[self.bindings[i].target]) for i in self.item_bindings]
        found: dict[str | None, list[int]] = {text: [] for text in texts}
        unknown = [i for i, text in zip(self.item_bindings, texts, strict=True) if text is None]
        for index, text in zip(self.item_bindings, texts, strict=True):
            found[text].append(index)
        for text, indices in found.items():
            if text is not None and unknown:
                indices[:] = sorted([*indices, *unknown])
        return found

    @cached_property
    def item_bindings(self) -> list[int]:
        """ITEM bindings anywhere in the file, in order."""
        return [i for i, b in enumerate(self.bindings) if b.kind == _ITEM]

    @cached_property
    def _symbol_paths(self) -> dict[str, int]:
        return {symbol.path: index for index, symbol in enumerate(self.symbols)}

    def symbol_at(self, path: str) -> int | None:
        """Index of the symbol of a path in this file."""
        return self._symbol_paths.get(path)

    @cached_property
    def scope_of_symbol(self) -> Sequence[int]:
        return [symbol.scope for symbol in self.symbols]

    @cached_property
    def overloads(self) -> dict[int, Sequence[int]]:
        """By function: the `@overload`s before it that say what they give; where only those are
        written, by the last of them."""
        found: dict[int, Sequence[int]] = {}
        open_runs: dict[tuple[int, str], list[int]] = {}
        for sym, symbol in enumerate(self.symbols):
            if int(symbol.flags) & _OVERLOAD:
                run = open_runs.setdefault((symbol.parent, symbol.name), [])
                if run:
                    found.pop(run[-1], None)
                run.append(sym)
                found[sym] = run
            elif symbol.scope != NONE and (symbol.parent, symbol.name) in open_runs:
                run = open_runs.pop((symbol.parent, symbol.name))
                del found[run[-1]]
                found[sym] = run
        return {
            sym: run
            for sym, run in found.items()
            if all(self.scopes[self.symbols[o].scope].return_annotation != NONE for o in run)
        }

    @cached_property
    def defined_at(self) -> dict[int, int]:
        """Symbol -> the target of its first binding."""
        found: dict[int, int] = {}
        for binding in self.bindings:
            if binding.symbol != NONE:
                found.setdefault(binding.symbol, binding.target)
        return found

    @cached_property
    def symbol_of_binding(self) -> dict[int, int]:
        """Binding index -> the symbol it belongs to, also for later bindings of a variable."""
        first: dict[tuple[int, str], int] = {}
        for index, symbol in enumerate(self.symbols):
            if symbol.kind in (_VARIABLE_SYMBOL, _FIELD_SYMBOL):
                first.setdefault((symbol.parent, symbol.name), index)
        found: dict[int, int] = {}
        for index, binding in enumerate(self.bindings):
            if binding.symbol != NONE:
                found[index] = binding.symbol
            elif self.ops[binding.target] == _STORE_NAME:
                scope = self.scopes[self.owner_scope(binding.scope, self.a[binding.target])]
                if scope.kind in (_MODULE_SCOPE, _CLASS_SCOPE):
                    key = (scope.symbol, self.names[self.a[binding.target]])
                    of_type = binding.value != NONE and self.ops[binding.value] == Op.TYPE_PARAMETER
                    if key in first and binding.kind != BindingKind.IMPORT and not of_type:
                        found[index] = first[key]
        return found

    @cached_property
    def members(self) -> dict[int, dict[str, list[int]]]:
        """Class symbol -> member name -> symbols directly in it, in source order."""
        found: dict[int, dict[str, list[int]]] = {}
        for index, symbol in enumerate(self.symbols):
            if symbol.parent != NONE and self.symbols[symbol.parent].kind == _CLASS_SYMBOL:
                found.setdefault(symbol.parent, {}).setdefault(symbol.name, []).append(index)
        return found

    @cached_property
    def asked_of_super(self) -> dict[int, list[str]]:
        """By class symbol: the names that its methods ask `super()` for, in order."""
        at = self.name_index.get("super")
        calls = {
            call
            for callee, call in (self.call_of.items() if at is not None else ())
            if self.ops[callee] == Op.NAME and self.a[callee] == at
        }
        found: dict[int, list[str]] = {}
        for e in self.expressions(Op.ATTR) if calls else ():
            if self.a[e] in calls:
                scope = self.scope_of[e]
                while scope > 0 and self.scopes[scope].kind != _CLASS_SCOPE:
                    scope = self.scopes[scope].parent
                if scope > 0:
                    found.setdefault(self.scopes[scope].symbol, []).append(self.names[self.b[e]])
        return found

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """Names of the attributes that the file takes from anything."""
        return frozenset(self.names[self.b[e]] for e in self.expressions(Op.ATTR))

    def expressions(self, op: Op) -> Iterator[int]:
        """Those of an operation, in order."""
        sought = bytes([op])
        at = self.ops.find(sought)
        while at >= 0:
            yield at
            at = self.ops.find(sought, at + 1)

    @cached_property
    def call_of(self) -> dict[int, int]:
        """Callee expression -> its CALL."""
        a = self.a
        return {a[at]: at for at in self.expressions(Op.CALL)}

    @cached_property
    def spreading(self) -> frozenset[int]:
        """CALLs with a `*argument` or a `**argument`."""
        pool, b, c, spread = self.pool, self.b, self.c, int(ArgumentHow.SPLAT)
        return frozenset(
            call
            for call in self.expressions(Op.CALL)
            if c[call] and min(pool[b[call] : b[call] + 2 * c[call] : 2]) <= spread
        )

    @cached_property
    def type_parameters(self) -> dict[int, list[int]]:
        """By symbol of a class or function: its TYPE_PARAMETERs, in order."""
        found: dict[int, list[int]] = {}
        for at in self.expressions(Op.TYPE_PARAMETER):
            found.setdefault(self.c[at], []).append(at)
        return found

    def named_scope(self, scope: int) -> int:
        """The scope itself, or for a comprehension the one around it that is none."""
        while self.scopes[scope].kind == ScopeKind.COMPREHENSION:
            scope = self.scopes[scope].parent
        return scope

    def method_class(self, scope: int) -> int:
        """Symbol of the class whose body directly holds this function scope, else NONE."""
        fact = self.scopes[scope]
        if fact.kind == ScopeKind.FUNCTION and fact.parent != NONE:
            parent = self.scopes[fact.parent]
            if parent.kind == _CLASS_SCOPE:
                return parent.symbol
        return NONE

    def arguments(self, call: int) -> list[tuple[int, int]]:
        """Pairs (how, expression) of a CALL."""
        start = self.b[call]
        given = self.pool[start : start + 2 * self.c[call]]
        return list(zip(given[::2], given[1::2], strict=True))

    def elements(self, expression: int) -> Sequence[int]:
        """Elements of a TUPLE, LIST, SET or FORMAT."""
        start = self.b[expression]
        return self.pool[start : start + self.c[expression]]

    def entries(self, expression: int) -> list[tuple[int, int]]:
        """Pairs (key or NONE, value) of a DICT."""
        start = self.b[expression]
        held = self.pool[start : start + 2 * self.c[expression]]
        return list(zip(held[::2], held[1::2], strict=True))

    def text_of_const(self, expression: int) -> str | None:
        """The literal text of a CONST, where the facts keep it."""
        if self.ops[expression] != Op.CONST or self.b[expression] == NONE:
            return None
        return self.names[self.b[expression]]

    def is_bound_first(self, symbol: SymbolFact) -> bool:
        """Whether a function symbol takes its receiver as first parameter."""
        return symbol.kind in (_METHOD_SYMBOL, _PROPERTY_SYMBOL) and not int(symbol.flags) & _STATIC


def _spread(size: int, ranges: list[tuple[int, int]]) -> Sequence[int]:
    """For each place the last of the nested ranges that holds it (outer ranges come first)."""
    column = array("i", bytes(4 * size))
    for index, (first, last) in enumerate(ranges):
        if index and last > first:
            column[first:last] = array("i", [index]) * (last - first)
    return column
