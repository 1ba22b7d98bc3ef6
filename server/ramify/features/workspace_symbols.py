"""Symbols of the whole workspace by a few letters of their name, best match first.

Exact names come before prefixes, prefixes before letters that begin words of the name (`qset` and
`qs` for `QuerySet`), those before pieces of it, and letters that only stand in order come last.
Tests and private names come a little lower. Words before a dot must occur in what contains it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, tee
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
_AT_ONCE: Final = 2000
"""Names whose letters are counted together."""
_TIMES: Final = 3
"""That a letter of a name is counted at most."""


def workspace_symbols(
    reading: Reading, token: CancelToken, query: str, page: Page = FIRST_PAGE
) -> SymbolList:
    """Those of `matching_symbols`, each where it stands."""
    symbols, total = matching_symbols(reading, token, query, page)
    places = Places(reading)
    items = (places.item(symbol) for symbol in symbols)
    return SymbolList(tuple(item for item in items if item), total)


def matching_symbols(
    reading: Reading, token: CancelToken, query: str, page: Page = FIRST_PAGE
) -> tuple[Sequence[Symbol], int]:
    """One page, and how many there are: a lower bound where very many match. An empty query means
    everything, by path. No file is looked into."""
    container, name = _parts(query)
    if not name:
        return _everything(reading, token, page) if not query.strip() else ((), 0)
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
    return [each[3] for each in found[page.offset : page.offset + page.limit]], len(found)


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


def _everything(reading: Reading, token: CancelToken, page: Page) -> tuple[Sequence[Symbol], int]:
    """What modules define, tests left out."""
    wanted = page.offset + page.limit
    found: list[Symbol] = []
    for path in reading.view.paths():
        token.check()
        of_file = reading.view.symbols_of(path)
        module = of_file[0].id if of_file else ""
        found += [s for s in of_file[1:] if s.container == module and not s.is_test]
        if len(found) > wanted:
            break
    return found[page.offset : wanted], len(found)


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
    letters = query.replace("_", "")
    if letters:
        lines = index.with_letters(letters)
        in_order, again = tee(index.in_order(lines, letters))
        yield 2.0, index.beginning_words(in_order, letters)
        yield 3.0, index.holding(lines, letters)
        yield 4.0, (index.names[line] for line in again)


@dataclass(frozen=True, slots=True)
class _Index:
    names: Sequence[str]
    """Shortest first."""
    marked: str
    """A line for each name: its words in lower case, each after a mark."""
    starts: NDArray[np.int32]
    """Where each line begins, and one more for the end."""
    letters: Sequence[NDArray[np.uint64]]
    """Of each line the set of its letters, as bits; several letters may share one. Then of those
    that it has twice at least, then three times."""
    lowered: Sequence[tuple[str, str]]
    """(lower case, name), sorted."""

    def beginning_with(self, query: str, *, exactly: bool) -> Iterator[str]:
        first = bisect_left(self.lowered, (query, ""))
        end = (query + "\0", "") if exactly else (query + "\U0010ffff", "")
        found = self.lowered[first : bisect_left(self.lowered, end)]
        return iter(sorted((name for _, name in found), key=len))

    def with_letters(self, letters: str) -> Sequence[int]:
        """The lines that have every letter, as often: all that can match them, and a few more."""
        fit = np.ones(len(self.names), np.bool_)
        for often, wanted in zip(self.letters, _often(_bits(letters), [0]), strict=True):
            fit &= often & wanted == wanted
        lines: list[int] = np.flatnonzero(fit).tolist()
        return lines

    def in_order(self, lines: Iterable[int], letters: str) -> Iterator[int]:
        """Lines with the letters one after another, the first of them at the start of a word.

        Each step goes to the next such letter: nothing is tried twice.
        """
        steps = "".join(f"[^\n{re.escape(each)}]*{re.escape(each)}" for each in letters[1:])
        found, starts = re.compile(_MARK + re.escape(letters[0]) + steps).search, self.starts
        for line in lines:
            if found(self.marked, int(starts[line]), int(starts[line + 1]) - 1):
                yield line

    def beginning_words(self, lines: Iterable[int], letters: str) -> Iterator[str]:
        """Where each letter follows the one before it or begins a later word."""
        for line in lines:
            text = self.marked[self.starts[line] : self.starts[line + 1]]
            if _begins_words(text, letters):
                yield self.names[line]

    def holding(self, lines: Iterable[int], letters: str) -> Iterator[str]:
        """One after another, whichever words of the name they are in."""
        for line in lines:
            if letters in self.marked[self.starts[line] : self.starts[line + 1]].replace(_MARK, ""):
                yield self.names[line]


def _begins_words(marked: str, letters: str) -> bool:
    """All ways at once: a set of places, as bits, where the letters so far may end."""
    places: dict[str, int] = {}
    for at, letter in enumerate(marked):
        places[letter] = places.get(letter, 0) | 1 << at
    begins = places[_MARK] << 1
    reached = begins & places.get(letters[0], 0)
    for letter in letters[1:]:
        first = reached & -reached
        later = begins & -(first << 1)
        reached = (reached << 1 | later) & places.get(letter, 0)
        if not reached:
            return False
    return bool(reached)


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
    letters = _often(_bits(marked), starts[:-1]) if lines else [np.zeros(0, np.uint64)] * _TIMES
    lowered = sorted((name.lower(), name) for name in ordered)
    return _Index(ordered, marked, starts, letters, lowered)


def _marked(name: str) -> str:
    return "".join(_MARK + word.lower() for word in _WORD.findall(name))


def _bits(text: str) -> NDArray[np.uint8]:
    """Of each character one bit of 64."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return (codes & 63).astype(np.uint8)


def _often(bits: NDArray[np.uint8], starts: ArrayLike) -> Sequence[NDArray[np.uint64]]:
    """Of each line the bits that occur, those that occur twice at least, and three times."""
    ends = np.append(np.asarray(starts, np.intp)[1:], len(bits))
    lengths = np.diff(ends, prepend=0)
    often = [np.zeros(len(ends), np.uint64) for _ in range(_TIMES)]
    for first in range(0, len(ends), _AT_ONCE):
        some = lengths[first : first + _AT_ONCE]
        own = bits[ends[first] - some[0] : ends[first + len(some) - 1]]
        cells = np.repeat(np.arange(len(some)) * 64, some) + own
        counts = np.bincount(cells, minlength=64 * len(some)).reshape(-1, 64)
        for times, column in enumerate(often, 1):
            packed = np.packbits(counts >= times, axis=1)
            column[first : first + len(some)] = packed.view(np.uint64)[:, 0]
    return often
