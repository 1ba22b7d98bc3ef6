"""Which bindings of a name may hold where it is used: branches, loops, blocks that are left.

Reads blocks and bindings of one file; values are none of its business.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from typing import Final, TypeAlias

from ramify.analysis.inference.unit import Unit
from ramify_store.facts import NONE, BindingKind, Op

_MOST_REACHING: Final = 64
"""Bindings of one name looked at for one use. Generated code has thousands, and as many uses."""


def reaching(unit: Unit, owner: int, bindings: Sequence[int], use: int) -> list[int]:
    """The bindings that may hold when `use` runs (NONE: when the scope has run), in order.

    A binding hides the earlier ones when its block encloses the use's: then it always runs
    between them and the use. One in another branch of the same statement, or in a block that
    leaves before the use, cannot reach it. In a loop later bindings reach the next turn. Bindings
    in all branches of a statement together hide the earlier ones; of very many the nearest count.
    """
    all_bindings = unit.bindings
    if use == NONE:
        use = len(unit.ops)
        around = chain_of(unit, _body_block(unit, owner))
    else:
        around = chain_of(unit, unit.block_of[use])
    enclosing = set(around)
    groups = {unit.blocks[b].group: b for b in around if unit.blocks[b].group != NONE}
    loop_end = max((unit.blocks[b].last for b in around if unit.blocks[b].loop), default=NONE)
    if len(bindings) > _MOST_REACHING:
        bindings = _near(unit, owner, bindings, max(use, loop_end))
    covered: set[int] = set()
    chosen: list[int] = []
    for index in reversed(bindings):
        binding = all_bindings[index]
        if binding.scope != owner and unit.named_scope(binding.scope) != owner:
            chosen.append(index)  # through `global` or `nonlocal`: runs at any time
            continue
        if binding.target > use:
            if binding.target < loop_end:
                chosen.append(index)
            continue
        if binding.block in enclosing:
            if binding.kind != BindingKind.DELETE:
                chosen.append(index)
            break
        if not _excluded(unit, binding.block, enclosing, groups):
            chosen.append(index)
            if _covers(unit, binding.block, enclosing, covered):
                break
    if not chosen:
        return list(bindings)
    chosen.reverse()
    return chosen


def dead_blocks(unit: Unit) -> Set[int]:
    """The blocks that never run: as written, or since a name that their condition is about is
    certainly bound to a literal there (`verbose = False`, then `if verbose:`)."""
    found: Set[int] | None = unit.__dict__.get("dead")
    if found is None:
        unit.__dict__["dead"] = _with_those_inside(unit, set())
        found = unit.__dict__["dead"] = _with_those_inside(unit, set(_ruled_out(unit)))
    return found


def _with_those_inside(unit: Unit, settled: Set[int]) -> Set[int]:
    found: set[int] = set()
    for index, block in enumerate(unit.blocks):
        if block.dead or block.parent in found or index in settled:
            found.add(index)
    return found


def _ruled_out(unit: Unit) -> Iterator[int]:
    """Blocks whose condition never holds, or follows one in its statement that always does."""
    taken: set[int] = set()
    for index, block in enumerate(unit.blocks):
        if block.group in taken and block.group != NONE:
            yield index
        elif block.guard != NONE:
            holds = certainly_holds(unit, block.guard)
            if holds is not None and holds == block.negated:
                yield index
            elif holds is not None:
                taken.add(block.group)


_Known: TypeAlias = tuple[str, str | None]
"""The class of a literal, and its text where that is kept."""


def certainly_holds(unit: Unit, guard: int) -> bool | None:
    """Whether a condition about literals, or names that are certainly bound to one, holds; None
    where that depends on something else."""
    op = unit.ops[guard]
    if op == Op.UNARY and unit.names[unit.c[guard]] == "__bool__":
        inner = certainly_holds(unit, unit.a[guard])
        return None if inner is None else not inner
    if op == Op.COMPARE and unit.c[guard] != NONE:
        return _compared(unit, guard)
    known = _literal_of(unit, guard)
    if known is None or known[0] == "NoneType":
        return None if known is None else False
    kind, text = known
    return text not in ("False", "0") if kind in ("bool", "int") and text is not None else None


def _compared(unit: Unit, guard: int) -> bool | None:
    comparison = unit.names[unit.c[guard]]
    if comparison not in _EQUALITIES:
        return None
    one = _literal_of(unit, unit.a[guard])
    other = _literal_of(unit, unit.b[guard]) if one is not None else None
    if one is None or other is None:
        return None
    if one[0] != other[0]:
        if "NoneType" not in (one[0], other[0]):
            return None
        same = False
    elif one[0] == "NoneType":
        same = True
    elif one[1] is None or other[1] is None or one[0] not in _BY_TEXT:
        return None
    else:
        same = one[1] == other[1]
        if one[0] == "int" and not same and not (one[1] + other[1]).isdecimal():
            return None  # `16 == 0x10`
    return same == _EQUALITIES[comparison]


_EQUALITIES: Final = {"__eq__": True, "is": True, "__ne__": False, "is not": False}
_BY_TEXT: Final = frozenset({"bool", "str", "int"})
"""Literals that are the same if their texts are, and but for some numbers only then."""


def _literal_of(unit: Unit, e: int) -> _Known | None:
    """The literal that an expression is, or that the only binding which reaches it is to."""
    if unit.ops[e] == Op.CONST:
        return unit.names[unit.a[e]], unit.text_of_const(e)
    if unit.ops[e] != Op.NAME:
        return None
    scope = unit.scope_of[e]
    bindings = unit.bound[scope].get(unit.a[e], ())
    if not any(_is_to_literal(unit, index) for index in bindings):
        return None
    if any(unit.bindings[index].scope != scope for index in bindings):
        return None
    reach = reaching(unit, scope, bindings, e)
    if len(reach) != 1 or not _is_to_literal(unit, reach[0]):
        return None
    value = unit.bindings[reach[0]].value
    return unit.names[unit.a[value]], unit.text_of_const(value)


def _is_to_literal(unit: Unit, binding: int) -> bool:
    fact = unit.bindings[binding]
    assigns = fact.kind == BindingKind.ASSIGN and fact.value != NONE
    return assigns and unit.ops[fact.value] == Op.CONST


def is_after_loop(unit: Unit, binding: int, use: int) -> bool:
    """Whether a binding is the target of a loop that has run to its end when `use` runs."""
    fact = unit.bindings[binding]
    if fact.value == NONE or unit.ops[fact.value] != Op.ITER or use <= fact.target:
        return False
    loop = unit.blocks[fact.block]
    if not loop.loop or use < loop.last:
        return False
    return not any(
        block.ends and loop.first <= block.first and block.last <= loop.last
        for block in unit.blocks
    )


def _body_block(unit: Unit, scope: int) -> int:
    """The block that is a scope's whole body."""
    first, last = unit.scopes[scope].first, unit.scopes[scope].last
    if scope == 0 or first >= last:
        return 0
    block = unit.block_of[last - 1]
    while block > 0:
        fact = unit.blocks[block]
        if fact.first <= first and fact.last >= last:
            return block
        block = fact.parent
    return 0


