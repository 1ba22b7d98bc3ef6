"""Views of an index that is not there yet: empty, and honest about it through their status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from numpy import float32
from numpy.typing import NDArray

from ramify_store.layers import LinksView
from ramify_store.view import ChunkFilter, GraphView, Hit, SearchView


class _NoSearch:
    def full_text(self, words: Sequence[str], limit: int, only: ChunkFilter) -> Sequence[Hit]:
        return ()

    def nearest(self, vector: NDArray[float32], limit: int, only: ChunkFilter) -> Sequence[Hit]:
        return ()

    def chunks_of(self, symbol_id: str) -> Sequence[Hit]:
        return ()

    def vector_of(self, hit: Hit) -> NDArray[float32] | None:
        return None

    def text_of(self, hit: Hit) -> str:
        return ""


NO_SEARCH: Final[SearchView] = _NoSearch()
NO_VIEW: Final[GraphView] = LinksView({}, lambda path: None)
