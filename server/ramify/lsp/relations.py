"""`ramify/related`, `ramify/callers`, `ramify/callees`, `ramify/removable`: around a symbol."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from ramify.features.answers.common import Place
from ramify.features.answers.relations import Calls
from ramify.features.calls import callees as callees_of
from ramify.features.calls import callers as callers_of
from ramify.lsp.about import ask_about, ask_at, cursor_after, live_item, page_of
from ramify.lsp.ask import Asking, require_complete
from ramify.lsp.pointed import spot
from ramify.lsp.rpc import INVALID_PARAMS, RefusedError
from ramify.lsp.server import RamifyServer
from ramify.protocol import convert, overviews
from ramify.protocol.convert import certainty_of
from ramify.protocol.relations import calls_result, no_calls, no_related, related_result
from ramify.protocol.shapes.common import Range
from ramify.protocol.shapes.overviews import RemovableParams, RemovableResult
from ramify.protocol.shapes.relations import CallsParams, CallsResult, RelatedParams, RelatedResult
from ramify_store.facts import Symbol


def related(ls: RamifyServer, params: RelatedParams) -> Awaitable[msgspec.Raw]:
    if params.range is not None and params.symbol is None:
        return _related_to_lines(ls, params, params.range)

    def question(now: Asking, symbol: Symbol | None) -> RelatedResult:
        from ramify.features.related import related as related_to

        page = page_of((now,), None, params.limit)
        found = related_to(now.reading, now.token, symbol.id, page) if symbol else None
        if found is None:
            return no_related(convert.status(now.status), live_item(now, symbol))
        return related_result(now.ranges, found)

    return ask_about(ls, params, question)


def _related_to_lines(
    ls: RamifyServer, params: RelatedParams, lines: Range
) -> Awaitable[msgspec.Raw]:
    if params.text_document is None:
        raise RefusedError(INVALID_PARAMS, "a `range` needs the `textDocument` it is in")
    uri = params.text_document.uri
    first, last = spot(ls, uri, lines.start), spot(ls, uri, lines.end)

    def question(now: Asking) -> RelatedResult:
        from ramify.embedding.model import load_embedder
        from ramify.features.selection import related_to_lines

        start, end = sorted((first.offset(now.reading), last.offset(now.reading)))
        place = Place(first.path, start, end)
        page = page_of((now,), None, params.limit)
        found = related_to_lines(now.reading, now.token, load_embedder(), place, page)
        if found is None:
            return no_related(convert.status(now.status), None)
        return related_result(now.ranges, found)

    return ask_at(ls, first, question)


def removable(ls: RamifyServer, params: RemovableParams) -> Awaitable[msgspec.Raw]:
    """Fails while the graph is not complete: nobody may be told yet that a symbol can go."""

    def question(now: Asking, symbol: Symbol | None) -> RemovableResult:
        from ramify.features.removal import removal

        require_complete((now,))
        page = page_of((now,), params.cursor, params.limit)
        found = removal(now.reading, now.token, symbol.id, page) if symbol else None
        if found is None:
            return overviews.no_removable(convert.status(now.status), live_item(now, symbol))
        after = cursor_after((now,), page, found.references.total)
        return overviews.removable(now.ranges, found, after)

    return ask_about(ls, params, question)


def callers(ls: RamifyServer, params: CallsParams) -> Awaitable[msgspec.Raw]:
    return _ask_calls(ls, params, callers_of)


def callees(ls: RamifyServer, params: CallsParams) -> Awaitable[msgspec.Raw]:
    return _ask_calls(ls, params, callees_of)


def _ask_calls(
    ls: RamifyServer, params: CallsParams, feature: Callable[..., Calls | None]
) -> Awaitable[msgspec.Raw]:
    def question(now: Asking, symbol: Symbol | None) -> CallsResult:
        page = page_of((now,), params.cursor, params.limit)
        least = certainty_of(params.min_certainty)
        found = feature(now.reading, now.token, symbol.id, least, page) if symbol else None
        if found is None:
            return no_calls(convert.status(now.status), live_item(now, symbol))
        return calls_result(now.ranges, found, cursor_after((now,), page, found.total))

    return ask_about(ls, params, question)
