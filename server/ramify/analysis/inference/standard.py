"""What calls of the standard library give, and what iterating, entering, awaiting and subscribing
what they gave gives: as its types say.

A type variable is solved from the arguments of the call. What a generic call has made is a MADE
value with its type: what its variables stand for is read off the call when somebody asks.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ramify.analysis.inference.annotations import type_arguments
from ramify.analysis.inference.arguments import NO_ARGUMENTS, Arguments
from ramify.analysis.inference.engine import Found
from ramify.analysis.inference.known import RUNS_ITS_ARGUMENT, is_run, known_as
from ramify.analysis.inference.outside import (
    NONE_TYPE,
    class_of,
    generic_class,
    made_type,
    meaning,
    told_by,
    type_held_by,
    values_of,
)
from ramify.analysis.inference.returns import Returns
from ramify.analysis.inference.signatures import argument_values, chosen, placed
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    CLASS,
    CONSTRUCTION,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    MADE,
    MOST_TARGETS,
    NOTHING,
    RETURNED,
    Result,
    Value,
    instance_of,
    merge,
    weaken,
)
from ramify.languages.python.library import (
    Known,
    argument_of,
    class_named,
    is_below,
    known,
    member,
    mro,
    takes_callables,
)
from ramify.languages.python.shapes import CLASS as CLASS_ENTRY
from ramify.languages.python.shapes import REST, Signature
from ramify.languages.python.types import NONE as TYPE_OF_NONE
from ramify.languages.python.types import (
    SELF,
    UNKNOWN,
    alternatives,
    applied,
    called,
    instance,
    is_class,
    is_open,
    substituted,
    variable,
)
from ramify_store.facts import NONE, ArgumentHow, Op

_MOST_GATHERED = 4
"""Arguments that a parameter with a star takes, as far as they are looked at."""


class Callback(NamedTuple):
    """An argument that a library function calls."""

    argument: int
    """Expression."""
    given: list[Result]
    """What it is called with, by position; nothing where that is not known."""
    passes_after: int
    """Place among the call's arguments from where on they are passed to it; NONE for none."""


