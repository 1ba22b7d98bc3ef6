"""The owner's side: listens, and serves whoever comes with what this process has open.

Every connection has a thread, a server and a loop of its own; they share the workspaces and
nothing else. What a connection needs is imported when the first one comes, so that listening costs
a short command nothing.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from ramify.serving.channel import Channel, Listener, listen, pair
from ramify.serving.greeting import Why, Wish, introduced, met
from ramify_store.ownership import Owner, announce

if TYPE_CHECKING:
    from ramify.indexing.shared import Workspaces

CHANNELS: Final = 200
"""Connections at once; whoever comes then is told that we are busy."""

_log = logging.getLogger(__name__)


class Host:
    """One in a process. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listener: Listener | None = None
        self._me: Owner = introduced()
        self._channels: set[Channel] = set()
        self._ending = False
        self._workspaces: Workspaces | None = None
        self._left_at = time.monotonic()
        self.served = False
        """Somebody has come since the start."""

    def listen(self) -> None:
        """From now on locks of this process say where it listens. Where there is no place to
        listen it serves itself alone, and the log says so. Idempotent."""
        with self._lock:
            if self._listener is not None or self._ending:
                return
            key = secrets.token_hex(16)
            try:
                self._listener = listen(key)
            except OSError as error:
                _log.warning("no other process can attach: %s", error)
                announce(introduced())
                return
            self._me = introduced(self._listener.address, key)
            announce(self._me)
        threading.Thread(
            target=self._accept, args=(self._listener,), name="ramify-listen", daemon=True
        ).start()

    def workspaces(self) -> Workspaces:
        """What this process has open, shared by all that it serves."""
        with self._lock:
            if self._workspaces is None:
                from ramify.indexing.shared import Workspaces

                self._workspaces = Workspaces()
                if self._ending:
                    self._workspaces.close()
            return self._workspaces

    def serve_ourselves(self, tag: str) -> Channel:
        """A session with this very process."""
        ours, served = pair()
        if not self._take(served):
            served.close()
            return ours

        def run() -> None:
            try:
                self._session(served, tag)
            except Exception:
                _log.exception("our own connection failed")
            finally:
                self._leave(served)

        threading.Thread(target=run, name="ramify-client", daemon=True).start()
        return ours

    def idle_seconds(self) -> float:
        """Since the last connection ended; 0 while there is one."""
        with self._lock:
            return 0.0 if self._channels else time.monotonic() - self._left_at

    def stop(self) -> None:
        """Cuts all connections, so that nobody hears of what ends now, then closes the
        workspaces: whoever was attached takes over. Idempotent."""
        with self._lock:
            self._ending = True
            listener, self._listener = self._listener, None
            channels = list(self._channels)
            workspaces = self._workspaces
        announce(None)
        if listener is not None:
            listener.close()
        for channel in channels:
            channel.close()
        if workspaces is not None:
            workspaces.close()

    def _accept(self, listener: Listener) -> None:
        while not self._ending:
            try:
                channel = listener.accept()
            except PermissionError as error:
                _log.warning("refused: %s", error)
                continue
            except OSError as error:
                if not self._ending:
                    _log.warning("cannot accept: %s", error)
                    time.sleep(0.1)
                continue
            threading.Thread(
                target=self._receive, args=(channel,), name="ramify-client", daemon=True
            ).start()

    def _receive(self, channel: Channel) -> None:
        self.served = True
        taken = self._take(channel)
        try:
            busy: Why | None = None if taken else "ending" if self._ending else "busy"
            wish = met(channel, self._me, busy)
            if wish is not None and taken:
                self._granted(wish, channel)
        except OSError as error:
            _log.info("a connection ended: %s", error)
        except Exception:
            _log.exception("a connection failed")
        finally:
            self._leave(channel)

    def _granted(self, wish: Wish, channel: Channel) -> None:
        if wish.kind == "command":
            from ramify.serving.commands import run_command

            run_command(channel, self.workspaces)
        else:
            self._session(channel, wish.tag)

    def _session(self, channel: Channel, tag: str) -> None:
        from ramify.lsp.main import make_server
        from ramify.lsp.server import Launch
        from ramify.lsp.stdio import serve
        from ramify.lsp.wire import messages

        server = make_server(Launch(), self.workspaces)
        server.protocol.asking_as = tag
        try:
            serve(server, messages(channel.reader), channel)
        finally:
            channel.close()
            server.dispose()

    def _take(self, channel: Channel) -> bool:
        with self._lock:
            if self._ending or len(self._channels) >= CHANNELS:
                return False
            self._channels.add(channel)
            return True

    def _leave(self, channel: Channel) -> None:
        with self._lock:
            self._channels.discard(channel)
            self._left_at = time.monotonic()
        with suppress(OSError):
            channel.close()
