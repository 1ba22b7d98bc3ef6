"""What others want of the writer: a look at the disk, or something done while nobody commits; and
how those who wait hear of it. Knows no stores."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ramify.indexing.report import Progress, Report
from ramify.indexing.state import Board
from ramify.session.cancel import CancelledError, CancelToken

if TYPE_CHECKING:
    from ramify.indexing.stores import Stores

_BETWEEN: Final = 0.1
"""Seconds between two reports of progress."""


@dataclass
class Errand:
    """Somebody wants the whole disk checked and to hear how it goes."""

    on_progress: Callable[[Progress], None]
    token: CancelToken = field(default_factory=CancelToken)
    with_search: bool = False
    """Done when all chunks are embedded, not before."""
    done: threading.Event = field(default_factory=threading.Event)
    report: Report | None = None
    error: BaseException | None = None

    def refuse(self, error: BaseException) -> None:
        """Nobody will do it; what went wrong before counts."""
        self.error = self.error or error
        self.done.set()


@dataclass
class Job:
    """Something to be done with the stores while nobody commits."""

    do: Callable[[Stores], object]
    done: threading.Event = field(default_factory=threading.Event)
    result: object = None
    error: BaseException | None = None

    def run(self, stores: Stores) -> None:
        try:
            self.result = self.do(stores)
        except Exception as error:
            self.error = error
        self.done.set()

    def refuse(self, error: BaseException) -> None:
        self.error = error
        self.done.set()


class Interest:
    """Cancelled when the workspace closes, or when everybody who asked has lost interest."""

    def __init__(self, closing: CancelToken, errands: Sequence[Errand]) -> None:
        self._closing = closing
        self._errands = errands

    def check(self) -> None:
        self._closing.check()
        if self._errands and all(errand.token.is_cancelled for errand in self._errands):
            raise CancelledError


class Reporter:
    """Tells those who asked how it goes, not too often."""

    def __init__(self, errands: Sequence[Errand], board: Board) -> None:
        self._errands = errands
        self._board = board
        self._last = 0.0
        self._phase = ""

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.phase == self._phase and now - self._last < _BETWEEN:
            return
        self._last, self._phase = now, progress.phase
        if progress.phase == "read":
            with self._board.changed:
                self._board.read_files = progress.done
                self._board.total_files = max(self._board.total_files, progress.total)
                self._board.changed.notify_all()
        for errand in self._errands:
            errand.on_progress(progress)
