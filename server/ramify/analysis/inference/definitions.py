"""What the name of a function or class is bound to, and what its parameters may be."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Set

from ramify.analysis.inference.arguments import NO_ARGUMENTS, Arguments, GivenArguments
from ramify.analysis.inference.engine import SYMBOL, Found
from ramify.analysis.inference.known import INJECTS
from ramify.analysis.inference.stubs import Stubs
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ARGUMENT,
    AROUND,
    BOUND,
    CLASS,
    DECLARED,
    DECORATOR,
    EXTERNAL,
    FUNCTION,
    GENERATOR,
    INSTANCE,
    LITERAL,
    MADE,
    MOST_TARGETS,
    NOTHING,
    OR_BELOW,
    OWN,
    OWN_CLASS,
    PARAMETER,
    REST,
    SCOPE,
    SUBCLASS,
    TYPED,
    Result,
    Value,
    merge,
    telling,
    weaken,
)
from ramify_store.facts import NONE, Op, ParamFact, ParamKind, ScopeKind, SymbolFlag, SymbolKind

WRAPPERS = frozenset({"functools.wraps"})
_DISPATCHERS = frozenset(
    {(EXTERNAL, "functools.singledispatch"), (EXTERNAL, "functools.singledispatchmethod")}
)
_CONTEXT = (EXTERNAL, "contextlib.ContextDecorator")
_STARRED = frozenset({ParamKind.VAR_POSITIONAL, ParamKind.VAR_KEYWORD})
_WITH_FILE = frozenset({FUNCTION, BOUND, CLASS, INSTANCE, LITERAL, MADE, GENERATOR})
_TABLES = frozenset({LITERAL, MADE})
_DEFINED = frozenset({FUNCTION, BOUND, CLASS, INSTANCE, MADE})
_CLASS = int(SymbolFlag.CLASS)


class Definitions(Stubs):
    """Decorated definitions and their parameters."""

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
        takers: list[tuple[Value, Result]] = []
        for decorator in self._applicable(self.expression(unit, e)[0]):
            given: Result = {}
            if decorator[0] in (FUNCTION, BOUND, CLASS, INSTANCE, TYPED):
                given = self.result(decorator, GivenArguments([before]), unit, NONE)
            kept = {v: m for v, m in given.items() if v[0] in _DEFINED}
            takers.append((decorator, kept))
            for value in (*kept, *self._run_around(decorator)):
                found.setdefault(value, DECORATOR)
        out_of_sight = not found.keys() >= before.keys()
        if found and out_of_sight and all(self._takes_place(*taker) for taker in takers):
            before = {value: mark for value, mark in before.items() if value in found}
        return {**found, **before}

    def _takes_place(self, decorator: Value, given: Result) -> bool:
        """Whether what a decorator gives certainly hides what it has taken."""
        if not given or any(self._stands_for(value) for value in given):
            return False
        return self.hands_on(decorator)

    def _run_around(self, decorator: Value) -> Iterator[Value]:
        """What a context manager that is used as a decorator runs around each call."""
        if decorator[0] == GENERATOR:
            yield AROUND, decorator[1], decorator[2]
        elif decorator[0] == INSTANCE and _CONTEXT in self.mro(decorator[1], decorator[2]):
            for name in ("__enter__", "__exit__"):
                for function in self.member_of_class(decorator, name):
                    yield AROUND, function[1], function[2]

    def _applicable(self, decorators: Result) -> Iterable[Value]:
        """Of the values that a decorator may have, those that take what is decorated; all of them
        if none does."""
        if len(decorators) < 2:
            return decorators
        return [value for value in decorators if self._takes_one(value)] or decorators

    def _takes_one(self, value: Value) -> bool:
        if value[0] not in (FUNCTION, BOUND):
            return True
        unit = self.unit(value[1])
        params = unit.scopes[unit.scope_of_symbol[value[2]]].params
        position = int(value[0] == BOUND)
        return any(p.kind == ParamKind.VAR_POSITIONAL for p in params) or (
            position < len(params)
            and params[position].kind
            in (ParamKind.POSITIONAL_ONLY, ParamKind.POSITIONAL_OR_KEYWORD)
        )

    def _stands_for(self, value: Value) -> bool:
        return value[0] == FUNCTION and self.is_decorated_with(value[1], value[2], WRAPPERS)

    def hands_on(self, decorator: Value) -> bool:
        """Whether what a decorator is given can be followed from there: a decorator of many
        functions reaches all of them from its wrapper, which tells nothing."""
        if decorator[0] in (CLASS, INSTANCE):
            made = (INSTANCE, *decorator[1:])
            name = "__init__" if decorator[0] == CLASS else "__call__"
            functions = self.member_of_class(decorator, name)
            takers = [(BOUND, value[1], value[2], made) for value in functions]
            return bool(takers) and all(self.hands_on(each) for each in takers)
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
        return 0 < len(self.few_reaching(decorator[1], decorator[2], name)) <= MOST_TARGETS

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
        if index == 0 and unit.is_bound_first(symbol) and sym not in _decorating(unit):
            return self._receiver(unit, sym)
        if param.kind in _STARRED:
            return {(REST, path, sym, index): ARGUMENT}
        found: Result = {(PARAMETER, path, sym, index): ARGUMENT}
        if param.annotation != NONE:
            declared = self.annotated(unit, param.annotation)
            if declared and not self.leaves_open(unit, param.annotation):
                return declared
            found.update(declared)
        else:
            merge(found, self.declared_parameter(unit, sym, unit.names[param.name]))
        if param.default != NONE:
            merge(found, self._injected_value(unit, param.default))
            default = telling(weaken(self.expression(unit, param.default)[0], ARGUMENT))
            merge(found, {_or_below(value): mark for value, mark in default.items()})
        name = unit.names[param.name]
        given = self.given_by_tests(unit, sym, name)
        merge(found, given or self.known_by_name(unit, sym, name))
        merge(found, self.handed(path, sym, param))
        return found

    def injected(self, unit: Unit, e: int) -> Result:
        """The callables whose result a framework passes where an expression says so."""
        if unit.ops[e] != Op.CALL or not unit.c[e]:
            return NOTHING
        callee = self.infer(unit, unit.a[e])
        if not any(value[0] == EXTERNAL and value[1] in INJECTS for value in callee):
            return NOTHING
        return self.infer(unit, unit.arguments(e)[0][1])

    def _injected_value(self, unit: Unit, e: int) -> Result:
        found: Result = {}
        for value in self.injected(unit, e):
            if value[0] == FUNCTION:
                merge(found, self.fixture_value(value[1], value[2]))
            else:
                merge(found, self.result(value, NO_ARGUMENTS, None, NONE))
        return weaken(found, ARGUMENT)

    def _receiver(self, unit: Unit, sym: int) -> Result:
        symbol = unit.symbols[sym]
        if symbol.name == "__init_subclass__":  # runs for the classes below alone
            below = self.classes_below(unit.path, symbol.parent)
            if 0 < len(below) <= MOST_TARGETS:
                return {(CLASS, *cls[1:3], OWN): SUBCLASS for cls in below}
        kind = CLASS if int(symbol.flags) & _CLASS or symbol.name == "__new__" else INSTANCE
        return {(kind, unit.path, symbol.parent, OWN): OWN_CLASS}

    def handed(self, path: str, sym: int, param: ParamFact) -> Result:
        """What call sites anywhere hand to a parameter, as far as earlier rounds saw."""
        name = self.unit(path).names[param.name]
        values = self.few_reaching(path, sym, name)
        for _, other, caller, index in self.handed_on(path, sym, name):
            further = self._handed_to(other, caller, index)
            values = dict.fromkeys((*values, *further))
        if len(values) > MOST_TARGETS and any(self._is_decorated(value) for value in values):
            return NOTHING  # a decorator of many: that its wrapper may run any of them says nothing
        handed = dict.fromkeys(values, ARGUMENT)
        found = self.few(handed)
        if found or not handed or self.unit(path).placed.is_test:
            return found
        kept = {v: m for v, m in handed.items() if not self._is_of_test(v)}
        return self.few(kept) if all(value[0] in _TABLES for value in kept) else NOTHING

    def _is_of_test(self, value: Value) -> bool:
        """Whether a value is made or defined in a test: of a crowd of tables that is the part
        which stands for another."""
        path = value[2] if value[0] == MADE else value[1]
        unit = self.units[path] if value[0] in _WITH_FILE else None
        return unit is not None and unit.placed.is_test

    def _handed_to(self, path: str, sym: int, index: int) -> Result:
        """The same of a parameter by its place."""
        unit = self.unit(path)
        scope = unit.scopes[unit.symbols[sym].scope]
        if index >= len(scope.params) or scope.params[index].kind in _STARRED:
            return NOTHING
        return self.ask(
            ("handed", path, sym, index),
            lambda: (self.handed(path, sym, scope.params[index]), NOTHING),
        )[0]

    def _is_decorated(self, value: Value) -> bool:
        return value[0] == FUNCTION and self.has_decorators(value[1], value[2])

    def has_decorators(self, path: str, sym: int) -> bool:
        """Whether a definition has any. What they make of it may depend on who asks this."""

        def answer() -> Found:
            unit = self.unit(path)
            decorators = unit.scopes[unit.symbols[sym].scope].decorators
            return ({("yes",): SCOPE} if decorators else NOTHING), NOTHING

        return bool(self.ask(("has decorators", path, sym), answer)[0])

    @abstractmethod
    def given_by_tests(self, unit: Unit, sym: int, name: str) -> Result:
        """What a test framework passes to a parameter of that name."""

    @abstractmethod
    def known_by_name(self, unit: Unit, sym: int, name: str) -> Result:
        """What a parameter of that name always is, where a framework's conventions hold."""

    @abstractmethod
    def fixture_value(self, path: str, sym: int) -> Result:
        """What a framework passes that runs a function for it: what it gives, awaits or yields."""

    @abstractmethod
    def result(self, value: Value, given: Arguments, unit: Unit | None, call: int) -> Result:
        """What calling a value gives."""


def _decorating(unit: Unit) -> Set[int]:
    """Functions that decorate others in the class body that they stand in: there they are bound to
    nothing, and take what they decorate."""
    found: set[int] | None = unit.__dict__.get("decorating")
    if found is None:
        found = unit.__dict__["decorating"] = set()
        for scope in unit.scopes:
            for e in scope.decorators:
                named = unit.a[e] if unit.ops[e] == Op.CALL else e
                around = unit.scopes[unit.scope_of[named]]
                if unit.ops[named] == Op.NAME and around.kind == ScopeKind.CLASS:
                    members = unit.members.get(around.symbol, {})
                    found.update(members.get(unit.names[unit.a[named]], ()))
    return found


def _itself(path: str, sym: int, kind: SymbolKind) -> Value:
    return (CLASS, path, sym, DECLARED) if kind == SymbolKind.CLASS else (FUNCTION, path, sym)


def _or_below(value: Value) -> Value:
    """A default that is a class is there so that a caller may give one below it."""
    return (*value[:3], OR_BELOW) if value[0] == CLASS else value
