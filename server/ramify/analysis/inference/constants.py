"""Literal texts behind names: the key of `table[KEY]` where KEY is bound once, to a literal.

Reads facts through the engine's questions, like any rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ramify.analysis.inference.engine import LOCAL, SYMBOL, Engine, Found
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import NOTHING, SCOPE
from ramify_store.facts import NONE, Op

_TEXT: Final = "text"


def text_of(engine: Engine, unit: Unit, e: int) -> str | None:
    """The text of an expression of the asker's own file that is a literal or a name for one."""
    op = unit.ops[e]
    if op == Op.CONST:
        return unit.text_of_const(e)
    if op not in (Op.NAME, Op.ATTR):
        return None
    refs = engine.expression(unit, e)[1]
    if len(refs) != 1:
        return None
    (ref,) = refs
    if ref[0] not in (SYMBOL, LOCAL):
        return None
    if ref[0] == SYMBOL:
        return constant_of_symbol(engine, ref[1], ref[2])
    return _literal(engine.unit(ref[1]), [ref[2]])


def constant_of_symbol(engine: Engine, path: str, sym: int) -> str | None:
    """The literal that a variable is bound to, if it is bound once."""

    def answer() -> Found:
        unit = engine.unit(path)
        text = _literal(unit, _bindings_of(unit).get(sym, ()))
        return ({(_TEXT, text): SCOPE} if text is not None else NOTHING), NOTHING

    found = engine.ask(("constant", path, sym), answer)[0]
    return next((str(value[1]) for value in found), None)


def number_of(engine: Engine, unit: Unit, e: int) -> int | None:
    """The whole number that an expression is, also a negative one."""
    sign = 1
    if unit.ops[e] == Op.UNARY and unit.names[unit.c[e]] == "__neg__":
        sign, e = -1, unit.a[e]
    text = text_of(engine, unit, e)
    return sign * int(text) if text is not None and text.isdecimal() else None


def _literal(unit: Unit, bindings: Sequence[int]) -> str | None:
    if len(bindings) != 1 or unit.bindings[bindings[0]].value == NONE:
        return None
    return unit.text_of_const(unit.bindings[bindings[0]].value)


def _bindings_of(unit: Unit) -> dict[int, list[int]]:
    """Variable symbol -> its bindings."""
    found: dict[int, list[int]] | None = unit.__dict__.get("bindings_of")
    if found is None:
        found = {}
        for index, symbol in unit.symbol_of_binding.items():
            found.setdefault(symbol, []).append(index)
        unit.__dict__["bindings_of"] = found
    return found
