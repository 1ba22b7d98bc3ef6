"""One connection to a workspace: its open documents, the overlay they make, and its readings.

Documents change on the caller's thread in microseconds; the overlay follows on the workspace's
overlay thread, newest wins. No client ever sees another one's documents.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from ramify.indexing.committed import Base
from ramify.indexing.facts_source import FactsSource
from ramify.indexing.live import LiveSnapshot, ProbedTable
from ramify.indexing.nothing import NO_SEARCH, NO_VIEW
from ramify.indexing.overlay import Overlay, next_overlay, overlay_on, prepare
from ramify.indexing.programs import Buffer, with_buffers
from ramify.indexing.state import Board
from ramify.indexing.texts import KeptTexts
from ramify.session.cancel import CancelToken
from ramify.session.files import FileTable
from ramify.session.snapshot import Document, Reading, Status
from ramify_store.view import HistoryView

Documents = Mapping[str, Document]

_POLL: Final = 0.02
"""Seconds between two looks at a cancel token, which nobody rings."""
_OLD: Final = 0.05
"""Seconds after which linking an older text is given up for a newer one."""
_QUIET: Final = 0.03
"""Seconds without typing before the overlay follows, unless somebody waits for it."""
_CALM: Final = 0.3
"""Seconds without any change before the first edit of what is open is prepared for."""

_MOST_TOUCHED_LIVE: Final = 1_000
"""Files that a snapshot may have touched and still serve again where questions are about one text:
every question looks at each of them, and keeping them costs memory."""
_MOST_TOUCHED: Final = 100
"""The same for questions about the workspace: each looks at other files, and little is worked out
over them. A thousand would cost each question two milliseconds."""

_NO_DOCUMENTS: Final[Documents] = MappingProxyType({})


class Client:
    """Made by `Workspace.client`. Every method may be called from any thread."""

    def __init__(
        self,
        folder: str,
        board: Board,
        source: FactsSource,
        probed: Callable[[], ProbedTable],
        size_limit: Callable[[], int],
        counts: Callable[[str], bool],
        forget: Callable[[Client], None],
        history: HistoryView,
    ) -> None:
        self._folder = folder
        self._board = board
        self._source = source
        self._probed = probed
        self._size_limit = size_limit
        self._counts = counts
        self._forget = forget
        self._history = history
        self._documents = _NO_DOCUMENTS
        self._changed_at = 0.0
        self._overlay: Overlay | None = None
        self._linking: tuple[CancelToken, float] | None = None
        self._preparing: CancelToken | None = None
        self._waiting = 0
        self._texts = KeptTexts()
        self._snapshots: dict[int, LiveSnapshot] = {}
        """The last ones made, which serve again while they hold, by how many files each may have
        touched."""
        self._prepared: tuple[FileTable, Documents, FileTable, Mapping[str, Buffer]] | None = None

    def open(self, document: Document) -> None:
        """Microseconds: meant for the event loop, like `change` and `close`."""
        self._replace({**self._documents, document.path: document})

    def change(self, document: Document) -> None:
        self.open(document)

    def close(self, path: str) -> None:
        """Withdraws the document with this path; unsaved text no longer counts."""
        self._replace({key: each for key, each in self._documents.items() if key != path})

    def documents(self) -> tuple[Document, ...]:
        """The open ones, sorted by path."""
        documents = self._documents
        return tuple(documents[path] for path in sorted(documents))

    def live(self) -> Reading:
        """What is known now: the view may be empty or partial, the snapshot parses on demand."""
        return self._reading(_MOST_TOUCHED_LIVE)

    def reading(self, token: CancelToken, *, complete_within: float) -> Reading:
        """Waits until the graph knows this client's documents and is complete, at most
        `complete_within` seconds; then `status.complete` is False and `status.reason` says why.

        Blocks: never call it on the event loop. Raises CancelledError.
        """
        with self._board.changed:
            self._wait(token, complete_within, lambda: self._board.complete and self._is_current())
        return self._reading(_MOST_TOUCHED)

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

        def caught_up() -> bool:
            board = self._board
            done = board.complete if document is None and revision is None else True
            if document is not None:
                done = done and self._has_linked(*document)
            if revision is not None:
                reached = 0 if board.committed is None else board.committed.revision
                done = done and reached >= revision
            return done and (board.search.complete or not search)

        with self._board.changed:
            self._wait(token, timeout, caught_up)
            overlay = self._overlay
            return self._status(_NO_DOCUMENTS if overlay is None else overlay.documents)

    def dispose(self) -> None:
        """Withdraws every document. Idempotent."""
        self._replace(_NO_DOCUMENTS)
        self._forget(self)

    # The overlay thread calls the rest.

    def is_stale(self, now: float) -> float | None:
        """Seconds until `follow` should be called, 0 for now; None when all is done. Under the
        board's lock."""
        if self._board.committed is None:
            return None
        if not self._is_current():
            return 0.0 if self._waiting else max(0.0, self._changed_at + _QUIET - now)
        if self._unprepared() is None:
            return None
        return max(0.0, self._changed_at + _CALM - now)

    def follow(self) -> None:
        """Links the newest documents over the newest commit; when that is done, prepares for the
        first edit of one. On the overlay thread alone.

        Raises what linking raises; then the overlay is what it was.
        """
        board = self._board
        with board.changed:
            path = self._unprepared() if self._is_current() else None
            self._preparing = token = CancelToken()
            base = None if board.committed is None else board.committed.base
        if path is None or base is None:
            self._follow()
            return
        try:
            prepare(base, path, self._source, token)
        finally:
            if not token.is_cancelled:  # else it is left for the next calm time
                base.linker.prepared |= {path}

    def _unprepared(self) -> str | None:
        """An open document whose first edit would find nothing prepared."""
        committed = self._board.committed
        if committed is None or committed.base.outdated:
            return None
        base = committed.base
        edited = () if self._overlay is None else self._overlay.buffers
        for path in reversed(list(self._documents)):
            known = path in base.table.placed and path not in edited
            if known and path not in base.linker.prepared:
                return path
        return None

    def _follow(self) -> None:
        board = self._board
        with board.changed:
            if board.committed is None:
                return
            base, documents = board.committed.base, self._documents
            if base.outdated:
                self.give_up()
                return
            token = CancelToken()
            self._linking = (token, time.monotonic())
        try:
            old = self._overlay
            if old is None or old.base is not base:
                old = overlay_on(base)
            counted = {path: each for path, each in documents.items() if self._counts(path)}
            overlay = replace(next_overlay(old, counted, self._source, token), documents=documents)
        finally:
            with board.changed:
                self._linking = None
        with board.changed:
            self._overlay = overlay
            board.changed.notify_all()
        if documents:  # somebody is about to edit
            base.linker.prepare()

    def give_up(self) -> None:
        """Takes the graph of the disk for these documents: they could not be linked."""
        with self._board.changed:
            if self._board.committed is not None:
                overlay = overlay_on(self._board.committed.base)
                self._overlay = replace(overlay, documents=self._documents)
            self._board.changed.notify_all()

    def _replace(self, documents: Documents) -> None:
        with self._board.changed:
            self._documents = documents
            self._changed_at = time.monotonic()
            if self._linking is not None and self._changed_at - self._linking[1] > _OLD:
                self._linking[0].cancel()
            if self._preparing is not None:
                self._preparing.cancel()
            self._board.changed.notify_all()

    def _wait(self, token: CancelToken, seconds: float, ready: Callable[[], bool]) -> None:
        """Under the board's lock, which it lets go of meanwhile."""
        deadline = time.monotonic() + seconds
        self._waiting += 1
        self._board.changed.notify_all()
        try:
            while not ready() and not self._board.closed:
                token.check()
                left = deadline - time.monotonic()
                if left <= 0 or token.expired:
                    return
                self._board.changed.wait(min(left, _POLL))
        finally:
            self._waiting -= 1
        token.check()

    def _is_current(self) -> bool:
        overlay, committed = self._overlay, self._board.committed
        if committed is None:
            return False
        if overlay is None:
            return not self._documents
        return overlay.base is committed.base and overlay.documents is self._documents

    def _has_linked(self, path: str, version: int) -> bool:
        overlay, committed = self._overlay, self._board.committed
        if overlay is None or committed is None or overlay.base is not committed.base:
            return False
        document = overlay.documents.get(path)
        return document is not None and document.version >= version

    def _reading(self, most_touched: int) -> Reading:
        with self._board.changed:
            committed, overlay, documents = self._board.committed, self._overlay, self._documents
            status = self._status(documents)
            if not self._is_current():
                reason = status.reason or "linking open files"
                status = replace(status, complete=False, reason=reason)
        base = None if committed is None else committed.base
        table, buffers = self._with_documents(base, documents)
        made_of = table, buffers, documents, status
        snapshot = self._snapshots.get(most_touched)
        if snapshot is None or not snapshot.still_holds(*made_of, most_touched):
            snapshot = LiveSnapshot(
                self._folder, *made_of, self._source, self._texts, self._size_limit()
            )
            self._snapshots[most_touched] = snapshot
        if committed is None:
            self._snapshots.clear()
            return Reading(NO_VIEW, NO_SEARCH, snapshot, self._history)
        view = committed.base.view if overlay is None or not documents else overlay.view
        return Reading(view, committed.search, snapshot, self._history)

    def _with_documents(
        self, base: Base | None, documents: Documents
    ) -> tuple[FileTable, Mapping[str, Buffer]]:
        """Hashes what is open, and remembers it until it changes."""
        table = self._probed() if base is None else base.table
        known = self._prepared
        if known is None or known[0] is not table or known[1] is not documents:
            known = (table, documents, *with_buffers(table, documents, self._source))
            self._prepared = known
        return known[2], known[3]

    def _status(self, documents: Documents) -> Status:
        named = tuple((documents[path].uri, documents[path].version) for path in sorted(documents))
        return self._board.status(named)
