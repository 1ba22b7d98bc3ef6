"""What a search found, as the feature answers it.

Values alone: nothing here knows LSP or how a hit was found.
"""

from __future__ import annotations

from dataclasses import dataclass

from ramify.features.answers.common import Item, Place


@dataclass(frozen=True, slots=True)
class SearchHit:
    item: Item
    score: float
    """0 to 1, comparable within one answer."""
    snippet: str
    """The first lines of the best piece."""
    snippet_place: Place


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    hits: tuple[SearchHit, ...]
    total: int
    """How many symbols were ranked."""
    note: str | None = None
    """What a reader must know: "no embeddings yet: found by words alone", "the query has no
    words to look for"."""
