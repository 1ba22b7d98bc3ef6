"""Pull diagnostics: circles of imports, and definitions that nothing reaches. Each is off unless
its setting is on.

They are told of a complete graph alone: one that is being made would accuse the innocent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec

from ramify.features.cycles import circular_imports
from ramify.lsp.ask import Asking, ask_folders, unfinished
from ramify.lsp.params import DocumentParams
from ramify.lsp.pointed import spot
from ramify.lsp.rpc import SERVER_CANCELLED, RefusedError
from ramify.lsp.server import RamifyServer
from ramify.protocol.convert import CERTAINTIES, present
from ramify.protocol.shapes.common import Location, Range, Shape
from ramify_store.facts import Certainty

if TYPE_CHECKING:
    from ramify.features.unreachable import Idle

_INFORMATION: Final = 3
_HINT: Final = 4
_UNNECESSARY: Final = 1
_SOURCE: Final = "Ramify"


class Related(Shape, frozen=True):
    """DiagnosticRelatedInformation."""

    location: Location
    message: str


class Diagnostic(Shape, frozen=True, kw_only=True):
    range: Range
    severity: int
    code: str
    source: str
    message: str
    tags: tuple[int, ...] = ()
    related_information: tuple[Related, ...] = ()


def register(ls: RamifyServer) -> None:
    ls.on("textDocument/diagnostic", DocumentParams, diagnostics)


def diagnostics(
    ls: RamifyServer, params: DocumentParams
) -> Awaitable[msgspec.Raw] | dict[str, Any]:
    at, wanted = spot(ls, params.text_document.uri), ls.surfaces
    if not wanted.any_diagnostics or at.folder is None:
        return {"kind": "full", "items": []}

    explained, tagged = _can(ls, "relatedInformation"), _can(ls, "tagSupport")

    def question(asked: tuple[Asking, ...]) -> dict[str, Any]:
        refusal = unfinished(asked)
        if refusal is not None:
            again = {"retriggerRequest": True}
            raise RefusedError(SERVER_CANCELLED, refusal.message, again)
        circles = _circles(asked[0], at.path) if wanted.diagnostics else ()
        idle = _idle(asked[0], at.path) if wanted.unreachable else ()
        plain = {} if explained else {"related_information": ()}
        plain |= {} if tagged else {"tags": ()}
        items = [msgspec.structs.replace(each, **plain) for each in (*circles, *idle)]
        return {"kind": "full", "items": items}

    return ask_folders(ls, (at.folder,), question)


def _can(ls: RamifyServer, what: str) -> bool:
    """Clients of LSP 3.17 say so of the diagnostics that are pushed."""
    named = ("publishDiagnostics", "diagnostic")
    return any(ls.can("textDocument", each, what) for each in named)


def _circles(now: Asking, path: str) -> Iterator[Diagnostic]:
    for each in circular_imports(now.reading, now.token, path):
        locations = [(now.ranges.location(place), said) for said, place in each.links]
        for place in each.sites[:1]:
            found = now.ranges.range(place)
            if found is not None:
                yield Diagnostic(
                    range=found,
                    severity=_INFORMATION,
                    code="circular-import",
                    source=_SOURCE,
                    message=f"Circular import: {' → '.join(each.way)}",
                    related_information=tuple(Related(at, said) for at, said in locations if at),
                )


def _idle(now: Asking, path: str) -> Iterator[Diagnostic]:
    from ramify.features.unreachable import unreached_in  # NumPy: not at the start

    for each in unreached_in(now.reading, now.token, path):
        found = now.ranges.range(each.unreached.item.name_place)
        if found is not None:
            yield Diagnostic(
                range=found,
                severity=_HINT,
                code="unreachable",
                source=_SOURCE,
                message=_message(each),
                tags=() if each.unreached.only_tests else (_UNNECESSARY,),
                related_information=present(_mentions(now, each)),
            )


def _message(idle: Idle) -> str:
    item = idle.unreached.item
    sure = CERTAINTIES[item.certainty or Certainty.INFERRED]
    if idle.unreached.only_tests:
        known = f"Only tests are known to reach `{item.name}` ({sure})"
    else:
        known = (
            f"Nothing is known to reach `{item.name}` ({sure}): no entry point, no code of a "
            "module, no test"
        )
    return f"{known}. No unresolved place names it; code outside of the workspace is not seen."


def _mentions(now: Asking, idle: Idle) -> Iterator[Related | None]:
    """Where tests reach it, or code that nothing reaches either."""
    for each in idle.mentions:
        at = now.ranges.location(each.place)
        yield Related(at, f"named in {each.source}") if at else None
