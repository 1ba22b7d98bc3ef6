"""What the call sites of one file hand to parameters: matching arguments to parameters.

The matching is that of the language reference, section 6.3.4 (calls).
"""

from __future__ import annotations

from ramify.analysis.flows import Target, written
from ramify.analysis.infer import Inference
from ramify.analysis.unit import Unit
from ramify.analysis.values import (
    BOUND,
    CLASS,
    FUNCTION,
    INSTANCE,
    LITERAL,
    MADE,
    MODULE,
    MOST_TARGETS,
    Result,
    Value,
)
from ramify_store.facts import NONE, ArgumentHow, Flow, ParamKind, ScopeFact

_FOLLOWED = frozenset({FUNCTION, BOUND, CLASS, INSTANCE, LITERAL, MODULE, MADE})


class FlowSet:
    """What one file hands to others."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._given: dict[Target, dict[Value, None]] = {}

    def hand(self, callee: Value, unit: Unit, call: int) -> None:
        """Everything the CALL passes to a callee."""
        if callee[0] not in (FUNCTION, BOUND) or call == NONE:
            return
        owner, scope, skip = self._function(callee)
        position = skip
        for how, e in unit.arguments(call):
            if how == ArgumentHow.SPLAT:
                values: Result = {}
                for value in self._inference.expression(unit, e)[0]:
                    values.update(self._inference.elements(value))
                for index in range(position, len(scope.params)):
                    self._put(owner, scope, index, values)
                continue
            if how == ArgumentHow.DOUBLE_SPLAT:
                continue
            values = self._inference.expression(unit, e)[0]
            if how == ArgumentHow.POSITIONAL:
                self._put(owner, scope, _positional(scope, position), values)
                position += 1
            else:
                self._put(owner, scope, _keyword(owner, scope, unit.names[how]), values)

    def give(self, callee: Value, position: int, values: Result) -> None:
        """Values for the positional parameter of a callee, its receiver not counted."""
        if callee[0] == CLASS:
            for function in self._inference.member_of_class(callee, "__init__"):
                self.give((BOUND, function[1], function[2], callee), position, values)
        elif callee[0] == INSTANCE:
            for function in self._inference.member_of_class(callee, "__call__"):
                self.give((BOUND, function[1], function[2], callee), position, values)
        else:
            owner, scope, skip = self._function(callee)
            self._put(owner, scope, _positional(scope, position + skip), values)

    def _function(self, callee: Value) -> tuple[Unit, ScopeFact, int]:
        owner = self._inference.unit(callee[1])
        return owner, owner.scopes[owner.symbols[callee[2]].scope], int(callee[0] == BOUND)

    def _put(self, owner: Unit, scope: ScopeFact, index: int, values: Result) -> None:
        if index == NONE or index >= len(scope.params):
            return
        param = scope.params[index]
        target = (owner.path, owner.symbols[scope.symbol].path, owner.names[param.name])
        for value in values:
            if value[0] in _FOLLOWED and not (
                value[0] == BOUND and value[3][0] not in (INSTANCE, CLASS)
            ):
                self._given.setdefault(target, {})[value] = None

    def flows(self) -> list[Flow]:
        units = self._inference.units
        return [
            Flow("\0".join(target), written(units, value))
            for target, values in self._given.items()
            for value in list(values)[: 4 * MOST_TARGETS]
        ]


def _positional(scope: ScopeFact, position: int) -> int:
    for index, param in enumerate(scope.params):
        if param.kind == ParamKind.VAR_POSITIONAL:
            return index
        if param.kind in (ParamKind.KEYWORD_ONLY, ParamKind.VAR_KEYWORD):
            return NONE
        if index == position:
            return index
    return NONE


def _keyword(owner: Unit, scope: ScopeFact, name: str) -> int:
    rest = NONE
    for index, param in enumerate(scope.params):
        if param.kind == ParamKind.VAR_KEYWORD:
            rest = index
        elif owner.names[param.name] == name and param.kind != ParamKind.POSITIONAL_ONLY:
            return index
    return rest
