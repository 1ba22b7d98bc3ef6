"""One process owns a store: a lock that the system releases when the process ends, however it does.

A file beside the databases holds the lock and says who has it: process, version, and where that
process listens for others who want the same store. A process may take the lock ahead of opening
its store (`reserve`). Knows neither what is stored nor what is said between processes.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ramify_store.errors import StoreLocked

_LOCKED_BYTE: Final = 1 << 30
"""Windows locks bytes and forbids reading them: this one holds nothing."""
_RECORD_LIMIT: Final = 4096


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock, as it wrote itself. Only the user who may read the store can read it."""

    pid: int
    version: str = ""
    protocol: int = 0
    """Of what is said at the address."""
    address: str = ""
    """Where it listens; empty: it does not."""
    key: str = ""
    """What to show there, to prove that one may read this."""


def store_name(folder: str) -> str:
    """Directory name of a workspace folder's store: readable, and unique by its real path."""
    from blake3 import blake3

    return f"{Path(folder).name or 'root'}-{blake3(folder.encode()).hexdigest()[:16]}"


def announce(owner: Owner | None) -> None:
    """What this process writes into every lock that it takes from now on."""
    global _announced
    _announced = owner


def owner_record(directory: Path) -> Owner | None:
    """Who wrote itself down last; it may have died since. None when there is nothing to read."""
    try:
        with (directory / "owner").open("rb") as file:
            return Owner(**json.loads(file.read(_RECORD_LIMIT)))
    except (OSError, ValueError, TypeError):
        return None


def owner_of(directory: Path) -> int | None:
    """The process id that the owner wrote; None when there is none to read."""
    owner = owner_record(directory)
    return None if owner is None else owner.pid


def reserve(directory: Path) -> Reservation:
    """Takes the lock before there is a store. Raises StoreLocked, and OSError where nothing can
    be locked."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = _locked(directory)
    with _reserving:
        _reserved[_key(directory)] = file
    return Reservation(directory)


class Reservation:
    """The next store that this process opens in the directory takes the lock over."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def release(self) -> None:
        """Gives the lock back if no store has taken it over. Idempotent."""
        file = _taken_over(self._directory)
        if file is not None:
            _unlock(file)


class Ownership:
    """Held from its making until `release`. Raises StoreLocked naming the owner."""

    def __init__(self, directory: Path) -> None:
        file = _taken_over(directory)
        self._file: int | None = _locked(directory) if file is None else file

    def release(self) -> None:
        """Idempotent."""
        file, self._file = self._file, None
        if file is not None:
            _unlock(file)


_announced: Owner | None = None
_reserving: Final = threading.Lock()
_reserved: Final[dict[str, int]] = {}
"""Locks that this process holds and no store has taken over."""


def _taken_over(directory: Path) -> int | None:
    with _reserving:
        return _reserved.pop(_key(directory), None)


def _key(directory: Path) -> str:
    return os.path.realpath(directory)


def _locked(directory: Path) -> int:
    file = os.open(directory / "owner", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(file)
    except OSError as error:
        os.close(file)
        if error.errno in _BUSY:
            owner = owner_record(directory) or Owner(0)
            raise StoreLocked(str(directory), owner.pid or None, owner.version) from error
        raise  # a file system without locks is no owner
    owner = _announced or Owner(os.getpid())
    text = json.dumps(asdict(owner)).encode()
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, text)
    os.ftruncate(file, len(text))
    return file


def _unlock(file: int) -> None:
    """Whoever reads meanwhile finds nobody, rather than one who is about to go."""
    with suppress(OSError):
        os.ftruncate(file, 0)
    with suppress(OSError):
        os.close(file)


_BUSY: Final = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)

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
