"""Classes: resolution order, what bodies and methods bind, metaclasses, special methods.

The order is C3 (Barrett et al., "A Monotonic Superclass Linearization for Dylan", 1996), as in
Python. Attributes assigned through an instance belong to the class whose method assigns them.
"""

from __future__ import annotations

from abc import abstractmethod

from ramify.analysis.inference.engine import SYMBOL, UNKNOWN, Found
from ramify.analysis.inference.known import FIELDS
from ramify.analysis.inference.names import Names
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ATTRIBUTE,
    BRANCH,
    CLASS,
    DECLARED,
    EXTERNAL,
    FUNCTION,
    INSTANCE,
    MADE,
    MOST_TARGETS,
    NOTHING,
    PLACED,
    RETURNED,
    SCOPE,
    Result,
    Value,
    merge,
    telling,
    tells,
    weaken,
)
from ramify.languages.python.library import is_below
from ramify_store.facts import NONE, Op, SymbolKind

_TO_BIND = frozenset({FUNCTION, MADE})
CLOSED = frozenset(
    {
        "builtins.object",
        "typing.Generic",
        "typing.Protocol",
        "abc.ABC",
        "typing_extensions.Protocol",
    }
)


class Classes(Names):
    """What a class is made of."""

    def mro(self, path: str, sym: int) -> Result:
        return self.ask(("mro", path, sym), lambda: (self._linearised(path, sym), NOTHING))[0]

    def _linearised(self, path: str, sym: int) -> Result:
        own = (CLASS, path, sym, DECLARED)
        bases = self.bases(path, sym)
        orders = [self.mro(b[1], b[2]) if b[0] == CLASS else {b: SCOPE} for b in bases]
        alone = len(orders) == 1 and next(iter(orders[0]), None) in bases
        merged = orders[0] if alone else _c3([*map(list, orders), list(bases)])
        order = [own, *(c for c in merged if c != own)]
        found = dict.fromkeys(order, SCOPE)
        for base, above in zip(bases, orders, strict=True):
            if bases[base] == RETURNED:  # what a call in the list of bases gave
                found.update((cls, RETURNED) for cls in above if cls in found and cls != own)
        return found

    def few(self, values: Result, most: int = MOST_TARGETS) -> Result:
        """Values if they tell anything: many instances of classes below one are of that one."""
        if tells(values, most):
            return values
        shared = self._shared_base([v for v in values if v[0] == INSTANCE])
        if shared is None:
            return NOTHING
        found = {v: m for v, m in values.items() if v[0] != INSTANCE}
        found[INSTANCE, shared[1], shared[2], DECLARED] = BRANCH
        return found if tells(found, most) else NOTHING

    def _shared_base(self, instances: list[Value]) -> Value | None:
        """The nearest class of the workspace that all the instances are of."""
        if not instances:
            return None
        first = min(instances)
        shared = [v for v in self.mro(first[1], first[2]) if v[0] == CLASS]
        for value in instances:
            order = self.mro(value[1], value[2])
            shared = [v for v in shared if v in order]
        return shared[0] if shared else None

    def bases(self, path: str, sym: int) -> Result:
        """The direct bases as CLASS and EXTERNAL values, in order; what is neither is left out
        and makes `has_unknown_base` true."""

        def answer() -> Found:
            unit = self.unit(path)
            found: Result = {}
            for base in unit.scopes[unit.symbols[sym].scope].bases:
                values = self.expression(unit, base)[0]
                known = [v for v in values if v[0] in (CLASS, EXTERNAL)]
                for value in known:
                    found[value if value[0] == EXTERNAL else (*value[:3], DECLARED)] = values[value]
                if not known:
                    found["unknown",] = SCOPE
            return found, NOTHING

        found = self.ask(("bases", path, sym), answer)[0]
        return {value: mark for value, mark in found.items() if value[0] != "unknown"}

    def has_open_base(self, path: str, sym: int) -> bool:
        """Whether some base is outside the workspace or unknown, so that members may be missing.

        `object` and a few bases that add nothing do not count.
        """
        for value in self.mro(path, sym):
            if value[0] == EXTERNAL and value[1] not in CLOSED:
                return True
            if value[0] == CLASS and self._has_unknown_base(value[1], value[2]):
                return True
        return False

    def _has_unknown_base(self, path: str, sym: int) -> bool:
        self.bases(path, sym)
        unit = self.unit(path)
        return len(self.bases(path, sym)) < len(unit.scopes[unit.symbols[sym].scope].bases)

    def own(self, path: str, sym: int, name: str) -> Found:
        """What a class's own body binds to a name, before access binds it to anything."""
        if name not in self.unit(path).class_names.get(sym, ()):
            if path != self.asker:
                self.record(("own", path, sym, name))
            return UNKNOWN
        return self.ask(("own", path, sym, name), lambda: self._own(path, sym, name))

    def _own(self, path: str, sym: int, name: str) -> Found:
        unit = self.unit(path)
        index = unit.name_index.get(name)
        scope = unit.symbols[sym].scope
        bindings = unit.bound[scope].get(index) if index is not None else None
        if not bindings:
            return UNKNOWN
        for member in unit.members.get(sym, {}).get(name, ()):
            if unit.symbols[member].kind == SymbolKind.PROPERTY:
                return {(FUNCTION, path, member): SCOPE}, {(SYMBOL, path, member): SCOPE}
        return self.reached(unit, scope, bindings, NONE)

    def stored(self, path: str, sym: int, name: str) -> Found:
        """What the file of a class assigns to an attribute of its instances."""
        unit = self.unit(path)
        if name not in unit.attribute_names and name not in set_by_call(unit):
            if path != self.asker:
                self.record(("stored", path, sym, name))
                return UNKNOWN
            if not any_set_by_call(unit):
                return UNKNOWN
        return self.ask(("stored", path, sym, name), lambda: self._stored(path, sym, name))

    def _stored(self, path: str, sym: int, name: str) -> Found:
        unit = self.unit(path)
        index = unit.name_index.get(name)
        values: Result = {}
        refs: Result = {}
        for at in unit.attribute_bindings.get(index, ()) if index is not None else ():
            if self._assigns_to(unit, at, sym):
                assigned = self.assigned(unit, at)
                declared = unit.bindings[at].annotation != NONE
                if any(value[0] in _TO_BIND for value in assigned):
                    assigned = self._placed(unit, at, assigned)
                if at not in unit.overwritten:
                    merge(values, assigned if declared else weaken(assigned, ATTRIBUTE))
                symbol = unit.symbol_of_binding.get(at)
                if symbol is not None:
                    refs.setdefault((SYMBOL, path, symbol), SCOPE)
        for base, value in set_by_call(unit).get(name, ()):
            if self._is_of_class(unit, base, sym):
                merge(values, weaken(self.expression(unit, value)[0], ATTRIBUTE))
        if not telling(values):
            values = self.declared_attribute(unit, sym, name) or values
        for base, value in any_set_by_call(unit) if not (refs or values) else ():
            if self._is_of_class(unit, base, sym):
                merge(values, weaken(self.paired_with(unit, value, name), ATTRIBUTE))
        for member in unit.members.get(sym, {}).get(name, ()) if refs or values else ():
            refs.setdefault((SYMBOL, path, member), SCOPE)
        return values, refs

    @abstractmethod
    def declared_attribute(self, unit: Unit, sym: int, name: str) -> Result:
        """What the stub of a class says that an attribute of its instances is."""

    def _placed(self, unit: Unit, binding: int, assigned: Result) -> Result:
        """Values as they are kept when what they are assigned to is the class itself."""
        base = self.expression(unit, unit.a[unit.bindings[binding].target])[0]
        if not any(value[0] == CLASS for value in base):
            return assigned
        return {(PLACED, v) if v[0] in _TO_BIND else v: mark for v, mark in assigned.items()}

    def _assigns_to(self, unit: Unit, binding: int, sym: int) -> bool:
        base = unit.a[unit.bindings[binding].target]
        scope = unit.named_scope(unit.bindings[binding].scope)
        if unit.ops[base] == Op.NAME:
            method = scope
            while method > 0:
                params = unit.scopes[method].params
                if params and params[0].name == unit.a[base]:
                    owner = unit.method_class(method)
                    if owner != NONE and unit.is_bound_first(
                        unit.symbols[unit.scopes[method].symbol]
                    ):
                        return owner == sym
                method = unit.scopes[method].parent
        return self._is_of_class(unit, base, sym)

    def _is_of_class(self, unit: Unit, base: int, sym: int) -> bool:
        return any(
            v[0] in (INSTANCE, CLASS) and v[1] == unit.path and v[2] == sym
            for v in self.expression(unit, base)[0]
        )

    def fields(self, path: str, sym: int) -> list[str]:
        """The fields that a class itself declares with a type or as such, in order."""

        def answer() -> Found:
            unit = self.unit(path)
            scope = unit.symbols[sym].scope
            found: Result = {}
            for binding in unit.bindings:
                if binding.scope != scope or unit.ops[binding.target] != Op.STORE_NAME:
                    continue
                values = self.expression(unit, binding.value)[0] if binding.value != NONE else {}
                if binding.annotation != NONE or any(
                    v[0] == MADE and v[1] in FIELDS for v in values
                ):
                    found["field", unit.names[unit.a[binding.target]]] = SCOPE
            return found, NOTHING

        return [value[1] for value in self.ask(("fields", path, sym), answer)[0]]

    def field_factories(self, path: str, sym: int) -> Result:
        """The callables that make the first values of the fields that a class itself declares."""

        def answer() -> Found:
            unit = self.unit(path)
            scope = unit.symbols[sym].scope
            found: Result = {}
            for binding in unit.bindings:
                if binding.scope == scope and binding.value != NONE:
                    for value in self.expression(unit, binding.value)[0]:
                        if value[0] == MADE and value[1] in FIELDS:
                            merge(found, self.factories(value))
            return found, NOTHING

        return self.ask(("field factories", path, sym), answer)[0]

    def paired_with(self, unit: Unit, e: int, key: str) -> Result:
        """What the value of a loop over `mapping.items()` is beside a key."""
        raise NotImplementedError

    def factories(self, made: Value) -> Result:
        """The callables that make the first value of a declared field."""
        raise NotImplementedError

    def member_of_class(self, value: Value, name: str) -> Result:
        """A special method as the interpreter looks it up: on the class, unbound."""
        if name.startswith("__"):
            path, sym = value[1:3]
            return self.recalled(
                ("special methods", path, sym), lambda: self._special_methods(path, sym)
            ).get(name, NOTHING)
        for holder in self.mro(value[1], value[2]):
            if holder[0] == CLASS:
                functions = self._functions(holder, name)
                if functions:
                    return functions
        return NOTHING

    def _functions(self, holder: Value, name: str) -> Result:
        own, _ = self.own(holder[1], holder[2], name)
        return {value: mark for value, mark in own.items() if value[0] == FUNCTION}

    def _special_methods(self, path: str, sym: int) -> dict[str, Result]:
        """All the methods with names in double underscores that instances of a class have: one
        question for the lot, since every call and operator asks for some."""
        table: dict[str, Result] = {}
        for value, mark in self.special_methods(path, sym).items():
            table.setdefault(value[0], {})[value[1]] = mark
        return table

    def special_methods(self, path: str, sym: int) -> Result:
        """The same, as values with the name of the method before the function."""

        def answer() -> Found:
            found: Result = {}
            names: set[str] = set()
            order = self.mro(path, sym)
            bases = self.bases(path, sym)
            above = next(iter(bases)) if len(bases) == 1 else None
            inherits = above is not None and above[0] == CLASS and above[1:3] != (path, sym)
            for holder in list(order)[:1] if inherits else order:
                if holder[0] != CLASS:
                    continue
                for name in sorted(self.unit(holder[1]).class_names.get(holder[2], ())):
                    if name.startswith("__") and name not in names:
                        functions = self._functions(holder, name)
                        if functions:
                            names.add(name)
                            found.update(((name, v), m) for v, m in functions.items())
            if above is not None and inherits:
                for (name, value), mark in self.special_methods(above[1], above[2]).items():
                    if name not in names:
                        found[name, value] = mark
            return found, NOTHING

        return self.ask(("special methods", path, sym), answer)[0]

    def is_enum(self, order: Result) -> bool:
        return any(v[0] == EXTERNAL and is_below(v[1], "enum.Enum") for v in order)

    def metaclass(self, path: str, sym: int) -> Value | None:
        """The workspace class that is the metaclass, stated by the class or one of its bases."""
        return next(iter(self.found_metaclass(path, sym)), None)

    def found_metaclass(self, path: str, sym: int) -> Result:
        def answer() -> Found:
            for holder in self.mro(path, sym):
                if holder[0] == CLASS:
                    for value in self.stated_metaclass(holder[1], holder[2]):
                        if value[0] == CLASS:
                            return {value: SCOPE}, NOTHING
            return UNKNOWN

        return self.ask(("found metaclass", path, sym), answer)[0]

    def stated_metaclass(self, path: str, sym: int) -> Result:
        def answer() -> Found:
            unit = self.unit(path)
            for name, e in unit.scopes[unit.symbols[sym].scope].keywords:
                if unit.names[name] == "metaclass":
                    return self.expression(unit, e)[0], NOTHING
            return UNKNOWN

        return self.ask(("metaclass", path, sym), answer)[0]


