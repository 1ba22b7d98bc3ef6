"""The literal texts that an expression may be, where those are written out: what a loop goes over,
what a test is parametrized with, what a fixture gives.

They say which attributes `getattr(thing, name)` takes and which modules are imported by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ramify.analysis.inference.constants import text_of
from ramify.analysis.inference.engine import LOCAL, SYMBOL, Found
from ramify.analysis.inference.fixtures import REQUEST, Fixtures
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import LITERAL, MOST_ALTERNATIVES, NOTHING, SCOPE
from ramify_store.facts import NONE, BindingKind, Op

_WHOLE = -1
"""In the place of a position: the element itself."""
_MAY_BE_SEVERAL = frozenset({Op.NAME, Op.ATTR, Op.COND})
_VIEWED = {"keys": 0, "values": 1}
"""Positions in an entry of a dict of what its views give alone."""


class Texts(Fixtures):
    """Texts behind names that stand for one of several."""

    def texts_of(self, unit: Unit, e: int) -> list[str]:
        if unit.ops[e] not in _MAY_BE_SEVERAL:
            text = unit.text_of_const(e)
            return [] if text is None else [text]

        def answer() -> Found:
            text = text_of(self, unit, e)
            texts = self._texts(unit, e) if text is None else (text,)
            found = {("text", each): SCOPE for each in texts}
            return (found if len(found) <= MOST_ALTERNATIVES else NOTHING), NOTHING

        return [value[1] for value in self.ask(("texts", unit.path, e), answer)[0]]

    def _texts(self, unit: Unit, e: int) -> Iterator[str]:
        op = unit.ops[e]
        if op == Op.COND:
            yield from self.texts_of(unit, unit.a[e])
            yield from self.texts_of(unit, unit.b[e])
        elif op == Op.NAME:
            for ref in self.expression(unit, e)[1]:
                if ref[0] in (LOCAL, SYMBOL) and ref[1] == unit.path:
                    for index in _bindings_at(unit, ref[0], ref[2]):
                        yield from self._bound_texts(unit, index)
        elif op == Op.ATTR and unit.names[unit.b[e]] == "param":
            for value in self.expression(unit, unit.a[e])[0]:
                if value[0] == REQUEST and value[1] == unit.path:
                    for listed in self.listed_params(unit, value[2]):
                        yield from self._texts_in(unit, listed, _WHOLE)

    def _bound_texts(self, unit: Unit, index: int) -> Iterable[str]:
        """Texts that a binding may give."""
        binding = unit.bindings[index]
        value = binding.value
        if binding.kind == BindingKind.PARAMETER:
            sym = unit.scopes[binding.scope].symbol
            return self._passed_texts(unit, sym, unit.names[unit.a[binding.target]])
        if value == NONE or unit.ops[value] == Op.NAME:
            return ()
        if unit.ops[value] == Op.ITER:
            return self._texts_in(unit, unit.a[value], _WHOLE)
        if unit.ops[value] == Op.ITEM and unit.ops[unit.a[value]] == Op.ITER:
            return self._texts_in(unit, unit.a[unit.a[value]], unit.b[value])
        return self.texts_of(unit, value)

    def _passed_texts(self, unit: Unit, sym: int, name: str) -> Iterator[str]:
        """Texts that a test framework passes to a parameter."""
        for names, listed in self.parametrizations(unit, sym):
            if name in names:
                position = names.index(name) if len(names) > 1 else _WHOLE
                yield from self._texts_in(unit, listed, position)
        for fixture in self.fixtures_named(unit, sym, name):
            yield from self.texts_given(fixture[1], fixture[2])

    def texts_given(self, path: str, sym: int) -> list[str]:
        """Texts that a fixture returns or yields."""

        def answer() -> Found:
            unit = self.unit(path)
            scope = unit.scopes[unit.symbols[sym].scope]
            given = [*scope.returns, *(unit.a[e] for e in scope.yields if unit.a[e] != NONE)]
            texts = (text for e in given for text in self.texts_of(unit, e))
            return {("text", text): SCOPE for text in texts}, NOTHING

        return [value[1] for value in self.ask(("texts given", path, sym), answer)[0]]

    def _texts_in(self, unit: Unit, e: int, position: int) -> Iterator[str]:
        """Texts in the displays that an expression may be; with a position those that stand there
        in their elements."""
        for value in self.expression(unit, e)[0]:
            if value[0] == "view":
                position, value = _VIEWED.get(value[1], position), value[2]
            if value[0] == LITERAL:
                yield from self._texts_at(value[1], value[2], position)

    def _texts_at(self, path: str, display: int, position: int) -> list[str]:
        def answer() -> Found:
            written = texts_written(self.unit(path), display)
            texts = (each[position] for each in written if position < len(each))
            return {("text", text): SCOPE for text in texts if text is not None}, NOTHING

        question = ("texts written", path, display, position)
        return [value[1] for value in self.ask(question, answer)[0]]


def texts_written(unit: Unit, display: int) -> list[list[str | None]]:
    """Of each element of a display the literal texts in it, by position, and at the end the text
    that it is itself; of each entry of a dict its key, its value and the key again."""
    op = unit.ops[display]
    if op == Op.DICT:
        entries = [(key, held, key) for key, held in unit.entries(display) if key != NONE]
        return [[unit.text_of_const(e) for e in entry] for entry in entries]
    if op in (Op.TUPLE, Op.LIST, Op.SET):
        return [_texts_within(unit, element) for element in unit.elements(display)]
    return []


def _texts_within(unit: Unit, element: int) -> list[str | None]:
    op = unit.ops[element]
    inner: list[int] = []
    if op in (Op.TUPLE, Op.LIST):
        inner = list(unit.elements(element))
    elif op == Op.CALL and _is_named(unit, unit.a[element], "param"):  # `pytest.param("a", ...)`
        inner = [e for _, e in unit.arguments(element)]
        element = inner[0] if inner else element
    return [*(unit.text_of_const(e) for e in inner), unit.text_of_const(element)]


def _is_named(unit: Unit, e: int, name: str) -> bool:
    return unit.ops[e] == Op.ATTR and unit.names[unit.b[e]] == name


def _bindings_at(unit: Unit, kind: str, at: int) -> Iterator[int]:
    if kind == LOCAL:
        yield at
    else:
        yield from (index for index, sym in unit.symbol_of_binding.items() if sym == at)
