"""What tests of a type say about a use: `isinstance` and its kin around it, or before it where the
other way out was taken.

Pure reading of one file's facts: which tests apply to an expression. What the classes named there
are is for inference to say.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from ramify.analysis.inference.unit import Unit
from ramify_store.facts import NONE, Op

_TESTS = frozenset({"isinstance", "issubclass"})


@dataclass(frozen=True, slots=True)
class Test:
    """A test that held, or did not, when an expression is evaluated."""

    classes: tuple[int, ...]
    """Expressions that name a class, a tuple or union of classes, or a variable of that."""
    holds: bool
    of_class: bool
    """The expression is itself a class (`issubclass`), not an instance."""


def may_be_tested(unit: Unit, e: int) -> bool:
    """Whether some test in the file is about the name that a NAME or an ATTR chain begins with;
    most files have few, and most uses none."""
    tested: set[int] | None = unit.__dict__.get("tested_uses")
    return e in (tested if tested is not None else _tested_uses(unit))


def tests_of(unit: Unit, e: int) -> Iterator[Test]:
    """The tests that apply to a NAME or an ATTR chain, nearest first."""
    if not may_be_tested(unit, e):
        return
    root = _root(unit, e)
    rebound = _last_binding(unit, e, root)
    block = unit.block_of[e]
    left = _left_blocks(unit)
    while block >= 0:
        for other in left.get(block, ()):
            fact = unit.blocks[other]
            if fact.last <= e and fact.guard > rebound:
                yield from _found(unit, fact.guard, e, fact.negated)
        fact = unit.blocks[block]
        if fact.guard != NONE:
            if fact.guard < rebound:
                return
            yield from _found(unit, fact.guard, e, not fact.negated)
        block = fact.parent


def latest_attribute(unit: Unit, e: int) -> int:
    """The binding that certainly gave an ATTR of a plain name its value last; NONE when another
    may have, or a call since that is told of the name."""
    base = unit.a[e]
    if unit.ops[base] != Op.NAME:
        return NONE
    root, scope = unit.a[base], unit.scope_of[e]
    around = set()
    block = unit.block_of[e]
    while block >= 0:
        if unit.blocks[block].loop:
            return NONE
        around.add(block)
        block = unit.blocks[block].parent
    last = NONE
    for index in unit.attribute_bindings.get(unit.b[e], ()):
        binding = unit.bindings[index]
        to = unit.a[binding.target]
        same = unit.ops[to] == Op.NAME and unit.a[to] == root and binding.scope == scope
        if same and binding.target < e:
            last = index if binding.block in around and binding.value != NONE else NONE
    if last == NONE:
        return NONE
    since = unit.bindings[last].target
    rebound = _last_binding(unit, e, root) > since
    return NONE if rebound or _is_told(unit, root, since, e) else last


def _is_told(unit: Unit, name: int, first: int, last: int) -> bool:
    """Whether a call between two places has a name as its receiver or an argument."""
    for at in range(first, last):
        if unit.ops[at] == Op.CALL:
            callee = unit.a[at]
            if unit.ops[callee] == Op.ATTR and _root(unit, callee) == name:
                return True
            if any(_root(unit, argument) == name for _, argument in unit.arguments(at)):
                return True
    return False


def _found(unit: Unit, guard: int, e: int, holds: bool) -> Iterator[Test]:
    op = unit.ops[guard]
    if op == Op.UNARY and unit.names[unit.c[guard]] == "__bool__":
        yield from _found(unit, unit.a[guard], e, not holds)
    elif op == Op.BOOL:
        yield from _of_both(unit, guard, e, holds)
    elif op == Op.MATCH_CLASS:
        subject = unit.b[guard]
        if subject != NONE and unit.ops[subject] == Op.SUBJECT:
            subject = unit.a[subject]
        if subject != NONE and _same(unit, subject, e):
            yield Test((unit.a[guard],), holds, False)
    elif op == Op.CALL and unit.ops[unit.a[guard]] == Op.NAME:
        name = unit.names[unit.a[unit.a[guard]]]
        arguments = unit.arguments(guard)
        about = name in _TESTS and len(arguments) == 2
        if about and _same(unit, arguments[0][1], e):
            yield Test((arguments[1][1],), holds, name == "issubclass")
    elif op == Op.COMPARE and holds:
        same = unit.c[guard] != NONE and unit.names[unit.c[guard]] in ("is", "__eq__")
        if same and _is_type_of(unit, unit.a[guard], e):
            yield Test((unit.b[guard],), holds, False)


def _of_both(unit: Unit, guard: int, e: int, holds: bool) -> Iterator[Test]:
    """`and` that held and `or` that did not say what both parts say; the other two say only what
    both parts have in common."""
    one = list(_found(unit, unit.a[guard], e, holds))
    other = list(_found(unit, unit.b[guard], e, holds))
    if (unit.names[unit.c[guard]] == "and") == holds:
        yield from one
        yield from other
    elif len(one) == 1 and len(other) == 1 and one[0].holds and other[0].holds:
        yield Test((*one[0].classes, *other[0].classes), True, one[0].of_class)


def _is_type_of(unit: Unit, call: int, e: int) -> bool:
    if unit.ops[call] != Op.CALL or unit.ops[unit.a[call]] != Op.NAME:
        return False
    arguments = unit.arguments(call)
    named = unit.names[unit.a[unit.a[call]]] == "type"
    return named and len(arguments) == 1 and _same(unit, arguments[0][1], e)


def _same(unit: Unit, one: int, other: int) -> bool:
    """Whether two expressions are the same name or the same attributes of one."""
    while unit.ops[one] == Op.ATTR and unit.ops[other] == Op.ATTR:
        if unit.b[one] != unit.b[other]:
            return False
        one, other = unit.a[one], unit.a[other]
    both_names = unit.ops[one] == Op.NAME and unit.ops[other] == Op.NAME
    return both_names and unit.a[one] == unit.a[other]


def _root(unit: Unit, e: int) -> int:
    """The name that a chain of attributes begins with; NONE when it begins with none."""
    while unit.ops[e] == Op.ATTR:
        e = unit.a[e]
    return unit.a[e] if unit.ops[e] == Op.NAME else NONE


def _last_binding(unit: Unit, e: int, name: int) -> int:
    """Where the name was last bound before the use, in the use's own scope."""
    bindings = unit.bound[unit.scope_of[e]].get(name, ())
    before = bisect_left(bindings, e, key=lambda index: unit.bindings[index].target)
    return unit.bindings[bindings[before - 1]].target if before else NONE


