"""On the wire, what may go or should change: `ramify/removable`, and of whole workspaces
`ramify/cycles`, `ramify/hotspots` and `ramify/unreachable`.

A contract: add, do not rename. Knows nothing of how an answer is found.
"""

from __future__ import annotations

from typing import Literal

from ramify.protocol.shapes.common import (
    DEFAULT_LIMIT,
    AtSymbol,
    Certainty,
    Count,
    Counted,
    Item,
    Limit,
    Location,
    MinCertainty,
    Shape,
    Status,
    TextDocument,
)


class RemovableParams(AtSymbol, frozen=True, kw_only=True):
    limit: Limit = DEFAULT_LIMIT
    cursor: str | None = None


class RemainingUse(Shape, frozen=True, kw_only=True):
    """A place that still refers to it."""

    site: Location
    source: str | None = None
    """Id of the symbol it stands in."""
    certainty: Certainty
    why: str


class RemovableResult(Shape, frozen=True, kw_only=True):
    """Can this go?"""

    target: Item | None
    """null: there is no symbol at that place."""
    verdict: Literal["used", "tests", "entry", "unknown", "unused"]
    """`used`; `tests`: by tests alone; `entry`: by nobody inside, but it is entered from outside;
    `unknown`: by nobody known, but somebody may; `unused`."""
    summary: str
    """The same in words."""
    uses: tuple[RemainingUse, ...]
    """Outside of itself, imports included; exact first."""
    total: Count
    possible: Counted
    """Places of which only the name matches."""
    unresolved: Counted
    entry: str | None = None
    """How it is entered from outside."""
    cursor: str | None = None
    status: Status


class WorkspaceParams(Shape, frozen=True, kw_only=True):
    """A question about whole workspaces: all of the connection."""

    text_document: TextDocument | None = None
    """Only the workspace folder that this file is in."""
    limit: Limit = 50
    cursor: str | None = None


class ImportLink(Shape, frozen=True, kw_only=True):
    """One module imports another one while it is loaded."""

    source: Item
    target: Item
    sites: tuple[Location, ...]
    """Where the import stands."""
    uses: Count
    """Places in the source that need something of the target, and what a package imports only
    to hand it on: what parting with the import costs."""


class Cycle(Shape, frozen=True, kw_only=True):
    """Modules each of which needs all the others to be loaded. Imports in functions and below
    `if TYPE_CHECKING` are no part of it."""

    modules: tuple[Item, ...]
    example: tuple[ImportLink, ...]
    """A shortest way round; it begins with `cut` where there is one."""
    imports: Count
    """How many imports run inside."""
    cut: ImportLink | None = None
    """The import that is cheapest to part with for the modules it frees; left out when no single
    one opens the circle."""
    left: Count
    """Modules in the largest circle that remains without it."""


class CyclesResult(Shape, frozen=True, kw_only=True):
    """The largest first."""

    cycles: tuple[Cycle, ...]
    total: Count
    modules: Count
    """How many modules stand in some circle."""
    cursor: str | None = None
    status: Status


class Hotspot(Item, frozen=True, kw_only=True):
    """A function that is risky to change."""

    score: float
    """0 to 1, comparable within one workspace folder."""
    complexity: Count
    """Cyclomatic."""
    callers: Count
    """Distinct symbols that call it, exact and inferred."""
    callees: Count
    commits: Count
    """Among the last 5,000, that changed its file."""


class HotspotsResult(Shape, frozen=True, kw_only=True):
    """The highest score first."""

    hotspots: tuple[Hotspot, ...]
    total: Count
    notes: tuple[str, ...] = ()
    """What may be missing, and why."""
    cursor: str | None = None
    status: Status


class UnreachableParams(WorkspaceParams, frozen=True, kw_only=True):
    min_certainty: MinCertainty = "inferred"
    """`possible` lists what somebody unknown may run, too."""


class UnreachableItem(Item, frozen=True, kw_only=True):
    """A definition that nothing known runs; what stands in it is not listed itself."""

    certainty: Certainty
    why: str
    only_tests: bool = False
    """Tests run it, and nothing else does."""


class UnreachableResult(Shape, frozen=True, kw_only=True):
    """By path and position. Entry points, and code of modules, count as run."""

    items: tuple[UnreachableItem, ...]
    total: Count
    possible: Counted
    """Left out because somebody unknown may run them."""
    cursor: str | None = None
    status: Status
