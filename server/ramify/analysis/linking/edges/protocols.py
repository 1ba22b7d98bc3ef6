"""The protocols behind operators and statements: which special methods they run."""

from __future__ import annotations

from ramify.analysis.inference.known import REFLECTED
from ramify.analysis.inference.outside import class_of
from ramify.analysis.inference.values import (
    EXTERNAL_INSTANCE,
    INSTANCE,
    LITERAL,
    MADE,
    Result,
    Value,
)
from ramify.analysis.linking.edges.calls import Calls
from ramify_store.facts import NONE, BindingKind, CompKind, Op

_HASHING = frozenset(
    {"builtins.dict", "collections.defaultdict", "collections.OrderedDict", "collections.Counter"}
)
_MAY_BE_OBJECTS = frozenset({Op.NAME, Op.ATTR, Op.CALL, Op.SUBSCRIPT, Op.AWAIT, Op.NAMED})


class Protocols(Calls):
    """Edges to special methods."""

    def _subscript(self, e: int) -> None:
        values = self._operand(self.unit.a[e])
        if not self._special(values, "__getitem__", e):
            self._hashed(self.unit.b[e], values, e)
        for value in values:
            if value[:2] == (MADE, "collections.defaultdict"):
                self._called_back(self.inference.infer_argument(value, 0), e, e)

    def _store_item(self, e: int) -> None:
        index = self._binding_at.get(e)
        deletes = index is not None and self.unit.bindings[index].kind == BindingKind.DELETE
        method = "__delitem__" if deletes else "__setitem__"
        values = self._operand(self.unit.a[e])
        known = self._special(values, method, e)
        if not known:
            self._hashed(self.unit.b[e], values, e)
        if index is not None and not deletes and self.unit.bindings[index].value != NONE:
            held = self._operand(self.unit.bindings[index].value)
            if not known:
                self._stored_in(values, held)
            self._left_outside(values, held, e)
            for value in values:
                if value[0] in (LITERAL, MADE):
                    self._put_elsewhere(value, held)

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

    def _hashed(self, key: int, containers: Result, site: int) -> None:
        """Looking a key up in a mapping asks for its hash."""
        if self.unit.ops[key] in _MAY_BE_OBJECTS and any(self._hashes(v) for v in containers):
            self._special(self._operand(key), "__hash__", site)

    def _hashes(self, container: Value) -> bool:
        of = class_of(container)
        cls = of[0] if of is not None else self.inference.container_class(container)
        return cls in _HASHING

    def _set(self, e: int) -> None:
        for element in self.unit.elements(e):
            self._special(self._operand(element), "__hash__", e)

    def _comprehension(self, e: int) -> None:
        if self.unit.b[e] == CompKind.SET:
            self._special(self._operand(self.unit.a[e]), "__hash__", e)

    def _dict_comprehension(self, e: int) -> None:
        self._special(self._operand(self.unit.a[e]), "__hash__", e)

    def _dict(self, e: int) -> None:
        for key, spread in self.unit.entries(e):
            if key == NONE:
                self._special(self._operand(spread), "keys", e)
            else:
                self._special(self._operand(key), "__hash__", e)

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
