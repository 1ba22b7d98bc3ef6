"""What cannot be recomputed: index runs, and what each of them changed. Kept in the data directory.

SQLite in WAL mode: what `record` returned for outlives a kill. Bounded in rows and bytes, oldest
first out. A journal that cannot be read is set aside under another name, never removed; one that
cannot be written is kept in memory, with a note. Knows no texts: names and paths alone.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import msgspec

MOST_CHANGES: Final = 200_000
"""Changed files that are remembered, of all runs together."""
MOST_RUNS: Final = 20_000
MOST_BYTES: Final = 32 << 20
MOST_NAMES: Final = 200
"""Symbols named for one file; of more, only their number is kept."""

_LOG_BYTES: Final = 1 << 20
_SPARE: Final = 0.1
"""Share that is forgotten at once when there is too much, so that it is not done at every run."""
_LOOKED_THROUGH: Final = 20_000
"""Changes that a question about one file or symbol looks at, newest first."""

What = Literal["new", "edited", "moved", "gone"]


class Change(msgspec.Struct, frozen=True, array_like=True):
    """What happened to one file. Symbols are paths within it (`QuerySet.filter`)."""

    path: str
    what: What
    cause: str
    """save, watch, checkout, rename, settings, sweep, or a word of the editor's."""
    module: str = ""
    before: str = ""
    """Where a moved file was."""
    appeared: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    more: int = 0
    """Symbols that are not named."""


@dataclass(frozen=True, slots=True)
class Run:
    """One index run; `started` in seconds since the epoch."""

    started: float
    seconds: float
    cause: str
    metrics: Mapping[str, float]
    revision: int = 0
    """Of the graph that it left."""
    changes: tuple[Change, ...] = ()


class Journal:
    """Safe to share between threads. `path` None keeps it in memory."""

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.time) -> None:
        self._lock = threading.Lock()
        self._clock = clock
        self.notes: list[str] = []
        self._connection = self._opened(path)
        self._counted = self._count()

    def record(self, run: Run) -> int:
        """In one transaction; the run's number, which rises. On a disk that takes nothing the
        journal goes on in memory, and a note says so."""
        with self._lock:
            try:
                number = self._insert(run)
            except sqlite3.OperationalError as error:
                self._go_on_in_memory(error)
                number = self._insert(run)
            self._counted += len(run.changes)
            while self._is_full(number):
                self._forget_oldest()
        return number

    def runs(self, limit: int) -> Sequence[Run]:
        """The newest runs with what they changed, newest first."""
        with self._lock:
            return _runs(self._connection, limit)

    def forget_before(self, moment: float) -> int:
        """Forgets the runs that started earlier, in seconds since the epoch; how many. The newest
        run always stays."""
        with self._lock, self._connection as connection:
            found = connection.execute(
                "SELECT max(id) FROM runs WHERE started < ? AND id < (SELECT max(id) FROM runs)",
                (moment,),
            ).fetchone()[0]
            if found is None:
                return 0
            connection.execute("DELETE FROM changes WHERE run <= ?", (found,))
            gone = connection.execute("DELETE FROM runs WHERE id <= ?", (found,)).rowcount
            self._counted = self._count()
        return gone

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _insert(self, run: Run) -> int:
        with self._connection as connection:
            number = connection.execute(
                "INSERT INTO runs (started, seconds, cause, metrics, revision) "
                "VALUES (?, ?, ?, ?, ?)",
                (
                    run.started,
                    run.seconds,
                    run.cause,
                    msgspec.json.encode(run.metrics).decode(),
                    run.revision,
                ),
            ).lastrowid
            connection.executemany(
                "INSERT INTO changes (run, path, change) VALUES (?, ?, ?)",
                ((number, each.path, _encoder.encode(each)) for each in run.changes),
            )
        assert number is not None
        return number

    def _count(self) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM changes").fetchone()
        return int(count)

    def _is_full(self, newest: int) -> bool:
        pages, free, size, first = (
            self._connection.execute(text).fetchone()[0]
            for text in (
                "PRAGMA page_count",
                "PRAGMA freelist_count",
                "PRAGMA page_size",
                "SELECT coalesce(min(id), 0) FROM runs",
            )
        )
        if newest == first:
            return False
        return bool(
            self._counted > MOST_CHANGES
            or newest - first >= MOST_RUNS
            or (pages - free) * size > MOST_BYTES
        )

    def _forget_oldest(self) -> None:
        """Whole runs with their changes; the newest run always stays."""
        with self._connection as connection:
            (oldest,) = connection.execute("SELECT min(id) FROM runs").fetchone()
            (newest,) = connection.execute("SELECT max(id) FROM runs").fetchone()
            spared = connection.execute(
                "SELECT run FROM changes ORDER BY id LIMIT 1 OFFSET ?",
                (max(1, int(self._counted * _SPARE)),),
            ).fetchone()
            by_age = oldest + max(1, int((newest - oldest) * _SPARE))
            until = min(newest, max(by_age, 0 if spared is None else spared[0]))
            connection.execute("DELETE FROM changes WHERE run < ?", (until,))
            connection.execute("DELETE FROM runs WHERE id < ?", (until,))
        self._counted = self._count()

    def _opened(self, path: Path | None) -> sqlite3.Connection:
        try:
            return _connected(path)
        except sqlite3.OperationalError as error:
            # Busy, read-only or full: whoever wrote it may still need it.
            if path is None:
                raise
            self.notes.append(f"The journal {path} cannot be written ({error}): kept in memory.")
        except sqlite3.DatabaseError as error:
            if path is None:
                raise
            aside = path.with_name(f"{path.name}.{int(self._clock())}.damaged")
            path.replace(aside)
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            self.notes.append(f"The journal was not readable and is kept as {aside} ({error}).")
            return _connected(path)
        return _connected(None)

    def _go_on_in_memory(self, error: sqlite3.OperationalError) -> None:
        self.notes.append(f"The journal cannot be written ({error}): kept in memory from now on.")
        self._connection.close()
        self._connection = _connected(None)
        self._counted = 0


