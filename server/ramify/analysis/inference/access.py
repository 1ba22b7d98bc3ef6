"""What access does to an attribute: functions are bound, properties and descriptors run.

The rules are those of the language reference, section 3.3.2 (customizing attribute access).
"""

from __future__ import annotations

from collections.abc import Collection

from ramify.analysis.inference.descriptors import Descriptors, is_as_made
from ramify.analysis.inference.engine import FEW, MODULE_REF, SYMBOL, flow_key
from ramify.analysis.inference.known import FIELDS, UNBINDING
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ATTRIBUTE,
    BOUND,
    CLASS,
    CONSTRUCTED,
    EXACT_FROM,
    EXTERNAL_INSTANCE,
    FUNCTION,
    IMPORT,
    INSTANCE,
    LITERAL,
    MADE,
    MEMBER,
    NOTHING,
    PLACED,
    Result,
    Value,
    merge,
)
from ramify_store.facts import SymbolFlag, SymbolKind

_STATIC = int(SymbolFlag.STATIC)
_CLASS = int(SymbolFlag.CLASS)


class Access(Descriptors):
    """Attributes as they are taken from an instance or a class."""

    def _accessed(self, found: Value, mark: int, receiver: Value) -> Result:
        """What a class attribute becomes when it is taken from an instance."""
        if found[0] == FUNCTION:
            symbol = self.unit(found[1]).symbols[found[2]]
            if symbol.kind == SymbolKind.PROPERTY:
                return self.called_without_arguments((BOUND, found[1], found[2], receiver))
            if int(symbol.flags) & _STATIC or symbol.kind == SymbolKind.LAMBDA:
                return {found: mark}
            if int(symbol.flags) & _CLASS:
                receiver = (CLASS, *receiver[1:])
            return {(BOUND, found[1], found[2], receiver): mark}
        if found[0] == MADE and found[1] == "builtins.property":
            return self._got_by_property(found, receiver)
        if found[0] == MADE and found[1] in UNBINDING:
            return self._unbound(found, receiver)
        if found[0] == MADE and found[1] in FIELDS:
            return self.default_of_field(found)
        if found[0] == INSTANCE:
            if is_as_made(found):
                given = self.got(found, receiver)
                if given:
                    return given
                found = found[:4]
            getter = self.member_of_class(found, "__get__")
            if getter:
                result: Result = {}
                for function in getter:
                    merge(result, self.called_without_arguments((BOUND, *function[1:3], found)))
                if result:
                    return result
        return {found: mark}

    def _bound_where_placed(self, stored: Result, receiver: Value) -> Result:
        """What assigned attributes are to an instance: those of its class are bound to it."""
        if not any(value[0] == PLACED for value in stored):
            return stored
        found: Result = {}
        for value, mark in stored.items():
            placed = value[0] == PLACED
            merge(found, self._accessed(value[1], mark, receiver) if placed else {value: mark})
        return found

    def _unbound(self, made: Value, receiver: Value) -> Result:
        """What `name = staticmethod(function)` gives, or that of a class method."""
        result: Result = {}
        for value, mark in self.infer_argument(made, 0).items():
            if value[0] == FUNCTION and made[1] == "builtins.classmethod":
                value = (BOUND, value[1], value[2], (CLASS, *receiver[1:]))
            result[value] = mark
        return result

    def _got_by_property(self, made: Value, receiver: Value) -> Result:
        """What the getter of `name = property(getter)` gives."""
        result: Result = {}
        for function in self.infer_argument(made, 0):
            if function[0] == FUNCTION:
                bound = (BOUND, function[1], function[2], receiver)
                merge(result, self.called_without_arguments(bound))
        return result

    def _taken_from_class(self, found: Value, mark: int, cls: Value, order: Result) -> Result:
        if found[0] == FUNCTION:
            symbol = self.unit(found[1]).symbols[found[2]]
            if symbol.kind == SymbolKind.PROPERTY:
                return NOTHING
            if int(symbol.flags) & _CLASS:
                return {(BOUND, found[1], found[2], cls): mark}
            return {found: mark}
        if found[0] == MADE and found[1] in UNBINDING:
            return self._unbound(found, cls)
        if found[0] == INSTANCE and is_as_made(found):
            return {found[:4]: mark}
        if found[0] in (EXTERNAL_INSTANCE, LITERAL) and self.is_enum(order):
            return {(INSTANCE, cls[1], cls[2], CONSTRUCTED): mark}
        return {found: mark}

    def _bound_to_class(self, found: Value, mark: int, receiver: Value) -> Result:
        symbol = self.unit(found[1]).symbols[found[2]]
        if int(symbol.flags) & _CLASS:
            return {(BOUND, found[1], found[2], receiver): mark}
        return {found: mark}

    def filled(self, cls: Value, name: str) -> Result:
        """What other places put into an attribute that the class itself leaves open."""
        return dict.fromkeys(self.reaching(cls[1], cls[2], "." + name), ATTRIBUTE)

    def reaching(self, path: str, sym: int, name: str) -> Collection[Value]:
        """The values that other places hand to what goes by a name in a symbol."""
        key = (path, self.unit(path).symbols[sym].path, name)
        self.record(("flow", *key))
        self.mark(frozenset({flow_key(*key)}))
        return self.flows.reaching(key)

    def few_reaching(self, path: str, sym: int, name: str) -> Collection[Value]:
        """The same, but nothing where a crowd reaches it: who asks this does not care for one
        more in a crowd."""
        symbol = self.unit(path).symbols[sym].path
        self.record(("flow", path, symbol, name + FEW))
        self.mark(frozenset({flow_key(path, symbol, name + FEW)}))
        target = (path, symbol, name)
        return () if self.flows.is_crowd(target) else self.flows.reaching(target)

    def dotted(self, text: str, unit: Unit) -> Result:
        """What `package.module.Class.method` refers to; nothing outside the workspace."""
        parts = text.split(".")
        for cut in range(len(parts), 0, -1):
            path = self.find_module(".".join(parts[:cut]), unit.placed.root)
            if path is None:
                continue
            if cut == len(parts):
                return {(MODULE_REF, path): IMPORT}
            refs = self.global_name(path, parts[cut])[1]
            for name in parts[cut + 1 :]:
                held = [ref for ref in refs if ref[0] == SYMBOL]
                refs = self.own(held[0][1], held[0][2], name)[1] if held else NOTHING
            return refs
        return NOTHING

    def told(self, place: str, key: str) -> Collection[Value]:
        """What is handed on under a key to a file as a whole, or to all of them (an empty place);
        nothing where that is a crowd."""
        self.record(("flow", place, "", key + FEW))
        self.mark(frozenset({flow_key(place, "", key + FEW)}))
        target = (place, "", key)
        return () if self.flows.is_crowd(target) else self.flows.reaching(target)

    def handed_on(self, path: str, sym: int, name: str) -> Collection[Value]:
        """The parameters whose values are handed on to one. For who asks what reaches that."""
        target = (path, self.unit(path).symbols[sym].path, name)
        return () if self.flows.is_crowd(target) else self.flows.handed_on(target)

    def infer_argument(self, made: Value, position: int) -> Result:
        """Values of a positional argument of the call that made a MADE value."""
        raise NotImplementedError

    def default_of_field(self, made: Value) -> Result:
        """What a declared field is when nothing else is given for it."""
        raise NotImplementedError

    def called_without_arguments(self, value: Value) -> Result:
        """What calling a value gives as far as it does not depend on arguments."""
        raise NotImplementedError


def renamed_mark(mark: int) -> int:
    """A binding in a class body is a member to who takes it from outside."""
    return MEMBER if mark >= EXACT_FROM else mark
