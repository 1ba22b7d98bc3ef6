"""The one thread that writes: opens the store, takes what changed down the road, commits, embeds.

Changes wait on the board and are taken together once it is quiet for a moment, so that a branch
switch is one commit. Knows no clients.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Final

from ramify.indexing.causes import Causes
from ramify.indexing.changes import changes, differing
from ramify.indexing.committed import Base
from ramify.indexing.embedding import SearchLane
from ramify.indexing.errands import Errand, Interest, Job, Reporter
from ramify.indexing.facts_source import EncodedFacts, FactsSource
from ramify.indexing.housekeeping import Housekeeping
from ramify.indexing.pipeline import Pipeline, Run
from ramify.indexing.programs import FactsLost
from ramify.indexing.report import Progress, Report
from ramify.indexing.retry import Retry
from ramify.indexing.searching import Searching
from ramify.indexing.state import Board
from ramify.indexing.stores import Stores, open_stores
from ramify.indexing.sweep import SETTINGS_NAMES
from ramify.session.cancel import CancelledError, CancelToken
from ramify.session.directories import Directories
from ramify.session.reflog import HeadLog
from ramify.session.settings import Settings
from ramify_store.errors import StoreGone
from ramify_store.history import History
from ramify_store.journal import Run as Entry

_QUIET: Final = 0.02
"""Seconds without a further change before the changes are taken."""
_PATIENCE: Final = 0.2
"""Seconds after which they are taken even if changes go on."""

_log = logging.getLogger(__name__)


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
        self._searching: Searching

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
                errand.refuse(RuntimeError("The workspace is closed."))
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
                job.refuse(RuntimeError("The workspace is closed."))
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
            closed = RuntimeError("The workspace was closed.")
            for errand in self._taken_errands():
                errand.refuse(closed)
            for job in self._taken_jobs():
                job.refuse(closed)
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
                errand.refuse(error)
            with board.changed:
                board.failure = f"the store cannot be opened: {error}"
                board.errors.append(str(error))
                board.changed.notify_all()
            return False
        self.stores = stores
        lane = SearchLane(self._folder, stores, self._source)
        self.pipeline = Pipeline(self._folder, stores, self._source, lane.forget)
        self._base = base
        self._searching = Searching(lane, base, board, self._token.check)
        search = self._searching.status()
        with board.changed:
            board.owner, board.unwritable = stores.owner, stores.unwritable
            board.owner_version = stores.owner_version
            board.refused = stores.refused
            if base.table.placed:
                board.search = search
                board.committed = self._searching.committed()
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
                if self._searching.is_behind:
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
            if self._searching.is_behind:
                self._searching.step()
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
                self._searching.base = self._base
        except Exception as error:
            _log.exception("the stores cannot be put in order")
            with board.changed:
                board.errors.append(f"Housekeeping: {type(error).__name__}: {error}")
            return
        with board.changed:
            if board.committed is not None and board.committed.base is not self._base:
                board.committed = self._searching.committed()
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
        run = Run(Reporter(errands, board))
        started, clock, before = time.time(), time.monotonic(), self._base
        try:
            token = Interest(self._token, errands)
            self._brought_up_to_date(paths, run, token)
            if any(errand.with_search for errand in errands):
                self._searching.finish(run, token.check)
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

    def _brought_up_to_date(self, paths: Collection[str] | None, run: Run, token: Interest) -> None:
        if paths is None or not SETTINGS_NAMES.isdisjoint(paths):
            self._known_settings = self._settings()
            self._searching.lane.size_limit = self._known_settings.size_limit
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
            search = self._searching.follow(base)
            committed = self._searching.committed()
        elif not self._searching.is_behind and not search.complete:
            self._searching.again()  # it failed before
        self._base = base
        self._retry.succeeded()
        with board.changed:
            board.committed = committed
            board.total_files = len(base.table.placed)
            board.swept = board.swept or paths is None
            board.failure = None
            if is_new:
                board.search = search

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
            "vectorHits": self._searching.lane.vector_hits,
            "vectorMisses": self._searching.lane.vector_misses,
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
            *([self._searching.trouble] if self._searching.trouble else ()),
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


_ATTEMPTS: Final = 3
