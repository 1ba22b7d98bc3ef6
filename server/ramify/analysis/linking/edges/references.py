"""Names and attributes: what they refer to, and what taking an attribute runs."""

from __future__ import annotations

from typing import Final

from ramify.analysis.inference.engine import EXTERNAL_REF, SYMBOL, Found
from ramify.analysis.inference.names import is_local
from ramify.analysis.inference.values import (
    CLASS,
    CONSTRUCTED,
    DECORATOR,
    FUNCTION,
    INSTANCE,
    MADE,
    MODULE,
    MOST_TARGETS,
    PROTOCOL,
    ROWS,
    Result,
    Value,
    through,
)
from ramify.analysis.linking.edges.called import Called
from ramify.analysis.linking.edges.collecting import Plan, Targets, best
from ramify_store.facts import Certainty, EdgeKind, Op, SymbolKind

# Read for every expression: a member of an enum takes Python 3.11 six times as long.
_ATTR: Final = Op.ATTR
_USES: Final = EdgeKind.USES
_CALLS: Final = EdgeKind.CALLS
_METHOD_SYMBOL: Final = SymbolKind.METHOD
_FIELD_SYMBOL: Final = SymbolKind.FIELD
_CLASS_SYMBOL: Final = SymbolKind.CLASS
_PROPERTY_SYMBOL: Final = SymbolKind.PROPERTY


