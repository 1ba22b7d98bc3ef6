"""What functions give to their callers.

A function's result is worked out once, with its own parameters left as PARAMETER values and its
receiver as an OWN instance; each call puts its own arguments and receiver in their place.
"""

from __future__ import annotations

from abc import abstractmethod

from ramify.analysis.inference.annotations import PLAIN, type_arguments
from ramify.analysis.inference.arguments import NO_ARGUMENTS, Arguments, SiteArguments
from ramify.analysis.inference.branches import dead_blocks
from ramify.analysis.inference.engine import Found
from ramify.analysis.inference.known import (
    CLASS_MADE_THERE,
    ELEMENT_ARGUMENT,
    MADE_CLASS,
    VALUE_ARGUMENT,
)
from ramify.analysis.inference.overloads import Overloads
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    BOUND,
    BRANCH,
    CLASS,
    COROUTINE,
    EXTERNAL_INSTANCE,
    FUNCTION,
    GENERATOR,
    INSTANCE,
    MADE,
    MOST_TARGETS,
    NOTHING,
    OF_CLASS,
    OVERLOAD,
    OWN,
    PARAMETER,
    REST,
    RETURNED,
    ROWS,
    Result,
    Value,
    instance_of,
    merge,
    telling,
    weaken,
)
from ramify_store.facts import NONE, Op, SymbolFlag

_OF_PARAMETER = "of parameter"
"""(path, sym, index, way): what the argument passed gives on a way (see `_made_of`)."""
_ORDINALS = tuple(f"#{n}" for n in range(2, 10))
_GENERATOR = int(SymbolFlag.GENERATOR)
_ASYNC = int(SymbolFlag.ASYNC)


