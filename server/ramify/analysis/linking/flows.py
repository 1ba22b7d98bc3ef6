"""Flows: what call sites hand to parameters of functions they are known to call.

They run against the direction of look-ups (a callee does not know its callers), so they are made
in rounds: what a round hands over, the next one sees. The number of rounds is fixed, so that the
outcome depends on the program alone and never on the order in which its files were linked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set

import msgspec

from ramify.analysis.inference.engine import FEW, Units, flow_key
from ramify.analysis.inference.values import (
    BOUND,
    COROUTINE,
    EXTERNAL_INSTANCE,
    GENERATOR,
    LITERAL,
    MADE,
    MODULE,
    MOST_ALTERNATIVES,
    PARAMETER,
    ROWS,
    TYPED,
    Value,
)
from ramify_store.facts import Flow

Target = tuple[str, str, str]
"""Path, symbol path, parameter name."""

_PLACES = frozenset({LITERAL, MADE, TYPED})
_WITH_RECEIVER = frozenset({BOUND, GENERATOR, COROUTINE, ROWS})

_NONE: Mapping[str, int] = {}

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()


def written(units: Units, value: Value) -> str:
    """A value as text, symbols by path so that it outlives edits elsewhere in their file."""
    return _encoder.encode(_named(units, value)).decode()


def _named(units: Units, value: Value) -> list[object]:
    kind = value[0]
    if kind in (MODULE, EXTERNAL_INSTANCE):
        return list(value)
    at = 2 if kind == MADE else 1
    unit = units[value[at]]
    assert unit is not None
    if kind in _PLACES:
        return [*value[: at + 1], unit.place_name(value[at + 1])]
    rest = list(value[3:4])  # what is written for type variables is left behind
    if kind in _WITH_RECEIVER and value[3] is not None:
        rest = [_named(units, value[3])]
    return [kind, value[1], unit.symbols[value[2]].path, *rest]


class FlowTable:
    """The flows of all files in one round, by the parameter they reach. Frozen."""

    def __init__(
        self,
        table: dict[str, dict[str, int]],
        made_of: FlowTable | None = None,
        touched: Collection[str] = (),
    ) -> None:
        self._made_of = made_of
        self.replaced_targets = touched
        """Where it may differ from the table that it was made of."""
        self._table = table
        """Target as written in a Flow -> value as written -> in how many files."""

    @classmethod
    def of(cls, flows: Iterable[Iterable[Flow]]) -> FlowTable:
        table: dict[str, dict[str, int]] = {}
        for of_file in flows:
            _count(table, of_file, 1)
        return cls(table)

    def replaced(
        self,
        old: Mapping[str, Iterable[Flow]],
        new: Mapping[str, Iterable[Flow]],
        paths: Iterable[str],
    ) -> FlowTable:
        """The table after some files' flows gave way to others."""
        paths = [path for path in paths if old.get(path, ()) != new.get(path, ())]
        table = dict(self._table) if paths else self._table
        touched: set[str] = set()
        for path in paths:
            before, after = old.get(path, ()), new.get(path, ())
            for flow in [*before, *after]:
                if flow.target not in touched:
                    touched.add(flow.target)
                    table[flow.target] = dict(table.get(flow.target, {}))
            _count(table, before, -1)
            _count(table, after, 1)
        return FlowTable(table, self, touched)

    def differing_at(self, other: FlowTable, target: str) -> Collection[int]:
        """Keys of a parameter, as written in a Flow, if other values reach it than in another
        table; who is told nothing by a crowd has keys of its own."""
        mine, theirs = self._table.get(target, _NONE), other._table.get(target, _NONE)
        if mine is theirs or mine.keys() == theirs.keys():
            return ()
        path, symbol, name = target.split("\0")
        keys = [flow_key(path, symbol, name)]
        if any(0 < len(values) <= MOST_ALTERNATIVES for values in (mine, theirs)):
            keys.append(flow_key(path, symbol, name + FEW))
        return keys

    def differing(self, other: FlowTable) -> set[int]:
        """Keys of the parameters that other values reach than in another table."""
        differing: set[int] = set()
        if self is other:
            return differing
        made_of = self._made_of is other
        for target in (
            self.replaced_targets if made_of else self._table.keys() | other._table.keys()
        ):
            differing.update(self.differing_at(other, target))
        return differing

    def targets(self) -> Set[str]:
        """The parameters that something reaches, as written in a Flow."""
        return self._table.keys()

    def values(self, units: Units) -> FlowValues:
        return FlowValues(units, self._table)


