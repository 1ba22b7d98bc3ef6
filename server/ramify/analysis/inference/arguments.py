"""The arguments of a call, inferred when they are asked for.

Positions do not count the receiver.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import NOTHING, Result, Value, merge
from ramify_store.facts import NONE, ArgumentHow


class Arguments(Protocol):
    """What a call passes."""

    def positional(self, index: int) -> Result: ...

    def keyword(self, name: str) -> Result: ...


class Answering(Protocol):
    """What arguments ask of inference."""

    def unit(self, path: str) -> Unit: ...

    def infer(self, unit: Unit, e: int) -> Result: ...

    def infer_argument(self, made: Value, position: int) -> Result: ...

    def elements(self, value: Value) -> Result: ...

    def under(self, value: Value, key: str) -> Result: ...


class NoArguments:
    def positional(self, index: int) -> Result:
        return NOTHING

    def keyword(self, name: str) -> Result:
        return NOTHING


class GivenArguments:
    """Positional values that are known already."""

    def __init__(self, values: Sequence[Result]) -> None:
        self.values = values

    def positional(self, index: int) -> Result:
        return self.values[index] if index < len(self.values) else NOTHING

    def keyword(self, name: str) -> Result:
        return NOTHING


NO_ARGUMENTS = NoArguments()


class SiteArguments:
    """The arguments of a call site, inferred when asked for."""

    __slots__ = ("_engine", "call", "unit")

    def __init__(self, engine: Answering, unit: Unit, call: int) -> None:
        self._engine = engine
        self.unit = unit
        self.call = call

    def positional(self, index: int) -> Result:
        if self.call == NONE:
            return NOTHING
        at = 0
        for how, e in self.unit.arguments(self.call):
            if how == ArgumentHow.SPLAT:
                return self._splat(e)
            if how == ArgumentHow.POSITIONAL:
                if at == index:
                    return self._engine.infer(self.unit, e)
                at += 1
        return NOTHING

    def _splat(self, e: int) -> Result:
        found: Result = {}
        for value in self._engine.infer(self.unit, e):
            merge(found, self._engine.elements(value))
        return found

    def keyword(self, name: str) -> Result:
        if self.call == NONE:
            return NOTHING
        found: Result = {}
        for how, e in self.unit.arguments(self.call):
            if how >= 0 and self.unit.names[how] == name:
                return self._engine.infer(self.unit, e)
            if how == ArgumentHow.DOUBLE_SPLAT:
                for mapping in self._engine.infer(self.unit, e):
                    merge(found, self._engine.under(mapping, name))
        return found


class PartialArguments:
    """The arguments of a `functools.partial` and then those of its call."""

    def __init__(self, engine: Answering, made: Value, given: Arguments) -> None:
        self._engine = engine
        self._made = made
        self._given = given

    def positional(self, index: int) -> Result:
        unit = self._engine.unit(self._made[2])
        arguments = unit.arguments(self._made[3])
        bound = sum(how == ArgumentHow.POSITIONAL for how, _ in arguments) - 1
        if index < bound:
            return self._engine.infer_argument(self._made, index + 1)
        return self._given.positional(index - bound)

    def keyword(self, name: str) -> Result:
        unit = self._engine.unit(self._made[2])
        for how, e in unit.arguments(self._made[3]):
            if how >= 0 and unit.names[how] == name:
                return self._given.keyword(name) or self._engine.infer(unit, e)
        return self._given.keyword(name)
