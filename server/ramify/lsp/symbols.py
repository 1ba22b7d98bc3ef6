"""Symbols of a document and of the workspace."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from itertools import chain, zip_longest
from typing import Final

import msgspec

from ramify.features.answers.common import Page
from ramify.features.outline import document_symbols
from ramify.lsp.ask import Asking, ask_folders, ask_now, require_complete
from ramify.lsp.params import DocumentParams, SymbolParams
from ramify.lsp.pointed import spot
from ramify.lsp.results import SymbolInformation, flat_symbols, symbol_information
from ramify.lsp.results import document_symbols as tree_of
from ramify.lsp.server import RamifyServer

_PAGE: Final = Page(0, 128)
"""More than anybody reads; each is placed in its file, which takes as long as finding it."""


def register(ls: RamifyServer) -> None:
    ls.on("textDocument/documentSymbol", DocumentParams, in_document)
    ls.on("workspace/symbol", SymbolParams, in_workspace)


def in_document(ls: RamifyServer, params: DocumentParams) -> Awaitable[msgspec.Raw]:
    at = spot(ls, params.text_document.uri)
    trees = ls.can("textDocument", "documentSymbol", "hierarchicalDocumentSymbolSupport")
    shown = tree_of if trees else flat_symbols

    def question(now: Asking) -> object:
        return shown(now.ranges, document_symbols(now.reading, now.token, at.path))

    return ask_now(ls, at, question)


def in_workspace(ls: RamifyServer, params: SymbolParams) -> Awaitable[msgspec.Raw]:
    """Of several folders in turn: the best of each, the second best of each, ..."""

    def question(folders: tuple[Asking, ...]) -> list[SymbolInformation]:
        ranked = [_matching(each, params.query) for each in folders]
        found = [each for each in chain(*zip_longest(*ranked)) if each is not None]
        if not found:
            require_complete(folders)
        return found

    return ask_folders(ls, ls.folders.all, question)


def _matching(now: Asking, query: str) -> Iterable[SymbolInformation]:
    from ramify.features.workspace_symbols import workspace_symbols  # numpy: not at the start

    found = workspace_symbols(now.reading, now.token, query, _PAGE)
    shown = (symbol_information(now.ranges, item) for item in found.items)
    return [each for each in shown if each is not None]
