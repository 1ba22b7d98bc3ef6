"""What library functions run on the caller's behalf, and what they hand on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from ramify.analysis.inference.below import MADE_BY
from ramify.analysis.inference.engine import SYMBOL
from ramify.analysis.inference.known import (
    CALLS_ITS_ARGUMENT,
    CALLS_METHODS_OF_ARGUMENT,
    COMPARES_ELEMENTS,
    COMPARES_IN_LIST,
    CONNECTS,
    ENTERS_ITS_ARGUMENT,
    GETTERS,
    PASSES_ON,
    PUSHES,
    SENDS,
    STARTS_TASK,
    known_as,
)
from ramify.analysis.inference.standard import runs_arguments
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    BOUND,
    CALLBACK,
    CLASS,
    CONSTRUCTED,
    DECLARED,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    FUNCTION,
    GENERATOR,
    INSTANCE,
    LITERAL,
    MADE,
    METHOD_OF,
    MOST_ALTERNATIVES,
    MOST_TARGETS,
    PROTOCOL,
    Result,
    Value,
    merge,
)
from ramify.analysis.linking.edges.collecting import Targets
from ramify.analysis.linking.edges.references import References
from ramify.languages.python.outside import ASKS_OF_ARGUMENT, EACH
from ramify.languages.python.views import SENDER, SENT
from ramify_store.facts import NONE, ArgumentHow, EdgeKind, Op

CONNECTED: Final = "<connected>"
"""A signal is handed its receivers under this name."""


class LibraryCalls(References):
    """Edges of what calls of the library run."""

    def _library(self, values: Iterable[Value], e: int, site: int) -> None:
        """What a library function runs on the caller's behalf."""
        for value in values:
            if value[0] == METHOD_OF:
                container = self.inference.container_class(value[1])
                if value[2] == "sort":
                    self._sort(self._elements(value[1]), e, site)
                    container = container or "builtins.list"
                value = (EXTERNAL, f"{container}.{value[2]}")
            dotted = known_as(value[1]) if value[0] == EXTERNAL else ""
            if value[0] == MADE and value[1] in GETTERS:
                self._named_by(value, self._argument(e, 0), e, site)
            if not dotted:
                continue
            self._run(value, e, site)
            for where in CALLS_ITS_ARGUMENT.get(dotted, ()):
                self._called_back(self._argument(e, where), e, site)
            for name in CALLS_METHODS_OF_ARGUMENT.get(dotted, ()):
                self._special(self._argument(e, 0), name, site)
            if dotted == "builtins.type.__call__":
                self._constructed_by(e, site)
            if dotted in ASKS_OF_ARGUMENT:
                position, names = ASKS_OF_ARGUMENT[dotted]
                for asked in self._arguments_at(e, position):
                    if dotted == "builtins.iter":  # which gives a generator back as it is
                        asked = {v: mark for v, mark in asked.items() if v[0] != GENERATOR}
                    any(self._special(asked, name, site) for name in names)
            if dotted in ("builtins.isinstance", "builtins.issubclass"):
                self._checked(dotted, self._argument(e, 1), site)
            if dotted in PASSES_ON:
                for function in self._argument(e, PASSES_ON[dotted]):
                    self.flows_out.pass_on(function, self.unit, e, PASSES_ON[dotted])
            if dotted in ENTERS_ITS_ARGUMENT:
                for name in ("__enter__", "__exit__", "__aenter__", "__aexit__"):
                    self._special(self._argument(e, 0), name, site)
            if dotted in COMPARES_ELEMENTS and not self._argument(e, "key"):
                self._compared(self._compared_by(dotted, e), site)
            if dotted in COMPARES_IN_LIST:
                for listed in self._argument(e, 0):
                    if dotted.rpartition(".")[2] in PUSHES and listed[0] in (LITERAL, MADE):
                        self._put_elsewhere(listed, self._argument(e, 1))
                    if not self._argument(e, "key"):
                        self._compared(self._elements(listed), site)
            if dotted == "builtins.next":
                for inner in self._argument(e, 0):
                    if inner[:2] == (MADE, "builtins.iter"):
                        for iterated in self.inference.infer_argument(inner, 0):
                            if iterated[0] == INSTANCE:
                                made = self.inference.special(iterated, "__iter__")
                                self._special(made, "__next__", site)
            if dotted == "builtins.sum":
                for inner in self._argument(e, 0):
                    found = self._elements(inner)
                    self._special(found, "__radd__", site)
                    if self.inference.length(inner) != 1:
                        self._special(found, "__add__", site)

    def _arguments_at(self, e: int, position: int) -> list[Result]:
        """What a CALL passes at a position, or at each of them."""
        if position != EACH:
            return [self._argument(e, position)]
        given = (x for how, x in self.unit.arguments(e) if how == ArgumentHow.POSITIONAL)
        return [self._operand(x) for x in given if self.unit.ops[x] != Op.CONST]

    def _announced(self, callee: int, e: int, site: int) -> bool:
        """Signals run the receivers connected to them, tasks of a queue their function. Whether
        the callee is of a signal."""
        unit = self.unit
        name = unit.names[unit.b[callee]]
        if name not in CONNECTS and name not in SENDS and name not in STARTS_TASK:
            return False
        base, refs = self.inference.expression(unit, unit.a[callee])
        if name in CONNECTS:
            for how, sender in unit.arguments(e):
                if how >= 0 and unit.names[how] == SENDER:
                    self._send_instance(self._argument(e, CONNECTS[name]), sender)
        if name in STARTS_TASK:
            tasks = {v: CALLBACK for v in base if v[0] == FUNCTION and self._is_decorated(v)}
            self._called_back(tasks, e, site)
        if not any(_is_signal(self.inference.unit, value) for value in base):
            return False
        for ref in refs:
            if ref[0] == SYMBOL and name in CONNECTS:
                receivers = self._argument(e, CONNECTS[name])
                self.flows_out.hold(ref[1], ref[2], CONNECTED, receivers)
            elif ref[0] == SYMBOL and name in SENDS:
                reaching = self.inference.few_reaching(ref[1], ref[2], CONNECTED)
                if len(reaching) <= MOST_TARGETS:
                    self._called_back(dict.fromkeys(reaching, CALLBACK), e, site)
        return True

    def _send_instance(self, receivers: Result, sender: int) -> None:
        """What a receiver is given of a sender that is a class: an object of it."""
        sent: Result = {
            (INSTANCE, *v[1:3], DECLARED): CALLBACK for v in self._operand(sender) if v[0] == CLASS
        }
        for function in receivers if sent else ():
            if function[0] == FUNCTION:
                self.flows_out.hold(function[1], function[2], SENT, sent)

    def _is_decorated(self, function: Value) -> bool:
        owner = self.inference.unit(function[1])
        return bool(owner.scopes[owner.scope_of_symbol[function[2]]].decorators)

    def _called_back(self, functions: Result, e: int, site: int) -> None:
        for function in functions:
            targets: Targets = {}
            self._add_called(targets, function, CALLBACK, False)
            self._edges_to(targets, e, site)

    def _constructed_by(self, e: int, site: int) -> None:
        """`super().__call__()` of a metaclass constructs one of its classes."""
        unit = self.unit
        meta = unit.method_class(unit.named_scope(unit.scope_of[e]))
        made = self.inference.reaching(unit.path, meta, MADE_BY) if meta != NONE else ()
        for cls in made if len(made) <= MOST_ALTERNATIVES else ():
            for name in ("__new__", "__init__"):
                for function in self.inference.member_of_class(cls, name):
                    target = self._id(function[1], function[2])
                    self._edge(self._owner(e), target, EdgeKind.CALLS, PROTOCOL, site)
                    made_one = (INSTANCE, cls[1], cls[2], CONSTRUCTED)
                    self.flows_out.hand((BOUND, *function[1:3], made_one), unit, e)

    def _checked(self, dotted: str, classes: Result, site: int) -> None:
        """A check against a class asks its metaclass."""
        name = "__instancecheck__" if dotted.endswith("instance") else "__subclasscheck__"
        for value in classes:
            meta = self.inference.metaclass(value[1], value[2]) if value[0] == CLASS else None
            if meta is not None:
                self._special({(INSTANCE, *meta[1:]): CALLBACK}, name, site)

    def _run(self, value: Value, e: int, site: int) -> None:
        """What a function of the standard library runs of what it is given, and with what."""
        for callback in self.inference.callbacks_of(value, self.unit, e) if self.unit.c[e] else ():
            functions = self._operand(callback.argument)
            self._called_back(functions, e, site)
            for function in functions:
                if callback.passes_after != NONE:
                    self.flows_out.pass_on(function, self.unit, e, callback.passes_after)
                if function[0] in (FUNCTION, BOUND):
                    for position, values in enumerate(callback.given):
                        self.flows_out.give(function, position, values)
                elif function[0] == MADE and callback.given:
                    self._named_by(function, callback.given[0], e, site)

    def _compared_by(self, dotted: str, e: int) -> Result:
        """What is compared with each other: elements, or of `min(a, b)` the arguments."""
        arguments = [a for how, a in self.unit.arguments(e) if how == ArgumentHow.POSITIONAL]
        found: Result = {}
        for argument in arguments:
            for value, mark in self._operand(argument).items():
                several = len(arguments) > 1 and dotted != "builtins.sorted"
                merge(found, {value: mark} if several else self._elements(value))
        return found

    def _sort(self, values: Result, e: int, site: int) -> None:
        """Sorting a list compares its elements, or makes a key of each."""
        key = self._argument(e, "key")
        if not key:
            self._compared(values, site)
        for function in key:
            if function[0] in (FUNCTION, BOUND):
                self.flows_out.give(function, 0, values)
            elif function[0] == MADE and function[1] in GETTERS:
                self._named_by(function, values, e, site)

    def _named_by(self, getter: Value, values: Result, e: int, site: int) -> None:
        """What a getter made by `operator` runs of the values that it is called with."""
        if getter[1] == "operator.methodcaller":
            self._called_back(self.inference.named_by(getter, values), e, site)

    def _compared(self, values: Result, site: int) -> None:
        if not self._special(values, "__lt__", site):
            self._special(values, "__gt__", site)


