"""Definitions: overrides, metaclasses, decorators, fixtures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from ramify.analysis.inference.annotations import type_arguments
from ramify.analysis.inference.below import BELOW, BESIDE, MADE_BY
from ramify.analysis.inference.engine import SYMBOL
from ramify.analysis.inference.known import CONNECTS
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ALIAS,
    ARGUMENT,
    BOUND,
    CALLBACK,
    CLASS,
    DECLARED,
    FIXTURE,
    FRAMEWORK,
    FUNCTION,
    INSTANCE,
    MOST_TARGETS,
    PROTOCOL,
    SCOPE,
    SUBCLASS,
    Result,
    Value,
)
from ramify.analysis.linking.edges.collecting import Targets
from ramify.analysis.linking.edges.library import CONNECTED
from ramify.analysis.linking.edges.stores import Stores
from ramify.languages.python.persistence import MANAGED, NAMED_MODEL
from ramify.languages.python.views import SENDER
from ramify_store.facts import NONE, EdgeKind, Op, ParamFact, SymbolKind


class DefinitionEdges(Stores):
    """Edges of classes and functions as such."""

    def _class(self, sym: int) -> None:
        unit = self.unit
        self._decorators(sym)
        order = [v for v in self.inference.mro(unit.path, sym) if v[0] == CLASS][1:]
        for name, members in unit.members.get(sym, {}).items():
            if name.startswith("__") and not name.endswith("__"):
                continue
            hidden = self._hidden(order, name)
            for member in members:
                if hidden is not None and unit.symbols[member].kind != SymbolKind.LAMBDA:
                    self._relate(member, hidden, EdgeKind.OVERRIDES, SCOPE)
        self._beside(sym)
        self._creation(sym, order)
        self._announce(sym)
        self._command_class(sym)
        for function in self.inference.checked_by(unit, sym):
            target = self._id(function[1], function[2])
            self._relate(sym, target, EdgeKind.CALLS, FRAMEWORK)
        for model, name in self.inference.relations(unit, sym):
            rows: Result = {self.inference.rows_of(unit.path, sym): ARGUMENT}
            self.flows_out.fill(model, name, rows)
        if self.inference.is_model(unit, sym):
            known_as = NAMED_MODEL + unit.symbols[sym].name.lower()
            self._tell("", known_as, (CLASS, unit.path, sym, DECLARED))
        managed: Result = {(CLASS, unit.path, sym, DECLARED): ARGUMENT}
        for manager in self.inference.managers(unit.path, sym):
            self.flows_out.fill(manager, MANAGED, managed)

    def _beside(self, sym: int) -> None:
        """Methods of a mixin stand for those of the classes that follow it in a class below."""
        unit = self.unit
        here: Value = (CLASS, unit.path, sym, DECLARED)
        above = self.inference.mro(unit.path, sym)
        for cls in self.inference.reaching(unit.path, sym, BESIDE):
            order = list(self.inference.mro(cls[1], cls[2]))
            after = order[order.index(here) + 1 :] if here in order else []
            others = [v for v in after if v[0] == CLASS and v not in above]
            for name, members in unit.members.get(sym, {}).items():
                hidden = None if name.startswith("__") else self._hidden(others, name)
                if hidden is not None and unit.symbols[members[-1]].kind == SymbolKind.METHOD:
                    self._relate(members[-1], hidden, EdgeKind.OVERRIDES, SUBCLASS)

    def _announce(self, sym: int) -> None:
        """Tells the classes above about this one."""
        itself: Result = {(CLASS, self.unit.path, sym, DECLARED): ARGUMENT}
        bases = self.inference.bases(self.unit.path, sym)
        for base in bases:
            if base[0] == CLASS:
                self.flows_out.fill(base, BELOW, itself)
        meta = self.inference.metaclass(self.unit.path, sym)
        if meta is not None:
            self.flows_out.fill(meta, MADE_BY, itself)
        if len(bases) < 2:  # then what follows each class is what follows it for the base
            return
        order = [v for v in self.inference.mro(self.unit.path, sym) if v[0] == CLASS]
        for cls, following in pairwise(order[1:]):
            own = (v for v in self.inference.mro(cls[1], cls[2]) if v[0] == CLASS)
            if next(islice(own, 1, 2), None) != following:
                self.flows_out.fill(cls, BESIDE, itself)

    def _creation(self, sym: int, bases: list[Value]) -> None:
        """Running a class statement calls its metaclass and `__init_subclass__` of its bases."""
        unit = self.unit
        site = self._definition_site(sym)
        if site == NONE:
            return
        meta = self.inference.metaclass(unit.path, sym)
        hooks: list[tuple[Value, str]] = []
        if meta is not None:
            hooks = [(meta, name) for name in ("__prepare__", "__new__", "__init__")]
        if bases:
            hooks.append((bases[0], "__init_subclass__"))
        for name in unit.members.get(sym, ()):
            held = self.inference.own(unit.path, sym, name)[0]
            hooks += [(value, "__set_name__") for value in held if value[0] == INSTANCE]
        for value, name in hooks:
            for function in self.inference.member_of_class(value, name):
                target = self._id(function[1], function[2])
                self._edge(self._owner(site), target, EdgeKind.CALLS, PROTOCOL, site)

    def _hidden(self, order: Iterable[Value], name: str) -> str | None:
        for value in order:
            _, refs = self.inference.own(value[1], value[2], name)
            for ref in refs:
                if ref[0] == SYMBOL:
                    return self._id(ref[1], ref[2])
            fields = self.inference.unit(value[1]).members.get(value[2], {}).get(name)
            if fields and self.inference.stored(value[1], value[2], name)[1]:
                return self._id(value[1], fields[0])
        return None

    def _decorators(self, sym: int) -> None:
        """Applying a decorator calls it, with the definition as its argument."""
        unit = self.unit
        scope = unit.scopes[unit.symbols[sym].scope]
        itself: Value = (FUNCTION, unit.path, sym)
        if unit.symbols[sym].kind == SymbolKind.CLASS:
            itself = (CLASS, unit.path, sym, DECLARED)
        before: Result = {itself: ARGUMENT}
        for e in reversed(scope.decorators):
            values, _ = self.inference.expression(unit, e)
            targets: Targets = {}
            for value, mark in values.items():
                if value[0] in (FUNCTION, BOUND, CLASS, INSTANCE):
                    self._add_called(targets, value, mark, True)
                    self.flows_out.give(value, 0, before)
            site = unit.a[e] if unit.ops[e] == Op.CALL else e
            self._connected(e, before)
            self._routed(e, sym)
            self._commanded(e, sym)
            if len(targets) <= MOST_TARGETS:
                self._edges_to(targets, e, site)
            before = self.inference.decorated(unit, e, before)

    def _connected(self, e: int, function: Result) -> None:
        """`@receiver(signal)` and `@signal.connect` connect what they decorate."""
        unit = self.unit
        named: list[int] = []
        if unit.ops[e] == Op.ATTR and unit.names[unit.b[e]] in CONNECTS:
            named = [unit.a[e]]
        elif unit.ops[e] == Op.CALL and self._naming(e) == "receiver" and unit.c[e]:
            argument = unit.arguments(e)[0][1]
            listed = unit.ops[argument] in (Op.LIST, Op.TUPLE)
            named = list(unit.elements(argument)) if listed else [argument]
        elif unit.ops[e] == Op.CALL and self._naming(e) in CONNECTS:
            named = [unit.a[unit.a[e]]] if unit.ops[unit.a[e]] == Op.ATTR else []
        for keyword, sender in self._keywords(e) if unit.ops[e] == Op.CALL and named else ():
            if keyword == SENDER:
                self._send_instance(function, sender)
        for signal in named:
            for ref in self.inference.expression(unit, signal)[1]:
                if ref[0] == SYMBOL:
                    self.flows_out.hold(ref[1], ref[2], CONNECTED, function)

    def _told_of(self, param: ParamFact) -> Iterator[tuple[Unit, int]]:
        """Where a parameter says what a framework is to pass: its default, and what `Annotated`
        says beside the type, here or under another name."""
        unit, e = self.unit, param.annotation
        if param.default != NONE:
            yield unit, param.default
        if e != NONE and unit.ops[e] in (Op.NAME, Op.ATTR):
            for value in self.inference.expression(unit, e)[0]:
                if value[0] == ALIAS:
                    unit, e = self.inference.unit(value[1]), value[2]
        if e == NONE or unit.ops[e] != Op.SUBSCRIPT:
            return
        if self.inference.generic_name(unit, e) == "Annotated":
            for told in type_arguments(unit, e)[1:]:
                yield unit, told

    def _parameters(self, sym: int) -> None:
        unit = self.unit
        for param in unit.scopes[unit.symbols[sym].scope].params:
            name = unit.names[param.name]
            for fixture in self.inference.fixtures_named(unit, sym, name):
                site = unit.bindings[param.binding].target
                target = self._id(fixture[1], fixture[2])
                self._edge(sym, target, EdgeKind.CALLS, FIXTURE, site)
            targets: Targets = {}
            for owner, e in self._told_of(param):
                for value, mark in self.inference.injected(owner, e).items():
                    self._add_called(targets, value, mark, False)
            for target, _ in targets:
                site = unit.bindings[param.binding].target
                self._edge(sym, target, EdgeKind.CALLS, CALLBACK, site)
        around = dict(self.inference.fixtures_around(unit, sym))
        around.update(self.inference.set_up(unit, sym))
        for function, mark in around.items():
            target = self._id(function[1], function[2])
            self._edge(sym, target, EdgeKind.CALLS, mark, self._definition_site(sym))