def read_runs(path: Path, limit: int) -> Sequence[Run]:
    """The newest runs of a journal that another process may be writing, newest first.

    Raises FileNotFoundError where there is none, sqlite3.DatabaseError where it is none.
    """
    connection = _reading(path)
    try:
        return _runs(connection, limit)
    finally:
        connection.close()


def read_changes(
    path: Path, limit: int, wanted: Callable[[Change], bool]
) -> Sequence[tuple[Run, Change]]:
    """The newest changes that are wanted, newest first, each with its run (without the others).

    Looks at the newest twenty thousand. Raises what `read_runs` raises.
    """
    connection = _reading(path)
    try:
        rows = connection.execute(
            "SELECT started, seconds, cause, metrics, revision, change FROM changes "
            "JOIN runs ON runs.id = run ORDER BY changes.id DESC LIMIT ?",
            (_LOOKED_THROUGH,),
        )
        found: list[tuple[Run, Change]] = []
        for *run, packed in rows:
            change = _decoder.decode(packed)
            if wanted(change):
                found.append((_run(*run), change))
                if len(found) == limit:
                    break
        return found
    finally:
        connection.close()


def _runs(connection: sqlite3.Connection, limit: int) -> Sequence[Run]:
    rows = connection.execute(
        "SELECT id, started, seconds, cause, metrics, revision FROM runs ORDER BY id DESC LIMIT ?",
        (limit,),
    ).fetchall()
    return [replace(_run(*row), changes=_changes_of(connection, number)) for number, *row in rows]


def _run(started: float, seconds: float, cause: str, metrics: str, revision: int) -> Run:
    known = msgspec.json.decode(metrics, type=dict[str, float])
    return Run(started, seconds, cause, known, revision)


def _changes_of(connection: sqlite3.Connection, run: int) -> tuple[Change, ...]:
    rows = connection.execute("SELECT change FROM changes WHERE run = ? ORDER BY id", (run,))
    return tuple(_decoder.decode(packed) for (packed,) in rows)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Change)

_STEPS: Final = (
    """
    CREATE TABLE IF NOT EXISTS runs (
        id INTEGER PRIMARY KEY,
        started REAL NOT NULL,
        seconds REAL NOT NULL,
        cause TEXT NOT NULL,
        metrics TEXT NOT NULL
    );
    """,
    """
    ALTER TABLE runs ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE changes (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL,
        path TEXT NOT NULL,
        change BLOB NOT NULL
    );
    CREATE INDEX changes_of_run ON changes (run);
    """,
)
"""What leads from one version of the schema to the next. Steps only add: feedback and notes will
be tables of their own, and an older Ramify goes on writing what it knows."""


def _connected(path: Path | None) -> sqlite3.Connection:
    connection = sqlite3.connect(
        ":memory:" if path is None else path,
        check_same_thread=False,
        timeout=10,
        isolation_level="IMMEDIATE",
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        for number, text in enumerate(_STEPS[version:], version + 1):
            connection.executescript(f"BEGIN; {text} PRAGMA user_version = {number}; COMMIT;")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _reading(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise FileNotFoundError(path)
    where = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(where, uri=True, timeout=10)
    try:
        connection.execute("SELECT 1 FROM runs LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        # On a read-only disk nobody writes either, and there is no room for SQLite's own files.
        connection.close()
        connection = sqlite3.connect(f"{where}&immutable=1", uri=True)
    return connection
