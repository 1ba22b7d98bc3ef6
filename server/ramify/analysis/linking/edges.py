"""One file's links: walks its expressions once and says what each of them relates.

Every reference and call site becomes exactly one of: edges to one or more targets (some of them
external), or a look-up that nobody could answer. What call sites hand to parameters is collected
as flows for the next round.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import pairwise
from typing import TypeVar

from ramify.analysis.inference.engine import (
    EXTERNAL_REF,
    LOCAL,
    MODULE_REF,
    NO_FLOW,
    SYMBOL,
    Taint,
    is_touched,
)
from ramify.analysis.inference.fixtures import REQUEST
from ramify.analysis.inference.infer import SENT, Inference
from ramify.analysis.inference.known import (
    CALLS_ITS_ARGUMENT,
    CALLS_METHOD_OF_ARGUMENT,
    COMPARES_ELEMENTS,
    ENTERS_ITS_ARGUMENT,
    FIELDS,
    PASSES_ELEMENTS,
    PASSES_ON,
    REFLECTED,
    known_as,
)
from ramify.analysis.inference.members import BELOW, BESIDE, stepped
from ramify.analysis.inference.names import absolute
from ramify.analysis.inference.unit import Unit
from ramify.analysis.inference.values import (
    ARGUMENT,
    BOUND,
    CALLBACK,
    CLASS,
    CONSTRUCTED,
    CONSTRUCTOR,
    DECLARED,
    EXTERNAL,
    EXTERNAL_INSTANCE,
    FIXTURE,
    FUNCTION,
    GENERATOR,
    IMPORT,
    INSTANCE,
    MADE,
    MEMBER,
    METHOD_OF,
    MODULE,
    MOST_TARGETS,
    PROTOCOL,
    SCOPE,
    WHY,
    Result,
    Value,
    certainty_of,
    through,
)
from ramify.analysis.linking.handing import FlowSet
from ramify_store.facts import (
    NONE,
    ArgumentHow,
    BindingKind,
    Certainty,
    Edge,
    EdgeKind,
    Flow,
    LookUp,
    Op,
    Symbol,
    SymbolKind,
)

_Key = TypeVar("_Key")

_Targets = dict[tuple[str, bool], int]
"""(target id, may dispatch to overrides) -> mark."""


_MAY_BE_OBJECTS = frozenset({Op.NAME, Op.ATTR, Op.CALL, Op.SUBSCRIPT, Op.AWAIT, Op.NAMED})


class _Part:
    """What one function, class body or definition contributes."""

    def __init__(self, inference: Inference) -> None:
        self.flows = FlowSet(inference)
        self.edges: dict[tuple[int, str, EdgeKind, int, bool], list[int]] = {}
        self.lookups: dict[tuple[int, str, EdgeKind, Certainty], list[int]] = {}


class LinkCollector:
    """Collects what one file contributes, in parts: what flows had no hand in stays as it is
    from one round to the next."""

    def __init__(self, inference: Inference, unit: Unit) -> None:
        self.inference = inference
        self.unit = unit
        self._parts: dict[int, _Part] = {}
        """By owning symbol; what a symbol's definition itself contributes at its negative."""
        self._taints: dict[int, Taint] = {}
        self._at = 0
        self._part = _Part(inference)
        self._roles = _roles(unit)
        self._raised = frozenset(e for scope in unit.scopes for e in scope.raises)

    def collect(self) -> None:
        """Works through the whole file."""
        self._work(range(len(self.unit.symbols)), range(len(self.unit.symbols)))

    def is_touched(self, flows: Collection[int]) -> bool:
        """Whether one of the flows may have had a hand in anything here."""
        return any(is_touched(taint, flows) for taint in self._taints.values())

    def collect_again(self, inference: Inference, flows: Collection[int] | None) -> None:
        """Works once more, in another round, through the parts that one of these flows (None:
        any flow) had a hand in."""
        self.inference = inference
        touched = [
            part
            for part, taint in self._taints.items()
            if flows is None or is_touched(taint, flows)
        ]
        for part in touched:
            del self._parts[part]
            del self._taints[part]
        owners = {part for part in touched if part >= 0}
        self._work(owners, sorted(-part - 1 for part in touched if part < 0))

    def _work(self, owners: Collection[int], definitions: Iterable[int]) -> None:
        unit = self.unit
        self.inference.asker = unit.path
        self.inference.taint = NO_FLOW
        self._open(0)
        ops = unit.ops
        inference = self.inference
        owned = [s.symbol if s.symbol in owners else NONE for s in unit.scopes]
        for e, (op, scope) in enumerate(zip(ops, unit.scope_of, strict=True)):
            rule = _BY_OPERATION[op]
            if rule is not None and owned[scope] != NONE:
                if inference.taint or owned[scope] != self._at:
                    self._open(owned[scope])
                rule(self, e)
        for guard in dict.fromkeys(block.guard for block in unit.blocks):
            if guard != NONE and owned[unit.scope_of[guard]] != NONE:
                self._open(owned[unit.scope_of[guard]])
                self._truth(guard)
        for sym in definitions:
            if unit.symbols[sym].scope != NONE and sym:
                self._open(-sym - 1)
                if unit.symbols[sym].kind == SymbolKind.CLASS:
                    self._class(sym)
                else:
                    self._decorators(sym)
                    self._parameters(sym)
        self._open(0)

    def _open(self, part: int) -> None:
        """Turns to a part; what was worked on before is marked if a flow had a hand in it."""
        if self.inference.taint:
            self._taints[self._at] = self._taints.get(self._at, NO_FLOW) | self.inference.taint
            self.inference.taint = NO_FLOW
        self._at = part
        found = self._parts.get(part)
        if found is None:
            found = self._parts[part] = _Part(self.inference)
        self._part = found

    # -- names and attributes

    def _name(self, e: int) -> None:
        if e in self._raised:
            self._raise(e)
        if e in self.unit.call_of and self.unit.a[self.unit.call_of[e]] == e:
            return
        values, refs = self.inference.expression(self.unit, e)
        if not refs and not values:
            self._lookup(e, self.unit.names[self.unit.a[e]], EdgeKind.USES, Certainty.UNRESOLVED)
        self._refer(e, refs)

    def _attribute(self, e: int) -> None:
        if e in self._raised:
            self._raise(e)
        if e in self.unit.call_of:
            return
        _, refs = self.inference.expression(self.unit, e)
        if refs:
            self._refer(e, refs)
        else:
            self._unknown_member(e, EdgeKind.USES)

    def _raise(self, e: int) -> None:
        """`raise Error` constructs the class it names."""
        for value, mark in self._operand(e).items():
            if value[0] == CLASS:
                targets: _Targets = {}
                self._add_called(targets, value, mark, False)
                self._edges_to(targets, e, e)

    def _refer(self, e: int, refs: Result) -> None:
        if len(refs) > MOST_TARGETS:
            self._lookup(e, self._naming(e), EdgeKind.USES, Certainty.POSSIBLE)
            return
        kind, source = self._roles.get(e, (EdgeKind.USES, self._owner(e)))
        for ref, mark in refs.items():
            target = self._target(ref)
            if target is None:
                continue
            if ref[0] == SYMBOL and self.unit.ops[e] == Op.ATTR:
                self._described(ref, e, mark, 0)
            by_attribute = kind == EdgeKind.USES and self.unit.ops[e] == Op.ATTR
            if by_attribute and ref[0] == SYMBOL and self._is_property(ref):
                self._edge(source, target, EdgeKind.CALLS, mark, e, self._dispatches(e))
            else:
                self._edge(source, target, kind, mark, e)

    def _described(self, ref: Value, e: int, mark: int, way: int) -> None:
        """Getting, setting (1) or deleting (2) a class attribute that is a descriptor runs it."""
        owner = self.inference.unit(ref[1])
        symbol = owner.symbols[ref[2]]
        if symbol.kind != SymbolKind.FIELD or owner.symbols[symbol.parent].kind != SymbolKind.CLASS:
            return
        for value in self.inference.own(ref[1], symbol.parent, symbol.name)[0]:
            if value[0] == INSTANCE:
                self._special({value: mark}, ("__get__", "__set__", "__delete__")[way], e)
            elif value[:2] == (MADE, "builtins.property"):
                for function in self.inference.infer_argument(value, way):
                    if function[0] == FUNCTION:
                        target = self._id(function[1], function[2])
                        self._edge(self._owner(e), target, EdgeKind.CALLS, mark, e, True)

    def _dispatches(self, e: int) -> bool:
        """Whether the receiver of an attribute may be of a subclass."""
        base = self.inference.expression(self.unit, self.unit.a[e])[0]
        return any(v[0] in (INSTANCE, CLASS) and v[3] != CONSTRUCTED for v in base)

    def _is_property(self, ref: Value) -> bool:
        return self.inference.unit(ref[1]).symbols[ref[2]].kind == SymbolKind.PROPERTY

    def _unknown_member(self, e: int, kind: EdgeKind) -> None:
        """An attribute nobody has: of something unknown it is possible, of something known
        whose members are all known it is unresolved."""
        unit = self.unit
        base = self.inference.expression(unit, unit.a[e])[0]
        self._fallback(base, e)
        closed = bool(base) and all(
            v[0] in (INSTANCE, CLASS)
            and not self.inference.has_open_base(v[1], v[2])
            and not self.inference.has_fallback(v)
            for v in base
        )
        certainty = Certainty.UNRESOLVED if closed else Certainty.POSSIBLE
        self._lookup(e, unit.names[unit.b[e]], kind, certainty)

    def _fallback(self, base: Result, e: int) -> None:
        """`__getattr__` of a class or a module runs for what is not found otherwise."""
        self._special(base, "__getattr__", e)
        for value, mark in base.items():
            if value[0] == MODULE:
                for function in self.inference.global_name(value[1], "__getattr__")[0]:
                    if function[0] == FUNCTION:
                        target = self._id(function[1], function[2])
                        step = through(mark, PROTOCOL)
                        self._edge(self._owner(e), target, EdgeKind.CALLS, step, e)

    # -- calls

    def _call(self, e: int) -> None:
        unit = self.unit
        callee = unit.a[e]
        values, refs = self.inference.expression(unit, callee)
        targets = self._called(values, callee)
        site = callee if unit.ops[callee] in (Op.NAME, Op.ATTR) else e
        self._hand_over(values, e)
        self._library(values, e, site)
        for how, argument in unit.arguments(e):
            if how == ArgumentHow.SPLAT:
                self._special(self._operand(argument), "__iter__", site)
            elif how == ArgumentHow.DOUBLE_SPLAT:
                self._special(self._operand(argument), "keys", site)
        for ref, mark in refs.items():
            target = self._target(ref)
            if target is None:
                continue
            if ref[0] == SYMBOL and unit.ops[callee] == Op.ATTR:
                self._described(ref, callee, mark, 0)
            if ref[0] == EXTERNAL_REF:
                targets.setdefault((target, False), mark)
            elif (target, True) not in targets and (target, False) not in targets:
                if ref[0] == SYMBOL and self._is_property(ref):
                    targets.setdefault((target, self._dispatches(callee)), mark)
                else:
                    self._edge(self._owner(e), target, EdgeKind.USES, mark, site)
        if not targets:
            self._unknown_call(callee, site)
        elif len(targets) > MOST_TARGETS:
            self._lookup(site, self._naming(callee), EdgeKind.CALLS, Certainty.POSSIBLE)
        else:
            role = self._roles.get(callee)
            for (target, dispatch), mark in targets.items():
                self._edge(self._owner(e), target, EdgeKind.CALLS, mark, site, dispatch)
                if role is not None:
                    self._edge(role[1], target, role[0], mark, site)

    def _unknown_call(self, callee: int, site: int) -> None:
        if self.unit.ops[callee] == Op.ATTR:
            self._unknown_member(callee, EdgeKind.CALLS)
        else:
            name = self._naming(callee)
            self._lookup(site, name, EdgeKind.CALLS, Certainty.UNRESOLVED)

    def _called(self, values: Result, callee: int) -> _Targets:
        """What runs when each of the values is called."""
        targets: _Targets = {}
        through_super = self._is_super(callee)
        for value, mark in values.items():
            self._add_called(targets, value, mark, through_super)
        return targets

    def _is_super(self, callee: int) -> bool:
        unit = self.unit
        if unit.ops[callee] != Op.ATTR:
            return False
        return any(v[0] == "super" for v in self.inference.expression(unit, unit.a[callee])[0])

    def _add_called(self, into: _Targets, value: Value, mark: int, plain: bool) -> None:
        kind = value[0]
        if kind == FUNCTION:
            _best(into, self._id(value[1], value[2]), False, mark)
        elif kind == BOUND:
            receiver = value[3]
            dispatch = (
                not plain
                and receiver[0] in (INSTANCE, CLASS)
                and receiver[3] != CONSTRUCTED
                and not self._is_private(value)
            )
            _best(into, self._id(value[1], value[2]), dispatch, mark)
        elif kind == CLASS:
            _best(into, self._id(value[1], value[2]), False, mark)
            self._add_constructors(into, value, mark)
        elif kind == INSTANCE:
            for function in self.inference.member_of_class(value, "__call__"):
                step = stepped(mark, MEMBER)
                _best(into, self._id(function[1], function[2]), value[3] != CONSTRUCTED, step)
        elif kind == EXTERNAL:
            _best(into, self._external(value[1]), False, mark)
        elif kind == MADE and value[1].startswith("functools.partial"):
            for function, by in self.inference.infer_argument(value, 0).items():
                if function[0] != MADE:
                    self._add_called(into, function, through(by, CALLBACK), False)

    def _is_private(self, value: Value) -> bool:
        name = self.inference.unit(value[1]).symbols[value[2]].name
        return name.startswith("__") and not name.endswith("__")

    def _add_constructors(self, into: _Targets, value: Value, mark: int) -> None:
        step = through(mark, CONSTRUCTOR)
        for name in ("__init__", "__new__", "__post_init__"):
            for function in self.inference.member_of_class(value, name):
                _best(into, self._id(function[1], function[2]), False, step)
        self._add_factories(into, value, mark)
        meta = self.inference.metaclass(value[1], value[2])
        if meta is not None:
            for function in self.inference.member_of_class((INSTANCE, *meta[1:]), "__call__"):
                _best(into, self._id(function[1], function[2]), False, through(mark, PROTOCOL))

    def _add_factories(self, into: _Targets, value: Value, mark: int) -> None:
        """Constructing a class runs the factories of its fields."""
        for holder in self.inference.mro(value[1], value[2]):
            if holder[0] != CLASS:
                continue
            for name in self.inference.fields(holder[1], holder[2]):
                for made in self.inference.own(holder[1], holder[2], name)[0]:
                    if made[0] == MADE and made[1] in FIELDS:
                        for factory in self.inference.factories(made):
                            self._add_called(into, factory, through(mark, CALLBACK), False)

    def _hand_over(self, values: Result, e: int) -> None:
        for value in values:
            if value[0] == CLASS:
                made = (INSTANCE, value[1], value[2], CONSTRUCTED)
                constructors = [
                    function
                    for name in ("__init__", "__new__")
                    for function in self.inference.member_of_class(value, name)
                ]
                for function in constructors:
                    self._part.flows.hand((BOUND, function[1], function[2], made), self.unit, e)
                if not constructors and self.unit.c[e]:
                    self._part.flows.construct(value, self.unit, e)
            elif value[0] == METHOD_OF and value[1][0] == REQUEST:
                for fixture in self.inference.requested(value[1], value[2], self.unit, e):
                    target = self._id(fixture[1], fixture[2])
                    self._edge(self._owner(e), target, EdgeKind.CALLS, FIXTURE, e)
            elif value[0] == METHOD_OF and value[2] == "send" and value[1][0] == GENERATOR:
                self._part.flows.fill(value[1], SENT, self._argument(e, 0))
            elif value[0] == INSTANCE:
                for function in self.inference.member_of_class(value, "__call__"):
                    self._part.flows.hand((BOUND, function[1], function[2], value), self.unit, e)
            else:
                self._part.flows.hand(value, self.unit, e)

    def _library(self, values: Result, e: int, site: int) -> None:
        """What a library function runs on the caller's behalf."""
        for value in values:
            dotted = known_as(value[1]) if value[0] == EXTERNAL else ""
            if value[0] == METHOD_OF and value[2] == "sort":
                dotted = "builtins.list.sort"
                self._compared(self._elements(value[1]), site)
            if not dotted:
                continue
            for where in CALLS_ITS_ARGUMENT.get(dotted, ()):
                for function in self._argument(e, where):
                    targets: _Targets = {}
                    self._add_called(targets, function, CALLBACK, False)
                    self._edges_to(targets, e, site)
            for name in CALLS_METHOD_OF_ARGUMENT.get(dotted, ()):
                if self._special(self._argument(e, 0), name, site):
                    break
            self._library_passes(dotted, e)
            if dotted in ENTERS_ITS_ARGUMENT:
                for name in ("__enter__", "__exit__", "__aenter__", "__aexit__"):
                    self._special(self._argument(e, 0), name, site)
            if dotted in COMPARES_ELEMENTS and not self._argument(e, "key"):
                for inner in self._argument(e, 0):
                    self._compared(self._elements(inner), site)
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
                    if not self._special(found, "__radd__", site):
                        self._special(found, "__add__", site)

    def _library_passes(self, dotted: str, e: int) -> None:
        """What a library function hands to the callables that it is given."""
        if dotted in PASSES_ELEMENTS:
            of_callable, of_iterable, parameter = PASSES_ELEMENTS[dotted]
            for function in self._argument(e, of_callable if of_callable >= 0 else "key"):
                if function[0] in (FUNCTION, BOUND):
                    for inner in self._argument(e, of_iterable):
                        self._part.flows.give(function, parameter, self._elements(inner))
        if dotted in PASSES_ON:
            after = PASSES_ON[dotted]
            for function in self._argument(e, after):
                self._part.flows.pass_on(function, self.unit, e, after)

    def _elements(self, value: Value) -> Result:
        return self.inference.elements(value)

    def _compared(self, values: Result, site: int) -> None:
        if not self._special(values, "__lt__", site):
            self._special(values, "__gt__", site)

    def _argument(self, call: int, where: int | str) -> Result:
        unit = self.unit
        position = 0
        for how, e in unit.arguments(call):
            if how == ArgumentHow.POSITIONAL:
                if position == where:
                    return self.inference.expression(unit, e)[0]
                position += 1
            elif how >= 0 and unit.names[how] == where:
                return self.inference.expression(unit, e)[0]
        return {}

    def _edges_to(self, targets: _Targets, e: int, site: int) -> None:
        for (target, dispatch), mark in targets.items():
            self._edge(self._owner(e), target, EdgeKind.CALLS, mark, site, dispatch)

    # -- the protocols behind operators and statements

    def _special(self, values: Result, name: str, site: int) -> bool:
        """Calls of a special method of the instances among the values; whether there was one."""
        found = False
        for value, mark in values.items():
            if value[0] != INSTANCE:
                continue
            for function in self.inference.member_of_class(value, name):
                target = self._id(function[1], function[2])
                dispatch = value[3] != CONSTRUCTED
                step = through(mark, PROTOCOL)
                self._edge(self._owner(site), target, EdgeKind.CALLS, step, site, dispatch)
                self._part.flows.hand((BOUND, function[1], function[2], value), self.unit, NONE)
                found = True
        return found

    def _operand(self, e: int) -> Result:
        return self.inference.expression(self.unit, e)[0]

    def _subscript(self, e: int) -> None:
        self._special(self._operand(self.unit.a[e]), "__getitem__", e)

    def _store_item(self, e: int) -> None:
        index = self._binding_at.get(e)
        deletes = index is not None and self.unit.bindings[index].kind == BindingKind.DELETE
        method = "__delitem__" if deletes else "__setitem__"
        self._special(self._operand(self.unit.a[e]), method, e)

    def _binary(self, e: int) -> None:
        unit = self.unit
        method = unit.names[unit.c[e]]
        plain = "__" + method[3:] if method.startswith("__i") else method
        left = self._operand(unit.a[e])
        if method == "__mod__" and (EXTERNAL_INSTANCE, "builtins.str") in left:
            self._interpolated(unit.b[e], e)
        if self._special(left, method, e) or (plain != method and self._special(left, plain, e)):
            return
        self._special(self._operand(unit.b[e]), REFLECTED.get(plain, ""), e)

    def _interpolated(self, e: int, site: int) -> None:
        """`"%s" % value` makes text of the value, or of each of a tuple."""
        inner = self.unit.elements(e) if self.unit.ops[e] == Op.TUPLE else (e,)
        for each in inner:
            if not self._special(self._operand(each), "__str__", site):
                self._special(self._operand(each), "__repr__", site)

    def _compare(self, e: int) -> None:
        unit = self.unit
        method = unit.names[unit.c[e]] if unit.c[e] != NONE else ""
        if method == "__contains__":
            container = self._operand(unit.b[e])
            if not self._special(container, method, e):
                self._special(container, "__iter__", e)
            return
        left = self._operand(unit.a[e])
        if self._special(left, method, e):
            return
        if method == "__ne__" and self._special(left, "__eq__", e):
            return
        self._special(self._operand(unit.b[e]), REFLECTED.get(method, ""), e)

    def _unary(self, e: int) -> None:
        values = self._operand(self.unit.a[e])
        method = self.unit.names[self.unit.c[e]]
        if not self._special(values, method, e) and method == "__bool__":
            self._special(values, "__len__", e)

    def _await(self, e: int) -> None:
        self._special(self._operand(self.unit.a[e]), "__await__", e)

    def _iter(self, e: int) -> None:
        values = self._operand(self.unit.a[e])
        names = ("__aiter__", "__anext__") if self.unit.b[e] == 1 else ("__iter__", "__next__")
        if not self._special(values, names[0], e):
            self._special(values, "__getitem__", e)
        for value in values:
            if value[0] == INSTANCE:
                self._special(self.inference.special(value, names[0]), names[1], e)

    def _enter(self, e: int) -> None:
        values = self._operand(self.unit.a[e])
        around = ("__aenter__", "__aexit__") if self.unit.b[e] == 1 else ("__enter__", "__exit__")
        for name in around:
            self._special(values, name, e)

    def _truth_of_left(self, e: int) -> None:
        self._truth(self.unit.a[e])

    def _truth_of_condition(self, e: int) -> None:
        self._truth(self.unit.c[e])

    def _truth(self, e: int) -> None:
        """What deciding on a condition runs; `not` and comparisons are sites of their own."""
        unit = self.unit
        if unit.ops[e] == Op.BOOL:
            self._truth(unit.b[e])
        elif unit.ops[e] in _MAY_BE_OBJECTS:
            values = self._operand(e)
            if not self._special(values, "__bool__", e):
                self._special(values, "__len__", e)

    def _dict(self, e: int) -> None:
        for key, spread in self.unit.entries(e):
            if key == NONE:
                self._special(self._operand(spread), "keys", e)

    def _unpack(self, e: int) -> None:
        if self.unit.b[e] == 0:
            self._iterate(e)

    def _iterate(self, e: int) -> None:
        self._special(self._operand(self.unit.a[e]), "__iter__", e)

    def _format(self, e: int) -> None:
        for field in self.unit.elements(e):
            values = self._operand(field)
            for name in ("__format__", "__str__", "__repr__"):
                if self._special(values, name, e):
                    break

    # -- imports and stores

    def _import(self, e: int) -> None:
        _, refs = self.inference.expression(self.unit, e)
        for ref, mark in refs.items():
            target = self._target(ref)
            if target is not None:
                self._edge(self._owner(e), target, EdgeKind.IMPORTS, mark, e)
        if not refs and self.unit.b[e] != NONE:
            name = self.unit.names[self.unit.b[e]]
            self._lookup(e, name, EdgeKind.USES, Certainty.UNRESOLVED)

    def _star_import(self, e: int) -> None:
        unit = self.unit
        dotted = absolute(unit, unit.names[unit.a[e]], unit.c[e])
        if dotted is None:
            return
        for ref in self.inference.module(dotted, unit.placed.root)[1]:
            target = self._target(ref)
            if target is not None:
                self._edge(self._owner(e), target, EdgeKind.IMPORTS, IMPORT, e)

    def _store_name(self, e: int) -> None:
        index = self._binding_at.get(e)
        if index is None or self.unit.bindings[index].symbol != NONE:
            return
        if self.unit.bindings[index].kind == BindingKind.IMPORT:  # `import a as b` names it twice
            for ref, mark in self.inference.binding(self.unit, index)[1].items():
                imported = self._target(ref)
                if imported is not None:
                    self._edge(self._owner(e), imported, EdgeKind.IMPORTS, mark, e)
            return
        symbol = self.unit.symbol_of_binding.get(index)
        if symbol is not None:
            target = self._id(self.unit.path, symbol)
            self._edge(self._owner(e), target, EdgeKind.WRITES, SCOPE, e)

    @property
    def _binding_at(self) -> dict[int, int]:
        found: dict[int, int] | None = self.unit.__dict__.get("binding_at")
        if found is None:
            found = {binding.target: i for i, binding in enumerate(self.unit.bindings)}
            self.unit.__dict__["binding_at"] = found
        return found

    def _store_attribute(self, e: int) -> None:
        unit = self.unit
        index = self._binding_at.get(e)
        if index is not None and unit.bindings[index].symbol != NONE:
            return
        name = unit.names[unit.b[e]]
        binding = unit.bindings[index] if index is not None else None
        deletes = binding is not None and binding.kind == BindingKind.DELETE
        base = self._operand(unit.a[e])
        known = self._special(base, "__delattr__" if deletes else "__setattr__", e)
        for value, mark in base.items():
            values, refs = self.inference.member(value, name)
            known = known or bool(values)
            if binding is not None and binding.value != NONE:
                self._fill_elsewhere(value, name, binding.value)
            for ref, step in refs.items():
                target = self._target(ref)
                if target is None:
                    continue
                known = True
                if ref[0] == SYMBOL and self._is_property(ref):
                    self._set_property(ref, stepped(mark, step), e, deletes)
                    continue
                if ref[0] == SYMBOL:
                    self._described(ref, e, stepped(mark, step), 2 if deletes else 1)
                self._edge(self._owner(e), target, EdgeKind.WRITES, stepped(mark, step), e)
        if not known and not deletes:
            self._unknown_member(e, EdgeKind.WRITES)

    def _fill_elsewhere(self, holder: Value, name: str, e: int) -> None:
        """What is put into an attribute of another file's class or module."""
        if holder[0] == MODULE:
            self._part.flows.fill(holder, name, self._operand(e))
        elif holder[0] in (INSTANCE, CLASS) and holder[1] != self.unit.path:
            for cls in self.inference.mro(holder[1], holder[2]):
                if cls[0] == CLASS and any(self.inference.own(cls[1], cls[2], name)):
                    self._part.flows.fill(cls, name, self._operand(e))
                    break

    def _set_property(self, ref: Value, mark: int, e: int, deletes: bool) -> None:
        owner = self.inference.unit(ref[1])
        symbol = owner.symbols[ref[2]]
        accessor = ref[2]
        for other in owner.members.get(symbol.parent, {}).get(symbol.name, ()):
            scope = owner.symbols[other].scope
            for decorator in owner.scopes[scope].decorators if scope != NONE else ():
                way = owner.names[owner.b[decorator]] if owner.ops[decorator] == Op.ATTR else ""
                if way == ("deleter" if deletes else "setter"):
                    accessor = other
        self._edge(self._owner(e), self._id(ref[1], accessor), EdgeKind.CALLS, mark, e, True)

    # -- definitions

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
        self._creation(sym, order)
        self._announce(sym)

    def _announce(self, sym: int) -> None:
        """Tells the classes above about this one."""
        itself: Result = {(CLASS, self.unit.path, sym, DECLARED): ARGUMENT}
        for base in self.inference.bases(self.unit.path, sym):
            if base[0] == CLASS:
                self._part.flows.fill(base, BELOW, itself)
        order = [v for v in self.inference.mro(self.unit.path, sym) if v[0] == CLASS]
        for cls, following in pairwise(order[1:]):
            own = [v for v in self.inference.mro(cls[1], cls[2]) if v[0] == CLASS]
            if own[1:2] != [following]:
                self._part.flows.fill(cls, BESIDE, itself)

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
        for value, name in hooks:
            for function in self.inference.member_of_class(value, name):
                target = self._id(function[1], function[2])
                self._edge(self._owner(site), target, EdgeKind.CALLS, PROTOCOL, site)

    def _definition_site(self, sym: int) -> int:
        return self.unit.defined_at.get(sym, NONE)

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
            targets: _Targets = {}
            for value, mark in values.items():
                if value[0] in (FUNCTION, BOUND, CLASS, INSTANCE):
                    self._add_called(targets, value, mark, True)
                    self._part.flows.give(value, 0, before)
            site = unit.a[e] if unit.ops[e] == Op.CALL else e
            if len(targets) <= MOST_TARGETS:
                self._edges_to(targets, e, site)
            before = self.inference.decorated(unit, e, before)

    def _parameters(self, sym: int) -> None:
        unit = self.unit
        for param in unit.scopes[unit.symbols[sym].scope].params:
            name = unit.names[param.name]
            for fixture in self.inference.fixtures_named(unit, sym, name):
                site = unit.bindings[param.binding].target
                target = self._id(fixture[1], fixture[2])
                self._edge(sym, target, EdgeKind.CALLS, FIXTURE, site)
        around = dict(self.inference.fixtures_around(unit, sym))
        around.update(self.inference.set_up(unit, sym))
        for function, mark in around.items():
            target = self._id(function[1], function[2])
            self._edge(sym, target, EdgeKind.CALLS, mark, self._definition_site(sym))

    # -- results

    def symbols(self) -> tuple[Symbol, ...]:
        unit = self.unit
        placed = unit.placed
        ids = unit.ids
        made = []
        for index, fact in enumerate(unit.symbols):
            name = fact.name or placed.module.rpartition(".")[2]
            made.append(
                Symbol(
                    id=ids[index],
                    name=name,
                    path=fact.path,
                    kind=fact.kind,
                    flags=fact.flags,
                    container=ids[fact.parent] if fact.parent != NONE else "",
                    file=unit.path,
                    is_test=placed.is_test,
                    complexity=fact.complexity,
                )
            )
        return tuple(made)

    def edges(self) -> tuple[Edge, ...]:
        unit = self.unit
        ids = unit.ids
        made = [
            Edge(
                ids[source], target, kind, certainty_of(mark), WHY[mark], dispatch,
                tuple(sorted(set(sites))),
            )
            for (source, target, kind, mark, dispatch), sites in _joined(
                part.edges for part in self._parts.values()
            ).items()
        ]  # fmt: skip
        return tuple(sorted(made, key=_edge_order))

    def lookups(self) -> tuple[LookUp, ...]:
        unit = self.unit
        ids = unit.ids
        made = [
            LookUp(ids[source], name, kind, certainty, tuple(sorted(set(sites))))
            for (source, name, kind, certainty), sites in _joined(
                part.lookups for part in self._parts.values()
            ).items()
        ]
        return tuple(sorted(made, key=lambda x: (x.source, x.name, x.kind, x.certainty)))

    def flows(self) -> tuple[Flow, ...]:
        found = {flow for part in self._parts.values() for flow in part.flows.flows()}
        return tuple(sorted(found, key=lambda flow: (flow.target, flow.value)))

    # -- small things

    def _owner(self, e: int) -> int:
        return self.unit.scopes[self.unit.scope_of[e]].symbol

    def _edge(
        self, source: int, target: str, kind: EdgeKind, mark: int, site: int, dispatch: bool = False
    ) -> None:
        key = (source, target, kind, mark, dispatch)
        sites = self._part.edges.get(key)
        if sites is None:
            self._part.edges[key] = [site]
        elif sites[-1] != site:
            sites.append(site)

    def _relate(self, source: int, target: str, kind: EdgeKind, mark: int) -> None:
        self._part.edges.setdefault((source, target, kind, mark, False), [])

    def _lookup(self, e: int, name: str, kind: EdgeKind, certainty: Certainty) -> None:
        key = (self._owner(e), name, kind, certainty)
        self._part.lookups.setdefault(key, []).append(e)

    def _naming(self, e: int) -> str:
        unit = self.unit
        while True:
            op = unit.ops[e]
            if op == Op.NAME:
                return unit.names[unit.a[e]]
            if op == Op.ATTR:
                return unit.names[unit.b[e]]
            if op not in (Op.CALL, Op.SUBSCRIPT, Op.AWAIT):
                return "()"
            e = unit.a[e]

    def _target(self, ref: Value) -> str | None:
        kind = ref[0]
        if kind == SYMBOL:
            return self._id(ref[1], ref[2])
        if kind == MODULE_REF:
            return self._id(ref[1], 0)
        if kind == EXTERNAL_REF:
            return self._external(ref[1])
        assert kind == LOCAL, ref
        return None

    def _id(self, path: str, sym: int) -> str:
        return self.inference.unit(path).ids[sym]

    def _external(self, dotted: str) -> str:
        return f"{self.unit.placed.language}:{dotted}"


