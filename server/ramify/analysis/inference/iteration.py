"""What iterating, entering and awaiting give."""

from __future__ import annotations

from collections.abc import Callable

from ramify.analysis.inference.arguments import NO_ARGUMENTS
from ramify.analysis.inference.known import GROWING, SAME_ELEMENTS, SEQUENCES
from ramify.analysis.inference.outside import made_type
from ramify.analysis.inference.rests import Rests
from ramify.analysis.inference.returns import received
from ramify.analysis.inference.values import (
    CLASS,
    CONSTRUCTED,
    COROUTINE,
    ELEMENT,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    GENERATOR,
    INSTANCE,
    LITERAL,
    MADE,
    MOST_TARGETS,
    NOTHING,
    OF_CLASS,
    PART,
    REST,
    RETURNED,
    TYPED,
    Result,
    Value,
    merge,
    weaken,
)
from ramify_store.facts import NONE, Op

GATHERED = "<gathered>"
"""A class below a container is handed under this name what is put into its instances."""


class Iteration(Rests):
    """Elements of any value, and the protocols beside."""

    def elements(self, value: Value) -> Result:
        if value[0] == TYPED:
            return self.typed_argument(value, "element")
        if value[0] == EXTERNAL_INSTANCE:
            return weaken(self.elements_outside(value), ELEMENT)
        if value[0] == EXTERNAL:
            return self._of_held(value, self.elements)
        return self._asked("elements", value, self._elements)

    def _elements(self, value: Value) -> Result:
        kind = value[0]
        if kind == LITERAL:
            return self._of_display(value)
        if kind == GENERATOR:
            return self._received_by(self.yielded(value[1], value[2]), value[3])
        if made_type(value):
            return self.elements_outside(value)
        if kind == MADE:
            return self._of_made(value)
        if kind == REST:
            return NOTHING if self._is_keyed(value) else self._of_rest(value)
        if kind == PART:
            return self._of_part(value)
        if kind == "view":
            return self._of_view(value)
        if kind == INSTANCE:
            return self._iterated(value)
        if kind == CLASS and self.is_enum(self.mro(value[1], value[2])):
            return {(INSTANCE, value[1], value[2], CONSTRUCTED): ELEMENT}
        return NOTHING

    def _of_held(self, value: Value, way: Callable[[Value], Result]) -> Result:
        """What something outside holds, one step further."""
        found: Result = {}
        for held in self.held(value):
            merge(found, way(held))
        return weaken(found, ELEMENT)

    def _received_by(self, result: Result, receiver: Value | None) -> Result:
        if receiver is None:
            return result
        return {received(value, receiver): mark for value, mark in result.items()}

    def _of_made(self, value: Value) -> Result:
        dotted = value[1]
        found: Result = {}
        if dotted in SAME_ELEMENTS:
            for inner in self.infer_argument(value, 0):
                merge(found, self.elements(inner))
        if dotted in GROWING:
            merge(found, self._put_in(value))
        return weaken(found, ELEMENT)

    def _of_view(self, value: Value) -> Result:
        _, which, container = value
        if which == "items":
            return {("pair of", container): ELEMENT}
        return self.items(container) if which == "values" else self.elements(container)

    def _of_part(self, value: Value) -> Result:
        _, whole, start, stop = value
        if start is None or whole[0] != LITERAL:
            return self.elements(whole)
        unit = self.unit(whole[1])
        elements = unit.elements(whole[2]) if unit.ops[whole[2]] in (Op.TUPLE, Op.LIST) else ()
        if not elements or any(unit.ops[e] == Op.STAR for e in elements):
            return self.elements(whole)
        found: Result = {}
        for position in range(*slice(start, stop).indices(len(elements))):
            merge(found, self.one(whole, position))
        for added in self._added(unit, whole):
            merge(found, added)
        return found

    def _iterated(self, value: Value) -> Result:
        found: Result = {}
        for iterator in self.special(value, "__iter__") or self.special(value, "__aiter__"):
            if iterator[0] != INSTANCE:
                merge(found, self.elements(iterator))
                continue
            result = self.special(iterator, "__next__") or self.special(iterator, "__anext__")
            for inner in result:
                if inner[0] == COROUTINE:
                    merge(found, self.outcome(inner[1], inner[2]))
                else:
                    merge(found, {inner: ELEMENT})
        found = dict(self.told_by_class(found, value))
        if all(element[0] == OF_CLASS for element in found):
            merge(found, self.special(value, "__getitem__"))
        if not found and self.gathers(value):
            found = dict(self.gathered(value))
        return weaken(found, ELEMENT)

    def gathers(self, value: Value) -> bool:
        """Whether the class of an INSTANCE or a CLASS is below a container outside."""
        return any(v[0] == EXTERNAL and v[1] in SEQUENCES for v in self.mro(value[1], value[2]))

    def gathered(self, value: Value) -> Result:
        """What is put into instances of a class that is below a container."""
        found: Result = {}
        for cls in self.mro(value[1], value[2]):
            if cls[0] == CLASS:
                held = self.few_reaching(cls[1], cls[2], GATHERED)
                merge(found, dict.fromkeys(held, ELEMENT))
        return self.few(found, 4 * MOST_TARGETS)

    def special(self, value: Value, name: str) -> Result:
        """What a special method of an instance gives, without arguments."""
        found: Result = {}
        for function in self.member_of_class(value, name):
            bound = ("bound", function[1], function[2], value)
            merge(found, self.result(bound, NO_ARGUMENTS, None, NONE))
        return found

    def entered(self, value: Value) -> Result:
        """What `with value as name` binds."""
        if value[0] == GENERATOR:
            return self.elements(value)
        if value[0] == TYPED:
            return self.typed_argument(value, "entered")
        if value[0] == INSTANCE:
            found: Result = {}
            for result in self.special(value, "__enter__") or self.special(value, "__aenter__"):
                merge(found, self.awaited(result) if result[0] == COROUTINE else {result: ELEMENT})
            return found
        if value[0] == EXTERNAL:
            return self._of_held(value, self.entered)
        if value[0] == EXTERNAL_INSTANCE or made_type(value):
            return weaken(self.entered_outside(value), ELEMENT)
        return {value: ELEMENT} if value[:2] == (MADE, "pytest.raises") else NOTHING

    def awaited(self, value: Value) -> Result:
        if value[0] == COROUTINE:
            return self._received_by(self.outcome(value[1], value[2]), value[3])
        if value[0] == TYPED:
            return self.typed_argument(value, "awaited")
        if value[0] == INSTANCE:
            return self.special(value, "__await__")
        if value[0] == EXTERNAL:
            return self._of_held(value, self.awaited)
        if value[0] == EXTERNAL_INSTANCE or made_type(value):
            return weaken(self.awaited_outside(value), RETURNED)
        return NOTHING