def is_told(value: Value) -> bool:
    """Whether calling a value may run or hand on something by what is known of the library."""
    kind = value[0]
    if kind == MADE:
        return value[1] in GETTERS
    return kind == METHOD_OF or (kind == EXTERNAL and _is_told_of(value[1]))


@lru_cache(4096)
def _is_told_of(dotted: str) -> bool:
    known = known_as(dotted)
    return runs_arguments(dotted) or any(known in those for those in _TOLD_OF)


def _is_signal(unit_of: Callable[[str], Unit], value: Value) -> bool:
    if value[0] == EXTERNAL_INSTANCE:
        return str(value[1]).rpartition(".")[2] in _SIGNALS
    return value[0] == INSTANCE and unit_of(value[1]).symbols[value[2]].name in _SIGNALS


_TOLD_OF: Final = (
    CALLS_ITS_ARGUMENT,
    CALLS_METHODS_OF_ARGUMENT,
    ASKS_OF_ARGUMENT,
    PASSES_ON,
    ENTERS_ITS_ARGUMENT,
    COMPARES_ELEMENTS,
    COMPARES_IN_LIST,
    {"builtins.type.__call__", "builtins.isinstance", "builtins.issubclass", "builtins.next",
     "builtins.sum"},
)  # fmt: skip

_SIGNALS = frozenset({"Signal", "ModelSignal", "NamedSignal"})
