"""What cannot be recomputed: the history of index runs. Kept in the data directory, never dropped.

SQLite. A journal that cannot be opened is set aside under another name, not removed.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY,
    started REAL NOT NULL,
    seconds REAL NOT NULL,
    cause TEXT NOT NULL,
    metrics TEXT NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One index run; `started` in seconds since the epoch."""

    started: float
    seconds: float
    cause: str
    metrics: Mapping[str, float]


class Journal:
    """Safe to share between threads. `path` None keeps it in memory."""

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.time) -> None:
        self._lock = threading.Lock()
        self.notes: list[str] = []
        try:
            self._connection = _connect(path)
        except sqlite3.DatabaseError as error:
            if path is None:
                raise
            aside = path.with_name(f"{path.name}.{int(clock())}.damaged")
            path.replace(aside)
            self.notes.append(f"The journal was not readable and is kept as {aside} ({error}).")
            self._connection = _connect(path)

    def record(self, run: Run) -> None:
        with self._lock, self._connection as connection:
            connection.execute(
                "INSERT INTO runs (started, seconds, cause, metrics) VALUES (?, ?, ?, ?)",
                (run.started, run.seconds, run.cause, json.dumps(dict(run.metrics))),
            )

    def runs(self, limit: int) -> Sequence[Run]:
        """The newest runs, newest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT started, seconds, cause, metrics FROM runs ORDER BY id DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return [
            Run(started, seconds, cause, json.loads(metrics))
            for started, seconds, cause, metrics in rows
        ]

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def _connect(path: Path | None) -> sqlite3.Connection:
    connection = sqlite3.connect(
        ":memory:" if path is None else path, check_same_thread=False, timeout=10
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(_SCHEMA)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection
