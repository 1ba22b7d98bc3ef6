"""`ramify/statusChanged`: tells the client when the index got further, and has it ask anew for what
stands in its editors (lenses, diagnostics) when a graph was completed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from ramify.lsp.server import RamifyServer
from ramify.lsp.warming import warm_up
from ramify.protocol.convert import joined, status
from ramify.protocol.shapes.service import StatusChanged
from ramify.session.snapshot import Status

_AT_MOST_EVERY: Final = 0.25

_log = logging.getLogger(__name__)


def send_status(ls: RamifyServer) -> None:
    """On the loop: the status of all folders together."""
    folders = ls.folders.all
    if folders and not ls.protocol.ended:
        now = joined([status(folder.workspace.status()) for folder in folders])
        ls.protocol.tell("ramify/statusChanged", StatusChanged(status=now))
        if now.complete and now.revision != ls.shown_revision:
            ls.shown_revision = now.revision
            _refresh(ls)
        if now.complete and now.search.complete and ls.warming is None:
            ls.warming = asyncio.ensure_future(warm_up(ls))
            ls.warming.add_done_callback(_log_failure)


def _refresh(ls: RamifyServer) -> None:
    for capability, method, wanted in (
        ("codeLens", "workspace/codeLens/refresh", ls.surfaces.code_lens),
        ("diagnostics", "workspace/diagnostic/refresh", ls.surfaces.any_diagnostics),
    ):
        if wanted and ls.can("workspace", capability, "refreshSupport"):
            asked = ls.protocol.ask_client(method, None)
            asked.add_done_callback(lambda answer: answer.cancelled() or answer.exception())


def _log_failure(task: asyncio.Future[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.warning("search cannot be loaded before it is asked for", exc_info=error)


def status_listener(ls: RamifyServer) -> Callable[[Status], None]:
    """For a workspace: may be called on any thread, sends a few times in a second at most, and
    the last state always."""
    loop = asyncio.get_running_loop()
    waiting = False

    def send() -> None:
        nonlocal waiting
        waiting = False
        send_status(ls)

    def soon() -> None:
        nonlocal waiting
        if not waiting:
            waiting = True
            loop.call_later(_AT_MOST_EVERY, send)

    def listener(_: Status) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            loop.call_soon_threadsafe(soon)

    return listener
