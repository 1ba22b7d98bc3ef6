"""What is in a container: elements, items, and what the methods of the builtin containers give.

A display is known by the place it is written at; what is appended to it or stored in it counts
when that happens in the same function (for a module's own, anywhere in the file).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ramify.analysis.calling import NO_ARGUMENTS, Arguments, Calling, received
from ramify.analysis.engine import Found
from ramify.analysis.known import SAME_ELEMENTS
from ramify.analysis.unit import Unit
from ramify.analysis.values import (
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
    METHOD_OF,
    MOST_TARGETS,
    NAMESPACE,
    NOTHING,
    TYPED,
    Result,
    Value,
    merge,
    weaken,
)
from ramify_store.facts import NONE, ArgumentHow, Op, ScopeKind

_ADDS = {"append": 0, "add": 0, "appendleft": 0, "insert": 1}
_EXTENDS = frozenset({"extend", "update", "extendleft"})
_TAKES = frozenset({"pop", "get", "popleft", "setdefault", "popitem", "__getitem__"})


_OUTSIDE = frozenset({EXTERNAL, EXTERNAL_INSTANCE, NAMESPACE})


class Containers(Calling):
    """Elements and items."""

    def elements(self, value: Value) -> Result:
        if value[0] == TYPED:
            return self.typed_argument(value, "element")
        return self._asked("elements", value, self._elements)

    def _elements(self, value: Value) -> Result:
        kind = value[0]
        if kind == LITERAL:
            return self._of_display(value)
        if kind == GENERATOR:
            return self._received_by(self.yielded(value[1], value[2]), value[3])
        if kind == MADE:
            return self._of_made(value)
        if kind == "rest":
            return self._of_rest(value)
        if kind == "view":
            return self._of_view(value)
        if kind == INSTANCE:
            return self._iterated(value)
        if kind == CLASS and self._is_enum(self.mro(value[1], value[2])):
            return {(INSTANCE, value[1], value[2], CONSTRUCTED): ELEMENT}
        return NOTHING

    def _asked(self, aspect: str, value: Value, answer: Callable[[Value], Result]) -> Result:
        """An answer about a container, which may hold itself."""
        if value[0] in _OUTSIDE:
            return NOTHING

        def found() -> Found:
            result = answer(value)
            return (
                weaken(result, ELEMENT) if len(result) <= 4 * MOST_TARGETS else NOTHING
            ), NOTHING

        return self.ask((aspect, owner_of(value), value), found)[0]

    def _received_by(self, result: Result, receiver: Value | None) -> Result:
        if receiver is None:
            return result
        return {received(value, receiver): mark for value, mark in result.items()}

    def _of_display(self, value: Value) -> Result:
        _, path, e = value
        unit = self.unit(path)
        op = unit.ops[e]
        found: Result = {}
        if op in (Op.TUPLE, Op.LIST, Op.SET):
            for element in unit.elements(e):
                merge(found, self._display_element(unit, element))
        elif op == Op.DICT:
            for key, held in unit.entries(e):
                if key != NONE:
                    merge(found, self.expression(unit, key)[0])
                else:
                    for inner in self.expression(unit, held)[0]:
                        merge(found, self.elements(inner))
        elif op in (Op.COMP, Op.DICT_COMP):
            merge(found, self.expression(unit, unit.a[e])[0])
        for added in self._added(unit, value):
            merge(found, added)
        if op in (Op.LIST, Op.TUPLE):
            merge(found, self._stored_items(unit, value, None))
        return found

    def _display_element(self, unit: Unit, element: int) -> Result:
        if unit.ops[element] != Op.STAR:
            return self.expression(unit, element)[0]
        found: Result = {}
        for inner in self.expression(unit, unit.a[element])[0]:
            merge(found, self.elements(inner))
        return found

    def _added(self, unit: Unit, value: Value) -> Iterator[Result]:
        """Values that calls of `append` and the like put into a display."""
        for call, name in self._mutations(unit):
            base = unit.a[unit.a[call]]
            if not self._near(unit, value[2], call) or not self._is_that(unit, base, value):
                continue
            given = [e for how, e in unit.arguments(call) if how == ArgumentHow.POSITIONAL]
            if name in _ADDS and len(given) > _ADDS[name]:
                yield self.expression(unit, given[_ADDS[name]])[0]
            elif name in _EXTENDS and given:
                for inner in self.expression(unit, given[0])[0]:
                    yield self.elements(inner)

    def _mutations(self, unit: Unit) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] | None = unit.__dict__.get("mutations")
        if found is None:
            found = []
            for callee, call in unit.call_of.items():
                if unit.ops[callee] == Op.ATTR:
                    name = unit.names[unit.b[callee]]
                    if name in _ADDS or name in _EXTENDS:
                        found.append((call, name))
            unit.__dict__["mutations"] = found
        return found

    def _near(self, unit: Unit, display: int, use: int) -> bool:
        """Whether a change at `use` is looked for: same function, or the display is a module's
        or a class's own, or an attribute's."""
        scope = unit.named_scope(unit.scope_of[display])
        if unit.scopes[scope].kind != ScopeKind.FUNCTION:
            return True
        around = unit.scope_of[use]
        while around > 0:
            if around == scope:
                return True
            around = unit.scopes[around].parent
        return False

    def _is_that(self, unit: Unit, base: int, value: Value) -> bool:
        return unit.ops[base] in (Op.NAME, Op.ATTR) and value in self.expression(unit, base)[0]

    def _stored_items(self, unit: Unit, value: Value, key: str | None) -> Result:
        """Values that `display[...] = value` statements store; with a key, under it or under
        one that is not known."""
        found: Result = {}
        for index in unit.item_bindings:
            binding = unit.bindings[index]
            base, at = unit.a[binding.target], unit.b[binding.target]
            if binding.value == NONE or not self._near(unit, value[2], binding.target):
                continue
            text = unit.text_of_const(at)
            if (key is None or text is None or text == key) and self._is_that(unit, base, value):
                merge(found, self.expression(unit, binding.value)[0])
        return found

    def _of_made(self, value: Value) -> Result:
        dotted = value[1]
        found: Result = {}
        if dotted == "builtins.map":
            for function in self.infer_argument(value, 0):
                merge(found, self.result(function, NO_ARGUMENTS, None, NONE))
        elif dotted == "builtins.filter":
            for inner in self.infer_argument(value, 1):
                merge(found, self.elements(inner))
        elif dotted in ("builtins.enumerate", "builtins.zip"):
            return {("tuple of", *value[1:]): ELEMENT}
        elif dotted in SAME_ELEMENTS or dotted == "itertools.chain":
            for position in range(4 if dotted == "itertools.chain" else 1):
                for inner in self.infer_argument(value, position):
                    merge(found, self.elements(inner))
        return weaken(found, ELEMENT)

    def _of_rest(self, value: Value) -> Result:
        _, path, sym, index = value
        unit = self.unit(path)
        param = unit.scopes[unit.symbols[sym].scope].params[index]
        if param.annotation != NONE:
            return self.annotated(unit, param.annotation)
        return self.handed_rest(path, sym, index)

    def handed_rest(self, path: str, sym: int, index: int) -> Result:
        """What call sites hand to a `*args` or `**kwargs` parameter."""
        unit = self.unit(path)
        param = unit.scopes[unit.symbols[sym].scope].params[index]
        return self.ask(
            ("handed", path, sym, index), lambda: (self.handed(path, sym, param), NOTHING)
        )[0]

    def _of_view(self, value: Value) -> Result:
        _, which, container = value
        if which == "items":
            return {("pair of", container): ELEMENT}
        return self.items(container) if which == "values" else self.elements(container)

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
        if not found:
            merge(found, self.special(value, "__getitem__"))
        return weaken(found, ELEMENT)

    def special(self, value: Value, name: str) -> Result:
        """What a special method of an instance gives, without arguments."""
        found: Result = {}
        for function in self.member_of_class(value, name):
            bound = ("bound", function[1], function[2], value)
            merge(found, self.result(bound, NO_ARGUMENTS, None, NONE))
        return found

    def items(self, value: Value) -> Result:
        """What subscribing a container with something unknown may give."""
        if value[0] == TYPED:
            return self.typed_argument(value, "value")
        return self._asked("items", value, self._items)

    def _items(self, value: Value) -> Result:
        if value[0] == LITERAL:
            unit = self.unit(value[1])
            if unit.ops[value[2]] in (Op.DICT, Op.DICT_COMP):
                return self._dict_values(value, None)
            return self.elements(value)
        if value[0] == MADE and value[1] == "collections.defaultdict":
            found: Result = {}
            for factory in self.infer_argument(value, 0):
                merge(found, self.result(factory, NO_ARGUMENTS, None, NONE))
            return found
        if value[0] == MADE and value[1] in ("builtins.dict", "collections.OrderedDict"):
            return self._dict_call(value, None)
        if value[0] == INSTANCE:
            return self.special(value, "__getitem__")
        return self.elements(value)

    def item(self, value: Value, unit: Unit, index: int) -> Result:
        """What subscribing with expression `index` of `unit` gives."""
        text = unit.text_of_const(index)
        if value[0] == LITERAL and text is not None:
            owner = self.unit(value[1])
            if owner.ops[value[2]] == Op.DICT:
                return self.item_under(value, text)
            if unit.names[unit.a[index]] == "int":
                return self.at_position(value, int(text, 0) if text.isdecimal() else 0)
        if value[0] == MADE and text is not None and value[1] == "builtins.dict":
            return self._asked("item " + text, value, lambda v: self._dict_call(v, text))
        if value[0] in (CLASS, "external"):
            return {value: ELEMENT}  # a generic alias
        return self.items(value)

    def item_under(self, value: Value, key: str) -> Result:
        """What a dict display holds under a key."""
        question = ("item", *value[1:], key)
        found = self.ask(question, lambda: (self._dict_values(value, key), NOTHING))[0]
        return weaken(found, ELEMENT)

    def _dict_values(self, value: Value, key: str | None) -> Result:
        unit = self.unit(value[1])
        e = value[2]
        if unit.ops[e] == Op.DICT_COMP:
            return self.expression(unit, unit.b[e])[0]
        found: Result = {}
        for at, held in unit.entries(e):
            text = unit.text_of_const(at) if at != NONE else None
            if at == NONE:
                for inner in self.expression(unit, held)[0]:
                    merge(found, self.items(inner))
            elif key is None or text is None or text == key:
                merge(found, self.expression(unit, held)[0])
        merge(found, self._stored_items(unit, value, key))
        return found

    def _dict_call(self, value: Value, key: str | None) -> Result:
        unit = self.unit(value[2])
        found: Result = {}
        for how, e in unit.arguments(value[3]):
            if how >= 0 and (key is None or unit.names[how] == key):
                merge(found, self.infer(unit, e))
            elif how == ArgumentHow.POSITIONAL:
                for inner in self.infer(unit, e):
                    merge(found, self.items(inner))
        return weaken(found, ELEMENT)

    def at_position(self, value: Value, position: int) -> Result:
        """What unpacking a value gives at a position (negative: from the end)."""
        kind = value[0]
        if kind == LITERAL:
            unit = self.unit(value[1])
            if unit.ops[value[2]] in (Op.TUPLE, Op.LIST):
                elements = unit.elements(value[2])
                plain = all(unit.ops[e] != Op.STAR for e in elements)
                if plain and -len(elements) <= position < len(elements):
                    return self._one(value, position)
            return self.elements(value)
        if kind == TYPED:
            return self.typed_item(value, position)
        if kind == "pair of":
            return self.elements(value[1]) if position == 0 else self.items(value[1])
        if kind == "tuple of":
            made = (MADE, *value[1:])
            if value[1] == "builtins.enumerate" and position == 0:
                return NOTHING
            which = 0 if value[1] == "builtins.enumerate" else position
            found: Result = {}
            for inner in self.infer_argument(made, which):
                merge(found, self.elements(inner))
            return weaken(found, ELEMENT)
        return self.items(value) if kind != INSTANCE else self.elements(value)

    def _one(self, value: Value, position: int) -> Result:
        """One element of a display, with what is stored under its index."""

        def answer() -> Found:
            unit = self.unit(value[1])
            found = dict(self.expression(unit, unit.elements(value[2])[position])[0])
            merge(found, self._stored_items(unit, value, str(position)))
            return found, NOTHING

        return weaken(self.ask(("position", value[1], value[2], position), answer)[0], ELEMENT)

    def container_method(self, container: Value, name: str, given: Arguments) -> Result:
        if name in ("items", "values", "keys"):
            return {("view", name, container): ELEMENT} if container[0] != "view" else NOTHING
        if name in ("copy", "__iter__", "__aiter__"):
            return {container: ELEMENT}
        if name in ("send", "__next__", "__anext__"):
            return self.elements(container)
        if name in _TAKES:
            found = dict(self.items(container))
            merge(found, weaken(given.positional(1), ELEMENT))
            return found
        return NOTHING

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
        kept = value[0] == EXTERNAL_INSTANCE or value[:2] == (MADE, "pytest.raises")
        return {value: ELEMENT} if kept else NOTHING

    def awaited(self, value: Value) -> Result:
        if value[0] == COROUTINE:
            return self._received_by(self.outcome(value[1], value[2]), value[3])
        if value[0] == TYPED:
            return self.typed_argument(value, "awaited")
        if value[0] == INSTANCE:
            return self.special(value, "__await__")
        return NOTHING


def owner_of(value: Value) -> str:
    """The file that a container is made, or declared, in."""
    if value[0] in (MADE, "tuple of"):
        return str(value[2])
    if value[0] in ("view", METHOD_OF, "pair of"):
        return owner_of(value[2] if value[0] == "view" else value[1])
    return str(value[1])
