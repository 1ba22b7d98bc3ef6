"""Pull diagnostics: circles of imports. Off unless `ramify.diagnostics` is on.

They are told of a complete graph alone: one that is being made would accuse the innocent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from typing import Any, Final

import msgspec

from ramify.features.cycles import circular_imports
from ramify.lsp.ask import Asking, ask_folders, unfinished
from ramify.lsp.params import DocumentParams
from ramify.lsp.pointed import spot
from ramify.lsp.rpc import SERVER_CANCELLED, RefusedError
from ramify.lsp.server import RamifyServer
from ramify.protocol.shapes.common import Range, Shape

_INFORMATION: Final = 3


class Diagnostic(Shape, frozen=True, kw_only=True):
    range: Range
    severity: int
    code: str
    source: str
    message: str


def register(ls: RamifyServer) -> None:
    ls.on("textDocument/diagnostic", DocumentParams, diagnostics)


def diagnostics(
    ls: RamifyServer, params: DocumentParams
) -> Awaitable[msgspec.Raw] | dict[str, Any]:
    at = spot(ls, params.text_document.uri)
    if not ls.surfaces.diagnostics or at.folder is None:
        return {"kind": "full", "items": []}

    def question(asked: tuple[Asking, ...]) -> dict[str, Any]:
        refusal = unfinished(asked)
        if refusal is not None:
            again = {"retriggerRequest": True}
            raise RefusedError(SERVER_CANCELLED, refusal.message, again)
        return {"kind": "full", "items": list(_circles(asked[0], at.path))}

    return ask_folders(ls, (at.folder,), question)


def _circles(now: Asking, path: str) -> Iterator[Diagnostic]:
    for each in circular_imports(now.reading, now.token, path):
        message = f"Circular import: {' → '.join(each.way)}"
        for place in each.sites[:1]:
            found = now.ranges.range(place)
            if found is not None:
                yield Diagnostic(
                    range=found,
                    severity=_INFORMATION,
                    code="circular-import",
                    source="Ramify",
                    message=message,
                )
