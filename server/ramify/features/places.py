"""From symbols and sites to places in the live text.

The graph may lag behind what a person types: a place is taken from the facts of the text as it
stands, found again by the symbol's path and the site's name, or not given at all. A lagging graph
may tell an older relation, never a wrong place. Must never know what is asked.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Final

from ramify.features.answers.common import Item, Place
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty, Outline, Symbol, SymbolFact

if TYPE_CHECKING:
    from numpy import int32
    from numpy.typing import NDArray


def qualified_name(symbol_id: str) -> str:
    """`django.db.models.query.QuerySet.filter` of `python . django.db.models.query/QuerySet...`;
    the path of a document; an external's id without its language."""
    if " " not in symbol_id:
        return symbol_id.rpartition(":")[2]
    module, _, path = symbol_id.split(" ", 2)[2].rpartition("/")
    return f"{module}.{path}" if path else module


def bare_name(symbol: Symbol) -> str:
    """Its name; of a module the last component."""
    if symbol.path or not symbol.name:
        return symbol.name or qualified_name(symbol.id).rpartition(".")[2]
    return symbol.name.rpartition(".")[2]


class Places:
    """The places of one question: every file is looked at once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._files: dict[str, _Anchors | None] = {}

    def item(
        self,
        symbol: Symbol,
        certainty: Certainty | None = None,
        reasons: tuple[str, ...] = (),
    ) -> Item | None:
        """None when the live text holds the symbol no more."""
        fact = self.fact(symbol)
        if fact is None:
            return None
        name_start = max(fact.name_start, 0)
        return Item(
            id=symbol.id,
            name=bare_name(symbol),
            qualified_name=qualified_name(symbol.id),
            kind=symbol.kind,
            place=Place(symbol.file, fact.start, fact.end),
            name_place=Place(symbol.file, name_start, max(fact.name_end, name_start)),
            container=qualified_name(symbol.container) if symbol.container else None,
            is_test=symbol.is_test,
            signature=fact.signature,
            certainty=certainty,
            reasons=reasons,
        )

    def name_of(self, target: str) -> str:
        """What a site that refers to this symbol or external shows, unless it uses an alias; a
        bare name is its own."""
        symbol = self._reading.view.symbol(target)
        return bare_name(symbol) if symbol else qualified_name(target).rpartition(".")[2]

    def fact(self, symbol: Symbol) -> SymbolFact | None:
        """The live definition."""
        anchors = self._anchors(symbol.file)
        return anchors.live_facts.get(symbol.path) if anchors else None

    def sites(self, source: Symbol, ordinals: Iterable[int], name: str) -> tuple[Place, ...]:
        """Naming tokens of the sites in `source`, ascending. `name` is what they are known to
        refer to: a lagging site is found again by it."""
        anchors = self._anchors(source.file)
        if anchors is None:
            return ()
        places = (anchors.site(ordinal, source.path, name) for ordinal in ordinals)
        return tuple(Place(source.file, *place) for place in sorted({p for p in places if p}))

    def site(self, source: Symbol, ordinal: int, target: str) -> Place | None:
        """Naming token of one site in `source`, which refers to `target`."""
        anchors = self._anchors(source.file)
        if anchors is None:
            return None
        name = self.name_of(target) if anchors.lags else ""
        found = anchors.site(ordinal, source.path, name)
        return Place(source.file, *found) if found else None

    def _anchors(self, path: str) -> _Anchors | None:
        if path in self._files:
            return self._files[path]
        anchors = self._files[path] = _anchors_of(self._reading, path)
        return anchors


def _anchors_of(reading: Reading, path: str) -> _Anchors | None:
    indexed, live = reading.view.placed(path), reading.snapshot.placed(path)
    if live is None:
        return None
    outline = reading.view.outline(path)
    if indexed is not None and outline is not None and indexed.hash == live.hash:
        return _kept_anchors(outline, indexed.hash)
    facts, text = reading.snapshot.facts(path), reading.snapshot.text(path)
    if facts is None or text is None:
        return None
    return _Anchors(outline or facts.outline, facts.outline, text.data)


MOST_KEPT: Final = 256
"""Files whose places are kept from one question to the next."""

_kept: OrderedDict[str, _Anchors] = OrderedDict()
_keeping = Lock()


def _kept_anchors(outline: Outline, content: str) -> _Anchors:
    """Of a file whose text is the one that was indexed."""
    with _keeping:
        known = _kept.get(content)
        if known is None:
            known = _kept[content] = _Anchors(outline, outline, b"")
            if len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
        else:
            _kept.move_to_end(content)
    return known


@dataclass(frozen=True)
class _Anchors:
    """Places of one file: as indexed, and as the text stands now."""

    indexed: Outline
    live: Outline
    data: bytes
    """The live text; needed only where the two differ."""

    @property
    def lags(self) -> bool:
        """Whether a site is found again by its name."""
        return self.live is not self.indexed

    @cached_property
    def live_facts(self) -> dict[str, SymbolFact]:
        return {fact.path: fact for fact in self.live.symbols}

    @cached_property
    def indexed_facts(self) -> dict[str, SymbolFact]:
        return {fact.path: fact for fact in self.indexed.symbols}

    @cached_property
    def _indexed_sites(self) -> tuple[Sequence[int], Sequence[int]]:
        """`Outline.sites`, a hundred times as fast: an answer about a hub looks into many files."""
        import numpy as np  # not at the start

        def unpacked(column: bytes) -> NDArray[int32]:
            planes = np.frombuffer(column, np.uint8).reshape(4, -1)
            return np.cumsum(planes.T.copy().view("<i4")[:, 0], dtype=np.int32)

        starts = unpacked(self.indexed.site_starts)
        ends = starts + unpacked(self.indexed.site_lengths)
        return array("i", starts.tobytes()), array("i", ends.tobytes())

    @cached_property
    def _live_sites(self) -> list[tuple[int, int]]:
        return sorted(set(zip(*self.live.sites(), strict=True)))

    def site(self, ordinal: int, source: str, name: str) -> tuple[int, int] | None:
        starts, ends = self._indexed_sites
        if not 0 <= ordinal < len(starts):
            return None
        if not self.lags:
            return starts[ordinal], ends[ordinal]
        return self._found_again(starts[ordinal], ends[ordinal], source, name)

    def _found_again(self, start: int, end: int, source: str, name: str) -> tuple[int, int] | None:
        """The site of the same name nearest to where it stood in its symbol."""
        before, now = self.indexed_facts.get(source), self.live_facts.get(source)
        if before is None or now is None:
            return None
        expected = now.start + start - before.start
        wanted = name.encode()
        first = bisect_left(self._live_sites, (now.start, 0))
        last = bisect_left(self._live_sites, (now.end, 0))
        same = (
            site
            for site in self._live_sites[first:last]
            if site[1] - site[0] == end - start and self.data[site[0] : site[1]] == wanted
        )
        return min(same, key=lambda site: abs(site[0] - expected), default=None)
