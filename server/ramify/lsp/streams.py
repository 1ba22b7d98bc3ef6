"""Binary streams under a connection: a writer that never blocks, a reader with room for anything.

Nothing here imports pygls: a process that only passes messages on starts without it.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, Protocol

READER_STACK: Final = 128 * 1024 * 1024
"""Bytes of address space; memory is taken for what is used alone."""


class Sink(Protocol):
    """A blocking stream that may take a part of what it is given; says how much."""

    def write(self, data: memoryview, /) -> int | None: ...


@contextmanager
def private_streams() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """stdin and stdout for the protocol alone: fd 0 becomes empty and fd 1 leads to stderr, also
    for child processes."""
    stdin, stdout = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    yield stdin, stdout


class Writer:
    """Writes frames in order on its own thread: a peer that does not read never stops whoever
    writes. Any thread may write."""

    def __init__(self, stream: Sink, on_broken: Callable[[], None]) -> None:
        self._stream = stream
        self._on_broken = on_broken
        self._frames: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ramify-writer-out", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        self._frames.put(data)

    def close(self) -> None:
        """Waits a moment for what is written to be out."""
        self._frames.put(None)
        if self._thread is not threading.current_thread():
            self._thread.join(2)

    def _run(self) -> None:
        try:
            while (data := self._frames.get()) is not None:
                view = memoryview(data)
                while view:  # an unbuffered stream may take a part
                    view = view[self._stream.write(view) or 0 :]
        except (OSError, ValueError):
            self._on_broken()


def start_reader(read: Callable[[], None], name: str) -> threading.Thread:
    """With a stack that JSON nested to Python's recursion limit, whatever that is, cannot
    overflow."""
    with _starting:
        before = threading.stack_size(READER_STACK)
        try:
            thread = threading.Thread(target=read, name=name, daemon=True)
            thread.start()
        finally:
            threading.stack_size(before)
    return thread


_starting: Final = threading.Lock()
"""The size of stacks is one for the whole process."""
