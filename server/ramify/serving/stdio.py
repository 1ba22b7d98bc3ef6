"""`ramify --stdio`."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

_CLOSE_SECONDS: Final = 3.0


def serve_stdio(roots: Sequence[Path] = (), *, memory: bool = False) -> NoReturn:
    gc.disable()  # nothing that is imported is garbage: collecting in between costs a third
    from ramify.lsp.main import log_to_stderr, make_server
    from ramify.lsp.server import Launch
    from ramify.lsp.stdio import serve
    from ramify.lsp.streams import private_streams
    from ramify.lsp.wire import messages

    log_to_stderr()
    server = make_server(Launch(tuple(roots), memory))
    gc.enable()
    gc.freeze()
    with private_streams() as (stdin, stdout):
        code = serve(server, messages(stdin), stdout)
    closing = threading.Thread(target=server.dispose, daemon=True)
    closing.start()
    closing.join(_CLOSE_SECONDS)
    sys.stderr.flush()
    os._exit(code)  # threads that wait for the index or sit in a long call are not waited for
