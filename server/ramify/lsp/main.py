"""Makes the server of a connection. The one place that knows all handlers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ramify.lsp import (
    custom,
    diagnostics,
    files,
    hierarchy,
    hover,
    lenses,
    lifecycle,
    navigation,
    rename,
    symbols,
    sync,
)
from ramify.lsp.server import Launch, RamifyServer
from ramify.release import VERSION

if TYPE_CHECKING:
    from ramify.indexing.shared import Workspaces

_FAMILIES: Final = (
    lifecycle,
    sync,
    files,
    symbols,
    navigation,
    hierarchy,
    hover,
    rename,
    lenses,
    diagnostics,
    custom,
)
_SWITCH_SECONDS: Final = 0.001
"""A question changes threads five times on its way; while the index is linked beside it, each
change may wait this long for the interpreter. Python's own choice is five times as much."""


def make_server(launch: Launch, workspaces: Callable[[], Workspaces]) -> RamifyServer:
    """For one connection. `workspaces`: what it shares with other connections of this process."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    server = RamifyServer(VERSION, launch, workspaces)
    for family in _FAMILIES:
        family.register(server)
    return server
