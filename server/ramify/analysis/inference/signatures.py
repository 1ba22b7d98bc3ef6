"""Which signature of a library function a call means, and which argument goes to which parameter.

Arguments are inferred when a parameter's type asks for them. What cannot be told is left open: then
several signatures may be meant, in order.
"""

from __future__ import annotations

from collections.abc import Sequence

from ramify.analysis.inference.arguments import Arguments
from ramify.analysis.inference.members import Members
from ramify.analysis.inference.outside import NONE_TYPE, class_of
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import BOUND, CLASS, FUNCTION, NOTHING, Result, Value
from ramify.languages.python.library import class_named, is_below
from ramify.languages.python.shapes import (
    EITHER,
    KEYWORD,
    KEYWORDS,
    POSITIONAL,
    REST,
    Param,
    Signature,
)
from ramify.languages.python.types import NONE as NONE_TEXT
from ramify.languages.python.types import UNKNOWN, alternatives, applied, is_class, literal
from ramify_store.facts import NONE, ArgumentHow

_CALLED = frozenset({FUNCTION, BOUND, CLASS})
_BY_POSITION = frozenset({POSITIONAL, EITHER})


def chosen(
    engine: Members, signatures: Sequence[Signature], unit: Unit | None, call: int
) -> Sequence[Signature]:
    """The signatures that a call may mean; the first that it certainly does is the last."""
    if len(signatures) < 2 or unit is None or call == NONE:
        return signatures
    if any(how == ArgumentHow.SPLAT for how, _ in unit.arguments(call)):
        gathering = [s for s in signatures if any(p.kind == REST for p in s.params)]
        signatures = gathering or signatures  # the others take a certain number
    found = []
    for signature in signatures:
        fits = _fits(engine, signature, unit, call)
        if fits is not False:
            found.append(signature)
        if fits:
            break
    return found or signatures


def _fits(engine: Members, signature: Signature, unit: Unit, call: int) -> bool | None:
    """Whether a call fits a signature; None if that cannot be told."""
    places = placed(signature, unit, call)
    if places is None:
        return False
    certain: bool | None = True
    for param, e in places:
        fits = _accepts(engine, param, unit, e)
        if fits is False:
            return False
        certain = certain and fits
    return certain


def placed(signature: Signature, unit: Unit, call: int) -> list[tuple[Param, int]] | None:
    """Parameters and the expressions that a call gives for them; None when it cannot be called
    so."""
    positional = [p for p in signature.params if p.kind in _BY_POSITION]
    rest = next((p for p in signature.params if p.kind == REST), None)
    keywords = next((p for p in signature.params if p.kind == KEYWORDS), None)
    named = {p.name: p for p in signature.params if p.kind in (EITHER, KEYWORD)}
    found: list[tuple[Param, int]] = []
    open_ended = False
    at = 0
    for how, e in unit.arguments(call):
        if how == ArgumentHow.POSITIONAL and not open_ended:
            param = positional[at] if at < len(positional) else rest
            if param is None:
                return None
            found.append((param, e))
            at += 1
        elif how >= 0:
            param = named.get(unit.names[how]) or keywords
            if param is None:
                return None
            found.append((param, e))
        else:
            open_ended = True
    given = {param.name for param, _ in found}
    missing = any(p.required and p.name not in given for p in signature.params)
    return None if missing and not open_ended else found


def _accepts(engine: Members, param: Param, unit: Unit, e: int) -> bool | None:
    """Whether a parameter takes what an expression is."""
    if not param.type:
        return True
    parts = alternatives(param.type)
    constant = unit.text_of_const(e)
    if constant is not None and unit.names[unit.a[e]] in ("str", "bool"):
        if any(literal(part) == constant for part in parts):
            return True
        kind = unit.names[unit.a[e]]
        return any(_takes_class(part, f"builtins.{kind}") for part in parts)
    fits = {_takes_any(engine, parts, value) for value in engine.expression(unit, e)[0]}
    return fits.pop() if len(fits) == 1 else None


def _takes_any(engine: Members, parts: Sequence[str], value: Value) -> bool | None:
    """Whether some part of a type takes a value."""
    fits = {_takes(engine, part, value) for part in parts}
    return True if True in fits else (None if None in fits else False)


def _takes(engine: Members, part: str, value: Value) -> bool | None:
    """Whether a part of a type takes a value."""
    if part[0] == "~" or part == UNKNOWN:
        return True
    if part.startswith("("):
        return True if value[0] in _CALLED else None
    if value[0] == FUNCTION:
        return False
    of = class_of(value)
    cls = of[0] if of is not None else engine.container_class(value)
    if cls == NONE_TYPE:
        return part == NONE_TEXT
    if class_named(cls) is None or literal(part) is not None:
        return None
    return _takes_class(part, cls)


def _takes_class(part: str, cls: str) -> bool | None:
    if part[0] == "~" or part == UNKNOWN:
        return True
    if not is_class(part):
        return False
    wanted = applied(part)[0]
    if is_below(cls, wanted):
        return True
    if (cls, wanted) in _PROMOTED:
        return True
    return False if _is_nominal(wanted) else None


def _is_nominal(cls: str) -> bool:
    """Whether only classes below it are of a class: no protocol."""
    found = class_named(cls)
    return found is not None and (cls.startswith("builtins.") or found.name.startswith("builtins."))


_PROMOTED = frozenset(
    {("builtins.int", "builtins.float"), ("builtins.int", "builtins.complex"),
     ("builtins.float", "builtins.complex")}
)  # fmt: skip


def argument_values(param: Param, signature: Signature, given: Arguments) -> Result:
    """What a call passes for a parameter, where the call itself is not at hand."""
    position = 0
    for each in signature.params:
        if each is param:
            break
        position += each.kind in _BY_POSITION
    if param.kind in _BY_POSITION:
        return given.positional(position) or (
            given.keyword(param.name) if param.kind == EITHER else NOTHING
        )
    return given.keyword(param.name) if param.kind == KEYWORD else NOTHING
