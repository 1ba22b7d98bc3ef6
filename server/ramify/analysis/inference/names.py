"""What a name means: lexical scopes, the bindings that reach a use, imports, module attributes.

The rules are those of the language reference, section 4.2 (naming and binding). A name bound in
the same scope as its use means the bindings that can reach it; from another scope it means what
is bound at that scope's end.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, TypeAlias

from ramify.analysis.inference.branches import is_after_loop, reaching
from ramify.analysis.inference.engine import (
    EXTERNAL_REF,
    LOCAL,
    MODULE_REF,
    SYMBOL,
    UNKNOWN,
    Engine,
    Found,
)
from ramify.analysis.inference.known import NOT_BOUND, OF_EVERY_MODULE
from ramify.analysis.inference.narrowing import may_be_tested, tests_of
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    BRANCH,
    CLASS,
    DECLARED,
    EXACT_FROM,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    FUNCTION,
    IMPORT,
    INSTANCE,
    LITERAL,
    MADE,
    MODULE,
    MOST_TARGETS,
    NAMESPACE,
    NARROWED,
    NOTHING,
    REST,
    SCOPE,
    TYPED,
    Result,
    Value,
    merge,
    weaken,
)
from ramify.languages.python.library import names_of
from ramify_store.facts import NONE, BindingKind, Op, ScopeKind

_NONE = (EXTERNAL_INSTANCE, "builtins.NoneType")
_CONTAINERS = frozenset({LITERAL, TYPED, MADE, REST})
_WITH_SYMBOLS = frozenset({ScopeKind.MODULE, ScopeKind.CLASS})
_OF_OTHERS = frozenset({BindingKind.DEFINITION, BindingKind.IMPORT})
# Read for every expression: a member of an enum takes Python 3.11 six times as long.
_DEFINITION: Final = BindingKind.DEFINITION
_IMPORT: Final = BindingKind.IMPORT
_PARAMETER: Final = BindingKind.PARAMETER
_DELETE: Final = BindingKind.DELETE
_CLASS_SCOPE: Final = ScopeKind.CLASS
_COMPREHENSION_SCOPE: Final = ScopeKind.COMPREHENSION


class Names(Engine):
    """Names and modules."""

    def name(self, unit: Unit, e: int) -> Found:
        """What a NAME expression is."""
        scope, name = unit.scope_of[e], unit.a[e]
        only = _holder(unit, scope, name)[3]
        found: Found | None = None
        if only != NONE:
            found = self.known_binding(unit, only) or self.binding(unit, only)
        if found is None or len(found[0]) > 1:
            found = self._looked_up(unit, scope, name, e)
        if not may_be_tested(unit, e):
            return found
        narrowed = self.narrowed(unit, e, found[0])
        return found if narrowed is found[0] else (narrowed, found[1])

    def _looked_up(self, unit: Unit, scope: int, name: int, e: int) -> Found:
        owner, frame, bindings, _ = _holder(unit, scope, name)
        in_class = bindings and owner == scope and unit.scopes[owner].kind == _CLASS_SCOPE
        if in_class and bindings and unit.bindings[bindings[0]].target >= e:
            around = unit.scopes[scope].parent  # until it is bound, the name is an outer one
            owner, frame, bindings = _sought(unit, scope, name, around, False)
        if bindings:
            return self.reached(unit, owner, bindings, e if frame else NONE)
        text = unit.names[name]
        if unit.type_parameters and unit.name_index[text] != name:
            return self._type_parameter_named(unit, name)
        found = self.global_name(unit.path, text)
        if owner == NONE or found[0] or found[1]:
            return found
        return _builtin(text)

    def _type_parameter_named(self, unit: Unit, name: int) -> Found:
        """A type parameter of a class or function around: it is bound under a name of its own."""
        bindings = unit.bound[0].get(name)
        return self.binding(unit, bindings[-1]) if bindings else UNKNOWN

    def reached(self, unit: Unit, owner: int, bindings: Sequence[int], use: int) -> Found:
        """What the bindings that reach a use give; `use` is NONE for the end of the scope."""
        if len(bindings) == 1:
            found = self.binding(unit, bindings[0])
            if len(found[0]) > 1 and is_after_loop(unit, bindings[0], use):
                return self._left_by_loop(unit, bindings[0]) or found[0], found[1]
            return found
        chosen = reaching(unit, owner, bindings, use)
        values: Result = {}
        refs: Result = {}
        for index in chosen:
            value, ref = self.binding(unit, index)
            if len(value) > 1 and is_after_loop(unit, index, use):
                value = self._left_by_loop(unit, index) or value
            if not value and unit.bindings[index].kind == BindingKind.ASSIGN:
                value = self._declared(unit, owner, bindings)
            if len(chosen) == 1:
                return value, ref
            merge(values, value)
            merge(refs, ref)
        return (weaken(values, BRANCH) if len(values) > 1 else values), refs

    def _left_by_loop(self, unit: Unit, index: int) -> Result:
        """What a loop that ran to its end has left in its target: the last element, where it goes
        over a display; nothing where that is not known."""
        found: Result = {}
        for value in self.expression(unit, unit.a[unit.bindings[index].value])[0]:
            if self.may_grow(value) or self.length(value) is None:
                return NOTHING
            merge(found, self.at_position(value, -1))
        return found

    def may_grow(self, value: Value) -> bool:
        """Whether something is added to displays near one. To which is not asked: who asks is
        asked about the same names, and no question of that kind may run in a circle."""
        raise NotImplementedError

    def length(self, value: Value) -> int | None:
        """How many elements a tuple or list display has, if that is plain."""
        raise NotImplementedError

    def at_position(self, value: Value, position: int) -> Result:
        """What unpacking a value gives at a position (negative: from the end)."""
        raise NotImplementedError

    def _declared(self, unit: Unit, owner: int, bindings: Sequence[int]) -> Result:
        """What a name is said to be by declarations without a value, wherever they stand."""
        table: dict[tuple[int, int], list[int]] = unit.__dict__.setdefault("declarations", {})
        key = (owner, unit.a[unit.bindings[bindings[0]].target])
        if key not in table:
            table[key] = [b for b in bindings if unit.bindings[b].kind == BindingKind.ANNOTATION]
        found: Result = {}
        for index in table[key]:
            merge(found, self.binding(unit, index)[0])
        return found

    def binding(self, unit: Unit, index: int) -> Found:
        return self.bound(unit, index, lambda: self._bound(unit, index))

    def _bound(self, unit: Unit, index: int) -> Found:
        binding = unit.bindings[index]
        kind = binding.kind
        if kind == _DEFINITION:
            ref = (SYMBOL, unit.path, binding.symbol)
            return self.definition(unit.path, binding.symbol), {ref: SCOPE}
        if kind == _IMPORT:
            return self.expression(unit, binding.value)
        refs = self._variable(unit, index)
        if kind == _PARAMETER:
            scope = unit.scopes[binding.scope]
            for position, param in enumerate(scope.params):
                if param.binding == index:
                    return self.parameter(unit.path, scope.symbol, position), refs
            return NOTHING, refs
        if kind == _DELETE:
            return NOTHING, refs
        return self.assigned(unit, index), refs

    def _variable(self, unit: Unit, index: int) -> Result:
        symbol = unit.symbol_of_binding.get(index)
        if symbol is not None:
            return {(SYMBOL, unit.path, symbol): SCOPE}
        return {(LOCAL, unit.path, index): SCOPE}

    def assigned(self, unit: Unit, index: int) -> Result:
        """What an assignment puts into its target; a declared type says it first."""
        binding = unit.bindings[index]
        if binding.annotation == NONE:
            return self.expression(unit, binding.value)[0] if binding.value != NONE else NOTHING
        declared = self.annotated(unit, binding.annotation)
        if binding.value == NONE or (declared and not self.leaves_open(unit, binding.annotation)):
            return declared
        values = dict(declared)
        merge(values, self.expression(unit, binding.value)[0])
        return values

    def leaves_open(self, unit: Unit, e: int) -> bool:
        """Whether an annotation says too little of what it stands for to count alone."""
        raise NotImplementedError

    def global_name(self, path: str, name: str) -> Found:
        """What the name is in a module once it has run; UNKNOWN when nothing binds it there."""
        return self.ask(("global", path, name), lambda: self._global(path, name))

    def _global(self, path: str, name: str) -> Found:
        unit = self.unit(path)
        index = unit.name_index.get(name)
        bindings = unit.bound[0].get(index) if index is not None else None
        if bindings:
            found = self.reached(unit, 0, bindings, NONE)
            if found[0] and all(v == _NONE for v in found[0]):
                return {**found[0], **self.filled((MODULE, path, 0), name)}, found[1]
            return found
        for star in reversed(unit.star_imports.get(0, [])):
            found = self._through_star(unit, star, name)
            if found[0] or found[1]:
                return found
        return UNKNOWN

    def filled(self, holder: Value, name: str) -> Result:
        """What other places put into an attribute that its holder leaves open."""
        raise NotImplementedError

    def _through_star(self, unit: Unit, star: int, name: str) -> Found:
        dotted = absolute(unit, unit.names[unit.a[star]], unit.c[star])
        path = self.find_module(dotted, unit.placed.root) if dotted else None
        if path is None or path == unit.path or not self.exports(path, name):
            return UNKNOWN
        return self.global_name(path, name)

    def exports(self, path: str, name: str) -> bool:
        """Whether `from module import *` brings the name, if the module has it."""

        def answer() -> Found:
            exported = self.unit(path).exported
            brings = name in exported if exported is not None else not name.startswith("_")
            return ({("yes",): SCOPE} if brings else NOTHING), NOTHING

        return bool(self.ask(("exports", path, name), answer)[0])

    def imported(self, unit: Unit, e: int) -> Found:
        """What an IMPORT expression brings."""
        dotted = absolute(unit, unit.names[unit.a[e]], unit.c[e])
        if dotted is None:
            return UNKNOWN
        module = self.module(dotted, unit.placed.root)
        if unit.b[e] == NONE:
            return module
        name = unit.names[unit.b[e]]
        return self.attribute_of_module(module[0], dotted, name)

    def module(self, dotted: str, root: str) -> Found:
        path = self.find_module(dotted, root)
        if path is not None:
            return {(MODULE, path): IMPORT}, {(MODULE_REF, path): IMPORT}
        if self.program.is_namespace(dotted, root):
            return {(NAMESPACE, dotted, root): IMPORT}, NOTHING
        return {(EXTERNAL, dotted): IMPORT}, {(EXTERNAL_REF, dotted): IMPORT}

    def attribute_of_module(self, module: Result, dotted: str, name: str) -> Found:
        """What `from dotted import name` gives, `module` being what `dotted` is."""
        for value in module:
            if value[0] == MODULE:
                return self._from_module(value[1], name)
            if value[0] == NAMESPACE:
                return self.module(f"{dotted}.{name}", value[2])
        outside = f"{dotted}.{name}"
        return {(EXTERNAL, outside): IMPORT}, {(EXTERNAL_REF, outside): IMPORT}

    def _from_module(self, path: str, name: str) -> Found:
        values, refs = self.global_name(path, name)
        if refs or values:
            return renamed(values, IMPORT), renamed(refs, IMPORT)
        return self.submodule_or_lazy(path, name)

    def submodule_or_lazy(self, path: str, name: str) -> Found:
        """A module below a package, or what `__getattr__` of a module gives that is called so."""
        found = self.submodule(path, name)
        if found is not UNKNOWN or name.startswith("__"):
            return found
        values: Result = {}
        for function in self.global_name(path, "__getattr__")[0]:
            if function[0] == FUNCTION:
                for value, mark in self.outcome(function[1], function[2]).items():
                    if value[0] in (FUNCTION, CLASS):
                        symbol = self.unit(value[1]).symbols[value[2]]
                        if symbol.name == name:
                            values[value] = mark
        return (values, NOTHING) if values else UNKNOWN

    def outcome(self, path: str, sym: int) -> Result:
        """What a function's body returns."""
        raise NotImplementedError

    def submodule(self, path: str, name: str) -> Found:
        placed = self.unit(path).placed
        if not placed.is_package:
            return UNKNOWN
        dotted = f"{placed.module}.{name}"
        inner = self.find_module(dotted, placed.root)
        if inner is not None:
            return {(MODULE, inner): IMPORT}, {(MODULE_REF, inner): IMPORT}
        if self.program.is_namespace(dotted, placed.root):
            return {(NAMESPACE, dotted, placed.root): IMPORT}, NOTHING
        return UNKNOWN

    def narrowed(self, unit: Unit, e: int, before: Result) -> Result:
        """What tests of its type leave of the values of an expression."""
        kept = before
        for test in tests_of(unit, e):
            classes: Result = {}
            for named in test.classes:
                merge(classes, self.classes_in(unit, named))
            if test.holds and classes:
                return self._of_classes(classes, kept, test.of_class)
            if not test.holds:
                kept = self._others(classes, kept, test.of_class)
        return kept

    def _of_classes(self, classes: Result, before: Result, of_class: bool) -> Result:
        """The values that are of some of the classes; if none is, what such a value must be."""
        kind = CLASS if of_class else INSTANCE
        kept = {v: m for v, m in before.items() if v[0] == kind and self._is_one_of(v, classes)}
        if kept:
            return kept
        outside = [value[1] for value in classes if value[0] == EXTERNAL]
        if outside and not of_class:
            kept = {v: m for v, m in before.items() if v[0] in _CONTAINERS}
        if not kept:
            for dotted in outside:
                kept[EXTERNAL if of_class else EXTERNAL_INSTANCE, dotted] = NARROWED
        for value in classes:
            if value[0] == CLASS:
                kept[kind, value[1], value[2], DECLARED] = NARROWED
        return kept

    def _others(self, classes: Result, before: Result, of_class: bool) -> Result:
        """The values that are of none of the classes; all of them if none is left."""
        kind = CLASS if of_class else INSTANCE
        kept = {v: m for v, m in before.items() if v[0] != kind or not self._is_one_of(v, classes)}
        return kept or before

    def _is_one_of(self, value: Value, classes: Result) -> bool:
        order = self.mro(value[1], value[2])
        return any(c in order or (c[0] == CLASS and (*c[:3], DECLARED) in order) for c in classes)

    def classes_in(self, unit: Unit, e: int) -> Result:
        """The classes of an expression that is a class, a tuple of them, or a union."""
        found: Result = {}
        if unit.ops[e] == Op.TUPLE:
            for element in unit.elements(e):
                merge(found, self.classes_in(unit, element))
            return found
        if unit.ops[e] == Op.BINARY:
            return self.classes_in(unit, unit.a[e]) | self.classes_in(unit, unit.b[e])
        found = {}
        for value, mark in self.expression(unit, e)[0].items():
            if value[0] in (CLASS, EXTERNAL):
                merge(found, {value: mark})
            elif value[0] == LITERAL:
                merge(found, {v: m for v, m in self.elements(value).items() if v[0] == CLASS})
        return found


