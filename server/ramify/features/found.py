"""What a walk upstream finds: dependents, kept as columns, and the links of a path to one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from ramify.features.upstream import Bytes, Ints
from ramify_store.facts import Certainty, Edge, EdgeKind

Numbers = NDArray[np.intp]

CERTAINTY: Final = {int(certainty): certainty for certainty in Certainty}


class Hop(NamedTuple):
    """One link of a path: `source` depends on the symbol before it."""

    source: str
    kind: EdgeKind
    certainty: Certainty
    why: str
    edge: Edge | None
    """None where no text states the relation."""


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """A path, by its last link; most paths of a walk share all but that."""

    hop: Hop
    before: Trail | None

    def hops(self) -> tuple[Hop, ...]:
        """From the first dependent of a seed to the last."""
        return (*(self.before.hops() if self.before else ()), self.hop)


class Reached(NamedTuple):
    """A dependent, by its best path."""

    symbol: str
    number: int
    distance: int
    certainty: Certainty
    """Of the weakest link."""
    doubt: int = 0
    """Of what is possible: what its path costs (`likely`)."""


class Found(Sequence[Reached]):
    """Many dependents in order, kept as columns: one is made when it is looked at.

    `rank` orders them; those of one rank stand by id.
    """

    def __init__(
        self,
        ids: Sequence[str],
        numbers: Numbers,
        distance: Ints,
        level: Bytes,
        doubt: Bytes,
        rank: Ints,
    ) -> None:
        order = np.argsort(rank, kind="stable")
        self._ids = ids
        self._rank = rank[order]
        self._doubt = doubt[order]
        self.numbers = numbers[order]
        """Of the symbols; those of one rank in no order."""
        self.distance = distance[order]
        self.level = level[order]

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, at: int) -> Reached: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Reached]: ...
    def __getitem__(self, at: int | slice) -> Reached | Sequence[Reached]:
        if isinstance(at, slice):
            first, last, step = at.indices(len(self))
            return self._between(first, max(first, last))[::step]
        place = range(len(self))[at]
        return self._between(place, place + 1)[0]

    def __iter__(self) -> Iterator[Reached]:
        return iter(self._between(0, len(self)))

    def _between(self, first: int, last: int) -> list[Reached]:
        if first >= last:
            return []
        begin = int(np.searchsorted(self._rank, self._rank[first], side="left"))
        end = int(np.searchsorted(self._rank, self._rank[last - 1], side="right"))
        rows = zip(
            self._rank[begin:end].tolist(),
            map(self._ids.__getitem__, self.numbers[begin:end].tolist()),
            range(begin, end),
            strict=True,
        )
        shown = sorted(rows)[first - begin : last - begin]
        return [self._reached(symbol, at) for _, symbol, at in shown]

    def _reached(self, symbol: str, at: int) -> Reached:
        certainty, number = CERTAINTY[int(self.level[at])], int(self.numbers[at])
        return Reached(symbol, number, int(self.distance[at]), certainty, int(self._doubt[at]))
