"""`ramify/cycles`, `ramify/hotspots`, `ramify/unreachable`: about whole workspaces, one or all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import msgspec

from ramify.features.answers.common import Page
from ramify.features.answers.overviews import Circles, Hotspots, Unreachable
from ramify.features.cycles import import_circles
from ramify.features.hotspots import hotspots as hotspots_of
from ramify.lsp.about import cursor_after, folders_meant, page_of
from ramify.lsp.ask import Asking, ask_folders
from ramify.lsp.pointed import spot
from ramify.lsp.server import RamifyServer
from ramify.protocol import overviews
from ramify.protocol.convert import Ranges, certainty_of
from ramify.protocol.shapes.overviews import (
    CyclesResult,
    HotspotsResult,
    UnreachableParams,
    UnreachableResult,
    WorkspaceParams,
)
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading

_A = TypeVar("_A", Circles, Hotspots, Unreachable)
_R = TypeVar("_R", CyclesResult, HotspotsResult, UnreachableResult)


def cycles(ls: RamifyServer, params: WorkspaceParams) -> Awaitable[msgspec.Raw]:
    return _ask(ls, params, import_circles, overviews.cycles, overviews.joined_cycles)


def hotspots(ls: RamifyServer, params: WorkspaceParams) -> Awaitable[msgspec.Raw]:
    return _ask(ls, params, hotspots_of, overviews.hotspots, overviews.joined_hotspots)


def unreachable(ls: RamifyServer, params: UnreachableParams) -> Awaitable[msgspec.Raw]:
    least = certainty_of(params.min_certainty)

    def feature(reading: Reading, token: CancelToken, page: Page) -> Unreachable:
        from ramify.features.unreachable import unreachable as unreachable_of  # NumPy: not at start

        return unreachable_of(reading, token, least, page)

    return _ask(ls, params, feature, overviews.unreachable, overviews.joined_unreachable)


def _ask(
    ls: RamifyServer,
    params: WorkspaceParams,
    feature: Callable[[Reading, CancelToken, Page], _A],
    shaped: Callable[[Ranges, _A, str | None], _R],
    joined: Callable[[Sequence[_R]], _R],
) -> Awaitable[msgspec.Raw]:
    """Of several folders each shows the same page of its own list."""
    at = spot(ls, params.text_document.uri) if params.text_document else None

    def question(asked: tuple[Asking, ...]) -> _R:
        page = page_of(asked, params.cursor, params.limit)
        found = [(now, feature(now.reading, now.token, page)) for now in asked]
        after = cursor_after(asked, page, max((answer.total for _, answer in found), default=0))
        return joined([shaped(now.ranges, answer, after) for now, answer in found])

    return ask_folders(ls, folders_meant(ls, at), question)
