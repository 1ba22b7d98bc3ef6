"""Which files asked for which key.

A sorted column for the files known at the start, a small table for those linked since. A file
that stopped asking may still be named: it is then linked once for nothing, never left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

_SHIFT = 24
"""Bits for the number of a file; keys have 32."""


class Askers:
    def __init__(self, paths: list[str], column: NDArray[np.uint64]) -> None:
        self._paths = paths
        self._column = column
        """Ascending: key, then number of the file."""
        self._since: dict[int, frozenset[str]] = {}

    @classmethod
    def of(cls, keys: Mapping[str, Iterable[int]]) -> Askers:
        paths = sorted(keys)
        parts = [
            (np.fromiter(keys[path], np.uint64) << np.uint64(_SHIFT)) | np.uint64(number)
            for number, path in enumerate(paths)
        ]
        column = np.concatenate(parts) if parts else np.empty(0, np.uint64)
        column.sort()
        return cls(paths, column)

    def fork(self) -> Askers:
        other = Askers(self._paths, self._column)
        other._since = dict(self._since)
        return other

    def add(self, keys: Mapping[str, Collection[int]]) -> None:
        for path, asked in keys.items():
            for key in asked:
                self._since[key] = self._since.get(key, frozenset()) | {path}

    def has(self, key: int) -> bool:
        return key in self._since or bool(len(self._rows(key)))

    def of_key(self, key: int) -> set[str]:
        mask = (1 << _SHIFT) - 1
        found = {self._paths[int(row) & mask] for row in self._rows(key)}
        return found | self._since.get(key, frozenset())

    def _rows(self, key: int) -> NDArray[np.uint64]:
        first = np.uint64(key << _SHIFT)
        last = np.uint64((key + 1) << _SHIFT)
        start, end = np.searchsorted(self._column, [first, last])
        return self._column[start:end]