def _tested_uses(unit: Unit) -> set[int]:
    """NAMEs that some test in the file is about, and the ATTRs that begin with one."""
    found = unit.__dict__["tested_uses"] = set[int]()
    tested = _tested_names(unit)
    if tested:
        a = unit.a
        found.update(e for e in unit.expressions(Op.NAME) if a[e] in tested)
        for e in unit.expressions(Op.ATTR):
            if a[e] in found:
                found.add(e)
    return found


def _tested_names(unit: Unit) -> frozenset[int]:
    """Names that some test in the file is about."""
    subjects = [unit.a[e] for e in unit.expressions(Op.SUBJECT)]
    subjects += [
        unit.arguments(call)[0][1]
        for callee, call in unit.call_of.items()
        if unit.ops[callee] == Op.NAME
        and unit.c[call]
        and unit.names[unit.a[callee]] in (*_TESTS, "type")
    ]
    return frozenset(_root(unit, subject) for subject in subjects) - {NONE}


def _left_blocks(unit: Unit) -> dict[int, list[int]]:
    """By the block around: guarded blocks that are always left for good, so that the code after
    them knows their guard to be the other way. Only a statement's first branch is certain to
    have been tested."""
    found: dict[int, list[int]] | None = unit.__dict__.get("left_blocks")
    if found is None:
        found = {}
        groups: set[int] = set()
        for index, block in enumerate(unit.blocks):
            first = block.group == NONE or block.group not in groups
            groups.add(block.group)
            if block.ends and block.guard != NONE and first and not block.loop:
                found.setdefault(block.parent, []).append(index)
        unit.__dict__["left_blocks"] = found
    return found
