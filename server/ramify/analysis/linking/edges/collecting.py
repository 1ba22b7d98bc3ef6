"""What one file contributes, as it is collected: edges, look-ups and flows, site by site.

What flows had no hand in stays as it is from one round to the next; the sites that they had a hand
in are kept apart, and worked through again where the flows differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from sys import intern
from typing import Any, Final, NamedTuple, TypeVar

from ramify.analysis.inference.branches import dead_blocks
from ramify.analysis.inference.engine import (
    EXTERNAL_REF,
    LOCAL,
    MODULE_REF,
    NO_FLOW,
    SYMBOL,
    Found,
    Taint,
)
from ramify.analysis.inference.infer import Inference
from ramify.analysis.inference.rests import owner_of
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    BOUND,
    CLASS,
    CONSTRUCTED,
    COROUTINE,
    GENERATOR,
    INSTANCE,
    MOST_ALTERNATIVES,
    PROTOCOL,
    RESUMED,
    ROWS,
    WHY,
    Result,
    Value,
    certainty_of,
    through,
)
from ramify.analysis.linking.flows import Target, written
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

EdgeKey = tuple[int, str, EdgeKind, int, bool]
"""Source, target, kind, mark, may dispatch to overrides."""

LookUpKey = tuple[int, str, EdgeKind, Certainty]

Targets = dict[tuple[str, bool], int]
"""(target id, may dispatch to overrides) -> mark."""

_LIKELY_BELOW: Final = frozenset(
    {"__getitem__", "__setitem__", "__delitem__", "__contains__", "__enter__", "__exit__",
     "__aenter__", "__aexit__", "__iter__"}
)  # fmt: skip
"""Special methods that a class declared to be there may leave to those below it."""

_RESUMING: Final = {
    GENERATOR: frozenset({"__iter__", "__next__", "__aiter__", "__anext__"}),
    COROUTINE: frozenset({"__await__"}),
}
"""Special methods of generators and coroutines that go on with their function."""

_MOST: Final = 2 * MOST_ALTERNATIVES
"""Values that one function hands to one parameter: far beyond what tells anything."""


class Marked(NamedTuple):
    """What one site contributes that flows had a hand in."""

    taint: Taint
    edges: Sequence[tuple[EdgeKey, int]]
    lookups: Sequence[tuple[LookUpKey, int]]
    flows: Sequence[tuple[Target, Value]]


class CallPlan(NamedTuple):
    """What every call of one answer contributes, and which of its values want more of each."""

    found: Found
    taint: Taint
    calls: Sequence[tuple[str, bool, int]]
    """Target, may dispatch, mark."""
    is_crowd: bool
    """Whether those are more than say anything, unless they stand for each other."""
    uses: Sequence[tuple[str, int]]
    """Target, mark."""
    described: Sequence[tuple[Value, int]]
    """Reference, mark: class attributes that may be descriptors."""
    takers: Sequence[Value]
    """Those that something may be handed to."""
    takes_receiver: bool
    """Whether even a call without arguments hands something over."""
    told: Sequence[Value]
    """Those of the library that run or hand on something."""
    outside: Sequence[Value]
    """Those outside the workspace."""
    of_outside: Sequence[Value]
    """Those of the workspace that code outside has a hand in."""


class Plan(NamedTuple):
    """What every use of one answer that is no call contributes: many sites share it."""

    found: Found
    calls: Sequence[tuple[str, bool, int]]
    """Target, may dispatch, mark."""
    uses: Sequence[tuple[str, int]]
    """Target, mark."""
    described: Sequence[tuple[Value, int]]
    """Reference, mark: class attributes that may be descriptors."""


class Collecting:
    """What one file contributes, and how a site adds to it.

    A *site* is an expression; at its complement a condition decided on; or, beyond the last
    expression, a definition.
    """

    def __init__(self, inference: Inference, unit: Unit) -> None:
        self.inference = inference
        self.unit = unit
        self.flows_out = FlowSet(inference)
        self._marked: dict[int, Marked] = {}
        self._edges: dict[EdgeKey, list[int]] = {}
        self._lookups: dict[LookUpKey, list[int]] = {}
        self._flows: dict[tuple[int, Target], dict[Value, None]] = {}
        """By part (see `_part_of`) and target."""
        self._new_edges: list[tuple[EdgeKey, int]] = []
        self._new_lookups: list[tuple[LookUpKey, int]] = []
        """Of the site at hand."""
        self._plans: dict[int, Plan] = {}
        self._call_plans: dict[int, CallPlan] = {}
        """By identity of what was found; for one round."""
        self._outside_plans: dict[tuple[str, Value, str], Any] = {}
        """Of methods of bases outside, by receiver and name; for one round."""
        self._owners = [scope.symbol for scope in unit.scopes]
        self._roles = _roles(unit)
        self._dead = dead_blocks(unit)
        self._raised = frozenset(e for scope in unit.scopes for e in scope.raises)

    def _close(self, site: int) -> None:
        """Puts what a site has given where it belongs: apart if a flow had a hand in it."""
        taint = self.inference.taint
        edges, lookups, flows = self._new_edges, self._new_lookups, self.flows_out.given
        if self._dead and site < len(self.unit.ops):
            place = site if site >= 0 else ~site
            if self.unit.block_of[place] in self._dead:
                _kill(edges, lookups, flows)
        if taint:
            self._marked[site] = Marked(taint, tuple(edges), tuple(lookups), tuple(flows))
            self.inference.taint = NO_FLOW
            edges.clear()
            lookups.clear()
            flows.clear()
            return
        if edges:
            _add(self._edges, edges)
            edges.clear()
        if lookups:
            _add(self._lookups, lookups)
            lookups.clear()
        if flows:
            part = self._part_of(site)
            for target, value in flows:
                self._flows.setdefault((part, target), {})[value] = None
            flows.clear()

    def _part_of(self, site: int) -> int:
        """The function, class body or definition of a site."""
        if site >= len(self.unit.ops):
            return len(self.unit.ops) - 1 - site
        return self._owner(site if site >= 0 else ~site)

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
        joined = _joined(self._edges, (marked.edges for marked in self._marked.values()))
        _drop_resumed(joined)
        made = [
            Edge(
                ids[source], target, kind, certainty_of(mark), WHY[mark], dispatch,
                tuple(sorted(set(sites))),
            )
            for (source, target, kind, mark, dispatch), sites in joined.items()
        ]  # fmt: skip
        return tuple(sorted(made, key=_edge_order))

    def lookups(self) -> tuple[LookUp, ...]:
        ids = self.unit.ids
        joined = _joined(self._lookups, (marked.lookups for marked in self._marked.values()))
        made = [
            LookUp(ids[source], name, kind, certainty, tuple(sorted(set(sites))))
            for (source, name, kind, certainty), sites in joined.items()
        ]
        return tuple(sorted(made, key=lambda x: (x.source, x.name, x.kind, x.certainty)))

    def flows(self) -> tuple[Flow, ...]:
        given = {at: dict(values) for at, values in self._flows.items()}
        for site, marked in self._marked.items():
            for target, value in marked.flows:
                given.setdefault((self._part_of(site), target), {})[value] = None
        found = {
            Flow("\0".join(target), text)
            for (_, target), values in given.items()
            for text in sorted(written(self.inference.units, value) for value in values)[:_MOST]
        }
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
            if value[0] == ROWS:
                value = value[3]
            if name in _RESUMING.get(value[0], ()):
                self._resume(value, site)
            if value[0] != INSTANCE:
                continue
            functions = self.inference.member_of_class(value, name)
            if not functions and value[3] != CONSTRUCTED and name in _LIKELY_BELOW:
                functions = self.inference.special_below(value, name)
            if not functions and len(values) == 1 and self._run_by_base(value, name, site):
                found = True
            for function in functions:
                target = self._id(function[1], function[2])
                dispatch = value[3] != CONSTRUCTED
                step = through(mark, PROTOCOL)
                self._edge(self._owner(site), target, EdgeKind.CALLS, step, site, dispatch)
                self.flows_out.hand((BOUND, function[1], function[2], value), self.unit, NONE)
                found = True
        return found

    def _resume(self, value: Value, site: int) -> None:
        """Iterating over a generator or awaiting a coroutine runs its function, wherever that was
        called."""
        receiver = value[3]
        of_object = receiver is not None and receiver[0] in (INSTANCE, CLASS)
        dispatch = of_object and receiver[3] != CONSTRUCTED
        target = self._id(value[1], value[2])
        self._edge(self._owner(site), target, EdgeKind.CALLS, RESUMED, site, dispatch)

    def _run_by_base(self, instance: Value, method: str, site: int) -> bool:
        """Edges to what a method of a base outside runs; whether there was something."""
        raise NotImplementedError

    def _put_elsewhere(self, container: Value, values: Result) -> None:
        """What is put into a container of another file."""
        if owner_of(container) != self.unit.path:
            place = self.inference.held_at(container)
            if place is not None:
                self.flows_out.hold(*place, values)

    def _owner(self, e: int) -> int:
        return self._owners[self.unit.scope_of[e]]

    def _edge(
        self, source: int, target: str, kind: EdgeKind, mark: int, site: int, dispatch: bool = False
    ) -> None:
        self._new_edges.append(((source, target, kind, mark, dispatch), site))

    def _edges_to(self, targets: Targets, e: int, site: int) -> None:
        for (target, dispatch), mark in targets.items():
            self._edge(self._owner(e), target, EdgeKind.CALLS, mark, site, dispatch)

    def _relate(self, source: int, target: str, kind: EdgeKind, mark: int) -> None:
        self._new_edges.append(((source, target, kind, mark, False), NONE))

    def _lookup(self, e: int, name: str, kind: EdgeKind, certainty: Certainty) -> None:
        self._new_lookups.append(((self._owner(e), name, kind, certainty), e))

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
        return intern(f"{self.unit.placed.language}:{dotted}")


def _add(into: dict[_Key, list[int]], rows: Iterable[tuple[_Key, int]]) -> None:
    for key, site in rows:
        sites = into.get(key)
        if sites is None:
            into[key] = [site] if site != NONE else []
        elif site != NONE and (not sites or sites[-1] != site):
            sites.append(site)


def _kill(
    edges: list[tuple[EdgeKey, int]],
    lookups: list[tuple[LookUpKey, int]],
    flows: list[tuple[Target, Value]],
) -> None:
    """What never runs refers to what it names, and calls nothing."""
    edges[:] = [
        ((source, target, EdgeKind.USES, mark, False), at)
        if kind == EdgeKind.CALLS
        else ((source, target, kind, mark, dispatch), at)
        for (source, target, kind, mark, dispatch), at in edges
    ]
    lookups[:] = [
        ((source, name, EdgeKind.USES, certainty), at)
        for (source, name, _, certainty), at in lookups
    ]
    flows.clear()


def _joined(
    plain: dict[_Key, list[int]], marked: Iterable[Sequence[tuple[_Key, int]]]
) -> dict[_Key, list[int]]:
    found = {key: list(sites) for key, sites in plain.items()}
    for rows in marked:
        _add(found, rows)
    return found


def _drop_resumed(edges: dict[EdgeKey, list[int]]) -> None:
    """Who calls a generator function itself is known to run it."""
    resumed = [key for key in edges if key[3] == RESUMED]
    if resumed:
        called = {key[:2] for key in edges if key[2] == EdgeKind.CALLS and key[3] != RESUMED}
        for key in resumed:
            if key[:2] in called:
                del edges[key]


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
