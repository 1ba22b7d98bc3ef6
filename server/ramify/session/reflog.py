"""Whether git has put other files into the folder, as its own log says. Runs nothing.

Opens regular files alone, and of them the end alone. Knows no index.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

_TAIL_BYTES: Final = 1 << 16


class HeadLog:
    """Remembers how far the log was read. For one thread."""

    def __init__(self, folder: str) -> None:
        self._directory = git_directory(folder)
        self._read = self._size()

    def has_moved(self) -> bool:
        """Whether a checkout, a merge, a reset ... ended since this was asked last, or is on its
        way. A commit is none: it changes no file."""
        if self._directory is None:
            return False
        start, self._read = self._read, self._size()
        lines = _tail(self._directory / "logs" / "HEAD", start) if self._read > start else ()
        if any(not _action(line).startswith(b"commit") for line in lines):
            return True
        return (self._directory / "index.lock").exists()

    def _size(self) -> int:
        if self._directory is None:
            return 0
        try:
            return (self._directory / "logs" / "HEAD").stat().st_size
        except OSError:
            return 0


def git_directory(folder: str) -> Path | None:
    """Of the repository that the folder is in; a worktree's own."""
    for each in (Path(folder), *Path(folder).parents):
        git = each / ".git"
        if git.is_dir():
            return git
        if git.is_file():
            named = b"".join(_tail(git, 0)).partition(b"gitdir:")[2].strip()
            return each / os.fsdecode(named) if named else None
    return None


def _action(line: bytes) -> bytes:
    return line.partition(b"\t")[2]


def _tail(path: Path, start: int) -> list[bytes]:
    """Lines from there on, at most the last ones."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return []
    with os.fdopen(handle, "rb") as file:
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                return []
            file.seek(max(start, status.st_size - _TAIL_BYTES))
            return file.read(_TAIL_BYTES).splitlines()
        except OSError:
            return []