class Standard(Returns):
    """Values that the library's types speak of."""

    def given_outside(
        self, value: Value, given: Arguments, unit: Unit | None, call: int
    ) -> Result | None:
        """What calling an EXTERNAL gives; None when nothing is known of it."""
        found = meaning(value)
        if found is None:
            return None
        if found.entry.kind == CLASS_ENTRY:
            return self._made_outside(value, found, unit, call)
        if not found.entry.signatures:
            return self._called_attribute(value, unit, call)
        receiver = value[2] if len(value) > 2 else None
        where = told_by(found, receiver)
        result: Result = {}
        signatures = [s for s in found.entry.signatures if _is_for(s, where)]
        for signature in chosen(self, signatures, unit, call):
            merge(result, self._told(signature, receiver, where, given, unit, call))
        return weaken(result, RETURNED)

    def _told(
        self,
        signature: Signature,
        receiver: Value | None,
        where: dict[str, str],
        given: Arguments,
        unit: Unit | None,
        call: int,
    ) -> Result:
        """What a call gives, by the type that it is declared to give."""
        found: Result = {}
        for part in alternatives(signature.gives):
            own = _variables_left(part, where)
            if part in where and receiver is not None:  # of the receiver's class
                merge(found, self.told_values(where[part], receiver))
            elif own and part[0] == "~":
                merge(found, self._solved(part, signature, given, unit, call))
            elif own and is_class(part) and unit is not None and call != NONE:
                found[MADE, substituted(part, _closed(where)), unit.path, call] = RETURNED
            else:
                merge(found, values_of(substituted(part, where), receiver))
        return found

    def _called_attribute(self, value: Value, unit: Unit | None, call: int) -> Result | None:
        """What calling what an attribute holds gives."""
        found: Result = {}
        for held in self.held(value):
            of = class_of(held)
            method = member(of[0], "__call__", of[1]) if of is not None else None
            for signature in method.entry.signatures if method is not None else ():
                where = told_by(method, held) if method is not None else {}
                merge(found, values_of(substituted(signature.gives, where), held))
        return found or None

    def _made_outside(self, value: Value, found: Known, unit: Unit | None, call: int) -> Result:
        """What constructing a class outside gives, under the name it is reached by."""
        plain = {(EXTERNAL_INSTANCE, value[1]): CONSTRUCTION}
        for signature in self._constructor(found.name, unit, call):
            told = signature.gives
            if told.startswith(("~", UNKNOWN)):
                continue
            if told in ("", SELF):
                own = tuple(variable(each) for each in found.entry.params)
                told = instance(found.name, own)
            name, arguments = applied(told)
            if name != found.name:
                return weaken(values_of(told), RETURNED)
            if is_open(told):
                if unit is None or call == NONE:
                    return plain
                return {(MADE, told, unit.path, call): CONSTRUCTION}
            return {(EXTERNAL_INSTANCE, value[1], arguments): CONSTRUCTION} if arguments else plain
        return plain

    def _constructor(self, cls: str, unit: Unit | None, call: int) -> list[Signature]:
        """The signatures of `__init__` or `__new__` that a construction may mean: of the first
        class that has either."""
        for above in mro(cls):
            for name in ("__new__", "__init__"):
                method = above.entry.members.get(name)
                if method is not None and method.signatures:
                    return list(chosen(self, method.signatures, unit, call))
        return []

    def _solved(
        self, name: str, signature: Signature, given: Arguments, unit: Unit | None, call: int
    ) -> Result:
        """What a type variable of a signature stands for in a call."""
        found: Result = {}
        if unit is not None and call != NONE and unit.path == self.asker:
            at = placed(signature, unit, call) or []
            several = 0
            for param, e in at:
                if name in param.type:
                    several += param.kind == REST
                    if several <= _MOST_GATHERED:
                        values = self.expression(unit, e)[0]
                        merge(found, self._taken(values, param.type, name))
            rest = next((p for p in signature.params if p.kind == REST), None)
            for how, e in unit.arguments(call) if rest is not None and name in rest.type else ():
                if rest is not None and how == ArgumentHow.SPLAT:
                    for value in self.expression(unit, e)[0]:
                        merge(found, self._taken(self.elements(value), rest.type, name))
            return found or values_of(_TEXTS.get(name, ""))
        for param in signature.params:
            if name in param.type:
                values = argument_values(param, signature, given)
                merge(found, self._taken(values, param.type, name))
        return found or values_of(_TEXTS.get(name, ""))

    def _taken(self, values: Result, told: str, name: str) -> Result:
        """What a type variable stands for where values are passed for a type that it is in."""
        found: Result = {}
        parts = alternatives(told)
        for part in parts:
            function = called(part)
            if part == name:
                merge(found, {v: m for v, m in values.items() if _is_taken(v, name, parts)})
            elif function is not None and name in function[1]:
                for value in values:
                    result = self.result(value, NO_ARGUMENTS, None, NONE)
                    merge(found, self._taken(result, function[1], name))
            elif is_class(part) and name in part:
                cls, arguments = applied(part)
                for index, argument in enumerate(arguments):
                    if name in argument:
                        inner: Result = {}
                        for value in values:
                            merge(inner, self._argument_of(value, cls, index))
                        merge(found, self._taken(inner, argument, name))
        return found

    def _argument_of(self, value: Value, cls: str, index: int) -> Result:
        """What the argument of a generic class is in a value that is one."""
        if cls == "builtins.type":
            if value[0] == CLASS:
                return {instance_of(value): RETURNED}
            return {(EXTERNAL_INSTANCE, value[1]): RETURNED} if value[0] == EXTERNAL else NOTHING
        of = class_of(value)
        if of is not None:
            told = argument_of(of[0], of[1], cls)
            if index < len(told):
                return self.told_values(told[index], value)
        for base, way in _WAYS:
            if _is_argument(cls, index, base):
                return getattr(self, way)(value)  # type: ignore[no-any-return]
        return NOTHING

    def callbacks_of(self, value: Value, unit: Unit, call: int) -> Iterator[Callback]:
        """The arguments of a call of something outside that are called by it, or by what it makes,
        and what they are given."""
        found = known(_told_as(value[1])) if runs_arguments(value[1]) else None
        if found is None:
            return
        signatures = list(found.entry.signatures)
        if found.entry.kind == CLASS_ENTRY:
            signatures = self._constructor(found.name, unit, call)
        seen: set[int] = set()
        for signature in chosen(self, signatures, unit, call):
            rest = next((p for p in signature.params if p.kind == REST), None)
            for at, (param, e) in enumerate(placed(signature, unit, call) or ()):
                told = next(filter(None, map(called, alternatives(param.type))), None)
                if told is None or e in seen or _is_handed_back(told, signature, found):
                    continue
                seen.add(e)
                passes = rest is not None and rest is not param and rest.type[:1] in ("", "~")
                given = [self._solved_type(each, signature, unit, call) for each in told[0]]
                yield Callback(e, given, at if passes else NONE)

    def _solved_type(self, told: str, signature: Signature, unit: Unit, call: int) -> Result:
        """What a callable is given that is declared to be given a type."""
        if told[0] != "~":
            return NOTHING
        return self._solved(told, signature, NO_ARGUMENTS, unit, call)

    def of_made(self, value: Value, name: str) -> Result:
        """What a type variable stands for in what a call has made."""

        def answer() -> Found:
            unit = self.unit(value[2])
            found: Result = {}
            if unit.ops[value[3]] == Op.SUBSCRIPT:
                return self._written_as(value, name), NOTHING
            for function in self.expression(unit, unit.a[value[3]])[0]:
                known = meaning(function) if function[0] == EXTERNAL else None
                if known is None:
                    continue
                signatures = list(known.entry.signatures)
                if known.entry.kind == CLASS_ENTRY:
                    signatures = self._constructor(known.name, unit, value[3])
                for each in chosen(self, signatures, unit, value[3]):
                    merge(found, self._solved(name, each, NO_ARGUMENTS, unit, value[3]))
            found = weaken(found, RETURNED)
            return (found if len(found) <= 3 * MOST_TARGETS else NOTHING), NOTHING

        return self.ask(("solved", value[2], value[3], name), answer)[0]

    def _written_as(self, value: Value, name: str) -> Result:
        """What an annotation writes for a type variable of a class outside."""
        unit = self.unit(value[2])
        arguments = type_arguments(unit, value[3])
        for base in self.annotated(unit, unit.a[value[3]]):
            generic = generic_class(base[1]) if base[0] == EXTERNAL_INSTANCE else ""
            variables = applied(generic)[1] if generic else ()
            if name in variables[: len(arguments)]:
                return self.annotated(unit, arguments[variables.index(name)])
        return NOTHING

    def told_values(self, told: str, receiver: Value) -> Result:
        """Values of a type that a value's own type says something of: its variables are solved."""
        found: Result = {}
        for part in alternatives(told):
            if part[0] == "~":
                merge(found, self.of_made(receiver, part) if made_type(receiver) else NOTHING)
            else:
                merge(found, values_of(part, receiver))
        return found

    def held(self, value: Value) -> Result:
        """What an EXTERNAL that is no function or class holds."""
        told = type_held_by(value)
        return self.told_values(told, value[2] if len(value) > 2 else value) if told else NOTHING

    def protocol(self, value: Value, *names: str) -> Result:
        """What the first special method that an instance outside has gives."""
        of = class_of(value)
        for name in names if of is not None else ():
            assert of is not None
            found = member(of[0], name, of[1])
            if found is not None and found.entry.signatures:
                told = substituted(found.entry.signatures[0].gives, found.where)
                return self.told_values(told, value)
        return NOTHING

    def elements_outside(self, value: Value) -> Result:
        """What iterating over an instance outside gives."""
        of = class_of(value)
        if of is None or class_named(of[0]) is None:
            return NOTHING
        cls, arguments = of
        if cls == "builtins.tuple":
            told = "|".join(each for each in arguments if each != "...")
            return self.told_values(told, value)
        for base in ("typing.Iterable", "typing.AsyncIterable"):
            element = argument_of(cls, arguments, base)
            if element:
                return self.told_values(element[0], value)
        found: Result = {}
        for iterator in self.protocol(value, "__iter__", "__aiter__"):
            step = self.protocol(iterator, "__next__", "__anext__")
            for inner in step:
                merge(found, self.awaited(inner) if _is_awaited(inner) else {inner: RETURNED})
        return found

    def position_outside(self, value: Value, position: int) -> Result:
        """What unpacking an instance outside gives at a position."""
        of = class_of(value)
        if of is None or class_named(of[0]) is None:
            return NOTHING
        arguments = of[1]
        is_plain = of[0] == "builtins.tuple" and "..." not in arguments
        if is_plain and -len(arguments) <= position < len(arguments):
            return self.told_values(arguments[position], value)
        return self.elements_outside(value)

    def entered_outside(self, value: Value) -> Result:
        """What `with` binds for an instance outside."""
        of = class_of(value)
        if of is None or class_named(of[0]) is None:
            return {value: RETURNED}
        found: Result = {}
        for inner in self.protocol(value, "__enter__", "__aenter__"):
            merge(found, self.awaited(inner) if _is_awaited(inner) else {inner: RETURNED})
        return found

    def awaited_outside(self, value: Value) -> Result:
        of = class_of(value)
        told = argument_of(of[0], of[1], "typing.Awaitable") if of is not None else ()
        return self.told_values(told[0], value) if told else NOTHING

    def operated(self, value: Value, method: str, other: Result) -> Result:
        """What an operator gives that an instance outside stands left of."""
        of = class_of(value)
        found = member(of[0], method, of[1]) if of is not None else None
        if found is None or not found.entry.signatures or value[1] == NONE_TYPE:
            return NOTHING
        if of is not None and of[0] in _NUMBERS and not other:
            return NOTHING
        result: Result = {}
        for signature in found.entry.signatures[:2]:
            told = substituted(signature.gives, found.where)
            if len(alternatives(told)) == 1:
                merge(result, values_of(told, value))
        return result

    @abstractmethod
    def entered(self, value: Value) -> Result:
        """What `with value as name` binds."""

    @abstractmethod
    def awaited(self, value: Value) -> Result:
        """What `await value` gives."""


