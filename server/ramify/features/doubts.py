"""Links of the likely walk as columns, each with what it costs, and how symbols were reached.

Must never know what makes a link likely.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ramify.features.implicit import Pairs
from ramify.features.upstream import Bools, Bytes, Ints

FAR: Final = 127

# How a row came about, beside the number of a part of the upstream for edges.
WITH_TESTS: Final = -1
BY_NAME: Final = -2
HOLDING: Final = -3
INSTANCE: Final = -4
IMPORTING: Final = -5
BOTH_ENDS: Final = -6
STARTING: Final = -7


class Links(NamedTuple):
    """By row: `source` may run `symbol`."""

    symbol: Ints
    source: Ints
    part: Bytes
    item: Ints
    cost: Bytes
    ends: Bools
    needs: Bytes
    """Of which kind of object a test must have one (`needs`); 0: of none."""


class Came(NamedTuple):
    """By symbol: the row that it was reached over, cheapest first found."""

    cost: Bytes
    symbol: Ints
    part: Bytes
    item: Ints
    steps: Ints

    @staticmethod
    def nowhere(count: int) -> Came:
        return Came(
            np.full(count, FAR, dtype=np.int8),
            np.full(count, -1, dtype=np.int32),
            np.zeros(count, dtype=np.int8),
            np.zeros(count, dtype=np.int32),
            np.zeros(count, dtype=np.int32),
        )

    def keep(self, links: Links, rows: NDArray[np.intp], cost: Bytes, steps: Ints) -> Ints:
        """The sources for which one of the rows is cheaper than what was known."""
        order = rows[np.argsort(cost[rows], kind="stable")]
        sources, first = np.unique(links.source[order], return_index=True)
        best = order[first]
        better = cost[best] < self.cost[sources]
        sources, best = sources[better], best[better]
        self.cost[sources] = cost[best]
        self.symbol[sources] = links.symbol[best]
        self.part[sources] = links.part[best]
        self.item[sources] = links.item[best]
        self.steps[sources] = steps[best]
        return sources


def of_one(symbol: int, sources: Ints) -> Pairs:
    return Pairs(np.full(len(sources), symbol, dtype=np.int32), sources)


def pairs_of(found: Sequence[tuple[int, int]]) -> Pairs:
    rows = np.array(found, dtype=np.int32).reshape(-1, 2)
    return Pairs(rows[:, 0], rows[:, 1])


def plain(found: Pairs, part: int, cost: int, *, ends: bool = False) -> Links:
    count = len(found.source)
    return Links(
        found.symbol,
        found.source,
        np.full(count, part, dtype=np.int8),
        np.arange(count, dtype=np.int32),
        np.full(count, cost, dtype=np.int8),
        np.full(count, ends, dtype=np.bool_),
        np.zeros(count, dtype=np.int8),
    )


def rows_of(links: Links, rows: NDArray[np.intp]) -> Links:
    return Links(
        links.symbol[rows],
        links.source[rows],
        links.part[rows],
        links.item[rows],
        links.cost[rows],
        links.ends[rows],
        links.needs[rows],
    )


def all_of(pieces: Sequence[Links]) -> Links:
    return Links(*(np.concatenate(columns) for columns in zip(*pieces, strict=True)))
