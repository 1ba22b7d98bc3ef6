"""What calls give: results of functions, classes and the library calls that are understood.

A function's result is worked out once, with its own parameters left as PARAMETER values and its
receiver as an OWN instance; each call puts its own arguments and receiver in their place.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from ramify.analysis.inference.annotations import Annotations
from ramify.analysis.inference.constants import text_of
from ramify.analysis.inference.engine import SYMBOL, Found
from ramify.analysis.inference.known import (
    AWAITS_ITS_ARGUMENT,
    ENTERS_ITS_ARGUMENT,
    FACTORIES,
    IMPORTS_ITS_ARGUMENT,
    MADE_CALLS,
    SAME_ELEMENTS,
    SAME_VALUE,
)
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ALIAS,
    ARGUMENT,
    ATTRIBUTE,
    BOUND,
    BRANCH,
    CLASS,
    CONSTRUCTED,
    CONSTRUCTION,
    COROUTINE,
    DECLARED,
    DECORATOR,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    FUNCTION,
    GENERATOR,
    INSTANCE,
    LITERAL,
    MADE,
    METHOD_OF,
    MODULE,
    MOST_TARGETS,
    NOTHING,
    OWN,
    OWN_CLASS,
    PARAMETER,
    REST,
    RETURNED,
    SCOPE,
    SUPER,
    TYPED,
    Result,
    Value,
    merge,
    through,
    weaken,
)
from ramify_store.facts import (
    NONE,
    ArgumentHow,
    Op,
    ParamFact,
    ParamKind,
    SymbolFlag,
    SymbolKind,
)


class Arguments(Protocol):
    """What a call passes; positions do not count the receiver."""

    def positional(self, index: int) -> Result: ...

    def keyword(self, name: str) -> Result: ...


class NoArguments:
    def positional(self, index: int) -> Result:
        return NOTHING

    def keyword(self, name: str) -> Result:
        return NOTHING


class GivenArguments:
    """Positional values that are known already."""

    def __init__(self, values: Sequence[Result]) -> None:
        self._values = values

    def positional(self, index: int) -> Result:
        return self._values[index] if index < len(self._values) else NOTHING

    def keyword(self, name: str) -> Result:
        return NOTHING


NO_ARGUMENTS = NoArguments()


class Calling(Annotations):
    """Calls and their results."""

    def called_without_arguments(self, value: Value) -> Result:
        return self.result(value, NO_ARGUMENTS, None, NONE)

    def called(self, value: Value, unit: Unit, call: int) -> Result:
        return self.result(value, SiteArguments(self, unit, call), unit, call)

    def result(self, value: Value, given: Arguments, unit: Unit | None, call: int) -> Result:
        """What calling a value gives; `unit` and `call` say where, when it is a call site."""
        kind = value[0]
        if kind == FUNCTION:
            return self._returned_to(value[1], value[2], None, given)
        if kind == BOUND:
            return self._returned_to(value[1], value[2], value[3], given)
        if kind == CLASS:
            return self._constructed(value)
        if kind == INSTANCE:
            found: Result = {}
            for function in self.member_of_class(value, "__call__"):
                merge(found, self._returned_to(function[1], function[2], value, given))
            return found
        if kind == EXTERNAL:
            return self._library(value[1], given, unit, call)
        if kind == MADE and value[1].startswith("functools.partial"):
            return self._partial(value, given)
        if kind == TYPED:
            return self.typed_argument(value, "called")
        if kind == ALIAS:
            return self.meant_by(value)
        if kind == METHOD_OF:
            return self.container_method(value[1], value[2], given, unit, call)
        return NOTHING

    def _constructed(self, value: Value) -> Result:
        how = OWN if value[3] == OWN else CONSTRUCTED
        itself: Value = (INSTANCE, value[1], value[2], how)
        made: Result = {}
        for function in self.member_of_class(value, "__new__"):
            merge(made, self.outcome(function[1], function[2]))
        others = {v: m for v, m in made.items() if v[0] == INSTANCE and v[3] == CONSTRUCTED}
        if others and len(others) == len(made):
            return others  # `__new__` gives something else
        return {itself: CONSTRUCTION}

    def _returned_to(self, path: str, sym: int, receiver: Value | None, given: Arguments) -> Result:
        returned = self.returned(path, sym)
        found: Result = {}
        others: Result = {}  # what other call sites pass to a parameter that is handed back
        for value in returned:
            if value[0] == PARAMETER and value[1] == path and value[2] == sym:
                merge(found, self._passed(path, sym, value[3], receiver, given))
                if given is not NO_ARGUMENTS:
                    others.update(self.parameter(path, sym, value[3]))
            elif value[0] == _OF_PARAMETER and value[1] == path and value[2] == sym:
                merge(found, self._made_of(self._passed(path, sym, value[3], receiver, given)))
        for value, mark in returned.items():
            if value[0] not in (PARAMETER, _OF_PARAMETER) and value not in others:
                merge(found, {received(value, receiver): mark})
        return found

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

    def _made_of(self, passed: Result) -> Result:
        """Instances of the classes among the values."""
        return {
            (INSTANCE, *value[1:3], CONSTRUCTED if value[3] != OWN else OWN): RETURNED
            for value in passed
            if value[0] == CLASS
        }

    def returned(self, path: str, sym: int) -> Result:
        """What a function's call evaluates to, in terms of its own parameters."""

        def answer() -> Found:
            unit = self.unit(path)
            symbol = unit.symbols[sym]
            if symbol.flags & SymbolFlag.GENERATOR:
                return {(GENERATOR, path, sym, None): RETURNED}, NOTHING
            if symbol.flags & SymbolFlag.ASYNC:
                return {(COROUTINE, path, sym, None): RETURNED}, NOTHING
            return self.outcome(path, sym), NOTHING

        return self.ask(("returned", path, sym), answer)[0]

    def outcome(self, path: str, sym: int) -> Result:
        """What a function's body returns (of a coroutine: once awaited)."""

        def answer() -> Found:
            unit = self.unit(path)
            scope = unit.scopes[unit.symbols[sym].scope]
            found: Result = {}
            if scope.return_annotation != NONE:
                declared = self.annotated(unit, scope.return_annotation)
                if declared and not self.mentions_callable(unit, scope.return_annotation):
                    return declared, NOTHING
                merge(found, declared)
                merge(found, self._of_variable(unit, sym, scope.return_annotation))
            for e in scope.returns:
                merge(found, weaken(self.expression(unit, e)[0], RETURNED))
            if not found:
                found = self._overloaded(unit, sym)
            return (found if len(found) <= 3 * MOST_TARGETS else NOTHING), NOTHING

        return self.ask(("outcome", path, sym), answer)[0]

    def _of_variable(self, unit: Unit, sym: int, e: int) -> Result:
        """What a result declared as a type variable is, by the parameters declared with it."""
        variable = self._type_variable(unit, e)
        found: Result = {}
        if variable is None:
            return found
        for index, param in enumerate(unit.scopes[unit.symbols[sym].scope].params):
            declared = param.annotation
            if declared == NONE:
                continue
            if self._type_variable(unit, declared) == variable:
                found[PARAMETER, unit.path, sym, index] = RETURNED
            elif unit.ops[declared] == Op.SUBSCRIPT:
                of_class = self.generic_name(unit, declared) in ("type", "Type")
                if of_class and self._type_variable(unit, unit.b[declared]) == variable:
                    found[_OF_PARAMETER, unit.path, sym, index] = RETURNED
        return found

    def _type_variable(self, unit: Unit, e: int) -> Value | None:
        if unit.ops[e] not in (Op.NAME, Op.ATTR):
            return None
        values = self.expression(unit, e)[0]
        return next((value for value in values if value[0] == "type variable"), None)

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

    def yielded(self, path: str, sym: int) -> Result:
        """What iterating over a generator function's result gives."""

        def answer() -> Found:
            unit = self.unit(path)
            scope = unit.scopes[unit.symbols[sym].scope]
            found: Result = {}
            if scope.return_annotation != NONE:
                for value in self.annotated(unit, scope.return_annotation):
                    merge(found, self.elements(value))
                if found:
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
            return (found if len(found) <= 3 * MOST_TARGETS else NOTHING), NOTHING

        return self.ask(("yielded", path, sym), answer)[0]

    @abstractmethod
    def container_method(
        self, container: Value, name: str, given: Arguments, unit: Unit | None, call: int
    ) -> Result:
        """What a method of a container gives."""

    @abstractmethod
    def under(self, value: Value, key: str) -> Result:
        """What a mapping holds under a key that is a text."""

    @abstractmethod
    def entered(self, value: Value) -> Result:
        """What `with value as name` binds."""

    @abstractmethod
    def awaited(self, value: Value) -> Result:
        """What `await value` gives."""

    def _partial(self, value: Value, given: Arguments) -> Result:
        """What calling a partial gives; one of a partial is called without arguments."""
        found: Result = {}
        for function in self.infer_argument(value, 0):
            if function[0] == MADE:
                merge(found, self._nested_partial(function))
            else:
                together = PartialArguments(self, value, given)
                merge(found, self.result(function, together, None, NONE))
        return found

    def _nested_partial(self, value: Value) -> Result:
        def answer() -> Found:
            found: Result = {}
            for function in self.infer_argument(value, 0):
                merge(found, self.result(function, NO_ARGUMENTS, None, NONE))
            return found, NOTHING

        return self.ask(("partial", value[2], value[3]), answer)[0]

    def infer_argument(self, made: Value, position: int) -> Result:
        """Values of a positional argument of the call that made a MADE value."""
        unit = self.unit(made[2])
        arguments = [e for how, e in unit.arguments(made[3]) if how == ArgumentHow.POSITIONAL]
        if position >= len(arguments):
            return NOTHING
        return self.infer(unit, arguments[position])

    def default_of_field(self, made: Value) -> Result:
        unit = self.unit(made[2])
        found: Result = {}
        for how, e in unit.arguments(made[3]):
            name = unit.names[how] if how >= 0 else ""
            if name == "default" or (how == ArgumentHow.POSITIONAL and made[1] == "attr.ib"):
                merge(found, self.infer(unit, e))
        for factory in self.factories(made):
            merge(found, self.result(factory, NO_ARGUMENTS, None, NONE))
        return weaken(found, ATTRIBUTE)

    def factories(self, made: Value) -> Result:
        """The callables that make the first value of a declared field."""
        unit = self.unit(made[2])
        found: Result = {}
        for how, e in unit.arguments(made[3]):
            if how >= 0 and unit.names[how] in FACTORIES:
                merge(found, self.infer(unit, e))
        return found

    def _library(self, dotted: str, given: Arguments, unit: Unit | None, call: int) -> Result:
        if dotted in MADE_CALLS or dotted in SAME_ELEMENTS:
            return (
                {(MADE, dotted, unit.path, call): CONSTRUCTION} if unit and call >= 0 else NOTHING
            )
        if dotted in SAME_VALUE:
            return weaken(given.positional(0), RETURNED)
        last = dotted.rpartition(".")[2]
        if dotted in AWAITS_ITS_ARGUMENT:
            awaited: Result = {}
            for value in given.positional(0):
                merge(awaited, self.awaited(value))
            return weaken(awaited, RETURNED)
        if dotted in ENTERS_ITS_ARGUMENT:
            entered: Result = {}
            for value in given.positional(0):
                merge(entered, self.entered(value))
            return weaken(entered, RETURNED)
        if dotted in IMPORTS_ITS_ARGUMENT and unit is not None and unit.c[call]:
            text = text_of(self, unit, unit.arguments(call)[0][1])
            return self.module(text, unit.placed.root)[0] if text else NOTHING
        if dotted == "builtins.super" and unit is not None:
            return self._super(unit, call, given)
        if dotted == "builtins.type":
            return {(CLASS, *v[1:]): m for v, m in given.positional(0).items() if v[0] == INSTANCE}
        if dotted in ("builtins.next", "builtins.anext", "builtins.min", "builtins.max"):
            found: Result = {}
            for value in given.positional(0):
                merge(found, self.elements(value))
            return weaken(found, RETURNED)
        if dotted == "builtins.getattr" and unit is not None:
            return self._getattr(unit, call)
        if last == "cast" and unit is not None and unit.c[call]:
            return self.annotated(unit, unit.arguments(call)[0][1])
        if last == "TypeVar" and unit is not None:
            return {("type variable", unit.path, call): SCOPE}
        if last == "NewType" and unit is not None and unit.c[call] == 2:
            return {(ALIAS, unit.path, unit.arguments(call)[1][1]): SCOPE}
        if last in ("create_task", "ensure_future"):
            return {v: m for v, m in given.positional(0).items() if v[0] == COROUTINE}
        if last[:1].isupper() or dotted in _MAKES:
            return {(EXTERNAL_INSTANCE, dotted): CONSTRUCTION}
        return NOTHING

    def _getattr(self, unit: Unit, call: int) -> Result:
        arguments = [e for how, e in unit.arguments(call) if how == ArgumentHow.POSITIONAL]
        if len(arguments) < 2:
            return NOTHING
        found: Result = {}
        text = text_of(self, unit, arguments[1])
        if text is not None and text.isidentifier():
            for value, mark in self.expression(unit, arguments[0])[0].items():
                for reached, step in self.member(value, text)[0].items():
                    merge(found, {reached: through(mark, step)})
        if not found and len(arguments) > 2:
            return weaken(self.expression(unit, arguments[2])[0], BRANCH)
        return found

    def _super(self, unit: Unit, call: int, given: Arguments) -> Result:
        scope = unit.scope_of[call]
        while scope > 0 and unit.method_class(scope) == NONE:
            scope = unit.scopes[scope].parent
        if scope <= 0:
            return NOTHING
        cls = unit.method_class(scope)
        symbol = unit.symbols[unit.scopes[scope].symbol]
        kind = CLASS if symbol.flags & SymbolFlag.CLASS or symbol.name == "__new__" else INSTANCE
        receiver = (kind, unit.path, cls, OWN)
        for value in given.positional(0):
            if value[0] == CLASS:
                return {(SUPER, value[1], value[2], receiver): OWN_CLASS}
        return {(SUPER, unit.path, cls, receiver): OWN_CLASS}

    def definition(self, path: str, sym: int) -> Result:
        if path == self.asker:
            unit = self.unit(path)
            symbol = unit.symbols[sym]
            if not unit.scopes[symbol.scope].decorators:
                return {_itself(path, sym, symbol.kind): SCOPE}
        return self.ask(("definition", path, sym), lambda: (self._defined(path, sym), NOTHING))[0]

    def _defined(self, path: str, sym: int) -> Result:
        unit = self.unit(path)
        symbol = unit.symbols[sym]
        found: Result = {_itself(path, sym, symbol.kind): SCOPE}
        for e in reversed(unit.scopes[symbol.scope].decorators):
            found = self.decorated(unit, e, found)
            if any(v in _DISPATCHERS for v in self.expression(unit, e)[0]):
                merge(found, self._registered(unit, sym))
        return found

    def _registered(self, unit: Unit, sym: int) -> Result:
        """The implementations that the file registers with a `functools.singledispatch`."""
        found: Result = {}
        for other, symbol in enumerate(unit.symbols):
            for e in unit.scopes[symbol.scope].decorators if symbol.scope != NONE else ():
                register = unit.a[e] if unit.ops[e] == Op.CALL else e
                if unit.ops[register] == Op.ATTR and unit.names[unit.b[register]] == "register":
                    base = unit.a[register]
                    if (SYMBOL, unit.path, sym) in self.expression(unit, base)[1]:
                        found[FUNCTION, unit.path, other] = DECORATOR
        return found

    def decorated(self, unit: Unit, e: int, before: Result) -> Result:
        """What a name is bound to once a decorator has taken what it was before.

        What is decorated stays in sight unless something else certainly takes its place, without
        saying (`functools.wraps`) that it stands for it: then calls reach it by way of that.
        """
        found: Result = {}
        replaced = True
        for decorator in self.expression(unit, e)[0]:
            given: Result = {}
            if decorator[0] in (FUNCTION, BOUND, CLASS, INSTANCE, TYPED):
                given = self.result(decorator, GivenArguments([before]), unit, NONE)
            kept = {v: m for v, m in given.items() if v[0] in _DEFINED}
            replaced = replaced and bool(kept) and self._hands_on(decorator)
            replaced = replaced and not any(self._stands_for(value) for value in kept)
            for value in kept:
                found.setdefault(value, DECORATOR)
        for value, mark in before.items():
            if value in found or not (found and replaced):
                found[value] = mark
        return found

    def _stands_for(self, value: Value) -> bool:
        return value[0] == FUNCTION and self.is_decorated_with(value[1], value[2], WRAPPERS)

    def _hands_on(self, decorator: Value) -> bool:
        """Whether what a decorator is given can be followed from there: a decorator of many
        functions reaches all of them from its wrapper, which tells nothing."""
        if decorator[0] not in (FUNCTION, BOUND):
            return False
        params = (
            self.unit(decorator[1])
            .scopes[self.unit(decorator[1]).scope_of_symbol[decorator[2]]]
            .params
        )
        index = int(decorator[0] == BOUND)
        if index >= len(params):
            return False
        name = self.unit(decorator[1]).names[params[index].name]
        return len(self.reaching(decorator[1], decorator[2], name)) <= MOST_TARGETS

    def is_decorated_with(self, path: str, sym: int, names: frozenset[str]) -> bool:
        """Whether some decorator is one of these externals, called or not."""

        def answer() -> Found:
            unit = self.unit(path)
            for e in unit.scopes[unit.symbols[sym].scope].decorators:
                plain = unit.a[e] if unit.ops[e] == Op.CALL else e
                if any(v[0] == EXTERNAL and v[1] in names for v in self.expression(unit, plain)[0]):
                    return {("yes",): SCOPE}, NOTHING
            return NOTHING, NOTHING

        return bool(self.ask(("decorated", path, sym, names), answer)[0])

    def parameter(self, path: str, sym: int, index: int) -> Result:
        return self.ask(
            ("parameter", path, sym, index), lambda: (self._parameter(path, sym, index), NOTHING)
        )[0]

    def _parameter(self, path: str, sym: int, index: int) -> Result:
        unit = self.unit(path)
        symbol = unit.symbols[sym]
        param = unit.scopes[symbol.scope].params[index]
        if index == 0 and unit.is_bound_first(symbol):
            return self._receiver(unit, sym)
        if param.kind in (ParamKind.VAR_POSITIONAL, ParamKind.VAR_KEYWORD):
            return {(REST, path, sym, index): ARGUMENT}
        found: Result = {(PARAMETER, path, sym, index): ARGUMENT}
        if param.annotation != NONE:
            declared = self.annotated(unit, param.annotation)
            if declared and not self.mentions_callable(unit, param.annotation):
                return declared
            found.update(declared)
        if param.default != NONE:
            merge(found, _telling(weaken(self.expression(unit, param.default)[0], ARGUMENT)))
        merge(found, self.given_by_tests(unit, sym, unit.names[param.name]))
        merge(found, self.handed(path, sym, param))
        return found

    def _receiver(self, unit: Unit, sym: int) -> Result:
        symbol = unit.symbols[sym]
        kind = CLASS if symbol.flags & SymbolFlag.CLASS or symbol.name == "__new__" else INSTANCE
        return {(kind, unit.path, symbol.parent, OWN): OWN_CLASS}

    def handed(self, path: str, sym: int, param: ParamFact) -> Result:
        """What call sites anywhere hand to a parameter, as far as earlier rounds saw."""
        values = self.reaching(path, sym, self.unit(path).names[param.name])
        return dict.fromkeys(values, ARGUMENT) if len(values) <= MOST_TARGETS else NOTHING

    @abstractmethod
    def given_by_tests(self, unit: Unit, sym: int, name: str) -> Result:
        """What a test framework passes to a parameter of that name."""


