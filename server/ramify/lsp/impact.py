"""`ramify/impact`: what may break when a symbol, or a set of changes, changes."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

import msgspec

from ramify.features.answers import Impact, Page
from ramify.lsp.about import ask_about, cursor_after, live_item, page_of, spot_of
from ramify.lsp.ask import Asking, ask_folders
from ramify.lsp.rpc import INVALID_PARAMS, REQUEST_FAILED, RefusedError
from ramify.lsp.server import RamifyServer
from ramify.protocol import convert, shapes
from ramify.protocol.convert import certainty_of
from ramify_store.facts import Symbol

if TYPE_CHECKING:
    from ramify.session.git import ChangedFile


def impact(ls: RamifyServer, params: shapes.ImpactParams) -> Awaitable[msgspec.Raw]:
    if params.changes is not None:
        return _ask_changes(ls, params, params.changes)

    def question(now: Asking, symbol: Symbol | None) -> shapes.ImpactResult:
        if symbol is None or now.reading.view.symbol(symbol.id) is None:
            summary = "not in the graph yet" if symbol else "there is no symbol here"
            state = convert.status(now.status)
            return convert.no_impact(state, live_item(now, symbol), summary)
        page = page_of((now,), params.cursor, params.limit)
        found = _impact(now, params, page, (symbol.id,), ())
        return convert.impact(now.ranges, found, _cursor((now,), page, found))

    return ask_about(ls, params, question)


def _ask_changes(
    ls: RamifyServer, params: shapes.ImpactParams, changes: shapes.Changes
) -> Awaitable[msgspec.Raw]:
    """In the folder of `textDocument`, or in all of them: one repository each, joined."""
    if changes.kind == "patch" and changes.patch is None:
        raise RefusedError(INVALID_PARAMS, "changes of kind `patch` need the `patch`")
    at = spot_of(ls, params)
    folders = (at.folder,) if at and at.folder else ls.folders.all

    def question(asked: tuple[Asking, ...]) -> shapes.ImpactResult:
        # Not at the start: brings parsers along that no other question needs so early.
        from ramify.features.changed import changed_symbols
        from ramify.features.patch import PatchError
        from ramify.session.git import GitError

        page = page_of(asked, params.cursor, params.limit)
        parts, complaints = [], []
        for now in asked:
            try:
                changed = changed_symbols(now.reading, now.token, _files(now, changes))
            except (GitError, PatchError) as error:
                complaints.append(str(error).strip())
                continue
            found = _impact(now, params, page, changed.ids, changed.removed)
            parts.append(convert.impact(now.ranges, found, _cursor(asked, page, found), changed))
        if not parts:
            raise RefusedError(REQUEST_FAILED, "; ".join(complaints) or "no folder is open")
        return parts[0] if len(parts) == 1 else convert.joined_impact(parts)

    return ask_folders(ls, folders, question)


def _files(now: Asking, changes: shapes.Changes) -> tuple[ChangedFile, ...]:
    from ramify.features.patch import patched_files
    from ramify.session.git import changed_files

    snapshot = now.reading.snapshot
    if changes.kind != "patch":
        return changed_files(snapshot.folder, changes.kind, changes.base or "")

    def text_of(path: str) -> bytes | None:
        text = snapshot.text(path)
        return text.data if text else None

    return patched_files(changes.patch or "", text_of)


def _impact(
    now: Asking,
    params: shapes.ImpactParams,
    page: Page,
    targets: tuple[str, ...],
    gone: tuple[str, ...],
) -> Impact:
    from ramify.features.impact import impact as impact_of  # numpy: not at the start

    return impact_of(
        now.reading,
        now.token,
        targets,
        least=certainty_of(params.min_certainty),
        depth=params.depth,
        page=page,
        tests_page=page,
        gone=gone,
    )


def _cursor(asked: tuple[Asking, ...], page: Page, found: Impact) -> str | None:
    return cursor_after(asked, page, max(found.affected_total, found.tests_total))