def chain_of(unit: Unit, block: int) -> list[int]:
    """A block and those around it, inside out."""
    chain = [block]
    while block > 0:
        block = unit.blocks[block].parent
        chain.append(block)
    return chain


def _excluded(unit: Unit, block: int, enclosing: set[int], groups: dict[int, int]) -> bool:
    """Whether what a block binds cannot reach a use. One that is left for the next turn of a loop
    cannot reach what follows in this one, but what follows the loop."""
    dead = dead_blocks(unit)
    skipped = False
    while block not in enclosing and block >= 0:
        fact = unit.blocks[block]
        if fact.ends == 2 or block in dead:
            return True
        if fact.group != NONE and groups.get(fact.group, block) != block:
            return True
        skipped = not fact.loop and (skipped or fact.ends == 1)
        block = fact.parent
    return skipped


def _covers(unit: Unit, block: int, enclosing: set[int], covered: set[int]) -> bool:
    """Whether a binding in a block, with those found in other branches before, always runs."""
    dead = dead_blocks(unit)
    while block not in enclosing:
        covered.add(block)
        branches = _branches(unit).get(block, ())
        left = (b for b in branches if b not in covered and b not in dead)
        if not branches or not all(unit.blocks[b].ends for b in left):
            return False
        block = unit.blocks[block].parent
    return True


def _branches(unit: Unit) -> dict[int, list[int]]:
    """By block: it and the others of a statement one of which always runs to its end: `if` with
    `else`, `try` with its handlers."""
    found: dict[int, list[int]] | None = unit.__dict__.get("branches")
    if found is None:
        found = {}
        groups: dict[int, list[int]] = {}
        for index, block in enumerate(unit.blocks):
            if block.group != NONE:
                groups.setdefault(block.group, []).append(index)
        for branches in groups.values():
            tried = _tried(unit, branches)
            if tried != NONE:
                branches.append(tried)
            if tried != NONE or any(unit.blocks[b].negated for b in branches):
                found.update(dict.fromkeys(branches, branches))
        unit.__dict__["branches"] = found
    return found


def _tried(unit: Unit, handlers: list[int]) -> int:
    """The block of the `try` whose handlers are these; NONE when they are branches of another
    statement."""
    first = unit.blocks[handlers[0]]
    before = handlers[0] - 1
    while before > 0 and unit.blocks[before].parent > first.parent:
        before = unit.blocks[before].parent
    block = unit.blocks[before] if before > 0 else first
    conditions = any(unit.blocks[h].guard != NONE for h in handlers)
    body = (block.parent, block.group, block.guard, block.loop) == (first.parent, NONE, NONE, False)
    if conditions or not body or before <= 0 or block.first >= block.last:
        return NONE
    scopes = [unit.named_scope(unit.scope_of[place]) for place in (block.first, block.last - 1)]
    same = unit.named_scope(unit.scope_of[max(first.first - 1, 0)])
    return before if all(scope == same for scope in scopes) else NONE


def _near(unit: Unit, owner: int, bindings: Sequence[int], use: int) -> list[int]:
    """Of very many bindings those next before a place, and those from other scopes."""
    name = unit.a[unit.bindings[bindings[0]].target]
    table: dict[tuple[int, int], list[int]] = unit.__dict__.setdefault("bound_from_inside", {})
    inside = table.get((owner, name))
    if inside is None:
        inside = table[owner, name] = [
            index
            for index in bindings
            if unit.named_scope(unit.bindings[index].scope) != unit.named_scope(owner)
        ][-_MOST_REACHING:]
    end = bisect_left(bindings, use + 1, key=lambda index: unit.bindings[index].target)
    near = bindings[max(0, end - _MOST_REACHING) : end]
    return sorted({*near, *inside}) if inside else list(near)