class SiteArguments:
    """The arguments of a call site, inferred when asked for."""

    __slots__ = ("_call", "_engine", "_unit")

    def __init__(self, engine: Calling, unit: Unit, call: int) -> None:
        self._engine = engine
        self._unit = unit
        self._call = call

    def positional(self, index: int) -> Result:
        if self._call == NONE:
            return NOTHING
        at = 0
        for how, e in self._unit.arguments(self._call):
            if how == ArgumentHow.SPLAT:
                return self._splat(e)
            if how == ArgumentHow.POSITIONAL:
                if at == index:
                    return self._engine.infer(self._unit, e)
                at += 1
        return NOTHING

    def _splat(self, e: int) -> Result:
        found: Result = {}
        for value in self._engine.infer(self._unit, e):
            merge(found, self._engine.elements(value))
        return found

    def keyword(self, name: str) -> Result:
        if self._call == NONE:
            return NOTHING
        found: Result = {}
        for how, e in self._unit.arguments(self._call):
            if how >= 0 and self._unit.names[how] == name:
                return self._engine.infer(self._unit, e)
            if how == ArgumentHow.DOUBLE_SPLAT:
                for mapping in self._engine.infer(self._unit, e):
                    merge(found, self._engine.under(mapping, name))
        return found


class PartialArguments:
    """The arguments of a `functools.partial` and then those of its call."""

    def __init__(self, engine: Calling, made: Value, given: Arguments) -> None:
        self._engine = engine
        self._made = made
        self._given = given

    def positional(self, index: int) -> Result:
        unit = self._engine.unit(self._made[2])
        arguments = unit.arguments(self._made[3])
        bound = sum(how == ArgumentHow.POSITIONAL for how, _ in arguments) - 1
        if index < bound:
            return self._engine.infer_argument(self._made, index + 1)
        return self._given.positional(index - bound)

    def keyword(self, name: str) -> Result:
        unit = self._engine.unit(self._made[2])
        for how, e in unit.arguments(self._made[3]):
            if how >= 0 and unit.names[how] == name:
                return self._given.keyword(name) or self._engine.infer(unit, e)
        return self._given.keyword(name)


