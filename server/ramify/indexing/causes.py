"""Why files are looked at again: who said so, kept by path until the writer takes it.

The journal tells it; nothing else depends on it. Knows no files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

SWEEP: Final = "sweep"
CHECKOUT: Final = "checkout"
_NOTICED: Final = frozenset(("watch", SWEEP))
"""They say that a file changed, not what somebody did."""


@dataclass(frozen=True, slots=True)
class Causes:
    """What was said about some files, and about all."""

    by_path: Mapping[str, str]
    of_all: str = SWEEP
    checkout: bool = False
    """Git was at work: what was only noticed comes from there."""

    def of(self, path: str) -> str:
        """Of the path or of the nearest folder around it that was named."""
        cause = next((self.by_path[each] for each in _up(path) if each in self.by_path), "")
        cause = cause or self.of_all
        return CHECKOUT if self.checkout and cause in _NOTICED else cause

    def most(self, paths: Iterable[str]) -> str:
        """The cause of most of the paths."""
        counted = Counter(map(self.of, paths)).most_common(1)
        return counted[0][0] if counted else self.of_all


@dataclass
class Said:
    """Collected under the board's lock."""

    _by_path: dict[str, str] = field(default_factory=dict)
    _of_all: str = SWEEP

    def add(self, paths: Collection[str] | None, cause: str) -> None:
        """What somebody did has more to say than what was noticed afterwards."""
        if paths is None:
            self._of_all = cause if self._of_all in _NOTICED else self._of_all
            return
        for path in paths:
            if self._by_path.get(path, SWEEP) in _NOTICED:
                self._by_path[path] = cause

    def taken(self) -> Causes:
        """All of it; begins anew."""
        causes = Causes(self._by_path, self._of_all)
        self._by_path, self._of_all = {}, SWEEP
        return causes


def _up(path: str) -> Iterable[str]:
    while path:
        yield path
        path = path.rpartition("/")[0]