@cache
def _builtin(text: str) -> Found:
    told = text in names_of("builtins") and text not in NOT_BOUND
    if not told and text not in OF_EVERY_MODULE:
        return UNKNOWN
    dotted = "builtins." + text
    return {(EXTERNAL, dotted): SCOPE}, {(EXTERNAL_REF, dotted): SCOPE}


_Sought: TypeAlias = tuple[int, bool, Sequence[int] | None]
"""The scope that holds a name, whether the use runs in its frame, and the bindings there: None when
the name is to be sought in the module once that has run. NONE for a scope that says `global`."""

_Holder: TypeAlias = tuple[int, bool, Sequence[int] | None, int]
"""The same, and the binding that all uses mean: NONE where there are more, or where the name may
also be an outer one."""


def _holder(unit: Unit, scope: int, name: int) -> _Holder:
    """Who holds the name for a use in a scope."""
    table: dict[tuple[int, int], _Holder] = unit.__dict__.setdefault("holders", {})
    found = table.get((scope, name))
    if found is None:
        owner, frame, bindings = _sought(unit, scope, name, scope, True)
        only = NONE
        if bindings and len(bindings) == 1 and unit.scopes[owner].kind != _CLASS_SCOPE:
            only = bindings[0]
        found = table[scope, name] = owner, frame, bindings, only
    return found


