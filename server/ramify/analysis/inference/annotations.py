"""What an annotation says that a name may hold (PEP 484 and its followers)."""

from __future__ import annotations

from abc import abstractmethod

from ramify.analysis.inference.engine import Found
from ramify.analysis.inference.known import (
    AWAITED_ARGUMENT,
    ELEMENT_ARGUMENT,
    ENTERED_ARGUMENT,
    VALUE_ARGUMENT,
)
from ramify.analysis.inference.members import Members
from ramify.analysis.inference.outside import generic_class
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ALIAS,
    ANNOTATION,
    CLASS,
    DECLARED,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    INSTANCE,
    MADE,
    NOTHING,
    OF_CLASS,
    OR_BELOW,
    OWN,
    SCOPE,
    TYPE_VARIABLE,
    TYPED,
    Result,
    Value,
    merge,
)
from ramify_store.facts import NONE, ArgumentHow, Op, ScopeKind

UNWRAPPED = frozenset(
    {"Optional", "Union", "Annotated", "ClassVar", "Final", "Required", "NotRequired", "ReadOnly",
     "InitVar", "Unpack", "TypeGuard", "TypeIs"}
)  # fmt: skip
"""Forms that stand for what they are of."""
_SILENT = frozenset(
    {"Any", "object", "None", "NoReturn", "Never", "Callable", "Literal", "TypeVar"}
)
PLAIN = frozenset(
    {"builtins.str", "builtins.int", "builtins.float", "builtins.bool", "builtins.bytes",
     "builtins.NoneType", "builtins.complex", "builtins.None"}
)  # fmt: skip
"""Classes outside that hardly anybody derives from."""


