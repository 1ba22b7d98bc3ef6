"""Imports, and what is stored under names and attributes."""

from __future__ import annotations

from ramify.analysis.inference.engine import SYMBOL
from ramify.analysis.inference.members import stepped
from ramify.analysis.inference.names import absolute
from ramify.analysis.inference.values import CLASS, IMPORT, INSTANCE, MODULE, SCOPE, Value
from ramify.analysis.linking.edges.protocols import Protocols
from ramify_store.facts import NONE, BindingKind, Certainty, EdgeKind, Op


class Stores(Protocols):
    """Edges of imports and assignments."""

    def _import(self, e: int) -> None:
        _, refs = self.inference.expression(self.unit, e)
        for ref, mark in refs.items():
            target = self._target(ref)
            if target is not None:
                self._edge(self._owner(e), target, EdgeKind.IMPORTS, mark, e)
        if not refs and self.unit.b[e] != NONE:
            dotted = absolute(self.unit, self.unit.names[self.unit.a[e]], self.unit.c[e])
            if dotted is not None:
                self._lazily(self.inference.module(dotted, self.unit.placed.root)[0], e)
            name = self.unit.names[self.unit.b[e]]
            self._lookup(e, name, EdgeKind.USES, Certainty.UNRESOLVED)

    def _star_import(self, e: int) -> None:
        unit = self.unit
        dotted = absolute(unit, unit.names[unit.a[e]], unit.c[e])
        if dotted is None:
            return
        for ref in self.inference.module(dotted, unit.placed.root)[1]:
            target = self._target(ref)
            if target is not None:
                self._edge(self._owner(e), target, EdgeKind.IMPORTS, IMPORT, e)

    def _store_name(self, e: int) -> None:
        index = self._binding_at[e]
        if self.unit.bindings[index].kind == BindingKind.IMPORT:  # `import a as b` names it twice
            for ref, mark in self.inference.binding(self.unit, index)[1].items():
                imported = self._target(ref)
                if imported is not None:
                    self._edge(self._owner(e), imported, EdgeKind.IMPORTS, mark, e)
        else:
            target = self._id(self.unit.path, self.unit.symbol_of_binding[index])
            self._edge(self._owner(e), target, EdgeKind.WRITES, SCOPE, e)

    def _names_stored(self) -> frozenset[int]:
        """The STORE_NAMEs that relate something: imports under another name, and what is written
        once more to what has a symbol from elsewhere."""
        unit = self.unit
        return frozenset(
            binding.target
            for index, binding in enumerate(unit.bindings)
            if unit.ops[binding.target] == Op.STORE_NAME
            and binding.symbol == NONE
            and (binding.kind == BindingKind.IMPORT or index in unit.symbol_of_binding)
        )

    def _store_attribute(self, e: int) -> None:
        unit = self.unit
        index = self._binding_at.get(e)
        if index is not None and unit.bindings[index].symbol != NONE:
            self._set_above(e)
            return
        name = unit.names[unit.b[e]]
        binding = unit.bindings[index] if index is not None else None
        deletes = binding is not None and binding.kind == BindingKind.DELETE
        base = self._operand(unit.a[e])
        known = self._special(base, "__delattr__" if deletes else "__setattr__", e)
        if binding is not None and binding.value != NONE:
            self._left_outside(base, self._operand(binding.value), e)
        for value, mark in base.items():
            values, refs = self.inference.member(value, name)
            known = known or bool(values)
            if binding is not None and binding.value != NONE:
                self._fill_elsewhere(value, name, binding.value)
            for ref, step in refs.items():
                target = self._target(ref)
                if target is None:
                    continue
                known = True
                if ref[0] == SYMBOL and self._is_property(ref):
                    self._set_property(ref, stepped(mark, step), e, deletes)
                    continue
                if ref[0] == SYMBOL:
                    self._described(ref, e, stepped(mark, step), 2 if deletes else 1)
                self._edge(self._owner(e), target, EdgeKind.WRITES, stepped(mark, step), e)
        if not known and not deletes:
            self._unknown_member(e, EdgeKind.WRITES)

    def _set_above(self, e: int) -> None:
        """What the first assignment to an attribute sets when it is a property of a base."""
        name = self.unit.names[self.unit.b[e]]
        for value, mark in self._operand(self.unit.a[e]).items():
            if value[0] == INSTANCE and len(self.inference.mro(value[1], value[2])) > 1:
                for ref, step in self.inference.member(value, name)[1].items():
                    if ref[0] == SYMBOL and self._is_property(ref):
                        self._set_property(ref, stepped(mark, step), e, False)

    def _fill_elsewhere(self, holder: Value, name: str, e: int) -> None:
        """What is put into an attribute of another file's class or module."""
        if holder[0] == MODULE:
            self.flows_out.fill(holder, name, self._operand(e))
        elif holder[0] in (INSTANCE, CLASS) and holder[1] != self.unit.path:
            for cls in self.inference.mro(holder[1], holder[2]):
                if cls[0] == CLASS and any(self.inference.own(cls[1], cls[2], name)):
                    self.flows_out.fill(cls, name, self._operand(e))
                    break

    def _set_property(self, ref: Value, mark: int, e: int, deletes: bool) -> None:
        owner = self.inference.unit(ref[1])
        symbol = owner.symbols[ref[2]]
        accessor = ref[2]
        for other in owner.members.get(symbol.parent, {}).get(symbol.name, ()):
            scope = owner.symbols[other].scope
            for decorator in owner.scopes[scope].decorators if scope != NONE else ():
                way = owner.names[owner.b[decorator]] if owner.ops[decorator] == Op.ATTR else ""
                if way == ("deleter" if deletes else "setter"):
                    accessor = other
        self._edge(self._owner(e), self._id(ref[1], accessor), EdgeKind.CALLS, mark, e, True)
