"""Views of an index that is not there yet: empty, and honest about it through their status."""

from __future__ import annotations

from typing import Final

from ramify_store.layers import LinksView
from ramify_store.search import NoChunks
from ramify_store.view import GraphView, SearchView

NO_SEARCH: Final[SearchView] = NoChunks()
NO_VIEW: Final[GraphView] = LinksView({}, lambda path: None)
