"""Calls: what they run, and what they hand to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ramify.analysis.inference.displays import ADDS
from ramify.analysis.inference.engine import EXTERNAL_REF, NO_FLOW, SYMBOL, Found
from ramify.analysis.inference.fixtures import REQUEST
from ramify.analysis.inference.infer import SENT
from ramify.analysis.inference.values import (
    BOUND,
    BOUND_CLASS,
    CLASS,
    CONSTRUCTED,
    EXTERNAL,
    FIXTURE,
    FUNCTION,
    GENERATOR,
    INSTANCE,
    LITERAL,
    MADE,
    METHOD_OF,
    MOST_ALTERNATIVES,
    MOST_TARGETS,
    PARAMETER,
    Result,
    Value,
    tells,
)
from ramify.analysis.linking.edges.collecting import CallPlan, Targets
from ramify.analysis.linking.edges.commands import CommandEdges
from ramify.analysis.linking.edges.library import is_told
from ramify_store.facts import ArgumentHow, Certainty, EdgeKind, Op, edge_is_external

_MOST_HANDED: Final = 256
_NAMED: Final = frozenset({Op.NAME, Op.ATTR})
_TAKING: Final = frozenset(
    {FUNCTION, BOUND, CLASS, BOUND_CLASS, INSTANCE, MADE, METHOD_OF, PARAMETER}
)
# Read for every expression: a member of an enum takes Python 3.11 six times as long.
_ATTR: Final = Op.ATTR
_CALLS: Final = EdgeKind.CALLS
_USES: Final = EdgeKind.USES


class Calls(CommandEdges):
    """Edges of calls."""

    def _call(self, e: int) -> None:
        unit = self.unit
        callee = unit.a[e]
        found = self.inference.expression(unit, callee)
        plan = self._call_plans.get(id(found))
        if plan is None:
            plan = self._call_plans[id(found)] = self._planned(found, callee)
        if plan.taint:
            self.inference.mark(plan.taint)
        op = unit.ops[callee]
        site = callee if op in _NAMED else e
        if plan.takers and (unit.c[e] or plan.takes_receiver):
            self._hand_over(plan.takers, e)
        if e in unit.spreading:
            self._spread(e, site)
        if found[0] and not found[1] and op == _ATTR:
            self._lazily(self._operand(unit.a[callee]), site)
        if plan.told:
            self._library(plan.told, e, site)
        if op != _ATTR or not self._announced(callee, e, site):
            if plan.of_outside:
                self._outside(plan.of_outside, e, site)
            if plan.outside:
                self._called_outside(plan.outside, e, site)
                if op == Op.ATTR and unit.c[e]:
                    self._put_in(e)
        for ref, mark in plan.described:
            self._described(ref, callee, mark, 0)
        self._by_text(e, site)
        source = self._owners[unit.scope_of[e]]
        for target, mark in plan.uses:
            self._edge(source, target, _USES, mark, site)
        if not plan.calls:
            if op == _ATTR:
                self._of_decorated(callee, e, site)
            self._unknown_call(callee, site)
        elif plan.is_crowd and not self._are_alternatives(found[0], callee):
            self._lookup(site, self._naming(callee), _CALLS, Certainty.POSSIBLE)
        else:
            role = self._roles.get(callee)
            new = self._new_edges
            for target, dispatch, mark in plan.calls:
                new.append(((source, target, _CALLS, mark, dispatch), site))
                if role is not None:
                    self._edge(role[1], target, role[0], mark, site)

    def _spread(self, e: int, site: int) -> None:
        """Passing `*values` iterates over them, passing `**values` asks for their keys."""
        for how, argument in self.unit.arguments(e):
            if how == ArgumentHow.SPLAT:
                self._special(self._operand(argument), "__iter__", site)
            elif how == ArgumentHow.DOUBLE_SPLAT:
                self._special(self._operand(argument), "keys", site)

    def _are_alternatives(self, values: Result, callee: int) -> bool:
        """Whether a call runs one of many on purpose: what is called is a callable each time,
        taken from a table or by name, and not the same member of many things."""
        unit = self.unit
        if unit.ops[callee] == _ATTR and not self._are_few(callee):
            return False
        callables = {v: m for v, m in values.items() if v[0] != CLASS and not self._describes(v)}
        return tells(callables) and len(values) <= MOST_ALTERNATIVES

    def _describes(self, value: Value) -> bool:
        """Whether a value is what the others are declared to be."""
        return value[0] == INSTANCE and self.inference.is_protocol(value)

    def _are_few(self, callee: int) -> bool:
        """Whether an attribute is taken of few values, or of more where it is known of each what
        it was made as."""
        values = self.inference.operand(self.unit, self.unit.a[callee])
        made = all(v[0] != INSTANCE or v[3] == CONSTRUCTED for v in values)
        return len(values) <= (2 * MOST_TARGETS if made else MOST_TARGETS)

    def _planned(self, found: Found, callee: int) -> CallPlan:
        """What calling the values found contributes wherever it is done."""
        taint = self.inference.taint
        self.inference.taint = NO_FLOW
        values, refs = found
        targets = self._called(values, callee)
        of_attribute = self.unit.ops[callee] == _ATTR
        uses: list[tuple[str, int]] = []
        described: list[tuple[Value, int]] = []
        for ref, mark in refs.items():
            target = self._target(ref)
            if target is None:
                continue
            if ref[0] == SYMBOL and of_attribute and self._holder(ref) is not None:
                described.append((ref, mark))
            if ref[0] == EXTERNAL_REF:
                targets.setdefault((target, False), mark)
            elif (target, True) not in targets and (target, False) not in targets:
                if ref[0] == SYMBOL and self._is_property(ref):
                    targets.setdefault((target, self._dispatches(callee)), mark)
                else:
                    uses.append((target, mark))
        if of_attribute and values:
            self._add_answering(targets, callee)
        of_outside = [value for value in values if self._is_of_outside(value)]
        mine = self.inference.taint
        self.inference.taint = taint
        calls = [(target, dispatch, mark) for (target, dispatch), mark in targets.items()]
        inside = sum(not edge_is_external(target) for target, _, _ in calls)
        return CallPlan(
            found=found,
            taint=mine,
            calls=calls,
            is_crowd=inside > MOST_TARGETS,
            uses=uses,
            described=described,
            takers=[value for value in values if value[0] in _TAKING],
            takes_receiver=any(self.flows_out.takes_receiver(value) for value in values),
            told=[value for value in values if is_told(value)],
            outside=[value for value in values if value[0] == EXTERNAL],
            of_outside=of_outside,
        )

    def _hand_to_many(self, parameter: Value, e: int) -> None:
        """What a decorator's wrapper hands to the functions decorated, however many they are:
        `f(context, *args)` says nothing of which runs, but all of them what they are given."""
        if parameter[1] != self.unit.path or not self.unit.c[e]:
            return
        param = self.unit.scopes[self.unit.scope_of_symbol[parameter[2]]].params[parameter[3]]
        name = self.unit.names[param.name]
        reaching = self.inference.reaching(parameter[1], parameter[2], name)
        if MOST_TARGETS < len(reaching) <= _MOST_HANDED:
            for function in reaching:
                if function[0] in (FUNCTION, BOUND):
                    self.flows_out.hand(function, self.unit, e)

    def _unknown_call(self, callee: int, site: int) -> None:
        if self.unit.ops[callee] == _ATTR:
            self._unknown_member(callee, _CALLS)
        else:
            name = self._naming(callee)
            self._lookup(site, name, _CALLS, Certainty.UNRESOLVED)

    def _called(self, values: Result, callee: int) -> Targets:
        """What runs when each of the values is called."""
        targets: Targets = {}
        through_super = any(value[0] == BOUND for value in values) and self._is_super(callee)
        for value, mark in values.items():
            self._add_called(targets, value, mark, through_super)
        return targets

    def _is_super(self, callee: int) -> bool:
        unit = self.unit
        if unit.ops[callee] != _ATTR:
            return False
        return any(v[0] == "super" for v in self.inference.expression(unit, unit.a[callee])[0])

    def _hand_over(self, values: Iterable[Value], e: int) -> None:
        for value in values:
            if value[0] == CLASS:
                made = (INSTANCE, value[1], value[2], CONSTRUCTED)
                constructors = [
                    function
                    for name in ("__init__", "__new__")
                    for function in self.inference.member_of_class(value, name)
                ]
                for function in constructors:
                    self.flows_out.hand((BOUND, function[1], function[2], made), self.unit, e)
                if not constructors and self.unit.c[e]:
                    self.flows_out.construct(value, self.unit, e)
                    self._gather_given(value, e)
            elif value[0] == BOUND_CLASS:
                for function in self.inference.member_of_class(value, "__init__"):
                    self.flows_out.hand_after(function, value[3], self.unit, e)
            elif value[0] == METHOD_OF and value[1][0] == REQUEST:
                for fixture in self.inference.requested(value[1], value[2], self.unit, e):
                    target = self._id(fixture[1], fixture[2])
                    self._edge(self._owner(e), target, _CALLS, FIXTURE, e)
            elif value[0] == METHOD_OF and value[2] in ADDS and value[1][0] in (LITERAL, MADE):
                self._put_elsewhere(value[1], self._argument(e, ADDS[value[2]]))
            elif value[0] == METHOD_OF and value[2] == "send" and value[1][0] == GENERATOR:
                self.flows_out.fill(value[1], SENT, self._argument(e, 0))
            elif value[0] == PARAMETER:
                self._hand_to_many(value, e)
            elif value[0] == INSTANCE:
                for function in self.inference.member_of_class(value, "__call__"):
                    self.flows_out.hand((BOUND, function[1], function[2], value), self.unit, e)
            else:
                self.flows_out.hand(value, self.unit, e)
