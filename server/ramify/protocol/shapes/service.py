"""On the wire, how Ramify itself does: `ramify/status`, `ramify/await`, `ramify/statusChanged`.

A contract: add, do not rename. Knows nothing of stores or queues.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from ramify.protocol.shapes.common import Count, Shape, Status, VersionedDocument


class StatusParams(Shape, frozen=True, kw_only=True):
    """Nothing to ask."""


class StatusResult(Shape, frozen=True, kw_only=True):
    """For people who wonder what Ramify is doing; of several folders the sums."""

    status: Status
    counts: dict[str, int]
    """files, symbols, edges, lookups, chunks, ..."""
    queues: dict[str, int]
    memory: dict[str, int]
    """Bytes."""
    store: dict[str, int | str]
    """Where it is, its bytes by part, who owns it."""
    cache_hits: dict[str, int]
    """factHits, factMisses, vectorHits, vectorMisses: since the process started."""
    last_errors: tuple[str, ...]
    """Newest last."""
    notes: tuple[str, ...] = ()
    """Files left out and refused settings."""
    housekeeping: dict[str, int | str] = msgspec.field(default_factory=dict)
    """state, and what was put in order the last time: at (seconds since the epoch), milliseconds,
    done, freedBytes, orphanVectors, evictedFacts, forgottenRuns."""
    health: dict[str, str] = msgspec.field(default_factory=dict)
    """"ok", or what is wrong in words, of each part: graph, search, facts, journal, watcher,
    settings, housekeeping."""


class AwaitParams(Shape, frozen=True, kw_only=True):
    """Wait until everything named here holds, or the time is over."""

    text_document: VersionedDocument | None = None
    """Until answers take this version of the document into account."""
    revision: Count | None = None
    """Until the graph has this revision."""
    search: bool = False
    """Until search is complete, too."""
    timeout_ms: Annotated[int, Meta(ge=0, le=600_000)] = 10_000


class AwaitResult(Shape, frozen=True, kw_only=True):
    status: Status


class StatusChanged(Shape, frozen=True, kw_only=True):
    """Sent when the status changed, at most a few times in a second."""

    status: Status
