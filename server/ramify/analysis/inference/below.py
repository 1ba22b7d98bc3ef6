"""Members that a class has not itself, and those below it have: what is asked of a value that may
be of one of them.

Knows the classes below by what they hand to those above them; what is above is for `classes`.
"""

from __future__ import annotations

from ramify.analysis.inference.access import Access
from ramify.analysis.inference.engine import UNKNOWN, Found
from ramify.analysis.inference.known import FIELDS
from ramify.analysis.inference.values import (
    BOUND,
    CLASS,
    CONSTRUCTED,
    EXTERNAL_INSTANCE,
    FUNCTION,
    INSTANCE,
    MOST_TARGETS,
    NOTHING,
    SUBCLASS,
    TYPED,
    Result,
    Value,
    merge,
    weaken,
)

BELOW = "<below>"
"""A class hands itself to its bases under this name."""
BESIDE = "<beside>"
"""A class hands itself under this name to those of its ancestors whose `super()` means another
class in its method resolution order than in theirs."""
MADE_BY = "<made by>"
"""A class hands itself to its metaclass under this name."""
_MOST_BELOW = 16
"""Of more classes below, one more says little of what was meant."""
_CALLABLE = frozenset({FUNCTION, BOUND, CLASS})
OPEN = frozenset({"builtins.NoneType"})
"""Classes outside whose instances say nothing of what else may stand in their place."""


class Below(Access):
    """Members of classes below."""

    def _below(self, value: Value, name: str) -> Found:
        """A member of the nearest classes below that have it."""
        values: Result = {}
        refs: Result = {}
        seen = {value[1:3]}
        pending = [value]
        while pending:
            above = pending.pop()
            direct = self.reaching(above[1], above[2], BELOW)
            if len(direct) > _MOST_BELOW:
                return UNKNOWN
            for cls in direct:
                if cls[1:3] in seen:
                    continue
                seen.add(cls[1:3])
                if len(seen) > _MOST_BELOW:
                    return UNKNOWN
                found = self._added_by(cls, name)
                if found is UNKNOWN:
                    pending.append(cls)
                merge(values, found[0])
                refs.update(found[1])
        if len(refs) > MOST_TARGETS and not all(value[0] in _CALLABLE for value in values):
            return UNKNOWN
        return weaken(values, SUBCLASS), weaken(refs, SUBCLASS)

    def classes_below(self, path: str, sym: int) -> list[Value]:
        """The classes that derive from one; none where they are too many."""
        found: dict[tuple[str, int], Value] = {}
        pending = [(path, sym)]
        while pending and len(found) <= _MOST_BELOW:
            for cls in self.reaching(*pending.pop(), BELOW):
                if (cls[1], cls[2]) not in found and (cls[1], cls[2]) != (path, sym):
                    found[cls[1], cls[2]] = cls
                    pending.append((cls[1], cls[2]))
        return list(found.values()) if len(found) <= _MOST_BELOW else []

    def special_below(self, value: Value, name: str) -> Result:
        """A special method that only classes below have, unbound."""
        below = self._below(value, name)[0]
        return {(FUNCTION, v[1], v[2]): mark for v, mark in below.items() if v[0] == BOUND}

    def _in_order(self, value: Value, name: str) -> Found:
        """An attribute of an instance that its class or a base in the workspace has."""
        raise NotImplementedError

    def _added_by(self, cls: Value, name: str) -> Found:
        """A member that a class has and those above that led to it have not: its own, or that of
        another base of its."""
        made = (INSTANCE, *cls[1:])
        if len(self.bases(cls[1], cls[2])) > 1:
            return self._in_order(made, name)
        own, own_refs = self.own(cls[1], cls[2], name)
        stored, stored_refs = self.stored(cls[1], cls[2], name)
        if not (own or own_refs or stored or stored_refs):
            return UNKNOWN
        values: Result = {}
        for found, mark in own.items():
            merge(values, self._accessed(found, mark, made))
        merge(values, self._bound_where_placed(stored, made))
        return values, {**own_refs, **stored_refs}

    def _replaced_below(self, value: Value, name: str, own: Result) -> Result:
        """What classes below put in the place of a class attribute that is there to be replaced:
        one that says nothing, or a class (`form_class = Form`)."""
        if value[3] == CONSTRUCTED or not (is_hollow(own) or any(v[0] == CLASS for v in own)):
            return NOTHING
        return self._below(value, name)[0]


def is_hollow(own: Result) -> bool:
    """Whether a class or a module says nothing of what an attribute of its holds."""
    return all(
        v[0] == TYPED or (v[0] == EXTERNAL_INSTANCE and v[1] in OPEN) or v[1] in FIELDS for v in own
    )
