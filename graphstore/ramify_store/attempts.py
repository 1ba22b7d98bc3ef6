"""How often in a row the process has ended in the middle of something that can end it.

Kùzu may crash on a damaged file, or when a disk fills up under it, and would again at every start.
So what was begun is written down before, and crossed out after; whoever finds it begun twice does
something else. Knows nothing of what is tried.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

MOST: Final = 2
"""Ends in a row after which a third attempt is not made."""
REST_SECONDS: Final = 3600.0
"""After so long, what was given up is tried once more."""


class Attempts:
    """Counted in one small file; `path` None counts nothing."""

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock

    @contextmanager
    def one(self) -> Iterator[None]:
        """An exception is no end of the process: it crosses out what was begun, too."""
        if self._path is None:
            yield
            return
        failed, given_up = self._read()
        self._write(failed + 1, given_up)
        try:
            yield
        finally:
            with suppress(OSError):
                self._path.unlink()

    @property
    def failed(self) -> bool:
        """Whether it is time to do something else."""
        return self._read()[0] >= MOST

    def give_up(self) -> None:
        """Something else is done now; counts from the begin, and remembers."""
        self._write(0, self._read()[1] + 1)

    @property
    def is_hopeless(self) -> bool:
        """Whether something else was done already, and ended in the same way a short while ago."""
        try:
            age = self._clock() - self._path.stat().st_mtime if self._path else 0.0
        except OSError:
            return False
        return self._read()[1] > 0 and self.failed and age < REST_SECONDS

    def _read(self) -> tuple[int, int]:
        try:
            text = self._path.read_text() if self._path else ""
            failed, given_up = map(int, text.split())
        except (OSError, ValueError):
            return 0, 0
        return failed, given_up

    def _write(self, failed: int, given_up: int) -> None:
        if self._path is not None:
            with suppress(OSError):
                self._path.write_text(f"{failed} {given_up}")
