"""Call hierarchy and type hierarchy.

An item carries its symbol's id in `data`; `detail` says how sure a relation is. The body of a
module is an item of kind Module with the module's name, a lambda is called `<lambda>`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from ramify.features.answers.common import Page
from ramify.features.answers.navigation import SymbolList
from ramify.features.answers.relations import Calls
from ramify.features.calls import callees, callers
from ramify.features.hierarchy import subtypes, supertypes
from ramify.features.locate import symbol_named_at
from ramify.features.places import Places
from ramify.lsp.ask import Asking, ask_graph, ask_now
from ramify.lsp.params import HierarchyParams, PositionParams
from ramify.lsp.pointed import spot, symbol_at
from ramify.lsp.results import HierarchyItem, IncomingCall, OutgoingCall, hierarchy_item
from ramify.lsp.server import RamifyServer
from ramify.protocol.shapes.common import Range
from ramify_store.facts import Certainty, Symbol, SymbolKind

_PAGE: Final = Page(0, 5_000)


def register(ls: RamifyServer) -> None:
    ls.on("textDocument/prepareCallHierarchy", PositionParams, prepare_calls)
    ls.on("callHierarchy/incomingCalls", HierarchyParams, incoming)
    ls.on("callHierarchy/outgoingCalls", HierarchyParams, outgoing)
    ls.on("textDocument/prepareTypeHierarchy", PositionParams, prepare_types)
    ls.on("typeHierarchy/supertypes", HierarchyParams, types_above)
    ls.on("typeHierarchy/subtypes", HierarchyParams, types_below)


def prepare_calls(ls: RamifyServer, params: PositionParams) -> Awaitable[msgspec.Raw] | None:
    if not ls.surfaces.hierarchy:
        return None
    at = spot(ls, params.text_document.uri, params.position)
    return ask_now(ls, at, lambda now: _prepared(now, symbol_at(now.reading, at)))


def prepare_types(ls: RamifyServer, params: PositionParams) -> Awaitable[msgspec.Raw] | None:
    if not ls.surfaces.hierarchy:
        return None
    at = spot(ls, params.text_document.uri, params.position)

    def question(now: Asking) -> list[HierarchyItem] | None:
        symbol = symbol_named_at(now.reading, at.path, at.offset(now.reading))
        return _prepared(now, symbol if symbol and symbol.kind == SymbolKind.CLASS else None)

    return ask_now(ls, at, question)


def incoming(ls: RamifyServer, params: HierarchyParams) -> Awaitable[msgspec.Raw]:
    def question(now: Asking, symbol_id: str) -> list[IncomingCall]:
        found = callers(now.reading, now.token, symbol_id, Certainty.INFERRED, _PAGE)
        return [IncomingCall(caller=item, ranges=ranges) for item, ranges in _parties(now, found)]

    return _ask_item(ls, params, question)


def outgoing(ls: RamifyServer, params: HierarchyParams) -> Awaitable[msgspec.Raw]:
    def question(now: Asking, symbol_id: str) -> list[OutgoingCall]:
        found = callees(now.reading, now.token, symbol_id, Certainty.INFERRED, _PAGE)
        return [OutgoingCall(callee=item, ranges=ranges) for item, ranges in _parties(now, found)]

    return _ask_item(ls, params, question)


def types_above(ls: RamifyServer, params: HierarchyParams) -> Awaitable[msgspec.Raw]:
    def question(now: Asking, symbol_id: str) -> list[HierarchyItem]:
        return _types(now, supertypes(now.reading, now.token, symbol_id, _PAGE))

    return _ask_item(ls, params, question)


def types_below(ls: RamifyServer, params: HierarchyParams) -> Awaitable[msgspec.Raw]:
    def question(now: Asking, symbol_id: str) -> list[HierarchyItem]:
        return _types(now, subtypes(now.reading, now.token, symbol_id, _PAGE))

    return _ask_item(ls, params, question)


def _ask_item(
    ls: RamifyServer, params: HierarchyParams, question: Callable[[Asking, str], list[Any]]
) -> Awaitable[msgspec.Raw]:
    """The symbol of an item by its id, or by its place where a client dropped `data`."""
    item = params.item
    at = spot(ls, item.uri, item.selection_range.start)
    data = item.data.get("id") if isinstance(item.data, dict) else None

    def asked(now: Asking) -> list[Any]:
        if isinstance(data, str):
            return question(now, data)
        symbol = symbol_at(now.reading, at)
        return question(now, symbol.id) if symbol else []

    return ask_graph(ls, at, asked)


def _prepared(now: Asking, symbol: Symbol | None) -> list[HierarchyItem] | None:
    item = Places(now.reading).item(symbol) if symbol else None
    shown = hierarchy_item(now.ranges, item) if item else None
    return [shown] if shown else None


def _parties(now: Asking, found: Calls | None) -> list[tuple[HierarchyItem, tuple[Range, ...]]]:
    """The others of a call with the ranges of its sites."""
    parties = []
    for call in found.items if found else ():
        item = hierarchy_item(now.ranges, call.item, call.why)
        if item is not None:
            ranges = (now.ranges.range(site) for site in call.sites)
            parties.append((item, tuple(each for each in ranges if each is not None)))
    return parties


def _types(now: Asking, found: SymbolList) -> list[HierarchyItem]:
    shown = (hierarchy_item(now.ranges, item) for item in found.items)
    return [each for each in shown if each is not None]
