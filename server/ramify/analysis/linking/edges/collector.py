"""One file's links: walks its expressions once and says what each of them relates.

Every reference and call site becomes exactly one of: edges to one or more targets (some of them
external), or a look-up that nobody could answer. What call sites hand to parameters is collected
as flows for the next round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ramify.analysis.inference.engine import NO_FLOW
from ramify.analysis.inference.infer import Inference
from ramify.analysis.inference.unit import Unit
from ramify.analysis.linking.edges.definitions import DefinitionEdges
from ramify.analysis.linking.handing import FlowSet
from ramify.languages.python.routes import SETTINGS
from ramify_store.facts import NONE, Op, SymbolKind

_NAMED: Final = frozenset({Op.NAME, Op.ATTR})
_STORE_NAME: Final = int(Op.STORE_NAME)


class LinkCollector(DefinitionEdges):
    """Collects what one file contributes."""

    def collect(self) -> None:
        """Works through the whole file."""
        unit = self.unit
        stored = self._names_stored()
        called = {e for e in unit.call_of if unit.ops[e] in _NAMED} - self._raised
        rules = _rules_of(unit)
        expressions = [
            e
            for e, op in enumerate(unit.ops)
            if rules[op] is not None and (op != _STORE_NAME or e in stored) and e not in called
        ]
        conditions = dict.fromkeys(b.guard for b in unit.blocks if b.guard != NONE)
        definitions = [s for s in range(1, len(unit.symbols)) if unit.symbols[s].scope != NONE]
        self._work(expressions, conditions, definitions)

    def collect_again(self, inference: Inference) -> bool:
        """Works once more, in another round, through the sites that reach something else there;
        whether there was one."""
        self.inference = inference
        self.flows_out = FlowSet(inference)
        end = len(self.unit.ops)
        before = dict(self._marked)
        marked = sorted(before)
        self._work(
            self._reopened(site for site in marked if 0 <= site < end),
            (~site for site in self._reopened(site for site in marked if site < 0)),
            (site - end for site in self._reopened(site for site in marked if site >= end)),
        )
        return any(self._marked.get(site) is not gave for site, gave in before.items())

    def _reopened(self, sites: Iterable[int]) -> Iterator[int]:
        """Those of some sites that reach something else than in the round before. What they gave
        is dropped: they are looked into one by one, between working through those found."""
        since = self.inference.since
        assert since is not None
        for site in sites:
            if not since.holds(self._marked[site].taint):
                del self._marked[site]
                yield site

    def _work(
        self, expressions: Iterable[int], conditions: Iterable[int], definitions: Iterable[int]
    ) -> None:
        unit = self.unit
        ops = unit.ops
        rules = _rules_of(unit)
        inference = self.inference
        inference.turn_to(unit.path)
        inference.taint = NO_FLOW
        self._plans = {}
        self._call_plans = {}
        self._outside_plans = {}
        self._near = None
        for e in expressions:
            rule = rules[ops[e]]
            assert rule is not None
            rule(self, e)
            if self._new_edges or inference.taint or self._new_lookups or self.flows_out.given:
                self._close(e)
        for condition in conditions:
            self._truth(condition)
            self._close(~condition)
        for sym in definitions:
            if unit.symbols[sym].kind == SymbolKind.CLASS:
                self._class(sym)
            else:
                self._decorators(sym)
                self._parameters(sym)
            self._close(len(ops) + sym)
        self._plans = {}
        self._call_plans = {}
        self._outside_plans = {}


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
    Op.SET: LinkCollector._set,
    Op.COMP: LinkCollector._comprehension,
    Op.DICT_COMP: LinkCollector._dict_comprehension,
    Op.IMPORT: LinkCollector._import,
    Op.STAR_IMPORT: LinkCollector._star_import,
    Op.STORE_NAME: LinkCollector._store_name,
    Op.STORE_ATTR: LinkCollector._store_attribute,
    Op.STORE_ITEM: LinkCollector._store_item,
}
_BY_OPERATION = [_RULES.get(Op(op)) for op in range(max(Op) + 1)]
_IN_SETTINGS = [*_BY_OPERATION]
_IN_SETTINGS[Op.CONST] = LinkCollector._setting


def _rules_of(unit: Unit) -> list[Callable[[LinkCollector, int], None] | None]:
    """By operation; texts tell something in modules of settings alone."""
    return _BY_OPERATION if SETTINGS.isdisjoint(unit.name_index) else _IN_SETTINGS
