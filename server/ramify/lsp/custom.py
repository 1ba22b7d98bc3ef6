"""Ramify's own requests, and the same as commands for clients that cannot send them.

Unlike standard requests they answer while the index fills, and say so. The questions have files
of their own; here is where they are listed, and what is asked of the server itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from ramify.lsp.ask import ask_waiting
from ramify.lsp.folders import Folder
from ramify.lsp.impact import impact
from ramify.lsp.overviews import cycles, hotspots, unreachable
from ramify.lsp.params import CommandParams
from ramify.lsp.pointed import spot
from ramify.lsp.relations import callees, callers, related, removable
from ramify.lsp.rpc import INVALID_PARAMS, RefusedError
from ramify.lsp.search import search
from ramify.lsp.server import RamifyServer
from ramify.protocol import convert
from ramify.protocol.convert import joined
from ramify.protocol.methods import METHODS, command_of
from ramify.protocol.shapes.service import AwaitParams, AwaitResult, StatusParams, StatusResult
from ramify.session.cancel import CancelToken


def register(ls: RamifyServer) -> None:
    for method in METHODS:
        if method.name in _HANDLERS:
            ls.on(method.name, method.params, _HANDLERS[method.name])
    ls.on("workspace/executeCommand", CommandParams, execute)


def execute(ls: RamifyServer, params: CommandParams) -> Any:
    """`ramify.impact` with the params of `ramify/impact` as its one argument."""
    for method in METHODS:
        if command_of(method.name) == params.command and method.name in _HANDLERS:
            given = params.arguments[0] if params.arguments else {}
            try:
                decoded = msgspec.convert({} if given is None else given, method.params)
            except msgspec.ValidationError as error:
                raise RefusedError(INVALID_PARAMS, f"{params.command}: {error}") from error
            return _HANDLERS[method.name](ls, decoded)
    raise RefusedError(INVALID_PARAMS, f"there is no command {params.command}")


def status(ls: RamifyServer, params: StatusParams) -> Awaitable[msgspec.Raw]:
    folders = ls.folders.all
    return ask_waiting(ls, 0, lambda token: _details(folders))


def await_(ls: RamifyServer, params: AwaitParams) -> Awaitable[msgspec.Raw]:
    seconds = params.timeout_ms / 1000
    folders, document = ls.folders.all, None
    if params.text_document is not None:
        at = spot(ls, params.text_document.uri)
        document = (at.path, params.text_document.version)
        folders = (at.folder,) if at.folder else ()

    def wait(token: CancelToken) -> AwaitResult:
        states = [
            folder.client.await_(
                token,
                timeout=max(0.0, token.remaining),
                document=document,
                revision=params.revision,
                search=params.search,
            )
            for folder in folders
        ]
        return AwaitResult(status=joined([convert.status(each) for each in states]))

    return ask_waiting(ls, seconds, wait)


_HANDLERS: Final[dict[str, Callable[[RamifyServer, Any], Awaitable[msgspec.Raw]]]] = {
    "ramify/search": search,
    "ramify/related": related,
    "ramify/impact": impact,
    "ramify/callers": callers,
    "ramify/callees": callees,
    "ramify/removable": removable,
    "ramify/unreachable": unreachable,
    "ramify/cycles": cycles,
    "ramify/hotspots": hotspots,
    "ramify/status": status,
    "ramify/await": await_,
}


def _details(folders: tuple[Folder, ...]) -> StatusResult:
    """Sums over the folders; of texts all that differ."""
    each = [folder.workspace.details() for folder in folders]
    return StatusResult(
        status=joined([convert.status(details.status) for details in each]),
        counts=_summed([details.counts for details in each]),
        queues=_summed([details.queues for details in each]),
        memory=dict(each[0].memory) if each else {},
        store=_summed([details.store for details in each]),
        cache_hits=_summed([details.cache_hits for details in each]),
        last_errors=tuple(error for details in each for error in details.last_errors),
        notes=tuple(note for details in each for note in details.notes),
        housekeeping=_summed([details.housekeeping for details in each]),
        health=_worst([details.health for details in each]),
    )


def _worst(tables: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Of each part what is wrong in some folder; "ok" where it is in all."""
    found: dict[str, str] = {}
    for table in tables:
        for part, said in table.items():
            if found.get(part, "ok") == "ok":
                found[part] = said
    return found


def _summed(tables: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    total: dict[str, Any] = {}
    for table in tables:
        for key, value in table.items():
            if key not in total:
                total[key] = value
            elif isinstance(value, int):
                total[key] += value
            elif value != total[key]:
                total[key] = f"{total[key]}; {value}"
    return total