def _itself(path: str, sym: int, kind: SymbolKind) -> Value:
    return (CLASS, path, sym, DECLARED) if kind == SymbolKind.CLASS else (FUNCTION, path, sym)


def received(value: Value, receiver: Value | None) -> Value:
    """A value with the call's receiver in the place of the method's own."""
    if receiver is None:
        return value
    if value[0] in (GENERATOR, COROUTINE):
        return (value[0], value[1], value[2], value[3] or receiver)
    if value[0] in (INSTANCE, CLASS) and value[3] == OWN and receiver[0] in (INSTANCE, CLASS):
        return (value[0], *receiver[1:])
    return value


def _telling(result: Result) -> Result:
    """The values that are worth following: those of the workspace."""
    kinds = (FUNCTION, BOUND, CLASS, INSTANCE, LITERAL, MODULE, MADE)
    return {value: mark for value, mark in result.items() if value[0] in kinds}


_OF_PARAMETER = "of parameter"
"""(path, sym, index): an instance of the class that is passed."""

_DISPATCHERS = frozenset(
    {(EXTERNAL, "functools.singledispatch"), (EXTERNAL, "functools.singledispatchmethod")}
)
WRAPPERS = frozenset({"functools.wraps"})
_DEFINED = frozenset({FUNCTION, BOUND, CLASS, INSTANCE, MADE})
_ORDINALS = tuple(f"#{n}" for n in range(2, 10))


_MAKES = frozenset(
    {"builtins.str", "builtins.int", "builtins.bytes", "builtins.float", "builtins.bool",
     "builtins.open", "builtins.range", "builtins.object", "collections.namedtuple"}
)  # fmt: skip
