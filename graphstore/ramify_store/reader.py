"""The committed graph as questions see it: columns loaded once, later commits laid over them.

One writer calls `load` and `advance`; any thread takes `view`, which never changes once taken.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ramify_store import columnfile, loading
from ramify_store.columns import ColumnsView
from ramify_store.engine import Engine
from ramify_store.facts import FileLinks, Outline, Placed
from ramify_store.layers import LayeredView
from ramify_store.memory import give_back
from ramify_store.view import GraphView

RELOAD_FILES: Final = 200
"""Files over the columns from which on loading them anew costs less than looking through."""

_NOTHING: Final[Mapping[str, FileLinks]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _State:
    columns: ColumnsView
    over: Mapping[str, FileLinks]
    removed: frozenset[str]
    shadowed: Mapping[str, FileLinks]
    stored: GraphView
    """What the database holds as nodes and edges."""
    view: GraphView
    """The same with the shadowed files."""


class GraphReader:
    """Views of one graph database, the newest first."""

    def __init__(self, outlines: Callable[[Placed], Outline | None]) -> None:
        """`outlines` gives the stored outline of a file's bytes."""
        self._outlines = outlines
        self._state: _State | None = None
        self._waiting: tuple[Engine, int] | None = None
        self._loading = threading.Lock()

    def load(self, engine: Engine, revision: int) -> None:
        """The whole graph is read when it is next asked for, which takes about 0.3 s for 50,000
        symbols, less where the columns stand in a file: until then whoever committed it can give
        back what it was made of."""
        self._waiting = (engine, revision)

    def load_anew(self, engine: Engine, revision: int) -> None:
        """The same, at once, and from nothing but the database."""
        with engine.reading() as session:
            columns, shadowed = loading.load_view(session, revision, self._outlines)
        self._waiting = None
        self._state = self._composed(columns, _NOTHING, frozenset(), shadowed, revision)

    def _loaded(self, engine: Engine, revision: int) -> _State:
        with engine.reading() as session:
            if engine.path is None:
                columns, shadowed = loading.load_view(session, revision, self._outlines)
            else:
                columns, shadowed = loading.load_view_by_file(
                    session, revision, self._outlines, engine.path.parent
                )
        give_back()
        return self._composed(columns, _NOTHING, frozenset(), shadowed, revision)

    def view(self) -> GraphView:
        return self._known.view

    @property
    def size(self) -> int:
        """Symbols, edges and look-ups in the columns."""
        return self._known.columns.size

    @property
    def is_layered(self) -> bool:
        """Whether commits lie over columns that are worth a file: the next start finds none."""
        known = self._known
        is_worth_it = known.columns.size > columnfile.WORTH_ROWS
        return is_worth_it and bool(known.over or known.removed)

    @property
    def needs_reload(self) -> bool:
        return len(self._known.over) + len(self._known.removed) > RELOAD_FILES

    @property
    def shadowed(self) -> Mapping[str, FileLinks]:
        """Files whose module another file claims as well; the database keeps them packed."""
        return self._known.shadowed

    def owner_of(self, module_id: str) -> str | None:
        """The file that is not shadowed and defines this module."""
        module = self._known.stored.symbol(module_id)
        return None if module is None else module.file

    def links_of(self, path: str) -> FileLinks | None:
        """The contribution of a file that is not shadowed. Without its keys and flows where it
        comes from the columns."""
        state = self._known
        if path in state.removed:
            return None
        return state.over.get(path) or state.columns.links_of(path)

    def all_links(self) -> Iterator[FileLinks]:
        """`links_of` every file."""
        state = self._known
        hidden = state.removed | state.over.keys()
        for path in state.columns.paths():
            links = None if path in hidden else state.columns.links_of(path)
            if links is not None:
                yield links
        yield from state.over.values()

    def advance(
        self,
        links: Mapping[str, FileLinks],
        removed: Collection[str],
        shadowed: Mapping[str, FileLinks],
        revision: int,
    ) -> None:
        """Lays a commit over what is known: the same road a client's buffers take."""
        state = self._known
        over = {path: each for path, each in state.over.items() if path not in removed}
        over.update(links)
        gone = (state.removed | frozenset(removed)) - links.keys()
        self._state = self._composed(state.columns, over, gone, shadowed, revision)

    @property
    def _known(self) -> _State:
        if self._waiting is not None:
            with self._loading:
                if self._waiting is not None:
                    self._state = self._loaded(*self._waiting)
                    self._waiting = None
        if self._state is None:
            raise RuntimeError("GraphReader.load comes first")
        return self._state

    def _composed(
        self,
        columns: ColumnsView,
        over: Mapping[str, FileLinks],
        removed: frozenset[str],
        shadowed: Mapping[str, FileLinks],
        revision: int,
    ) -> _State:
        stored: GraphView = columns
        if revision != columns.revision:
            stored = LayeredView(columns, over, removed, self._outlines_in(over), revision)
        view = stored
        if shadowed:
            everything = {**over, **shadowed}
            outlines = self._outlines_in(everything)
            view = LayeredView(columns, everything, removed, outlines, revision)
        return _State(columns, over, removed, shadowed, stored, view)

    def _outlines_in(self, files: Mapping[str, FileLinks]) -> Callable[[str], Outline | None]:
        def outline(path: str) -> Outline | None:
            links = files.get(path)
            return None if links is None else self._outlines(links.placed)

        return outline
