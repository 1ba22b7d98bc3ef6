"""Where names lead, who refers to them and what a document holds, as features answer it.

Values alone: nothing here knows LSP or how an answer was found.
"""

from __future__ import annotations

from dataclasses import dataclass

from ramify.features.answers.common import Item, Place
from ramify_store.facts import Certainty, EdgeKind, SymbolKind


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name leads."""

    place: Place
    name_place: Place
    certainty: Certainty
    why: str
    symbol: str | None
    """Id; None for a local variable or parameter."""


@dataclass(frozen=True, slots=True)
class Definitions:
    origin: Place | None
    """The naming token that was asked about; None when there is none at the offset."""
    targets: tuple[Definition, ...]
    external: tuple[str, ...]
    """Ids outside the workspace that the name may lead to."""


@dataclass(frozen=True, slots=True)
class Reference:
    place: Place
    certainty: Certainty
    why: str
    source: str | None
    """Id of the symbol the place stands in; None for a local variable's."""
    edge: EdgeKind | None
    """None for a declaration and for a local variable's."""


@dataclass(frozen=True, slots=True)
class References:
    """Exact first, then inferred, each by path and position; no place twice."""

    declarations: tuple[Reference, ...]
    """The names in the definitions themselves: what LSP's `includeDeclaration` adds."""
    items: tuple[Reference, ...]
    """Without the declarations."""
    total: int
    possible: int
    unresolved: int


@dataclass(frozen=True, slots=True)
class Highlight:
    place: Place
    is_write: bool


@dataclass(frozen=True, slots=True)
class Hover:
    markdown: str
    place: Place


@dataclass(frozen=True, slots=True)
class SymbolTree:
    """A definition with what it contains, in order of position."""

    name: str
    kind: SymbolKind
    signature: str
    place: Place
    name_place: Place
    children: tuple[SymbolTree, ...]


@dataclass(frozen=True, slots=True)
class SymbolList:
    """Workspace symbols, implementations, super- and subtypes."""

    items: tuple[Item, ...]
    total: int
