"""Live answers about one place of one file, straight from the facts: needs no graph.

Serves go-to-definition, hover and highlights from the first second, in the text as it stands.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary, proxy

from ramify.analysis.inference.engine import EXTERNAL_REF, LOCAL, MODULE_REF, SYMBOL, NoFlows, Units
from ramify.analysis.inference.infer import Inference
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    BOUND,
    CLASS,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    FUNCTION,
    INSTANCE,
    SCOPE,
    WHY,
    Result,
    Value,
    certainty_of,
)
from ramify.analysis.program import Program
from ramify_store.facts import NONE, Certainty, Op, ParamKind, ScopeKind


@dataclass(frozen=True, slots=True)
class Target:
    """Where a name leads. Either a place in the workspace or an external's id."""

    path: str
    """"" for an external."""
    start: int
    """Bytes of the naming token."""
    end: int
    symbol: str
    """Path of the symbol in its file (`SymbolFact.path`), "" for the module itself."""
    is_symbol: bool
    """False: a local variable or parameter, known by its place alone."""
    external: str
    """`python:os.path.join`, or ""."""
    certainty: Certainty
    why: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    start: int
    end: int
    is_write: bool


def definitions_at(program: Program, path: str, offset: int) -> Sequence[Target]:
    """What the name at a byte offset refers to, surest first; on a definition, itself."""
    with _live(program) as inference:
        unit = inference.units[path]
        e = _named_at(unit, offset) if unit is not None else NONE
        if unit is None or e == NONE:
            return ()
        inference.turn_to(path)
        refs = _stored(inference, unit, e)
        if refs is None:
            values, refs = inference.expression(unit, e)
            if not refs:
                refs = _meant(values)
        return _targets(inference, refs)


def overloads_at(program: Program, path: str, offset: int) -> Sequence[Target]:
    """Of what is called by the name at an offset, the overloads that the call is known to mean."""
    with _live(program) as inference:
        unit = inference.units[path]
        e = _named_at(unit, offset) if unit is not None else NONE
        if unit is None or e not in unit.call_of:
            return ()
        inference.turn_to(path)
        refs: Result = {}
        for value, mark in inference.expression(unit, e)[0].items():
            if value[0] in (FUNCTION, BOUND):
                overload = inference.overload_called(value, unit, unit.call_of[e])
                if overload is not None:
                    refs[SYMBOL, overload[1], overload[2]] = mark
        return _targets(inference, refs)


def types_at(program: Program, path: str, offset: int) -> Sequence[Target]:
    """Classes that the expression named at an offset may be an instance of (or is)."""
    with _live(program) as inference:
        unit = inference.units[path]
        e = _named_at(unit, offset) if unit is not None else NONE
        if unit is None or e == NONE:
            return ()
        inference.turn_to(path)
        index = _binding_at(unit, e)
        found = inference.binding(unit, index) if index is not None else None
        values = found[0] if found is not None else inference.expression(unit, e)[0]
        refs: Result = {}
        for value, mark in values.items():
            if value[0] in (INSTANCE, CLASS):
                refs[SYMBOL, value[1], value[2]] = mark
            elif value[0] in (EXTERNAL_INSTANCE, EXTERNAL):
                refs[EXTERNAL_REF, value[1]] = mark
        return _targets(inference, refs)


def local_occurrences_at(program: Program, path: str, offset: int) -> Sequence[Occurrence]:
    """Every place in the file that names the local variable or parameter at an offset, in order;
    empty when the name there is not a local one."""
    with _live(program) as inference:
        unit = inference.units[path]
        e = _named_at(unit, offset) if unit is not None else NONE
        if unit is None or e == NONE or unit.ops[e] not in (Op.NAME, Op.STORE_NAME):
            return ()
        name = unit.a[e]
        owner = _local_scope(unit, unit.scope_of[e], name)
        if owner == NONE:
            return ()
        starts, ends = unit.sites
        found = {
            (starts[other], ends[other], unit.ops[other] == Op.STORE_NAME)
            for other in range(len(unit.ops))
            if unit.ops[other] in (Op.NAME, Op.STORE_NAME)
            and unit.a[other] == name
            and _local_scope(unit, unit.scope_of[other], name) == owner
        }
        return [Occurrence(*place) for place in sorted(found)]


def parameter_at(program: Program, path: str, offset: int) -> tuple[str, ParamKind] | None:
    """The function (`SymbolFact.path`) whose parameter the name at an offset is, and how calls
    may pass it; None for any other name."""
    with _live(program) as inference:
        unit = inference.units[path]
        e = _named_at(unit, offset) if unit is not None else NONE
        if unit is None or e == NONE or unit.ops[e] not in (Op.NAME, Op.STORE_NAME):
            return None
        owner = _local_scope(unit, unit.scope_of[e], unit.a[e])
        scope = unit.scopes[owner] if owner != NONE else None
        for param in scope.params if scope is not None and scope.symbol != NONE else ():
            if scope is not None and param.name == unit.a[e]:
                return unit.symbols[scope.symbol].path, param.kind
        return None


