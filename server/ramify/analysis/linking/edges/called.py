"""What runs when a value is called: functions, constructors, `__call__`, factories of fields."""

from __future__ import annotations

from ramify.analysis.inference.below import MADE_BY
from ramify.analysis.inference.members import stepped
from ramify.analysis.inference.values import (
    AROUND,
    BOUND,
    BOUND_CLASS,
    CALLBACK,
    CLASS,
    CONSTRUCTED,
    CONSTRUCTOR,
    DECLARED,
    EXTERNAL,
    FUNCTION,
    INSTANCE,
    MADE,
    MEMBER,
    MOST_ALTERNATIVES,
    OR_BELOW,
    OWN,
    PROTOCOL,
    ROWS,
    Value,
    through,
)
from ramify.analysis.linking.edges.collecting import Collecting, Targets, best

_MAY_BE_BELOW = frozenset({OWN, OR_BELOW})


class Called(Collecting):
    """Targets of calls."""

    def _add_called(self, into: Targets, value: Value, mark: int, plain: bool) -> None:
        kind = value[0]
        if kind in (FUNCTION, AROUND):
            best(into, self._id(value[1], value[2]), False, mark)
        elif kind == BOUND:
            receiver = value[3] if value[3][0] != ROWS else value[3][3]
            dispatch = (
                not plain
                and receiver[0] in (INSTANCE, CLASS)
                and receiver[3] != CONSTRUCTED
                and not self._is_private(value)
            )
            best(into, self._id(value[1], value[2]), dispatch, mark)
        elif kind == CLASS:
            best(into, self._id(value[1], value[2]), False, mark)
            self._add_constructors(into, value, mark)
        elif kind == BOUND_CLASS:
            self._add_called(into, (CLASS, value[1], value[2], DECLARED), mark, plain)
        elif kind == INSTANCE:
            for function in self.inference.member_of_class(value, "__call__"):
                step = stepped(mark, MEMBER)
                best(into, self._id(function[1], function[2]), value[3] != CONSTRUCTED, step)
        elif kind == EXTERNAL:
            best(into, self._external(value[1]), False, mark)
        elif kind == MADE and value[1].startswith("functools.partial"):
            for function, by in self.inference.infer_argument(value, 0).items():
                if function[0] != MADE:
                    self._add_called(into, function, through(by, CALLBACK), False)

    def _is_private(self, value: Value) -> bool:
        name = self.inference.unit(value[1]).symbols[value[2]].name
        return name.startswith("__") and not name.endswith("__")

    def _add_constructors(self, into: Targets, value: Value, mark: int) -> None:
        meta = self.inference.metaclass(value[1], value[2])
        if meta is not None:
            runs = self.inference.member_of_class((INSTANCE, *meta[1:]), "__call__")
            for function in runs:
                best(into, self._id(function[1], function[2]), False, through(mark, PROTOCOL))
            made = self.inference.reaching(meta[1], meta[2], MADE_BY) if runs else ()
            if runs and len(made) <= MOST_ALTERNATIVES:
                return  # that runs the constructors, if anything does
        step = through(mark, CONSTRUCTOR)
        known = False
        for name in ("__init__", "__new__", "__post_init__"):
            for function in self.inference.member_of_class(value, name):
                best(into, self._id(function[1], function[2]), value[3] in _MAY_BE_BELOW, step)
                known = True
        if not known and value[3] in _MAY_BE_BELOW:  # `cls()` where only classes below have one
            for reached, by in self.inference.member((INSTANCE, *value[1:]), "__init__")[0].items():
                if reached[0] == BOUND:
                    best(into, self._id(reached[1], reached[2]), True, through(mark, by))
        self._add_factories(into, value, mark)

    def _add_factories(self, into: Targets, value: Value, mark: int) -> None:
        """Constructing a class runs the factories of its fields."""
        for holder in self.inference.mro(value[1], value[2]):
            if holder[0] == CLASS:
                for factory in self.inference.field_factories(holder[1], holder[2]):
                    self._add_called(into, factory, through(mark, CALLBACK), False)
