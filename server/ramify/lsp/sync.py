"""Open documents: opened, changed, saved, closed. On the loop, in well under a millisecond.

No parsing, no database, no disk: a document becomes a new frozen text and is handed on.
"""

from __future__ import annotations

from ramify.analysis.text import Position as TextPosition
from ramify.lsp.params import ContentChange, DidChangeParams, DidOpenParams, DocumentParams
from ramify.lsp.server import RamifyServer
from ramify.protocol.shapes.common import Position
from ramify.session.documents import Change, apply, text_of


def register(ls: RamifyServer) -> None:
    ls.on("textDocument/didOpen", DidOpenParams, did_open)
    ls.on("textDocument/didChange", DidChangeParams, did_change)
    ls.on("textDocument/didSave", DocumentParams, did_save)
    ls.on("textDocument/didClose", DocumentParams, did_close)


def did_open(ls: RamifyServer, params: DidOpenParams) -> None:
    opened = params.text_document
    ls.folders.open(opened.uri, opened.version, text_of(opened.text), opened.language_id)


def did_change(ls: RamifyServer, params: DidChangeParams) -> None:
    changed = params.text_document
    known = ls.folders.document(changed.uri)
    if known is None:
        return
    text = apply(known.document.text, map(_change, params.content_changes), ls.encoding)
    version = known.document.version + 1 if changed.version is None else changed.version
    ls.folders.change_document(changed.uri, version, text)


def did_save(ls: RamifyServer, params: DocumentParams) -> None:
    found = ls.folders.folder_of(params.text_document.uri)
    if found is not None:
        folder, path = found
        folder.workspace.disk_changed([path], "save")


def did_close(ls: RamifyServer, params: DocumentParams) -> None:
    ls.folders.close_document(params.text_document.uri)


def _change(change: ContentChange) -> Change:
    if change.range is None:
        return Change(change.text)
    return Change(change.text, _position(change.range.start), _position(change.range.end))


def _position(position: Position) -> TextPosition:
    return TextPosition(position.line, position.character)
