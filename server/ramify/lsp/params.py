"""What clients send in standard requests and notifications, as far as Ramify reads it.

Decoded by msgspec: a wrong shape is refused with the path to what is wrong, an unknown field is
passed over. Ramify's own requests are in `ramify.protocol.shapes`.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ramify.protocol.shapes.common import Position, Range, TextDocument


class Params(msgspec.Struct, rename="camel", frozen=True):
    """Base of everything that is read from a client."""


class NoParams(Params, frozen=True):
    pass


class CancelParams(Params, frozen=True):
    id: int | str


# Lifecycle


class Folder(Params, frozen=True):
    uri: str
    name: str = ""


class InitializeParams(Params, frozen=True):
    capabilities: dict[str, Any]
    process_id: int | None = None
    root_uri: str | None = None
    root_path: str | None = None
    workspace_folders: list[Folder] | None = None
    initialization_options: Any = None


class FoldersEvent(Params, frozen=True):
    added: list[Folder] = []
    removed: list[Folder] = []


class FoldersParams(Params, frozen=True):
    event: FoldersEvent


class ConfigurationParams(Params, frozen=True):
    settings: Any = None


# Documents


class OpenedDocument(Params, frozen=True):
    uri: str
    text: str
    version: int = 0
    language_id: str = ""


class DidOpenParams(Params, frozen=True):
    text_document: OpenedDocument


class ChangedDocument(Params, frozen=True):
    uri: str
    version: int | None = None


class ContentChange(Params, frozen=True):
    text: str
    range: Range | None = None


class DidChangeParams(Params, frozen=True):
    text_document: ChangedDocument
    content_changes: list[ContentChange]


class DocumentParams(Params, frozen=True):
    text_document: TextDocument


class PositionParams(Params, frozen=True):
    text_document: TextDocument
    position: Position


class ReferenceContext(Params, frozen=True):
    include_declaration: bool = True


class ReferenceParams(Params, frozen=True):
    text_document: TextDocument
    position: Position
    context: ReferenceContext = ReferenceContext()


class RenameParams(Params, frozen=True):
    text_document: TextDocument
    position: Position
    new_name: str


class LensData(Params, frozen=True):
    uri: str
    symbol: str


class LensParams(Params, frozen=True):
    range: Range
    data: LensData


class SymbolParams(Params, frozen=True):
    query: str


class FileLocation(Params, frozen=True):
    uri: str


class SymbolData(Params, frozen=True):
    symbol: str


class WorkspaceSymbol(Params, frozen=True):
    name: str
    kind: int
    location: FileLocation
    data: SymbolData
    container_name: str | None = None


class HierarchyItem(Params, frozen=True):
    uri: str
    selection_range: Range
    name: str = ""
    data: Any = None


class HierarchyParams(Params, frozen=True):
    item: HierarchyItem


class CommandParams(Params, frozen=True):
    command: str
    arguments: list[Any] | None = None


# Files


class FileEvent(Params, frozen=True):
    uri: str
    type: int = 2


class WatchedFilesParams(Params, frozen=True):
    changes: list[FileEvent]


class RenamedFile(Params, frozen=True):
    old_uri: str
    new_uri: str


class RenameFilesParams(Params, frozen=True):
    files: list[RenamedFile]


class NamedFile(Params, frozen=True):
    uri: str


class FilesParams(Params, frozen=True):
    files: list[NamedFile]
