"""Symbols of a document and of the workspace."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from itertools import chain, zip_longest
from typing import Final

import msgspec

from ramify.features.answers.common import Page, Place
from ramify.features.outline import document_symbols
from ramify.features.places import Places
from ramify.lsp import results
from ramify.lsp.ask import Asking, ask_folders, ask_now, require_complete
from ramify.lsp.params import DocumentParams, SymbolParams, WorkspaceSymbol
from ramify.lsp.pointed import spot
from ramify.lsp.results import document_symbols as tree_of
from ramify.lsp.results import (
    flat_symbols,
    symbol_information,
    workspace_symbol,
)
from ramify.lsp.server import RamifyServer
from ramify.protocol.shapes.common import Location, Position, Range, Shape

_PAGE: Final = Page(0, 128)
"""More than anybody reads; each is placed in its file, which takes as long as finding it."""


def register(ls: RamifyServer) -> None:
    ls.on("textDocument/documentSymbol", DocumentParams, in_document)
    ls.on("workspace/symbol", SymbolParams, in_workspace)
    ls.on("workspaceSymbol/resolve", WorkspaceSymbol, resolve)


def in_document(ls: RamifyServer, params: DocumentParams) -> Awaitable[msgspec.Raw]:
    at = spot(ls, params.text_document.uri)
    trees = ls.can("textDocument", "documentSymbol", "hierarchicalDocumentSymbolSupport")
    shown = tree_of if trees else flat_symbols

    def question(now: Asking) -> object:
        return shown(now.ranges, document_symbols(now.reading, now.token, at.path))

    return ask_now(ls, at, question)


def in_workspace(ls: RamifyServer, params: SymbolParams) -> Awaitable[msgspec.Raw]:
    """Of several folders in turn: the best of each, the second best of each, ... A client that
    can ask again for the place of the one that is picked gets the others without."""
    lazily = ls.can("workspace", "symbol", "resolveSupport", "properties")
    is_lazy = isinstance(lazily, list) and "location.range" in lazily
    matching = _to_be_resolved if is_lazy else _matching

    def question(folders: tuple[Asking, ...]) -> list[Shape]:
        ranked = [matching(each, params.query) for each in folders]
        found = [each for each in chain(*zip_longest(*ranked)) if each is not None]
        if not found:
            require_complete(folders)
        return found

    return ask_folders(ls, ls.folders.all, question)


def resolve(ls: RamifyServer, params: WorkspaceSymbol) -> Awaitable[msgspec.Raw]:
    uri = params.location.uri
    at = spot(ls, uri)

    def question(asked: tuple[Asking, ...]) -> results.WorkspaceSymbol:
        place = asked[0].ranges.location(_place(asked[0], params.data.symbol)) if asked else None
        return results.WorkspaceSymbol(
            name=params.name,
            kind=params.kind,
            location=place or Location(uri, Range(Position(0, 0), Position(0, 0))),
            container_name=params.container_name,
            data={"symbol": params.data.symbol},
        )

    return ask_folders(ls, (at.folder,) if at.folder else (), question)


def _place(now: Asking, symbol_id: str) -> Place:
    """The top of its file where the live text holds it no more."""
    symbol = now.reading.view.symbol(symbol_id)
    item = Places(now.reading).item(symbol) if symbol else None
    return item.name_place if item else Place(symbol.file if symbol else "", 0, 0)


def _matching(now: Asking, query: str) -> Iterable[Shape]:
    from ramify.features.workspace_symbols import workspace_symbols  # numpy: not at the start

    found = workspace_symbols(now.reading, now.token, query, _PAGE)
    shown = (symbol_information(now.ranges, item) for item in found.items)
    return [each for each in shown if each is not None]


def _to_be_resolved(now: Asking, query: str) -> Iterable[Shape]:
    from ramify.features.workspace_symbols import matching_symbols

    symbols, _ = matching_symbols(now.reading, now.token, query, _PAGE)
    return [workspace_symbol(now.ranges.uri(each.file), each) for each in symbols]
