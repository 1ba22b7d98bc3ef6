"""What is in a container: items, positions, slices, and what the methods of builtin ones give."""

from __future__ import annotations

from ramify.analysis.inference.arguments import NO_ARGUMENTS, Arguments, GivenArguments
from ramify.analysis.inference.constants import number_of, text_of
from ramify.analysis.inference.engine import LOCAL, Found
from ramify.analysis.inference.iteration import Iteration
from ramify.analysis.inference.known import (
    GROWING,
    MODULES,
    NAMED_TUPLES,
    SEQUENCES,
    TYPED_DICTS,
)
from ramify.analysis.inference.outside import class_of, made_type
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ATTRIBUTES,
    BOUND,
    CLASS,
    ELEMENT,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    GENERATOR,
    INSTANCE,
    LITERAL,
    MADE,
    MEMBER,
    METHOD_OF,
    MODULE,
    NOTHING,
    PART,
    REST,
    SCOPE,
    SUPER,
    TYPED,
    Result,
    Value,
    merge,
    weaken,
)
from ramify.languages.python.library import is_below
from ramify_store.facts import NONE, ArgumentHow, Op

_MAPPINGS = frozenset({"builtins.dict", "collections.OrderedDict"})
_OF_PAIRS = frozenset({"builtins.zip", "builtins.enumerate"})
_OF_FRAME = frozenset({"builtins.locals", "builtins.vars"})
_KEYED = frozenset({MADE, REST, ATTRIBUTES})
_OBJECTS = frozenset({INSTANCE, SUPER})
_TAKEN_OF = frozenset({"pop", "popleft"})
_TAKES = frozenset({"pop", "get", "popleft", "setdefault", "popitem", "__getitem__"})


