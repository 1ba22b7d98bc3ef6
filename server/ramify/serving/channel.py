"""A stream of bytes between two processes of one user: what sockets and pipes have in common.

Says where this platform's are made. Knows nothing of what is said over them.
"""

from __future__ import annotations

import sys
from typing import Protocol

from ramify.lsp.frames import Source


class Channel(Protocol):
    """One thread reads, one writes, any may close it."""

    @property
    def reader(self) -> Source: ...

    def write(self, data: memoryview, /) -> int:
        """May take a part; says how much. Raises OSError when the other side is gone."""

    def limit(self, seconds: float | None) -> None:
        """How long reading and writing may block from now on; OSError past it."""

    def close(self) -> None:
        """Ends reading and writing on both sides, also where they block. Idempotent."""


class Listener(Protocol):
    address: str

    def accept(self) -> Channel:
        """Waits for the next one. Raises OSError once it is closed; PermissionError for another
        user."""

    def close(self) -> None: ...


def listen(key: str) -> Listener:
    """At a new address that only this user can reach. Raises OSError where there is no place."""
    if sys.platform == "win32":
        from ramify.serving.pipes import PipeListener, pipe_name

        return PipeListener(pipe_name(), key)
    from ramify.serving.sockets import SocketListener, socket_path

    return SocketListener(socket_path())


def connect(address: str, key: str) -> Channel:
    """Raises OSError when nobody listens there, or another user does."""
    if sys.platform == "win32":
        from ramify.serving.pipes import connected

        return connected(address, key)
    from ramify.serving.sockets import connected as connected_socket

    return connected_socket(address)


def pair() -> tuple[Channel, Channel]:
    """Both ends of one, within this process."""
    if sys.platform == "win32":
        from ramify.serving.pipes import pair as pipes

        return pipes()
    from ramify.serving.sockets import pair as sockets

    return sockets()


def write_all(channel: Channel, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[channel.write(view) :]
