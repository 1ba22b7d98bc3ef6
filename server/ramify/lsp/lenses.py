"""Code lenses: where they stand at once, what they say when one comes into view.

`ramify.codeLens` switches them off. Their command is the client's own, if it says in
`experimental.commands.commands` that it has it; else they are there to be read.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Final

import msgspec

from ramify.features.lenses import lens_counts, lens_title
from ramify.features.lenses import lenses as lenses_of
from ramify.lsp.ask import Asking, ask_folders, ask_now, unfinished
from ramify.lsp.params import DocumentParams, LensParams
from ramify.lsp.pointed import spot
from ramify.lsp.server import RamifyServer
from ramify.protocol.shapes.common import Range, Shape

COMMAND: Final = "ramify.showImpact"
"""With one argument, `{symbol: id}`."""


class Command(Shape, frozen=True, kw_only=True):
    title: str
    command: str
    arguments: tuple[Any, ...] = ()


class CodeLens(Shape, frozen=True, kw_only=True):
    range: Range
    command: Command | None = None
    data: dict[str, str] | None = None


def register(ls: RamifyServer) -> None:
    ls.on("textDocument/codeLens", DocumentParams, lenses)
    ls.on("codeLens/resolve", LensParams, resolve)


def lenses(ls: RamifyServer, params: DocumentParams) -> Awaitable[msgspec.Raw]:
    at = spot(ls, params.text_document.uri)
    uri, shown = params.text_document.uri, ls.surfaces.code_lens and at.folder is not None

    def question(now: Asking) -> list[CodeLens]:
        found = lenses_of(now.reading, now.token, at.path) if shown else ()
        return [
            CodeLens(range=place, data={"uri": uri, "symbol": lens.symbol})
            for lens in found
            if (place := now.ranges.range(lens.place))
        ]

    return ask_now(ls, at, question)


def resolve(ls: RamifyServer, params: LensParams) -> Awaitable[msgspec.Raw]:
    at = spot(ls, params.data.uri)
    folders = (at.folder,) if at.folder else ()
    symbol, command = params.data.symbol, _command(ls)

    def question(asked: tuple[Asking, ...]) -> CodeLens:
        title = _title(asked, symbol)
        arguments = ({"symbol": symbol},) if command else ()
        shown = Command(title=title, command=command, arguments=arguments)
        return CodeLens(range=params.range, command=shown)

    return ask_folders(ls, folders, question)


def _title(asked: tuple[Asking, ...], symbol: str) -> str:
    counts = lens_counts(asked[0].reading, asked[0].token, symbol) if asked else None
    waiting = unfinished(asked) is not None
    if counts is None:
        return "being indexed" if waiting else "not in the index"
    return f"{lens_title(counts)} (so far)" if waiting else lens_title(counts)


def _command(ls: RamifyServer) -> str:
    """ "" is a lens that cannot be clicked."""
    commands = ls.can("experimental", "commands", "commands")
    return COMMAND if isinstance(commands, list) and COMMAND in commands else ""
