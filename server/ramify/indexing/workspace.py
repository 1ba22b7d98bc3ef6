"""One workspace folder: its store, its linker, its one writer thread, its clients.

The façade that both faces use. Every change of the disk, whatever reported it, goes down one road
to the writer thread; a client's unsaved text lies over the committed graph for that client alone.
Knows neither LSP nor the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from ramify.indexing.report import Progress, Report, StatusDetails
from ramify.session.cancel import CancelToken
from ramify.session.directories import Directories
from ramify.session.settings import Settings
from ramify.session.snapshot import Document, Reading, Status


class Workspace:
    """Made by `open`; every method may be called from any thread."""

    folder: str
    """Absolute real path."""

    @classmethod
    def open(
        cls,
        folder: Path,
        settings: Settings,
        *,
        memory: bool = False,
        directories: Directories | None = None,
        notes: tuple[str, ...] = (),
    ) -> Workspace:
        """Cheap: no sweep and no store yet. `notes` (of the settings) show up in the details.

        Raises NotADirectoryError when there is no such folder.
        """
        raise NotImplementedError

    def start(self, on_progress: Callable[[Progress], None] | None = None) -> None:
        """In the background: opens the store, indexes what changed, embeds, watches the disk.

        `on_progress` is called on the writer thread, at most some ten times a second; its last
        call has the phase "done".
        """
        raise NotImplementedError

    def refresh(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        token: CancelToken | None = None,
    ) -> Report:
        """Brings graph and search up to the disk and returns; starts no watcher.

        Raises CancelledError when the token is cancelled; what was done until then is kept.
        """
        raise NotImplementedError

    def reconfigure(self, settings: Settings, notes: tuple[str, ...] = ()) -> None:
        """Takes new settings and checks the whole folder against them."""
        raise NotImplementedError

    def disk_changed(self, paths: Collection[str] | None, cause: str) -> None:
        """Files or directories (relative paths) may have changed; None: anything may have."""
        raise NotImplementedError

    def renamed(self, pairs: Collection[tuple[str, str]]) -> None:
        """Files or directories were renamed: (old, new), relative paths."""
        raise NotImplementedError

    def relative(self, path: str) -> str | None:
        """An absolute path as one relative to the folder; None when it is outside."""
        raise NotImplementedError

    def client(self) -> Client:
        """A new client, without documents."""
        raise NotImplementedError

    def status(self) -> Status:
        """Of the disk alone, without anybody's documents."""
        raise NotImplementedError

    def details(self) -> StatusDetails:
        """May take some milliseconds: asks the stores."""
        raise NotImplementedError

    def on_status(self, listener: Callable[[Status], None]) -> None:
        """Calls it on a thread of the workspace after each change of status, at most ten times
        a second, the last one always."""
        raise NotImplementedError

    def close(self) -> None:
        """Ends threads and processes and closes the store. Idempotent."""
        raise NotImplementedError


class Client:
    """One connection: its open documents and what they change. Made by `Workspace.client`."""

    def open(self, document: Document) -> None:
        """Microseconds: meant for the event loop, like `change` and `close`."""
        raise NotImplementedError

    def change(self, document: Document) -> None:
        raise NotImplementedError

    def close(self, path: str) -> None:
        """Withdraws the document with this path; unsaved text no longer counts."""
        raise NotImplementedError

    def documents(self) -> tuple[Document, ...]:
        """The open ones, sorted by path."""
        raise NotImplementedError

    def live(self) -> Reading:
        """What is known now: the view may be empty or partial, the snapshot parses on demand."""
        raise NotImplementedError

    def reading(self, token: CancelToken, *, complete_within: float) -> Reading:
        """Waits until the graph knows this client's documents and is complete, at most
        `complete_within` seconds; then `status.complete` is False and `status.reason` says why.

        Blocks: never call it on the event loop. Raises CancelledError.
        """
        raise NotImplementedError

    def await_(
        self,
        token: CancelToken,
        *,
        timeout: float,
        document: tuple[str, int] | None = None,
        revision: int | None = None,
        search: bool = False,
    ) -> Status:
        """Waits until the named things have caught up, or `timeout` seconds are over.

        `document` is (path, version): that version or a later one counts. `revision`: the
        committed graph has reached it. With neither: the graph is complete. `search`: chunks are
        all embedded besides. Blocks. Raises CancelledError.
        """
        raise NotImplementedError

    def dispose(self) -> None:
        """Withdraws every document. Idempotent."""
        raise NotImplementedError