class Step:
    """The flows by which the table of a round differs from that of the round before, kept up to
    date as single parameters change. Frozen."""

    def __init__(self, counts: dict[int, int]) -> None:
        self._counts = counts
        """Key of a flow -> how many parameters with that key differ."""

    @classmethod
    def between(cls, before: FlowTable, table: FlowTable) -> Step:
        counts: dict[int, int] = {}
        for target in before.targets() | table.targets():
            for key in table.differing_at(before, target):
                counts[key] = counts.get(key, 0) + 1
        return cls(counts)

    def keys(self) -> Set[int]:
        return self._counts.keys()

    def replaced(self, old: Sequence[FlowTable], new: Sequence[FlowTable]) -> Step:
        """The step between two tables made of the `old` two by replacing flows."""
        replaced = {*new[0].replaced_targets, *new[1].replaced_targets}
        counts = dict(self._counts) if replaced else self._counts
        for target in replaced:
            for key in new[1].differing_at(new[0], target):
                counts[key] = counts.get(key, 0) + 1
            for key in old[1].differing_at(old[0], target):
                counts[key] = counts.get(key, 0) - 1
                if not counts[key]:
                    del counts[key]
        return Step(counts)


def _count(table: dict[str, dict[str, int]], flows: Iterable[Flow], by: int) -> None:
    for flow in flows:
        values = table.setdefault(flow.target, {})
        count = values.get(flow.value, 0) + by
        if count:
            values[flow.value] = count
        else:
            del values[flow.value]
            if not values:
                del table[flow.target]


class FlowValues:
    """Flows as values of a program; they are turned back only for parameters asked about."""

    def __init__(self, units: Units, table: Mapping[str, Mapping[str, int]]) -> None:
        self._units = units
        self._table = table
        self._read: dict[Target, tuple[list[Value], list[Value]]] = {}

    def is_crowd(self, target: Target) -> bool:
        return len(self._table.get("\0".join(target), ())) > MOST_ALTERNATIVES

    def reaching(self, target: Target) -> list[Value]:
        """What reaches a parameter, in a fixed order; what no longer exists is left out."""
        return self._both(target)[0]

    def handed_on(self, target: Target) -> list[Value]:
        """The parameters whose values are handed on to a parameter."""
        return self._both(target)[1]

    def _both(self, target: Target) -> tuple[list[Value], list[Value]]:
        found = self._read.get(target)
        if found is None:
            texts = self._table.get("\0".join(target), ())
            found = self._read[target] = ([], [])
            for text in sorted(texts):
                value = _value(self._units, _decoder.decode(text))
                if value is not None:
                    found[value[0] == PARAMETER].append(value)
        return found


def _value(units: Units, data: list[object]) -> Value | None:
    kind = data[0]
    if kind == EXTERNAL_INSTANCE:
        return tuple(tuple(part) if isinstance(part, list) else part for part in data)
    at = 2 if kind == MADE else 1
    unit = units[str(data[at])]
    if unit is None or kind == MODULE:
        return tuple(data) if unit is not None else None
    name = str(data[at + 1])
    if kind in _PLACES:
        e = unit.place_at(name)
        return (*data[: at + 1], e) if e is not None else None
    sym = unit.symbol_at(name)
    if sym is None:
        return None
    if kind in _WITH_RECEIVER and data[3] is not None:
        receiver = data[3]
        assert isinstance(receiver, list)
        inner = _value(units, receiver)
        return (kind, data[1], sym, inner) if inner is not None else None
    return (kind, data[1], sym, *data[3:])
