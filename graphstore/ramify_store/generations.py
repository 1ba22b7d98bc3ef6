"""Which database file is the graph: loads go into a new file, a pointer then says it is the one.

So a kill while a graph is loaded leaves the old one untouched. Commits stay in the log, which is
played again at the next start; a database file is never written again once it was loaded, because
Kùzu's checkpoint can neither be killed nor trusted (see `engine.Engine.checkpoint`). A log that
has grown is a reason to load anew. Knows nothing of what the graph holds. The caller owns the
directory (see `ownership`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from blake3 import blake3

from ramify_store.engine import BUFFER_BYTES, Engine
from ramify_store.errors import StoreCorrupt, StoreError

LOG_BYTES = 2 << 20
"""Size of a log from which on loading anew is worth it: some 800 edits, and 0.3 s at the opening
that plays them again."""
_PAGE_BYTES = 4096
_POINTER = "CURRENT"
_CLOSED = "CLOSED"
_MARKER = "CHECKPOINTING"
_LOG = ".wal"


class Generations:
    """The graph's files in a directory; None keeps everything in memory."""

    def __init__(self, directory: Path | None, buffer_bytes: int = BUFFER_BYTES) -> None:
        self._directory = directory
        self._buffer_bytes = buffer_bytes
        self._number = 0
        self._born_bytes = 0
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
            self._number, self._born_bytes, loaded = _current(directory)
            _refuse_half_checkpointed(directory)
            if loaded and _hash(_file(directory, self._number)) != loaded:
                raise StoreCorrupt(f"The graph in {directory} is not as it was written.")
            _check_log(directory, self._number)
            _forget_others(directory, self._number)
        self.engine = Engine(self._path(self._number), buffer_bytes)

    def replace(self, fill: Callable[[Engine], None]) -> None:
        """Fills a new database and makes it the graph; the old one is closed and removed."""
        number = self._number + 1
        fresh = Engine(self._path(number), self._buffer_bytes)
        loaded = ""
        try:
            fill(fresh)
            if self._directory is not None:
                fresh.checkpoint()
                fresh.close()
                _thin(_file(self._directory, number))
                loaded = _hash(_file(self._directory, number))
                fresh = Engine(self._path(number), self._buffer_bytes)
        except BaseException:
            fresh.close()
            if self._directory is not None:
                _remove(self._directory, number)
            raise
        if self._directory is not None:
            self._born_bytes = _file(self._directory, number).stat().st_size
            _point(self._directory, number, self._born_bytes, loaded)
        old, self.engine, self._number = self.engine, fresh, number
        old.close()
        if self._directory is not None:
            _remove(self._directory, number - 1)

    def files(self) -> tuple[Path, Path | None, int]:
        """The database, its log where it has one, and the size it began with."""
        path = self._path(self._number)
        if path is None:
            raise StoreError("The graph is in memory: there are no files.")
        log = _log_of(path)
        return path, log if log.exists() else None, self._born_bytes

    def log_bytes(self) -> int:
        """Bytes that the next start will play again; 0 in memory."""
        path = self._path(self._number)
        log = None if path is None else _log_of(path)
        return log.stat().st_size if log is not None and log.exists() else 0

    @property
    def has_grown(self) -> bool:
        """Kùzu gives no room back: loading into a new generation does."""
        return self.log_bytes() > LOG_BYTES

    def close(self) -> None:
        """Notes what the log holds, so that the next start need not believe it."""
        self.engine.close()
        if self._directory is not None:
            _note_log(self._directory, self._number)

    def _path(self, number: int) -> Path | None:
        return None if self._directory is None else _file(self._directory, number)


def adopt(directory: Path, path: Path, born_bytes: int) -> None:
    """Makes a database file in the directory, with its log if there is one, its graph."""
    log = _log_of(path)
    if log.exists():
        log.rename(_log_of(_file(directory, 1)))
    path.rename(_file(directory, 1))
    _point(directory, 1, born_bytes, _hash(_file(directory, 1)))


def _thin(path: Path) -> None:
    """Takes no room for empty pages: Kùzu leaves a sixth of a loaded file empty. Whoever reads
    them still reads zeros."""
    thin = path.with_name(path.name + ".thin")
    with path.open("rb") as source, thin.open("wb") as target:
        while page := source.read(_PAGE_BYTES):
            if page.strip(b"\0"):
                target.write(page)
            else:
                target.seek(len(page), os.SEEK_CUR)
        target.truncate(source.tell())
        target.flush()
        os.fsync(target.fileno())
    thin.replace(path)


def _file(directory: Path, number: int) -> Path:
    return directory / f"graph.{number}.kuzu"


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + _LOG)


def _current(directory: Path) -> tuple[int, int, str]:
    """Number of the generation, the size it began with, and its hash: "" where it has none."""
    try:
        number, size, *loaded = (directory / _POINTER).read_text().split()
        return int(number), int(size), loaded[0] if loaded else ""
    except (FileNotFoundError, ValueError):
        return 0, 0, ""


def _point(directory: Path, number: int, size: int, loaded: str) -> None:
    fresh = directory / f"{_POINTER}.new"
    fresh.write_text(f"{number} {size} {loaded}")
    fresh.replace(directory / _POINTER)


def _note_log(directory: Path, number: int) -> None:
    log = _log_of(_file(directory, number))
    with suppress(OSError):  # the directory may be gone
        size = log.stat().st_size if log.exists() else 0
        fresh = directory / f"{_CLOSED}.new"
        fresh.write_text(f"{number} {size} {_hash(log)}")
        fresh.replace(directory / _CLOSED)


def _check_log(directory: Path, number: int) -> None:
    """Up to where it was closed last; what was committed since stands behind that."""
    try:
        noted, size, known = (directory / _CLOSED).read_text().split()
    except (OSError, ValueError):
        return
    if int(noted) != number or int(size) == 0:
        return
    try:
        with _log_of(_file(directory, number)).open("rb") as file:
            start = file.read(int(size))
    except OSError:
        start = b""
    if blake3(start).hexdigest() != known:
        raise StoreCorrupt(f"The log of the graph in {directory} is not as it was written.")


def _hash(path: Path) -> str:
    """Of a file that nobody has open: reading it would drop Kùzu's lock (POSIX). Kùzu believes
    what it reads, and crashes on some of what it believes."""
    try:
        return blake3().update_mmap(path).hexdigest()
    except OSError:
        return "none"


def _refuse_half_checkpointed(directory: Path) -> None:
    """Older versions checkpointed, and left this when they were killed meanwhile."""
    if (directory / _MARKER).exists():
        raise StoreCorrupt(f"A checkpoint of the graph in {directory} did not end.")


def _forget_others(directory: Path, number: int) -> None:
    """Removes databases that never became the graph or no longer are it."""
    kept = _file(directory, number).name
    for path in directory.glob("graph.*.kuzu*"):
        if not path.name.startswith(kept):
            path.unlink()


def _remove(directory: Path, number: int) -> None:
    for path in directory.glob(f"{_file(directory, number).name}*"):
        path.unlink()
