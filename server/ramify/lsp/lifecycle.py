"""From `initialize` to `exit`: what we can do, which folders there are, how they are set up.

A folder is opened as soon as `initialize` is answered, so that its documents are served at once;
it is indexed when the client's configuration is known.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, get_args

from ramify.analysis.text import Encoding
from ramify.lsp.death import watch
from ramify.lsp.files import OPERATIONS, WATCHING
from ramify.lsp.folders import Folder, FolderChange
from ramify.lsp.opening import first_folders, paths_of
from ramify.lsp.params import (
    ConfigurationParams,
    FoldersParams,
    InitializeParams,
    NoParams,
)
from ramify.lsp.progress import IndexProgress
from ramify.lsp.rpc import RefusedError
from ramify.lsp.server import INFO, RamifyServer
from ramify.lsp.status import send_status, status_listener
from ramify.protocol.methods import METHODS, command_of
from ramify.session.settings import Loaded, Surfaces, surfaces_of
from ramify.session.uris import uri_of

_CONFIGURATION_SECONDS: Final = 2.0
"""How long indexing waits for the client to say what its settings are."""
_DIAGNOSTICS: Final = {"interFileDependencies": True, "workspaceDiagnostics": False}
_CONFIGURATION: Final = {
    "id": "ramify/configuration",
    "method": "workspace/didChangeConfiguration",
    "registerOptions": {"section": "ramify"},
}

_log = logging.getLogger(__name__)


def register(ls: RamifyServer) -> None:
    ls.on("initialize", InitializeParams, initialize)
    ls.on("initialized", NoParams, initialized)
    ls.on("shutdown", NoParams, shutdown)
    ls.on("exit", NoParams, leave)
    ls.on("$/setTrace", NoParams, lambda ls, params: None)
    ls.on("workspace/didChangeConfiguration", ConfigurationParams, configuration_changed)
    ls.on("workspace/didChangeWorkspaceFolders", FoldersParams, folders_changed)


def initialize(ls: RamifyServer, params: InitializeParams) -> dict[str, Any]:
    ls.client = params.capabilities
    ls.options = params.initialization_options
    ls.encoding = _encoding(ls.can("general", "positionEncodings"))
    ls.surfaces = surfaces_of(ls.options)
    ls.protocol.serving = True
    loop = asyncio.get_running_loop()
    loop.call_soon(partial(ls.folders.change, first_folders(params, ls.launch.roots), ()))
    if params.process_id is not None:
        _watch_process(ls, params.process_id)
    return {
        "capabilities": _capabilities(ls.encoding, ls.surfaces),
        "serverInfo": {"name": ls.name, "version": ls.version},
    }


async def initialized(ls: RamifyServer, params: NoParams) -> None:
    await _configure(ls, ls.folders.all)
    await _register(ls)


def shutdown(ls: RamifyServer, params: NoParams) -> None:
    ls.protocol.ended = True
    ls.protocol.end_all()


def leave(ls: RamifyServer, params: NoParams) -> None:
    ls.stop(0 if ls.protocol.ended else 1)


def configuration_changed(ls: RamifyServer, params: ConfigurationParams) -> Awaitable[None]:
    """Clients that can be asked are asked; the others send their settings along."""
    if not _can_be_asked(ls) and params.settings is not None:
        ls.options = params.settings
    return _reconfigure(ls, ls.folders.all)


def folders_changed(ls: RamifyServer, params: FoldersParams) -> Awaitable[None]:
    """The next message finds the new folders open and the old ones gone."""
    change = ls.folders.change(paths_of(params.event.added), paths_of(params.event.removed))
    return _take_over(ls, change)


def _encoding(offered: object) -> Encoding:
    """The first of the client's that we know: it puts them in the order it likes them."""
    for name in offered if isinstance(offered, list) else []:
        for known in get_args(Encoding):
            if name == known:
                encoding: Encoding = known
                return encoding
    return "utf-16"


