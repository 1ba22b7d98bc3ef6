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
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

import msgspec

from ramify_store.facts import EXTRACTOR_VERSION, Outline, decode_outline

OUTLINE_BYTES: Final = 8 << 20
"""Decoded outlines kept in memory, in bytes of their encoded form."""

_LEVEL: Final = 4
"""Higher levels save a twentieth and take several times as long."""

_LOG_BYTES: Final = 4 << 20

_AT_ONCE: Final = 500
_WORTH_BYTES: Final = 4 << 20
_WORTH_SHARE: Final = 4
"""Room is given back when it is so many bytes, and one page in so many."""

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
    idle_since INTEGER,
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
        self._closed = False
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
            self._recover(error)
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
            self._recover(error)
            self._write(rows)
        self._logged += sum(len(row[3]) + len(row[4]) for row in rows)
        if self._logged > _LOG_BYTES:
            self._empty_log()

    def evict(
        self,
        live: Collection[Key],
        now: float,
        most_seconds: float,
        most_bytes: int,
        check: Callable[[], None] = lambda: None,
        share: float = 0.0,
    ) -> int:
        """Forgets facts that no file has had for so long, and of the others that no file has the
        oldest beyond so many bytes, or beyond this share of those that files have, if that is
        more; how many. Facts of other versions are nobody's.

        Since when nobody has had them is found out here: the first time they are only marked.
        `check` may raise to stop.
        """
        idle, live_bytes = self._idle(live, int(now))
        most_bytes = max(most_bytes, int(share * live_bytes))
        doomed: list[tuple[int]] = []
        total = 0
        for number, since, size in idle:
            total += size
            if total > most_bytes or now - since > most_seconds:
                doomed.append((number,))
        for first in range(0, len(doomed), _AT_ONCE):
            check()
            with self._lock, self._connection as connection:
                some = doomed[first : first + _AT_ONCE]
                connection.executemany("DELETE FROM facts WHERE id = ?", some)
        self._empty_log()
        return len(doomed)

    def shrink(self, check: Callable[[], None] = lambda: None) -> bool:
        """Gives the room of what was forgotten back to the disk, where that is worth it."""
        with self._lock:
            pages, free, size = self._pages()
            if free * size < _WORTH_BYTES or free * _WORTH_SHARE < pages:
                return False
            check()
            self._connection.execute("VACUUM")
            self._empty_log()
        return True

    def _idle(self, live: Collection[Key], now: int) -> tuple[list[tuple[int, int, int]], int]:
        """Id, since when and bytes of what no file has, newest first, and the bytes of what files
        have; marks what is new to it."""
        live_bytes = 0
        with self._lock, self._connection as connection:
            rows = connection.execute(
                "SELECT id, hash, language, version, idle_since, length(outline) + length(body) "
                "FROM facts ORDER BY id DESC"
            ).fetchall()
            used, fresh, idle = [], [], []
            for number, hash, language, version, since, size in rows:
                if version == self._version and (hash, language) in live:
                    live_bytes += size
                    if since is not None:
                        used.append((number,))
                    continue
                if since is None:
                    fresh.append((now, number))
                idle.append((number, now if since is None else since, size))
            connection.executemany("UPDATE facts SET idle_since = NULL WHERE id = ?", used)
            connection.executemany("UPDATE facts SET idle_since = ? WHERE id = ?", fresh)
        return idle, live_bytes

    def _pages(self) -> tuple[int, int, int]:
        """Pages, free ones among them, bytes of one."""
        pages, free, size = (
            int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        return pages, free, size

    def size(self) -> int:
        """Bytes of the database, free pages left out."""
        with self._lock:
            pages, free, size = self._pages()
        return (pages - free) * size

    def settle(self) -> None:
        """Nothing more is put for now: what is in the log goes into the database."""
        if self._logged:
            self._empty_log()

    def _empty_log(self) -> None:
        """SQLite keeps its log at the largest size it ever had."""
        with self._lock, suppress(sqlite3.OperationalError):  # no room: the log stays
            self._logged = 0
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Who asks later on is told of no facts."""
        with self._lock:
            self._closed = True
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
            self._recover(error)
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
        try:
            with self._lock, self._connection as connection:
                connection.execute("DELETE FROM facts WHERE hash = ? AND language = ?", key)
        except sqlite3.DatabaseError as error:
            self._recover(error)

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
            if not _is_damage(error):
                self._say_in_memory(error)
                return _connect(None)
            self.notes.append(f"The facts cache was not readable and is built anew ({error}).")
            return self._anew()

    def _recover(self, error: sqlite3.DatabaseError) -> None:
        """Damage is thrown away; a disk that takes or gives nothing is left alone from now on."""
        with self._lock:
            if self._closed:
                return
            self._connection.close()
            if _is_damage(error):
                self.notes.append(f"The facts cache was damaged and is built anew ({error}).")
                self._connection = self._anew()
            else:
                self._say_in_memory(error)
                self._connection = _connect(None)

    def _anew(self) -> sqlite3.Connection:
        try:
            _remove(self._path)
            return _connect(self._path)
        except (sqlite3.DatabaseError, OSError) as error:
            self._say_in_memory(error)
            return _connect(None)

    def _say_in_memory(self, error: Exception) -> None:
        self.notes.append(f"The facts cache cannot be used ({error}): facts are kept in memory.")
        self._path = None


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Of the file itself, not of the disk it is on or of somebody who holds it."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def _connect(path: Path | None) -> sqlite3.Connection:
    connection = sqlite3.connect(
        ":memory:" if path is None else path, check_same_thread=False, timeout=10
    )
    try:
        connection.execute("PRAGMA page_size = 512")  # larger pages end half empty
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_SCHEMA)
        columns = [row[1] for row in connection.execute("PRAGMA table_info(facts)")]
        if "idle_since" not in columns:
            connection.execute("ALTER TABLE facts ADD COLUMN idle_since INTEGER")
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
