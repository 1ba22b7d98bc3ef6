"""Sockets in the file system, in a directory that only this user can enter.

Both sides ask the system who the other one is, where it tells. Leftovers of processes that were
killed are removed by the next one that listens.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from ramify.session.directories import socket_directories

_PATH_LIMIT: Final = 100
"""Bytes; systems take 104 or 108."""
_BACKLOG: Final = 128
_SOL_LOCAL, _LOCAL_PEERCRED = 0, 1
"""Of macOS and the BSDs, which Python has no names for."""


class SocketChannel:
    """Made of a connected socket. Raises PermissionError when the other side is another user."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        peer = peer_user(connected)
        if peer is not None and peer != os.getuid():
            connected.close()
            raise PermissionError(f"user {peer} is not served")
        self.reader = connected.makefile("rb")

    def write(self, data: memoryview, /) -> int:
        return self._socket.send(data)

    def limit(self, seconds: float | None) -> None:
        self._socket.settimeout(seconds)

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            self.reader.close()
        self._socket.close()


class SocketListener:
    def __init__(self, path: Path) -> None:
        self.address = str(path)
        self._closed = threading.Event()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.bind(self.address)
            path.chmod(0o600)
            self._socket.listen(_BACKLOG)
        except BaseException:
            self._socket.close()
            raise

    def accept(self) -> SocketChannel:
        accepted, _ = self._socket.accept()
        if self._closed.is_set():
            accepted.close()
            raise ConnectionAbortedError("closed")
        return SocketChannel(accepted)

    def close(self) -> None:
        if self._closed.is_set():
            return
        self._closed.set()
        with suppress(OSError):  # wakes who accepts: closing alone does not on every system
            connected(self.address).close()
        Path(self.address).unlink(missing_ok=True)
        self._socket.close()


def connected(address: str) -> SocketChannel:
    connecting = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connecting.connect(address)
    except BaseException:
        connecting.close()
        raise
    return SocketChannel(connecting)


def pair() -> tuple[SocketChannel, SocketChannel]:
    """Two ends within this process."""
    one, other = socket.socketpair()
    return SocketChannel(one), SocketChannel(other)


def socket_path() -> Path:
    """A new one, named by this process. Raises OSError where no directory will do."""
    import secrets

    name = f"{os.getpid()}-{secrets.token_hex(4)}"
    for directory in socket_directories():
        if len(os.fsencode(directory / name)) > _PATH_LIMIT:
            continue
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not is_private(directory):
                continue
        except OSError:
            continue
        remove_leftovers(directory)
        return directory / name
    raise OSError("there is no directory for a socket that this user alone can enter")


def is_private(directory: Path) -> bool:
    """A real directory of this user's that nobody else may look into."""
    found = directory.lstat()
    mine = found.st_uid == os.getuid()
    return stat.S_ISDIR(found.st_mode) and mine and not found.st_mode & 0o077


def remove_leftovers(directory: Path) -> None:
    """Sockets of processes that are no more."""
    for path in directory.iterdir():
        pid = path.name.partition("-")[0]
        if pid.isdigit() and not _is_running(int(pid)):
            path.unlink(missing_ok=True)


def peer_user(connected: socket.socket) -> int | None:
    """The other side's user id; None where the system does not tell."""
    if sys.platform != "linux":
        try:
            return user_of_xucred(connected.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED_SIZE))
        except OSError:
            return None
    found = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
    uid: int = _UCRED.unpack(found)[1]
    return uid


def user_of_xucred(found: bytes) -> int | None:
    """Of `struct xucred`: a version, which must be 0, and the user id come first."""
    if len(found) < 8:
        return None
    version, uid = struct.unpack_from("=II", found)
    return uid if version == 0 else None


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


_UCRED: Final = struct.Struct("3i")
_XUCRED_SIZE: Final = 76
