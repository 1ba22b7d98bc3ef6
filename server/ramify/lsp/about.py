"""Questions about one symbol, and lists in pages: what Ramify's own requests have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from ramify.features.answers.common import Page
from ramify.features.locate import symbol_of
from ramify.features.places import Places
from ramify.lsp.ask import Asking, ask_folders, ask_now, unfinished
from ramify.lsp.folders import Folder
from ramify.lsp.pointed import Spot, spot, symbol_at
from ramify.lsp.rpc import CONTENT_MODIFIED, INVALID_PARAMS, REQUEST_FAILED, RefusedError
from ramify.lsp.server import RamifyServer
from ramify.protocol import convert
from ramify.protocol.shapes.common import AtSymbol, Item, Shape
from ramify_store.facts import Symbol

About = Callable[[Asking, Symbol | None], Shape]


def ask_about(ls: RamifyServer, params: AtSymbol, question: About) -> Awaitable[msgspec.Raw]:
    """About the symbol at a place, which may be none, or the one with an id, which must be."""
    at = spot_of(ls, params)
    wanted = params.symbol
    if wanted is not None:
        asked_of = folders_meant(ls, at)
        return ask_folders(ls, asked_of, lambda asked: question(*_by_id(asked, wanted)))
    if at is None:
        raise RefusedError(INVALID_PARAMS, "give `symbol`, or `textDocument` and `position`")
    whole_file = params.position is None
    return ask_at(ls, at, lambda now: question(now, _at(now, at, whole_file)))


def ask_at(
    ls: RamifyServer, at: Spot, question: Callable[[Asking], Shape]
) -> Awaitable[msgspec.Raw]:
    """Of the folder a place is in; of its own text where it is in none."""
    if at.folder is None:
        return ask_now(ls, at, question)
    return ask_folders(ls, (at.folder,), lambda asked: question(asked[0]))


def live_item(now: Asking, symbol: Symbol | None) -> Item | None:
    """The symbol as its file shows it, whether the graph has it or not."""
    found = Places(now.reading).item(symbol) if symbol else None
    return convert.item(now.ranges, found) if found else None


def folders_meant(ls: RamifyServer, at: Spot | None) -> tuple[Folder, ...]:
    """The folder of a place; all of them where no place, or one in none, was given."""
    return (at.folder,) if at is not None and at.folder is not None else ls.folders.all


def spot_of(ls: RamifyServer, params: AtSymbol) -> Spot | None:
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


def page_of(asked: tuple[Asking, ...], cursor: str | None, limit: int) -> Page:
    """Raises RefusedError for a cursor into a list that is another by now."""
    if cursor is None:
        return Page(0, limit)
    revision, _, offset = cursor.partition(":")
    if not offset.isdigit() or len(offset) > 9:
        raise RefusedError(INVALID_PARAMS, "the cursor is not one of an earlier answer")
    if revision != _revision(asked):
        raise RefusedError(CONTENT_MODIFIED, "the graph changed since: ask again from the start")
    return Page(int(offset), limit)


def cursor_after(asked: tuple[Asking, ...], page: Page, total: int) -> str | None:
    after = page.offset + page.limit
    return f"{_revision(asked)}:{after}" if after < total else None


def _revision(asked: tuple[Asking, ...]) -> str:
    return "-".join(str(each.status.revision) for each in asked)
