"""Who calls a symbol and what it calls, with the sites and how sure each is.

Calls of a method count for the overrides they may run. What only shares the name is counted, and
listed when possible links are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from ramify.features.answers.common import FIRST_PAGE, Page, Place
from ramify.features.answers.relations import CallItem, Calls, ExternalCall
from ramify.features.dispatch import Link, links_from, links_into
from ramify.features.places import Places, bare_name
from ramify.features.together import defined_together
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import (
    Certainty,
    EdgeKind,
    LookUp,
    Symbol,
    SymbolKind,
    edge_is_external,
)
from ramify_store.view import GraphView

SAME_NAME: Final = "only the name matches"

_CALLS: Final = (EdgeKind.CALLS,)
_CALLABLE: Final = frozenset(
    {SymbolKind.CLASS, SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.PROPERTY}
)


def callers(
    reading: Reading,
    token: CancelToken,
    symbol_id: str,
    least: Certainty = Certainty.INFERRED,
    page: Page = FIRST_PAGE,
) -> Calls | None:
    """Functions, methods, class and module bodies that call it; None when there is none such."""
    view, target = reading.view, reading.view.symbol(symbol_id)
    if target is None:
        return None
    named = [each for each in view.lookups_of(bare_name(target)) if each.kind == EdgeKind.CALLS]
    found = [
        _found(link.source, link)
        for each in defined_together(view, target)
        for link in links_into(view, each.id, _CALLS)
    ]
    found += [_guess(each.source, each) for each in _possible(named)]
    token.check()
    return _calls(reading, target, found, _unresolved(named), least, page)


def callees(
    reading: Reading,
    token: CancelToken,
    symbol_id: str,
    least: Certainty = Certainty.INFERRED,
    page: Page = FIRST_PAGE,
) -> Calls | None:
    """What it calls, in its own body; None when there is no such symbol."""
    view, target = reading.view, reading.view.symbol(symbol_id)
    if target is None:
        return None
    named = [each for each in view.lookups_from(symbol_id) if each.kind == EdgeKind.CALLS]
    found = [_found(link.target, link) for link in links_from(view, symbol_id, _CALLS)]
    for each in _possible(named):
        found += [_guess(candidate.id, each) for candidate in _candidates(view, each.name)]
    token.check()
    return _calls(reading, target, found, _unresolved(named), least, page)


class _Found(NamedTuple):
    party: str
    """Id of the other end."""
    certainty: Certainty
    why: str
    source: str
    ordinals: tuple[int, ...]
    named: str
    """Id of the symbol, or the name, that the sites show."""


def _found(party: str, link: Link) -> _Found:
    edge = link.edge
    return _Found(party, link.certainty, link.why, link.source, edge.sites, edge.target)


def _guess(party: str, lookup: LookUp) -> _Found:
    certainty = Certainty.POSSIBLE
    return _Found(party, certainty, SAME_NAME, lookup.source, lookup.sites, lookup.name)


def _candidates(view: GraphView, name: str) -> Iterator[Symbol]:
    return (symbol for symbol in view.named(name) if symbol.kind in _CALLABLE)


def _possible(lookups: Iterable[LookUp]) -> Iterator[LookUp]:
    return (each for each in lookups if each.certainty == Certainty.POSSIBLE)


def _unresolved(lookups: Iterable[LookUp]) -> int:
    return sum(len(each.sites) for each in lookups if each.certainty == Certainty.UNRESOLVED)


def _calls(
    reading: Reading,
    target: Symbol,
    found: Sequence[_Found],
    unresolved: int,
    least: Certainty,
    page: Page,
) -> Calls | None:
    places = Places(reading)
    item = places.item(target)
    if item is None:
        return None
    parties: dict[str, list[_Found]] = {}
    for each in found:
        if each.certainty >= least:
            parties.setdefault(each.party, []).append(each)
    inside = [(s, parties[s.id]) for s in map(reading.view.symbol, parties) if s is not None]
    inside.sort(key=lambda pair: (-_best(pair[1]).certainty, pair[0].is_test, pair[0].id))
    shown = inside[page.offset : page.offset + page.limit]
    return Calls(
        target=item,
        items=tuple(c for symbol, each in shown if (c := _call(reading, places, symbol, each))),
        total=len(inside),
        possible=_number_of_sites(each for each in found if each.certainty < Certainty.INFERRED),
        unresolved=unresolved,
        external=tuple(
            _external(reading, places, external, each)
            for external, each in sorted(parties.items())
            if edge_is_external(external)
        ),
    )


def _call(
    reading: Reading, places: Places, symbol: Symbol, found: Sequence[_Found]
) -> CallItem | None:
    best = _best(found)
    item = places.item(symbol, best.certainty)
    return CallItem(item, _sites(reading, places, found), best.why) if item else None


def _external(
    reading: Reading, places: Places, external: str, found: Sequence[_Found]
) -> ExternalCall:
    return ExternalCall(external, _sites(reading, places, found), _best(found).certainty)


def _best(found: Sequence[_Found]) -> _Found:
    return max(found, key=lambda each: each.certainty)


def _sites(reading: Reading, places: Places, found: Iterable[_Found]) -> tuple[Place, ...]:
    sites: set[Place] = set()
    for each in found:
        source = reading.view.symbol(each.source)
        if source is not None:
            sites.update(places.sites(source, each.ordinals, places.name_of(each.named)))
    return tuple(sorted(sites, key=lambda place: (place.path, place.start)))


def _number_of_sites(found: Iterable[_Found]) -> int:
    return len({(each.source, ordinal) for each in found for ordinal in each.ordinals})