def any_set_by_call(unit: Unit) -> list[tuple[int, int]]:
    """(base, value) expressions of the `setattr` calls whose name is no constant."""
    found: list[tuple[int, int]] | None = unit.__dict__.get("any_set_by_call")
    if found is None:
        found = []
        at = unit.name_index.get("setattr")
        for callee, call in unit.call_of.items() if at is not None else ():
            if unit.ops[callee] == Op.NAME and unit.a[callee] == at and unit.c[call] == 3:
                base, name, value = (e for _, e in unit.arguments(call))
                if unit.ops[name] == Op.NAME:
                    found.append((base, value))
        unit.__dict__["any_set_by_call"] = found
    return found


def set_by_call(unit: Unit) -> dict[str, list[tuple[int, int]]]:
    """Attribute name -> (base, value) expressions of the `setattr` calls that name it."""
    found: dict[str, list[tuple[int, int]]] | None = unit.__dict__.get("set_by_call")
    if found is None:
        found = {}
        at = unit.name_index.get("setattr")
        for callee, call in unit.call_of.items() if at is not None else ():
            if unit.ops[callee] == Op.NAME and unit.a[callee] == at and unit.c[call] == 3:
                base, name, value = (e for _, e in unit.arguments(call))
                text = unit.text_of_const(name)
                if text is not None:
                    found.setdefault(text, []).append((base, value))
        unit.__dict__["set_by_call"] = found
    return found


def _c3(lists: list[list[Value]]) -> list[Value]:
    """Merges base orders; an inconsistent hierarchy keeps the order of first appearance."""
    pending = [list(order) for order in lists if order]
    merged: list[Value] = []
    while pending:
        for order in pending:
            head = order[0]
            if not any(head in other[1:] for other in pending):
                break
        else:
            rest = [value for order in pending for value in order]
            return list(dict.fromkeys([*merged, *rest]))
        merged.append(head)
        pending = [[v for v in order if v != head] for order in pending]
        pending = [order for order in pending if order]
    return merged
