"""Which files were changed together: the commits of a repository as far as co-change needs them.

SQLite in the cache directory; read again from the repository when it is lost. Commits come in by
name, so that a new one costs itself alone. Knows neither git nor the graph.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Final

from ramify_store.view import Churn, Companion

PAIRED_FILES: Final = 50
"""A commit of more files says nothing about any two of them."""
HALF_LIFE: Final = 365 * 24 * 3600
"""Seconds after which a commit counts half."""
LEAST_SHARED: Final = 2
"""Commits: one alone is chance."""

_DOUBT: Final = 2.0
"""Weight of commits that nobody made: keeps files with little history from looking inseparable."""
_SCHEMA: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "CREATE TABLE IF NOT EXISTS commits ("
    " id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, at INTEGER NOT NULL,"
    " files INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS touched ("
    " path TEXT NOT NULL, commit_id INTEGER NOT NULL, PRIMARY KEY (path, commit_id))"
    " WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS touched_by ON touched (commit_id)",
)


@dataclass(frozen=True, slots=True)
class Commit:
    name: str
    at: int
    """Seconds since the epoch."""
    paths: tuple[str, ...]
    """Relative to the workspace folder."""


class History:
    """Safe to share between threads. `path` None keeps it in memory."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        try:
            self._connection = _connect(path)
        except sqlite3.DatabaseError:
            if path is None:
                raise
            _remove(path)
            self._connection = _connect(path)

    def commits(self) -> frozenset[str]:
        """Names of those that are known."""
        with self._lock:
            rows = self._connection.execute("SELECT name FROM commits").fetchall()
        return frozenset(name for (name,) in rows)

    def replace(self, added: Iterable[Commit], removed: Collection[str]) -> None:
        """All or nothing."""
        with self._lock, self._connection as connection:
            gone = [(name,) for name in removed]
            connection.executemany(
                "DELETE FROM touched WHERE commit_id = (SELECT id FROM commits WHERE name = ?)",
                gone,
            )
            connection.executemany("DELETE FROM commits WHERE name = ?", gone)
            for commit in added:
                row = connection.execute(
                    "INSERT OR IGNORE INTO commits (name, at, files) VALUES (?, ?, ?)",
                    (commit.name, commit.at, len(commit.paths)),
                )
                if row.rowcount:
                    pairs = ((path, row.lastrowid) for path in sorted(commit.paths))
                    connection.executemany("INSERT OR IGNORE INTO touched VALUES (?, ?)", pairs)

    def companions(self, path: str) -> Sequence[Companion]:
        """Strongest first, ties by path; files that are gone included."""
        with self._lock:
            newest = self._newest()
            own = self._connection.execute(
                "SELECT c.id, c.at, c.files FROM touched t JOIN commits c ON c.id = t.commit_id"
                " WHERE t.path = ? AND c.files <= ?",
                (path, PAIRED_FILES),
            ).fetchall()
            rows = self._connection.execute(
                "SELECT o.path, o.commit_id FROM touched t JOIN commits c ON c.id = t.commit_id"
                " JOIN touched o ON o.commit_id = t.commit_id"
                " WHERE t.path = ? AND o.path <> ? AND c.files <= ?",
                (path, path, PAIRED_FILES),
            ).fetchall()
        recency = {commit: _recency(newest - at) for commit, at, _ in own}
        telling = {commit: 1 / max(1.0, log2(files)) for commit, _, files in own}
        whole = sum(recency.values()) + _DOUBT
        shared: dict[str, list[int]] = {}
        for other, commit in rows:
            shared.setdefault(other, []).append(commit)
        found = [
            Companion(
                other,
                len(commits),
                len(own),
                sum(recency[each] * telling[each] for each in sorted(commits)) / whole,
            )
            for other, commits in shared.items()
            if len(commits) >= LEAST_SHARED
        ]
        return sorted(found, key=lambda each: (-each.strength, each.path))

    def churn(self) -> dict[str, Churn]:
        """Of every file that some commit changed, however large the commit."""
        with self._lock:
            newest = self._newest()
            rows = self._connection.execute(
                "SELECT t.path, c.at FROM touched t JOIN commits c ON c.id = t.commit_id"
                " ORDER BY t.path, c.at"
            ).fetchall()
        found: dict[str, Churn] = {}
        for path, at in rows:
            before = found.get(path, Churn(0, 0.0))
            found[path] = Churn(before.commits + 1, before.weight + _recency(newest - at))
        return found

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _newest(self) -> int:
        """Ages count from the newest commit, so that answers do not change with the clock."""
        (newest,) = self._connection.execute("SELECT max(at) FROM commits").fetchone()
        return int(newest or 0)


@dataclass(frozen=True, slots=True)
class NoHistory:
    """Where no repository's history can be read."""

    unread: str | None

    def companions(self, path: str) -> Sequence[Companion]:
        return ()

    def churn(self) -> Mapping[str, Churn]:
        return {}


def _recency(age: int) -> float:
    return float(0.5 ** (age / HALF_LIFE))


def _connect(path: Path | None) -> sqlite3.Connection:
    name = ":memory:" if path is None else path
    connection = sqlite3.connect(name, check_same_thread=False, timeout=10)
    try:
        for statement in _SCHEMA:
            connection.execute(statement)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()
