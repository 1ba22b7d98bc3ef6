"""The server of one connection: its state, its pools, and how handlers are put in.

pygls carries the protocol; what it would do with threads it does not do here: stdin has its own
reader (see `ramify.lsp.stdio`) and questions run on our own pools, so that no question, however
slow, keeps a message from being read.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from pygls.lsp.server import LanguageServer

from ramify.analysis.text import Encoding
from ramify.lsp.folders import Folder, Folders
from ramify.lsp.rpc import RamifyProtocol
from ramify.session.settings import Loaded, Surfaces, load_settings

if TYPE_CHECKING:
    from ramify.indexing.shared import Lease, Workspaces

ERROR: Final = 1
WARNING: Final = 2
INFO: Final = 3
"""Message types of LSP."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Launch:
    """What the command line said."""

    roots: tuple[Path, ...] = ()
    """Folders to serve instead of the client's."""
    memory: bool = False


class RamifyServer(LanguageServer):
    """Its attributes are read and changed on the event loop only."""

    protocol: RamifyProtocol

    def __init__(self, version: str, launch: Launch, workspaces: Callable[[], Workspaces]) -> None:
        super().__init__(
            "ramify", version, protocol_cls=RamifyProtocol, converter_factory=lambda: None
        )
        self.launch = launch
        self.stop: Callable[[int], None] = lambda code: None
        """Ends the process with an exit code; set by whoever runs the server."""
        self.encoding: Encoding = "utf-16"
        self.client: object = None
        """What the client can do, as it said."""
        self.options: object = None
        """`initializationOptions`, or what the client's configuration says since."""
        self.workspaces = workspaces
        """What this process has open; asked for when there is something to open."""
        self.folders = Folders(self._lease)
        self.listening: dict[Folder, Callable[[], None]] = {}
        """By folder: what ends our listening to its status."""
        self.now_pool = ThreadPoolExecutor(4, "ramify-now")
        """Questions that live parsing answers."""
        self.graph_pool = ThreadPoolExecutor(16, "ramify-graph")
        """Questions that may wait for the index; most of these threads sleep."""
        self.wait_seconds = 10.0
        self.surfaces = Surfaces()
        self.warming: asyncio.Future[None] | None = None
        """Once an index was complete."""
        self.shown_revision = -1
        """Of the complete graph that the client was last told to ask anew about."""

    def on(
        self,
        method: str,
        params: type[msgspec.Struct],
        handler: Callable[[RamifyServer, Any], Any],
    ) -> None:
        """`handler(ls, params)` runs on the loop and may return an awaitable."""
        self.protocol.params[method] = params
        self.feature(method)(handler)

    def can(self, *names: str) -> Any:
        """What the client said of a capability: `can("window", "workDoneProgress")`; None for
        nothing."""
        found: Any = self.client
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def show(self, kind: int, message: str) -> None:
        """A message for the person at the client."""
        self.protocol.tell("window/showMessage", {"type": kind, "message": message})

    def settings_of(self, path: str, options: object) -> Loaded:
        return load_settings(Path(path), options)

    def take(self, loaded: Loaded) -> None:
        """What a folder's settings say of the connection: the last one counts."""
        self.wait_seconds = loaded.settings.wait_seconds
        self.surfaces = loaded.surfaces

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Errors are answers, or lines in the log: never a popup."""
        _log.error("%s: %s", source, error)

    def _lease(self, path: str) -> Lease | None:
        loaded = self.settings_of(path, self.options)
        self.take(loaded)
        memory = self.launch.memory or loaded.settings.store == "memory"
        try:
            return self.workspaces().lease(Path(path), loaded, memory=memory)
        except Exception as error:  # one folder must not keep the others from being opened
            _log.exception("a folder cannot be opened")
            self.show(ERROR, f"Ramify cannot open the folder {path}: {error}")
            return None

    async def close_folder(self, folder: Folder) -> None:
        """Closing waits for the writer: not on the loop."""
        self._unlisten(folder)
        await asyncio.get_running_loop().run_in_executor(self.graph_pool, folder.close)

    def dispose(self) -> None:
        """After the connection has ended, on whatever thread: leaves nothing of it behind."""
        self.now_pool.shutdown(wait=False, cancel_futures=True)
        self.graph_pool.shutdown(wait=False, cancel_futures=True)
        for folder in self.folders.all:
            self._unlisten(folder)
            folder.close()

    def _unlisten(self, folder: Folder) -> None:
        unlisten = self.listening.pop(folder, None)
        if unlisten is not None:
            unlisten()
