"""What one file contributes, as it is collected: edges, look-ups and flows, in parts.

A part is one function, class body or definition; what flows had no hand in stays as it is from
one round to the next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from ramify.analysis.inference.engine import (
    EXTERNAL_REF,
    LOCAL,
    MODULE_REF,
    NO_FLOW,
    SYMBOL,
    Taint,
    is_touched,
)
from ramify.analysis.inference.infer import Inference
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    BOUND,
    CONSTRUCTED,
    INSTANCE,
    PROTOCOL,
    WHY,
    Result,
    Value,
    certainty_of,
    through,
)
from ramify.analysis.linking.handing import FlowSet
from ramify_store.facts import (
    NONE,
    ArgumentHow,
    Certainty,
    Edge,
    EdgeKind,
    Flow,
    LookUp,
    Op,
    Symbol,
)

_Key = TypeVar("_Key")

Targets = dict[tuple[str, bool], int]
"""(target id, may dispatch to overrides) -> mark."""


class Part:
    """What one function, class body or definition contributes."""

    def __init__(self, inference: Inference) -> None:
        self.flows = FlowSet(inference)
        self.edges: dict[tuple[int, str, EdgeKind, int, bool], list[int]] = {}
        self.lookups: dict[tuple[int, str, EdgeKind, Certainty], list[int]] = {}


class Collecting:
    """The parts of one file, and how something is put into the one at hand."""

    def __init__(self, inference: Inference, unit: Unit) -> None:
        self.inference = inference
        self.unit = unit
        self._parts: dict[int, Part] = {}
        """By owning symbol; what a symbol's definition itself contributes at its negative."""
        self._taints: dict[int, Taint] = {}
        self._at = 0
        self._part = Part(inference)
        self._roles = _roles(unit)
        self._raised = frozenset(e for scope in unit.scopes for e in scope.raises)

    def is_touched(self, flows: Collection[int]) -> bool:
        """Whether one of the flows may have had a hand in anything here."""
        return any(is_touched(taint, flows) for taint in self._taints.values())

    def _open(self, part: int) -> None:
        """Turns to a part; what was worked on before is marked if a flow had a hand in it."""
        if self.inference.taint:
            self._taints[self._at] = self._taints.get(self._at, NO_FLOW) | self.inference.taint
            self.inference.taint = NO_FLOW
        self._at = part
        found = self._parts.get(part)
        if found is None:
            found = self._parts[part] = Part(self.inference)
        self._part = found

    def symbols(self) -> tuple[Symbol, ...]:
        unit = self.unit
        placed = unit.placed
        ids = unit.ids
        made = []
        for index, fact in enumerate(unit.symbols):
            name = fact.name or placed.module.rpartition(".")[2]
            made.append(
                Symbol(
                    id=ids[index],
                    name=name,
                    path=fact.path,
                    kind=fact.kind,
                    flags=fact.flags,
                    container=ids[fact.parent] if fact.parent != NONE else "",
                    file=unit.path,
                    is_test=placed.is_test,
                    complexity=fact.complexity,
                )
            )
        return tuple(made)

    def edges(self) -> tuple[Edge, ...]:
        unit = self.unit
        ids = unit.ids
        made = [
            Edge(
                ids[source], target, kind, certainty_of(mark), WHY[mark], dispatch,
                tuple(sorted(set(sites))),
            )
            for (source, target, kind, mark, dispatch), sites in _joined(
                part.edges for part in self._parts.values()
            ).items()
        ]  # fmt: skip
        return tuple(sorted(made, key=_edge_order))

    def lookups(self) -> tuple[LookUp, ...]:
        unit = self.unit
        ids = unit.ids
        made = [
            LookUp(ids[source], name, kind, certainty, tuple(sorted(set(sites))))
            for (source, name, kind, certainty), sites in _joined(
                part.lookups for part in self._parts.values()
            ).items()
        ]
        return tuple(sorted(made, key=lambda x: (x.source, x.name, x.kind, x.certainty)))

    def flows(self) -> tuple[Flow, ...]:
        found = {flow for part in self._parts.values() for flow in part.flows.flows()}
        return tuple(sorted(found, key=lambda flow: (flow.target, flow.value)))

    @property
    def _binding_at(self) -> dict[int, int]:
        found: dict[int, int] | None = self.unit.__dict__.get("binding_at")
        if found is None:
            found = {binding.target: i for i, binding in enumerate(self.unit.bindings)}
            self.unit.__dict__["binding_at"] = found
        return found

    def _definition_site(self, sym: int) -> int:
        return self.unit.defined_at.get(sym, NONE)

    def _operand(self, e: int) -> Result:
        return self.inference.expression(self.unit, e)[0]

    def _argument(self, call: int, where: int | str) -> Result:
        unit = self.unit
        position = 0
        for how, e in unit.arguments(call):
            if how == ArgumentHow.POSITIONAL:
                if position == where:
                    return self.inference.expression(unit, e)[0]
                position += 1
            elif how >= 0 and unit.names[how] == where:
                return self.inference.expression(unit, e)[0]
        return {}

    def _elements(self, value: Value) -> Result:
        return self.inference.elements(value)

    def _special(self, values: Result, name: str, site: int) -> bool:
        """Calls of a special method of the instances among the values; whether there was one."""
        found = False
        for value, mark in values.items():
            if value[0] != INSTANCE:
                continue
            for function in self.inference.member_of_class(value, name):
                target = self._id(function[1], function[2])
                dispatch = value[3] != CONSTRUCTED
                step = through(mark, PROTOCOL)
                self._edge(self._owner(site), target, EdgeKind.CALLS, step, site, dispatch)
                self._part.flows.hand((BOUND, function[1], function[2], value), self.unit, NONE)
                found = True
        return found

    def _owner(self, e: int) -> int:
        return self.unit.scopes[self.unit.scope_of[e]].symbol

    def _edge(
        self, source: int, target: str, kind: EdgeKind, mark: int, site: int, dispatch: bool = False
    ) -> None:
        key = (source, target, kind, mark, dispatch)
        sites = self._part.edges.get(key)
        if sites is None:
            self._part.edges[key] = [site]
        elif sites[-1] != site:
            sites.append(site)

    def _edges_to(self, targets: Targets, e: int, site: int) -> None:
        for (target, dispatch), mark in targets.items():
            self._edge(self._owner(e), target, EdgeKind.CALLS, mark, site, dispatch)

    def _relate(self, source: int, target: str, kind: EdgeKind, mark: int) -> None:
        self._part.edges.setdefault((source, target, kind, mark, False), [])

    def _lookup(self, e: int, name: str, kind: EdgeKind, certainty: Certainty) -> None:
        key = (self._owner(e), name, kind, certainty)
        self._part.lookups.setdefault(key, []).append(e)

    def _naming(self, e: int) -> str:
        unit = self.unit
        while True:
            op = unit.ops[e]
            if op == Op.NAME:
                return unit.names[unit.a[e]]
            if op == Op.ATTR:
                return unit.names[unit.b[e]]
            if op not in (Op.CALL, Op.SUBSCRIPT, Op.AWAIT):
                return "()"
            e = unit.a[e]

    def _target(self, ref: Value) -> str | None:
        kind = ref[0]
        if kind == SYMBOL:
            return self._id(ref[1], ref[2])
        if kind == MODULE_REF:
            return self._id(ref[1], 0)
        if kind == EXTERNAL_REF:
            return self._external(ref[1])
        assert kind == LOCAL, ref
        return None

    def _id(self, path: str, sym: int) -> str:
        return self.inference.unit(path).ids[sym]

    def _external(self, dotted: str) -> str:
        return f"{self.unit.placed.language}:{dotted}"


