"""Where a process can be killed: inside the calls of each phase, reached by wrapping them.

Wrapped in the process that is going to be killed, by nobody but these tests: the product has no
switch for it.
"""

from __future__ import annotations

import importlib
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

When = Literal["before", "inside", "after"]


@dataclass(frozen=True, slots=True)
class Point:
    """A call in the product: `module:Class.method` or `module:function`."""

    phase: str
    where: str
    while_opening: bool = False
    """Reached while the store is opened."""
    prelude: Literal["", "migrate", "restore"] = ""
    """What is done with the closed store first, and reaches the point."""


POINTS: Final = (
    Point("facts", "ramify_store.factcache:FactCache._write"),
    Point("facts", "ramify_store.factcache:FactCache._empty_log"),
    Point("chunks", "ramify_store.vectors:ChunkTables.add_vectors"),
    Point("chunks", "ramify_store.vectors:ChunkTables.delete_chunks"),
    Point("chunks", "ramify_store.vectors:ChunkTables.add_chunks"),
    Point("chunks folded", "ramify_store.vectors:ChunkTables.optimize"),
    Point("chunks collected", "ramify_store.vectors:ChunkTables.delete_vectors"),
    Point("search mark", "ramify.indexing.embedding:SearchLane.remember_complete"),
    Point("between chunks and graph", "ramify_store.writer:GraphWriter.commit"),
    Point("rows", "ramify_store.writer:_apply"),
    Point("rows", "ramify_store.writer:_put_files"),
    Point("commit", "ramify_store.writer:GraphWriter._write"),
    Point("commit", "ramify_store.reader:GraphReader.advance"),
    Point("closing", "ramify_store.engine:Engine.close"),
    Point("closing", "ramify_store.store:Store.close"),
    Point("checkpoint of what was loaded", "ramify_store.engine:Engine.checkpoint"),
    Point("load", "ramify_store.bulk:load"),
    Point("load", "ramify_store.generations:Generations.replace"),
    Point("load", "ramify_store.generations:_thin"),
    Point("pointer", "ramify_store.generations:_point"),
    Point("pointer", "ramify_store.generations:_remove"),
    Point("compaction", "ramify_store.writer:GraphWriter._tidy"),
    Point("journal", "ramify_store.journal:Journal._insert"),
    Point("journal", "ramify_store.journal:Journal._forget_oldest"),
    Point("backup", "ramify_store.backup:write"),
    Point("compaction", "ramify_store.store:Store.compact"),
    Point("compaction", "ramify_store.columnfile:write"),
    Point("compaction", "ramify_store.factcache:FactCache.evict"),
    Point("migration", "ramify_store.migrating:migrate", True, "migrate"),
    Point("migration", "ramify_store.writer:migrate", while_opening=True),
    Point("restore", "ramify_store.backup:unpack", True, "restore"),
    Point("restore", "ramify_store.restore:_put_in_place", True, "restore"),
    Point("opening", "ramify_store.generations:_forget_others", while_opening=True),
    Point("opening", "ramify_store.engine:_open", while_opening=True),
    Point("opening", "ramify_store.reader:GraphReader._loaded", while_opening=True),
    Point("opening", "ramify_store.store:Store.open_chunks", while_opening=True),
)


def arm(point: Point, when: When, nth: int, delay: float, say: Callable[[str], None]) -> None:
    """Kills this process at the nth call of the point: as it begins, when it has returned, or
    some seconds into it (and says when it comes back first)."""
    module, _, names = point.where.partition(":")
    holder: Any = importlib.import_module(module)
    *owners, name = names.split(".")
    for owner in owners:
        holder = getattr(holder, owner)
    real = getattr(holder, name)
    calls = 0

    def wrapped(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != nth:
            return real(*arguments, **named)
        if when == "before":
            say("at")
            kill()
        if when == "inside":
            say("in")
            threading.Thread(target=_kill_after, args=(delay,), daemon=True).start()
        result = real(*arguments, **named)
        say("past")
        if when == "after":
            kill()
        return result

    setattr(holder, name, wrapped)


def arm_clock(seconds: float) -> None:
    """Kills this process so many seconds from now, whatever it is doing then."""
    threading.Thread(target=_kill_after, args=(seconds,), daemon=True).start()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _kill_after(seconds: float) -> None:
    time.sleep(seconds)
    kill()
