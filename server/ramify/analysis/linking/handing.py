"""What the call sites of one file hand to parameters: matching arguments to parameters.

The matching is that of the language reference, section 6.3.4 (calls).
"""

from __future__ import annotations

from typing import Final

from ramify.analysis.inference.infer import Inference
from ramify.analysis.inference.known import PARTIALS
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ARGUMENT,
    BOUND,
    CLASS,
    COROUTINE,
    DECLARED,
    EXTERNAL_INSTANCE,
    FUNCTION,
    GENERATOR,
    INSTANCE,
    LITERAL,
    MADE,
    MODULE,
    OR_BELOW,
    OWN,
    PARAMETER,
    PART,
    REST,
    ROWS,
    TYPED,
    Result,
    Value,
)
from ramify.analysis.linking.flows import Target
from ramify_store.facts import NONE, ArgumentHow, Op, ParamKind, ScopeFact

_FOLLOWED = frozenset(
    {
        FUNCTION,
        BOUND,
        CLASS,
        INSTANCE,
        LITERAL,
        MODULE,
        MADE,
        REST,
        GENERATOR,
        COROUTINE,
        TYPED,
        ROWS,
    }
)
_WITH_RECEIVER = frozenset({BOUND, GENERATOR, COROUTINE, ROWS})
_TOLD = frozenset({PART, PARAMETER})
_MAPPINGS = frozenset({LITERAL, MADE, REST})
# Read for every expression: a member of an enum takes Python 3.11 six times as long.
_CONST: Final = Op.CONST
_SPLAT: Final = ArgumentHow.SPLAT
_DOUBLE_SPLAT: Final = ArgumentHow.DOUBLE_SPLAT
_POSITIONAL: Final = ArgumentHow.POSITIONAL
_VAR_POSITIONAL: Final = ParamKind.VAR_POSITIONAL
_VAR_KEYWORD: Final = ParamKind.VAR_KEYWORD


