"""On the wire: `ramify/search`.

A contract: add, do not rename. Knows nothing of how a hit is found.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from ramify.protocol.shapes.common import (
    AtSymbol,
    Count,
    Direction,
    EdgeName,
    Limit,
    Range,
    RankedItem,
    Shape,
    Status,
)


class Near(AtSymbol, frozen=True, kw_only=True):
    """Only what is related to a symbol."""

    distance: Annotated[int, Meta(ge=1, le=10)]
    """At most so many edges away."""
    direction: Direction = "both"
    """`in`: what leads to the symbol (callers), `out`: what it leads to (callees)."""
    edges: tuple[EdgeName, ...] | None = None
    """Which edges count; default: calls, uses, inherits, overrides, imports, decorates."""


class SearchFilters(Shape, frozen=True, kw_only=True):
    paths: tuple[str, ...] | None = None
    """Globs relative to the workspace folder; one that starts with `!` excludes."""
    kinds: tuple[int, ...] | None = None
    """SymbolKinds of LSP."""
    languages: tuple[str, ...] | None = None
    tests: Literal["include", "exclude", "only"] = "include"


class SearchParams(Shape, frozen=True, kw_only=True):
    query: str
    """A question in words, names, or code. A name that it spells stands first; what it has in
    double quotes must stand in a hit, where anything holds it."""
    limit: Limit = 20
    cursor: str | None = None
    filters: SearchFilters | None = None
    near: Near | None = None


class SearchHit(RankedItem, frozen=True, kw_only=True):
    snippet: str
    """Of the piece that matched best: the first lines of a definition, else the lines with most of
    the words."""
    snippet_range: Range


class SearchResult(Shape, frozen=True, kw_only=True):
    """Best first."""

    hits: tuple[SearchHit, ...]
    total: Count
    cursor: str | None = None
    note: str | None = None
    """What a reader must know: "no embeddings yet: found by words alone"."""
    status: Status
