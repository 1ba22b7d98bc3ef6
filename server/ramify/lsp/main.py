"""`ramify --stdio`: makes the server, runs it, and ends the process for good.

The one place that knows all handlers.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from ramify.lsp.folders import Folder
    from ramify.lsp.server import Launch, RamifyServer

_CLOSE_SECONDS: Final = 3.0
_SWITCH_SECONDS: Final = 0.001
"""A question changes threads five times on its way; while the index is linked beside it, each
change may wait this long for the interpreter. Python's own choice is five times as much."""


def serve_stdio(roots: Sequence[Path] = (), *, memory: bool = False) -> NoReturn:
    """Serves until the client is gone, then ends the process with the exit code that LSP asks.

    `roots`: folders to serve instead of the client's. The stores are closed, within a limit; what
    still runs then is cut off, which loses nothing.
    """
    gc.disable()  # nothing that is imported is garbage: collecting in between costs a third
    from ramify.lsp.server import Launch
    from ramify.lsp.stdio import private_streams, serve

    sys.setswitchinterval(_SWITCH_SECONDS)
    server = _server(Launch(tuple(roots), memory))
    gc.enable()
    gc.freeze()
    with private_streams() as (stdin, stdout):
        code = serve(server, stdin, stdout)
    closing = threading.Thread(target=_close, args=(server.folders.all,), daemon=True)
    closing.start()
    closing.join(_CLOSE_SECONDS)
    sys.stderr.flush()
    os._exit(code)  # threads that wait for the index or sit in a long call are not waited for


def _server(launch: Launch) -> RamifyServer:
    from ramify.lsp import custom, files, hierarchy, hover, lifecycle, navigation, symbols, sync
    from ramify.lsp.server import RamifyServer

    _log_to_stderr()
    server = RamifyServer(version("ramify"), launch)
    for family in (lifecycle, sync, files, symbols, navigation, hierarchy, hover, custom):
        family.register(server)
    return server


def _log_to_stderr() -> None:
    """Warnings; more with RAMIFY_LOG=info or debug. pygls stays quiet: it would log bodies."""
    level = os.environ.get("RAMIFY_LOG", "warning").upper()
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    known = level in ("DEBUG", "INFO", "WARNING", "ERROR")
    logging.getLogger("ramify").setLevel(level if known else "WARNING")


def _close(folders: Sequence[Folder]) -> None:
    for folder in folders:
        folder.client.dispose()
        folder.workspace.close()