class Returns(Overloads):
    """Results of functions."""

    def returned(self, path: str, sym: int) -> Result:
        """What a function's call evaluates to, in terms of its own parameters; of a function with
        overloads those."""

        def answer() -> Found:
            unit = self.unit(path)
            overloads = unit.overloads.get(sym)
            if overloads:
                flags = unit.symbols[sym].flags
                each = (self._overload(unit, overload, flags) for overload in overloads)
                return dict.fromkeys(each, RETURNED), NOTHING
            return self._given_back(path, sym), NOTHING

        return self.ask(("returned", path, sym), answer)[0]

    def _overload(self, unit: Unit, sym: int, flags: int) -> Value:
        symbol = unit.symbols[sym]
        leaves_open = self.leaves_open(unit, unit.scopes[symbol.scope].return_annotation)
        return OVERLOAD, unit.path, sym, symbol.signature, flags, leaves_open

    def _given_back(self, path: str, sym: int) -> Result:
        flags = int(self.unit(path).symbols[sym].flags)
        if flags & _GENERATOR:
            return {(GENERATOR, path, sym, None): RETURNED}
        if flags & _ASYNC:
            return {(COROUTINE, path, sym, None): RETURNED}
        return self.outcome(path, sym)

    def outcome(self, path: str, sym: int) -> Result:
        """What a function's body returns (of a coroutine: once awaited)."""

        def answer() -> Found:
            unit = self.unit(path)
            scope = unit.scopes[unit.symbols[sym].scope]
            found: Result = {}
            if scope.return_annotation != NONE:
                declared = self.annotated(unit, scope.return_annotation)
                if declared and not self.leaves_open(unit, scope.return_annotation):
                    return declared, NOTHING
                merge(found, declared)
                merge(found, self._of_variable(unit, sym, scope.return_annotation))
            dead = dead_blocks(unit)
            for e in scope.returns:
                if not dead or unit.block_of[e] not in dead:
                    merge(found, weaken(self.expression(unit, e)[0], RETURNED))
            if scope.return_annotation == NONE and not telling(found):
                merge(found, self.declared_result(unit, sym))
            if not found:
                found = self._overloaded(unit, sym)
            return self.few(found, 3 * MOST_TARGETS), NOTHING

        return self.ask(("outcome", path, sym), answer)[0]

    def yielded(self, path: str, sym: int) -> Result:
        """What iterating over a generator function's result gives."""

        def answer() -> Found:
            unit = self.unit(path)
            scope = unit.scopes[unit.symbols[sym].scope]
            found: Result = {}
            if scope.return_annotation != NONE:
                for value in self.annotated(unit, scope.return_annotation):
                    merge(found, self.elements(value))
                if found and not all(_is_open(value) for value in found):
                    return found, NOTHING
            for e in scope.yields:
                inner = unit.a[e]
                if inner == NONE:
                    continue
                values = self.expression(unit, inner)[0]
                if unit.ops[e] == Op.YIELD_FROM:
                    for value in values:
                        merge(found, self.elements(value))
                else:
                    merge(found, values)
            found = weaken(found, RETURNED)
            return self.few(found, 3 * MOST_TARGETS), NOTHING

        return self.ask(("yielded", path, sym), answer)[0]

    def overload_called(self, value: Value, unit: Unit, call: int) -> Value | None:
        """The overload of a FUNCTION or BOUND that a call of it certainly means."""
        returned = self.returned(value[1], value[2])
        if not any(each[0] == OVERLOAD for each in returned):
            return None
        receiver = value[3] if value[0] == BOUND else None
        meant = self.meant(returned, receiver, SiteArguments(self, unit, call))
        return meant[0] if len(meant) == 1 else None

    def _returned_to(self, path: str, sym: int, receiver: Value | None, given: Arguments) -> Result:
        returned = self.returned(path, sym)
        if not any(value[0] == OVERLOAD for value in returned):
            return self._put_in_place(returned, path, sym, receiver, given)
        meant = self.meant(returned, receiver, given)
        found: Result = {}
        for overload in meant if len(meant) == 1 else ():
            declared = self._given_back(path, overload[2])
            merge(found, self._put_in_place(declared, path, overload[2], receiver, given))
            if found and not overload[-1]:
                return found
        merge(found, self._put_in_place(self._given_back(path, sym), path, sym, receiver, given))
        return found

    def _put_in_place(
        self, returned: Result, path: str, sym: int, receiver: Value | None, given: Arguments
    ) -> Result:
        """What a function gives back, with a call's own arguments and receiver in it."""
        found: Result = {}
        others: Result = {}  # what other call sites pass to a parameter that is handed back
        for value in returned:
            if value[0] == PARAMETER and value[1] == path and value[2] == sym:
                merge(found, self._passed(path, sym, value[3], receiver, given))
                if given is not NO_ARGUMENTS:
                    others.update(self.parameter(path, sym, value[3]))
            elif value[0] == _OF_PARAMETER and value[1] == path and value[2] == sym:
                passed = self._passed(path, sym, value[3], receiver, given)
                merge(found, self._made_of(passed, value[4]))
        for value, mark in returned.items():
            if value[0] in (PARAMETER, _OF_PARAMETER):
                continue
            if value[:2] == (MADE, MADE_CLASS):
                value = self._made_there(value, path, sym, given)
            if value not in others or self._is_inside(value, path, sym):
                merge(found, {received(value, receiver): mark})
        return self.told_by_class(found, receiver) if receiver is not None else found

    def _made_there(self, made: Value, path: str, sym: int, given: Arguments) -> Value:
        """A class made of the keywords that its function is called with, as this call makes it."""
        if made[2] != path or not isinstance(given, SiteArguments) or given.call == NONE:
            return made
        unit = self.unit(path)
        members = self.infer(unit, unit.arguments(made[3])[2][1])
        if not any(v[:3] == (REST, path, sym) for v in members):
            return made
        return (MADE, CLASS_MADE_THERE, given.unit.path, given.call)

    def _is_inside(self, value: Value, path: str, sym: int) -> bool:
        """Whether a value is a function that is defined in another one."""
        if value[0] != FUNCTION or value[1] != path:
            return False
        symbols = self.unit(path).symbols
        around = symbols[value[2]].parent
        while around > 0 and around != sym:
            around = symbols[around].parent
        return around == sym

    def _passed(
        self, path: str, sym: int, index: int, receiver: Value | None, given: Arguments
    ) -> Result:
        unit = self.unit(path)
        param = unit.scopes[unit.symbols[sym].scope].params[index]
        if receiver is not None and index == 0:
            return {receiver: RETURNED}
        position = index - (receiver is not None)
        values = given.keyword(unit.names[param.name]) or given.positional(position)
        return weaken(values, RETURNED)

    def _made_of(self, passed: Result, way: str) -> Result:
        """What values give on a way: the "element" of containers, the "value" of mappings, what
        is "called"; of a "class" its instances."""
        found: Result = {}
        if way == "called":
            for value in passed:
                merge(found, self.result(value, NO_ARGUMENTS, None, NONE))
            return weaken(found, RETURNED)
        if way != "class":
            for value in passed:
                merge(found, self.elements(value) if way == "element" else self.items(value))
            return weaken(found, RETURNED)
        return {instance_of(value): RETURNED for value in passed if value[0] == CLASS}

    def _of_variable(self, unit: Unit, sym: int, e: int) -> Result:
        """What a result declared as a type variable is, by the parameters declared with it."""
        variable = self.type_variable(unit, e)
        found: Result = {}
        if variable is None:
            return found
        for index, param in enumerate(unit.scopes[unit.symbols[sym].scope].params):
            declared = param.annotation
            if declared == NONE:
                continue
            if self.type_variable(unit, declared) == variable:
                found[PARAMETER, unit.path, sym, index] = RETURNED
            elif unit.ops[declared] == Op.SUBSCRIPT:
                way = self._way_to(unit, declared, variable)
                if way:
                    found[_OF_PARAMETER, unit.path, sym, index, way] = RETURNED
        return found

    def _way_to(self, unit: Unit, declared: int, variable: Value) -> str:
        """How what is annotated with a generic gives what a type variable in it stands for."""
        name = self.generic_name(unit, declared)
        arguments = type_arguments(unit, declared)
        at = [i for i, e in enumerate(arguments) if self.type_variable(unit, e) == variable]
        if not at:
            return ""
        if name in ("type", "Type"):
            return "class"
        if name == "Callable":
            return "called" if at == [1] else ""
        if name in VALUE_ARGUMENT:
            return "value" if at[-1] == 1 else "element"
        return "element" if ELEMENT_ARGUMENT.get(name) == at[0] else ""

    @abstractmethod
    def items(self, value: Value) -> Result:
        """What subscribing a container with something unknown may give."""

    def _overloaded(self, unit: Unit, sym: int) -> Result:
        """What the overloads of a function that says nothing itself are declared to return."""
        found: Result = {}
        this = unit.symbols[sym]
        for symbol in unit.symbols if this.path.endswith(_ORDINALS) else ():
            if (symbol.name, symbol.parent) == (this.name, this.parent) and (
                symbol.flags & SymbolFlag.OVERLOAD
            ):
                declared = unit.scopes[symbol.scope].return_annotation
                if declared != NONE:
                    merge(found, self.annotated(unit, declared))
        return weaken(found, BRANCH)


def _is_open(value: Value) -> bool:
    """Whether classes of the workspace may be below what is declared, or stand for it."""
    return value[0] == OF_CLASS or (value[0] == EXTERNAL_INSTANCE and value[1] not in PLAIN)


def received(value: Value, receiver: Value | None) -> Value:
    """A value with the call's receiver in the place of the method's own."""
    if receiver is None:
        return value
    if receiver[0] == ROWS and value[0] in (INSTANCE, CLASS) and value[3] == OWN:
        return receiver if value[0] == INSTANCE else received(value, receiver[3])
    if value[0] in (GENERATOR, COROUTINE):
        return (value[0], value[1], value[2], value[3] or receiver)
    if value[0] in (INSTANCE, CLASS) and value[3] == OWN and receiver[0] in (INSTANCE, CLASS):
        return (value[0], *receiver[1:])
    return value
