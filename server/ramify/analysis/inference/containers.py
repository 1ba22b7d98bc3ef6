"""What is in a container: elements, items, and what the methods of the builtin containers give.

A display is known by the place it is written at; what is appended to it or stored in it counts
when that happens in the same function (for a module's own, anywhere in the file).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ramify.analysis.inference.calling import NO_ARGUMENTS, Arguments, Calling, received
from ramify.analysis.inference.constants import number_of, text_of
from ramify.analysis.inference.engine import Found
from ramify.analysis.inference.known import SAME_ELEMENTS
from ramify.analysis.inference.names import chain_of
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ARGUMENT,
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
    PART,
    REST,
    RETURNED,
    TYPED,
    Result,
    Value,
    merge,
    weaken,
)
from ramify_store.facts import NONE, ArgumentHow, Op, ParamKind, ScopeKind

_ADDS = {"append": 0, "add": 0, "appendleft": 0, "insert": 1}
_EXTENDS = frozenset({"extend", "update", "extendleft"})
_FILLS = frozenset({"update", "setdefault"})
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
                    if name in _ADDS or name in _EXTENDS or name in _FILLS:
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
            merge(found, self._stored_item(unit, index, value, key))
        return found

    def _stored_item(self, unit: Unit, index: int, value: Value, key: str | None) -> Result:
        binding = unit.bindings[index]
        base, at = unit.a[binding.target], unit.b[binding.target]
        if binding.value == NONE or not self._near(unit, value[2], binding.target):
            return NOTHING
        text = unit.text_of_const(at)
        if (key is None or text is None or text == key) and self._is_that(unit, base, value):
            return self.expression(unit, binding.value)[0]
        return NOTHING

    def _filled(self, unit: Unit, value: Value, key: str | None) -> Result:
        """Values that `update` and `setdefault` put into a dict display."""
        found: Result = {}
        for call, name in self._mutations(unit):
            base = unit.a[unit.a[call]]
            if name not in _FILLS or not self._near(unit, value[2], call):
                continue
            if not self._is_that(unit, base, value):
                continue
            arguments = unit.arguments(call)
            if name == "setdefault" and len(arguments) == 2:
                text = unit.text_of_const(arguments[0][1])
                if key is None or text is None or text == key:
                    merge(found, self.expression(unit, arguments[1][1])[0])
                continue
            for how, e in arguments if name == "update" else ():
                if how >= 0 and (key is None or unit.names[how] == key):
                    merge(found, self.expression(unit, e)[0])
                elif how in (ArgumentHow.POSITIONAL, ArgumentHow.DOUBLE_SPLAT):
                    for inner in self.expression(unit, e)[0]:
                        merge(found, self.items(inner) if key is None else self.under(inner, key))
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
        elif dotted == "asyncio.gather":
            for position in range(MOST_TARGETS):
                merge(found, self._gathered(value, position))
        elif dotted in ("builtins.enumerate", "builtins.zip"):
            return {("tuple of", *value[1:]): ELEMENT}
        elif dotted in SAME_ELEMENTS or dotted == "itertools.chain":
            for position in range(4 if dotted == "itertools.chain" else 1):
                for inner in self.infer_argument(value, position):
                    merge(found, self.elements(inner))
        return weaken(found, ELEMENT)

    def _gathered(self, value: Value, position: int) -> Result:
        found: Result = {}
        for inner in self.infer_argument(value, position):
            merge(found, self.awaited(inner))
        return found

    def _of_rest(self, value: Value) -> Result:
        return self._declared_rest(value) or self.handed_rest(*value[1:])

    def _declared_rest(self, value: Value) -> Result:
        _, path, sym, index = value
        unit = self.unit(path)
        param = unit.scopes[unit.symbols[sym].scope].params[index]
        return self.annotated(unit, param.annotation) if param.annotation != NONE else NOTHING

    def handed_rest(self, path: str, sym: int, index: int) -> Result:
        """What call sites hand to a parameter with stars."""
        unit = self.unit(path)
        param = unit.scopes[unit.symbols[sym].scope].params[index]
        return self.ask(
            ("handed", path, sym, index), lambda: (self.handed(path, sym, param), NOTHING)
        )[0]

    def handed_under(self, rest: Value, key: str) -> Result:
        """What call sites hand to a parameter with stars under a keyword, or at a position: what
        they name, and what mappings that they spread hold there. For the asker's own file."""

        def found(rest: Value) -> Result:
            _, path, sym, index = rest
            unit = self.unit(path)
            name = unit.names[unit.scopes[unit.symbols[sym].scope].params[index].name]
            held = dict.fromkeys(self.reaching(path, sym, f"{name}[{key}]"), ARGUMENT)
            for mapping in self.reaching(path, sym, f"{name}[**]"):
                merge(held, self.under(mapping, key))
            return held if len(held) <= MOST_TARGETS else NOTHING

        return self._asked("under " + key, rest, found)

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
        if value[0] == REST:
            return self._of_rest(value)
        if value[0] == INSTANCE:
            return self.special(value, "__getitem__")
        return self.elements(value)

    def item(self, value: Value, unit: Unit, index: int) -> Result:
        """What subscribing with expression `index` of `unit` gives."""
        kind = value[0]
        if kind in (EXTERNAL, EXTERNAL_INSTANCE, CLASS):
            return self._outside_item(value, unit, index)
        if kind == INSTANCE:
            return self.items(value)
        if unit.ops[index] == Op.SLICE:
            return self._slice(value, unit, index)
        if kind in (LITERAL, PART, TYPED) or (kind == REST and not self._is_keyed(value)):
            number = number_of(self, unit, index)
            if number is not None and not self._is_dict(value):
                return self._latest(value, str(number), unit, index) or self.at_position(
                    value, number
                )
        if kind in (LITERAL, MADE, REST):
            text = text_of(self, unit, index)
            if text is not None:
                return self._latest(value, text, unit, index) or self.under(value, text)
        return self.items(value)

    def _outside_item(self, value: Value, unit: Unit, index: int) -> Result:
        if value[0] == EXTERNAL_INSTANCE:
            return NOTHING
        if value[0] == CLASS and self.is_enum(self.mro(value[1], value[2])):
            return self.elements(value)
        return {value: ELEMENT}  # a generic alias

    def _is_dict(self, value: Value) -> bool:
        return value[0] == LITERAL and self.unit(value[1]).ops[value[2]] == Op.DICT

    def _is_keyed(self, rest: Value) -> bool:
        scope = self.unit(rest[1]).scope_of_symbol[rest[2]]
        return self.unit(rest[1]).scopes[scope].params[rest[3]].kind == ParamKind.VAR_KEYWORD

    def under(self, value: Value, key: str) -> Result:
        """What a mapping holds under a key that is a text."""
        if self._is_dict(value):
            return self.item_under(value, key)
        if value[0] == MADE and value[1] == "builtins.dict":
            return self._asked("item " + key, value, lambda v: self._dict_call(v, key))
        if value[0] == MADE and value[1] == "builtins.globals":
            return self.global_name(value[2], key)[0]
        if value[0] == REST and value[1] == self.asker and self._is_keyed(value):
            return self.handed_under(value, key) or self._declared_rest(value)
        return self.items(value)

    def spread(self, value: Value, position: int) -> Result:
        """What `f(*value)` passes at a position, counted from where the star stands."""
        length = self.length(value)
        if length is None:
            return self.at_position(value, position)
        return self._one(value, position) if position < length else NOTHING

    def length(self, value: Value) -> int | None:
        """How many elements a tuple or list display has, if that is plain."""
        if value[0] != LITERAL:
            return None
        unit = self.unit(value[1])
        elements = unit.elements(value[2]) if unit.ops[value[2]] in (Op.TUPLE, Op.LIST) else ()
        self.elements(value)  # so that who asked hears of a display that changes
        plain = elements and all(unit.ops[e] != Op.STAR for e in elements)
        return len(elements) if plain and not self._grows(value) else None

    def _grows(self, value: Value) -> bool:
        """Whether something is added to a display of the asker's own file."""
        return value[1] == self.asker and any(self._added(self.unit(value[1]), value))

    def _slice(self, value: Value, unit: Unit, index: int) -> Result:
        if value[0] not in (LITERAL, REST, PART):
            return {value: ELEMENT}
        bounds: list[int | None] = []
        for e in (unit.a[index], unit.b[index]):
            number = None if e == NONE else number_of(self, unit, e)
            if e != NONE and number is None:
                return {_somewhere(value): ELEMENT}
            bounds.append(number)
        plain = value[0] != PART and unit.c[index] == NONE
        first = bounds[0] or 0
        made = (PART, value, first, bounds[1]) if plain and first >= 0 else _somewhere(value)
        return {made: ELEMENT}

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
            merge(found, self._one(whole, position))
        for added in self._added(unit, whole):
            merge(found, added)
        return found

    def _latest(self, value: Value, key: str, unit: Unit, use: int) -> Result:
        """What a display holds under a key that was certainly stored to earlier in the same
        function, with what may have been stored there since."""
        if value[0] != LITERAL or value[1] != unit.path or not unit.item_bindings:
            return NOTHING
        scope = unit.scope_of[use]
        around = set(chain_of(unit, unit.block_of[use]))
        last = NONE
        for index in unit.item_bindings:
            binding = unit.bindings[index]
            if (
                binding.target < use
                and binding.scope == scope
                and binding.block in around
                and binding.value != NONE
                and text_of(self, unit, unit.b[binding.target]) == key
                and list(self.expression(unit, unit.a[binding.target])[0]) == [value]
            ):
                last = index
        if last == NONE:
            return NOTHING
        found = dict(self.expression(unit, unit.bindings[last].value)[0])
        goes_round = any(unit.blocks[b].loop for b in around)
        for index in unit.item_bindings:
            binding = unit.bindings[index]
            since = index > last and (binding.target < use or goes_round)
            if since or binding.scope != scope:
                merge(found, self._stored_item(unit, index, value, key))
        return weaken(found, ELEMENT)

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
                    merge(found, self.items(inner) if key is None else self.under(inner, key))
            elif key is None or text is None or text == key:
                merge(found, self.expression(unit, held)[0])
        merge(found, self._stored_items(unit, value, key))
        merge(found, self._filled(unit, value, key))
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
        if kind == PART:
            start = value[2]
            from_start = start is not None and position >= 0
            return (
                self.at_position(value[1], start + position)
                if from_start
                else self.elements(value[1])
            )
        if kind == REST and value[1] == self.asker and not self._is_keyed(value):
            return (
                self._declared_rest(value)
                or self.handed_under(value, str(position))
                or self.elements(value)
            )
        if kind == MADE and value[1] == "asyncio.gather":
            return weaken(self._gathered(value, position), ELEMENT)
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

    def container_method(
        self, container: Value, name: str, given: Arguments, unit: Unit | None, call: int
    ) -> Result:
        if name in ("items", "values", "keys"):
            return {("view", name, container): ELEMENT} if container[0] != "view" else NOTHING
        if name in ("copy", "__iter__", "__aiter__"):
            return {container: ELEMENT}
        if name in ("send", "__next__", "__anext__"):
            return self.elements(container)
        if name in _TAKES:
            text = None
            if unit is not None and unit.path == self.asker and call != NONE and unit.c[call]:
                text = text_of(self, unit, unit.arguments(call)[0][1])
            mapping = self._is_dict(container) or container[0] in (MADE, REST)
            known = text is not None and mapping
            found = dict(self.under(container, text or "") if known else self.items(container))
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
        return {value: RETURNED} if value[:2] == (MADE, "asyncio.gather") else NOTHING


def _somewhere(value: Value) -> Value:
    """A slice of which nothing is known but the whole."""
    return (PART, value[1] if value[0] == PART else value, None, None)


def owner_of(value: Value) -> str:
    """The file that a container is made, or declared, in."""
    if value[0] in (MADE, "tuple of"):
        return str(value[2])
    if value[0] in ("view", METHOD_OF, "pair of", PART):
        return owner_of(value[2] if value[0] == "view" else value[1])
    return str(value[1])
