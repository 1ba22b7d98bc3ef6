"""What every answer of a feature is made of: pages, places and symbols as answers show them.

Frozen values in symbol ids and byte offsets, which the faces turn into ranges of the client's
encoding and into JSON. Nothing in this package knows LSP, a database or how an answer was found.

Lists stand in a fixed order, surest and nearest first. Where a value carries `total`, its list is
one `Page` of that many; an answer never leaves something out without saying so.

What an answer holds hundreds of is a Struct: a dataclass takes ten times as long to make.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from ramify_store.facts import Certainty, SymbolKind


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted. Places are looked up for that part alone."""

    offset: int = 0
    limit: int = 200


FIRST_PAGE: Final = Page()


class Place(msgspec.Struct, frozen=True, gc=False):
    """Bytes [start, end) of the live text of a file; the path is relative to the folder."""

    path: str
    start: int
    end: int


class Item(msgspec.Struct, frozen=True):
    """A symbol as an answer shows it."""

    id: str
    name: str
    qualified_name: str
    """`django.db.models.query.QuerySet.filter`."""
    kind: SymbolKind
    place: Place
    """The whole definition."""
    name_place: Place
    """The name in it; of a module the empty place at its start."""
    container: str | None
    """Qualified name of the enclosing symbol; None for a module."""
    is_test: bool
    signature: str = ""
    """`SymbolFact.signature`."""
    certainty: Certainty | None = None
    """Of its relation to what was asked; None where the answer is about the symbol itself."""
    reasons: tuple[str, ...] = ()
