"""The facts cache: everything extracted from a file's bytes, by the hash of these bytes.

SQLite in WAL mode. Outline and body are kept apart, compressed, because most questions need the
first alone. Everything here can be made again: a file that cannot be read is dropped with a note.
Knows no paths of the workspace.
"""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections import OrderedDict
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final, Literal

import msgspec

from ramify_store.facts import EXTRACTOR_VERSION, Outline, decode_outline

OUTLINE_BYTES: Final = 8 << 20
"""Decoded outlines kept in memory, in bytes of their encoded form."""

_LEVEL: Final = 4
"""Higher levels save a twentieth and take several times as long."""

_LOG_BYTES: Final = 4 << 20

Key = tuple[str, str]
"""Hash of the bytes, language."""
Encoded = tuple[str, str, bytes, bytes]
"""Hash, language, encoded outline, encoded body."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    language TEXT NOT NULL,
    version INTEGER NOT NULL,
    outline BLOB NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (hash, language, version)
)
"""


class FactCache:
    """Safe to share between threads. `path` None keeps it in memory."""

    def __init__(self, path: Path | None, version: int = EXTRACTOR_VERSION) -> None:
        self._path = path
        self._version = version
        self._lock = threading.RLock()
        self._outlines: OrderedDict[Key, tuple[Outline, int]] = OrderedDict()
        self._outline_bytes = 0
        self.hits = 0
        self.misses = 0
        self.notes: list[str] = []
        self._logged = 0
        self._connection = self._opened()

    def outline(self, hash: str, language: str) -> bytes | None:
        """The encoded outline."""
        return self._part("outline", hash, language)

    def body(self, hash: str, language: str) -> bytes | None:
        """The encoded body."""
        return self._part("body", hash, language)

    def decoded_outline(self, hash: str, language: str) -> Outline | None:
        """The outline; those asked for lately are kept decoded."""
        key = (hash, language)
        with self._lock:
            known = self._outlines.get(key)
            if known is not None:
                self._outlines.move_to_end(key)
                return known[0]
        encoded = self.outline(hash, language)
        if encoded is None:
            return None
        try:
            outline = decode_outline(encoded)
        except msgspec.DecodeError:
            self._forget(key)
            return None
        self._keep(key, outline, len(encoded))
        return outline

    def known(self, keys: Iterable[Key]) -> set[Key]:
        """Those of the keys that have facts."""
        wanted = set(keys)
        try:
            with self._lock:
                rows = self._connection.execute(
                    "SELECT hash, language FROM facts WHERE version = ?", (self._version,)
                ).fetchall()
        except sqlite3.DatabaseError as error:
            self._drop(error)
            return set()
        return wanted.intersection(rows)

    def put(self, facts: Iterable[Encoded]) -> None:
        """In one transaction; facts that are there already are replaced."""
        rows = [
            (hash, language, self._version, _packed(outline), _packed(body))
            for hash, language, outline, body in facts
        ]
        try:
            self._write(rows)
        except sqlite3.DatabaseError as error:
            self._drop(error)
            self._write(rows)
        self._logged += sum(len(row[3]) + len(row[4]) for row in rows)
        if self._logged > _LOG_BYTES:
            self._empty_log()

    def prune(self, live: Collection[Key], spare: int) -> int:
        """Forgets other versions, and of what is not live all but the `spare` newest; how many."""
        with self._lock, self._connection as connection:
            rows = connection.execute(
                "SELECT id, hash, language, version FROM facts ORDER BY id DESC"
            ).fetchall()
            old = [(id,) for id, _, _, version in rows if version != self._version]
            current = [row for row in rows if row[3] == self._version]
            idle = [(id,) for id, hash, language, _ in current if (hash, language) not in live]
            doomed = old + idle[spare:]
            connection.executemany("DELETE FROM facts WHERE id = ?", doomed)
        return len(doomed)

    def size(self) -> int:
        """Bytes of the database, free pages left out."""
        with self._lock:
            pages, free, size = (
                self._connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "freelist_count", "page_size")
            )
        return int((pages - free) * size)

    def settle(self) -> None:
        """Nothing more is put for now: what is in the log goes into the database."""
        if self._logged:
            self._empty_log()

    def _empty_log(self) -> None:
        """SQLite keeps its log at the largest size it ever had."""
        with self._lock:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._logged = 0

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _part(self, part: Literal["outline", "body"], hash: str, language: str) -> bytes | None:
        try:
            with self._lock:
                row = self._connection.execute(
                    f"SELECT {part} FROM facts "  # noqa: S608 - one of two literals
                    "WHERE hash = ? AND language = ? AND version = ?",
                    (hash, language, self._version),
                ).fetchone()
        except sqlite3.DatabaseError as error:
            self._drop(error)
            row = None
        if row is None:
            self.misses += 1
            return None
        try:
            data = zlib.decompress(row[0])
        except zlib.error:
            self._forget((hash, language))
            self.misses += 1
            return None
        self.hits += 1
        return data

    def _write(self, rows: list[tuple[str, str, int, bytes, bytes]]) -> None:
        with self._lock, self._connection as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO facts (hash, language, version, outline, body) "
                "VALUES (?, ?, ?, ?, ?)",
                rows,
            )

    def _forget(self, key: Key) -> None:
        with self._lock, self._connection as connection:
            connection.execute("DELETE FROM facts WHERE hash = ? AND language = ?", key)

    def _keep(self, key: Key, outline: Outline, size: int) -> None:
        with self._lock:
            if key in self._outlines:
                return
            self._outlines[key] = (outline, size)
            self._outline_bytes += size
            while self._outline_bytes > OUTLINE_BYTES and len(self._outlines) > 1:
                _, (_, dropped) = self._outlines.popitem(last=False)
                self._outline_bytes -= dropped

    def _opened(self) -> sqlite3.Connection:
        try:
            return _connect(self._path)
        except sqlite3.DatabaseError as error:
            self.notes.append(f"The facts cache was not readable and is built anew ({error}).")
            _remove(self._path)
            return _connect(self._path)

    def _drop(self, error: sqlite3.DatabaseError) -> None:
        with self._lock:
            self.notes.append(f"The facts cache was damaged and is built anew ({error}).")
            self._connection.close()
            _remove(self._path)
            self._connection = _connect(self._path)


def _connect(path: Path | None) -> sqlite3.Connection:
    connection = sqlite3.connect(
        ":memory:" if path is None else path, check_same_thread=False, timeout=10
    )
    try:
        connection.execute("PRAGMA page_size = 512")  # larger pages end half empty
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_SCHEMA)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _remove(path: Path | None) -> None:
    if path is not None:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _packed(data: bytes) -> bytes:
    return zlib.compress(data, _LEVEL)
