"""The one thread that writes: opens the store, takes what changed down the road, commits, embeds.

Changes wait on the board and are taken together once it is quiet for a moment, so that a branch
switch is one commit. Knows no clients.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from ramify.indexing.causes import Causes
from ramify.indexing.changes import changes, differing
from ramify.indexing.committed import Base, Committed
from ramify.indexing.embedding import LaneStep, SearchLane
from ramify.indexing.facts_source import EncodedFacts, FactsSource
from ramify.indexing.housekeeping import Housekeeping
from ramify.indexing.pipeline import Pipeline, Run
from ramify.indexing.programs import FactsLost
from ramify.indexing.report import Progress, Report
from ramify.indexing.retry import Retry
from ramify.indexing.state import Board
from ramify.indexing.stores import Stores, open_stores
from ramify.indexing.sweep import SETTINGS_NAMES
from ramify.session.cancel import CancelledError, CancelToken
from ramify.session.directories import Directories
from ramify.session.reflog import HeadLog
from ramify.session.settings import Settings
from ramify.session.snapshot import SearchStatus
from ramify_store.errors import StoreError, StoreGone
from ramify_store.facts import Placed
from ramify_store.history import History
from ramify_store.journal import Run as Entry

_QUIET: Final = 0.02
"""Seconds without a further change before the changes are taken."""
_PATIENCE: Final = 0.2
"""Seconds after which they are taken even if changes go on."""
_BETWEEN: Final = 0.1
"""Seconds between two reports of progress."""

_log = logging.getLogger(__name__)


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


class Writer:
    """Its thread starts with the first errand or job and ends with `close`."""

    def __init__(
        self,
        folder: str,
        settings: Callable[[], Settings],
        directories: Directories | None,
        board: Board,
        source: FactsSource,
    ) -> None:
        self._settings = settings
        """Reads them anew: asked whenever the whole disk is looked at, or a file of theirs."""
        self._known_settings = Settings()
        self.stores: Stores | None = None
        """Set once it is open, by the writer thread."""
        self.pipeline: Pipeline | None = None
        self._folder = folder
        self._directories = directories
        self._board = board
        self._source = source
        self._errands: list[Errand] = []
        self._jobs: list[Job] = []
        self._token = CancelToken()
        self._thread: threading.Thread | None = None
        self._head = HeadLog(folder)
        self.keeping = Housekeeping()
        self._retry = Retry()
        self.opened_in = 0.0
        """Seconds that opening the stores took."""
        self._base: Base
        self._lane: SearchLane
        self._lane_work: Iterator[LaneStep] | None = None
        self._search_trouble = ""
        self._chunks_per_file = 10.0
        self._searched: Mapping[str, Placed] = {}
        """The files whose chunks were all there when search was complete last."""

    @property
    def base(self) -> Base:
        """What was committed last; for jobs."""
        return self._base

    @property
    def facts(self) -> EncodedFacts | None:
        stores = self.stores
        return None if stores is None else stores.facts

    @property
    def history(self) -> History | None:
        stores = self.stores
        return None if stores is None else stores.store.history

    def post(self, errand: Errand) -> None:
        board = self._board
        with board.changed:
            if board.closed:
                errand.error = RuntimeError("The workspace is closed.")
                errand.done.set()
                return
            self._errands.append(errand)
            board.started = True
            board.touch(None)
            self._start()
            board.changed.notify_all()

    def post_job(self, job: Job) -> None:
        """Runs it between two runs down the road, in the order they come."""
        board = self._board
        with board.changed:
            if board.closed:
                job.error = RuntimeError("The workspace is closed.")
                job.done.set()
                return
            self._jobs.append(job)
            self._start()
            board.changed.notify_all()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="ramify-writer", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """After the board was closed. Idempotent."""
        self._token.cancel()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        try:
            if self._open():
                while self._next():
                    self._work()
        except BaseException as error:
            _log.exception("the writer ended")
            self._fail(error)
        finally:
            for errand in self._taken_errands():
                errand.error = errand.error or RuntimeError("The workspace was closed.")
                errand.done.set()
            for job in self._taken_jobs():
                job.error = RuntimeError("The workspace was closed.")
                job.done.set()
            if self.stores is not None:
                self.stores.close()

    def _open(self) -> bool:
        board = self._board
        started = time.monotonic()
        try:
            stores = open_stores(self._folder, self._directories)
            base = stores.committed()
            self.opened_in = time.monotonic() - started
        except Exception as error:
            _log.exception("the store cannot be opened")
            for errand in self._taken_errands():
                errand.error = error
                errand.done.set()
            with board.changed:
                board.failure = f"the store cannot be opened: {error}"
                board.errors.append(str(error))
                board.changed.notify_all()
            return False
        self.stores = stores
        self._lane = SearchLane(self._folder, stores, self._source)
        self.pipeline = Pipeline(self._folder, stores, self._source, self._lane.forget)
        self._base = base
        self._lane_work = self._lane.run(base, self._token.check)
        search = self._search_of(base)
        with board.changed:
            board.owner, board.unwritable = stores.owner, stores.unwritable
            board.owner_version = stores.owner_version
            board.refused = stores.refused
            if base.table.placed:
                board.search = search
                board.committed = Committed(base, self._lane.view())
            board.total_files = len(base.table.placed)
            board.changed.notify_all()
        return True

    def _next(self) -> bool:
        """Waits until there is something to do; False at the end."""
        board = self._board
        with board.changed:
            while not board.closed:
                if self._jobs or self._errands or board.everything or board.repair:
                    return True
                if board.paths:
                    self._settle()
                    return True
                if self._lane_work is not None:
                    return True
                again, quiet = self._retry.seconds_left(), self.keeping.seconds_left()
                if again == 0:
                    board.everything = True
                    return True
                if quiet == 0:
                    return True
                board.changed.wait(min(filter(None, (again, quiet)), default=None))
        return False

    def _settle(self) -> None:
        """Waits under the board's lock until no further change comes for a moment."""
        latest = time.monotonic() + _PATIENCE
        seen = -1
        while len(self._board.paths) != seen and time.monotonic() < latest:
            seen = len(self._board.paths)
            self._board.changed.wait(_QUIET)

    def _work(self) -> None:
        board = self._board
        assert self.stores is not None
        for job in self._taken_jobs():
            job.run(self.stores)
        with board.changed:
            idle = not (self._errands or board.pending or board.repair)
        if idle:
            if self._lane_work is not None:
                self._follow_with_search()
                self.keeping.worked()
            elif self.keeping.seconds_left() == 0:
                self._keep()
        else:
            self._follow_the_disk()
            self.keeping.worked()

    def _keep(self) -> None:
        """Puts the stores in order until somebody wants something."""
        board = self._board
        assert self.stores is not None

        def is_wanted() -> bool:
            return board.closed or bool(self._jobs or self._errands or board.pending)

        try:
            kept = self.keeping.keep(self.stores, self._base, is_wanted)
            if kept is not None and not {"graph", "columns"}.isdisjoint(kept.done):
                self._base = replace(self._base, view=self.stores.view())
        except Exception as error:
            _log.exception("the stores cannot be put in order")
            with board.changed:
                board.errors.append(f"Housekeeping: {type(error).__name__}: {error}")
            return
        with board.changed:
            if board.committed is not None and board.committed.base is not self._base:
                board.committed = Committed(self._base, self._lane.view())
            board.changed.notify_all()

    def _follow_the_disk(self) -> None:
        board = self._board
        with board.changed:
            errands = self._taken_errands()
            paths = None if self._everything_waits() else frozenset(board.paths)
            if board.repair and self.pipeline is not None:
                self.pipeline.look_again()
            board.everything, board.paths, board.repair = False, set(), False
            causes = board.said.taken()
            board.busy = True
            self._retry.begun()
            board.read_files = 0
            board.changed.notify_all()
        run = Run(_Reporter(errands, board))
        started, clock, before = time.time(), time.monotonic(), self._base
        try:
            token = _Tokens(self._token, errands)
            self._brought_up_to_date(paths, run, token)
            if any(errand.with_search for errand in errands):
                self._searchable_if_it_can_be(run, token)
            for errand in errands:
                errand.report = self._report(run, time.monotonic() - clock)
        except Exception as error:
            if not (isinstance(error, CancelledError) and self._goes_on_for_others()):
                self._fail(error)
                self._retry.failed(error)
            for errand in errands:
                errand.error = error
        finally:
            with board.changed:
                board.busy = False
                board.changed.notify_all()
        if run.changed or run.removed:
            self._record(run, started, time.monotonic() - clock, before, causes)
        for errand in errands:
            errand.on_progress(Progress("done", 0, 0))
            errand.done.set()

    def _everything_waits(self) -> bool:
        return self._board.everything or self._board.repair or self._board.failure is not None

    def _brought_up_to_date(self, paths: Collection[str] | None, run: Run, token: _Tokens) -> None:
        if paths is None or not SETTINGS_NAMES.isdisjoint(paths):
            self._known_settings = self._settings()
            self._lane.size_limit = self._known_settings.size_limit
        for attempt in range(_ATTEMPTS):
            assert self.stores is not None and self.pipeline is not None
            try:
                settings = self._known_settings
                base = self.pipeline.update(self._base, settings, paths, run, token)
                break
            except FactsLost:
                # A file changed under our hands: look again.
                paths = None
                if attempt == _ATTEMPTS - 1:
                    raise
            except StoreGone as gone:
                paths = None
                with self._board.changed:
                    self._board.errors.append(str(gone))
                with suppress(Exception):
                    self.stores.close()
                if attempt == _ATTEMPTS - 1 or not self._open():
                    raise
        board = self._board
        committed, search = board.committed, board.search
        is_new = committed is None or base is not self._base
        if committed is None or is_new:
            committed = Committed(base, self._lane.view())
            self._lane_work = self._lane.run(base, self._token.check)
            search = self._search_of(base)
        elif self._lane_work is None and not search.complete:
            self._lane_work = self._lane.run(base, self._token.check)  # it failed before
        self._base = base
        self._retry.succeeded()
        with board.changed:
            board.committed = committed
            board.total_files = len(base.table.placed)
            board.swept = board.swept or paths is None
            board.failure = None
            if is_new:
                board.search = search

    def _search_of(self, base: Base) -> SearchStatus:
        """What is known before the chunks are opened: files that differ from those before wait;
        of the first ones in this session all do, unless an earlier one left nothing to do."""
        if self._lane.is_known_complete(base):
            return SearchStatus(complete=True, pending_chunks=0)
        files = base.table.placed.items() - self._searched.items()
        return SearchStatus(False, max(1, int(len(files) * self._chunks_per_file)))

    def _searchable(self, run: Run, token: _Tokens) -> None:
        """Brings search up to the graph at once; somebody waits for it."""
        if self._lane.is_known_complete(self._base):
            self._lane_work = None
            self._tell_search(0, 0)
        with run.phase("embed"):
            while self._lane_work is not None:
                token.check()
                step = self._lane_step()
                if step is not None:
                    run.embedded += step.embedded
                    left = int(step.files_left * self._chunks_per_file)
                    run.on_progress(Progress("embed", run.embedded, run.embedded + left))

    def _searchable_if_it_can_be(self, run: Run, token: _Tokens) -> None:
        """A store of chunks that cannot be written is no reason not to answer from the graph."""
        try:
            self._searchable(run, token)
        except StoreError as error:
            self._cannot_follow(error)

    def _follow_with_search(self) -> None:
        try:
            self._lane_step()
        except CancelledError:
            self._lane_work = None
        except Exception as error:
            self._lane_work = None
            self._cannot_follow(error)

    def _cannot_follow(self, error: Exception) -> None:
        _log.error("search cannot follow", exc_info=error)
        self._search_trouble = f"Search is behind: {error}"
        with self._board.changed:
            self._board.errors.append(f"Search: {type(error).__name__}: {error}")

    def _lane_step(self) -> LaneStep | None:
        """One batch; None when there is none left."""
        assert self._lane_work is not None
        try:
            step = next(self._lane_work, None)
        except BaseException:
            self._lane_work = None  # asked again, it would say that nothing is left
            raise
        self._search_trouble = ""
        if step is None:
            self._lane_work = None
            self._lane.remember_complete(self._base)
            self._searched = self._base.table.placed
            self._tell_search(0, 0)
            return None
        if step.files:
            self._chunks_per_file = step.chunks / step.files
        self._tell_search(step.files_left, int(step.files_left * self._chunks_per_file))
        return step

    def _tell_search(self, files_left: int, chunks_left: int) -> None:
        board = self._board
        complete = files_left == 0 and self._lane_work is None
        with board.changed:
            board.search = SearchStatus(complete, 0 if complete else max(1, chunks_left))
            if board.committed is not None and board.committed.base is self._base:
                board.committed = Committed(self._base, self._lane.view())
            board.changed.notify_all()

    def _report(self, run: Run, seconds: float) -> Report:
        assert self.pipeline is not None
        with self._board.changed:
            self._board.busy = False
            status = self._board.status()
        return Report(
            status=status,
            files=len(self._base.table.placed),
            changed=run.changed,
            removed=run.removed,
            relinked=run.relinked,
            extracted=run.extracted,
            embedded=run.embedded,
            seconds=seconds,
            by_phase=dict(run.by_phase),
            notes=self.notes(),
        )

    def counts(self) -> Mapping[str, int]:
        """Nodes and edges of the committed graph, for people."""
        return {} if self.stores is None else self.stores.counts()

    def cache_hits(self) -> Mapping[str, int]:
        """Since the store was opened."""
        facts = None if self.stores is None else self.stores.facts
        if facts is None:
            return {}
        return {
            "factHits": facts.hits,
            "factMisses": facts.misses,
            "vectorHits": self._lane.vector_hits,
            "vectorMisses": self._lane.vector_misses,
        }

    def waiting(self) -> int:
        """Errands and jobs that nobody has begun."""
        return len(self._errands) + len(self._jobs)

    def notes(self) -> tuple[str, ...]:
        """Files left out and what the stores have to say, one sentence each."""
        if self.pipeline is None or self.stores is None:
            return ()
        notes = dict(self.pipeline.notes)
        general = [line for line in notes.pop("", "").split("\n") if line]
        return (
            *self.stores.notes(),
            *([self._search_trouble] if self._search_trouble else ()),
            *general,
            *(f"{path}: {reason}." for path, reason in sorted(notes.items())),
        )

    def _record(
        self, run: Run, started: float, seconds: float, before: Base, causes: Causes
    ) -> None:
        """After the graph is there for everybody: nobody waits for the journal."""
        metrics = {
            "changed": run.changed,
            "removed": run.removed,
            "relinked": run.relinked,
            **run.by_phase,
        }
        causes = replace(causes, checkout=self._head.has_moved())
        old, new = before.table, self._base.table
        paths = differing(old, new)
        try:
            assert self.stores is not None
            changed = tuple(changes(old, new, paths, self._source.outline, causes.of))
            revision = self._base.view.revision
            cause = causes.most(paths)
            self.stores.record(Entry(started, seconds, cause, metrics, revision, changed))
        except Exception as error:
            with self._board.changed:
                self._board.errors.append(f"The journal was not written: {error}")

    def _goes_on_for_others(self) -> bool:
        """Whoever asked has lost interest: others have not, and the next run is theirs."""
        with self._board.changed:
            if self._board.lived_with and not self._board.closed:
                self._board.touch(None)
            return self._board.lived_with

    def _fail(self, error: BaseException) -> None:
        if self._token.is_cancelled:
            return
        if not isinstance(error, CancelledError):
            _log.error("indexing failed", exc_info=error)
        reason = str(error) or type(error).__name__
        with self._board.changed:
            self._board.failure = f"indexing stopped: {reason}"
            self._board.errors.append(f"{type(error).__name__}: {reason}")
            self._board.changed.notify_all()

    def _taken_jobs(self) -> list[Job]:
        jobs, self._jobs = self._jobs, []
        return jobs

    def _taken_errands(self) -> list[Errand]:
        errands, self._errands = self._errands, []
        return errands


class _Tokens:
    """Cancelled when the workspace closes, or when everybody who asked has lost interest."""

    def __init__(self, closing: CancelToken, errands: Sequence[Errand]) -> None:
        self._closing = closing
        self._errands = errands

    def check(self) -> None:
        self._closing.check()
        if self._errands and all(errand.token.is_cancelled for errand in self._errands):
            raise CancelledError


class _Reporter:
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


_ATTEMPTS: Final = 3
