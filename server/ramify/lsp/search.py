"""`ramify/search`: one ranking over text, meaning and graph, of all folders."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from ramify.features.answers.common import Page
from ramify.lsp.about import cursor_after, folders_meant, page_of, spot_of
from ramify.lsp.ask import Asking, ask_folders, unfinished
from ramify.lsp.pointed import Spot, symbol_at
from ramify.lsp.rpc import INVALID_PARAMS, REQUEST_FAILED, RefusedError
from ramify.lsp.server import RamifyServer
from ramify.protocol import convert
from ramify.protocol.convert import joined
from ramify.protocol.search import search_result
from ramify.protocol.shapes.search import SearchFilters, SearchParams, SearchResult

if TYPE_CHECKING:
    from ramify.embedding.model import Embedder


def search(ls: RamifyServer, params: SearchParams) -> Awaitable[msgspec.Raw]:
    """Of several folders: joined by score, which is comparable enough between them."""
    at = spot_of(ls, params.near) if params.near else None

    def question(folders: tuple[Asking, ...]) -> SearchResult:
        page = page_of(folders, params.cursor, params.limit)
        whole = page if len(folders) == 1 else Page(0, page.offset + page.limit)
        parts = [part for each in folders if (part := _searched(each, params, at, whole))]
        return _joined_search(folders, parts, page)

    return ask_folders(ls, folders_meant(ls, at), question)


def _searched(
    now: Asking, params: SearchParams, at: Spot | None, page: Page
) -> SearchResult | None:
    """None in a folder that lacks the symbol to be near to."""
    from ramify.features.near import STRUCTURAL, Near
    from ramify.features.search import Filters
    from ramify.features.search import search as search_in

    near = None
    if params.near is not None:
        wanted = params.near.symbol
        symbol = now.reading.view.symbol(wanted) if wanted else None
        if at is not None and not wanted:
            symbol = symbol_at(now.reading, at)
        if symbol is None:
            return None
        edges = tuple(_EDGES[name] for name in params.near.edges or ()) or STRUCTURAL
        near = Near(symbol.id, params.near.distance, params.near.direction, edges)
    given = params.filters or SearchFilters()
    filters = Filters(given.paths or (), _kinds(given), given.languages or (), given.tests)
    found = search_in(now.reading, now.token, params.query, _embedder(), filters, near, page)
    return search_result(now.ranges, found)


def _joined_search(
    folders: tuple[Asking, ...], parts: list[SearchResult], page: Page
) -> SearchResult:
    if not parts and folders:
        raise unfinished(folders) or RefusedError(
            REQUEST_FAILED, "there is no symbol to be near to"
        )
    total = sum(part.total for part in parts)
    hits = tuple(hit for part in parts for hit in part.hits)
    if len(folders) > 1:
        best = sorted(hits, key=lambda hit: (-hit.score, hit.uri, hit.id))
        hits = tuple(best[page.offset : page.offset + page.limit])
    return SearchResult(
        hits=hits,
        total=total,
        cursor=cursor_after(folders, page, total),
        note="; ".join(dict.fromkeys(part.note for part in parts if part.note)) or None,
        status=joined([convert.status(each.status) for each in folders]),
    )


_EDGES: Final = {name: kind for kind, name in convert.EDGES.items()}


def _kinds(filters: SearchFilters) -> tuple[Any, ...]:
    wanted = filters.kinds or ()
    known = tuple(kind for kind, number in convert.KINDS.items() if number in wanted)
    if wanted and not known:
        raise RefusedError(INVALID_PARAMS, f"no symbol has one of the kinds {list(wanted)}")
    return known


@lru_cache(maxsize=1)
def _embedder() -> Embedder:
    from ramify.embedding.model import load_embedder

    return load_embedder()
