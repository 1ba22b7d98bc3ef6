"""Types above and below a class, and what implements or overrides a symbol."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ramify.features.answers.common import FIRST_PAGE, Page
from ramify.features.answers.navigation import SymbolList
from ramify.features.places import Places
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty, Edge, EdgeKind

_INHERITS: Final = (EdgeKind.INHERITS,)
_BELOW: Final = (EdgeKind.INHERITS, EdgeKind.OVERRIDES)


def supertypes(
    reading: Reading, token: CancelToken, symbol_id: str, page: Page = FIRST_PAGE
) -> SymbolList:
    """The direct bases of a class that stand in the workspace."""
    token.check()
    edges = reading.view.outgoing(symbol_id, _INHERITS)
    return _listed(reading, _surest((edge.target, edge) for edge in edges), page)


def subtypes(
    reading: Reading, token: CancelToken, symbol_id: str, page: Page = FIRST_PAGE
) -> SymbolList:
    """The classes that name it as a base."""
    token.check()
    edges = reading.view.incoming(symbol_id, _INHERITS)
    return _listed(reading, _surest((edge.source, edge) for edge in edges), page)


def implementations(
    reading: Reading, token: CancelToken, symbol_id: str, page: Page = FIRST_PAGE
) -> SymbolList:
    """All subclasses of a class, all overrides of a method: direct or not."""
    found: dict[str, Certainty] = {symbol_id: Certainty.EXACT}
    waiting = [symbol_id]
    while waiting:
        token.check()
        above = waiting.pop()
        for below, certainty in _surest(_sources(reading, above)).items():
            weakest = min(certainty, found[above])
            if weakest > found.get(below, Certainty.UNRESOLVED):
                found[below] = weakest
                waiting.append(below)
    del found[symbol_id]
    return _listed(reading, found, page)


def _sources(reading: Reading, symbol_id: str) -> Iterable[tuple[str, Edge]]:
    return ((edge.source, edge) for edge in reading.view.incoming(symbol_id, _BELOW))


def _surest(pairs: Iterable[tuple[str, Edge]]) -> dict[str, Certainty]:
    """Who is related, each with the best certainty of its edges, in order of appearance."""
    found: dict[str, Certainty] = {}
    for symbol_id, edge in pairs:
        found[symbol_id] = max(edge.certainty, found.get(symbol_id, Certainty.UNRESOLVED))
    return found


def _listed(reading: Reading, found: dict[str, Certainty], page: Page) -> SymbolList:
    """Exact first; within one certainty in order of id."""
    places = Places(reading)
    known = [(s, found[s.id]) for s in map(reading.view.symbol, found) if s is not None]
    known.sort(key=lambda pair: (-pair[1], pair[0].id))
    items = (places.item(*pair) for pair in known[page.offset : page.offset + page.limit])
    return SymbolList(tuple(item for item in items if item), len(known))