def is_local(unit: Unit, e: int) -> bool:
    """Whether a NAME is certainly a variable of a function, which goes by no symbol."""
    owner, _, bindings, _ = _holder(unit, unit.scope_of[e], unit.a[e])
    if not bindings:
        return False
    table: dict[int, bool] = unit.__dict__.setdefault("locals", {})  # by the first of the bindings
    known = table.get(bindings[0])
    if known is None:
        known = table[bindings[0]] = (
            unit.scopes[owner].kind not in _WITH_SYMBOLS
            and len(bindings) <= MOST_TARGETS
            and all(
                unit.bindings[index].kind not in _OF_OTHERS and index not in unit.symbol_of_binding
                for index in bindings
            )
        )
    return known


def _sought(unit: Unit, scope: int, name: int, owner: int, frame: bool) -> _Sought:
    """The same, looked for from the scope `owner` outwards; classes around a function are passed
    over. `frame` says whether that is still the frame that the use runs in."""
    while True:
        fact = unit.scopes[owner]
        if owner == scope or fact.kind != _CLASS_SCOPE:
            if name in fact.global_names:
                return NONE, frame, None
            bindings = unit.bound[owner].get(name)
            if bindings:
                return owner, frame, bindings if owner or frame else None
        if owner == 0:
            return owner, frame, None
        frame = frame and fact.kind == _COMPREHENSION_SCOPE
        owner = fact.parent


def absolute(unit: Unit, module: str, level: int) -> str | None:
    """The dotted name that a possibly relative import means; None above the top."""
    if level == 0:
        return module
    parts = unit.placed.module.split(".") if unit.placed.module else []
    if not unit.placed.is_package:
        parts = parts[:-1]
    if level > 1:
        if level - 1 > len(parts):
            return None
        parts = parts[: len(parts) - (level - 1)]
    if module:
        parts = [*parts, module]
    return ".".join(parts) or None


def renamed(result: Result, step: int) -> Result:
    """The same with exact marks replaced by a step's."""
    return {value: step if mark >= EXACT_FROM else mark for value, mark in result.items()}
