"""pytest: the parameter of a test or fixture is what the fixture of that name gives.

A name is looked for where pytest looks: the test's class, its module, then each `conftest.py` from
the test's directory up.
"""

from __future__ import annotations

from collections.abc import Iterator

from ramify.analysis.inference.arguments import Arguments
from ramify.analysis.inference.constants import text_of
from ramify.analysis.inference.containers import Containers
from ramify.analysis.inference.engine import Found
from ramify.analysis.inference.known import AROUND_FUNCTIONS, AROUND_METHODS, AROUND_MODULES
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    CLASS,
    DECLARED,
    FIXTURE,
    FUNCTION,
    INSTANCE,
    MADE,
    MEMBER,
    METHOD_OF,
    MOST_TARGETS,
    NOTHING,
    PROTOCOL,
    Result,
    Value,
    merge,
    weaken,
)
from ramify_store.facts import NONE, ArgumentHow, Op, SymbolFlag, SymbolKind

REQUEST = "request"
"""(path, sym): what pytest passes to a parameter of that name, of the function `sym`."""

FIXTURE_DECORATORS = frozenset({"pytest.fixture", "pytest_asyncio.fixture", "pytest.yield_fixture"})


class Fixtures(Containers):
    """Test fixtures."""

    def given_by_tests(self, unit: Unit, sym: int, name: str) -> Result:
        """What pytest passes to a parameter: its parametrization's values, or its fixture's."""
        if name == "request" and self._takes_fixtures(unit, sym):
            return {(REQUEST, unit.path, sym): FIXTURE}
        found = self._parametrized(unit, sym, name)
        for fixture in self.fixtures_named(unit, sym, name):
            merge(found, self.fixture_value(fixture[1], fixture[2]))
        return weaken(found, FIXTURE)

    def _parametrized(self, unit: Unit, sym: int, name: str) -> Result:
        found: Result = {}
        for names, listed in self.parametrizations(unit, sym):
            if name in names:
                merge(found, self._parameter_values(unit, names, listed, name))
        return found

    def parametrizations(self, unit: Unit, sym: int) -> Iterator[tuple[list[str], int]]:
        """What a test and its class are parametrized with: names, and the expression that lists
        their values."""
        symbol = unit.symbols[sym]
        scopes = [symbol.scope]
        if symbol.parent > 0 and unit.symbols[symbol.parent].kind == SymbolKind.CLASS:
            scopes.append(unit.symbols[symbol.parent].scope)
        for scope in scopes:
            for e in unit.scopes[scope].decorators:
                callee = unit.a[e] if unit.ops[e] == Op.CALL else NONE
                if callee == NONE or unit.ops[callee] != Op.ATTR:
                    continue
                if unit.names[unit.b[callee]] == "parametrize":
                    given = [x for how, x in unit.arguments(e) if how == ArgumentHow.POSITIONAL]
                    if len(given) > 1:
                        yield self._parameter_names(unit, given[0]), given[1]

    def _parameter_values(self, unit: Unit, names: list[str], listed: int, name: str) -> Result:
        """Values that one `parametrize` gives to a name."""
        found: Result = {}
        for values in self.expression(unit, listed)[0]:
            for value in self.elements(values):
                if value[:2] == (MADE, "pytest.param"):
                    merge(found, self.infer_argument(value, names.index(name)))
                elif len(names) == 1:
                    merge(found, {value: FIXTURE})
                else:
                    merge(found, self.at_position(value, names.index(name)))
        return weaken(found, FIXTURE) if len(found) <= 4 * MOST_TARGETS else NOTHING

    def _parameter_names(self, unit: Unit, e: int) -> list[str]:
        if unit.ops[e] in (Op.TUPLE, Op.LIST):
            return [unit.text_of_const(element) or "" for element in unit.elements(e)]
        return [part.strip() for part in (unit.text_of_const(e) or "").split(",")]

    def fixtures_named(self, unit: Unit, sym: int, name: str) -> Result:
        """The fixture functions that a test or fixture's parameter of a name takes: the nearest
        definition, and where classes below inherit the test, theirs."""
        if not self._takes_fixtures(unit, sym) or name in ("self", "cls", "request"):
            return NOTHING
        parent = unit.symbols[sym].parent
        if parent == NONE or unit.symbols[parent].kind != SymbolKind.CLASS:
            return self._fixtures_around_named(unit, sym, name)
        nearest = self._fixtures_above(unit, sym, name)
        nearest = nearest or self._fixtures_around_named(unit, sym, name)
        found = dict(nearest)
        for below in self.classes_below(unit.path, parent):
            merge(found, self._fixtures_in(self.own(below[1], below[2], name)[0]))
        return found if len(found) <= MOST_TARGETS else nearest

    def _fixtures_above(self, unit: Unit, sym: int, name: str) -> Result:
        for value in self.mro(unit.path, unit.symbols[sym].parent):
            if value[0] == CLASS:
                found = self._fixtures_in(self.own(value[1], value[2], name)[0])
                if found and (FUNCTION, unit.path, sym) not in found:
                    return found
        return NOTHING

    def _fixtures_around_named(self, unit: Unit, sym: int, name: str) -> Result:
        for path in self._places(unit):
            found = self.fixture_in_module(path, name)
            if found and (FUNCTION, unit.path, sym) not in found:
                return found
        return NOTHING

    def fixtures_around(self, unit: Unit, sym: int) -> Result:
        """Fixtures that run for a test of the asker's without being a parameter of it."""
        if not is_test(unit, sym):
            return NOTHING
        parent = unit.symbols[sym].parent
        found = self.recalled(("around", parent), lambda: self._automatic_around(unit, parent))
        scopes = [unit.symbols[sym].scope]
        if unit.symbols[parent].kind == SymbolKind.CLASS:
            scopes.append(unit.symbols[parent].scope)
        marks = [e for scope in scopes for e in unit.scopes[scope].decorators]
        used = [n for e in (*marks, *_module_marks(unit)) for n in _used_fixtures(unit, e)]
        if used:
            found = dict(found)
            for name in used:
                merge(found, self.fixtures_named(unit, sym, name))
        return found

    def _automatic_around(self, unit: Unit, parent: int) -> Result:
        """Fixtures that run for every test in a class, or in a module."""
        found: Result = {}
        for path in self._places(unit):
            merge(found, self.automatic(path, 0))
        if unit.symbols[parent].kind == SymbolKind.CLASS:
            for value in self.mro(unit.path, parent):
                if value[0] == CLASS:
                    merge(found, self.automatic(value[1], value[2]))
        return found

    def automatic(self, path: str, parent: int) -> Result:
        """The fixtures of a module, or of a class in it, that run for every test there."""

        def answer() -> Found:
            unit = self.unit(path)
            found: Result = {}
            for sym, symbol in enumerate(unit.symbols):
                if symbol.parent != parent or symbol.scope == NONE:
                    continue
                for e in unit.scopes[symbol.scope].decorators:
                    if unit.ops[e] == Op.CALL and _keyword_text(unit, e, "autouse") == "True":
                        merge(found, self._fixtures_in({(FUNCTION, path, sym): FIXTURE}))
            return found, NOTHING

        return self.ask(("automatic", path, parent), answer)[0]

    def set_up(self, unit: Unit, sym: int) -> Result:
        """Functions that a test framework runs, by their names, before and after a test of the
        asker's."""
        if not is_test(unit, sym):
            return NOTHING
        parent = unit.symbols[sym].parent
        return self.recalled(("set up", parent), lambda: self._set_up(unit, parent))

    def _set_up(self, unit: Unit, parent: int) -> Result:
        found: Result = {}
        in_class = unit.symbols[parent].kind == SymbolKind.CLASS
        for name in AROUND_METHODS if in_class else ():
            for function in self.member_of_class((INSTANCE, unit.path, parent, DECLARED), name):
                found[function] = PROTOCOL
        for name in AROUND_MODULES if in_class else (*AROUND_MODULES, *AROUND_FUNCTIONS):
            for function in self.global_name(unit.path, name)[0]:
                if function[0] == FUNCTION:
                    found[function] = PROTOCOL
        return found

    def worked_out_member(self, value: Value, name: str) -> Found:
        if value[0] == REQUEST and name == "param":
            return self._fixture_params(value), NOTHING
        if value[0] == REQUEST:
            return {(METHOD_OF, value, name): MEMBER}, NOTHING
        return super().worked_out_member(value, name)

    def container_method(
        self, container: Value, name: str, given: Arguments, unit: Unit | None, call: int
    ) -> Result:
        if container[0] != REQUEST:
            return super().container_method(container, name, given, unit, call)
        found: Result = {}
        for fixture in self.requested(container, name, unit, call):
            merge(found, self.fixture_value(fixture[1], fixture[2]))
        return weaken(found, FIXTURE)

    def requested(self, request: Value, name: str, unit: Unit | None, call: int) -> Result:
        """The fixtures that `request.getfixturevalue("name")` asks for."""
        if name != "getfixturevalue" or unit is None or call == NONE or not unit.c[call]:
            return NOTHING
        text = text_of(self, unit, unit.arguments(call)[0][1])
        owner = self.unit(request[1])
        return self.fixtures_named(owner, request[2], text) if text is not None else NOTHING

    def _fixture_params(self, request: Value) -> Result:
        """What `@pytest.fixture(params=...)` lists."""
        unit = self.unit(request[1])
        found: Result = {}
        for argument in self.listed_params(unit, request[2]):
            for values in self.infer(unit, argument):
                merge(found, self.elements(values))
        return weaken(found, FIXTURE)

    def listed_params(self, unit: Unit, sym: int) -> Iterator[int]:
        """The expressions that list what a fixture is made with."""
        for e in unit.scopes[unit.scope_of_symbol[sym]].decorators:
            for how, argument in unit.arguments(e) if unit.ops[e] == Op.CALL else ():
                if how >= 0 and unit.names[how] == "params":
                    yield argument

    def _takes_fixtures(self, unit: Unit, sym: int) -> bool:
        symbol = unit.symbols[sym]
        if symbol.kind not in (SymbolKind.FUNCTION, SymbolKind.METHOD):
            return False
        if is_test(unit, sym):
            return True
        scope = unit.scopes[symbol.scope]
        return bool(scope.decorators) and self.is_decorated_with(unit.path, sym, FIXTURE_DECORATORS)

    def _places(self, unit: Unit) -> list[str]:
        """The module itself, then the conftest files above it, nearest first."""
        places = [unit.path]
        directory = unit.path
        while directory:
            directory = directory.rpartition("/")[0]
            path = f"{directory}/conftest.py" if directory else "conftest.py"
            self.record(("file", "", path))
            if path != unit.path and self.units[path] is not None:
                places.append(path)
        return places

    def fixture_in_module(self, path: str, name: str) -> Result:
        """The fixture of a name that a module defines or imports."""

        def answer() -> Found:
            found = self._fixtures_in(self.global_name(path, name)[0])
            return (found or self._renamed(path, name)), NOTHING

        return self.ask(("fixture", path, name), answer)[0]

    def _fixtures_in(self, values: Result) -> Result:
        return {
            value: mark
            for value, mark in values.items()
            if value[0] == FUNCTION
            and self.is_decorated_with(value[1], value[2], FIXTURE_DECORATORS)
        }

    def _renamed(self, path: str, name: str) -> Result:
        """A fixture given its name by `@pytest.fixture(name="...")`."""
        unit = self.unit(path)
        if name not in unit.name_index:
            return NOTHING
        for sym, symbol in enumerate(unit.symbols):
            if symbol.kind != SymbolKind.FUNCTION or symbol.parent != 0:
                continue
            for e in unit.scopes[symbol.scope].decorators:
                if unit.ops[e] == Op.CALL and _keyword_text(unit, e, "name") == name:
                    return self._fixtures_in({(FUNCTION, path, sym): FIXTURE})
        return NOTHING

    def raised(self, value: Value) -> Result:
        return {
            (INSTANCE, cls[1], cls[2], DECLARED): FIXTURE
            for cls in self.infer_argument(value, 0)
            if cls[0] == CLASS
        }

    def fixture_value(self, path: str, sym: int) -> Result:
        if self.unit(path).symbols[sym].flags & SymbolFlag.GENERATOR:
            return self.yielded(path, sym)
        return self.outcome(path, sym)


