"""What a test must come by an object of, for a call that it reaches to run a certain method.

`field.clean()` runs `DateField.clean` only where there is a date field. So a walk that goes from a
method to calls of what it overrides, or to calls that inference gives it, finds those tests alone
that come by an object of a class which has it. Walks keep a bit for each kind of object, and all
bits where a path needs none. Must never know how a test comes by one.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ramify.features.upstream import Bools, Bytes, Ints, Upstream, among
from ramify_store.facts import SymbolKind

Masks = NDArray[np.int64]
"""A bit for each kind of object."""

ANYTHING: Final = np.int64(-1)
NOTHING: Final = np.int64(0)
MOST_KINDS: Final = 10
"""What needs others is taken to need none: looking for who comes by them takes long."""

_IS_METHOD: Final = among(SymbolKind, (SymbolKind.METHOD, SymbolKind.PROPERTY))


class Needs:
    """The kinds of objects that came up in one question."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._kinds: dict[tuple[int, ...], int] = {}
        self._kind_of: dict[int, int] = {}

    def of(self, symbols: Ints, by_value: Bools) -> Bytes:
        """By row: the kind of object for which a call runs this method; 0 for any, as where the
        call is not `by_value`."""
        facts = self._upstream.facts
        needs = np.zeros(len(symbols), dtype=np.int8)
        rows = np.flatnonzero(by_value & _IS_METHOD[facts.kind[symbols]] & ~facts.is_test[symbols])
        if len(rows):
            methods, at = np.unique(symbols[rows], return_inverse=True)
            kinds = [self._kind(each) for each in methods.tolist()]
            needs[rows] = np.array(kinds, dtype=np.int8)[at]
        return needs

    def kinds(self) -> list[tuple[np.int64, Ints]]:
        """The bit of each, and its classes."""
        return [
            (np.int64(1 << (kind - 1)), np.array(classes, dtype=np.int32))
            for classes, kind in self._kinds.items()
        ]

    def _kind(self, method: int) -> int:
        known = self._kind_of.get(method)
        if known is None:
            classes = self._upstream.classes_having(method)
            known = self._kinds.get(classes, 0)
            if not known and len(self._kinds) < MOST_KINDS:
                known = self._kinds[classes] = len(self._kinds) + 1
            self._kind_of[method] = known
        return known


def given(masks: Masks, needs: Bytes) -> Masks:
    """What is needed after a step: the first that is needed on a path counts."""
    bits = np.left_shift(np.int64(1), np.maximum(needs, 1).astype(np.int64) - 1)
    return np.where((needs > 0) & (masks == ANYTHING), bits, masks)
