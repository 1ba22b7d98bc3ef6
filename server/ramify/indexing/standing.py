"""How the disk stood when all of it was looked at: whether anything moved since is told by a stat
of each file and directory, in a fraction of what walking through them takes.

Says yes only where it is sure. A directory tells by its time what came and went in it; marks that
are younger than a clock's tick could hide another change, and then everything is walked again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ramify.indexing.sources import RACY_NS
from ramify.session.ignore import Mark, mark_of
from ramify.session.settings import Settings


@dataclass(frozen=True, slots=True)
class Standing:
    folder: str
    settings: Settings
    marks: Mapping[str, Mark]
    """By path, relative to the folder or absolute."""

    def holds(self, settings: Settings, check: Callable[[], None]) -> bool:
        """Whether a walk would find what the last one did. `check` may raise to give up."""
        if settings != self.settings:
            return False
        for number, (path, mark) in enumerate(self.marks.items()):
            if number % 256 == 0:
                check()
            if mark_of(os.path.join(self.folder, path)) != mark:  # noqa: PTH118 (hot)
                return False
        return True


def standing_of(
    folder: str, settings: Settings, walked: Mapping[str, Mark] | None, since_ns: int
) -> Standing | None:
    """What a walk that began at `since_ns` has seen; None when that tells too little."""
    if walked is None:
        return None
    marks = {**walked, **_rules_above(folder)}
    youngest = max((mark[1] for mark in marks.values() if mark is not None), default=0)
    if youngest > since_ns - RACY_NS:
        return None
    return Standing(folder, settings, marks)


def now_ns() -> int:
    return time.time_ns()


def _rules_above(folder: str) -> Mapping[str, Mark]:
    """What may say of the folder as a whole which of its files count."""
    found: dict[str, Mark] = {}
    for parent in (Path(folder), *Path(folder).parents):
        for name in (".gitignore", ".git/info/exclude"):
            found[str(parent / name)] = mark_of(str(parent / name))
    return found
