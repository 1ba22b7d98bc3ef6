"""Serving one connection: its messages come from a thread, its answers leave by another, the loop
between them.

The end of the messages, a signal or the client's death ends the server at once, whatever still
runs; the exit code is 0 only after `shutdown`. Every connection has a loop of its own, so that no
client waits for what another one asks.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any, Final

from ramify.lsp.server import RamifyServer
from ramify.lsp.streams import Sink, Writer, start_reader

UNREAD_LIMIT: Final = 1000
"""Messages read and not handled yet; beyond it the client has to wait."""

_OPENING_SECONDS: Final = 10.0
_ENDED_BY_SIGNAL: Final = 128


def serve(server: RamifyServer, messages: Iterable[Any], out: Sink) -> int:
    """Returns the exit code once the client is gone. Threads may still be running then.

    `messages` is read on a thread of its own; see `ramify.lsp.wire`.
    """
    return asyncio.run(_served(server, messages, out))


async def _served(server: RamifyServer, messages: Iterable[Any], out: Sink) -> int:
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
    writer = Writer(out, gone_threadsafe)
    server.protocol.set_writer(writer)
    _on_signals(loop, stop)
    start_reader(partial(_read, server, messages, loop, gone_threadsafe), "ramify-reader")
    code = await ended
    server.protocol.end_all()
    await asyncio.sleep(0)  # lets cancelled questions say so
    writer.close()
    return code


def _read(
    server: RamifyServer,
    messages: Iterable[Any],
    loop: asyncio.AbstractEventLoop,
    gone: Callable[[], None],
) -> None:
    room = threading.Semaphore(UNREAD_LIMIT)

    def handle(message: object) -> None:
        room.release()
        server.protocol.receive(message)

    try:
        for message in messages:
            room.acquire()
            loop.call_soon_threadsafe(handle, message)
            if isinstance(message, dict) and message.get("method") == "initialize":
                _until_opened(loop)
    except (OSError, ValueError, RuntimeError):  # the stream or the loop was closed
        pass
    gone()


def _until_opened(loop: asyncio.AbstractEventLoop) -> None:
    """The folders are opened in the turn after `initialize` is answered: whoever does not wait
    for the answer must find them open, too."""
    opened = threading.Event()
    loop.call_soon_threadsafe(lambda: loop.call_soon(opened.set))
    opened.wait(_OPENING_SECONDS)


def _on_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[int], None]) -> None:
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop, _ENDED_BY_SIGNAL + number)
