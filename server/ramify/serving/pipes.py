"""Named pipes, for Windows: byte streams over the connections of `multiprocessing`.

Both sides prove that they know the key, which stands where this user alone can read. The same code
runs over the other kinds of connection that `multiprocessing` has, so that it can be tried
anywhere.
"""

from __future__ import annotations

import secrets
import threading
from contextlib import suppress
from multiprocessing.connection import (
    Client,
    Connection,
    Listener,
    Pipe,
    answer_challenge,
    deliver_challenge,
)
from typing import Final

_LOOK_SECONDS: Final = 1.0
"""A read that blocks looks this often whether the channel was closed meanwhile."""
_PIECE: Final = 1 << 16


class PipeChannel:
    """A stream over a connection that carries messages."""

    def __init__(self, connection: Connection) -> None:
        self.reader = _Reader(connection)
        self._connection = connection

    def write(self, data: memoryview, /) -> int:
        piece = data[:_PIECE]
        self._connection.send_bytes(piece)
        return len(piece)

    def limit(self, seconds: float | None) -> None:
        self.reader.seconds = seconds

    def close(self) -> None:
        self.reader.closed.set()
        with suppress(OSError):
            self._connection.close()


class PipeListener:
    def __init__(self, address: str, key: str, family: str = "AF_PIPE") -> None:
        self.address = address
        self._family = family
        self._key = key.encode()
        self._closed = threading.Event()
        self._listener = Listener(address, family)

    def accept(self) -> PipeChannel:
        connection = self._listener.accept()
        if self._closed.is_set():
            connection.close()
            raise ConnectionAbortedError("closed")
        try:
            deliver_challenge(connection, self._key)
            answer_challenge(connection, self._key)
        except Exception as error:
            connection.close()
            raise PermissionError("somebody without the key") from error
        return PipeChannel(connection)

    def close(self) -> None:
        if self._closed.is_set():
            return
        self._closed.set()
        with suppress(OSError, EOFError):  # wakes who accepts
            Client(self.address, self._family).close()
        self._listener.close()


def connected(address: str, key: str, family: str = "AF_PIPE") -> PipeChannel:
    connection = Client(address, family)
    try:
        answer_challenge(connection, key.encode())
        deliver_challenge(connection, key.encode())
    except Exception as error:
        connection.close()
        raise ConnectionRefusedError("the other side does not know the key") from error
    return PipeChannel(connection)


def pair() -> tuple[PipeChannel, PipeChannel]:
    """Two ends within this process."""
    one, other = Pipe()
    return PipeChannel(one), PipeChannel(other)


def pipe_name() -> str:
    return rf"\\.\pipe\ramify-{secrets.token_hex(16)}"


class _Reader:
    def __init__(self, connection: Connection) -> None:
        self.closed = threading.Event()
        self.seconds: float | None = None
        self._connection = connection
        self._left = b""

    def readline(self, limit: int, /) -> bytes:
        while b"\n" not in self._left and len(self._left) < limit and self._more():
            pass
        end = self._left.find(b"\n", 0, limit) + 1 or min(limit, len(self._left))
        return self._taken(end)

    def read(self, size: int, /) -> bytes:
        pieces = [self._taken(size)]
        size -= len(pieces[0])
        while size and self._more():
            pieces.append(self._taken(size))
            size -= len(pieces[-1])
        return b"".join(pieces)

    def _taken(self, size: int) -> bytes:
        taken, self._left = self._left[:size], self._left[size:]
        return taken

    def _more(self) -> bool:
        """Waits for a message; False at the end."""
        waited = 0.0
        try:
            while not self._connection.poll(_LOOK_SECONDS):
                waited += _LOOK_SECONDS
                if self.closed.is_set():
                    return False
                if self.seconds is not None and waited >= self.seconds:
                    raise TimeoutError("nothing came")
            self._left += self._connection.recv_bytes()
        except TimeoutError:
            raise
        except (EOFError, OSError):
            return False
        return True