class FlowSet:
    """What one file hands to others."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self.given: list[tuple[Target, Value]] = []
        """Who is handed what; whoever takes it clears the list."""

    def hand(self, callee: Value, unit: Unit, call: int) -> None:
        """Everything the CALL passes to a callee."""
        if call == NONE:
            return
        if callee[0] in (FUNCTION, BOUND):
            owner, scope, skip = self._function(callee)
            self._match(owner, scope, skip, unit, unit.arguments(call))
            if self.takes_receiver(callee):
                self._put_at(owner, scope, 0, {callee[3]: ARGUMENT})
        elif callee[0] == MADE and callee[1] in PARTIALS:
            bound = self._inference.unit(callee[2]).arguments(callee[3])
            before = sum(how == _POSITIONAL for how, _ in bound) - 1
            for function in self._inference.infer_argument(callee, 0):
                if function[0] in (FUNCTION, BOUND):
                    owner, scope, skip = self._function(function)
                    self._match(owner, scope, skip + before, unit, unit.arguments(call))

    def hand_after(self, constructor: Value, first: Value, unit: Unit, call: int) -> None:
        """What the CALL of a class that is bound to something passes to its constructor."""
        owner, scope, _ = self._function(constructor)
        self._put_at(owner, scope, 1, {first: ARGUMENT})
        self._match(owner, scope, 2, unit, unit.arguments(call))

    def pass_on(self, callee: Value, unit: Unit, call: int, after: int) -> None:
        """What the CALL passes after a position, to the callee that stands there."""
        if callee[0] == CLASS:
            for function in self._inference.member_of_class(callee, "__init__"):
                self.pass_on((BOUND, function[1], function[2], callee), unit, call, after)
        elif callee[0] in (FUNCTION, BOUND):
            owner, scope, skip = self._function(callee)
            self._match(owner, scope, skip, unit, unit.arguments(call)[after + 1 :])

    def _match(
        self,
        owner: Unit,
        scope: ScopeFact,
        position: int,
        unit: Unit,
        arguments: list[tuple[int, int]],
    ) -> None:
        if not any(self._tells(unit, how, e) for how, e in arguments):
            return
        keywords = [unit.names[how] for how, _ in arguments if how >= 0]
        certain = True  # how many positional arguments stand before
        for how, e in arguments:
            values = self._inference.expression(unit, e)[0]
            if how == _SPLAT:
                lengths = {self._inference.length(value) for value in values}
                self._spread(owner, scope, position, values)
                length = next(iter(lengths)) if len(lengths) == 1 else None
                certain = certain and length is not None
                position += length or 0
            elif how == _DOUBLE_SPLAT:
                self._spread_keywords(owner, scope, position, values, keywords)
            elif how == _POSITIONAL:
                for index in range(position, position + 1 if certain else len(scope.params)):
                    self._put_at(owner, scope, index, values)
                position += 1
            else:
                name = unit.names[how]
                index = _keyword(owner, scope, name)
                self._put(owner, scope, index, values)
                if index != NONE and scope.params[index].kind == _VAR_KEYWORD:
                    self._put(owner, scope, index, values, f"[{name}]")

    def _tells(self, unit: Unit, how: int, e: int) -> bool:
        """Whether an argument may hand over something that is followed."""
        if how in (_SPLAT, _DOUBLE_SPLAT):
            return True
        if unit.ops[e] == _CONST:
            return False
        values = self._inference.expression(unit, e)[0]
        return any(value[0] in _FOLLOWED or value[0] in _TOLD for value in values)

    def _put_at(self, owner: Unit, scope: ScopeFact, position: int, values: Result) -> None:
        index = _positional(scope, position)
        self._put(owner, scope, index, values)
        if index != NONE and scope.params[index].kind == _VAR_POSITIONAL:
            self._put(owner, scope, index, values, f"[{position - index}]")

    def _spread(self, owner: Unit, scope: ScopeFact, position: int, values: Result) -> None:
        for value in values:
            for place in range(position, len(scope.params)):
                index = _positional(scope, place)
                if index == NONE:
                    break
                if scope.params[index].kind == _VAR_POSITIONAL:
                    self._put(owner, scope, index, self._inference.elements(value))
                    break
                self._put(owner, scope, index, self._inference.spread(value, place - position))

    def _spread_keywords(
        self, owner: Unit, scope: ScopeFact, position: int, values: Result, given: list[str]
    ) -> None:
        for value in values:
            if value[0] not in _MAPPINGS:
                continue
            for index, param in enumerate(scope.params):
                name = owner.names[param.name]
                if param.kind == _VAR_KEYWORD:
                    self._put(owner, scope, index, self._inference.items(value))
                    self._put(owner, scope, index, {value: ARGUMENT}, "[**]")
                elif (
                    index >= position
                    and name not in given
                    and param.kind in (ParamKind.POSITIONAL_OR_KEYWORD, ParamKind.KEYWORD_ONLY)
                ):
                    self._put(owner, scope, index, self._inference.under(value, name))

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

    def takes_receiver(self, callee: Value) -> bool:
        """Whether a method was made of a function that was not defined as one, so that nothing
        but its calls says what its first parameter is."""
        if callee[0] != BOUND:
            return False
        owner = self._inference.unit(callee[1])
        return not owner.is_bound_first(owner.symbols[callee[2]])

    def _function(self, callee: Value) -> tuple[Unit, ScopeFact, int]:
        owner = self._inference.unit(callee[1])
        return owner, owner.scopes[owner.symbols[callee[2]].scope], int(callee[0] == BOUND)

    def construct(self, cls: Value, unit: Unit, call: int) -> None:
        """What the CALL of a class without a constructor of its own passes to its fields."""
        fields: dict[str, Value] = {}
        for holder in reversed(list(self._inference.mro(cls[1], cls[2]))):
            if holder[0] == CLASS:
                names = self._inference.fields(holder[1], holder[2])
                fields.update((name, holder) for name in names)
        in_order = list(fields)
        for position, (how, e) in enumerate(unit.arguments(call)):
            if how == _POSITIONAL and position < len(in_order):
                name = in_order[position]
            elif how >= 0 and unit.names[how] in fields:
                name = unit.names[how]
            else:
                continue
            self.fill(fields[name], name, self._inference.expression(unit, e)[0])

    def fill(self, holder: Value, name: str, values: Result) -> None:
        """Values for an attribute of a class or a module; a name in angles says what the values
        are to the holder."""
        owner = self._inference.unit(holder[1])
        symbol = owner.symbols[holder[2] if holder[0] != MODULE else 0]
        self._add((owner.path, symbol.path, name if name[0] == "<" else "." + name), values)

    def hold(self, path: str, sym: int, name: str, values: Result) -> None:
        """Values for what goes by a name in a symbol, a container there."""
        self._add((path, self._inference.unit(path).symbols[sym].path, name), values)

    def _put(
        self, owner: Unit, scope: ScopeFact, index: int, values: Result, item: str = ""
    ) -> None:
        if index == NONE or index >= len(scope.params):
            return
        name = owner.names[scope.params[index].name]
        target = (owner.path, owner.symbols[scope.symbol].path, name + item)
        self._add(target, values)
        if not item:
            self.given += [(target, value) for value in values if value[0] == PARAMETER]

    def _add(self, target: Target, values: Result) -> None:
        for value in values:
            if value[0] == PART:
                value = value[1]
            if value[0] in _FOLLOWED and (
                value[0] not in _WITH_RECEIVER or _can_be_written(value[3])
            ):
                self.given.append((target, _from_outside(value)))


def _from_outside(value: Value) -> Value:
    """A value as others know it: whose method it is the receiver of, only that method knows."""
    kind = value[0]
    if kind in (INSTANCE, CLASS) and value[3] == OWN:
        return (*value[:3], DECLARED if kind == INSTANCE else OR_BELOW)
    if kind in _WITH_RECEIVER and value[3] is not None:
        return (*value[:3], _from_outside(value[3]))
    return value


def _can_be_written(receiver: Value | None) -> bool:
    if receiver is not None and receiver[0] == ROWS:
        return _can_be_written(receiver[3])
    return receiver is None or receiver[0] in (INSTANCE, CLASS, EXTERNAL_INSTANCE)


def _positional(scope: ScopeFact, position: int) -> int:
    for index, param in enumerate(scope.params):
        if param.kind == _VAR_POSITIONAL:
            return index
        if param.kind in (ParamKind.KEYWORD_ONLY, _VAR_KEYWORD):
            return NONE
        if index == position:
            return index
    return NONE


def _keyword(owner: Unit, scope: ScopeFact, name: str) -> int:
    rest = NONE
    for index, param in enumerate(scope.params):
        if param.kind == _VAR_KEYWORD:
            rest = index
        elif owner.names[param.name] == name and param.kind != ParamKind.POSITIONAL_ONLY:
            return index
    return rest