class Annotations(Members):
    """Declared types."""

    def annotated(self, unit: Unit, e: int) -> Result:
        return self.ask(("annotated", unit.path, e), lambda: (self._annotated(unit, e), NOTHING))[0]

    def _annotated(self, unit: Unit, e: int) -> Result:
        op = unit.ops[e]
        if op == Op.BINARY:  # X | Y
            return _both(self.annotated(unit, unit.a[e]), self.annotated(unit, unit.b[e]))
        if op == Op.SUBSCRIPT:
            return self._generic(unit, e)
        if op in (Op.NAME, Op.ATTR, Op.STAR):
            found: Result = {}
            for value in self.expression(unit, e if op != Op.STAR else unit.a[e])[0]:
                merge(found, self._instance_of(unit, e, value))
            return found
        return NOTHING

    def _instance_of(self, unit: Unit, e: int, value: Value) -> Result:
        if value[0] == CLASS:
            source = self.sourced(value[1], value[2])
            return {(INSTANCE, *source, DECLARED, *value[4:]): ANNOTATION}
        if value[0] == EXTERNAL:
            last = value[1].rpartition(".")[2]
            if last == "Self":
                return self._self(unit, e)
            if last in _SILENT:
                return NOTHING
            return {(EXTERNAL_INSTANCE, value[1]): ANNOTATION}
        if value[0] == TYPE_VARIABLE:
            meant = (OF_CLASS, self.text_of_variable(value), INSTANCE)
            return {meant: ANNOTATION, **self.bound_of(value)}
        if value[0] == ALIAS:
            return self.meant_by(value)
        return NOTHING

    def meant_by(self, alias: Value) -> Result:
        """What the name of a type alias stands for."""
        return self.annotated(self.unit(alias[1]), alias[2])

    def text_of_variable(self, value: Value) -> str:
        """The name that a TypeVar is made with."""

        def answer() -> Found:
            unit = self.unit(value[1])
            if unit.ops[value[2]] == Op.TYPE_PARAMETER:
                return {("text", unit.names[unit.b[value[2]]]): SCOPE}, NOTHING
            arguments = unit.arguments(value[2])
            text = unit.text_of_const(arguments[0][1]) if arguments else None
            return ({("text", text): SCOPE} if text else NOTHING), NOTHING

        return next((str(v[1]) for v in self.ask(("text", *value[1:]), answer)[0]), "")

    def bound_of(self, value: Value) -> Result:
        """Instances of a TypeVar's bound or of its constraints."""
        owner = self.unit(value[1])
        found: Result = {}

        def answer() -> Found:
            if owner.ops[value[2]] == Op.TYPE_PARAMETER:
                bound = owner.a[value[2]]
                several = bound != NONE and owner.ops[bound] == Op.TUPLE
                for each in owner.elements(bound) if several else (bound,):
                    merge(found, self.annotated(owner, each) if each != NONE else NOTHING)
                return found, NOTHING
            for position, (how, argument) in enumerate(owner.arguments(value[2])):
                constraint = how == ArgumentHow.POSITIONAL and position > 0
                if constraint or (how >= 0 and owner.names[how] == "bound"):
                    merge(found, self.annotated(owner, argument))
            return found, NOTHING

        return self.ask(("type variable", value[1], value[2]), answer)[0]

    @abstractmethod
    def sourced(self, path: str, sym: int) -> tuple[str, int]:
        """The class that one of a stub stands for."""

    def _self(self, unit: Unit, e: int) -> Result:
        scope = unit.scope_of[e]
        while scope > 0:
            if unit.scopes[scope].kind == ScopeKind.CLASS:
                return {(INSTANCE, unit.path, unit.scopes[scope].symbol, OWN): ANNOTATION}
            scope = unit.scopes[scope].parent
        return NOTHING

    def _generic(self, unit: Unit, e: int) -> Result:
        name = self.generic_name(unit, e)
        arguments = type_arguments(unit, e)
        if name in UNWRAPPED:
            found: Result = {}
            for argument in arguments if name in ("Optional", "Union") else arguments[:1]:
                merge(found, self.annotated(unit, argument))
            return found
        if name in ("Type", "type"):
            return self._classes(unit, arguments)
        if name == "Callable":
            return {(TYPED, unit.path, e): ANNOTATION}
        if name in _SILENT:
            return NOTHING
        if name in ELEMENT_ARGUMENT:
            return {(TYPED, unit.path, e): ANNOTATION}
        base = self.annotated(unit, unit.a[e])
        found = {self.applied(value, unit, e): mark for value, mark in base.items()}
        is_known = any(value[0] == MADE for value in found)
        if not is_known and (name in ENTERED_ARGUMENT or name in AWAITED_ARGUMENT):
            return {(TYPED, unit.path, e): ANNOTATION}
        return found

    def applied(self, value: Value, unit: Unit, e: int) -> Value:
        """A class or an instance with what is written in the brackets of `e` for the type
        variables of its class, if it has some."""
        if value[0] == EXTERNAL_INSTANCE:
            generic = generic_class(value[1])
            return (MADE, generic, unit.path, e) if generic else value
        if value[0] not in (CLASS, INSTANCE) or not self.type_parameters(value[1], value[2]):
            return value
        return (*value[:4], (TYPED, unit.path, e))

    def type_parameters(self, path: str, sym: int) -> list[str]:
        """Texts of the type variables of a class, in order."""
        raise NotImplementedError

    def leaves_open(self, unit: Unit, e: int) -> bool:
        """Whether an annotation says too little of what it stands for to count alone: which
        callable, which class that follows a protocol, what a type variable is."""
        op = unit.ops[e]
        if op == Op.BINARY:
            return any(self.leaves_open(unit, x) for x in (unit.a[e], unit.b[e]))
        if op == Op.SUBSCRIPT:
            name = self.generic_name(unit, e)
            if name == "Callable":
                return True
            if name in UNWRAPPED:
                return any(self.leaves_open(unit, x) for x in type_arguments(unit, e))
            if name in ("Type", "type"):
                return all(
                    value[0] == OF_CLASS or (value[0] == CLASS and self.is_protocol(value))
                    for value in self.annotated(unit, e)
                )
            return name in ELEMENT_ARGUMENT and self._names_callables(unit, e)
        if op in (Op.NAME, Op.ATTR):
            return any(self._is_open(value) for value in self.expression(unit, e)[0])
        return False

    def _names_callables(self, unit: Unit, e: int) -> bool:
        """Whether an annotation is of callables, or of what holds some: which they are, only what
        is put there tells."""
        op = unit.ops[e]
        if op == Op.BINARY:
            return any(self._names_callables(unit, x) for x in (unit.a[e], unit.b[e]))
        if op == Op.SUBSCRIPT:
            if self.generic_name(unit, e) == "Callable":
                return True
            return any(self._names_callables(unit, x) for x in type_arguments(unit, e))
        if op in (Op.NAME, Op.ATTR):
            for value in self.expression(unit, e)[0]:
                if value[0] == EXTERNAL and value[1].endswith(".Callable"):
                    return True
                if value[0] == ALIAS and self._names_callables(self.unit(value[1]), value[2]):
                    return True
                if value[0] == CLASS and self.is_protocol(value):
                    return bool(self.member_of_class(value, "__call__"))
        return False

    def _is_open(self, value: Value) -> bool:
        if value[0] == CLASS:
            return self.is_protocol(value)
        if value[0] == ALIAS:
            return self.leaves_open(self.unit(value[1]), value[2])
        if value[0] == EXTERNAL:  # classes here may be below one outside
            return value[1] not in PLAIN
        return bool(value[0] == TYPE_VARIABLE)

    def is_protocol(self, cls: Value) -> bool:
        """Whether a class says what a value can do, whatever it is below."""
        bases = self.bases(cls[1], cls[2])
        return any(v[0] == EXTERNAL and v[1].endswith(".Protocol") for v in bases)

    def generic_name(self, unit: Unit, e: int) -> str:
        """Last component of what is subscripted, following an import or an alias by name alone."""
        base = unit.a[e]
        if unit.ops[base] == Op.ATTR:
            return unit.names[unit.b[base]]
        return unit.names[unit.a[base]] if unit.ops[base] == Op.NAME else ""

    def _classes(self, unit: Unit, arguments: list[int]) -> Result:
        found: Result = {}
        for argument in arguments:
            for value in self.annotated(unit, argument):
                if value[0] == INSTANCE:
                    how = OWN if value[3] == OWN else OR_BELOW
                    merge(found, {(CLASS, value[1], value[2], how, *value[4:]): ANNOTATION})
                elif value[0] == EXTERNAL_INSTANCE:
                    merge(found, {(EXTERNAL, value[1]): ANNOTATION})
                elif value[0] == OF_CLASS:
                    merge(found, {(OF_CLASS, value[1], CLASS): ANNOTATION})
        return found

    def typed_argument(self, value: Value, way: str) -> Result:
        """What a TYPED value gives: `way` is "element", "value", "entered", "awaited" or
        "called"."""

        def answer() -> Found:
            unit = self.unit(value[1])
            name = self.generic_name(unit, value[2])
            arguments = type_arguments(unit, value[2])
            at = _argument_index(name, way)
            if at is None:
                return NOTHING, NOTHING
            if way != "awaited" and name in ("tuple", "Tuple"):
                found: Result = {}
                for argument in arguments:
                    merge(found, self.annotated(unit, argument))
                return found, NOTHING
            if at >= len(arguments):
                return NOTHING, NOTHING
            return self.annotated(unit, arguments[at]), NOTHING

        found = self.ask(("typed", value[1], value[2], way), answer)[0]
        return self.told_by_class(found, value[3]) if len(value) > 3 else found

    def typed_item(self, value: Value, position: int) -> Result:
        """The element of an annotated tuple at a position; else its elements or values."""
        unit = self.unit(value[1])
        if self.generic_name(unit, value[2]) in ("tuple", "Tuple"):

            def answer() -> Found:
                arguments = type_arguments(unit, value[2])
                if 0 <= position < len(arguments):
                    return self.annotated(unit, arguments[position]), NOTHING
                return NOTHING, NOTHING

            found = self.ask(("typed item", value[1], value[2], position), answer)[0]
            if found:
                return self.told_by_class(found, value[3]) if len(value) > 3 else found
        return self.typed_argument(value, "value")


def _argument_index(name: str, way: str) -> int | None:
    if name == "Callable" or way == "called":
        return 1 if name == "Callable" and way == "called" else None
    if way == "awaited":
        return AWAITED_ARGUMENT.get(name)
    if way == "entered":
        return 0 if name in ENTERED_ARGUMENT else None
    if way == "value" and name in VALUE_ARGUMENT:
        return 1
    return ELEMENT_ARGUMENT.get(name)


def type_arguments(unit: Unit, e: int) -> list[int]:
    """The arguments of a subscripted annotation."""
    index = unit.b[e]
    if unit.ops[index] == Op.TUPLE:
        return list(unit.elements(index))
    return [index]


def _both(one: Result, other: Result) -> Result:
    found = dict(one)
    merge(found, other)
    return found
