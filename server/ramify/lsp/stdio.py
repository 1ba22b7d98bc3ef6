"""Serving over stdin and stdout: a reader thread, a writer thread, the loop between them.

The end of stdin, a signal or the client's death ends the server at once, whatever still runs; the
exit code is 0 only after `shutdown`. What libraries print goes to stderr, never into the protocol.
"""

from __future__ import annotations

import asyncio
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import BinaryIO, Final

from ramify.lsp.server import RamifyServer
from ramify.lsp.wire import messages

UNREAD_LIMIT: Final = 1000
"""Messages read and not handled yet; beyond it the client has to wait."""

READER_STACK: Final = 128 * 1024 * 1024
"""Bytes of address space; memory is taken for what is used alone."""

_ENDED_BY_SIGNAL: Final = 128


def serve(server: RamifyServer, stdin: BinaryIO, stdout: BinaryIO) -> int:
    """Returns the exit code once the client is gone. Threads may still be running then."""
    return asyncio.run(_served(server, stdin, stdout))


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
    """Writes frames in order on its own thread: a client that does not read never stops the
    loop. Any thread may write."""

    def __init__(self, stream: BinaryIO, on_broken: Callable[[], None]) -> None:
        self._stream = stream
        self._on_broken = on_broken
        self._frames: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ramify-stdout", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        self._frames.put(data)

    def close(self) -> None:
        """Waits a moment for what is written to be out."""
        self._frames.put(None)
        self._thread.join(2)

    def _run(self) -> None:
        try:
            while (data := self._frames.get()) is not None:
                view = memoryview(data)
                while view:  # an unbuffered stream may take a part
                    view = view[self._stream.write(view) :]
        except (OSError, ValueError):
            self._on_broken()


async def _served(server: RamifyServer, stdin: BinaryIO, stdout: BinaryIO) -> int:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def stop(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    def gone() -> None:
        stop(0 if server.protocol.ended else 1)

    def gone_threadsafe() -> None:
        with suppress(RuntimeError):  # the loop is closed: nothing left to stop
            loop.call_soon_threadsafe(gone)

    server.stop = stop
    writer = Writer(stdout, gone_threadsafe)
    server.protocol.set_writer(writer)
    _on_signals(loop, stop)
    _start_reader(partial(_read, server, stdin, loop, gone_threadsafe))
    code = await ended
    server.protocol.end_all()
    await asyncio.sleep(0)  # lets cancelled questions say so
    writer.close()
    return code


def _start_reader(read: Callable[[], None]) -> None:
    """With a stack that JSON nested to Python's recursion limit, whatever that is, cannot
    overflow."""
    before = threading.stack_size(READER_STACK)
    try:
        threading.Thread(target=read, name="ramify-stdin", daemon=True).start()
    finally:
        threading.stack_size(before)


def _read(
    server: RamifyServer,
    stdin: BinaryIO,
    loop: asyncio.AbstractEventLoop,
    gone: Callable[[], None],
) -> None:
    room = threading.Semaphore(UNREAD_LIMIT)

    def handle(message: object) -> None:
        room.release()
        server.protocol.receive(message)

    try:
        for message in messages(stdin):
            room.acquire()
            loop.call_soon_threadsafe(handle, message)
    except (OSError, ValueError, RuntimeError):  # the stream or the loop was closed
        pass
    gone()


def _on_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[int], None]) -> None:
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop, _ENDED_BY_SIGNAL + number)
