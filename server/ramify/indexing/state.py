"""What the threads of a workspace share: one board under one lock, and who waits for what.

The writer alone replaces `committed`; everyone may add pending paths. Knows no files and no store.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from ramify.indexing.causes import SWEEP, Said
from ramify.indexing.committed import Committed
from ramify.release import VERSION
from ramify.session.snapshot import SearchStatus, Status

_ERRORS: Final = 20
_NOTHING_SEARCHED: Final = SearchStatus(complete=False, pending_chunks=0)


@dataclass
class Board:
    """Read and change under `changed`, and notify it after a change."""

    changed: threading.Condition = field(default_factory=threading.Condition)
    committed: Committed | None = None
    everything: bool = False
    """The whole folder waits to be checked."""
    paths: set[str] = field(default_factory=set)
    """Paths that wait to be checked."""
    said: Said = field(default_factory=Said)
    """Why they are."""
    repair: bool = False
    """The facts cache has lost something that the graph was made of."""
    busy: bool = False
    """The writer is on its way from taken paths to a commit."""
    started: bool = False
    """Somebody asked for an index."""
    lived_with: bool = False
    """Somebody wants it kept up to date, whoever else loses interest."""
    swept: bool = False
    """The disk was checked once as a whole."""
    closed: bool = False
    read_files: int = 0
    """Files read by the run that is on its way."""
    total_files: int = 0
    search: SearchStatus = _NOTHING_SEARCHED
    owner: int | None = None
    owner_version: str = ""
    """Another process that owns the store."""
    unwritable: str | None = None
    """Why nothing can be kept on disk."""
    refused: str | None = None
    """What to do about a store that a newer Ramify wrote."""
    failure: str | None = None
    """Why the last run committed nothing."""
    errors: deque[str] = field(default_factory=lambda: deque(maxlen=_ERRORS))

    def touch(self, paths: Collection[str] | None, cause: str = SWEEP) -> None:
        self.said.add(paths, cause)
        if paths is None:
            self.everything = True
            self.paths.clear()
        elif not self.everything:
            self.paths.update(paths)

    @property
    def pending(self) -> bool:
        return self.everything or bool(self.paths)

    @property
    def complete(self) -> bool:
        """The graph speaks of the disk as far as anybody told us."""
        return self.swept and not self.busy and not self.pending and self.failure is None

    def status(self, documents: tuple[tuple[str, int], ...] = ()) -> Status:
        known = 0 if self.committed is None else len(self.committed.base.table.placed)
        indexed = known or min(self.read_files, self.total_files)
        total = max(self.total_files, indexed)
        waiting = len(self.paths) if known else total - indexed
        return Status(
            revision=0 if self.committed is None else self.committed.revision,
            complete=self.complete,
            indexed_files=indexed,
            total_files=total,
            pending_files=0 if self.complete else waiting,
            search=self.search,
            documents=documents,
            reason=self._reason(),
        )

    def _owner_words(self) -> str:
        """Says the version where it keeps us from being served."""
        who = f"process {self.owner}" if self.owner else "another process"
        if self.owner_version in ("", VERSION):
            return who
        return f"{who}, which is Ramify {self.owner_version} while this is {VERSION}"

    def _reason(self) -> str | None:
        if self.closed:
            return "the workspace is closed"
        if self.failure is not None:
            return self.failure
        if not self.complete:
            if not self.started:
                return "the index was not started"
            if self.committed is not None and self.committed.base.outdated:
                return "another version of Ramify made the graph, which answers until a new one is"
            return "indexing" if self.swept else "indexing for the first time in this session"
        if self.owner is not None:
            return f"the store is owned by {self._owner_words()}: answers come from memory"
        if self.unwritable is not None:
            return f"the store cannot be written ({self.unwritable}): answers come from memory"
        if self.refused is not None:
            return f"{self.refused} Until then answers come from memory."
        return None
