"""What belongs to selected lines: what they call, and code like them.

A selection that holds a whole definition means that symbol. Any other may cut through statements:
it is read as lines of words, and code that holds nearly the same lines is told from code that is
only about the same things.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ramify.analysis.text import Text
from ramify.embedding.model import Embedder
from ramify.embedding.tokens import subtokens
from ramify.features.answers.common import FIRST_PAGE, Page, Place
from ramify.features.answers.relations import Related
from ramify.features.copies import Copy, Line, copied, lines_of
from ramify.features.dispatch import links_from
from ramify.features.kindred import LEAST_SIMILAR, SIMILAR
from ramify.features.locate import symbol_at, symbol_of
from ramify.features.places import Places
from ramify.features.related import answered, related
from ramify.features.relatives import CALLS, Relative, times
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.errors import StoreError
from ramify_store.facts import Certainty, FileFacts, Symbol, SymbolFact
from ramify_store.view import ChunkFilter, Hit

_CANDIDATES: Final = 48
_MOST_WORDS: Final = 64


def related_to_lines(
    reading: Reading,
    token: CancelToken,
    embedder: Embedder,
    place: Place,
    page: Page = FIRST_PAGE,
) -> Related | None:
    """The target is the symbol that the lines stand in. None when there is no such text, or for a
    whole definition that the graph lacks yet."""
    facts, text = reading.snapshot.facts(place.path), reading.snapshot.text(place.path)
    if facts is None or text is None:
        return None
    lines = _Lines(reading, facts, text, _trimmed(text, place))
    meant = lines.meant
    if meant is not None:
        return related(reading, token, meant.id, page)
    places = Places(reading)
    enclosing = lines.symbol(lines.around[-1])
    target = places.item(enclosing) if enclosing else None
    if target is None:
        return None
    called = _called(lines, places)
    token.check()
    alike, notes = _similar(lines, token, embedder)
    groups = {"callees": called, "similar": alike}
    return answered(reading.view, places, target, groups, notes, page)


def _trimmed(text: Text, place: Place) -> Place:
    selected = text.data[place.start : place.end]
    start = place.start + len(selected) - len(selected.lstrip())
    return Place(place.path, start, max(start, place.start + len(selected.rstrip())))


@dataclass(frozen=True)
class _Lines:
    """The selection, and which definitions it has to do with."""

    reading: Reading
    facts: FileFacts
    text: Text
    place: Place

    @property
    def selected(self) -> str:
        return self.text.data[self.place.start : self.place.end].decode("utf-8", "replace")

    @property
    def meant(self) -> Symbol | None:
        """The symbol at a selection of nothing, or the one whose definition it holds."""
        place = self.place
        if place.start == place.end:
            return symbol_at(self.reading, place.path, place.start)
        for fact in self.around[1:]:
            if place.start <= fact.name_start and fact.end <= place.end:
                return self.symbol(fact)
        return None

    @property
    def around(self) -> list[SymbolFact]:
        """The definitions that hold all of it, the outermost, the module, first."""
        symbols, found = self.facts.outline.symbols, [0]
        for index, fact in enumerate(symbols):
            # `self.x = ...` in a method is a field of the class: it holds nothing there.
            holds = fact.start <= self.place.start and self.place.end <= fact.end
            if index and holds and fact.parent == found[-1]:
                found.append(index)
        return [symbols[index] for index in found]

    @property
    def inside(self) -> list[SymbolFact]:
        """The definitions whose names stand in it."""
        start, end = self.place.start, self.place.end
        return [e for e in self.facts.outline.symbols[1:] if start <= e.name_start < end]

    def symbol(self, fact: SymbolFact) -> Symbol | None:
        return symbol_of(self.reading, self.place.path, fact.path)

    def ids(self, facts: Iterable[SymbolFact]) -> set[str]:
        return {symbol.id for symbol in map(self.symbol, facts) if symbol is not None}


def _called(lines: _Lines, places: Places) -> list[Relative]:
    """What calls in the lines lead to, and from how many places."""
    view, inside = lines.reading.view, lines.ids(lines.inside)
    found: dict[str, set[Place]] = {}
    best: dict[str, Certainty] = {}
    for source in map(view.symbol, sorted(inside | lines.ids(lines.around))):
        if source is None:
            continue  # not in the graph yet
        for link in links_from(view, source.id, CALLS):
            if link.target in inside or link.certainty <= Certainty.POSSIBLE:
                continue
            shown = places.sites(source, link.edge.sites, places.name_of(link.edge.target))
            own = {e for e in shown if lines.place.start <= e.start < lines.place.end}
            if own:
                found.setdefault(link.target, set()).update(own)
                best[link.target] = max(link.certainty, best.get(link.target, link.certainty))
    return [
        Relative(symbol, best[each], best[each] + 0.1 * len(sites), times(_CALLED, len(sites)))
        for each, sites in found.items()
        if (symbol := view.symbol(each)) is not None
    ]


_CALLED: Final = "called in these lines"


@dataclass(frozen=True, slots=True)
class _Like:
    hit: Hit
    cosine: float
    copy: Copy | None

    @property
    def strength(self) -> float:
        """Copies before what is only similar."""
        return 1 + self.copy.share if self.copy else self.cosine

    @property
    def reason(self) -> str:
        if self.copy is None:
            return f"similar code ({self.cosine:.2f})"
        what = "the same lines" if self.copy.share == 1 else "nearly the same lines"
        first, last = self.copy.first + 1, self.copy.last + 1
        return f"{what}, {first}" + (f" to {last}" if last > first else "")


def _similar(
    lines: _Lines, token: CancelToken, embedder: Embedder
) -> tuple[list[Relative], tuple[str, ...]]:
    """The nearest, and what may be missing."""
    reading, wanted = lines.reading, lines_of(lines.selected)
    own = lines.ids([*(lines.around[1:] or lines.around), *lines.inside])
    candidates, notes = _candidates(reading, embedder, lines.selected)
    found: dict[str, _Like] = {}
    for hit, cosine in candidates:
        token.check()
        if hit.symbol in own:
            continue
        each = _Like(hit, cosine, _copy_in(reading, wanted, hit))
        known = found.get(hit.symbol)
        if (each.copy or cosine >= LEAST_SIMILAR) and (
            known is None or each.strength > known.strength
        ):
            found[hit.symbol] = each
    best = sorted(found.values(), key=lambda each: (-each.strength, each.hit.symbol))[:SIMILAR]
    return [
        Relative(symbol, None, each.strength, each.reason)
        for each in best
        if (symbol := reading.view.symbol(each.hit.symbol)) is not None
    ], notes


def _candidates(
    reading: Reading, embedder: Embedder, selected: str
) -> tuple[Collection[tuple[Hit, float]], tuple[str, ...]]:
    """Pieces with their cosine: those near in meaning, and those with the same words, for a copy
    in a long function is not near to the function."""
    vector = embedder.embed_chunks([selected])[0]
    nearest = reading.search.nearest(vector, _CANDIDATES, ChunkFilter())
    found = {(hit.path, hit.start): (hit, hit.score) for hit in nearest}
    words = list(dict.fromkeys(subtokens(selected)))[:_MOST_WORDS]
    complete = reading.snapshot.status.search.complete
    notes = () if complete else ("similar code: the search index is being built",)
    try:
        worded = reading.search.full_text(words, _CANDIDATES, ChunkFilter()) if words else ()
    except StoreError as error:
        worded, notes = (), (*notes, f"similar code: found by meaning alone: {error}")
    for hit in worded:
        found.setdefault((hit.path, hit.start), (hit, 0.0))
    return found.values(), notes


def _copy_in(reading: Reading, wanted: Sequence[Line], hit: Hit) -> Copy | None:
    """None also where its text is another by now: nobody could be told which lines."""
    indexed, live = reading.view.placed(hit.path), reading.snapshot.placed(hit.path)
    text = reading.snapshot.text(hit.path)
    if text is None or indexed is None or live is None or indexed.hash != live.hash:
        return None
    found = copied(wanted, lines_of(text.data[hit.start : hit.end].decode("utf-8", "replace")))
    first = text.data.count(b"\n", 0, hit.start)
    return found and Copy(first + found.first, first + found.last, found.share)