_NUMBERS = frozenset({"builtins.int", "builtins.float", "builtins.complex", "builtins.bool"})
"""What they give depends on the other operand."""

_WAYS = (
    ("typing.Iterable", "elements"),
    ("typing.AsyncIterable", "elements"),
    ("_typeshed.SupportsNext", "elements"),
    ("_typeshed.SupportsAnext", "elements"),
    ("typing.Mapping", "items"),
    ("_typeshed.SupportsKeysAndGetItem", "items"),
    ("_typeshed.SupportsGetItem", "items"),
    ("_typeshed.SupportsLenAndGetItem", "items"),
    ("typing.Awaitable", "awaited"),
    ("contextlib.AbstractContextManager", "entered"),
    ("contextlib.AbstractAsyncContextManager", "entered"),
)
"""How an argument of a generic class is read off a value of the workspace."""


def _is_taken(value: Value, name: str, parts: Sequence[str]) -> bool:
    """Whether a value stands for a type variable itself, among the parts of a union."""
    of = class_of(value)
    if of is None:
        return name not in _TEXTS
    if of[0] == NONE_TYPE:
        return TYPE_OF_NONE not in parts
    if name in _TEXTS:
        return any(is_below(of[0], applied(text)[0]) for text in alternatives(_TEXTS[name]))
    return not any(is_class(p) and is_below(of[0], applied(p)[0]) for p in parts)


