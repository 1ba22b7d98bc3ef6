"""Where a person would look next from a symbol: groups by relation, and one ranking over all.

A class stands for its members: who calls a method of it is related to it. The ranking adds up, over
the groups, the weight of the relation by the place in its group; what half the workspace calls
tells little about anybody and counts less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log2
from typing import Final

from ramify.features.answers.common import FIRST_PAGE, Item, Page
from ramify.features.answers.relations import Group, Related, Scored
from ramify.features.dispatch import links_from, links_into, overridden_above, overrides_below
from ramify.features.kindred import documents, similar, together
from ramify.features.places import Places
from ramify.features.reach import seeds_of
from ramify.features.relatives import (
    CALLS,
    USES,
    Relative,
    by_edges,
    in_given_order,
    linked,
    siblings,
    tests,
    users_of_same_types,
)
from ramify.features.upstream import is_test_case
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.errors import StoreError
from ramify_store.facts import Certainty, Symbol
from ramify_store.view import GraphView

_WEIGHTS: Final[Mapping[str, float]] = {
    "callers": 1.0,
    "callees": 0.9,
    "users": 0.7,
    "overrides": 0.8,
    "overridden": 0.9,
    "bases": 1.0,
    "derived": 0.8,
    "siblings": 0.35,
    "tests": 0.7,
    "importers": 0.4,
    "similar": 0.8,
    "types": 0.5,
    "documents": 0.5,
    "together": 0.6,
}
_RANK_OFFSET: Final = 6


def related(
    reading: Reading, token: CancelToken, symbol_id: str, page: Page = FIRST_PAGE
) -> Related | None:
    """None when there is no such symbol. Groups show their first `page.limit`; the page itself
    is of the ranking."""
    view, places = reading.view, Places(reading)
    symbol = view.symbol(symbol_id)
    target = places.item(symbol) if symbol else None
    if symbol is None or target is None:
        return None
    groups: dict[str, Sequence[Relative]] = {}
    notes = _lacking(reading)
    try:
        for relation, found in _relations(reading, token, symbol):
            token.check()
            groups[relation] = list(found)
    except StoreError as error:  # the last group asks for words
        notes = (*notes, f"documents: {error}")
    return answered(view, places, target, groups, notes, page)


def answered(
    view: GraphView,
    places: Places,
    target: Item,
    found: Mapping[str, Sequence[Relative]],
    notes: tuple[str, ...],
    page: Page,
) -> Related:
    """Groups and the one ranking over them."""
    groups = {relation: _in_order(relatives) for relation, relatives in found.items()}
    ranked = _ranked(view, groups)
    shown = ranked[page.offset : page.offset + page.limit]
    return Related(
        target=target,
        groups=tuple(
            _group(places, relation, groups[relation], page.limit)
            for relation in _WEIGHTS
            if groups.get(relation)
        ),
        ranked=tuple(
            Scored(item, round(score, 4))
            for best, score, reasons in shown
            if (item := places.item(best.symbol, best.certainty, reasons))
        ),
        total=len(ranked),
        notes=notes,
    )


def _lacking(reading: Reading) -> tuple[str, ...]:
    """What the groups may lack, and why."""
    notes = []
    if (unread := reading.history.unread) is not None:
        notes.append(f"files changed together: {unread}")
    if not reading.snapshot.status.search.complete:
        notes.append("similar code and documents: the search index is being built")
    return tuple(notes)


def _relations(
    reading: Reading, token: CancelToken, symbol: Symbol
) -> Iterator[tuple[str, Iterable[Relative]]]:
    view = reading.view
    inside = seeds_of(view, [symbol.id])
    callers = linked(view, inside, CALLS, links_into, lambda link: link.source, "calls it")
    users = linked(view, inside, USES, links_into, lambda link: link.source, "uses it")
    called = {each.symbol.id for each in callers}
    yield "callers", [each for each in callers if not is_test_case(each.symbol)]
    yield (
        "callees",
        linked(view, inside, CALLS, links_from, lambda link: link.target, "called by it"),
    )
    yield (
        "users",
        [e for e in users if e.symbol.id not in called and not is_test_case(e.symbol)],
    )
    yield "overrides", in_given_order(view, overrides_below(view, symbol.id), "overrides it")
    yield "overridden", in_given_order(view, overridden_above(view, symbol.id), "overridden by it")
    yield "bases", by_edges(view, symbol, "bases")
    yield "derived", by_edges(view, symbol, "derived")
    yield "siblings", siblings(view, symbol)
    yield "tests", tests(view, token, symbol)
    yield "importers", by_edges(view, symbol, "importers")
    yield "similar", similar(reading, symbol, inside)
    yield "types", users_of_same_types(view, inside)
    yield "together", together(reading, symbol)
    yield "documents", documents(reading, symbol)


def _in_order(found: Iterable[Relative]) -> list[Relative]:
    return sorted(found, key=lambda each: (-each.strength, each.symbol.id))


def _ranked(
    view: GraphView, groups: Mapping[str, Sequence[Relative]]
) -> list[tuple[Relative, float, tuple[str, ...]]]:
    """Each relative once: with the sum of its weights and all its reasons, weightiest first."""
    gathered: dict[str, list[tuple[float, Relative]]] = {}
    for relation, found in groups.items():
        for rank, each in enumerate(found):
            weight = _WEIGHTS[relation] * (_RANK_OFFSET + 1) / (_RANK_OFFSET + 1 + rank)
            if relation == "callees":
                weight *= _telling(view, each.symbol)
            gathered.setdefault(each.symbol.id, []).append((weight, each))
    ranked = []
    for reasons in gathered.values():
        reasons.sort(key=lambda pair: -pair[0])
        certainty = max((each.certainty or Certainty.UNRESOLVED for _, each in reasons), default=0)
        score = sum(weight for weight, _ in reasons)
        best = Relative(
            reasons[0][1].symbol, Certainty(certainty) if certainty else None, score, ""
        )
        ranked.append((best, score, tuple(each.reason for _, each in reasons)))
    ranked.sort(key=lambda each: (-each[1], each[0].symbol.id))
    return ranked


def _telling(view: GraphView, callee: Symbol) -> float:
    """1 for what only it calls; a tenth for what everybody does."""
    callers = view.incoming_count(callee.id, CALLS)
    return 1 / max(1.0, log2(1 + callers))


def _group(places: Places, relation: str, found: Sequence[Relative], limit: int) -> Group:
    items = (places.item(e.symbol, e.certainty, (e.reason,)) for e in found[:limit])
    return Group(relation, tuple(item for item in items if item), len(found))
