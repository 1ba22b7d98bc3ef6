"""`ramify/impact`: what may break when a symbol, or a set of changes, changes."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

import msgspec

from ramify.features.answers.common import Page
from ramify.features.answers.impact import LIKELY, Impact, ImpactLimits
from ramify.lsp.about import ask_about, cursor_after, folders_meant, live_item, page_of, spot_of
from ramify.lsp.ask import Asking, ask_folders
from ramify.lsp.rpc import INVALID_PARAMS, REQUEST_FAILED, RefusedError
from ramify.lsp.server import RamifyServer
from ramify.protocol import convert
from ramify.protocol.convert import certainty_of
from ramify.protocol.impact import impact_result, joined_impact, no_impact
from ramify.protocol.shapes.impact import Changes, ImpactParams, ImpactResult
from ramify.session.coverage import coverage_of
from ramify_store.facts import Symbol

if TYPE_CHECKING:
    from ramify.features.changed import ChangedSymbols


def impact(ls: RamifyServer, params: ImpactParams) -> Awaitable[msgspec.Raw]:
    if params.changes is not None:
        return _ask_changes(ls, params, params.changes)

    def question(now: Asking, symbol: Symbol | None) -> ImpactResult:
        if symbol is None or now.reading.view.symbol(symbol.id) is None:
            summary = "not in the graph yet" if symbol else "there is no symbol here"
            state = convert.status(now.status)
            return no_impact(state, live_item(now, symbol), summary)
        page = page_of((now,), params.cursor, params.limit)
        found = _of_symbol(now, params, page, symbol)
        return impact_result(now.ranges, found, _cursor((now,), page, found))

    return ask_about(ls, params, question)


def _ask_changes(
    ls: RamifyServer, params: ImpactParams, changes: Changes
) -> Awaitable[msgspec.Raw]:
    """In the folder of `textDocument`, or in all of them: one repository each, joined."""
    needed = {"patch": changes.patch, "range": changes.base, "commit": changes.base}
    if needed.get(changes.kind, "") is None:
        word = "patch" if changes.kind == "patch" else "base"
        raise RefusedError(INVALID_PARAMS, f"changes of kind `{changes.kind}` need the `{word}`")

    def question(asked: tuple[Asking, ...]) -> ImpactResult:
        # Not at the start: brings parsers along that no other question needs so early.
        from ramify.features.changesets import ChangesError, changes_of

        page = page_of(asked, params.cursor, params.limit)
        parts, complaints = [], []
        for now in asked:
            words = (changes.kind, changes.base or "", changes.patch or "")
            try:
                changed = changes_of(now.reading, now.token, *words)
            except ChangesError as error:
                complaints.append(str(error))
                continue
            found = _of_changes(now, params, page, changed)
            parts.append(impact_result(now.ranges, found, _cursor(asked, page, found), changed))
        if not parts:
            raise RefusedError(REQUEST_FAILED, "; ".join(complaints) or "no folder is open")
        return parts[0] if len(parts) == 1 else joined_impact(parts)

    return ask_folders(ls, folders_meant(ls, spot_of(ls, params)), question)


def _of_symbol(now: Asking, params: ImpactParams, page: Page, symbol: Symbol) -> Impact:
    from ramify.features.impact import impact as impact_of  # numpy: not at the start

    return impact_of(now.reading, now.token, (symbol.id,), **_limits(now, params, page))


def _of_changes(now: Asking, params: ImpactParams, page: Page, changed: ChangedSymbols) -> Impact:
    from ramify.features.impact import impact_of_changes

    return impact_of_changes(now.reading, now.token, changed, **_limits(now, params, page))


def _limits(now: Asking, params: ImpactParams, page: Page) -> ImpactLimits:
    return ImpactLimits(
        least=certainty_of(params.min_certainty or "inferred"),
        doubt=0 if params.min_certainty else LIKELY,
        depth=params.depth,
        page=page,
        tests_page=page,
        coverage=coverage_of(now.reading.snapshot.folder),
    )


def _cursor(asked: tuple[Asking, ...], page: Page, found: Impact) -> str | None:
    return cursor_after(asked, page, max(found.affected_total, found.tests_total))
