"""Which tests ran which lines, by a coverage.py data file that the user has (`.coverage`, with
contexts): evidence, never needed.

The file is a stranger's: a regular file alone, opened read-only, plain tables alone, within limits.
What cannot be read is no evidence. Nothing is imported, executed or written.
"""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

DATA_FILE: Final = ".coverage"
MOST_BYTES: Final = 2_000_000_000
MOST_FILES: Final = 200_000
MOST_ROWS: Final = 500_000
"""Contexts of one file."""

_STEPS: Final = 100_000
_MOST_ROUNDS: Final = 2_000
_TABLES: Final = ("file", "context", "line_bits", "arc")


@dataclass(frozen=True, slots=True)
class Ran:
    """A test context as it was recorded, and the lines (from 1) of a file that ran in it."""

    context: str
    lines: frozenset[int]


class Coverage:
    """One data file. `measured_ns` is when it was last written."""

    def __init__(self, file: Path, folder: str, measured_ns: int, ids: dict[str, int]) -> None:
        self._file = file
        self._folder = folder
        self._ids = ids
        self._ran: dict[str, tuple[Ran, ...]] = {}
        self.measured_ns = measured_ns

    def is_older_than(self, path: str) -> bool:
        """Whether the file changed since: its lines may be others by now."""
        try:
            return (Path(self._folder) / path).stat().st_mtime_ns > self.measured_ns
        except OSError:
            return True

    def ran(self, path: str) -> tuple[Ran, ...]:
        """By named context, in order of name; () for a file that was not measured."""
        if path not in self._ran:
            number = self._ids.get(f"{self._folder}/{path}", self._ids.get(path))
            self._ran[path] = () if number is None else _ran(self._file, number)
        return self._ran[path]


def coverage_of(folder: str) -> Coverage | None:
    """The folder's data file; None where there is none that can be read, or none with tests in
    it."""
    file = Path(folder, DATA_FILE)
    try:
        status = file.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
        return None
    try:
        with closing(_opened(file)) as database:
            if not database.execute("SELECT 1 FROM context WHERE context <> '' LIMIT 1").fetchone():
                return None
            rows = database.execute(f"SELECT path, id FROM file LIMIT {MOST_FILES}")  # noqa: S608
            ids = {path: number for path, number in rows if isinstance(path, str)}
    except sqlite3.Error:
        return None
    return Coverage(file, folder, status.st_mtime_ns, ids)


def _ran(file: Path, number: int) -> tuple[Ran, ...]:
    lines: dict[str, set[int]] = {}
    try:
        with closing(_opened(file)) as database:
            for context, found in _rows(database, number):
                lines.setdefault(context, set()).update(found)
    except sqlite3.Error:
        return ()
    return tuple(Ran(context, frozenset(lines[context])) for context in sorted(lines))


def _rows(database: sqlite3.Connection, number: int) -> Iterator[tuple[str, list[int]]]:
    by_line = (
        "SELECT context.context, line_bits.numbits FROM line_bits JOIN context"
        " ON context.id = line_bits.context_id WHERE line_bits.file_id = ? LIMIT ?"
    )
    for context, bits in database.execute(by_line, (number, MOST_ROWS)):
        if context and isinstance(context, str) and isinstance(bits, bytes):
            yield context, _numbers(bits)
    by_arc = (
        "SELECT context.context, arc.fromno, arc.tono FROM arc JOIN context"
        " ON context.id = arc.context_id WHERE arc.file_id = ? LIMIT ?"
    )
    for context, first, second in database.execute(by_arc, (number, MOST_ROWS)):
        if context and isinstance(context, str):
            yield context, [n for n in (first, second) if isinstance(n, int) and n > 0]


def _numbers(bits: bytes) -> list[int]:
    """Bit n of the bytes stands for line n."""
    return [
        place * 8 + bit
        for place, byte in enumerate(bits)
        if byte
        for bit in range(8)
        if byte >> bit & 1
    ]


def _opened(file: Path) -> sqlite3.Connection:
    """Raises sqlite3.Error for what is no data file of coverage.py."""
    address = f"file:{quote(str(file))}?mode=ro&immutable=1"
    database = sqlite3.connect(address, uri=True, check_same_thread=False)
    try:
        database.execute("PRAGMA trusted_schema = OFF")
        database.execute("PRAGMA query_only = ON")
        rounds = iter(range(_MOST_ROUNDS))
        database.set_progress_handler(lambda: next(rounds, None) is None, _STEPS)
        marks = ", ".join("?" * len(_TABLES))
        found = database.execute(
            f"SELECT type, sql FROM sqlite_master WHERE name IN ({marks})",  # noqa: S608
            _TABLES,
        ).fetchall()
        plain = [kind == "table" and _is_plain(sql) for kind, sql in found]
        if len(plain) != len(_TABLES) or not all(plain):
            raise sqlite3.DatabaseError("not a data file of coverage.py")
    except sqlite3.Error:
        database.close()
        raise
    return database


def _is_plain(sql: object) -> bool:
    """Neither virtual nor computed."""
    return isinstance(sql, str) and sql.upper().startswith("CREATE TABLE") and " AS (" not in sql
