"""What a person wants to know of the name under the cursor."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import msgspec

from ramify.features.hover import hover as hover_at
from ramify.lsp.ask import Asking, ask_now
from ramify.lsp.params import PositionParams
from ramify.lsp.pointed import spot
from ramify.lsp.server import RamifyServer


def register(ls: RamifyServer) -> None:
    ls.on("textDocument/hover", PositionParams, hover)


def hover(ls: RamifyServer, params: PositionParams) -> Awaitable[msgspec.Raw] | None:
    """Markdown, unless the client knows plain text alone; nothing when it is switched off."""
    if not ls.surfaces.hover:
        return None
    at = spot(ls, params.text_document.uri, params.position)
    formats = ls.can("textDocument", "hover", "contentFormat")
    plain = isinstance(formats, list) and "markdown" not in formats
    kind = "plaintext" if plain else "markdown"

    def question(now: Asking) -> dict[str, Any] | None:
        found = hover_at(now.reading, now.token, at.path, at.offset(now.reading))
        if found is None:
            return None
        contents = {"kind": kind, "value": found.markdown}
        return {"contents": contents, "range": now.ranges.range(found.place)}

    return ask_now(ls, at, question)
