"""What a descriptor gives by what it was made with: `x = Bound(Engine)`, or the function that it
decorates.

All descriptors of a class share what their `__get__` returns; what one of them was given tells them
apart. The protocol is that of the language reference, section 3.3.2.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Final

from ramify.analysis.inference.arguments import NO_ARGUMENTS, Arguments
from ramify.analysis.inference.classes import Classes
from ramify.analysis.inference.engine import Found
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    BOUND,
    BOUND_CLASS,
    CLASS,
    DECLARED,
    DECORATOR,
    EXTERNAL,
    FUNCTION,
    INSTANCE,
    MADE,
    NOTHING,
    RETURNED,
    SCOPE,
    Result,
    Value,
    merge,
    weaken,
)
from ramify_store.facts import NONE, ArgumentHow, BindingKind, Op

_ITSELF: Final = "itself"
_CALLED: Final = "called"
_BOUND: Final = "bound"
_BINDS: Final = frozenset({(EXTERNAL, "types.MethodType"), (EXTERNAL, "functools.partial")})
_DEEPEST: Final = 3
_AT: Final = ""
"""In the place of the name of what a MADE value was made by: a class of the workspace."""


class Descriptors(Classes):
    """Descriptors as they were made.

    What a class binds to a name, if that is a descriptor, has after the other parts of an INSTANCE
    the call that made it, as a MADE value, or the FUNCTION that it decorates.
    """

    def _own(self, path: str, sym: int, name: str) -> Found:
        values, refs = super()._own(path, sym, name)
        if not any(value[0] == INSTANCE for value in values):
            return values, refs
        unit = self.unit(path)
        bindings = unit.bound[unit.symbols[sym].scope][unit.name_index[name]]
        return self._as_made(unit, bindings, values), refs

    def _as_made(self, unit: Unit, bindings: Sequence[int], values: Result) -> Result:
        """The values of a name in a class body, descriptors with what they were made by."""
        found: Result = {}
        for value, mark in values.items():
            is_one = value[0] == INSTANCE and len(value) == 4
            if not is_one or not self.member_of_class(value, "__get__"):
                found[value] = mark
                continue
            makers = [self._maker(unit, index, value) for index in bindings]
            for maker in makers:
                found[value if maker is None else (*value, maker)] = mark
        return found

    def _maker(self, unit: Unit, index: int, made: Value) -> Value | None:
        """What made a descriptor that a binding may give, where that is plain."""
        binding = unit.bindings[index]
        if binding.kind == BindingKind.DEFINITION:
            decorators = unit.scopes[unit.symbols[binding.symbol].scope].decorators
            if any(self._is_class_of(unit, e, made) for e in decorators):
                return (FUNCTION, unit.path, binding.symbol)
            return None
        is_call = binding.value != NONE and unit.ops[binding.value] == Op.CALL
        if is_call and self._is_class_of(unit, unit.a[binding.value], made):
            return (MADE, _AT, unit.path, binding.value)
        return None

    def _is_class_of(self, unit: Unit, e: int, made: Value) -> bool:
        return any(
            value[0] == CLASS and value[1:3] == made[1:3] for value in self.expression(unit, e)[0]
        )

    def got(self, descriptor: Value, receiver: Value) -> Result:
        """What access through a receiver makes of a descriptor that `own` gave."""
        found: Result = {}
        for way, given in self._made_with(descriptor):
            merge(found, self._gives(way, given, receiver))
        return found

    def run_by_access(self, descriptor: Value) -> Result:
        """The function that taking a descriptor that `own` gave runs, where its `__get__` is made
        with so many that nothing else leads there."""
        found: Result = {}
        if not is_as_made(descriptor) or self.hands_on((CLASS, *descriptor[1:3], DECLARED)):
            return found
        for way, given in self._made_with(descriptor):
            if way == _CALLED:
                merge(found, {v: m for v, m in given.items() if v[0] == FUNCTION})
        return found

    def _made_with(self, descriptor: Value) -> Iterator[tuple[str, Result]]:
        """What a descriptor was made with that its `__get__` gives back, and in which way."""
        kept = [
            told
            for constructor in self.member_of_class(descriptor, "__init__")
            for told in self.keeps(constructor[1], constructor[2])
        ]
        for getter in self.member_of_class(descriptor, "__get__") if kept else ():
            for _, way, attribute in self.given_back(getter[1], getter[2]):
                for _, name, position, parameter in kept:
                    if name == attribute:
                        yield way, self._handed_to_maker(descriptor[4], position, parameter)

    def _handed_to_maker(self, maker: Value, position: int, name: str) -> Result:
        """What a constructor was given for a parameter, its receiver not counted."""
        if maker[0] == FUNCTION:
            return {maker: DECORATOR} if position == 0 else NOTHING
        unit = self.unit(maker[2])
        at = 0
        for how, e in unit.arguments(maker[3]):
            if how == ArgumentHow.POSITIONAL:
                if at == position:
                    return self.infer(unit, e)
                at += 1
            elif how >= 0 and unit.names[how] == name:
                return self.infer(unit, e)
        return NOTHING

    def _gives(self, way: str, given: Result, receiver: Value) -> Result:
        found: Result = {}
        for value, mark in given.items():
            bound = value
            if value[0] == FUNCTION:
                bound = (BOUND, value[1], value[2], receiver)
            elif value[0] == CLASS:
                bound = (BOUND_CLASS, value[1], value[2], receiver)
            if way == _CALLED:
                merge(found, weaken(self.result(bound, NO_ARGUMENTS, None, NONE), RETURNED))
            else:
                merge(found, weaken({value if way == _ITSELF else bound: mark}, RETURNED))
        return found

    def given_back(self, path: str, sym: int) -> Result:
        """What a `__get__` returns of what its descriptor holds, as ("gives", way, attribute)."""

        def answer() -> Found:
            unit = self.unit(path)
            scope = unit.scopes[unit.symbols[sym].scope]
            found: Result = {}
            for e in scope.returns if scope.params else ():
                found.update((form, SCOPE) for form in self._forms(unit, e, scope.params[0].name))
            return found, NOTHING

        return self.ask(("given back", path, sym), answer)[0]

    def _forms(self, unit: Unit, e: int, own: int, depth: int = 0) -> Iterator[Value]:
        op = unit.ops[e]
        if depth > _DEEPEST:
            return
        if op in (Op.BOOL, Op.COND):
            yield from self._forms(unit, unit.a[e], own, depth + 1)
            yield from self._forms(unit, unit.b[e], own, depth + 1)
        elif op == Op.NAME:
            for index in unit.bound[unit.scope_of[e]].get(unit.a[e], ()):
                value = unit.bindings[index].value
                if value != NONE and unit.bindings[index].kind == BindingKind.ASSIGN:
                    yield from self._forms(unit, value, own, depth + 1)
        elif op == Op.ATTR:
            attribute = _of_own(unit, e, own)
            if attribute:
                yield "gives", _ITSELF, attribute
        elif op == Op.CALL:
            yield from self._called_forms(unit, e, own)

    def _called_forms(self, unit: Unit, e: int, own: int) -> Iterator[Value]:
        callee = unit.a[e]
        if unit.ops[callee] == Op.ATTR:
            attribute = _of_own(unit, callee, own)
            if attribute:
                yield "gives", _CALLED, attribute
            elif unit.names[unit.b[callee]] == "__get__":
                attribute = _of_own(unit, unit.a[callee], own)
                if attribute:
                    yield "gives", _BOUND, attribute
        if unit.c[e] and any(v in _BINDS for v in self.expression(unit, callee)[0]):
            attribute = _of_own(unit, unit.arguments(e)[0][1], own)
            if attribute:
                yield "gives", _BOUND, attribute

    def keeps(self, path: str, sym: int) -> Result:
        """What a constructor stores of what it is given, as ("keeps", attribute, position of the
        parameter after the receiver, its name)."""

        def answer() -> Found:
            unit = self.unit(path)
            scope = unit.scopes[unit.symbols[sym].scope]
            names = [param.name for param in scope.params]
            stored = list(_stored_by_receiver(unit, unit.symbols[sym].parent))
            found: Result = {}
            for name, value in stored:
                of_constructor = unit.scope_of[value] == unit.symbols[sym].scope
                if of_constructor and unit.ops[value] == Op.NAME and unit.a[value] in names:
                    at = names.index(unit.a[value])
                    found["keeps", name, at - 1, unit.names[names[at]]] = SCOPE
            for name, value in stored:  # `self.function = self.given`, in another method
                if unit.ops[value] == Op.ATTR and unit.ops[unit.a[value]] == Op.NAME:
                    for kept in [v for v in found if v[1] == unit.names[unit.b[value]]]:
                        found["keeps", name, *kept[2:]] = SCOPE
            return found, NOTHING

        return self.ask(("keeps", path, sym), answer)[0]

    @abstractmethod
    def hands_on(self, decorator: Value) -> bool:
        """Whether what a decorator is given can be followed from there."""

    @abstractmethod
    def result(self, value: Value, given: Arguments, unit: Unit | None, call: int) -> Result:
        """What calling a value gives."""


def is_as_made(instance: Value) -> bool:
    """Whether an INSTANCE says what made it."""
    return len(instance) > 4 and instance[4][0] in (MADE, FUNCTION)


def _stored_by_receiver(unit: Unit, cls: int) -> Iterator[tuple[str, int]]:
    """What methods of a class assign to attributes of their receiver: name and value."""
    for index, bindings in unit.attribute_bindings.items():
        for binding in (unit.bindings[at] for at in bindings):
            scope = unit.scopes[binding.scope]
            base = unit.a[binding.target]
            if (
                binding.value != NONE
                and unit.method_class(binding.scope) == cls
                and scope.params
                and unit.ops[base] == Op.NAME
                and unit.a[base] == scope.params[0].name
            ):
                yield unit.names[index], binding.value


def _of_own(unit: Unit, e: int, own: int) -> str:
    """The attribute that an expression takes of the receiver; empty if it is none."""
    if unit.ops[e] != Op.ATTR or unit.ops[unit.a[e]] != Op.NAME or unit.a[unit.a[e]] != own:
        return ""
    return unit.names[unit.b[e]]
