"""One file's links: walks its expressions once and says what each of them relates.

Every reference and call site becomes exactly one of: edges to one or more targets (some of them
external), or a look-up that nobody could answer. What call sites hand to parameters is collected
as flows for the next round.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from ramify.analysis.inference.engine import NO_FLOW, is_touched
from ramify.analysis.inference.infer import Inference
from ramify.analysis.linking.edges.definitions import DefinitionEdges
from ramify_store.facts import NONE, Op, SymbolKind


class LinkCollector(DefinitionEdges):
    """Collects what one file contributes."""

    def collect(self) -> None:
        """Works through the whole file."""
        self._work(range(len(self.unit.symbols)), range(len(self.unit.symbols)))

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
