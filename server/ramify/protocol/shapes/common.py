"""What every request and answer on the wire is made of: places, symbols, counts, the status.

Names and shapes are a contract: add, do not rename. Both faces speak them: LSP as params and
results, the command line with `--json`. `docs/protocol.md` is generated from this package. Knows
nothing of graphs, files or features.

On the wire names are camelCase and what is not known is left out rather than null.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

DEFAULT_LIMIT = 200
"""Items in a list when the request names no limit."""


Certainty = Literal["exact", "inferred", "possible", "unresolved"]
"""How sure a relation is, surest first.

`exact`: through bindings, scopes, imports, or a member of the own class or of a declared type.
`inferred`: through derived types, value flow, or an override below the declared target.
`possible`: the name matches, nothing else is known. `unresolved`: looked for and not found."""


MinCertainty = Literal["exact", "inferred", "possible"]


EdgeName = Literal["calls", "uses", "writes", "imports", "inherits", "overrides", "decorates"]
"""What relates two symbols, read from the source of the edge to its target."""


Direction = Literal["in", "out", "both"]


Count = Annotated[int, Meta(ge=0)]


Limit = Annotated[int, Meta(ge=1, le=10_000)]


class Shape(msgspec.Struct, rename="camel", omit_defaults=True, frozen=True):
    """Base of everything on the wire."""


class Position(Shape, frozen=True):
    """Zero-based; `character` counts in the negotiated encoding (command line: UTF-16)."""

    line: Count
    character: Count


class Range(Shape, frozen=True):
    """`end` stands after the last character."""

    start: Position
    end: Position


class Location(Shape, frozen=True):
    uri: str
    range: Range


class TextDocument(Shape, frozen=True):
    uri: str


class VersionedDocument(Shape, frozen=True, kw_only=True):
    uri: str
    version: int


class SearchStatus(Shape, frozen=True, kw_only=True):
    """How far full text and embeddings are; they follow the graph and never hold it up."""

    complete: bool
    pending_chunks: Count


class Status(Shape, frozen=True, kw_only=True):
    """What an answer speaks of. `complete` speaks of the graph."""

    revision: Count
    """Of the committed graph of the files on disk; rises with each commit. Of several folders:
    the sum."""
    complete: bool
    """False: there may be more than the answer says, and `reason` says why."""
    indexed_files: Count
    total_files: Count
    pending_files: Count
    """Changed files that the graph does not show yet."""
    search: SearchStatus
    documents: tuple[VersionedDocument, ...]
    """Open documents whose unsaved text the answer takes into account."""
    reason: str | None = None
    """Why it is not complete, or what is unusual, in words for a person."""


class Item(Shape, frozen=True, kw_only=True):
    """A symbol, where it stands and how sure the relation to what was asked is."""

    id: str
    """Stable while the name stays: `python . django.db.models.query/QuerySet.filter`."""
    name: str
    qualified_name: str
    """`django.db.models.query.QuerySet.filter`"""
    kind: int
    """SymbolKind of LSP."""
    uri: str
    range: Range
    """The whole definition, decorators included."""
    selection_range: Range
    """The name."""
    container: str | None = None
    """Qualified name of what encloses it."""
    is_test: bool
    certainty: Certainty | None = None
    reasons: tuple[str, ...] | None = None
    """Short phrases: why it is here, the best first."""
    signature: str | None = None
    """`(self, *args)` of a function, `(Base)` of a class, `: int` of an annotated variable."""


class RankedItem(Item, frozen=True, kw_only=True):
    """An item with what it was ranked by."""

    score: float
    """Higher is nearer; comparable within one answer only."""
    reasons: tuple[str, ...]


class AtSymbol(Shape, frozen=True, kw_only=True):
    """A symbol, by `textDocument` and `position`, or by `symbol`, which wins."""

    text_document: TextDocument | None = None
    position: Position | None = None
    symbol: str | None = None
    """Id of an item of an earlier answer."""


class Counted(Shape, frozen=True, kw_only=True):
    count: Count
