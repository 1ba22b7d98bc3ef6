"""Attributes: method resolution order, what classes and instances hold, and how access binds it.

The order is C3 (Barrett et al., "A Monotonic Superclass Linearization for Dylan", 1996), as in
Python. Attributes assigned through an instance belong to the class whose method assigns them.
"""

from __future__ import annotations

from collections.abc import Collection

from ramify.analysis.inference.engine import EXTERNAL_REF, LOCAL, SYMBOL, UNKNOWN, Found, flow_key
from ramify.analysis.inference.known import FIELDS
from ramify.analysis.inference.names import Names, renamed
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ANNOTATION,
    ATTRIBUTE,
    BOUND,
    CLASS,
    CONSTRUCTED,
    DECLARED,
    EXACT_FROM,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    FUNCTION,
    GENERATOR,
    IMPORT,
    INSTANCE,
    LITERAL,
    MADE,
    MEMBER,
    METHOD_OF,
    MODULE,
    MOST_TARGETS,
    NAMESPACE,
    NOTHING,
    OWN,
    OWN_CLASS,
    REST,
    SCOPE,
    SUBCLASS,
    SUPER,
    TYPED,
    Result,
    Value,
    merge,
    weaken,
)
from ramify_store.facts import NONE, Op, SymbolFlag, SymbolKind

_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
BELOW = "<below>"
"""A class hands itself to its bases under this name."""
BESIDE = "<beside>"
"""A class hands itself under this name to those of its ancestors whose `super()` means another
class in its method resolution order than in theirs."""
_MOST_BELOW = 16
"""Of more classes below, one more says little of what was meant."""
_KEPT = frozenset({OWN_CLASS, ANNOTATION, IMPORT})
_CONTAINERS = {Op.TUPLE: "tuple", Op.LIST: "list", Op.SET: "set", Op.DICT: "dict"}


def stepped(mark: int, step: int) -> int:
    """The mark of an attribute: the first uncertain step counts; of two certain ones, what is
    known of the receiver says more than that the attribute is a member."""
    if mark < EXACT_FROM:
        return mark
    return mark if step >= EXACT_FROM and mark in _KEPT else step


