"""Housekeeping of a store: what grows is made small again, in steps that may stop between any two.

Says what is worth doing and does it; when (only while nobody waits) is the caller's business. What
was done last stands in a small file beside the databases. Belongs to the thread that commits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from ramify_store.chunks import ChunkIndex
from ramify_store.factcache import Key
from ramify_store.store import CHUNKS, Store

Step = Literal["graph", "columns", "chunks", "vectors", "facts", "journal"]

NAME: Final = "upkeep.json"
_ORPHANS: Final = "orphans"
_KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on something is worth doing."""

    log_bytes: int = 1 << 20
    """Of the graph's log, which every start plays again: beyond it the graph is loaded anew."""
    fragments: int = 16
    """Files of a table of chunks: beyond it they are joined."""
    spare_vectors: int = 2_000
    """Vectors of texts that no file has, kept for branches that come back: the newest."""
    spare_share: float = 0.5
    """Of what files have: as much of what none has may stay, where that is more."""
    grace_seconds: float = 24 * 3600
    """How long the others stay orphans before they go: a restored graph may want them again."""
    idle_fact_bytes: int = 3 << 20
    """Facts of contents that no file has, for the same reason; the oldest go first."""
    idle_fact_seconds: float = 60 * 24 * 3600
    journal_seconds: float = 365 * 24 * 3600


class Kept(msgspec.Struct, frozen=True):
    """What the last housekeeping did."""

    at: float
    """Seconds since the epoch."""
    seconds: float
    done: tuple[str, ...]
    """Steps that were worth doing."""
    freed: int
    """Bytes on disk."""
    vectors: int = 0
    """Orphans collected."""
    facts: int = 0
    runs: int = 0
    interrupted: bool = False


def due(store: Store, limits: Limits) -> tuple[Step, ...]:
    """Steps that are worth doing as far as a look at sizes tells; microseconds."""
    found: list[Step] = []
    if store.outdated is None and store.log_bytes() > limits.log_bytes:
        found.append("graph")
    elif store.directory is not None and store.is_layered:
        found.append("columns")
    if store.chunks is not None and store.chunks.fragments() > limits.fragments:
        found.append("chunks")
    if store.chunks is not None and store.chunks.orphans(limits.spare_vectors, limits.spare_share):
        found.append("vectors")
    return (*found, "facts", "journal")


def keep(
    store: Store,
    live: Collection[Key],
    check: Callable[[], None],
    on_step: Callable[[Step], None] = lambda step: None,
    limits: Limits | None = None,
    clock: Callable[[], float] = time.time,
) -> Kept:
    """Does what is due. `live` are the contents that files have now.

    `check` may raise to stop: what was done until then stands, and what was in hand is as it was.
    """
    limits = limits or Limits()
    started, before = clock(), sum(store.sizes().values())
    done: list[str] = []
    counted = {"vectors": 0, "facts": 0, "runs": 0}
    interrupted = True
    try:
        for step in due(store, limits):
            check()
            on_step(step)
            if _do(step, store, live, check, limits, clock(), counted):
                done.append(step)
        interrupted = False
    finally:
        freed = max(0, before - sum(store.sizes().values()))
        kept = Kept(started, clock() - started, tuple(done), freed, interrupted=interrupted)
        kept = msgspec.structs.replace(kept, **counted)
        _write(store, kept)
    return kept


def last(directory: Path | None) -> Kept | None:
    """What was done last; None when nothing was yet."""
    if directory is None:
        return None
    try:
        return msgspec.json.decode((directory / NAME).read_bytes(), type=Kept)
    except (OSError, msgspec.DecodeError):
        return None


def _do(
    step: Step,
    store: Store,
    live: Collection[Key],
    check: Callable[[], None],
    limits: Limits,
    now: float,
    counted: dict[str, int],
) -> bool:
    """Whether there was anything to do."""
    if step == "graph":
        store.compact(check)
        return True
    if step == "columns":
        store.settle()
        return True
    if step == "facts":
        counted["facts"] = store.facts.evict(
            live,
            now,
            limits.idle_fact_seconds,
            limits.idle_fact_bytes,
            check,
            limits.spare_share,
        )
        return bool(store.facts.shrink(check) or counted["facts"])
    if step == "journal":
        counted["runs"] = store.journal.forget_before(now - limits.journal_seconds)
        return counted["runs"] > 0
    index = store.chunks
    assert index is not None
    if step == "chunks":
        index.tidy()
        return True
    counted["vectors"] = _collected(store, index, limits, now)
    if counted["vectors"]:
        index.tidy()
    return counted["vectors"] > 0


def _collected(store: Store, index: ChunkIndex, limits: Limits, now: float) -> int:
    """Forgets orphans that were orphans already a grace time ago."""
    orphans = index.orphans(limits.spare_vectors, limits.spare_share)
    path = None if store.directory is None else store.directory / CHUNKS / _ORPHANS
    marked_at, marked = _marked(path)
    if marked_at is None or marked_at > now:
        _mark(path, now, orphans)
        return 0
    if now - marked_at < limits.grace_seconds:
        return 0
    doomed = [key for key in orphans if key in marked]
    index.forget(doomed)
    _mark(path, now, [key for key in orphans if key not in marked])
    return len(doomed)


def _marked(path: Path | None) -> tuple[float | None, Collection[bytes]]:
    """When orphans were looked at, and which there were."""
    if path is None:
        return None, ()
    try:
        data = path.read_bytes()
        return float(data[:24]), frozenset(_keys(data[24:]))
    except (OSError, ValueError):
        return None, ()


def _mark(path: Path | None, now: float, keys: Collection[bytes]) -> None:
    if path is None:
        return
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(f"{now:<24.6f}".encode() + b"".join(keys))
    fresh.replace(path)


def _keys(data: bytes) -> Iterator[bytes]:
    return (data[at : at + _KEY_BYTES] for at in range(0, len(data), _KEY_BYTES))


def _write(store: Store, kept: Kept) -> None:
    if store.directory is None:
        return
    with suppress(OSError):  # it is only told to people
        fresh = store.directory / f"{NAME}.new"
        fresh.write_bytes(msgspec.json.encode(kept))
        fresh.replace(store.directory / NAME)
