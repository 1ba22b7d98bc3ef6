"""The workspace folders of the connection and the documents it has open.

Says which folder a URI belongs to and hands each folder its documents. Lives on the event loop;
knows no requests. URIs come from clients and are trusted with nothing: what is in no folder has
its own text and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ramify.analysis.text import Text
from ramify.lsp.opening import outermost
from ramify.session.directories import real_path
from ramify.session.snapshot import Document
from ramify.session.uris import path_of

if TYPE_CHECKING:
    from ramify.indexing.client import Client
    from ramify.indexing.shared import Lease
    from ramify.indexing.workspace import Workspace

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Folder:
    """An open folder and this connection's view of it."""

    lease: Lease
    client: Client

    @property
    def workspace(self) -> Workspace:
        return self.lease.workspace

    def close(self) -> None:
        """Withdraws the documents; waits for the workspace's end if nobody else has it."""
        self.client.dispose()
        self.lease.release()

    @property
    def path(self) -> str:
        return self.workspace.folder


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """`document.path` is the name alone where there is no folder."""

    document: Document
    language_id: str
    folder: Folder | None


@dataclass(frozen=True, slots=True)
class FolderChange:
    opened: tuple[Folder, ...]
    closed: tuple[Folder, ...]


class Folders:
    """A folder inside another one belongs to that one's workspace."""

    def __init__(self, lease: Callable[[str], Lease | None]) -> None:
        self._lease = lease
        self._wanted: dict[str, str] = {}
        self._open: dict[str, Folder] = {}
        self._documents: dict[str, OpenDocument] = {}

    @property
    def all(self) -> tuple[Folder, ...]:
        """In the order they were added."""
        return tuple(self._open.values())

    def change(self, added: Iterable[str], removed: Iterable[str]) -> FolderChange:
        """Folders by absolute path. Removed ones are returned for the caller to close, after
        their documents were handed to whoever has them now."""
        for path in removed:
            self._wanted.pop(path, None)
        for path in added:
            self._wanted[path] = real_path(path)
        wanted = outermost(self._wanted.values())
        closed = tuple(self._open.pop(path) for path in list(self._open) if path not in wanted)
        opened = tuple(filter(None, (self._opened(p) for p in wanted if p not in self._open)))
        self._reassign()
        return FolderChange(opened, closed)

    def folder_of(self, uri: str) -> tuple[Folder, str] | None:
        """The folder a file is in and its path there; None for what is in none."""
        path = path_of(uri)
        if path is None:
            return None
        for folder in self._open.values():
            relative = folder.workspace.relative(path)
            if relative is not None:
                return folder, relative
        return None

    def document(self, uri: str) -> OpenDocument | None:
        return self._documents.get(uri)

    def documents(self) -> tuple[OpenDocument, ...]:
        return tuple(self._documents.values())

    def open(self, uri: str, version: int, text: Text, language_id: str) -> None:
        known = self._documents.get(uri)
        if known is not None and known.folder is not None:
            known.folder.client.close(known.document.path)
        opened = self._placed(uri, version, text, language_id)
        self._documents[uri] = opened
        if opened.folder is not None:
            opened.folder.client.open(opened.document)

    def change_document(self, uri: str, version: int, text: Text) -> None:
        """A document that is not open stays so."""
        known = self._documents.get(uri)
        if known is None:
            _log.warning("a change of a document that is not open")
            return
        document = Document(uri, known.document.path, version, text)
        self._documents[uri] = OpenDocument(document, known.language_id, known.folder)
        if known.folder is not None:
            known.folder.client.change(document)

    def close_document(self, uri: str) -> None:
        known = self._documents.pop(uri, None)
        if known is not None and known.folder is not None:
            known.folder.client.close(known.document.path)

    def _opened(self, path: str) -> Folder | None:
        lease = self._lease(path)
        if lease is None:
            return None
        folder = Folder(lease, lease.workspace.client())
        self._open[path] = folder
        return folder

    def _placed(self, uri: str, version: int, text: Text, language_id: str) -> OpenDocument:
        found = self.folder_of(uri)
        folder, path = found if found else (None, uri.rpartition("/")[2])
        return OpenDocument(Document(uri, path, version, text), language_id, folder)

    def _reassign(self) -> None:
        for uri, known in self._documents.items():
            document = known.document
            now = self._placed(uri, document.version, document.text, known.language_id)
            if now.folder is not known.folder:
                self._documents[uri] = now
                if now.folder is not None:
                    now.folder.client.open(now.document)