def _joined(parts: Iterable[dict[_Key, list[int]]]) -> dict[_Key, list[int]]:
    found: dict[_Key, list[int]] = {}
    for part in parts:
        for key, sites in part.items():
            known = found.get(key)
            found[key] = sites if known is None else known + sites
    return found


def _best(into: _Targets, target: str, dispatch: bool, mark: int) -> None:
    key = (target, dispatch)
    if into.get(key, 0) < mark:
        into[key] = mark


def _edge_order(edge: Edge) -> tuple[str, int, str, int, str, bool]:
    return (edge.source, edge.kind, edge.target, -edge.certainty, edge.why, edge.dispatch)


def _roles(unit: Unit) -> dict[int, tuple[EdgeKind, int]]:
    """Expressions that relate a definition to what they name: bases and decorators."""
    roles: dict[int, tuple[EdgeKind, int]] = {}
    for scope in unit.scopes:
        for kind, expressions in (
            (EdgeKind.INHERITS, scope.bases),
            (EdgeKind.DECORATES, scope.decorators),
        ):
            for e in expressions:
                roles[_named(unit, e)] = (kind, scope.symbol)
    return roles


def _named(unit: Unit, e: int) -> int:
    """The expression that names a base or decorator: without its arguments."""
    while unit.ops[e] in (Op.SUBSCRIPT, Op.CALL):
        e = unit.a[e]
    return e


