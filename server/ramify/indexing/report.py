"""What indexing says about itself: progress, a report at the end, the details of its state.

Frozen values; knows nothing of how they come about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ramify.session.snapshot import Status

Phase = Literal["scan", "read", "link", "store", "embed", "done"]


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` files (chunks while embedding); a total of 0 is not known yet."""

    phase: Phase
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a refresh did."""

    status: Status
    files: int
    """Source files in the workspace."""
    changed: int
    """Files whose contribution was replaced or new."""
    removed: int
    relinked: int
    """Files linked again, the changed ones included."""
    extracted: int
    """Texts parsed; of the others the facts were known."""
    embedded: int
    """Chunks embedded."""
    seconds: float
    by_phase: Mapping[str, float]
    """Wall seconds of each phase."""
    notes: tuple[str, ...]
    """Files left out and other notices, one sentence each."""


@dataclass(frozen=True, slots=True)
class StatusDetails:
    """All that `ramify/status` and `ramify status` show."""

    status: Status
    counts: Mapping[str, int]
    """files, symbols, edges, lookups, chunks, ... of the committed graph."""
    queues: Mapping[str, int]
    """changedPaths, pendingFiles, pendingChunks, openDocuments, waitingErrands, clients (attached,
    of this process and of others)."""
    memory: Mapping[str, int]
    """Bytes: residentBytes, peakBytes, workerBytes."""
    store: Mapping[str, int | str]
    """mode, path, bytes by store, schema, logBytes, openMilliseconds, servedBy (who owns it) on
    disk, owner (process id) when another process owns it."""
    cache_hits: Mapping[str, int]
    """factHits, factMisses, vectorHits, vectorMisses: since this process started."""
    housekeeping: Mapping[str, int | str]
    """state, and what was done the last time: see `Housekeeping.report`."""
    health: Mapping[str, str]
    """"ok", or what is wrong in words, for each part: graph, search, facts, journal, watcher,
    settings, housekeeping."""
    last_errors: tuple[str, ...]
    """Newest last, at most 20."""
    notes: tuple[str, ...]
    """Files left out and refused settings."""
