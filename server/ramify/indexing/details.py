"""The details of a workspace's state, gathered from its threads and stores for people to read."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import psutil

from ramify.indexing.report import StatusDetails
from ramify.indexing.state import Board
from ramify.indexing.writer import Writer


def gathered(
    board: Board, writer: Writer, open_documents: int, notes: tuple[str, ...]
) -> StatusDetails:
    """One look at everything; takes some milliseconds."""
    with board.changed:
        status = board.status()
        committed = board.committed
        queues = {
            "changedPaths": len(board.paths),
            "pendingFiles": status.pending_files,
            "pendingChunks": status.search.pending_chunks,
            "openDocuments": open_documents,
        }
        errors = tuple(board.errors)
        owner = board.owner
    counts: dict[str, int] = {}
    if committed is not None:
        counts["files"] = len(committed.base.table.placed)
        counts.update(writer.counts())
    return StatusDetails(
        status=status,
        counts=counts,
        queues=queues,
        memory=_memory(),
        store=_store(writer, owner),
        cache_hits=writer.cache_hits(),
        last_errors=errors,
        notes=(*notes, *writer.notes()),
    )


def _memory() -> Mapping[str, int]:
    process = psutil.Process()
    resident = process.memory_info().rss
    workers = 0
    for child in process.children():
        try:
            workers += child.memory_info().rss
        except psutil.Error:
            continue
    return {"residentBytes": resident, "peakBytes": _peak(resident), "workerBytes": workers}


def _peak(resident: int) -> int:
    if sys.platform == "win32":
        return resident
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _store(writer: Writer, owner: int | None) -> Mapping[str, int | str]:
    stores = writer.stores
    if stores is None:
        return {"mode": "closed"}
    found: dict[str, int | str] = {"mode": "memory" if stores.directory is None else "disk"}
    if stores.directory is not None:
        found["path"] = str(stores.directory)
        found.update(stores.sizes())
    if owner is not None:
        found["owner"] = owner
    return found