_RULES: dict[Op, Callable[[LinkCollector, int], None]] = {
    Op.NAME: LinkCollector._name,
    Op.ATTR: LinkCollector._attribute,
    Op.CALL: LinkCollector._call,
    Op.SUBSCRIPT: LinkCollector._subscript,
    Op.BINARY: LinkCollector._binary,
    Op.COMPARE: LinkCollector._compare,
    Op.UNARY: LinkCollector._unary,
    Op.AWAIT: LinkCollector._await,
    Op.ITER: LinkCollector._iter,
    Op.ENTER: LinkCollector._enter,
    Op.FORMAT: LinkCollector._format,
    Op.BOOL: LinkCollector._truth_of_left,
    Op.COND: LinkCollector._truth_of_condition,
    Op.ITEM: LinkCollector._unpack,
    Op.STAR: LinkCollector._iterate,
    Op.YIELD_FROM: LinkCollector._iterate,
    Op.DICT: LinkCollector._dict,
    Op.IMPORT: LinkCollector._import,
    Op.STAR_IMPORT: LinkCollector._star_import,
    Op.STORE_NAME: LinkCollector._store_name,
    Op.STORE_ATTR: LinkCollector._store_attribute,
    Op.STORE_ITEM: LinkCollector._store_item,
}
_BY_OPERATION = [_RULES.get(Op(op)) for op in range(max(Op) + 1)]
