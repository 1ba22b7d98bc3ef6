"""On the wire: `ramify/related`, `ramify/callers` and `ramify/callees`.

A contract: add, do not rename. Knows nothing of how a relation is found.
"""

from __future__ import annotations

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
    Range,
    RankedItem,
    Shape,
    Status,
)


class RelatedParams(AtSymbol, frozen=True, kw_only=True):
    range: Range | None = None
    """Selected lines, instead of a position: what they call, and code like theirs, copies first.
    The target is the symbol they stand in. Lines that hold a whole definition mean its symbol."""
    limit: Limit = DEFAULT_LIMIT


class RelatedGroup(Shape, frozen=True, kw_only=True):
    relation: str
    """callers, callees, users, overrides, overridden, bases, derived, siblings, tests, importers,
    similar, types (users of the same classes), documents (that name it), together (files that
    changed in the same commits as its file), in this order."""
    items: tuple[Item, ...]
    total: Count


class RelatedResult(Shape, frozen=True, kw_only=True):
    target: Item | None
    """null: there is no symbol at that place."""
    groups: tuple[RelatedGroup, ...]
    ranked: tuple[RankedItem, ...]
    """Every related symbol once, nearest first."""
    total: Count
    """How many were ranked."""
    notes: tuple[str, ...] = ()
    """What may be missing, and why: "files changed together: the history of git is being read"."""
    status: Status


class CallsParams(AtSymbol, frozen=True, kw_only=True):
    min_certainty: MinCertainty = "inferred"
    limit: Limit = DEFAULT_LIMIT
    cursor: str | None = None


class CallItem(Item, frozen=True, kw_only=True):
    """Who calls (or is called), and where."""

    sites: tuple[Location, ...]
    """The naming token of each call, in order."""
    certainty: Certainty
    why: str
    """"import", "own class", "annotation", ..."""


class ExternalCall(Shape, frozen=True, kw_only=True):
    """A callee outside the workspace."""

    id: str
    """`python:os.path.join`"""
    sites: tuple[Location, ...]
    certainty: Certainty


class CallsResult(Shape, frozen=True, kw_only=True):
    target: Item | None
    """null: there is no symbol at that place."""
    items: tuple[CallItem, ...]
    """Exact first, then inferred; tests after the rest."""
    possible: Counted
    """Call sites that name it and may mean something else."""
    unresolved: Counted
    """Call sites that name it where known places were searched in vain."""
    external: tuple[ExternalCall, ...] = ()
    """Callees only."""
    total: Count
    cursor: str | None = None
    status: Status