def _joined(parts: Iterable[dict[_Key, list[int]]]) -> dict[_Key, list[int]]:
    found: dict[_Key, list[int]] = {}
    for part in parts:
        for key, sites in part.items():
            known = found.get(key)
            found[key] = sites if known is None else known + sites
    return found


def best(into: Targets, target: str, dispatch: bool, mark: int) -> None:
    key = (target, dispatch)
    if into.get(key, 0) < mark:
        into[key] = mark


def _edge_order(edge: Edge) -> tuple[str, int, str, int, str, bool]:
    return (edge.source, edge.kind, edge.target, -edge.certainty, edge.why, edge.dispatch)


def _roles(unit: Unit) -> dict[int, tuple[EdgeKind, int]]:
    """Expressions that relate a definition to what they name: bases and decorators."""
    roles: dict[int, tuple[EdgeKind, int]] = {}
    for scope in unit.scopes:
        for kind, expressions in (
            (EdgeKind.INHERITS, scope.bases),
            (EdgeKind.DECORATES, scope.decorators),
        ):
            for e in expressions:
                roles[_named(unit, e)] = (kind, scope.symbol)
    return roles


def _named(unit: Unit, e: int) -> int:
    """The expression that names a base or decorator: without its arguments."""
    while unit.ops[e] in (Op.SUBSCRIPT, Op.CALL):
        e = unit.a[e]
    return e
