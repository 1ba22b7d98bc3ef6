"""Inference: what every expression of a program may be, and what it refers to.

`Inference` joins the rules of its parts (names, members, annotations, calls, containers) into one
table by operation. Values come with a mark that says how sure they are and why.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import TypeAlias

from ramify.analysis.inference.again import Since
from ramify.analysis.inference.callbacks import Callbacks
from ramify.analysis.inference.engine import UNKNOWN, Engine, Flows, Found, Remembering, Units
from ramify.analysis.inference.known import ALIASED, REFLECTED
from ramify.analysis.inference.outside import made_type
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ALIAS,
    ARGUMENT,
    CLASS,
    DECLARED,
    EXACT_FROM,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    FUNCTION,
    INSTANCE,
    LITERAL,
    MOST_TARGETS,
    NOTHING,
    PART,
    PROTOCOL,
    REST,
    RETURNED,
    SCOPE,
    TYPE_VARIABLE,
    Result,
    Value,
    merge,
    weaken,
)
from ramify_store.facts import Op

SENT = "<sent>"
"""A generator is handed what is sent to it under this name."""

_MOST_REACHED = 4 * MOST_TARGETS

_Rule: TypeAlias = Callable[["Inference", Unit, int], Found]


class Inference(Callbacks):
    """Answers about the expressions of one program, in one round of flows."""

    def __init__(
        self,
        units: Units,
        flows: Flows,
        carried: Engine | None = None,
        kept: Remembering | None = None,
        kept_volatile: Remembering | None = None,
        differing: Set[int] | None = None,
    ) -> None:
        """`differing` are the flows by which this round differs from the one carried on from, if
        answers of that are to be relied on."""
        super().__init__(units, flows, carried, kept, kept_volatile)
        if carried is not None and differing is not None:
            self.since = Since(self, carried, differing)

    def _over(self, unit: Unit, e: int, way: Callable[[Value], Result]) -> Found:
        """Each value of an operand, one step further."""
        found: Result = {}
        for value, mark in self.expression(unit, e)[0].items():
            for reached, by in way(value).items():
                step = mark if mark < EXACT_FROM else by
                if found.get(reached, 0) < step:
                    found[reached] = step
        if len(found) > _MOST_REACHED:
            found = self.few(found, _MOST_REACHED)
        return found, NOTHING

    def _call(self, unit: Unit, e: int) -> Found:
        return self._over(unit, unit.a[e], lambda v: self.called(v, unit, e))

    def _subscript(self, unit: Unit, e: int) -> Found:
        base = self.expression(unit, unit.a[e])[0]
        if any(v[0] == EXTERNAL and v[1].rpartition(".")[2] in ALIASED for v in base):
            return {(ALIAS, unit.path, e): SCOPE}, NOTHING
        if any(v[0] == CLASS and self.applied(v, unit, e) != v for v in base):
            return {self.applied(v, unit, e): mark for v, mark in base.items()}, NOTHING
        return self._over(unit, unit.a[e], lambda v: self.item(v, unit, unit.b[e]))

    def _const(self, unit: Unit, e: int) -> Found:
        return {(EXTERNAL_INSTANCE, "builtins." + unit.names[unit.a[e]]): SCOPE}, NOTHING

    def _format(self, unit: Unit, e: int) -> Found:
        return {(EXTERNAL_INSTANCE, "builtins.str"): SCOPE}, NOTHING

    def _display(self, unit: Unit, e: int) -> Found:
        return {(LITERAL, unit.path, e): SCOPE}, NOTHING

    def _lambda(self, unit: Unit, e: int) -> Found:
        return {(FUNCTION, unit.path, unit.scopes[unit.a[e]].symbol): SCOPE}, NOTHING

    def _binary(self, unit: Unit, e: int) -> Found:
        left = self.expression(unit, unit.a[e])[0]
        right = self.expression(unit, unit.b[e])[0]
        method = unit.names[unit.c[e]]
        plain = "__" + method[3:] if method.startswith("__i") else method
        if method == "__or__" and any(v[0] in (CLASS, ALIAS) for v in [*left, *right]):
            return {(ALIAS, unit.path, e): SCOPE}, NOTHING
        found: Result = {}
        for value in left:
            if value[0] == INSTANCE:
                merge(found, self.special(value, method) or self.special(value, plain))
            elif value[0] == LITERAL:
                merge(found, {value: PROTOCOL})
            elif value[0] == EXTERNAL_INSTANCE or made_type(value):
                merge(found, self.operated(value, plain, right))
        for value in right:
            if value[0] == INSTANCE and plain in REFLECTED:
                merge(found, self.special(value, REFLECTED[plain]))
            elif value[0] == LITERAL:
                merge(found, {value: PROTOCOL})
        return weaken(found, RETURNED), NOTHING

    def _unary(self, unit: Unit, e: int) -> Found:
        method = unit.names[unit.c[e]]
        return self._over(
            unit,
            unit.a[e],
            lambda v: self.special(v, method) if v[0] == INSTANCE else NOTHING,
        )

    def _either(self, unit: Unit, e: int) -> Found:
        found = dict(self.expression(unit, unit.a[e])[0])
        merge(found, self.expression(unit, unit.b[e])[0])
        return found, NOTHING

    def _await(self, unit: Unit, e: int) -> Found:
        return self._over(unit, unit.a[e], self.awaited)

    def _iter(self, unit: Unit, e: int) -> Found:
        return self._over(unit, unit.a[e], self.elements)

    def _enter(self, unit: Unit, e: int) -> Found:
        return self._over(unit, unit.a[e], self.entered)

    def _item(self, unit: Unit, e: int) -> Found:
        position = unit.b[e]
        return self._over(unit, unit.a[e], lambda v: self.at_position(v, position))

    def _rest(self, unit: Unit, e: int) -> Found:
        found: Result = {}
        for value, mark in self.expression(unit, unit.a[e])[0].items():
            rest = (PART, value, unit.b[e], None) if value[0] in (LITERAL, REST) else value
            merge(found, {rest: mark})
        return found, NOTHING

    def _caught(self, unit: Unit, e: int) -> Found:
        found: Result = {}
        for value, mark in self.classes_in(unit, unit.a[e]).items():
            if value[0] == CLASS:
                merge(found, {(INSTANCE, value[1], value[2], DECLARED): mark})
            elif value[0] == EXTERNAL:
                merge(found, {(EXTERNAL_INSTANCE, value[1]): mark})
        return found, NOTHING

    def _yield(self, unit: Unit, e: int) -> Found:
        """What a caller sends."""
        sym = unit.scopes[unit.named_scope(unit.scope_of[e])].symbol
        return dict.fromkeys(self.reaching(unit.path, sym, SENT), ARGUMENT), NOTHING

    def _yield_from(self, unit: Unit, e: int) -> Found:
        return self._over(
            unit,
            unit.a[e],
            lambda v: self.outcome(v[1], v[2]) if v[0] == "generator" else NOTHING,
        )

    def _type_parameter(self, unit: Unit, e: int) -> Found:
        return {(TYPE_VARIABLE, unit.path, e): SCOPE}, NOTHING

    def _named(self, unit: Unit, e: int) -> Found:
        return self.expression(unit, unit.a[e])[0], NOTHING


def _unknown(inference: Inference, unit: Unit, e: int) -> Found:
    return UNKNOWN


_RULES: dict[Op, _Rule] = {
    Op.NAME: Inference.name,
    Op.ATTR: Inference.attribute,
    Op.CALL: Inference._call,
    Op.SUBSCRIPT: Inference._subscript,
    Op.CONST: Inference._const,
    Op.FORMAT: Inference._format,
    Op.TUPLE: Inference._display,
    Op.LIST: Inference._display,
    Op.SET: Inference._display,
    Op.DICT: Inference._display,
    Op.COMP: Inference._display,
    Op.DICT_COMP: Inference._display,
    Op.LAMBDA: Inference._lambda,
    Op.BINARY: Inference._binary,
    Op.UNARY: Inference._unary,
    Op.BOOL: Inference._either,
    Op.COND: Inference._either,
    Op.AWAIT: Inference._await,
    Op.ITER: Inference._iter,
    Op.ENTER: Inference._enter,
    Op.ITEM: Inference._item,
    Op.REST: Inference._rest,
    Op.CAUGHT: Inference._caught,
    Op.MATCH_CLASS: Inference._caught,
    Op.IMPORT: Inference.imported,
    Op.YIELD: Inference._yield,
    Op.YIELD_FROM: Inference._yield_from,
    Op.TYPE_PARAMETER: Inference._type_parameter,
    Op.NAMED: Inference._named,
    Op.SUBJECT: Inference._named,
    Op.STAR: Inference._named,
}
Inference.rules = [_RULES.get(Op(op), _unknown) for op in range(max(Op) + 1)]
