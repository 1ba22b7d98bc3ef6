"""One process owns a store: a lock that the system releases when the process ends, however it does.

A file beside the databases holds the lock and the owner's process id, for others to name.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from ramify_store.errors import StoreLocked

_LOCKED_BYTE = 1 << 30
"""Windows locks bytes and forbids reading them: this one holds nothing."""


class Ownership:
    """Held from its making until `release`. Raises StoreLocked naming the owner."""

    def __init__(self, directory: Path) -> None:
        path = directory / "owner"
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._file)
        except OSError as error:
            os.close(self._file)
            raise StoreLocked(str(directory), owner_of(directory)) from error
        os.ftruncate(self._file, 0)
        os.write(self._file, str(os.getpid()).encode())

    def release(self) -> None:
        with suppress(OSError):
            os.close(self._file)


def owner_of(directory: Path) -> int | None:
    """The process id that the owner wrote; None when there is none to read."""
    try:
        return int((directory / "owner").read_text())
    except (OSError, ValueError):
        return None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: int) -> None:
        # Belongs to the open file, not to the process: closing another descriptor keeps it.
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
