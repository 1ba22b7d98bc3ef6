"""Which of a function's `@overload`s a call means (PEP 484): the first whose parameters take what
is passed. Where that cannot be told, several may be meant, in order.

Declarations of the workspace; those of the library are chosen between in `signatures`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Final, NamedTuple

from ramify.analysis.inference.annotations import UNWRAPPED, type_arguments
from ramify.analysis.inference.arguments import Arguments, GivenArguments, SiteArguments
from ramify.analysis.inference.generics import Generics
from ramify.analysis.inference.known import ELEMENT_ARGUMENT
from ramify.analysis.inference.outside import NONE_TYPE, class_of
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ALIAS,
    BOUND,
    CLASS,
    CONSTRUCTED,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    FUNCTION,
    INSTANCE,
    LITERAL,
    TYPE_VARIABLE,
    Result,
    Value,
)
from ramify.languages.python.library import class_named, is_below
from ramify_store.facts import NONE, ArgumentHow, Op, ParamFact, ParamKind

_CALLED: Final = frozenset({FUNCTION, BOUND, CLASS})
_BY_POSITION: Final = frozenset({ParamKind.POSITIONAL_ONLY, ParamKind.POSITIONAL_OR_KEYWORD})
_BY_NAME: Final = frozenset({ParamKind.POSITIONAL_OR_KEYWORD, ParamKind.KEYWORD_ONLY})
_TAKE_ALL: Final = frozenset({"Any", "object"})
_BY_SHAPE: Final = (
    "typing.", "typing_extensions.", "collections.abc.", "_typeshed.", "os.PathLike", "numbers.",
    "contextlib.Abstract",
)  # fmt: skip
"""Modules and classes outside that say what a value can do, not what it is made as: but for these,
of which a class that can is declared to be one, and those of which the library's are."""
_MADE_AS: Final = frozenset(
    {"Sequence", "MutableSequence", "Mapping", "MutableMapping", "Set", "AbstractSet", "MutableSet",
     "Generator"}
)  # fmt: skip
_IN_LIBRARY: Final = _MADE_AS | {"Iterable", "Iterator", "Collection", "Container"}
_PROMOTED: Final = frozenset(
    {("builtins.int", "builtins.float"), ("builtins.int", "builtins.complex"),
     ("builtins.float", "builtins.complex")}
)  # fmt: skip


class _Given(NamedTuple):
    """One argument of a call."""

    name: str
    """Empty for one by position."""
    values: Result
    text: str | None
    """Of a literal."""


class Overloads(Generics):
    """The choice between overloads."""

    def meant(
        self, overloads: Iterable[Value], receiver: Value | None, given: Arguments
    ) -> Sequence[Value]:
        """The overloads that a call may mean; the first that it certainly does is the last."""
        passed, is_open = _listed(self, given)
        found: list[Value] = []
        for overload in overloads:
            fits = self._fits(overload, receiver, passed, is_open)
            if fits is not False:
                found.append(overload)
            if fits:
                break
        return found

    def _fits(
        self, overload: Value, receiver: Value | None, passed: Sequence[_Given], is_open: bool
    ) -> bool | None:
        """Whether an overload takes what is passed; None if that cannot be told."""
        unit = self.unit(overload[1])
        params = unit.scopes[unit.symbols[overload[2]].scope].params
        placed = _placed(unit, params[receiver is not None :], passed, is_open)
        if placed is None:
            return False
        certain: bool | None = None if is_open else True
        for param, argument in placed:
            fits = self._takes(unit, param.annotation, argument)
            if fits is False:
                return False
            certain = certain and fits
        return certain

    def _takes(self, unit: Unit, annotation: int, argument: _Given) -> bool | None:
        """Whether what is written of a parameter takes an argument."""
        if annotation == NONE:
            return True
        return _agreed(
            [self._takes_value(unit, annotation, v, argument.text) for v in argument.values]
        )

    def _takes_value(self, unit: Unit, e: int, value: Value, text: str | None) -> bool | None:
        op = unit.ops[e]
        if op == Op.BINARY:
            parts = (unit.a[e], unit.b[e])
            return _any([self._takes_value(unit, part, value, text) for part in parts])
        if op == Op.CONST:
            return self._class_outside(value) == NONE_TYPE
        if op == Op.SUBSCRIPT:
            return self._takes_in_generic(unit, e, value, text)
        if op not in (Op.NAME, Op.ATTR):
            return None
        return _any([self._takes_named(named, value) for named in self.infer(unit, e)])

    def _takes_in_generic(self, unit: Unit, e: int, value: Value, text: str | None) -> bool | None:
        name = self.generic_name(unit, e)
        arguments = type_arguments(unit, e)
        if name in UNWRAPPED:
            parts = arguments if name == "Union" else arguments[:1]
            fits = [self._takes_value(unit, part, value, text) for part in parts]
            if name == "Optional":
                fits.append(self._class_outside(value) == NONE_TYPE)
            return _any(fits)
        if name == "Literal":
            told = any(unit.text_of_const(each) == text for each in arguments)
            return told if text is not None else None
        if name == "Callable":
            return True if value[0] in _CALLED else _unless(value[0] == LITERAL)
        if name in ("type", "Type"):
            if value[0] != CLASS:
                return _unless(value[0] in (INSTANCE, EXTERNAL_INSTANCE, LITERAL, FUNCTION))
            made = (INSTANCE, value[1], value[2], CONSTRUCTED)
            return self._takes_value(unit, arguments[0], made, None)
        itself = self._takes_value(unit, unit.a[e], value, None)
        if not itself or name not in ELEMENT_ARGUMENT:
            return itself
        inner = arguments[ELEMENT_ARGUMENT[name]]
        held = [self._takes_value(unit, inner, each, None) for each in self.elements(value)]
        if False in held:
            return False
        return None if None in held else itself

    def _takes_named(self, named: Value, value: Value) -> bool | None:
        """Whether a class, or what else an annotation names, takes a value."""
        if named[0] == EXTERNAL:
            return self._takes_outside(named[1], value)
        if named[0] == CLASS:
            if value[0] != INSTANCE:
                return _unless(bool(self._class_outside(value)) or value[0] in _CALLED)
            if (CLASS, named[1], named[2]) in {v[:3] for v in self.mro(value[1], value[2])}:
                return True
            below = value[3] != CONSTRUCTED and any(
                v[:3] == (CLASS, value[1], value[2]) for v in self.mro(named[1], named[2])
            )
            return None if below or self.is_protocol(named) else False
        if named[0] == ALIAS:
            return self._takes_value(self.unit(named[1]), named[2], value, None)
        if named[0] == TYPE_VARIABLE:
            bounds = self.bound_of(named)
            return _any([self._is_like(bound, value) for bound in bounds]) if bounds else True
        return None

    def _takes_outside(self, wanted: str, value: Value) -> bool | None:
        if wanted.rpartition(".")[2] in _TAKE_ALL:
            return True
        if value[0] == INSTANCE:
            above = [v[1] for v in self.mro(value[1], value[2]) if v[0] == EXTERNAL]
            if any(base == wanted or is_below(base, wanted) for base in above):
                return True
            known = not any(class_named(base) is None for base in above)
            return _unless(known and not _is_by_shape(wanted, _MADE_AS))
        cls = self._class_outside(value)
        if not cls:
            return _unless(value[0] in _CALLED and not _is_by_shape(wanted, _MADE_AS))
        if cls == wanted or is_below(cls, wanted) or (cls, wanted) in _PROMOTED:
            return True
        return _unless(class_named(cls) is not None and not _is_by_shape(wanted, _IN_LIBRARY))

    def _is_like(self, bound: Value, value: Value) -> bool | None:
        """Whether a value is an instance of the class of another."""
        if bound[0] == INSTANCE:
            return self._takes_named((CLASS, *bound[1:]), value)
        cls = self._class_outside(bound)
        return self._takes_outside(cls, value) if cls else None

    def _class_outside(self, value: Value) -> str:
        """The class outside that a value is an instance of; empty if it is of none, or unknown."""
        of = class_of(value)
        return of[0] if of is not None else self.container_class(value)


