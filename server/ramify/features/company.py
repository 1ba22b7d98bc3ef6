"""What else was found around a hit: what it calls and what calls it, what uses it, its class, the
rest of its file. A hit in good company is more likely meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import exp, log1p
from typing import Final, Protocol, TypeVar

from ramify.features.places import bare_name
from ramify.features.weights import Weights
from ramify_store.facts import EdgeKind, Symbol, SymbolKind
from ramify_store.view import GraphView, Hit

_MAY_BE_FIRST: Final = 20
_MAY_BE_SHOWN: Final = 40
USES: Final = (EdgeKind.CALLS, EdgeKind.USES, EdgeKind.INHERITS, EdgeKind.DECORATES)
_UNIT: Final = 2.0
"""So much below the best, a hit is worth e times less as company."""
_MOST_BY_CALLS: Final = 2.0
_A_REASON: Final = 0.3
"""Worth from which on what is called is named as a reason."""
_HEAD_MAY_LEAD_BY: Final = 0.5
_JUST_BELOW: Final = 0.1


class Found(Protocol):
    @property
    def symbol(self) -> Symbol: ...

    @property
    def hit(self) -> Hit: ...

    @property
    def named(self) -> bool: ...


AnyFound = TypeVar("AnyFound", bound=Found)
Scored = tuple[float, AnyFound]


def ordered(scored: Iterable[Scored[AnyFound]]) -> list[Scored[AnyFound]]:
    return sorted(scored, key=lambda each: (-each[0], each[1].hit.path, each[1].hit.start))


def heads_below_members(scored: Sequence[Scored[AnyFound]]) -> list[Scored[AnyFound]]:
    """A class whose method is found as well stands below it, unless it is named or plainly better:
    the method is what was asked for."""
    best: dict[tuple[str, str], float] = {}
    for score, each in scored:
        around = each.symbol.path.rpartition(".")[0]
        if around:
            key = each.symbol.file, around
            best[key] = max(score, best.get(key, score))
    return [
        (_below(score, best.get((each.symbol.file, each.symbol.path)), each), each)
        for score, each in scored
    ]


def _below(score: float, member: float | None, each: Found) -> float:
    if member is None or each.named or each.symbol.kind is not SymbolKind.CLASS:
        return score
    return min(score, member - _JUST_BELOW) if score < member + _HEAD_MAY_LEAD_BY else score


def with_calls(
    view: GraphView, scored: Sequence[Scored[AnyFound]], weights: Weights
) -> tuple[list[Scored[AnyFound]], Mapping[str, str]]:
    """Who calls what is found as well is where it happens; and a phrase that says so, by id."""
    best = ordered(scored)
    worth = {
        each.symbol.id: exp((score - best[0][0]) / _UNIT) for score, each in best[:_MAY_BE_SHOWN]
    }
    names = {each.symbol.id: bare_name(each.symbol) for _, each in best[:_MAY_BE_SHOWN]}
    gained = dict.fromkeys(worth, 0.0)
    said: dict[str, tuple[float, str]] = {}
    for source, target in sorted(view.among(worth, USES)):
        if source == target:
            continue
        gained[source] += weights.calls * worth[target]
        gained[target] += weights.called * worth[source]
        for one, other, how in ((source, target, "uses"), (target, source, "used by")):
            reason = (worth[other], f"{how} `{names[other]}`, found too")
            if worth[other] >= _A_REASON:
                said[one] = max(said.get(one, reason), reason)
    lifted = [
        (score + min(gained.get(each.symbol.id, 0.0), _MOST_BY_CALLS), each)
        for score, each in scored
    ]
    return lifted, {one: phrase for one, (_, phrase) in said.items()}


def with_use(
    view: GraphView, scored: Sequence[Scored[AnyFound]], weights: Weights
) -> list[Scored[AnyFound]]:
    """What much else uses is asked for more often; only where it can matter."""
    best = ordered(scored)
    return [
        (score + weights.used * log1p(view.incoming_count(each.symbol.id, USES)), each)
        for score, each in best[:_MAY_BE_FIRST]
    ] + best[_MAY_BE_FIRST:]


def with_company(scored: Sequence[Scored[AnyFound]], weights: Weights) -> list[Scored[AnyFound]]:
    """Where much of a file stands high, the file is about what is asked for."""
    best = ordered(scored)[:_MAY_BE_SHOWN]
    company: dict[str, float] = {}
    for score, each in best:
        worth = exp((score - best[0][0]) / _UNIT)
        company[each.symbol.file] = company.get(each.symbol.file, 0.0) + worth
    most = max(company.values(), default=1.0)
    return [
        (score + weights.company * company.get(each.symbol.file, 0.0) / most, each)
        for score, each in scored
    ]


def spread(scored: Iterable[Scored[AnyFound]], weights: Weights) -> list[Scored[AnyFound]]:
    """Further symbols of one file fall back a little: the first screen shows more files."""
    before: dict[str, int] = {}
    lowered = []
    for score, each in ordered(scored):
        rank = before[each.symbol.file] = before.get(each.symbol.file, -1) + 1
        fall = 0.0 if each.named else weights.further * min(rank, weights.most_further)
        lowered.append((score - fall, each))
    return lowered
