"""Which folders a client means with `initialize`. Pure: before there is a server to ask."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from ramify.lsp.params import Folder, InitializeParams
from ramify.session.uris import inside, path_of, uri_of


def first_folders(params: InitializeParams, roots: Sequence[Path] = ()) -> list[str]:
    """Absolute paths, in the client's order. `roots` of the command line win over the client's."""
    if roots:
        return [str(root.resolve()) for root in roots]
    if params.workspace_folders is not None:
        return paths_of(params.workspace_folders)
    if params.root_uri is not None:
        return paths_of([Folder(params.root_uri)])
    if params.root_path:
        return paths_of([Folder(uri_of(params.root_path))])
    return []


def paths_of(folders: Iterable[Folder]) -> list[str]:
    return [path for folder in folders if (path := path_of(folder.uri)) is not None]


def outermost(real_paths: Collection[str]) -> list[str]:
    """Without those inside another one of them, each once, in order."""
    return [
        path
        for path in dict.fromkeys(real_paths)
        if not any(other != path and inside(other, path) for other in real_paths)
    ]
