"""What one question sees: texts, facts and status of a workspace folder at one moment.

The interface only; `ramify.indexing.workspace` makes snapshots. A snapshot belongs to one client:
its open buffers stand in place of the files on disk, nobody else's do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ramify.analysis.program import Program
from ramify.analysis.text import Text
from ramify_store.view import GraphView, HistoryView, SearchView


@dataclass(frozen=True, slots=True)
class Document:
    """A buffer a client has open. `path` is relative to the folder."""

    uri: str
    path: str
    version: int
    text: Text


@dataclass(frozen=True, slots=True)
class SearchStatus:
    complete: bool
    pending_chunks: int


@dataclass(frozen=True, slots=True)
class Status:
    """How far the index is; `complete` speaks of the graph, `search` of the chunks."""

    revision: int
    complete: bool
    indexed_files: int
    total_files: int
    pending_files: int
    search: SearchStatus
    documents: tuple[tuple[str, int], ...] = ()
    """(uri, version) of the buffers that the answer takes into account."""
    reason: str | None = None
    """Why it is not complete, or what is unusual ("store owned by process 4711")."""


class Snapshot(Program, Protocol):
    """Frozen: the same question twice gives the same answer."""

    @property
    def folder(self) -> str:
        """Absolute real path of the workspace folder."""

    @property
    def documents(self) -> Mapping[str, Document]:
        """This client's open buffers by path."""

    @property
    def status(self) -> Status: ...

    def text(self, path: str) -> Text | None:
        """The live text: the open buffer, else the file on disk decoded to UTF-8 without BOM;
        None when it is gone, unreadable, binary or outside the folder."""

    def saved(self, path: str) -> bytes | None:
        """What is on disk below an open buffer, in the form of `text`; None where nothing is."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything a feature may look at, at one revision: features take it first."""

    view: GraphView
    search: SearchView
    snapshot: Snapshot
    history: HistoryView
