"""The requests of the surface: what each takes, what it answers, what it is for.

Both faces and the documentation go by this list. Knows nothing of who answers.
"""

from __future__ import annotations

import msgspec

from ramify.protocol.shapes.common import Shape
from ramify.protocol.shapes.impact import ImpactParams, ImpactResult
from ramify.protocol.shapes.overviews import (
    CyclesResult,
    HotspotsResult,
    RemovableParams,
    RemovableResult,
    UnreachableParams,
    UnreachableResult,
    WorkspaceParams,
)
from ramify.protocol.shapes.relations import CallsParams, CallsResult, RelatedParams, RelatedResult
from ramify.protocol.shapes.search import SearchParams, SearchResult
from ramify.protocol.shapes.service import (
    AwaitParams,
    AwaitResult,
    StatusChanged,
    StatusParams,
    StatusResult,
)


class Method(msgspec.Struct, frozen=True):
    """A request (or notification) of the surface."""

    name: str
    params: type[Shape]
    result: type[Shape] | None
    """None: a notification from the server."""
    meaning: str


METHODS: tuple[Method, ...] = (
    Method("ramify/search", SearchParams, SearchResult, "Where is the code that does this?"),
    Method("ramify/related", RelatedParams, RelatedResult, "What belongs to this symbol?"),
    Method("ramify/impact", ImpactParams, ImpactResult, "What may break, which tests must run?"),
    Method("ramify/callers", CallsParams, CallsResult, "Who calls this symbol?"),
    Method("ramify/callees", CallsParams, CallsResult, "What does this symbol call?"),
    Method("ramify/removable", RemovableParams, RemovableResult, "Can this symbol go?"),
    Method("ramify/cycles", WorkspaceParams, CyclesResult, "Which modules import each other?"),
    Method("ramify/hotspots", WorkspaceParams, HotspotsResult, "What is risky to change?"),
    Method("ramify/unreachable", UnreachableParams, UnreachableResult, "What does nothing reach?"),
    Method("ramify/status", StatusParams, StatusResult, "How far is the index, how does it do?"),
    Method("ramify/await", AwaitParams, AwaitResult, "Wait until the index has caught up."),
    Method("ramify/statusChanged", StatusChanged, None, "The status changed."),
)


def command_of(method: str) -> str:
    """`ramify.search` for `ramify/search`: the same request as a workspace/executeCommand."""
    return method.replace("/", ".")
