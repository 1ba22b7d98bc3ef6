"""Every place that refers to a symbol or to a local variable, exact first.

Text alone counts here: a call that may run an override refers to what it names. What only shares
the name is counted, not listed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from ramify.analysis.resolve import definitions_at, local_occurrences_at
from ramify.features.answers.common import FIRST_PAGE, Item, Page, Place
from ramify.features.answers.navigation import Reference, References
from ramify.features.locate import symbol_of
from ramify.features.places import Places, bare_name
from ramify.features.together import defined_together
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty, EdgeKind, LookUp, Symbol

_TEXTUAL: Final = tuple(kind for kind in EdgeKind if kind != EdgeKind.OVERRIDES)


def references(
    reading: Reading, token: CancelToken, path: str, offset: int, page: Page = FIRST_PAGE
) -> References:
    """References to what the name at a byte offset means: to all of its surest targets."""
    targets = definitions_at(reading.snapshot, path, offset)
    best = max((target.certainty for target in targets), default=Certainty.EXACT)
    surest = [target for target in targets if target.certainty == best and not target.external]
    symbols = [
        symbol
        for target in surest
        if target.is_symbol and (symbol := symbol_of(reading, target.path, target.symbol))
    ]
    if symbols:
        return _of_symbols(reading, token, symbols, page)
    declared = {Place(target.path, target.start, target.end) for target in surest}
    occurrences = local_occurrences_at(reading.snapshot, path, offset)
    found = [_local(Place(path, each.start, each.end)) for each in occurrences]
    return _answer(found, declared, (), page)


def references_of(
    reading: Reading, token: CancelToken, symbol_id: str, page: Page = FIRST_PAGE
) -> References:
    """References to one symbol; empty for an unknown id."""
    symbol = reading.view.symbol(symbol_id)
    return _of_symbols(reading, token, [symbol] if symbol else [], page)


def _of_symbols(
    reading: Reading, token: CancelToken, symbols: Iterable[Symbol], page: Page
) -> References:
    places = Places(reading)
    declared: set[Place] = set()
    found: list[Reference] = []
    lookups: list[LookUp] = []
    together = {
        each.id: each for symbol in symbols for each in defined_together(reading.view, symbol)
    }
    for symbol in together.values():
        lookups.extend(reading.view.lookups_of(bare_name(symbol)))
        found.extend(_edges_into(reading, token, places, symbol))
        item = places.item(symbol)
        if item is not None and symbol.path:
            declared.add(item.name_place)
            found.append(_declaration(item))
    return _answer(found, declared, lookups, page)


def _edges_into(
    reading: Reading, token: CancelToken, places: Places, symbol: Symbol
) -> Iterator[Reference]:
    name = bare_name(symbol)
    for edge in reading.view.incoming(symbol.id, _TEXTUAL):
        token.check()
        source = reading.view.symbol(edge.source)
        if source is not None:
            for place in places.sites(source, edge.sites, name):
                yield Reference(place, edge.certainty, edge.why, edge.source, edge.kind)


def _declaration(item: Item) -> Reference:
    return Reference(item.name_place, Certainty.EXACT, "definition", item.id, None)


def _local(place: Place) -> Reference:
    return Reference(place, Certainty.EXACT, "scope", None, None)


def _answer(
    found: Iterable[Reference], declared: Collection[Place], lookups: Iterable[LookUp], page: Page
) -> References:
    best: dict[Place, Reference] = {}
    for each in found:
        known = best.setdefault(each.place, each)
        if each.certainty > known.certainty:
            best[each.place] = each
    ordered = sorted(
        best.values(), key=lambda each: (-each.certainty, each.place.path, each.place.start)
    )
    uses = [each for each in ordered if each.place not in declared]
    counts = dict.fromkeys(Certainty, 0)
    for lookup in lookups:
        counts[lookup.certainty] += len(lookup.sites)
    return References(
        declarations=tuple(each for each in ordered if each.place in declared),
        items=tuple(uses[page.offset : page.offset + page.limit]),
        total=len(uses),
        possible=counts[Certainty.POSSIBLE],
        unresolved=counts[Certainty.UNRESOLVED],
    )
