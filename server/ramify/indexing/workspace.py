"""One workspace folder: its store, its linker, its one writer thread, its clients.

The façade that both faces use. Every change of the disk, whatever reported it, goes down one road
to the writer thread; a client's unsaved text lies over the committed graph for that client alone.
Knows neither LSP nor the command line.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final, TypeVar, cast

from ramify.indexing import details
from ramify.indexing.client import Client
from ramify.indexing.errands import Errand, Job
from ramify.indexing.facts_source import FactsSource
from ramify.indexing.follower import Follower
from ramify.indexing.history import FollowedHistory
from ramify.indexing.live import ProbedTable
from ramify.indexing.report import Progress, Report, StatusDetails
from ramify.indexing.state import Board
from ramify.indexing.stores import Stores
from ramify.indexing.verify import Sample, Verified, kept_of, verified
from ramify.indexing.watch import Watcher
from ramify.indexing.writer import Writer
from ramify.session.cancel import CancelToken
from ramify.session.directories import Directories, user_directories
from ramify.session.ignore import DEFAULT_OUT, scope_of
from ramify.session.settings import Loaded, Settings
from ramify.session.snapshot import Status
from ramify.session.uris import inside
from ramify_store.backup import Manifest
from ramify_store.restore import back_up

__all__ = ["Client", "Workspace"]

_POLL: Final = 0.1

_T = TypeVar("_T")


class Workspace:
    """Made by `open`; every method may be called from any thread."""

    def __init__(
        self,
        folder: str,
        given: str,
        settings: Settings,
        directories: Directories | None,
        notes: tuple[str, ...],
        again: Callable[[], Loaded] | None,
    ) -> None:
        self.folder = folder
        """Absolute real path."""
        self._given = given
        self._settings = settings
        self._settings_notes = notes
        self._again = again
        self._board = Board()
        self._source = FactsSource(lambda: self._writer.facts)
        self._writer = Writer(folder, self._settings_now, directories, self._board, self._source)
        self._follower = Follower(self._board)
        self._history = FollowedHistory(folder, lambda: self._writer.history)
        self._watcher: Watcher | None = None
        self._probed: ProbedTable | None = None
        self._lock = threading.Lock()

    @classmethod
    def open(
        cls,
        folder: Path,
        settings: Settings,
        *,
        memory: bool = False,
        directories: Directories | None = None,
        notes: tuple[str, ...] = (),
        again: Callable[[], Loaded] | None = None,
    ) -> Workspace:
        """Cheap: no sweep and no store yet. `notes` (of the settings) show up in the details;
        `again` reads the settings once more, when their files were edited.

        Raises NotADirectoryError when there is no such folder.
        """
        real = os.path.realpath(folder)
        if not Path(real).is_dir():
            raise NotADirectoryError(f"{folder} is no directory: open one that is there.")
        where = None if memory or settings.store == "memory" else directories or user_directories()
        given = Path(folder).absolute().as_posix()
        return cls(Path(real).as_posix(), given, settings, where, notes, again)

    def start(self, on_progress: Callable[[Progress], None] | None = None) -> None:
        """In the background: opens the store, indexes what changed, embeds, watches the disk.

        `on_progress` is called on the writer thread, at most some ten times a second; its last
        call has the phase "done".
        """
        with self._lock:
            if self._settings.watch and self._watcher is None:
                self._watch()
        with self._board.changed:
            self._board.lived_with = True
        self._writer.post(Errand(on_progress or _silent))

    def refresh(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        token: CancelToken | None = None,
    ) -> Report:
        """Brings graph and search up to the disk and returns; starts no watcher.

        Raises CancelledError when the token is cancelled; what was done until then is kept.
        Raises StoreError when the store cannot be written.
        """
        errand = Errand(on_progress or _silent, token or CancelToken(), with_search=True)
        self._writer.post(errand)
        while not errand.done.wait(_POLL):
            pass  # in slices, so that an interrupt of the main thread is noticed
        if errand.error is not None:
            raise errand.error
        assert errand.report is not None
        return errand.report

    def back_up(self, target: Path) -> Manifest:
        """Writes the store as it is committed into one file, while it serves.

        Raises StoreError for a store in memory, OSError where the file cannot be written.
        """
        return self.done(lambda stores: back_up(stores.store, target))

    def verify(
        self, sample: Sample | None, on_progress: Callable[[Progress], None], token: CancelToken
    ) -> Verified:
        """Compares the stored graph with one made anew, while it serves: all of it, or a sample.

        Raises StoreLocked where another process has the store. Raises CancelledError.
        """
        kept = self.done(lambda stores: kept_of(stores, self._writer.base, sample, token))
        settings = self._settings
        return verified(self.folder, kept, settings, self._source, sample, on_progress, token)

    def done(self, do: Callable[[Stores], _T]) -> _T:
        """Done with the stores on the writer thread, while nobody commits."""
        job = Job(do)
        self._writer.post_job(job)
        while not job.done.wait(_POLL):
            pass  # in slices, so that an interrupt of the main thread is noticed
        if job.error is not None:
            raise job.error
        return cast(_T, job.result)

    def follow_history(self, token: CancelToken) -> None:
        """Waits until the repository's history was read, which only files that changed together
        are known by. Raises CancelledError."""
        self._history.catch_up(token)

    def reconfigure(
        self,
        settings: Settings,
        notes: tuple[str, ...] = (),
        again: Callable[[], Loaded] | None = None,
    ) -> None:
        """Takes new settings and checks the whole folder against them."""
        with self._lock:
            changed = settings != self._settings
            self._again = again
            self._take(settings, notes)
        if changed:
            self.disk_changed(None, "settings")

    def _take(self, settings: Settings, notes: tuple[str, ...]) -> None:
        """Under the lock."""
        changed = settings != self._settings
        self._settings, self._settings_notes = settings, notes
        if not changed:
            return
        self._probed = None
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None
            if settings.watch:
                self._watch()

    def _settings_now(self) -> Settings:
        """As the files say that may hold settings. What cannot be read (somebody is writing it)
        leaves them as they are. Called by the writer before it looks at the whole disk."""
        with self._lock:
            loaded = None if self._again is None else self._again()
            if loaded is not None:
                self._take(loaded.settings if loaded.readable else self._settings, loaded.notes)
            return self._settings

    def disk_changed(self, paths: Collection[str] | None, cause: str) -> None:
        """Files or directories (relative paths) may have changed; None: anything may have."""
        board = self._board
        with board.changed:
            if not board.started:
                return  # the first check looks at everything
            board.touch(paths, cause)
            board.changed.notify_all()

    def renamed(self, pairs: Collection[tuple[str, str]]) -> None:
        """Files or directories were renamed: (old, new), relative paths."""
        self.disk_changed([path for pair in pairs for path in pair], "rename")

    def relative(self, path: str) -> str | None:
        """An absolute path as one relative to the folder; None when it is outside."""
        for folder in (self.folder, self._given):
            found = inside(folder, path)
            if found is not None:
                return found
        return inside(self.folder, Path(os.path.realpath(path)).as_posix())

    def client(self) -> Client:
        """A new client, without documents."""
        client = Client(
            self.folder,
            self._board,
            self._source,
            self._probed_table,
            lambda: self._settings.size_limit,
            self._counts,
            self._follower.remove,
            self._history,
        )
        self._follower.add(client)
        return client

    def status(self) -> Status:
        """Of the disk alone, without anybody's documents."""
        with self._board.changed:
            return self._board.status()

    def details(self) -> StatusDetails:
        """May take some milliseconds: asks the stores."""
        return details.gathered(
            self._board,
            self._writer,
            {"openDocuments": self._follower.documents(), "clients": self._follower.clients()},
            self._settings_notes,
            self._watching(),
        )

    def _watching(self) -> str:
        if not self._settings.watch:
            return "off: changes come from the client, or when somebody asks"
        watcher = self._watcher
        if watcher is None:
            return "ok"  # nobody serves: each command looks at the disk itself
        return watcher.failure or "ok"

    def on_status(self, listener: Callable[[Status], None]) -> Callable[[], None]:
        """Calls it on a thread of the workspace after each change of status, at most ten times
        a second, the last one always, until what is returned is called."""
        return self._follower.listen(listener)

    def watching(self, timeout: float) -> bool:
        """Waits until changes of the disk are noticed from now on; False when they are not."""
        watcher = self._watcher
        return watcher is not None and watcher.ready.wait(timeout)

    def close(self) -> None:
        """Ends threads and processes and closes the store. Idempotent."""
        with self._lock:
            watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.close()
        with self._board.changed:
            self._board.closed = True
            self._board.changed.notify_all()
        self._follower.close()
        self._history.close()
        self._writer.close()

    def _watch(self) -> None:
        self._watcher = Watcher(
            self.folder,
            () if self._settings.include else DEFAULT_OUT,
            lambda paths: self.disk_changed(paths, "watch"),
            self._note_error,
        )

    def _note_error(self, message: str) -> None:
        with self._board.changed:
            self._board.errors.append(message)

    def _probed_table(self) -> ProbedTable:
        probed = self._probed
        if probed is None or time.monotonic() - probed.made > 1.0:
            probed = self._probed = ProbedTable(self.folder, self._settings)
        return probed

    def _counts(self, path: str) -> bool:
        """Whether a document belongs to the graph: its file does, or would once it is saved."""
        committed = self._board.committed
        if committed is not None and path in committed.base.table.placed:
            return True
        directory, _, name = path.rpartition("/")
        scope = scope_of(self.folder, self._settings, directory)
        return scope is not None and scope.counts(name)


def _silent(progress: Progress) -> None:
    pass
