"""Ramify's own requests, and the same as commands for clients that cannot send them.

Each points at a symbol, asks one feature and hands over its answer with the status of what it
speaks of. Unlike standard requests they answer while the index fills, and say so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from ramify.features.answers import Calls, Page
from ramify.features.calls import callees, callers
from ramify.features.locate import symbol_of
from ramify.lsp.ask import Asking, ask_folders, ask_now, ask_waiting, unfinished
from ramify.lsp.folders import Folder
from ramify.lsp.params import CommandParams
from ramify.lsp.pointed import Spot, spot, symbol_at
from ramify.lsp.rpc import CONTENT_MODIFIED, INVALID_PARAMS, REQUEST_FAILED, RefusedError
from ramify.lsp.server import RamifyServer
from ramify.protocol import convert, shapes
from ramify.protocol.convert import certainty_of, joined
from ramify.session.cancel import CancelToken
from ramify_store.facts import Symbol

if TYPE_CHECKING:
    from ramify.embedding.model import Embedder

_About = Callable[[Asking, Symbol | None], shapes.Shape]


def register(ls: RamifyServer) -> None:
    for method in shapes.METHODS:
        if method.name in _HANDLERS:
            ls.on(method.name, method.params, _HANDLERS[method.name])
    ls.on("workspace/executeCommand", CommandParams, execute)


def execute(ls: RamifyServer, params: CommandParams) -> Any:
    """`ramify.impact` with the params of `ramify/impact` as its one argument."""
    for method in shapes.METHODS:
        if shapes.command_of(method.name) == params.command and method.name in _HANDLERS:
            given = params.arguments[0] if params.arguments else {}
            try:
                decoded = msgspec.convert({} if given is None else given, method.params)
            except msgspec.ValidationError as error:
                raise RefusedError(INVALID_PARAMS, f"{params.command}: {error}") from error
            return _HANDLERS[method.name](ls, decoded)
    raise RefusedError(INVALID_PARAMS, f"there is no command {params.command}")


def search(ls: RamifyServer, params: shapes.SearchParams) -> Awaitable[msgspec.Raw]:
    """Of several folders: joined by score, which is comparable enough between them."""
    at = _spot(ls, params.near) if params.near else None
    wanted = (at.folder,) if at and at.folder else ls.folders.all

    def question(folders: tuple[Asking, ...]) -> shapes.SearchResult:
        page = _page(folders, params.cursor, params.limit)
        whole = page if len(folders) == 1 else Page(0, page.offset + page.limit)
        parts = [part for each in folders if (part := _searched(each, params, at, whole))]
        return _joined_search(folders, parts, page)

    return ask_folders(ls, wanted, question)


def related(ls: RamifyServer, params: shapes.RelatedParams) -> Awaitable[msgspec.Raw]:
    def question(now: Asking, symbol: Symbol | None) -> shapes.RelatedResult:
        from ramify.features.related import related as related_to

        page = Page(0, params.limit)
        found = related_to(now.reading, now.token, symbol.id, page) if symbol else None
        if found is None:
            return convert.no_related(convert.status(now.status))
        return convert.related(now.ranges, found)

    return _ask_about(ls, params, question)


def impact(ls: RamifyServer, params: shapes.ImpactParams) -> Awaitable[msgspec.Raw]:
    if params.changes is not None:
        raise RefusedError(REQUEST_FAILED, "the impact of a set of changes cannot be told yet")

    def question(now: Asking, symbol: Symbol | None) -> shapes.ImpactResult:
        from ramify.features.impact import impact as impact_of

        if symbol is None:
            return convert.no_impact(convert.status(now.status), "There is no symbol here.")
        page = _page((now,), params.cursor, params.limit)
        found = impact_of(
            now.reading,
            now.token,
            [symbol.id],
            least=certainty_of(params.min_certainty),
            depth=params.depth,
            page=page,
            tests_page=page,
        )
        cursor = _cursor((now,), page, max(found.affected_total, found.tests_total))
        return convert.impact(now.ranges, found, cursor)

    return _ask_about(ls, params, question)


def calls_to(ls: RamifyServer, params: shapes.CallsParams) -> Awaitable[msgspec.Raw]:
    return _ask_calls(ls, params, callers)


def calls_from(ls: RamifyServer, params: shapes.CallsParams) -> Awaitable[msgspec.Raw]:
    return _ask_calls(ls, params, callees)


def status(ls: RamifyServer, params: shapes.StatusParams) -> Awaitable[msgspec.Raw]:
    folders = ls.folders.all
    return ask_waiting(ls, 0, lambda token: _details(folders))


def await_(ls: RamifyServer, params: shapes.AwaitParams) -> Awaitable[msgspec.Raw]:
    seconds = params.timeout_ms / 1000
    folders, document = ls.folders.all, None
    if params.text_document is not None:
        at = spot(ls, params.text_document.uri)
        document = (at.path, params.text_document.version)
        folders = (at.folder,) if at.folder else ()

    def wait(token: CancelToken) -> shapes.AwaitResult:
        states = [
            folder.client.await_(
                token,
                timeout=max(0.0, token.remaining),
                document=document,
                revision=params.revision,
                search=params.search,
            )
            for folder in folders
        ]
        return shapes.AwaitResult(status=joined([convert.status(each) for each in states]))

    return ask_waiting(ls, seconds, wait)


_HANDLERS: Final[dict[str, Callable[[RamifyServer, Any], Awaitable[msgspec.Raw]]]] = {
    "ramify/search": search,
    "ramify/related": related,
    "ramify/impact": impact,
    "ramify/callers": calls_to,
    "ramify/callees": calls_from,
    "ramify/status": status,
    "ramify/await": await_,
}


def _ask_calls(
    ls: RamifyServer, params: shapes.CallsParams, feature: Callable[..., Calls | None]
) -> Awaitable[msgspec.Raw]:
    def question(now: Asking, symbol: Symbol | None) -> shapes.CallsResult:
        page, least = _page((now,), params.cursor, params.limit), certainty_of(params.min_certainty)
        found = feature(now.reading, now.token, symbol.id, least, page) if symbol else None
        if found is None:
            return convert.no_calls(convert.status(now.status))
        return convert.calls(now.ranges, found, _cursor((now,), page, found.total))

    return _ask_about(ls, params, question)


def _ask_about(
    ls: RamifyServer, params: shapes.AtSymbol, question: _About
) -> Awaitable[msgspec.Raw]:
    """About the symbol at a place, which may be none, or the one with an id, which must be."""
    at = _spot(ls, params)
    wanted = params.symbol
    if wanted is not None:
        folders = (at.folder,) if at and at.folder else ls.folders.all
        return ask_folders(ls, folders, lambda asked: question(*_by_id(asked, wanted)))
    if at is None:
        raise RefusedError(INVALID_PARAMS, "give `symbol`, or `textDocument` and `position`")
    whole_file = params.position is None
    return _ask_at(ls, at, lambda now: question(now, _at(now, at, whole_file)))


def _ask_at(
    ls: RamifyServer, at: Spot, question: Callable[[Asking], shapes.Shape]
) -> Awaitable[msgspec.Raw]:
    if at.folder is None:
        return ask_now(ls, at, question)
    return ask_folders(ls, (at.folder,), lambda asked: question(asked[0]))


def _spot(ls: RamifyServer, params: shapes.AtSymbol) -> Spot | None:
    if params.text_document is None:
        return None
    return spot(ls, params.text_document.uri, params.position)


def _at(now: Asking, at: Spot, whole_file: bool) -> Symbol | None:
    """A file without a position means its module."""
    if whole_file:
        return symbol_of(now.reading, at.path, "")
    return symbol_at(now.reading, at)


def _by_id(asked: tuple[Asking, ...], wanted: str) -> tuple[Asking, Symbol]:
    """Raises RefusedError when no folder knows the id (yet)."""
    for now in asked:
        symbol = now.reading.view.symbol(wanted)
        if symbol is not None:
            return now, symbol
    raise unfinished(asked) or RefusedError(REQUEST_FAILED, f"there is no symbol {wanted}")


def _searched(
    now: Asking, params: shapes.SearchParams, at: Spot | None, page: Page
) -> shapes.SearchResult | None:
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
    given = params.filters or shapes.SearchFilters()
    filters = Filters(given.paths or (), _kinds(given), given.languages or (), given.tests)
    found = search_in(now.reading, now.token, params.query, _embedder(), filters, near, page)
    return convert.search(now.ranges, found)


def _joined_search(
    folders: tuple[Asking, ...], parts: list[shapes.SearchResult], page: Page
) -> shapes.SearchResult:
    if not parts and folders:
        raise unfinished(folders) or RefusedError(
            REQUEST_FAILED, "there is no symbol to be near to"
        )
    total = sum(part.total for part in parts)
    hits = tuple(hit for part in parts for hit in part.hits)
    if len(folders) > 1:
        best = sorted(hits, key=lambda hit: (-hit.score, hit.uri, hit.id))
        hits = tuple(best[page.offset : page.offset + page.limit])
    return shapes.SearchResult(
        hits=hits,
        total=total,
        cursor=_cursor(folders, page, total),
        note="; ".join(dict.fromkeys(part.note for part in parts if part.note)) or None,
        status=joined([convert.status(each.status) for each in folders]),
    )


_EDGES: Final = {name: kind for kind, name in convert.EDGES.items()}


def _kinds(filters: shapes.SearchFilters) -> tuple[Any, ...]:
    wanted = filters.kinds or ()
    known = tuple(kind for kind, number in convert.KINDS.items() if number in wanted)
    if wanted and not known:
        raise RefusedError(INVALID_PARAMS, f"no symbol has one of the kinds {list(wanted)}")
    return known


@lru_cache(maxsize=1)
def _embedder() -> Embedder:
    from ramify.embedding.model import load_embedder

    return load_embedder()


def _details(folders: tuple[Folder, ...]) -> shapes.StatusResult:
    """Sums over the folders; of texts all that differ."""
    each = [folder.workspace.details() for folder in folders]
    return shapes.StatusResult(
        status=joined([convert.status(details.status) for details in each]),
        counts=_summed([details.counts for details in each]),
        queues=_summed([details.queues for details in each]),
        memory=dict(each[0].memory) if each else {},
        store=_summed([details.store for details in each]),
        cache_hits=_summed([details.cache_hits for details in each]),
        last_errors=tuple(error for details in each for error in details.last_errors),
        notes=tuple(note for details in each for note in details.notes),
    )


def _summed(tables: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    total: dict[str, Any] = {}
    for table in tables:
        for key, value in table.items():
            if key not in total:
                total[key] = value
            elif isinstance(value, int):
                total[key] += value
            elif value != total[key]:
                total[key] = f"{total[key]}; {value}"
    return total


def _page(asked: tuple[Asking, ...], cursor: str | None, limit: int) -> Page:
    """Raises RefusedError for a cursor into a list that is another by now."""
    if cursor is None:
        return Page(0, limit)
    revision, _, offset = cursor.partition(":")
    if not offset.isdigit() or len(offset) > 9:
        raise RefusedError(INVALID_PARAMS, "the cursor is not one of an earlier answer")
    if revision != _revision(asked):
        raise RefusedError(CONTENT_MODIFIED, "the graph changed since: ask again from the start")
    return Page(int(offset), limit)


def _cursor(asked: tuple[Asking, ...], page: Page, total: int) -> str | None:
    after = page.offset + page.limit
    return f"{_revision(asked)}:{after}" if after < total else None


def _revision(asked: tuple[Asking, ...]) -> str:
    return "-".join(str(each.status.revision) for each in asked)