async def _configure(ls: RamifyServer, folders: Iterable[Folder]) -> None:
    """Sets folders up by the client's configuration and starts to index them."""
    for folder in folders:
        before = ls.settings_of(folder.path, ls.options)
        loaded = ls.settings_of(folder.path, await _options_of(ls, folder))
        if loaded.settings != before.settings:
            _set_up(ls, folder, loaded)
        ls.take(loaded)
        progress = IndexProgress(ls, Path(folder.path).name)
        ls.listening[folder] = folder.workspace.on_status(status_listener(ls))
        folder.workspace.start(progress.from_any_thread)


async def _register(ls: RamifyServer) -> None:
    """What a client sends only when it is asked to."""
    wishes = [
        wish
        for capability, wish in (
            ("didChangeWatchedFiles", WATCHING),
            ("didChangeConfiguration", _CONFIGURATION),
        )
        if ls.can("workspace", capability, "dynamicRegistration")
    ]
    if wishes:
        try:
            await ls.protocol.ask_client("client/registerCapability", {"registrations": wishes})
        except RefusedError as error:
            _log.warning("the client does not register: %s", error)


async def _reconfigure(ls: RamifyServer, folders: Iterable[Folder]) -> None:
    for folder in folders:
        loaded = ls.settings_of(folder.path, await _options_of(ls, folder))
        ls.take(loaded)
        _set_up(ls, folder, loaded)


def _set_up(ls: RamifyServer, folder: Folder, loaded: Loaded) -> None:
    if not folder.lease.configure(loaded):
        name = Path(folder.path).name
        ls.show(INFO, f"Ramify: {name} is open elsewhere with other settings; those count.")


async def _take_over(ls: RamifyServer, change: FolderChange) -> None:
    await asyncio.gather(*(ls.close_folder(folder) for folder in change.closed))
    await _configure(ls, change.opened)
    send_status(ls)


async def _options_of(ls: RamifyServer, folder: Folder) -> object:
    """The client's settings for a folder; what it said before when it says nothing now."""
    if not _can_be_asked(ls):
        return ls.options
    items = [{"scopeUri": uri_of(folder.path), "section": "ramify"}]
    asked = ls.protocol.ask_client("workspace/configuration", {"items": items})
    try:
        said = await asyncio.wait_for(asked, _CONFIGURATION_SECONDS)
    except (TimeoutError, RefusedError) as error:
        _log.warning("no configuration from the client: %s", error)
        return ls.options
    section = said[0] if isinstance(said, list) and said else None
    return section if isinstance(section, dict) and section else ls.options


def _can_be_asked(ls: RamifyServer) -> bool:
    return bool(ls.can("workspace", "configuration"))


def _watch_process(ls: RamifyServer, pid: int) -> None:
    """A client that died without closing our stdin ends us, too."""
    loop = asyncio.get_running_loop()

    def died() -> None:
        with suppress(RuntimeError):  # the loop is closed: we have ended already
            loop.call_soon_threadsafe(lambda: ls.stop(0 if ls.protocol.ended else 1))

    watch(pid, died)


def _capabilities(encoding: Encoding, surfaces: Surfaces) -> dict[str, Any]:
    offered = {
        "positionEncoding": encoding,
        "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
        "documentSymbolProvider": True,
        "workspaceSymbolProvider": {"resolveProvider": True},
        "definitionProvider": True,
        "typeDefinitionProvider": True,
        "implementationProvider": True,
        "referencesProvider": True,
        "renameProvider": {"prepareProvider": True} if surfaces.rename else None,
        "codeLensProvider": {"resolveProvider": True} if surfaces.code_lens else None,
        "diagnosticProvider": _DIAGNOSTICS if surfaces.any_diagnostics else None,
        "documentHighlightProvider": True,
        "hoverProvider": surfaces.hover,
        "callHierarchyProvider": surfaces.hierarchy,
        "typeHierarchyProvider": surfaces.hierarchy,
        "executeCommandProvider": {
            "commands": [command_of(each.name) for each in METHODS if each.result is not None]
        },
        "workspace": {
            "workspaceFolders": {"supported": True, "changeNotifications": True},
            "fileOperations": OPERATIONS,
        },
        "experimental": {"ramify": {"methods": [each.name for each in METHODS]}},
    }
    return {name: value for name, value in offered.items() if value is not None}
