"""The details of a workspace's state, gathered from its threads and stores for people to read."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

import psutil

from ramify.indexing.report import StatusDetails
from ramify.indexing.state import Board
from ramify.indexing.writer import Writer
from ramify.release import VERSION
from ramify.session.snapshot import Status


def gathered(
    board: Board, writer: Writer, users: Mapping[str, int], notes: tuple[str, ...], watching: str
) -> StatusDetails:
    """One look at everything; takes some milliseconds. `users` counts who is there, `watching`
    says how the folder is watched, `notes` what was refused of the settings."""
    with board.changed:
        status = board.status()
        committed = board.committed
        queues = {
            "changedPaths": len(board.paths),
            "pendingFiles": status.pending_files,
            "pendingChunks": status.search.pending_chunks,
            **users,
            "waitingErrands": writer.waiting(),
        }
        errors = tuple(board.errors)
        owner = board.owner
        graph = _graph_health(board)
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
        housekeeping=writer.keeping.report(writer.stores),
        health={"graph": graph, **_health(writer, status, notes, watching, errors)},
        last_errors=errors,
        notes=(*notes, *writer.notes()),
    )


def _graph_health(board: Board) -> str:
    """Under the board's lock: what keeps the graph from being what it should be."""
    if board.failure is not None:
        return board.failure
    if board.committed is not None and board.committed.base.outdated:
        return "made by another version of Ramify: it answers until it is made anew"
    if board.owner is not None:
        return f"process {board.owner} owns the store: in memory"
    return board.refused or board.unwritable or "ok"


def _health(
    writer: Writer,
    status: Status,
    notes: tuple[str, ...],
    watching: str,
    errors: tuple[str, ...],
) -> Mapping[str, str]:
    stores = writer.stores
    search = status.search
    parts = {
        "search": "ok" if search.complete else f"{search.pending_chunks:,} pieces wait",
        "facts": _said(() if stores is None else stores.facts.notes),
        "journal": _said(() if stores is None else stores.store.journal.notes),
        "watcher": watching,
        "settings": _said(notes),
    }
    failed = [error for error in errors if error.startswith("Housekeeping")]
    return {**parts, "housekeeping": _said(failed)}


def _said(notes: Sequence[str]) -> str:
    return " ".join(notes) or "ok"


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
    found["openMilliseconds"] = int(writer.opened_in * 1000)
    if stores.directory is not None:
        found["path"] = str(stores.directory)
        found["servedBy"] = f"process {os.getpid()}, Ramify {VERSION}"
        found.update(stores.sizes())
        found["schema"] = stores.store.schema
        found["logBytes"] = stores.store.log_bytes()
    if owner is not None:
        found["owner"] = owner
    return found
