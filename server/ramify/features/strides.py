"""One step of the walk upstream as columns: who depends on whom, over which edge.

Which kinds of edges bring a dependent stands here, too. Must never know where a walk begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ramify.features.needs import Masks, given
from ramify.features.upstream import Bools, Bytes, Ints
from ramify_store.facts import Certainty, EdgeKind, SymbolKind

_ASKED: Final = (EdgeKind.WRITES, EdgeKind.IMPORTS, EdgeKind.OVERRIDES)
_RUNS: Final = (EdgeKind.CALLS, EdgeKind.USES, EdgeKind.DECORATES)
_MAKES: Final = (EdgeKind.CALLS, EdgeKind.INHERITS, EdgeKind.DECORATES)
_KINDS: Final = max(EdgeKind) + 1
_NO_SYMBOL: Final = 0
"""Of what was in a file that is gone; nothing else that is no symbol is ever walked from."""


def _counting(asked: bool) -> Bools:
    """[kind of the symbol, kind of the edge]: whether the edge brings a dependent."""
    table = np.zeros((max(SymbolKind) + 1, _KINDS), dtype=np.bool_)
    for kind in SymbolKind:
        if kind == SymbolKind.CLASS:
            table[kind, [*_MAKES, *((EdgeKind.USES,) if asked else ())]] = True
        elif kind != SymbolKind.MODULE:
            table[kind, list(_RUNS)] = True
        if asked:
            table[kind, list(_ASKED)] = True
    table[_NO_SYMBOL, [*_RUNS, *_MAKES, *(_ASKED if asked else ())]] = True
    return table


COUNTING: Final = _counting(False)
COUNTING_WHEN_ASKED: Final = _counting(True)
COUNTING_OWN_CODE: Final = COUNTING_WHEN_ASKED.copy()
COUNTING_OWN_CODE[:, list(_ASKED)] = False
ENDING: Final = np.isin(np.arange(_KINDS), _ASKED)


class Stride(NamedTuple):
    """Candidates of one step, by column: `source` depends on `symbol`."""

    symbol: Ints
    source: Ints
    part: Bytes
    """Which part of the upstream the edge stands in, or one of those below."""
    item: Ints
    certainty: Bytes
    ends: Bools
    needs: Bytes
    """Of which kind of object a test must have one (`needs`); 0: of none."""


class Passed(NamedTuple):
    """How a walk came to each symbol: over which row of which step."""

    step: Ints
    row: Ints

    @staticmethod
    def nowhere(count: int) -> Passed:
        return Passed(np.full(count, -1, dtype=np.int32), np.zeros(count, dtype=np.int32))

    def keep(self, symbols: Ints, step: int, rows: NDArray[np.intp]) -> None:
        self.step[symbols] = step
        self.row[symbols] = rows

    def of(self, symbol: int) -> tuple[int, int]:
        return int(self.step[symbol]), int(self.row[symbol])


def plain(
    symbols: Sequence[int] | Ints, sources: Sequence[int] | Ints, part: int, certainty: Certainty
) -> Stride:
    count = len(sources)
    return Stride(
        np.array(symbols, dtype=np.int32),
        np.array(sources, dtype=np.int32),
        np.full(count, part, dtype=np.int8),
        np.arange(count, dtype=np.int32),
        np.full(count, certainty, dtype=np.int8),
        np.zeros(count, dtype=np.bool_),
        np.zeros(count, dtype=np.int8),
    )


def growing(step: Stride, under: Masks) -> tuple[Stride, Masks]:
    """The rows over which something comes that was not known, and what that is."""
    new = given(under[step.symbol], step.needs)
    rows = np.flatnonzero(new & ~under[step.source])
    return rows_of(step, rows), new[rows]


def rows_of(step: Stride, rows: NDArray[np.intp]) -> Stride:
    return Stride(
        step.symbol[rows],
        step.source[rows],
        step.part[rows],
        step.item[rows],
        step.certainty[rows],
        step.ends[rows],
        step.needs[rows],
    )


def joined(steps: Sequence[Stride]) -> Stride:
    return Stride(*(np.concatenate(columns) for columns in zip(*steps, strict=True)))
