"""What `__getattr__` gives: an attribute of what the object stands for, or something of its own.

The lookup is that of the language reference, section 3.3.2: only for names that are not found.
"""

from __future__ import annotations

from ramify.analysis.inference.calling import Calling
from ramify.analysis.inference.engine import UNKNOWN, Found
from ramify.analysis.inference.returns import received
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    BOUND,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    INSTANCE,
    NOTHING,
    PARAMETER,
    RETURNED,
    Value,
    merge,
    weaken,
)
from ramify_store.facts import NONE, ArgumentHow, Op

_GETATTR = (EXTERNAL, "builtins.getattr")
_NONE = (EXTERNAL_INSTANCE, "builtins.NoneType")


class Delegation(Calling):
    """Attributes that a class answers for without having them."""

    def answered(self, value: Value, name: str) -> Found:
        if name.startswith("__"):
            return UNKNOWN
        values: dict[Value, int] = {}
        refs: dict[Value, int] = {}
        for function in self.member_of_class(value, "__getattr__"):
            path, sym = function[1:3]
            for inner in self.delegates(path, sym):
                inner = received(inner, value)
                # further delegation is not followed: two may stand for each other
                of_class = inner[0] == INSTANCE
                found = self._in_order(inner, name) if of_class else self.member(inner, name)
                merge(values, weaken(found[0], RETURNED))
                merge(refs, weaken(found[1], RETURNED))
            made = self.called_without_arguments((BOUND, path, sym, value))
            merge(values, {v: mark for v, mark in made.items() if v != _NONE})
        return (values, refs) if values or refs else UNKNOWN

    def delegates(self, path: str, sym: int) -> dict[Value, int]:
        """What a `__getattr__` takes attributes of by the name that it was asked for."""

        def answer() -> Found:
            unit = self.unit(path)
            found: dict[Value, int] = {}
            asked = (PARAMETER, path, sym, 1)
            for callee, call in unit.call_of.items():
                if unit.scope_of[call] != unit.symbols[sym].scope or not self._gets(unit, callee):
                    continue
                given = [e for how, e in unit.arguments(call) if how == ArgumentHow.POSITIONAL]
                if len(given) > 1 and asked in self.expression(unit, given[1])[0]:
                    merge(found, self.expression(unit, given[0])[0])
            return found, NOTHING

        return self.ask(("delegates", path, sym), answer)[0]

    def _gets(self, unit: Unit, callee: int) -> bool:
        at = unit.name_index.get("getattr", NONE)
        is_named = unit.ops[callee] == Op.NAME and unit.a[callee] == at
        return is_named and _GETATTR in self.expression(unit, callee)[0]