def is_bound_at(program: Program, path: str, offset: int, name: str) -> bool:
    """Whether a name means something already where another one is used plainly: bound in that
    scope or in one around it. False for attributes, which belong to what stands before the dot."""
    with _live(program) as inference:
        unit = inference.units[path]
        e = _named_at(unit, offset) if unit is not None else NONE
        if unit is None or e == NONE or unit.ops[e] not in (Op.NAME, Op.STORE_NAME):
            return False
        if name not in unit.names:
            return False
        index = unit.names.index(name)
        return any(index in unit.bound[owner] for owner in _lookup_order(unit, unit.scope_of[e]))


class _Live:
    """Inference over one program, by one thread at a time."""

    def __init__(self, units: Units) -> None:
        self._inference = Inference(units, NoFlows())
        self._lock = threading.Lock()

    def __enter__(self) -> Inference:
        self._lock.acquire()
        return self._inference

    def __exit__(self, *_: object) -> None:
        self._lock.release()


_remembered: WeakKeyDictionary[Program, _Live] = WeakKeyDictionary()


def _live(program: Program) -> _Live:
    """A program's inference, kept while the program is: it is frozen, and so are its answers."""
    try:
        live = _remembered.get(program)
        if live is None:
            # What is remembered must not hold its own key: the program would never go.
            live = _remembered[program] = _Live(Units(proxy(program)))
    except TypeError:  # a program that cannot be remembered
        return _Live(Units(program))
    return live


_NAMING = frozenset({Op.NAME, Op.ATTR, Op.IMPORT, Op.STORE_NAME, Op.STORE_ATTR, Op.STAR_IMPORT})


def _named_at(unit: Unit, offset: int) -> int:
    """The expression whose naming token holds the offset, its end included; NONE without one."""
    starts, ends = unit.sites
    order: list[tuple[int, int]] | None = unit.__dict__.get("named_places")
    if order is None:
        order = sorted((starts[e], e) for e in range(len(unit.ops)) if unit.ops[e] in _NAMING)
        unit.__dict__["named_places"] = order
    first = bisect_left(order, (max(0, offset - 300), -1))
    last = bisect_right(order, (offset, len(unit.ops)))
    holding = [e for start, e in order[first:last] if offset <= ends[e]]
    inside = [e for e in holding if offset < ends[e]] or holding
    return min(inside, key=lambda e: (ends[e] - starts[e], unit.ops[e] == Op.NAME), default=NONE)


def _binding_at(unit: Unit, e: int) -> int | None:
    """The binding whose target an expression is."""
    if unit.ops[e] not in (Op.STORE_NAME, Op.STORE_ATTR):
        return None
    return next((i for i, b in enumerate(unit.bindings) if b.target == e), None)


def _stored(inference: Inference, unit: Unit, e: int) -> Result | None:
    """What a binding's target is; None when the expression is no target."""
    index = _binding_at(unit, e)
    if index is None:
        return None
    if unit.ops[e] == Op.STORE_NAME:
        return inference.binding(unit, index)[1]
    symbol = unit.symbol_of_binding.get(index)
    if symbol is not None:
        return {(SYMBOL, unit.path, symbol): SCOPE}
    refs: Result = {}
    for value in inference.expression(unit, unit.a[e])[0]:
        refs.update(inference.member(value, unit.names[unit.b[e]])[1])
    return refs


def _meant(values: Result) -> Result:
    """Definitions of the values themselves, for what no name stands for."""
    refs: Result = {}
    for value, mark in values.items():
        if value[0] in (FUNCTION, CLASS, BOUND):
            refs[SYMBOL, value[1], value[2]] = mark
    return refs


def _targets(inference: Inference, refs: Result) -> list[Target]:
    found = [_target(inference, ref, mark) for ref, mark in refs.items()]
    return sorted(found, key=lambda t: (-t.certainty, t.external, t.path, t.start))


def _target(inference: Inference, ref: Value, mark: int) -> Target:
    certainty, why = certainty_of(mark), WHY[mark]
    if ref[0] == EXTERNAL_REF:
        return Target("", 0, 0, "", False, f"python:{ref[1]}", certainty, why)
    if ref[0] == MODULE_REF:
        return Target(ref[1], 0, 0, "", True, "", certainty, why)
    unit = inference.unit(ref[1])
    if ref[0] == SYMBOL:
        fact = unit.symbols[ref[2]]
        place = (fact.name_start, fact.name_end, fact.path)
        return Target(ref[1], *place, True, "", certainty, why)
    assert ref[0] == LOCAL, ref
    starts, ends = unit.sites
    target = unit.bindings[ref[2]].target
    return Target(ref[1], starts[target], ends[target], "", False, "", certainty, why)


def _local_scope(unit: Unit, scope: int, name: int) -> int:
    """The function, lambda or comprehension that a name used in a scope belongs to, else NONE."""
    for owner in _lookup_order(unit, scope):
        if name in unit.scopes[owner].global_names:
            return NONE
        if name in unit.bound[owner]:
            local = unit.scopes[owner].kind not in (ScopeKind.MODULE, ScopeKind.CLASS)
            return owner if local else NONE
    return NONE


def _lookup_order(unit: Unit, scope: int) -> Iterator[int]:
    yield scope
    owner = unit.scopes[scope].parent
    while owner != NONE:
        if unit.scopes[owner].kind != ScopeKind.CLASS:
            yield owner
        owner = unit.scopes[owner].parent
