"""Inference: what every expression of a program may be, and what it refers to.

`Inference` joins the rules of its parts (names, members, annotations, calls, containers) into one
table by operation. Values come with a mark that says how sure they are and why.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ramify.analysis.engine import UNKNOWN, Engine, Flows, Found, Remembering, Units
from ramify.analysis.fixtures import Fixtures
from ramify.analysis.known import REFLECTED
from ramify.analysis.unit import Unit
from ramify.analysis.values import (
    CLASS,
    DECLARED,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    FUNCTION,
    INSTANCE,
    LITERAL,
    MOST_TARGETS,
    NOTHING,
    PROTOCOL,
    RETURNED,
    SCOPE,
    Result,
    Value,
    merge,
    through,
    weaken,
)
from ramify_store.facts import Op

_Rule: TypeAlias = Callable[[Unit, int], Found]


class Inference(Fixtures):
    """Answers about the expressions of one program, in one round of flows."""

    def __init__(
        self,
        units: Units,
        flows: Flows,
        carried: Engine | None = None,
        kept: Remembering | None = None,
        kept_volatile: Remembering | None = None,
    ) -> None:
        super().__init__(units, flows, carried, kept, kept_volatile)
        rules: dict[Op, _Rule] = {
            Op.NAME: self.name,
            Op.ATTR: self.attribute,
            Op.CALL: self._call,
            Op.SUBSCRIPT: self._subscript,
            Op.CONST: self._const,
            Op.TUPLE: self._display,
            Op.LIST: self._display,
            Op.SET: self._display,
            Op.DICT: self._display,
            Op.COMP: self._display,
            Op.DICT_COMP: self._display,
            Op.LAMBDA: self._lambda,
            Op.BINARY: self._binary,
            Op.UNARY: self._unary,
            Op.BOOL: self._either,
            Op.COND: self._either,
            Op.AWAIT: self._await,
            Op.ITER: self._iter,
            Op.ENTER: self._enter,
            Op.ITEM: self._item,
            Op.REST: self._rest,
            Op.CAUGHT: self._caught,
            Op.MATCH_CLASS: self._caught,
            Op.IMPORT: self.imported,
            Op.YIELD_FROM: self._yield_from,
            Op.NAMED: self._named,
            Op.SUBJECT: self._named,
            Op.STAR: self._named,
        }
        self._rules = [rules.get(Op(op), _unknown) for op in range(max(Op) + 1)]

    def rule(self, unit: Unit, e: int) -> Found:
        return self._rules[unit.ops[e]](unit, e)

    def _over(self, unit: Unit, e: int, way: Callable[[Value], Result]) -> Found:
        """Each value of an operand, one step further."""
        found: Result = {}
        for value, mark in self.expression(unit, e)[0].items():
            for reached, by in way(value).items():
                merge(found, {reached: through(mark, by)})
        return (found if len(found) <= 4 * MOST_TARGETS else NOTHING), NOTHING

    def _call(self, unit: Unit, e: int) -> Found:
        return self._over(unit, unit.a[e], lambda v: self.called(v, unit, e))

    def _subscript(self, unit: Unit, e: int) -> Found:
        return self._over(unit, unit.a[e], lambda v: self.item(v, unit, unit.b[e]))

    def _const(self, unit: Unit, e: int) -> Found:
        return {(EXTERNAL_INSTANCE, "builtins." + unit.names[unit.a[e]]): SCOPE}, NOTHING

    def _display(self, unit: Unit, e: int) -> Found:
        return {(LITERAL, unit.path, e): SCOPE}, NOTHING

    def _lambda(self, unit: Unit, e: int) -> Found:
        return {(FUNCTION, unit.path, unit.scopes[unit.a[e]].symbol): SCOPE}, NOTHING

    def _binary(self, unit: Unit, e: int) -> Found:
        left = self.expression(unit, unit.a[e])[0]
        right = self.expression(unit, unit.b[e])[0]
        method = unit.names[unit.c[e]]
        plain = "__" + method[3:] if method.startswith("__i") else method
        found: Result = {}
        for value in left:
            if value[0] == INSTANCE:
                merge(found, self.special(value, method) or self.special(value, plain))
            elif value[0] == LITERAL:
                merge(found, {value: PROTOCOL})
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
        return self.expression(unit, unit.a[e])[0], NOTHING

    def _caught(self, unit: Unit, e: int) -> Found:
        found: Result = {}
        for value, mark in self.classes_in(unit, unit.a[e]).items():
            if value[0] == CLASS:
                merge(found, {(INSTANCE, value[1], value[2], DECLARED): mark})
            elif value[0] == EXTERNAL:
                merge(found, {(EXTERNAL_INSTANCE, value[1]): mark})
        return found, NOTHING

    def _yield_from(self, unit: Unit, e: int) -> Found:
        return self._over(
            unit,
            unit.a[e],
            lambda v: self.outcome(v[1], v[2]) if v[0] == "generator" else NOTHING,
        )

    def _named(self, unit: Unit, e: int) -> Found:
        return self.expression(unit, unit.a[e])[0], NOTHING


def _unknown(unit: Unit, e: int) -> Found:
    return UNKNOWN