def _listed(engine: Overloads, given: Arguments) -> tuple[list[_Given], bool]:
    """What is passed, as far as it is written one by one, and whether there may be more."""
    if isinstance(given, GivenArguments):
        return [_Given("", values, None) for values in given.values], False
    if not isinstance(given, SiteArguments) or given.call == NONE:
        return [], True
    unit = given.unit
    found: list[_Given] = []
    for how, e in unit.arguments(given.call):
        if how not in (ArgumentHow.SPLAT, ArgumentHow.DOUBLE_SPLAT):
            name = unit.names[how] if how >= 0 else ""
            found.append(_Given(name, engine.infer(unit, e), unit.text_of_const(e)))
        elif how == ArgumentHow.SPLAT:
            return [each for each in found if each.name], True
    return found, any(how == ArgumentHow.DOUBLE_SPLAT for how, _ in unit.arguments(given.call))


def _placed(
    unit: Unit, params: Sequence[ParamFact], passed: Sequence[_Given], is_open: bool
) -> list[tuple[ParamFact, _Given]] | None:
    """Parameters and what is passed for them; None when the function cannot be called so."""
    by_position = [p for p in params if p.kind in _BY_POSITION]
    rest = next((p for p in params if p.kind == ParamKind.VAR_POSITIONAL), None)
    by_name = {unit.names[p.name]: p for p in params if p.kind in _BY_NAME}
    keywords = next((p for p in params if p.kind == ParamKind.VAR_KEYWORD), None)
    found: list[tuple[ParamFact, _Given]] = []
    at = 0
    for argument in passed:
        if argument.name:
            param = by_name.get(argument.name) or keywords
        else:
            param = by_position[at] if at < len(by_position) else rest
            at += 1
        if param is None:
            return None
        found.append((param, argument))
    told = {param.name for param, _ in found}
    stars = (rest, keywords)
    missing = any(p.default == NONE and p.name not in told for p in params if p not in stars)
    return None if missing and not is_open else found


def _is_by_shape(wanted: str, but_for: Set[str]) -> bool:
    if class_named(wanted) is None:
        return True
    return wanted.startswith(_BY_SHAPE) and wanted.rpartition(".")[2] not in but_for


def _agreed(fits: Sequence[bool | None]) -> bool | None:
    """What all say; None where they differ or nobody says."""
    return fits[0] if fits and all(fit == fits[0] for fit in fits) else None


def _any(fits: Sequence[bool | None]) -> bool | None:
    if True in fits:
        return True
    return None if None in fits or not fits else False


def _unless(certain: bool) -> bool | None:
    """False where that is certain."""
    return False if certain else None
