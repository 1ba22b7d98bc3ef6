"""Symbols of the whole workspace by a few letters of their name, best match first.

Exact names come before prefixes, prefixes before letters that begin words of the name (`qset` and
`qs` for `QuerySet`), those before pieces of it, and letters that only stand in order come last.
Tests and private names come a little lower. Words before a dot must occur in what contains it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ramify.features.answers.common import FIRST_PAGE, Page
from ramify.features.answers.navigation import SymbolList
from ramify.features.places import Places, qualified_name
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import Symbol, SymbolKind
from ramify_store.layers import LayeredView
from ramify_store.view import GraphView

MOST_SYMBOLS: Final = 800

_LONGEST_QUERY: Final = 100
_OTHER_CASE: Final = 0.4
_LOWER_FOR_TESTS: Final = 0.75
_LOWER_FOR_PRIVATE: Final = 0.5
_LOWER_FOR_DATA: Final = 0.25
_DATA: Final = frozenset({SymbolKind.VARIABLE, SymbolKind.FIELD})
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\WA-Za-z0-9_]+")
_MARK: Final = "\0"
"""Stands before each word of a name."""


def workspace_symbols(
    reading: Reading, token: CancelToken, query: str, page: Page = FIRST_PAGE
) -> SymbolList:
    """An empty query means everything, by path. `total` is a lower bound where very many match."""
    container, name = _parts(query)
    if not name:
        return _everything(reading, token, page) if not query.strip() else SymbolList((), 0)
    wanted = max(MOST_SYMBOLS, page.offset + page.limit)
    found: list[tuple[float, int, str, Symbol]] = []
    for tier, matched in _matching(_indexes_of(reading.view), name, wanted // 2):
        token.check()
        for symbol in reading.view.named(matched):
            if symbol.kind != SymbolKind.LAMBDA and _is_in(symbol, container):
                found.append((tier + _handicap(symbol), len(matched), symbol.id, symbol))
        if len(found) >= wanted:
            break
    found.sort(key=lambda each: each[:3])
    places = Places(reading)
    items = (places.item(each[3]) for each in found[page.offset : page.offset + page.limit])
    return SymbolList(tuple(item for item in items if item), len(found))


def _parts(query: str) -> tuple[tuple[str, ...], str]:
    """`django QuerySet.fil` is looked for as `fil` in what holds `django` and `queryset`."""
    words = re.split(r"[\s.:/]+", query[:_LONGEST_QUERY].strip(" .:/\t\n()"))
    return tuple(word.lower() for word in words[:-1]), words[-1]


def _is_in(symbol: Symbol, container: Sequence[str]) -> bool:
    if not container:
        return True
    around = qualified_name(symbol.id).lower().rpartition(".")[0]
    return all(word in around for word in container)


def _handicap(symbol: Symbol) -> float:
    return (
        _LOWER_FOR_TESTS * symbol.is_test
        + _LOWER_FOR_PRIVATE * symbol.name.startswith("_")
        + _LOWER_FOR_DATA * (symbol.kind in _DATA)
    )


def _everything(reading: Reading, token: CancelToken, page: Page) -> SymbolList:
    """What modules define, tests left out."""
    places, wanted = Places(reading), page.offset + page.limit
    found: list[Symbol] = []
    for path in reading.view.paths():
        token.check()
        of_file = reading.view.symbols_of(path)
        module = of_file[0].id if of_file else ""
        found += [s for s in of_file[1:] if s.container == module and not s.is_test]
        if len(found) > wanted:
            break
    items = (places.item(symbol) for symbol in found[page.offset : wanted])
    return SymbolList(tuple(item for item in items if item), len(found))


def _matching(indexes: Sequence[_Index], query: str, most: int) -> list[tuple[float, str]]:
    """(tier, name), best tier first, shorter names first in each."""
    tiers: dict[str, float] = {}
    for ways in zip(*(_ways(index, query.lower(), most) for index in indexes), strict=True):
        for tier, names in ways:
            for name in islice(names, most):
                exact = 0.0 if name == query or name.lower() != query.lower() else _OTHER_CASE
                tiers.setdefault(name, tier + exact)
        if len(tiers) >= most:
            break
    ranked = ((tier, len(name), name) for name, tier in tiers.items())
    return [(tier, name) for tier, _, name in sorted(ranked)]


def _ways(index: _Index, query: str, most: int) -> Iterator[tuple[float, Iterator[str]]]:
    """The ways to match, from the best: each costs something only when it is looked at."""
    yield 0.0, index.beginning_with(query, exactly=True)
    yield 1.0, index.beginning_with(query, exactly=False)
    letters = [re.escape(letter) for letter in query if letter != "_"]
    if letters:
        lines = index.with_letters(query)
        yield 2.0, index.matching(lines, _MARK + f"(?:[^\n]*?{_MARK})?".join(letters))
        yield 3.0, index.holding(lines, query.replace("_", ""))
        yield 4.0, index.matching(lines, _MARK + "[^\n]*?".join(letters))


@dataclass(frozen=True, slots=True)
class _Index:
    names: Sequence[str]
    """Shortest first."""
    marked: str
    """A line for each name: its words in lower case, each after a mark."""
    starts: NDArray[np.int32]
    """Where each line begins, and one more for the end."""
    letters: NDArray[np.uint64]
    """Of each line the set of its letters, as bits; several letters may share one."""
    lowered: Sequence[tuple[str, str]]
    """(lower case, name), sorted."""

    def beginning_with(self, query: str, *, exactly: bool) -> Iterator[str]:
        first = bisect_left(self.lowered, (query, ""))
        end = (query + "\0", "") if exactly else (query + "\U0010ffff", "")
        found = self.lowered[first : bisect_left(self.lowered, end)]
        return iter(sorted((name for _, name in found), key=len))

    def with_letters(self, query: str) -> Sequence[int]:
        """The lines that have every letter of the query: all that can match it, and a few more."""
        wanted = np.bitwise_or.reduce(_bits(query.replace("_", "")))
        lines: list[int] = np.flatnonzero(self.letters & wanted == wanted).tolist()
        return lines

    def holding(self, lines: Sequence[int], letters: str) -> Iterator[str]:
        """One after another, whichever words of the name they are in."""
        for line in lines:
            if letters in self.marked[self.starts[line] : self.starts[line + 1]].replace(_MARK, ""):
                yield self.names[line]

    def matching(self, lines: Sequence[int], pattern: str) -> Iterator[str]:
        found, starts = re.compile(pattern).search, self.starts
        for line in lines:
            if found(self.marked, int(starts[line]), int(starts[line + 1]) - 1):
                yield self.names[line]


_known: WeakKeyDictionary[GraphView, _Index] = WeakKeyDictionary()
"""Derived from a view, which is frozen, and gone with it."""


def _indexes_of(view: GraphView) -> list[_Index]:
    """One for each layer: a name that a layer hides has no symbols when it is looked up."""
    if isinstance(view, LayeredView):
        return [*_indexes_of(view.base), _index_of(view.upper)]
    return [_index_of(view)]


def _index_of(view: GraphView) -> _Index:
    index = _known.get(view)
    if index is None:
        index = _known[view] = _index(view.names())
    return index


def _index(names: Collection[str]) -> _Index:
    ordered = sorted(names, key=lambda name: (len(name), name))
    lines = [_marked(name) for name in ordered]
    starts = np.cumsum([0, *(len(line) + 1 for line in lines)], dtype=np.int32)
    marked = "".join(line + "\n" for line in lines)
    letters = np.bitwise_or.reduceat(_bits(marked), starts[:-1]) if lines else _bits("")
    lowered = sorted((name.lower(), name) for name in ordered)
    return _Index(ordered, marked, starts, letters, lowered)


def _marked(name: str) -> str:
    return "".join(_MARK + word.lower() for word in _WORD.findall(name))


def _bits(text: str) -> NDArray[np.uint64]:
    """Of each character one bit of 64."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    bits: NDArray[np.uint64] = np.left_shift(1, codes.astype(np.uint64) & 63)
    return bits
