"""Which files asked for which key.

A sorted column for the files known at the start, a small table for those linked since. A file
that stopped asking may still be named: it is then linked once for nothing, never left out.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

_SHIFT = 24
"""Bits for the number of a file; keys have 32."""


class Askers:
    def __init__(self, paths: list[str], column: array[int]) -> None:
        self._paths = paths
        self._column = column
        """Ascending: key, then number of the file. Not a numpy array: single look-ups in those
        cost five times as much."""
        self._since: dict[int, frozenset[str]] = {}

    @classmethod
    def of(cls, keys: Mapping[str, Iterable[int]]) -> Askers:
        paths = sorted(keys)
        parts = [
            (np.fromiter(keys[path], np.uint64) << np.uint64(_SHIFT)) | np.uint64(number)
            for number, path in enumerate(paths)
        ]
        sorted_rows = np.concatenate(parts) if parts else np.empty(0, np.uint64)
        sorted_rows.sort()
        column: array[int] = array("Q")
        column.frombytes(sorted_rows.tobytes())
        return cls(paths, column)

    def fork(self) -> Askers:
        other = Askers(self._paths, self._column)
        other._since = dict(self._since)
        return other

    def add(self, path: str, keys: Iterable[int]) -> None:
        """Notes keys that a file asks for and did not ask for before."""
        for key in keys:
            self._since[key] = self._since.get(key, frozenset()) | {path}

    def among(self, keys: Sequence[int]) -> set[int]:
        """Those of some keys that somebody asks for."""
        found = {key for key in keys if key in self._since}
        column = np.frombuffer(self._column, np.uint64)
        wanted = np.array(keys, np.uint64)
        wanted.sort()  # neighbours are found faster, and what `np.unique` spares costs more
        at = np.searchsorted(column, wanted << np.uint64(_SHIFT))
        wanted, at = wanted[at < len(column)], at[at < len(column)]
        found.update(wanted[column[at] >> np.uint64(_SHIFT) == wanted].tolist())
        return found

    def of_key(self, key: int) -> set[str]:
        found = set(self._since.get(key, ()))
        at = bisect_left(self._column, key << _SHIFT)
        while at < len(self._column) and self._column[at] >> _SHIFT == key:
            found.add(self._paths[self._column[at] & ((1 << _SHIFT) - 1)])
            at += 1
        return found