class Containers(Iteration):
    """Items of any value."""

    def items(self, value: Value) -> Result:
        """What subscribing a container with something unknown may give."""
        if value[0] == TYPED:
            return self.typed_argument(value, "value")
        if value[0] == EXTERNAL_INSTANCE:
            return weaken(self.protocol(value, "__getitem__"), ELEMENT)
        if value[0] == EXTERNAL:
            return self._of_held(value, self.items)
        return self._asked("items", value, self._items)

    def _items(self, value: Value) -> Result:
        if value[0] == LITERAL:
            unit = self.unit(value[1])
            if unit.ops[value[2]] in (Op.DICT, Op.DICT_COMP):
                return self._dict_values(value, None)
            return self.elements(value)
        if value[0] == MADE and value[1] == "collections.defaultdict":
            return self._of_defaultdict(value)
        if value[0] == MADE and value[1] in _MAPPINGS:
            return self._dict_call(value, None)
        if value[0] == REST:
            return self._of_rest(value)
        if value[0] == INSTANCE:
            found = self.special(value, "__getitem__")
            return found or (self.gathered(value) if self.gathers(value) else NOTHING)
        if made_type(value):
            return self.protocol(value, "__getitem__")
        return self.elements(value)

    def _of_defaultdict(self, value: Value) -> Result:
        found = dict(self._changed(value, None))
        for factory in self.infer_argument(value, 0):
            if factory[0] == EXTERNAL and factory[1] in GROWING:  # `defaultdict(list)`
                found[MADE, factory[1], value[2], value[3]] = ELEMENT
            else:
                merge(found, self.result(factory, NO_ARGUMENTS, None, NONE))
        return found

    def item(self, value: Value, unit: Unit, index: int) -> Result:
        """What subscribing with expression `index` of `unit` gives."""
        kind = value[0]
        if kind == EXTERNAL_INSTANCE or made_type(value):
            return self._item_outside(value, unit, index)
        if kind in (EXTERNAL, CLASS):
            return self._outside_item(value, unit, index)
        if kind == INSTANCE:
            number = number_of(self, unit, index)
            field = self._field_at(value, number) if number is not None else NOTHING
            return (
                field
                or self._key_of_typed(value, unit, index)
                or self._got_item(value, unit, index)
                or self.items(value)
            )
        if unit.ops[index] == Op.SLICE:
            return self._slice(value, unit, index)
        if kind in (LITERAL, PART, TYPED) or (kind == REST and not self._is_keyed(value)):
            number = number_of(self, unit, index)
            if number is not None and not self._is_dict(value):
                return self.latest(value, str(number), unit, index) or self.at_position(
                    value, number
                )
        if kind in (LITERAL, MADE, REST, ATTRIBUTES):
            text = text_of(self, unit, index)
            if text is not None:
                return self.latest(value, text, unit, index) or self.under(value, text)
            texts = self._gone_through(unit, index)
            if texts:
                found: Result = {}
                for text in texts:
                    merge(found, self.under(value, text))
                return found
        return self.items(value)

    def _gone_through(self, unit: Unit, e: int) -> list[str]:
        """The texts that a name stands for one after the other, where a loop goes over a display of
        literals and nothing else binds the name."""
        if unit.ops[e] != Op.NAME:
            return []
        bindings = unit.bound[unit.scope_of[e]].get(unit.a[e], ())
        value = unit.bindings[bindings[0]].value if len(bindings) == 1 else NONE
        if value == NONE or unit.ops[value] != Op.ITER:
            return []
        found: list[str] = []
        for display in self.expression(unit, unit.a[value])[0]:
            if display[0] != LITERAL or display[1] != unit.path or self.length(display) is None:
                return []
            texts = [unit.text_of_const(element) for element in unit.elements(display[2])]
            found += [text for text in texts if text is not None]
            if None in texts:
                return []
        return found

    def _got_item(self, value: Value, unit: Unit, index: int) -> Result:
        """What `__getitem__` of an instance gives for a key."""
        key: Result = {(EXTERNAL_INSTANCE, "builtins.slice"): SCOPE}
        if unit.ops[index] != Op.SLICE:
            key = self.infer(unit, index)
        found: Result = {}
        for function in self.member_of_class(value, "__getitem__"):
            bound = (BOUND, function[1], function[2], value)
            merge(found, self.result(bound, GivenArguments([key]), None, NONE))
        return found

    def _key_of_typed(self, value: Value, unit: Unit, index: int) -> Result:
        """What a `TypedDict` says that it holds under a key."""
        order = self.mro(value[1], value[2])
        if not any(v[0] == EXTERNAL and v[1] in TYPED_DICTS for v in order):
            return NOTHING
        key = text_of(self, unit, index)
        return self._in_dict(value, key) if key is not None else NOTHING

    def _item_outside(self, value: Value, unit: Unit, index: int) -> Result:
        """What subscribing an instance of something outside gives."""
        if unit.ops[index] == Op.SLICE:
            return {value: ELEMENT}
        number = number_of(self, unit, index)
        of = class_of(value)
        if number is not None and of is not None and is_below(of[0], "builtins.tuple"):
            return weaken(self.position_outside(value, number), ELEMENT)
        return self.items(value)

    def _outside_item(self, value: Value, unit: Unit, index: int) -> Result:
        if value[1] == MODULES:
            return weaken(self._module_called(unit, index), ELEMENT)
        held = self.held(value) if value[0] == EXTERNAL else NOTHING
        if held:
            found: Result = {}
            for each in held:
                merge(found, self.item(each, unit, index))
            return found
        if value[0] == CLASS and self.is_enum(self.mro(value[1], value[2])):
            return self.elements(value)
        return {value: ELEMENT}  # a generic alias

    def _module_called(self, unit: Unit, index: int) -> Result:
        """The module of a name; nothing where the name is not told, since anything may have been
        put in its place."""
        if unit.ops[index] == Op.NAME and unit.names[unit.a[index]] == "__name__":
            return {(MODULE, unit.path): SCOPE}
        text = text_of(self, unit, index)
        return self.module(text, unit.placed.root)[0] if text else NOTHING

    def under(self, value: Value, key: str) -> Result:
        """What a mapping holds under a key that is a text."""
        if self._is_dict(value):
            return self.item_under(value, key)
        if value[0] == MADE and value[1] in _MAPPINGS:
            return self._asked("item of", value, lambda v: self._dict_call(v, key), key)
        if value[0] == MADE and value[1] == "builtins.globals":
            return self.global_name(value[2], key)[0]
        if value[0] == MADE and value[1] in _OF_FRAME:
            return self._local(value, key)
        if value[0] == ATTRIBUTES:
            return self._in_dict(value[1], key)
        if value[0] == REST and value[1] == self.asker and self._is_keyed(value):
            return self.handed_under(value, key) or self._declared_rest(value)
        return self.items(value)

    def _local(self, value: Value, key: str) -> Result:
        """What `locals()["name"]` is, or `vars(thing)["name"]`."""
        if value[2] != self.asker:
            return NOTHING
        unit = self.unit(value[2])
        if unit.c[value[3]]:
            found: Result = {}
            for holder in self.infer_argument(value, 0):
                merge(found, self._in_dict(holder, key))
            return found
        index = unit.name_index.get(key)
        scope = unit.scope_of[value[3]]
        bindings = unit.bound[scope].get(index) if index is not None else None
        return self.reached(unit, scope, bindings, value[3])[0] if bindings else NOTHING

    def paired_with(self, unit: Unit, e: int, key: str) -> Result:
        found: Result = {}
        for ref in self.expression(unit, e)[1] if unit.ops[e] == Op.NAME else ():
            value = unit.bindings[ref[2]].value if ref[0] == LOCAL and ref[1] == unit.path else NONE
            if value == NONE or unit.ops[value] != Op.ITEM or unit.b[value] != 1:
                continue
            pair = unit.a[value]
            for view in self.expression(unit, unit.a[pair])[0] if unit.ops[pair] == Op.ITER else ():
                if view[:2] == ("view", "items") and view[2][0] == REST:
                    merge(found, self.handed_as(view[2], key))
        return found

    def _in_dict(self, holder: Value, key: str) -> Result:
        """What the `__dict__` of something holds under a key: of a class what its own body binds,
        without binding it to anything."""
        own = self.own(holder[1], holder[2], key)[0] if holder[0] == CLASS else NOTHING
        return weaken(own or self.member(holder, key)[0], ELEMENT)

    def spread(self, value: Value, position: int) -> Result:
        """What `f(*value)` passes at a position, counted from where the star stands."""
        length = self.length(value)
        if length is None:
            return self.at_position(value, position)
        return self.one(value, position) if position < length else NOTHING

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
        if first < 0:  # counted from the end
            first = max(0, first + length) if (length := self.length(value)) else first
        made = (PART, value, first, bounds[1]) if plain and first >= 0 else _somewhere(value)
        return {made: ELEMENT}

    def _dict_call(self, value: Value, key: str | None) -> Result:
        unit = self.unit(value[2])
        found: Result = {}
        for how, e in unit.arguments(value[3]):
            if how >= 0 and (key is None or unit.names[how] == key):
                merge(found, self.infer(unit, e))
            elif how == ArgumentHow.POSITIONAL:
                for inner in self.infer(unit, e):
                    if self._is_of_pairs(inner):
                        merge(found, self._seconds(inner, key))
                    else:
                        merge(found, self.items(inner) if key is None else self.under(inner, key))
        merge(found, self._changed(value, key))
        return weaken(found, ELEMENT)

    def _is_of_pairs(self, value: Value) -> bool:
        """Whether a mapping can be made of what a value goes through."""
        if value[0] == LITERAL:
            return not self._is_dict(value)
        cls = class_of(value)
        return value[0] in (GENERATOR, PART) or (cls is not None and cls[0] in _OF_PAIRS)

    def _seconds(self, pairs: Value, key: str | None) -> Result:
        """What stands second in pairs; with a key in those that have it first, or nothing that is
        known."""
        found: Result = {}
        for pair in self.elements(pairs):
            second = self.at_position(pair, 1)  # so that who asks hears of a pair that changes
            first = self._first_text(pair) if key is not None and pair[0] == LITERAL else None
            if first is None or first == key:
                merge(found, second)
        return found

    def _first_text(self, pair: Value) -> str | None:
        unit = self.unit(pair[1])
        elements = unit.elements(pair[2]) if unit.ops[pair[2]] == Op.TUPLE else ()
        return unit.text_of_const(elements[0]) if elements else None

    def at_position(self, value: Value, position: int) -> Result:
        """What unpacking a value gives at a position (negative: from the end)."""
        kind = value[0]
        if kind == LITERAL:
            unit = self.unit(value[1])
            if unit.ops[value[2]] in (Op.TUPLE, Op.LIST):
                elements = unit.elements(value[2])
                plain = all(unit.ops[e] != Op.STAR for e in elements)
                if plain and -len(elements) <= position < len(elements):
                    return self.one(value, position)
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
        if kind == EXTERNAL_INSTANCE or made_type(value):
            return weaken(self.position_outside(value, position), ELEMENT)
        if kind == EXTERNAL:
            return self._of_held(value, lambda held: self.at_position(held, position))
        if kind == "pair of":
            return self.elements(value[1]) if position == 0 else self.items(value[1])
        if kind == INSTANCE:
            return self._field_at(value, position) or self.elements(value)
        return self.items(value)

    def _field_at(self, value: Value, position: int) -> Result:
        """The field of a named tuple at a position."""
        order = self.mro(value[1], value[2])
        if not any(v[0] == EXTERNAL and v[1] in NAMED_TUPLES for v in order):
            return NOTHING
        holders = [v for v in reversed(list(order)) if v[0] == CLASS]
        names = [name for v in holders for name in self.fields(v[1], v[2])]
        in_range = -len(names) <= position < len(names)
        return weaken(self.member(value, names[position])[0], ELEMENT) if in_range else NOTHING

    def worked_out_member(self, value: Value, name: str) -> Found:
        found = super().worked_out_member(value, name)
        if name in _TAKEN_OF and value[0] in _OBJECTS and any(v[0] == EXTERNAL for v in found[0]):
            holder = value[3] if value[0] == SUPER else value
            if holder[0] == INSTANCE and self.gathers(holder):
                return {(METHOD_OF, holder, name): MEMBER}, found[1]
        return found

    def container_class(self, value: Value) -> str:
        if value[0] == INSTANCE:
            bases = (v[1] for v in self.mro(value[1], value[2]) if v[0] == EXTERNAL)
            return next((base for base in bases if base in SEQUENCES), "")
        return super().container_class(value)

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
            mapping = self._is_dict(container) or container[0] in _KEYED
            known = text is not None and mapping
            found = dict(self.under(container, text or "") if known else self.items(container))
            merge(found, weaken(given.positional(1), ELEMENT))
            return found
        return NOTHING


def _somewhere(value: Value) -> Value:
    """A slice of which nothing is known but the whole."""
    return (PART, value[1] if value[0] == PART else value, None, None)
