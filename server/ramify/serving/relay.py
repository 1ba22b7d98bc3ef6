"""Between a client on stdin and stdout and the process that owns the store.

Passes messages on. When the owner ends or is killed it finds the next one, which may be this very
process, tells it the session again, and goes on; the client notices a delay at most.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

from ramify.lsp.frames import Broken, bodies
from ramify.lsp.streams import Writer, start_reader
from ramify.lsp.wire import decoded, frame
from ramify.serving.channel import Channel, write_all
from ramify.serving.session import Session

WAITING_LIMIT: Final = 2000
"""Unanswered requests that are kept for the next owner; beyond it the client has to wait."""
_QUICK_SECONDS: Final = 1.0
_QUICK_LIMIT: Final = 20
"""So many servers in a row that are lost within a second mean that something else is wrong."""

_log = logging.getLogger(__name__)

Reach = Callable[[list[str], str], Channel]
"""(folders, tag) to a channel on which a session may begin; waits as long as it takes."""


class Relay:
    """Of one client. `run` returns when it is gone."""

    def __init__(self, session: Session, out: Writer, reach: Reach) -> None:
        self._session = session
        self._out = out
        self._reach = reach
        self._ended: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._over = False
        self._state = threading.Lock()
        self._sending = threading.Lock()
        """Held while frames go to a server, so that they go in the order they came, and while a
        lost server is replaced. Taken before `_state`."""
        self._room = threading.Condition(self._state)
        self._channel: Channel | None = None
        self._servers = 0

    def run(self, incoming: Iterable[bytes | Broken], channel: Channel, tag: str) -> int:
        """The exit code that LSP asks. `channel`: to the first server, with nothing said yet."""
        self._session.begin(tag)
        self._channel = channel
        start_reader(lambda: self._listen(incoming), "ramify-stdin")
        threading.Thread(
            target=self._follow, args=(channel,), name="ramify-relay", daemon=True
        ).start()
        code = self._ended.get()
        self._over = True
        last = self._channel
        if last is not None:
            last.close()
        return code

    def stop(self, code: int) -> None:
        """From any thread or signal handler."""
        self._ended.put(code)

    def gone(self) -> None:
        """The client is: the code says whether it had said goodbye."""
        self.stop(0 if self._session.shut_down else 1)

    # From the client

    def _listen(self, incoming: Iterable[bytes | Broken]) -> None:
        with suppress(OSError, ValueError):  # the stream was closed
            for body in incoming:
                if isinstance(body, Broken):
                    error = {"code": body.code, "message": body.reason}
                    self._out.write(frame({"jsonrpc": "2.0", "id": body.id, "error": error}))
                elif _is_exit(body):
                    break
                else:
                    self._pass_on(body)
        self.gone()

    def _pass_on(self, body: bytes) -> None:
        with self._room:
            while self._session.waiting >= WAITING_LIMIT and not self._over:
                self._room.wait(1)
        with self._sending:
            with self._state:
                heard = self._session.from_client(body)
                channel = self._channel
            for each in heard.to_client:
                self._out.write(each)
            if channel is not None:
                with suppress(OSError):  # lost: the next one hears the session from its start
                    for each in heard.to_server:
                        write_all(channel, each)

    # From the servers, one after the other

    def _follow(self, channel: Channel) -> None:
        try:
            quick = 0
            while True:
                since = time.monotonic()
                self._hear_out(channel)
                quick = quick + 1 if time.monotonic() - since < _QUICK_SECONDS else 0
                if self._over:
                    return None
                if quick > _QUICK_LIMIT:
                    _log.error("server after server ends at once")
                    return self.stop(1)
                self._bid_farewell(channel)
                if self._session.shut_down:
                    return None
                if quick:
                    time.sleep(min(_QUICK_SECONDS, 0.01 * 2**quick))
                channel = self._next_server()
        except Exception:
            _log.exception("the relay failed")
            self.stop(1)

    def _hear_out(self, channel: Channel) -> None:
        with suppress(OSError, ValueError):
            for body in bodies(channel.reader):
                if isinstance(body, Broken):
                    continue
                with self._room:
                    heard = self._session.from_server(body)
                    self._room.notify()
                for each in heard.to_client:
                    self._out.write(each)
                if heard.to_server:
                    with self._sending, suppress(OSError):
                        for each in heard.to_server:
                            write_all(channel, each)

    def _bid_farewell(self, lost: Channel) -> None:
        lost.close()
        with self._state:
            self._channel = None
            farewell = self._session.lost()
        for each in farewell:
            self._out.write(each)

    def _next_server(self) -> Channel:
        """It has heard the session."""
        with self._state:
            folders = list(self._session.folders)
        self._servers += 1
        tag = f"ramify/{self._servers}"
        channel = self._reach(folders, tag)
        with self._sending:
            with self._state:
                self._session.begin(tag)
                said = list(self._session.replay())
                self._channel = channel
            with suppress(OSError):  # lost at once: the next one then
                for each in said:
                    write_all(channel, each)
        return channel


def _is_exit(body: bytes) -> bool:
    if b'"exit"' not in body[:200]:
        return False
    message: Any = decoded(body)
    return isinstance(message, dict) and message.get("method") == "exit"
