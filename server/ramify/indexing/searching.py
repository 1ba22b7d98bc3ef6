"""Search on its way after the graph: what of it is done, what waits, and what went wrong.

Takes the lane's batches one at a time and tells the board after each. For the writer's thread;
knows neither who waits nor what a chunk is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from ramify.indexing.committed import Base, Committed
from ramify.indexing.embedding import LaneStep, SearchLane
from ramify.indexing.report import Progress
from ramify.indexing.state import Board
from ramify.session.cancel import CancelledError
from ramify.session.snapshot import SearchStatus
from ramify_store.errors import StoreError
from ramify_store.facts import Placed

if TYPE_CHECKING:
    from ramify.indexing.pipeline import Run

_log = logging.getLogger(__name__)


class Searching:
    """Begins behind a graph; `base` is the one that it follows."""

    def __init__(
        self, lane: SearchLane, base: Base, board: Board, check: Callable[[], None]
    ) -> None:
        """`check` may raise to end a batch."""
        self.lane = lane
        self.base = base
        self.trouble = ""
        """What a person should know of what went wrong last."""
        self._board = board
        self._check = check
        self._work: Iterator[LaneStep] | None = None
        self._chunks_per_file = 10.0
        self._files = self._chunks = 0
        """That were done, for the above."""
        self._searched: Mapping[str, Placed] = {}
        """The files whose chunks were all there when search was complete last."""
        self.again()

    @property
    def is_behind(self) -> bool:
        """Whether there may be something left to do."""
        return self._work is not None

    def again(self) -> None:
        """From the start: all that is not done is done."""
        self._work = self.lane.run(self.base, self._check)

    def follow(self, base: Base) -> SearchStatus:
        """Another graph."""
        self.base = base
        self.again()
        return self.status()

    def status(self) -> SearchStatus:
        """What is known before the chunks are opened: files that differ from those before wait;
        of the first ones in this session all do, unless an earlier one left nothing to do."""
        if self.lane.is_known_complete(self.base):
            return SearchStatus(complete=True, pending_chunks=0)
        files = self.base.table.placed.items() - self._searched.items()
        return SearchStatus(False, max(1, int(len(files) * self._chunks_per_file)))

    def committed(self) -> Committed:
        """The graph with what is searchable of it."""
        return Committed(self.base, self.lane.view())

    def step(self) -> None:
        """One batch, while nobody waits for it."""
        try:
            self._step()
        except CancelledError:
            self._work = None
        except Exception as error:
            self._work = None
            self._cannot_follow(error)

    def finish(self, run: Run, check: Callable[[], None]) -> None:
        """All that is left; somebody waits for it. A store of chunks that cannot be written is no
        reason not to answer from the graph."""
        try:
            self._finish(run, check)
        except StoreError as error:
            self._cannot_follow(error)

    def _finish(self, run: Run, check: Callable[[], None]) -> None:
        if self.lane.is_known_complete(self.base):
            self._work = None
            self._tell(0, 0)
        with run.phase("embed"):
            while self._work is not None:
                check()
                step = self._step()
                if step is not None:
                    run.embedded += step.embedded
                    left = int(step.files_left * self._chunks_per_file)
                    run.on_progress(Progress("embed", run.embedded, run.embedded + left))

    def _step(self) -> LaneStep | None:
        """One batch; None when there is none left."""
        assert self._work is not None
        try:
            step = next(self._work, None)
        except BaseException:
            self._work = None  # asked again, it would say that nothing is left
            raise
        self.trouble = ""
        if step is None:
            self._work = None
            self.lane.remember_complete(self.base)
            self._searched = self.base.table.placed
            self._tell(0, 0)
            return None
        if step.files:
            # Of all so far: the files of one batch may be large, or very small.
            self._files, self._chunks = self._files + step.files, self._chunks + step.chunks
            self._chunks_per_file = self._chunks / self._files
        self._tell(step.files_left, int(step.files_left * self._chunks_per_file))
        return step

    def _tell(self, files_left: int, chunks_left: int) -> None:
        board = self._board
        complete = files_left == 0 and self._work is None
        with board.changed:
            board.search = SearchStatus(complete, 0 if complete else max(1, chunks_left))
            if board.committed is not None and board.committed.base is self.base:
                board.committed = self.committed()
            board.changed.notify_all()

    def _cannot_follow(self, error: Exception) -> None:
        _log.error("search cannot follow", exc_info=error)
        self.trouble = f"Search is behind: {error}"
        with self._board.changed:
            self._board.errors.append(f"Search: {type(error).__name__}: {error}")
