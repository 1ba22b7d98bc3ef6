"""What the text of a computed name tells: `"visit_" + kind` begins alike wherever it is computed.

Pure reading of one file's facts; which methods fit is for inference to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ramify.analysis.inference.unit import Unit
from ramify_store.facts import NONE, BindingKind, Op

_IN_ANOTHER_CASE: Final = frozenset({"lower", "upper", "casefold", "capitalize", "title"})
_DEEPEST: Final = 4


@dataclass(frozen=True, slots=True)
class NameForm:
    """What all the names that an expression may give have in common."""

    begin: str
    end: str = ""
    any_case: bool = False

    def fits(self, name: str) -> bool:
        if self.any_case:
            name = name.lower()
        begin, end = (
            (self.begin.lower(), self.end.lower()) if self.any_case else (self.begin, self.end)
        )
        long_enough = len(name) >= len(begin) + len(end)
        return long_enough and name.startswith(begin) and name.endswith(end)


_ANY: Final = NameForm("")


def name_form(unit: Unit, e: int, depth: int = 0) -> NameForm:
    """The form of the text that an expression computes; of a variable, where it is bound once."""
    op = unit.ops[e]
    if op == Op.FORMAT:
        return NameForm(unit.names[unit.a[e]] if unit.a[e] != NONE else "")
    if op == Op.BINARY:
        return _joined(unit, e, depth)
    if op == Op.CALL:
        return _called(unit, e, depth)
    if op == Op.NAME and depth < _DEEPEST:
        value = _bound_once(unit, e)
        return name_form(unit, value, depth + 1) if value != NONE else _ANY
    return _ANY


def _joined(unit: Unit, e: int, depth: int) -> NameForm:
    text = unit.text_of_const(unit.a[e]) or ""
    method = unit.names[unit.c[e]]
    if method == "__add__":
        if not text and depth < _DEEPEST:
            text = name_form(unit, unit.a[e], depth + 1).begin
        return NameForm(text, unit.text_of_const(unit.b[e]) or "")
    if method == "__mod__":
        begin, _, end = text.partition("%")
        return NameForm(begin, end[1:] if "%" not in end else "")
    return _ANY


def _called(unit: Unit, e: int, depth: int) -> NameForm:
    """Of `text.lower()` and `"visit_{}".format(kind)`."""
    callee = unit.a[e]
    if unit.ops[callee] != Op.ATTR or depth >= _DEEPEST:
        return _ANY
    method = unit.names[unit.b[callee]]
    if method in _IN_ANOTHER_CASE:
        form = name_form(unit, unit.a[callee], depth + 1)
        return NameForm(form.begin, form.end, any_case=True)
    text = unit.text_of_const(unit.a[callee]) or ""
    if method == "format" and "{" in text:
        return NameForm(text.partition("{")[0], text.rpartition("}")[2])
    return _ANY


def _bound_once(unit: Unit, e: int) -> int:
    """What a variable of a function is bound to, if that is the only thing; else NONE."""
    bindings = unit.bound[unit.scope_of[e]].get(unit.a[e], ())
    if len(bindings) != 1 or unit.bindings[bindings[0]].kind != BindingKind.ASSIGN:
        return NONE
    return unit.bindings[bindings[0]].value
