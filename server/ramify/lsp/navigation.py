"""From a name to where it is defined, declared by type, implemented, used, highlighted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from ramify.analysis.resolve import local_occurrences_at
from ramify.features.answers.common import Page
from ramify.features.answers.navigation import Definitions, References
from ramify.features.definition import definition as definition_at
from ramify.features.definition import type_definition as type_definition_at
from ramify.features.hierarchy import implementations
from ramify.features.highlights import highlights
from ramify.features.locate import symbol_named_at
from ramify.features.references import references as references_at
from ramify.lsp.ask import Asking, ask_graph, ask_now, require_complete
from ramify.lsp.params import PositionParams, ReferenceParams
from ramify.lsp.pointed import spot
from ramify.lsp.results import definition_links, locations
from ramify.lsp.server import RamifyServer
from ramify.protocol.shapes.common import Location
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading

_ALL: Final = Page(0, 100_000)
_READ: Final = 2
_WRITE: Final = 3

_Feature = Callable[[Reading, CancelToken, str, int], Definitions]


def register(ls: RamifyServer) -> None:
    ls.on("textDocument/definition", PositionParams, definition)
    ls.on("textDocument/typeDefinition", PositionParams, type_definition)
    ls.on("textDocument/implementation", PositionParams, implementation)
    ls.on("textDocument/references", ReferenceParams, references)
    ls.on("textDocument/documentHighlight", PositionParams, highlight)


def definition(ls: RamifyServer, params: PositionParams) -> Awaitable[msgspec.Raw]:
    return _ask_definitions(ls, "definition", params, definition_at)


def type_definition(ls: RamifyServer, params: PositionParams) -> Awaitable[msgspec.Raw]:
    return _ask_definitions(ls, "typeDefinition", params, type_definition_at)


def implementation(ls: RamifyServer, params: PositionParams) -> Awaitable[msgspec.Raw]:
    """All subclasses of a class, all overrides of a method."""
    at = spot(ls, params.text_document.uri, params.position)

    def question(now: Asking) -> list[Location]:
        symbol = symbol_named_at(now.reading, at.path, at.offset(now.reading))
        if symbol is None:
            return []
        found = implementations(now.reading, now.token, symbol.id, _ALL)
        return locations(now.ranges, (item.name_place for item in found.items))

    return ask_graph(ls, at, question)


def references(ls: RamifyServer, params: ReferenceParams) -> Awaitable[msgspec.Raw]:
    """Declarations, then exact references, then inferred ones. Those of a local variable need no
    index. Without declarations, the others still refer to the one that was pointed at, as overloads
    of a function do to each other."""
    at = spot(ls, params.text_document.uri, params.position)

    def found(now: Asking) -> References:
        return references_at(now.reading, now.token, at.path, at.offset(now.reading), _ALL)

    def shown(now: Asking, found: References) -> list[Location]:
        declared = [each.place for each in found.declarations]
        if not params.context.include_declaration:
            offset = at.offset(now.reading)
            others = [p for p in declared if p.path != at.path or not p.start <= offset <= p.end]
            declared = others if len(others) < len(declared) else []
        return locations(now.ranges, (*declared, *(each.place for each in found.items)))

    def early(now: Asking) -> list[Location] | None:
        local = local_occurrences_at(now.reading.snapshot, at.path, at.offset(now.reading))
        return shown(now, found(now)) if local else None

    def question(now: Asking) -> list[Location]:
        uses = found(now)
        if not uses.items:
            require_complete((now,))  # a declaration alone says nothing of uses not indexed yet
        return shown(now, uses)

    return ask_graph(ls, at, question, early)


def highlight(ls: RamifyServer, params: PositionParams) -> Awaitable[msgspec.Raw]:
    at = spot(ls, params.text_document.uri, params.position)

    def question(now: Asking) -> list[dict[str, Any]]:
        found = highlights(now.reading, now.token, at.path, at.offset(now.reading))
        return [
            {
                "range": now.ranges.range(each.place),
                "kind": _WRITE if each.is_write else _READ,
            }
            for each in found
        ]

    return ask_now(ls, at, question)


def _ask_definitions(
    ls: RamifyServer, capability: str, params: PositionParams, feature: _Feature
) -> Awaitable[msgspec.Raw]:
    links = ls.can("textDocument", capability, "linkSupport")
    at = spot(ls, params.text_document.uri, params.position)

    def question(now: Asking) -> object:
        found = feature(now.reading, now.token, at.path, at.offset(now.reading))
        if links:
            return definition_links(now.ranges, found)
        return locations(now.ranges, (target.name_place for target in found.targets))

    return ask_now(ls, at, question)
