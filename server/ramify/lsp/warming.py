"""Loads what the first questions about the graph and the first search of a session would wait for,
once nobody asks for anything.

A second of imports and reading: off the way of the first answers, and of those, too.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from ramify.session.cancel import CancelToken

if TYPE_CHECKING:
    from ramify.lsp.folders import Folder
    from ramify.lsp.server import RamifyServer

_QUIET: Final = 1.5
"""Seconds without a question."""


async def warm_up(ls: RamifyServer) -> None:
    """Of the folders there are; each is loaded by asking it, as a person would."""
    while ls.protocol.asked_within(_QUIET):
        await asyncio.sleep(_QUIET)
    for folder in ls.folders.all:
        if not ls.protocol.ended:
            await asyncio.get_running_loop().run_in_executor(ls.graph_pool, _ask, folder)


def _ask(folder: Folder) -> None:
    from ramify.embedding.model import load_embedder
    from ramify.features.answers.common import Page
    from ramify.features.preparation import prepare
    from ramify.features.search import search
    from ramify.features.workspace_symbols import workspace_symbols

    token, page = CancelToken(), Page(0, 1)
    reading = folder.client.reading(token, complete_within=0.0)
    prepare(reading)
    search(reading, token, "load", load_embedder(), page=page)
    workspace_symbols(reading, token, "load", page)