def is_test(unit: Unit, sym: int) -> bool:
    """Whether a function is a test by its name and its file's."""
    symbol = unit.symbols[sym]
    named = symbol.name.startswith("test") and unit.placed.is_test
    return named and symbol.kind in (SymbolKind.FUNCTION, SymbolKind.METHOD)


def _module_marks(unit: Unit) -> list[int]:
    """What `pytestmark = ...` puts on every test of a module."""
    index = unit.name_index.get("pytestmark")
    found: list[int] = []
    for binding in unit.bound[0].get(index, ()) if index is not None else ():
        value = unit.bindings[binding].value
        if value != NONE:
            listed = unit.ops[value] in (Op.LIST, Op.TUPLE)
            found += unit.elements(value) if listed else [value]
    return found


def _used_fixtures(unit: Unit, e: int) -> list[str]:
    """The names in `pytest.mark.usefixtures("a", "b")`."""
    callee = unit.a[e] if unit.ops[e] == Op.CALL else NONE
    if callee == NONE or unit.ops[callee] != Op.ATTR:
        return []
    if unit.names[unit.b[callee]] != "usefixtures":
        return []
    return [unit.text_of_const(argument) or "" for _, argument in unit.arguments(e)]


def _keyword_text(unit: Unit, call: int, keyword: str) -> str | None:
    for how, e in unit.arguments(call):
        if how >= 0 and how != ArgumentHow.POSITIONAL and unit.names[how] == keyword:
            return unit.text_of_const(e)
    return None
