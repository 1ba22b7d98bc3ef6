"""Which database file is the graph: loads go into a new file, a pointer then says it is the one.

So a kill while a graph is loaded leaves the old one untouched. A kill inside a checkpoint would
lose the database; each is guarded by a copy and a marker, and the copy is taken back at the next
start. Knows nothing of what the graph holds. The caller owns the directory (see `ownership`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from ramify_store.engine import BUFFER_BYTES, Engine

_GROWN = 2
_GROWN_BYTES = 16 << 20
"""A file has grown when it is so many times its first size, and so much larger."""
_PAGE_BYTES = 4096
_POINTER = "CURRENT"
_MARKER = "CHECKPOINTING"
_LOG = ".wal"
_COPY = ".copy"


class Generations:
    """The graph's files in a directory; None keeps everything in memory."""

    def __init__(self, directory: Path | None, buffer_bytes: int = BUFFER_BYTES) -> None:
        self._directory = directory
        self._buffer_bytes = buffer_bytes
        self._number = 0
        self._born_bytes = 0
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
            self._number, self._born_bytes = _current(directory)
            _restore(directory)
            _forget_others(directory, self._number)
        self.engine = Engine(self._path(self._number), buffer_bytes)

    def replace(self, fill: Callable[[Engine], None]) -> None:
        """Fills a new database and makes it the graph; the old one is closed and removed."""
        number = self._number + 1
        fresh = Engine(self._path(number), self._buffer_bytes)
        try:
            fill(fresh)
            fresh.checkpoint()
            if self._directory is not None:
                fresh.close()
                _thin(_file(self._directory, number))
                fresh = Engine(self._path(number), self._buffer_bytes)
        except BaseException:
            fresh.close()
            if self._directory is not None:
                _remove(self._directory, number)
            raise
        if self._directory is not None:
            self._born_bytes = _file(self._directory, number).stat().st_size
            _point(self._directory, number, self._born_bytes)
        old, self.engine, self._number = self.engine, fresh, number
        old.close()
        if self._directory is not None:
            _remove(self._directory, number - 1)

    def log_bytes(self) -> int:
        """Bytes that the next checkpoint will move; 0 in memory."""
        path = self._path(self._number)
        log = None if path is None else _log_of(path)
        return log.stat().st_size if log is not None and log.exists() else 0

    @property
    def has_grown(self) -> bool:
        """Kùzu gives no room back: loading into a new generation does."""
        path = self._path(self._number)
        if path is None or not self._born_bytes:
            return False
        size = path.stat().st_size
        return size > _GROWN * self._born_bytes and size > self._born_bytes + _GROWN_BYTES

    def checkpoint(self) -> None:
        self._guarded(self.engine.checkpoint)

    def close(self) -> None:
        self._guarded(self.engine.close)

    def _guarded(self, checkpoint: Callable[[], None]) -> None:
        """A kill inside Kùzu's checkpoint may leave a file that cannot be opened."""
        path = self._path(self._number)
        if self._directory is None or path is None or self.log_bytes() == 0:
            checkpoint()
            return
        # Reading the files here drops Kùzu's lock on them (POSIX); ours on the directory holds.
        shutil.copyfile(path, _copy_of(path))
        shutil.copyfile(_log_of(path), _copy_of(_log_of(path)))
        marker = self._directory / _MARKER
        marker.write_text(path.name)
        checkpoint()
        marker.unlink()
        _copy_of(path).unlink()
        _copy_of(_log_of(path)).unlink()

    def _path(self, number: int) -> Path | None:
        return None if self._directory is None else _file(self._directory, number)


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


def _copy_of(path: Path) -> Path:
    return path.with_name(path.name + _COPY)


def _current(directory: Path) -> tuple[int, int]:
    """Number of the generation and the size it began with."""
    try:
        number, size = map(int, (directory / _POINTER).read_text().split())
    except (FileNotFoundError, ValueError):
        return 0, 0
    return number, size


def _point(directory: Path, number: int, size: int) -> None:
    fresh = directory / f"{_POINTER}.new"
    fresh.write_text(f"{number} {size}")
    fresh.replace(directory / _POINTER)


def _restore(directory: Path) -> None:
    """Takes the copies back when a checkpoint began and did not end."""
    marker = directory / _MARKER
    if not marker.exists():
        return
    path = directory / marker.read_text()
    for original in (path, _log_of(path)):
        copy = _copy_of(original)
        if copy.exists():
            shutil.copyfile(copy, original)
    path.with_name(path.name + ".shadow").unlink(missing_ok=True)
    marker.unlink()


def _forget_others(directory: Path, number: int) -> None:
    """Removes copies, and databases that never became the graph or no longer are it."""
    kept = _file(directory, number).name
    for path in directory.glob("graph.*.kuzu*"):
        if path.name.endswith(_COPY) or not path.name.startswith(kept):
            path.unlink()


def _remove(directory: Path, number: int) -> None:
    for path in directory.glob(f"{_file(directory, number).name}*"):
        path.unlink()
