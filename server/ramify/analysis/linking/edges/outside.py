"""What code outside the workspace runs: members by which a class stands for its bases outside,
and callables that are handed to it.

Nothing of it is read, so each edge is inferred and says which of the two it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from ramify.analysis.inference.arguments import NO_ARGUMENTS
from ramify.analysis.inference.callbacks import keeps
from ramify.analysis.inference.engine import NO_FLOW, SYMBOL, Taint
from ramify.analysis.inference.known import CALLS_ITS_ARGUMENT, INJECTS, PARTIALS, known_as
from ramify.analysis.inference.values import (
    BASE_OUTSIDE,
    BOUND,
    CLASS,
    CONSTRUCTED,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    FUNCTION,
    HANDED_OUTSIDE,
    INSTANCE,
    MADE,
    METHOD_OF,
    MOST_TARGETS,
    ROWS,
    SUPER,
    Result,
    Value,
)
from ramify.analysis.linking.edges.collecting import Targets, best
from ramify.analysis.linking.edges.gathering import Gathering
from ramify.languages.python.outside import NAMES_CLASS
from ramify.languages.python.views import SAVES
from ramify_store.facts import NONE, ArgumentHow, EdgeKind, Op, SymbolKind

HANDED: Final = "<handed>"
"""A class hands its bases outside, under this name, what its constructor passes to them."""
_MOST_MEMBERS: Final = 32
"""Members that one call of a base outside may run. They are declared to stand for its own, so
more of them are worth naming than of the values that an expression may have."""
_MOST_RECEIVERS: Final = 2
"""Of more values that a receiver may be, the one whose base is outside is rarely meant."""
_WITH_BASES: Final = frozenset({INSTANCE, CLASS, SUPER})
_RUN: Final = frozenset({SymbolKind.METHOD, SymbolKind.PROPERTY})


class OutsidePlan(NamedTuple):
    """What a method of a base outside runs, whoever calls it."""

    targets: Targets
    taint: Taint


class OutsideCalls(Gathering):
    """Edges of what calls of code outside may run."""

    def _outside(self, values: Iterable[Value], e: int, site: int) -> None:
        """What the CALL runs by way of those that code outside has a hand in."""
        for value in values:
            if value[0] == CLASS:
                self._hold(value, e)
                self._run_by_base((INSTANCE, value[1], value[2], CONSTRUCTED), "__init__", site)
            elif value[1][0] == ROWS:
                self._run_by_base(value[1][3], value[2], site)
            else:
                self._save(value, e, site)

    def _is_of_outside(self, value: Value) -> bool:
        """Whether code outside has a hand in what a call of a value in the workspace runs."""
        if value[0] == CLASS:
            return self._is_made_outside(value)
        if value[0] != METHOD_OF:
            return False
        of_rows: bool = value[1][0] == ROWS and value[1][3][0] == INSTANCE
        saves: bool = value[2] == SAVES and value[1][0] == INSTANCE
        return of_rows or saves

    def _save(self, method: Value, e: int, site: int) -> None:
        """`form.save()` saves the object that it gives."""
        targets: Targets = {}
        for saved in self.inference.result(method, NO_ARGUMENTS, None, NONE):
            if saved[0] == INSTANCE:
                self._add_members(targets, saved, [SAVES])
        self._edges_to(targets, e, site)

    def _called_outside(self, called: Sequence[Value], e: int, site: int) -> None:
        """What the CALL runs by way of callees outside the workspace."""
        unit = self.unit
        callee = unit.a[e]
        if unit.ops[callee] == Op.ATTR:
            name = unit.names[unit.b[callee]]
            receivers = self._operand(unit.a[callee])
            if len(receivers) <= _MOST_RECEIVERS:
                for receiver in receivers:
                    self._through_base(receiver, name, site)
            constructs = [v for v in receivers if v[0] == SUPER] if name == "__init__" else ()
            for receiver in constructs:
                self._hold((CLASS, receiver[1], receiver[2]), e)
            if constructs:
                return
        if unit.c[e] and not all(keeps(value[1]) for value in called):
            role = self._roles.get(callee)
            source = role[1] if role is not None else self._owner(e)
            self._hand_outside(e, site, source, any(self._says_what_it_runs(v, e) for v in called))

    def _through_base(self, receiver: Value, method: str, site: int) -> None:
        """A method of a base outside is called on a value that may be an instance.

        It runs what the constructor was given unless there are members that stand for those of the
        base: they come to it in turn, by way of `super()`.
        """
        if receiver[0] in _WITH_BASES:
            self._run_planned(("called on", receiver, method), site, self._run_through)

    def _run_through(self, _: str, receiver: Value, method: str) -> Targets:
        instance = receiver[3] if receiver[0] == SUPER else receiver
        if instance[0] not in (INSTANCE, CLASS):
            return {}
        found = self.inference.member(receiver, method)[0]
        if not any(value[0] == EXTERNAL for value in found):
            return {}
        targets = self._run_of("", (INSTANCE, *instance[1:]), method)
        if receiver[0] == SUPER or not targets:
            for at, mark in self._handed(instance, method).items():
                best(targets, *at, mark)
        return targets

    def _run_by_base(self, instance: Value, method: str, site: int) -> bool:
        """Edges to what a method of a base outside runs; whether there was something."""
        return self._run_planned(("of", instance, method), site, self._run_of)

    def _run_of(self, _: str, instance: Value, method: str) -> Targets:
        targets: Targets = {}
        if self.inference.outside_bases(*instance[1:3]):
            names = self.inference.run_by(instance[1], instance[2], method)
            self._add_members(targets, instance, names)
        return targets

    def _run_planned(
        self, asked: tuple[str, Value, str], site: int, run: Callable[[str, Value, str], Targets]
    ) -> bool:
        """Edges to what is run whoever asks for it; whether there was something."""
        plan = self._outside_plans.get(asked)
        if plan is None:
            taint = self.inference.taint
            self.inference.taint = NO_FLOW
            plan = OutsidePlan(run(*asked), self.inference.taint)
            self.inference.taint = taint
            self._outside_plans[asked] = plan
        if plan.taint:
            self.inference.mark(plan.taint)
        for (target, dispatch), mark in plan.targets.items():
            self._edge(self._owner(site), target, EdgeKind.CALLS, mark, site, dispatch)
        return bool(plan.targets)

    def _handed(self, instance: Value, method: str) -> Targets:
        """What the constructor passed to the bases outside, and a method of theirs runs."""
        path, sym = instance[1:3]
        targets: Targets = {}
        if not self.inference.may_run_handed(path, sym, method):
            return targets
        for cls in self.inference.mro(path, sym):
            if cls[0] == CLASS:
                handed = self.inference.few_reaching(cls[1], cls[2], HANDED)
                for value in handed if len(handed) <= MOST_TARGETS else ():
                    self._add_called(targets, value, HANDED_OUTSIDE, False)
        return targets

    def _add_members(self, targets: Targets, instance: Value, names: list[str]) -> None:
        found: Targets = {}
        for name in names:
            for ref in self.inference.member(instance, name)[1]:
                if ref[0] == SYMBOL and self._kind(ref) in _RUN:
                    best(found, self._id(ref[1], ref[2]), instance[3] != CONSTRUCTED, BASE_OUTSIDE)
        if len(found) <= _MOST_MEMBERS:
            targets.update(found)

    def _kind(self, ref: Value) -> SymbolKind:
        return self.inference.unit(ref[1]).symbols[ref[2]].kind

    def _is_made_outside(self, cls: Value) -> bool:
        """Whether a base outside constructs a class's instances."""
        return bool(self.inference.outside_bases(cls[1], cls[2])) and not any(
            self.inference.member_of_class(cls, name) for name in ("__init__", "__new__")
        )

    def _of_decorated(self, callee: int, e: int, site: int) -> None:
        """A method of what a decorator outside made of a function may run the function."""
        unit = self.unit
        for value in self._operand(unit.a[callee]):
            if value[0] == FUNCTION and self.inference.is_made_outside(value):
                targets: Targets = {}
                self._add_called(targets, value, HANDED_OUTSIDE, False)
                self._edges_to(targets, e, site)

    def _left_outside(self, base: Result, values: Result, site: int) -> None:
        """Callables that are put into an attribute or an item of an object outside."""
        if any(value[0] == EXTERNAL_INSTANCE for value in base):
            targets: Targets = {}
            for value in values:
                if self._is_run(value):
                    self._add_called(targets, value, HANDED_OUTSIDE, False)
            if len(targets) <= MOST_TARGETS:
                self._edges_to(targets, site, site)

    def _hold(self, cls: Value, e: int) -> None:
        """What a constructor passes to the bases outside of a class."""
        held: Result = {}
        for _, values in self._given(e):
            held.update((v, HANDED_OUTSIDE) for v in values if self._is_run(v))
        if held:
            self.flows_out.fill(cls, HANDED, held)

    def _given(self, e: int) -> list[tuple[str, Result]]:
        """What a CALL passes that is no literal: keyword or nothing, and values; of what is spread,
        its items."""
        unit = self.unit
        given: list[tuple[str, Result]] = []
        for how, argument in unit.arguments(e):
            if unit.ops[argument] == Op.CONST:
                continue
            values = self.inference.expression(unit, argument)[0]
            if how in (ArgumentHow.SPLAT, ArgumentHow.DOUBLE_SPLAT):
                for value in values:
                    items = self._elements if how == ArgumentHow.SPLAT else self.inference.items
                    given.append(("", items(value)))
            else:
                given.append((unit.names[how] if how >= 0 else "", values))
        return given

    def _is_run(self, value: Value) -> bool:
        kind = value[0]
        return (
            kind in (FUNCTION, BOUND)
            or (kind == MADE and value[1] in PARTIALS)
            or (kind == INSTANCE and bool(self.inference.member_of_class(value, "__call__")))
        )

    def _says_what_it_runs(self, value: Value, e: int) -> bool:
        """Whether it is known which of its arguments something outside calls."""
        in_types = next(self.inference.callbacks_of(value, self.unit, e), None)
        name = known_as(value[1])
        return in_types is not None or name in CALLS_ITS_ARGUMENT or name in INJECTS

    def _hand_outside(self, e: int, site: int, source: int, known: bool) -> None:
        """What callables and objects run that are handed to code outside; `known` where it is
        which of them are called."""
        targets: Targets = {}
        for keyword, values in self._given(e):
            found: Targets = {}
            for value in values:
                is_class = value[0] == CLASS and keyword.endswith(NAMES_CLASS)
                if is_class or (not known and self._is_run(value)):
                    self._add_called(found, value, HANDED_OUTSIDE, False)
                if (is_class or value[0] == INSTANCE) and len(values) <= _MOST_RECEIVERS:
                    members = self.inference.run_once_handed(value[1], value[2])
                    self._add_members(targets, (INSTANCE, *value[1:]), members)
            if max(len(values), len(found)) <= MOST_TARGETS:
                targets.update(found)
        for (target, dispatch), mark in targets.items():
            self._edge(source, target, EdgeKind.CALLS, mark, site, dispatch)