class References(Called):
    """Edges of names and attributes."""

    def _name(self, e: int) -> None:
        if e in self._raised:
            self._raise(e)
        if e in self.unit.call_of or is_local(self.unit, e):
            return
        found = self.inference.expression(self.unit, e)
        if not found[1] and not found[0]:
            self._lookup(e, self.unit.names[self.unit.a[e]], _USES, Certainty.UNRESOLVED)
        self._refer(e, found)

    def _attribute(self, e: int) -> None:
        if e in self._raised:
            self._raise(e)
        if e in self.unit.call_of:
            return
        found = self.inference.expression(self.unit, e)
        if found[1]:
            self._refer(e, found)
        elif found[0] and self._is_answered(e):
            self._fallback(self._operand(self.unit.a[e]), e)
        elif not all(value[0] == ROWS for value in found[0]) or not found[0]:
            self._unknown_member(e, _USES)

    def _is_answered(self, e: int) -> bool:
        """Whether `__getattr__` of a module or a class gives an attribute."""
        return any(
            value[0] == MODULE
            or (value[0] == INSTANCE and self.inference.member_of_class(value, "__getattr__"))
            for value in self._operand(self.unit.a[e])
        )

    def _raise(self, e: int) -> None:
        """`raise Error` constructs the class it names."""
        for value, mark in self._operand(e).items():
            if value[0] == CLASS:
                targets: Targets = {}
                self._add_called(targets, value, mark, False)
                self._edges_to(targets, e, e)

    def _refer(self, e: int, found: Found) -> None:
        refs = found[1]
        if len(refs) > MOST_TARGETS and sum(ref[0] != EXTERNAL_REF for ref in refs) > MOST_TARGETS:
            self._lookup(e, self._naming(e), _USES, Certainty.POSSIBLE)
            return
        plan = self._plans.get(id(found))
        if plan is None:
            plan = self._plans[id(found)] = self._referring(found, e)
        for ref, mark in plan.described:
            self._described(ref, e, mark, 0)
        if e in self._roles:
            kind, source = self._roles[e]
            for target, mark in plan.uses:
                self._edge(source, target, kind, mark, e)
            for target, dispatch, mark in plan.calls:
                if kind == _USES:
                    self._edge(source, target, _CALLS, mark, e, dispatch)
                else:
                    self._edge(source, target, kind, mark, e)
            return
        source = self._owners[self.unit.scope_of[e]]
        new = self._new_edges
        for target, mark in plan.uses:
            new.append(((source, target, _USES, mark, False), e))
        for target, dispatch, mark in plan.calls:
            self._edge(source, target, _CALLS, mark, e, dispatch)

    def _referring(self, found: Found, e: int) -> Plan:
        """What a use that is no call contributes: taking a property from something calls it."""
        of_attribute = self.unit.ops[e] == _ATTR
        calls: list[tuple[str, bool, int]] = []
        uses: list[tuple[str, int]] = []
        described: list[tuple[Value, int]] = []
        for ref, mark in found[1].items():
            target = self._target(ref)
            if target is None:
                continue
            if of_attribute and ref[0] == SYMBOL:
                if self._holder(ref) is not None:
                    described.append((ref, mark))
                if self._is_property(ref):
                    calls.append((target, self._dispatches(e), mark))
                    continue
            uses.append((target, mark))
        if of_attribute:
            answering: Targets = {}
            self._add_answering(answering, e)
            calls += [(target, dispatch, mark) for (target, dispatch), mark in answering.items()]
        return Plan(found, calls, uses, described)

    def _add_answering(self, into: Targets, e: int) -> None:
        """The `__getattr__` of classes that have not the member of theirs that an ATTR names."""
        name = self.unit.names[self.unit.b[e]]
        for value, mark in self._operand(self.unit.a[e]).items():
            if value[0] != INSTANCE or name.startswith("__"):
                continue
            for function in self.inference.member_of_class(value, "__getattr__"):
                if self.inference.lacks(value, name):
                    target = self._id(function[1], function[2])
                    best(into, target, value[3] != CONSTRUCTED, through(mark, PROTOCOL))

    def _holder(self, ref: Value) -> int | None:
        """The class that a referred field, or what a decorator has made of a method, is an
        attribute of."""
        owner = self.inference.unit(ref[1])
        symbol = owner.symbols[ref[2]]
        is_made = symbol.kind == _METHOD_SYMBOL and owner.scopes[symbol.scope].decorators
        is_field = symbol.kind == _FIELD_SYMBOL or is_made
        of_class = is_field and owner.symbols[symbol.parent].kind == _CLASS_SYMBOL
        return symbol.parent if of_class else None

    def _described(self, ref: Value, e: int, mark: int, way: int) -> None:
        """Getting, setting (1) or deleting (2) a class attribute that is a descriptor runs it."""
        holder = self._holder(ref)
        if holder is None:
            return
        name = self.inference.unit(ref[1]).symbols[ref[2]].name
        for value in self.inference.own(ref[1], holder, name)[0]:
            if value[0] == INSTANCE:
                self._special({value: mark}, ("__get__", "__set__", "__delete__")[way], e)
                for function in self.inference.run_by_access(value) if way == 0 else ():
                    target = self._id(function[1], function[2])
                    step = through(mark, DECORATOR)
                    self._edge(self._owner(e), target, _CALLS, step, e, True)
            elif value[:2] == (MADE, "builtins.property"):
                for function in self.inference.infer_argument(value, way):
                    if function[0] == FUNCTION:
                        target = self._id(function[1], function[2])
                        self._edge(self._owner(e), target, _CALLS, mark, e, True)

    def _dispatches(self, e: int) -> bool:
        """Whether the receiver of an attribute may be of a subclass."""
        base = self.inference.expression(self.unit, self.unit.a[e])[0]
        return any(v[0] in (INSTANCE, CLASS) and v[3] != CONSTRUCTED for v in base)

    def _is_property(self, ref: Value) -> bool:
        return self.inference.unit(ref[1]).symbols[ref[2]].kind == _PROPERTY_SYMBOL

    def _unknown_member(self, e: int, kind: EdgeKind) -> None:
        """An attribute nobody has: of something unknown it is possible, of something known
        whose members are all known it is unresolved."""
        unit = self.unit
        base = self.inference.expression(unit, unit.a[e])[0]
        self._fallback(base, e)
        closed = bool(base) and all(
            v[0] in (INSTANCE, CLASS)
            and not self.inference.has_open_base(v[1], v[2])
            and not self.inference.has_fallback(v)
            for v in base
        )
        certainty = Certainty.UNRESOLVED if closed else Certainty.POSSIBLE
        self._lookup(e, unit.names[unit.b[e]], kind, certainty)

    def _fallback(self, base: Result, e: int) -> None:
        """`__getattr__` of a class or a module runs for what is not found otherwise."""
        self._special(base, "__getattr__", e)
        self._lazily(base, e)

    def _lazily(self, modules: Result, e: int) -> None:
        """The `__getattr__` of modules that have not what is taken from them."""
        for value, mark in modules.items():
            if value[0] == MODULE:
                for function in self.inference.global_name(value[1], "__getattr__")[0]:
                    if function[0] == FUNCTION:
                        target = self._id(function[1], function[2])
                        step = through(mark, PROTOCOL)
                        self._edge(self._owner(e), target, _CALLS, step, e)
