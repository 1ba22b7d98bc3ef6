"""What is in a display (a tuple, list, set, dict or comprehension) that the program writes out.

A display is known by the place it is written at; what is appended to it or stored in it counts
when that happens in the same function (for a module's own, anywhere in the file).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence

from ramify.analysis.inference.branches import chain_of
from ramify.analysis.inference.constants import text_of
from ramify.analysis.inference.delegation import Delegation
from ramify.analysis.inference.engine import Found
from ramify.analysis.inference.known import PUSHES
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ELEMENT,
    LITERAL,
    MADE,
    NOTHING,
    Result,
    Value,
    merge,
    weaken,
)
from ramify_store.facts import NONE, ArgumentHow, Op, ScopeKind

ADDS = {"append": 0, "add": 0, "appendleft": 0, "insert": 1}
EXTENDS = frozenset({"extend", "update", "extendleft"})
_MAY_BE_ONE = frozenset({Op.NAME, Op.ATTR, Op.SUBSCRIPT})
_MAY_BE_EMPTY = frozenset({Op.LIST, Op.DICT, Op.SET, Op.CALL})
_DICTS = frozenset({Op.DICT, Op.DICT_COMP})
_FILLS = frozenset({"update", "setdefault"})
_MOVES = frozenset({"insert", "pop", "remove", "sort", "reverse", "clear", "popitem", "extend"})
_AT_END = frozenset({"append", "extend", "pop"})
_SHIFTS = _AT_END | {"insert", "remove", "sort", "reverse", "clear"}
_KEEPS = frozenset({"setdefault", "get"})


class Displays(Delegation):
    """Elements and items of displays."""

    def _of_display(self, value: Value) -> Result:
        unit, e = self._place(value)
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
        merge(found, self._put_in(value))
        if op in (Op.LIST, Op.TUPLE):
            merge(found, self._stored_items(unit, value, None))
        return found

    def _place(self, value: Value) -> tuple[Unit, int]:
        """Where a display is written, or the call that makes an empty container."""
        at = 2 if value[0] == MADE else 1
        return self.unit(value[at]), value[at + 1]

    def _put_in(self, value: Value) -> Result:
        """What is added to a container, here or by another file."""
        unit, _ = self._place(value)
        found: Result = {}
        for added in self._added(unit, value):
            merge(found, added)
        merge(found, self._put_in_elsewhere(value))
        return found

    def _put_in_elsewhere(self, value: Value) -> Result:
        place = self.held_at(value)
        return dict.fromkeys(self.reaching(*place), ELEMENT) if place is not None else NOTHING

    def held_at(self, value: Value) -> tuple[str, int, str] | None:
        """File, symbol and name under which other files put things into a container: for those
        that begin empty and outlive the function that makes them."""
        unit, e = self._place(value)
        if unit.c[e] or unit.ops[e] not in _MAY_BE_EMPTY:
            return None
        scope = unit.named_scope(unit.scope_of[e])
        if unit.scopes[scope].kind == ScopeKind.FUNCTION and e not in unit.attribute_values:
            return None
        return unit.path, unit.scopes[scope].symbol, f"[{unit.place_name(e)}]"

    def _display_element(self, unit: Unit, element: int) -> Result:
        if unit.ops[element] != Op.STAR:
            return self.expression(unit, element)[0]
        found: Result = {}
        for inner in self.expression(unit, unit.a[element])[0]:
            merge(found, self.elements(inner))
        return found

    def _added(self, unit: Unit, value: Value) -> Iterator[Result]:
        """Values that calls of `append` and the like put into a display."""
        first, last = self._near(unit, value)
        for call, name in self._mutations(unit):
            base = unit.a[unit.a[call]]
            if not first <= call < last or not self._is_that(unit, base, value):
                continue
            given = [e for how, e in unit.arguments(call) if how == ArgumentHow.POSITIONAL]
            if name in ADDS and len(given) > ADDS[name]:
                yield self.expression(unit, given[ADDS[name]])[0]
            elif name in EXTENDS and given:
                for inner in self.expression(unit, given[0])[0]:
                    yield self.elements(inner)

        for call, base, item in self._pushes(unit):
            if first <= call < last and self._is_that(unit, base, value):
                yield self.expression(unit, item)[0]

    def _pushes(self, unit: Unit) -> list[tuple[int, int, int]]:
        """Calls like `heappush(heap, item)`, with the two."""
        found: list[tuple[int, int, int]] | None = unit.__dict__.get("pushes")
        if found is None:
            found = []
            for callee, call in unit.call_of.items() if not PUSHES.isdisjoint(unit.names) else ():
                named = {Op.NAME: unit.a, Op.ATTR: unit.b}.get(Op(unit.ops[callee]))
                if named is not None and unit.names[named[callee]] in PUSHES:
                    given = [e for how, e in unit.arguments(call) if how == ArgumentHow.POSITIONAL]
                    if len(given) > 1:
                        found.append((call, given[0], given[1]))
            unit.__dict__["pushes"] = found
        return found

    def _mutations(self, unit: Unit) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] | None = unit.__dict__.get("mutations")
        if found is None:
            found = []
            for callee, call in unit.call_of.items():
                if unit.ops[callee] == Op.ATTR:
                    name = unit.names[unit.b[callee]]
                    if name in ADDS or name in EXTENDS or name in _FILLS:
                        found.append((call, name))
            unit.__dict__["mutations"] = found
        return found

    def _near(self, unit: Unit, value: Value) -> tuple[int, int]:
        """Where a change of a display is looked for, the end not included: in the same function,
        or anywhere if the display is a module's or a class's own, or an attribute's."""
        display = self._place(value)[1]
        scope = unit.scopes[unit.named_scope(unit.scope_of[display])]
        if scope.kind != ScopeKind.FUNCTION or display in unit.attribute_values:
            return 0, len(unit.ops)
        return scope.first, scope.last

    def _is_that(self, unit: Unit, base: int, value: Value) -> bool:
        may_be = unit.ops[base] in _MAY_BE_ONE or _is_kept(unit, base)
        return may_be and value in self.expression(unit, base)[0]

    def _stored_items(self, unit: Unit, value: Value, key: str | None) -> Result:
        """Values that `display[...] = value` statements store; with a key, under it or under
        one that is not known."""
        found: Result = {}
        first, last = self._near(unit, value)
        for index in unit.stored_under(key):
            if first <= unit.bindings[index].target < last:
                merge(found, self._stored_item(unit, index, value, key))
        return found

    def _stored_item(self, unit: Unit, index: int, value: Value, key: str | None) -> Result:
        binding = unit.bindings[index]
        base, at = unit.a[binding.target], unit.b[binding.target]
        if binding.value == NONE:
            return NOTHING
        text = unit.text_of_const(at)
        if (key is None or text is None or text == key) and self._is_that(unit, base, value):
            return self.expression(unit, binding.value)[0]
        return NOTHING

    def _filled(self, unit: Unit, value: Value, key: str | None) -> Result:
        """Values that `update` and `setdefault` put into a dict display."""
        found: Result = {}
        first, last = self._near(unit, value)
        for call, name in self._mutations(unit):
            if name in _FILLS and first <= call < last:
                merge(found, self._filled_by(unit, call, name, value, key))
        return found

    def _filled_by(self, unit: Unit, call: int, name: str, value: Value, key: str | None) -> Result:
        """Values that one such call puts there."""
        base = unit.a[unit.a[call]]
        if not self._is_that(unit, base, value):
            return NOTHING
        arguments = unit.arguments(call)
        if name == "setdefault":
            if len(arguments) != 2:
                return NOTHING
            text = unit.text_of_const(arguments[0][1])
            told = key is None or text is None or text == key
            return self.expression(unit, arguments[1][1])[0] if told else NOTHING
        found: Result = {}
        for how, e in arguments:
            if how >= 0 and (key is None or unit.names[how] == key):
                merge(found, self.expression(unit, e)[0])
            elif how in (ArgumentHow.POSITIONAL, ArgumentHow.DOUBLE_SPLAT):
                for inner in self.expression(unit, e)[0]:
                    merge(found, self.items(inner) if key is None else self.under(inner, key))
        return found

    def _dict_values(self, value: Value, key: str | None) -> Result:
        unit = self.unit(value[1])
        e = value[2]
        if unit.ops[e] == Op.DICT_COMP:
            return self.expression(unit, unit.b[e])[0]
        found: Result = {}
        for at, held in reversed(unit.entries(e)):
            text = unit.text_of_const(at) if at != NONE else None
            if at == NONE:
                for inner in self.expression(unit, held)[0]:
                    merge(found, self.items(inner) if key is None else self.under(inner, key))
            elif key is None or text is None or text == key:
                merge(found, self.expression(unit, held)[0])
            if key is not None and (text == key or (at == NONE and self._writes(unit, held, key))):
                break  # it hides what stands before it
        merge(found, self._changed(value, key))
        return found

    def _writes(self, unit: Unit, e: int, key: str) -> bool:
        """Whether an expression is a dict display with a key."""
        keys = (at for at, _ in unit.entries(e)) if unit.ops[e] == Op.DICT else ()
        return any(at != NONE and unit.text_of_const(at) == key for at in keys)

    def _changed(self, value: Value, key: str | None) -> Result:
        """What a mapping holds, under a key if one is given, by what is done to it later."""
        unit, _ = self._place(value)
        found = dict(self._stored_items(unit, value, key))
        merge(found, self._filled(unit, value, key))
        merge(found, self._put_in_elsewhere(value))
        return found

    def item_under(self, value: Value, key: str) -> Result:
        """What a dict display holds under a key."""
        question = ("item", *value[1:], key)
        found = self.ask(question, lambda: (self._dict_values(value, key), NOTHING))[0]
        return weaken(found, ELEMENT)

    def latest(self, value: Value, key: str, unit: Unit, use: int) -> Result:
        """What a display holds under a key that was certainly stored to earlier in the same
        function, with what may have been stored there since."""
        if value[0] not in (LITERAL, MADE) or not (unit.item_bindings or self._updates(unit)):
            return NOTHING
        if self._place(value)[0] is not unit:
            return NOTHING
        question = ("latest", unit.path, use, value, key)  # `d["a"]["b"] = 1` asks for `d["a"]`
        return self.ask(question, lambda: (self._stored_last(value, key, unit, use), NOTHING))[0]

    def _stored_last(self, value: Value, key: str, unit: Unit, use: int) -> Result:
        stores = unit.stored_under(key)
        scope = unit.scope_of[use]
        around = set(chain_of(unit, unit.block_of[use]))
        last = held = NONE
        for place, base, holds in self._stored_by_name(unit, stores, key):
            if (
                last < place < use
                and unit.scope_of[place] == scope
                and unit.block_of[place] in around
                and list(self.expression(unit, base)[0]) == [value]
            ):
                last, held = place, holds
        if last == NONE:
            last, held = self._written_under(value, key, unit, use)
        if last == NONE:
            return NOTHING
        found = dict(self.expression(unit, held)[0])
        goes_round = any(unit.blocks[b].loop for b in around)
        first, end = self._near(unit, value)
        for index in stores:
            binding = unit.bindings[index]
            if not first <= binding.target < end:
                continue
            since = binding.target > last and (binding.target < use or goes_round)
            if since or binding.scope != scope:
                merge(found, self._stored_item(unit, index, value, key))
        for call, name in self._mutations(unit):
            since = call > last and (call < use or goes_round)
            is_near = name in _FILLS and first <= call < end
            if is_near and (since or unit.scope_of[call] != scope):
                merge(found, self._filled_by(unit, call, name, value, key))
        return weaken(found, ELEMENT)

    def _written_under(self, value: Value, key: str, unit: Unit, use: int) -> tuple[int, int]:
        """Where a display is certainly written in the run of statements of a use, and what stands
        in it under a key; NONE where that is not known, or where what it holds is moved about."""
        display = value[2]
        certain = (
            value[0] == LITERAL
            and display < use
            and unit.scope_of[display] == unit.scope_of[use]
            and unit.block_of[display] in chain_of(unit, unit.block_of[use])
        )
        if not certain or self._is_moved(unit, value, use):
            return NONE, NONE
        if unit.ops[display] == Op.DICT:
            entries = unit.entries(display)
            texts = [unit.text_of_const(at) if at != NONE else None for at, _ in entries]
            if None not in texts and texts.count(key) == 1:
                return display, entries[texts.index(key)][1]
        elif unit.ops[display] == Op.LIST and key.isdecimal():
            elements = unit.elements(display)
            plain = all(unit.ops[e] != Op.STAR for e in elements)
            if plain and int(key) < len(elements):
                return display, elements[int(key)]
        return NONE, NONE

    def _is_moved(self, unit: Unit, value: Value, use: int) -> bool:
        """Whether a method is called on a display, before a use, that may put what it holds in
        other places."""
        moves: list[tuple[int, int]] | None = unit.__dict__.get("moves")
        if moves is None:
            moves = unit.__dict__["moves"] = [
                (call, unit.a[callee])
                for callee, call in unit.call_of.items()
                if unit.ops[callee] == Op.ATTR and unit.names[unit.b[callee]] in _MOVES
            ]
        return any(
            value[2] < call < use and value in self.expression(unit, base)[0]
            for call, base in moves
        )

    def _stored_by_name(
        self, unit: Unit, stores: Sequence[int], key: str
    ) -> Iterator[tuple[int, int, int]]:
        """Where something is certainly stored under a key, in what, and what it is."""
        for index in stores:
            binding = unit.bindings[index]
            target = binding.target
            if binding.value != NONE and text_of(self, unit, unit.b[target]) == key:
                yield target, unit.a[target], binding.value
        for call, held in self._updates(unit).get(key, ()):
            yield call, unit.a[unit.a[call]], held

    def _updates(self, unit: Unit) -> dict[str, list[tuple[int, int]]]:
        """By key: calls like `table.update({"key": value})` and the values they store under it."""
        found: dict[str, list[tuple[int, int]]] | None = unit.__dict__.get("updates")
        if found is None:
            found = {}
            for call, name in self._mutations(unit):
                for how, e in unit.arguments(call) if name == "update" else ():
                    if how >= 0:
                        found.setdefault(unit.names[how], []).append((call, e))
                    elif how == ArgumentHow.POSITIONAL and unit.ops[e] == Op.DICT:
                        entries = unit.entries(e)
                        keys = [unit.text_of_const(k) if k != NONE else None for k, _ in entries]
                        for text, (_, held) in zip(keys, entries, strict=True):
                            if text is not None and None not in keys:
                                found.setdefault(text, []).append((call, held))
            unit.__dict__["updates"] = found
        return found

    def one(self, value: Value, position: int) -> Result:
        """One element of a display, with what is stored under its index."""

        def answer() -> Found:
            unit = self.unit(value[1])
            if unit.ops[value[2]] == Op.LIST and self._is_shifted(unit, value, position < 0):
                return self.elements(value), NOTHING
            found = dict(self.expression(unit, unit.elements(value[2])[position])[0])
            merge(found, self._stored_items(unit, value, str(position)))
            return found, NOTHING

        return weaken(self.ask(("position", value[1], value[2], position), answer)[0], ELEMENT)

    def _is_shifted(self, unit: Unit, value: Value, from_end: bool) -> bool:
        """Whether the elements of a list are put in other places, counted from its beginning or
        from its end."""
        first, last = self._near(unit, value)
        for call, name in self._shifts(unit):
            if from_end or name not in _AT_END or (name == "pop" and unit.c[call]):
                base = unit.a[unit.a[call]]
                if first <= call < last and self._is_that(unit, base, value):
                    return True
        return False

    def _shifts(self, unit: Unit) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] | None = unit.__dict__.get("shifts")
        if found is None:
            found = unit.__dict__["shifts"] = [
                (call, unit.names[unit.b[callee]])
                for callee, call in unit.call_of.items()
                if unit.ops[callee] == Op.ATTR and unit.names[unit.b[callee]] in _SHIFTS
            ]
        return found

    def length(self, value: Value) -> int | None:
        """How many elements a tuple or list display has, if that is plain."""
        if value[0] != LITERAL:
            return None
        unit = self.unit(value[1])
        elements = unit.elements(value[2]) if unit.ops[value[2]] in (Op.TUPLE, Op.LIST) else ()
        self.elements(value)  # so that who asked hears of a display that changes
        plain = elements and all(unit.ops[e] != Op.STAR for e in elements)
        return len(elements) if plain and not self._grows(value) else None

    def may_grow(self, value: Value) -> bool:
        if value[0] != LITERAL or value[1] != self.asker:
            return False
        unit = self.unit(value[1])
        first, last = self._near(unit, value)
        calls = [call for call, _ in self._mutations(unit)]
        calls.extend(call for call, *_ in self._pushes(unit))
        return any(first <= call < last for call in calls)

    def _grows(self, value: Value) -> bool:
        """Whether something is added to a display of the asker's own file."""
        return value[1] == self.asker and any(self._added(self.unit(value[1]), value))

    def _is_dict(self, value: Value) -> bool:
        return value[0] == LITERAL and self.unit(value[1]).ops[value[2]] in _DICTS

    @abstractmethod
    def items(self, value: Value) -> Result:
        """What subscribing a container with something unknown may give."""


def _is_kept(unit: Unit, e: int) -> bool:
    """Whether an expression is what a mapping keeps under a key: `table.setdefault(key, [])`."""
    if unit.ops[e] != Op.CALL or unit.ops[unit.a[e]] != Op.ATTR:
        return False
    return unit.names[unit.b[unit.a[e]]] in _KEEPS