class Members(Names):
    """Classes and attributes."""

    def attribute(self, unit: Unit, e: int) -> Found:
        """What an ATTR expression is."""
        base = self.expression(unit, unit.a[e])[0]
        if not base:
            return self.narrowed(unit, e, NOTHING), NOTHING
        name = unit.names[unit.b[e]]
        values: Result = {}
        refs: Result = {}
        for value, mark in base.items():
            found, refers = self.member(value, name)
            for key, step in found.items():
                merge(values, {key: stepped(mark, step)})
            for key, step in refers.items():
                merge(refs, {key: stepped(mark, step)})
        return self.narrowed(unit, e, values), refs

    def member(self, value: Value, name: str) -> Found:
        kind = value[0]
        if kind == INSTANCE:
            return self._of_instance(value, name)
        if kind == CLASS:
            return self._of_class(value, name)
        if kind == MODULE:
            found = self.global_name(value[1], name)
            if found[0] or found[1]:
                return renamed(found[0], IMPORT), renamed(found[1], IMPORT)
            return self.submodule(value[1], name)
        if kind == NAMESPACE:
            return self.module(f"{value[1]}.{name}", value[2])
        if kind in (EXTERNAL, EXTERNAL_INSTANCE):
            dotted = f"{value[1]}.{name}"
            return {(EXTERNAL, dotted): MEMBER}, {(EXTERNAL_REF, dotted): MEMBER}
        if kind == SUPER:
            return self._after(value, name)
        if kind == FUNCTION:
            return self._of_function(value, name)
        if kind == MADE and value[1] == "pytest.raises" and name == "value":
            return self.raised(value), NOTHING
        if kind in (LITERAL, TYPED, MADE, GENERATOR, REST, "view"):
            return {(METHOD_OF, value, name): MEMBER}, self._container_ref(value, name)
        return UNKNOWN

    def _of_function(self, value: Value, name: str) -> Found:
        """What the function's own file assigns to an attribute of it."""
        _, path, sym = value
        unit = self.unit(path)
        if path != self.asker or name not in unit.attribute_names:
            return UNKNOWN

        def answer() -> Found:
            values: Result = {}
            refs: Result = {}
            for at in unit.attribute_bindings[unit.name_index[name]]:
                base = self.expression(unit, unit.a[unit.bindings[at].target])[0]
                if value in base:
                    merge(values, weaken(self.assigned(unit, at), ATTRIBUTE))
                    refs[LOCAL, path, at] = MEMBER
            return values, refs

        return self.ask(("of function", path, sym, name), answer)

    def raised(self, value: Value) -> Result:
        """What `pytest.raises(...)` caught, by the exception it was given."""
        raise NotImplementedError

    def _container_ref(self, value: Value, name: str) -> Result:
        if value[0] == LITERAL:
            container = _CONTAINERS.get(Op(self.unit(value[1]).ops[value[2]]), "list")
            return {(EXTERNAL_REF, f"builtins.{container}.{name}"): MEMBER}
        return NOTHING

    def mro(self, path: str, sym: int) -> Result:
        return self.ask(("mro", path, sym), lambda: (self._linearised(path, sym), NOTHING))[0]

    def _linearised(self, path: str, sym: int) -> Result:
        own = (CLASS, path, sym, DECLARED)
        bases = list(self.bases(path, sym))
        orders = [list(self.mro(b[1], b[2])) if b[0] == CLASS else [b] for b in bases]
        order = [own, *(c for c in _c3([*orders, bases]) if c != own)]
        return dict.fromkeys(order, SCOPE)

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
            if value[0] == EXTERNAL and value[1] not in _CLOSED:
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
                merge(values, assigned if declared else weaken(assigned, ATTRIBUTE))
                symbol = unit.symbol_of_binding.get(at)
                if symbol is not None:
                    refs.setdefault((SYMBOL, path, symbol), SCOPE)
        for base, value in set_by_call(unit).get(name, ()):
            if self._is_of_class(unit, base, sym):
                merge(values, weaken(self.expression(unit, value)[0], ATTRIBUTE))
        for member in unit.members.get(sym, {}).get(name, ()) if refs or values else ():
            refs.setdefault((SYMBOL, path, member), SCOPE)
        return values, refs

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

    def _of_instance(self, value: Value, name: str) -> Found:
        found = self._in_order(value, name)
        if found is not UNKNOWN:
            return found
        if name == "__class__":
            return {(CLASS, *value[1:]): MEMBER}, NOTHING
        return self._elsewhere(value, name)

    def _in_order(self, value: Value, name: str) -> Found:
        """An attribute of an instance that its class or a base in the workspace has."""
        _, path, sym, _ = value
        for holder in self.mro(path, sym):
            if holder[0] != CLASS:
                continue
            own, own_refs = self.own(holder[1], holder[2], name)
            stored, stored_refs = self.stored(holder[1], holder[2], name)
            if not (own_refs or stored_refs or own or stored):
                continue
            values: Result = {}
            for found, mark in own.items():
                merge(values, self._accessed(found, renamed_mark(mark), value))
            merge(values, stored)
            if not stored and _is_hollow(own):
                merge(values, self.filled(holder, name))
            refs = {ref: renamed_mark(mark) for ref, mark in {**own_refs, **stored_refs}.items()}
            return values, refs
        return UNKNOWN

    def filled(self, cls: Value, name: str) -> Result:
        """What other places put into an attribute that the class itself leaves open."""
        return dict.fromkeys(self.reaching(cls[1], cls[2], "." + name), ATTRIBUTE)

    def reaching(self, path: str, sym: int, name: str) -> Collection[Value]:
        """The values that other places hand to what goes by a name in a symbol."""
        key = (path, self.unit(path).symbols[sym].path, name)
        self.record(("flow", *key))
        self.mark(frozenset({flow_key(*key)}))
        return self.flows.reaching(key)

    def _elsewhere(self, value: Value, name: str) -> Found:
        """A member that a class and its bases in the workspace do not have: one of the classes
        below, or of a base outside."""
        _, path, sym, how = value
        outside = [v for v in self.mro(path, sym) if v[0] == EXTERNAL and v[1] not in _CLOSED]
        if how != CONSTRUCTED and not (outside and self.unit(path).placed.is_test):
            below = self._below(value, name)
            if below[0] or below[1]:
                return below
        if name.startswith("__") or (outside and not self.has_fallback(value)):
            dotted = f"{outside[0][1] if outside else 'builtins.object'}.{name}"
            return {(EXTERNAL, dotted): MEMBER}, {(EXTERNAL_REF, dotted): MEMBER}
        return UNKNOWN

    def has_fallback(self, value: Value) -> bool:
        """Whether a class answers for any attribute."""
        return any(self.member_of_class(value, n) for n in ("__getattr__", "__getattribute__"))

    def _below(self, value: Value, name: str) -> Found:
        """A member of the nearest classes below that have it."""
        values: Result = {}
        refs: Result = {}
        seen = {value[1:3]}
        pending = [value]
        while pending:
            above = pending.pop()
            direct = self.reaching(above[1], above[2], BELOW)
            if len(direct) > _MOST_BELOW:
                return UNKNOWN
            for cls in direct:
                if cls[1:3] in seen:
                    continue
                seen.add(cls[1:3])
                if len(seen) > _MOST_BELOW:
                    return UNKNOWN
                own, own_refs = self.own(cls[1], cls[2], name)
                stored, stored_refs = self.stored(cls[1], cls[2], name)
                if not (own or own_refs or stored or stored_refs):
                    pending.append(cls)
                for found, mark in own.items():
                    merge(values, self._accessed(found, mark, (INSTANCE, *cls[1:])))
                merge(values, stored)
                refs.update(own_refs)
                refs.update(stored_refs)
        if len(refs) > MOST_TARGETS:
            return UNKNOWN
        return weaken(values, SUBCLASS), weaken(refs, SUBCLASS)

    def _accessed(self, found: Value, mark: int, receiver: Value) -> Result:
        """What a class attribute becomes when it is taken from an instance."""
        if found[0] == FUNCTION:
            symbol = self.unit(found[1]).symbols[found[2]]
            if symbol.kind == SymbolKind.PROPERTY:
                return self.called_without_arguments((BOUND, found[1], found[2], receiver))
            if symbol.flags & SymbolFlag.STATIC or symbol.kind == SymbolKind.LAMBDA:
                return {found: mark}
            if symbol.flags & SymbolFlag.CLASS:
                receiver = (CLASS, *receiver[1:])
            return {(BOUND, found[1], found[2], receiver): mark}
        if found[0] == MADE and found[1] == "builtins.property":
            return self._got_by_property(found, receiver)
        if found[0] == MADE and found[1] in FIELDS:
            return self.default_of_field(found)
        if found[0] == INSTANCE:
            getter = self.member_of_class(found, "__get__")
            if getter:
                result: Result = {}
                for function in getter:
                    merge(result, self.called_without_arguments((BOUND, *function[1:3], found)))
                if result:
                    return result
        return {found: mark}

    def _got_by_property(self, made: Value, receiver: Value) -> Result:
        """What the getter of `name = property(getter)` gives."""
        result: Result = {}
        for function in self.infer_argument(made, 0):
            if function[0] == FUNCTION:
                bound = (BOUND, function[1], function[2], receiver)
                merge(result, self.called_without_arguments(bound))
        return result

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

    def member_of_class(self, value: Value, name: str) -> Result:
        """A special method as the interpreter looks it up: on the class, unbound."""
        if name.startswith("__"):
            return self._special_methods(value[1], value[2]).get(name, NOTHING)
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
        found = self.special_methods(path, sym)
        known, table = self._special_tables.get((path, sym), (None, {}))
        if known is not found:
            table = {}
            for value, mark in found.items():
                table.setdefault(value[0], {})[value[1]] = mark
            self._special_tables[path, sym] = (found, table)
        return table

    def special_methods(self, path: str, sym: int) -> Result:
        """The same, as values with the name of the method before the function."""

        def answer() -> Found:
            found: Result = {}
            names: set[str] = set()
            for holder in self.mro(path, sym):
                if holder[0] != CLASS:
                    continue
                for name in sorted(self.unit(holder[1]).class_names.get(holder[2], ())):
                    if name.startswith("__") and name not in names:
                        functions = self._functions(holder, name)
                        if functions:
                            names.add(name)
                            found.update(((name, v), m) for v, m in functions.items())
            return found, NOTHING

        return self.ask(("special methods", path, sym), answer)[0]

    def infer_argument(self, made: Value, position: int) -> Result:
        """Values of a positional argument of the call that made a MADE value."""
        raise NotImplementedError

    def default_of_field(self, made: Value) -> Result:
        """What a declared field is when nothing else is given for it."""
        raise NotImplementedError

    def called_without_arguments(self, value: Value) -> Result:
        """What calling a value gives as far as it does not depend on arguments."""
        raise NotImplementedError

    def _of_class(self, value: Value, name: str) -> Found:
        _, path, sym, how = value
        order = self.mro(path, sym)
        for holder in order:
            if holder[0] != CLASS:
                continue
            own, own_refs = self.own(holder[1], holder[2], name)
            stored, stored_refs = (NOTHING, NOTHING)
            if not (own or own_refs):
                stored, stored_refs = self.stored(holder[1], holder[2], name)
            if not (own or own_refs or stored or stored_refs):
                continue
            values: Result = {}
            for found, mark in {**stored, **own}.items():
                merge(values, self._taken_from_class(found, renamed_mark(mark), value, order))
            refs = {ref: renamed_mark(mark) for ref, mark in {**stored_refs, **own_refs}.items()}
            if not values and self.is_enum(order):
                values = {(INSTANCE, path, sym, CONSTRUCTED): MEMBER}
            if not stored and _is_hollow(own):
                merge(values, self.filled(holder, name))
            return values, refs
        meta = self.metaclass(path, sym)
        if meta is not None:
            of_metaclass = self._in_order((INSTANCE, meta[1], meta[2], how), name)
            if of_metaclass is not UNKNOWN:
                return of_metaclass
        if how == OWN:
            return self._elsewhere(value, name)
        return UNKNOWN

    def _taken_from_class(self, found: Value, mark: int, cls: Value, order: Result) -> Result:
        if found[0] == FUNCTION:
            symbol = self.unit(found[1]).symbols[found[2]]
            if symbol.kind == SymbolKind.PROPERTY:
                return NOTHING
            if symbol.flags & SymbolFlag.CLASS:
                return {(BOUND, found[1], found[2], cls): mark}
            return {found: mark}
        if found[0] in (EXTERNAL_INSTANCE, LITERAL) and self.is_enum(order):
            return {(INSTANCE, cls[1], cls[2], CONSTRUCTED): mark}
        return {found: mark}

    def is_enum(self, order: Result) -> bool:
        return any(v[0] == EXTERNAL and v[1] in _ENUMS for v in order)

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

    def _after(self, value: Value, name: str) -> Found:
        """An attribute through `super()`: from what follows the class in the receiver's MRO."""
        _, path, sym, receiver = value
        start = receiver if receiver[0] in (INSTANCE, CLASS) else (CLASS, path, sym, OWN)
        order = list(self.mro(start[1], start[2]))
        here = (CLASS, path, sym, DECLARED)
        after = order[order.index(here) + 1 :] if here in order else []
        values, refs = self._first_after(after, receiver, name)
        for cls in self.reaching(path, sym, BESIDE):
            others = list(self.mro(cls[1], cls[2]))
            if here in others:
                others = others[others.index(here) + 1 :]
                found = self._first_after(others, receiver, name)
                merge(values, {v: SUBCLASS for v in found[0] if v not in values})
                merge(refs, {r: SUBCLASS for r in found[1] if r not in refs})
        if values or refs:
            return values, refs
        for holder in after:
            if holder[0] == EXTERNAL:
                dotted = f"{holder[1]}.{name}"
                return {(EXTERNAL, dotted): MEMBER}, {(EXTERNAL_REF, dotted): MEMBER}
        dotted = f"builtins.object.{name}"
        return {(EXTERNAL, dotted): MEMBER}, {(EXTERNAL_REF, dotted): MEMBER}

    def _first_after(self, after: list[Value], receiver: Value, name: str) -> Found:
        for holder in after:
            if holder[0] != CLASS:
                continue
            own, refs = self.own(holder[1], holder[2], name)
            if not (own or refs):
                continue
            values: Result = {}
            for found, mark in own.items():
                if found[0] == FUNCTION and receiver[0] == CLASS:
                    merge(values, self._bound_to_class(found, renamed_mark(mark), receiver))
                else:
                    merge(values, self._accessed(found, renamed_mark(mark), receiver))
            return values, {ref: renamed_mark(mark) for ref, mark in refs.items()}
        return {}, {}

    def _bound_to_class(self, found: Value, mark: int, receiver: Value) -> Result:
        symbol = self.unit(found[1]).symbols[found[2]]
        if symbol.flags & SymbolFlag.CLASS:
            return {(BOUND, found[1], found[2], receiver): mark}
        return {found: mark}


_CLOSED = frozenset(
    {
        "builtins.object",
        "typing.Generic",
        "typing.Protocol",
        "abc.ABC",
        "typing_extensions.Protocol",
    }
)


_OPEN = frozenset({"builtins.NoneType"})


def _is_hollow(own: Result) -> bool:
    """Whether a class or a module says nothing of what an attribute of its holds."""
    return all(
        v[0] == TYPED or (v[0] == EXTERNAL_INSTANCE and v[1] in _OPEN) or v[1] in FIELDS
        for v in own
    )


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


def renamed_mark(mark: int) -> int:
    """A binding in a class body is a member to who takes it from outside."""
    return MEMBER if mark >= EXACT_FROM else mark


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
