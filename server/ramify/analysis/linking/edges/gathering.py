"""What calls and assignments put into objects of classes that are below a container."""

from __future__ import annotations

from ramify.analysis.inference.iteration import GATHERED
from ramify.analysis.inference.known import PUTS, PUTS_ALL
from ramify.analysis.inference.values import (
    CLASS,
    INSTANCE,
    SUPER,
    Result,
    Value,
    merge,
)
from ramify.analysis.linking.edges.library import LibraryCalls


class Gathering(LibraryCalls):
    """Flows into containers of the workspace's own."""

    def _put_in(self, e: int) -> None:
        """What the CALL of a method of something outside puts into the object it is taken of."""
        callee = self.unit.a[e]
        name = self.unit.names[self.unit.b[callee]]
        if name in PUTS or name in PUTS_ALL:
            for receiver in self._operand(self.unit.a[callee]):
                self._gather(receiver[3] if receiver[0] == SUPER else receiver, name, e)

    def _gather_given(self, cls: Value, e: int) -> None:
        """What the CALL of a class without a constructor of its own puts into what it makes."""
        if self.unit.c[e]:
            self._gather(cls, "__init__", e)

    def _gather(self, holder: Value, name: str, e: int) -> None:
        if holder[0] not in (INSTANCE, CLASS) or not self.inference.gathers(holder):
            return
        if name in PUTS:
            self.flows_out.fill(holder, GATHERED, self._argument(e, PUTS[name]))
            return
        found: Result = {}
        for value in self._argument(e, 0):
            merge(found, self._elements(value))
        self.flows_out.fill(holder, GATHERED, found)

    def _stored_in(self, containers: Result, held: Result) -> None:
        """What `thing[at] = value` puts into an object whose class has no `__setitem__`."""
        for value in containers:
            if value[0] == INSTANCE and self.inference.gathers(value):
                self.flows_out.fill(value, GATHERED, held)