_TEXTS = {"~AnyStr": "str|bytes"}
"""A type variable that stands for one of few classes, also where nothing says for which."""


_KEYED = frozenset(
    {"typing.Mapping", "_typeshed.SupportsKeysAndGetItem", "_typeshed.SupportsGetItem"}
)


def _is_argument(cls: str, index: int, base: str) -> bool:
    """Whether an argument of a generic class is what a base of it is about."""
    found = class_named(cls)
    if found is None or index >= len(found.entry.params):
        return False
    own = tuple(variable(each) for each in found.entry.params)
    told = argument_of(cls, own, base)
    about = 1 if len(told) == 2 and base in _KEYED else 0
    return len(told) > about and told[about] == own[index]


def _is_awaited(value: Value) -> bool:
    of = class_of(value)
    return (of is not None and of[0] == "typing.Coroutine") or value[0] == "coroutine"


def _is_handed_back(told: tuple[tuple[str, ...], str], signature: Signature, of: Known) -> bool:
    """Whether a callable is given back, or one that stands for it: it is not called yet."""
    is_spec = len(told[0]) == 1 and told[0][0][0] == "~"
    return of.name not in RUNS_ITS_ARGUMENT and is_spec and f"({told[0][0]}>" in signature.gives


def _is_for(signature: Signature, where: dict[str, str]) -> bool:
    """Whether a signature may be for a receiver."""
    itself = where.get(SELF, "")
    return not signature.of or is_open(itself) or UNKNOWN in itself or itself == signature.of


def _variables_left(part: str, where: dict[str, str]) -> bool:
    """Whether variables of the function itself are in a type."""
    return is_open(substituted(part, dict.fromkeys(where, UNKNOWN)))


def _closed(where: dict[str, str]) -> dict[str, str]:
    """What stands for variables, where no other variables are in that."""
    return {name: UNKNOWN if is_open(told) else told for name, told in where.items()}


def _told_as(dotted: str) -> str:
    return dotted if known(dotted) is not None else known_as(dotted)


@lru_cache(4096)
def runs_arguments(dotted: str) -> bool:
    """Whether a function of the standard library, or constructing a class, runs a callable that it
    is given."""
    told = _told_as(dotted)
    found = known(told) if takes_callables(told) else None
    return found is not None and is_run(found.name)
