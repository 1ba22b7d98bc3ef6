"""Symbols of the whole workspace by a few letters of their name, best match first.

Exact names come before prefixes, prefixes before letters that begin words of the name (`qset` and
`qs` for `QuerySet`), those before pieces of it, and letters that only stand in order come last.
Tests and private names come a little lower. Words before a dot must occur in what contains it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy import uint64
from numpy.typing import NDArray

from ramify.features.answers import FIRST_PAGE, Page, SymbolList
from ramify.features.places import Places, qualified_name
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import Symbol, SymbolKind
from ramify_store.view import GraphView

MOST_NAMES: Final = 400
"""Names that are looked at symbol by symbol; of further ones only the number counts."""

_LONGEST_QUERY: Final = 200
_MOST_WORDS: Final = 12
"""Of a name; more would let a strange name take long."""

_LOWER_FOR_TESTS: Final = 0.75
_LOWER_FOR_PRIVATE: Final = 0.5
_LOWER_FOR_DATA: Final = 0.25
_DATA: Final = frozenset({SymbolKind.VARIABLE, SymbolKind.FIELD})
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\WA-Za-z0-9_]+")


def workspace_symbols(
    reading: Reading, token: CancelToken, query: str, page: Page = FIRST_PAGE
) -> SymbolList:
    """Nothing for an empty query. `total` is exact up to `MOST_NAMES` names, else a lower bound."""
    container, name = _parts(query)
    if not name:
        return SymbolList((), 0)
    ranked = _matching_names(_index_of(reading.view), token, name)
    symbols = [
        (tier + _handicap(symbol), len(symbol.name), symbol.id, symbol)
        for tier, matched in nsmallest(MOST_NAMES, ranked)
        for symbol in reading.view.named(matched)
        if symbol.kind != SymbolKind.LAMBDA and _is_in(symbol, container)
    ]
    token.check()
    symbols.sort(key=lambda each: each[:3])
    places = Places(reading)
    shown = symbols[page.offset : page.offset + page.limit]
    items = (places.item(symbol) for *_, symbol in shown)
    more = max(0, len(ranked) - MOST_NAMES)
    return SymbolList(tuple(item for item in items if item), len(symbols) + more)


def _parts(query: str) -> tuple[tuple[str, ...], str]:
    """`django QuerySet.fil` is looked for as `fil` in what holds `django` and `queryset`."""
    words = re.split(r"[\s.:/]+", query[:_LONGEST_QUERY].lower().strip(" .:/\t\n()"))
    return tuple(words[:-1]), words[-1]


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


def _matching_names(index: _Index, token: CancelToken, query: str) -> list[tuple[float, str]]:
    """(tier, name) of every name that matches at all."""
    wanted = uint64(_letters(query))
    found: list[tuple[float, str]] = []
    for number in np.flatnonzero((index.letters & wanted) == wanted).tolist():
        if not len(found) & 0xFFF:
            token.check()
        tier = _tier(index.names[number], index.lowered[number], query)
        if tier is not None:
            found.append((tier, index.names[number]))
    return found


def _tier(name: str, lowered: str, query: str) -> float | None:
    if lowered == query:
        return 0.0
    if lowered.startswith(query):
        return 1.0
    if _begins_words(_words(name), query):
        return 2.0
    if query in lowered:
        return 3.0
    return 4.0 if _stands_in_order(query, lowered) else None


def _begins_words(words: Sequence[str], query: str) -> bool:
    """Whether the query is made of beginnings of words, in their order."""
    if not query:
        return True
    for number, word in enumerate(words):
        for length in range(min(len(word), len(query)), 0, -1):
            if word.startswith(query[:length]) and _begins_words(
                words[number + 1 :], query[length:]
            ):
                return True
    return False


def _stands_in_order(query: str, lowered: str) -> bool:
    letters: Iterator[str] = iter(lowered)
    return all(letter in letters for letter in query)


@lru_cache(maxsize=1 << 16)
def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(name)[:_MOST_WORDS])


@lru_cache(maxsize=1 << 18)
def _letters(lowered: str) -> int:
    """A bit for each letter that occurs: a name that lacks one of the query's cannot match."""
    bits = 0
    for letter in lowered:
        bits |= 1 << (ord(letter) & 63)
    return bits


@dataclass(frozen=True, slots=True)
class _Index:
    names: Sequence[str]
    lowered: Sequence[str]
    letters: NDArray[uint64]


_indexes: WeakKeyDictionary[GraphView, _Index] = WeakKeyDictionary()
"""Derived from a view, which is frozen, and gone with it."""


def _index_of(view: GraphView) -> _Index:
    index = _indexes.get(view)
    if index is None:
        index = _indexes[view] = _index(view.names())
    return index


def _index(names: Collection[str]) -> _Index:
    ordered = list(names)
    lowered = [name.lower() for name in ordered]
    letters = np.fromiter(map(_letters, lowered), dtype=uint64, count=len(ordered))
    return _Index(ordered, lowered, letters)
