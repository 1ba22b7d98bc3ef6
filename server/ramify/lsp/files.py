"""Files that changed on disk, as the client reports them: watched, created, renamed, deleted.

All go down the one road of the workspace, beside what it notices by itself; it takes nothing for
granted and looks at the content.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ramify.lsp.folders import Folder
from ramify.lsp.params import FilesParams, RenameFilesParams, WatchedFilesParams
from ramify.lsp.server import RamifyServer

_EVERYTHING: Final = {"filters": [{"scheme": "file", "pattern": {"glob": "**/*"}}]}

WATCHING: Final[dict[str, Any]] = {
    "id": "ramify/watch",
    "method": "workspace/didChangeWatchedFiles",
    "registerOptions": {"watchers": [{"globPattern": "**/*"}]},
}
"""The registration that makes a client watch."""

OPERATIONS: Final[dict[str, Any]] = {
    "didCreate": _EVERYTHING,
    "willRename": _EVERYTHING,
    "didRename": _EVERYTHING,
    "didDelete": _EVERYTHING,
}


def register(ls: RamifyServer) -> None:
    ls.on("workspace/didChangeWatchedFiles", WatchedFilesParams, watched_files)
    ls.on("workspace/didCreateFiles", FilesParams, created)
    ls.on("workspace/willRenameFiles", RenameFilesParams, will_rename)
    ls.on("workspace/didRenameFiles", RenameFilesParams, renamed)
    ls.on("workspace/didDeleteFiles", FilesParams, deleted)


def watched_files(ls: RamifyServer, params: WatchedFilesParams) -> None:
    _changed(ls, (each.uri for each in params.changes), "watched")


def created(ls: RamifyServer, params: FilesParams) -> None:
    _changed(ls, (each.uri for each in params.files), "created")


def deleted(ls: RamifyServer, params: FilesParams) -> None:
    _changed(ls, (each.uri for each in params.files), "deleted")


def will_rename(ls: RamifyServer, params: RenameFilesParams) -> None:
    """Nothing to edit beforehand; the answer tells the client to go on."""


def renamed(ls: RamifyServer, params: RenameFilesParams) -> None:
    """Within one folder a rename keeps what is known; between folders one loses, one gains."""
    pairs: dict[Folder, list[tuple[str, str]]] = {}
    others: list[str] = []
    for each in params.files:
        old, new = ls.folders.folder_of(each.old_uri), ls.folders.folder_of(each.new_uri)
        if old and new and old[0] is new[0]:
            pairs.setdefault(old[0], []).append((old[1], new[1]))
        else:
            others += [each.old_uri, each.new_uri]
    for folder, renames in pairs.items():
        folder.workspace.renamed(renames)
    _changed(ls, others, "renamed")


def _changed(ls: RamifyServer, uris: Iterable[str], cause: str) -> None:
    paths: dict[Folder, dict[str, None]] = {}
    for uri in uris:
        found = ls.folders.folder_of(uri)
        if found is not None:
            paths.setdefault(found[0], {})[found[1]] = None
    for folder, changed in paths.items():
        folder.workspace.disk_changed(list(changed), cause)
