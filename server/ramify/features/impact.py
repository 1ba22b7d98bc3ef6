"""What may break when a symbol changes, and which tests can notice.

The walk is in `reach`; this module tells it to a person: nearest first, with the path that proves
each step, the tests apart, what nobody could decide, and one line that sums it up. Distances reach
as far as `DEFAULT_DEPTH` unless asked otherwise: tests often stand six or more calls away from
what they exercise, and the order keeps what is far out of the way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from ramify.features.answers import (
    FIRST_PAGE,
    Affected,
    Example,
    Impact,
    Item,
    Page,
    Place,
    Step,
    Uncertain,
)
from ramify.features.places import Places, bare_name, qualified_name
from ramify.features.reach import Arrival, Reach, dependents, is_test_case
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty, LookUp, Symbol

DEFAULT_DEPTH: Final = 10
MOST_EXAMPLES: Final = 10


def impact(
    reading: Reading,
    token: CancelToken,
    symbol_ids: Sequence[str],
    *,
    least: Certainty = Certainty.INFERRED,
    depth: int = DEFAULT_DEPTH,
    page: Page = FIRST_PAGE,
    tests_page: Page = FIRST_PAGE,
    gone: Collection[str] = (),
) -> Impact:
    """The impact of changing all of these symbols; ids that the graph lacks are left out.

    `gone` are qualified names of symbols that were removed: who still names them is unresolved.
    """
    view, places = reading.view, Places(reading)
    targets = [symbol for symbol in map(view.symbol, dict.fromkeys(symbol_ids)) if symbol]
    reach = dependents(view, token, [target.id for target in targets], least, depth)
    reached = sorted(
        (
            (arrival.distance, -arrival.certainty, symbol.id, symbol, arrival)
            for arrival in reach.arrivals.values()
            if (symbol := view.symbol(arrival.symbol)) is not None
        ),
        key=lambda each: each[:3],
    )
    tests = [(symbol, arrival) for *_, symbol, arrival in reached if is_test_case(symbol)]
    others = [(symbol, arrival) for *_, symbol, arrival in reached if not is_test_case(symbol)]
    token.check()
    lookups = _lookups(reading, reach, gone)
    possible = {each.source for each in lookups if each.certainty == Certainty.POSSIBLE}
    unresolved = _uncertain(reading, places, lookups)
    items = tuple(item for target in targets if (item := places.item(target)))
    return Impact(
        targets=items,
        affected=_page(reading, places, others, page),
        affected_total=len(others),
        tests=_page(reading, places, tests, tests_page),
        tests_total=len(tests),
        possible=len(possible - reach.arrivals.keys() - reach.seeds.keys()),
        unresolved=unresolved,
        summary=_summary(items, gone, others, tests, unresolved, reach, depth),
        partial="the time was over before everything was followed" if reach.partial else None,
    )


def _page(
    reading: Reading, places: Places, found: Sequence[tuple[Symbol, Arrival]], page: Page
) -> tuple[Affected, ...]:
    shown = found[page.offset : page.offset + page.limit]
    told = (_affected(reading, places, symbol, arrival) for symbol, arrival in shown)
    return tuple(each for each in told if each)


def _affected(
    reading: Reading, places: Places, symbol: Symbol, arrival: Arrival
) -> Affected | None:
    item = places.item(symbol, arrival.certainty)
    if item is None:
        return None
    return Affected(item, arrival.distance, path_of(reading, places, arrival))


def path_of(reading: Reading, places: Places, arrival: Arrival) -> tuple[Step, ...]:
    """From the first dependent of a target to the symbol arrived at."""
    steps: list[Step] = []
    at: Arrival | None = arrival
    while at is not None and at.hop is not None:
        steps.append(_step(reading, places, at.symbol, at))
        at = at.previous
    return tuple(reversed(steps))


def _step(reading: Reading, places: Places, symbol_id: str, at: Arrival) -> Step:
    hop = at.hop
    assert hop is not None
    source, edge = reading.view.symbol(symbol_id), hop.edge
    sites: tuple[Place, ...] = ()
    if source is not None and edge is not None:
        sites = places.sites(source, edge.sites[:1], places.name_of(edge.target))
    return Step(
        id=symbol_id,
        name=qualified_name(symbol_id),
        site=sites[0] if sites else None,
        edge=hop.kind,
        certainty=hop.certainty,
        why=hop.why,
    )


def _lookups(reading: Reading, reach: Reach, gone: Collection[str]) -> list[LookUp]:
    """What names a target, or something in one, without anybody knowing which is meant."""
    names = dict.fromkeys(name.rpartition(".")[2] for name in gone)
    for seed in reach.seeds:
        symbol = reading.view.symbol(seed)
        if symbol is not None and not _is_everywhere(symbol):
            names[bare_name(symbol)] = None
    return [lookup for name in names for lookup in reading.view.lookups_of(name)]


def _is_everywhere(symbol: Symbol) -> bool:
    """Special methods are looked up by the language: `x.__init__` on an unknown x says nothing;
    nor does what is local to a function."""
    return symbol.name.startswith("__") or "<locals>" in symbol.path


def _uncertain(reading: Reading, places: Places, lookups: Sequence[LookUp]) -> Uncertain:
    count = sum(len(lookup.sites) for lookup in lookups)
    if not count:
        return Uncertain(0, (), "")
    return Uncertain(count, _examples(reading, places, lookups), _message(lookups, count))


def _examples(reading: Reading, places: Places, lookups: Iterable[LookUp]) -> tuple[Example, ...]:
    """Few, those outside the tests first."""
    sources = [(s, each) for each in lookups if (s := reading.view.symbol(each.source))]
    sources.sort(key=lambda pair: (pair[0].is_test, pair[1].certainty, pair[0].id))
    examples: list[Example] = []
    for source, lookup in sources[:MOST_EXAMPLES]:
        for place in places.sites(source, lookup.sites[:1], lookup.name):
            name = qualified_name(source.id)
            examples.append(Example(lookup.name, source.id, name, place, source.is_test))
    return tuple(examples)


def _message(lookups: Iterable[LookUp], count: int) -> str:
    names = list(dict.fromkeys(lookup.name for lookup in lookups))
    shown = ", ".join(f"`{name}`" for name in names[:3]) + (", ..." if len(names) > 3 else "")
    places = "1 place that names" if count == 1 else f"{count} places that name"
    return f"{places} {shown} on something unknown may also reach this"


def _summary(
    targets: Sequence[Item],
    gone: Collection[str],
    others: Sequence[tuple[Symbol, Arrival]],
    tests: Sequence[tuple[Symbol, Arrival]],
    unresolved: Uncertain,
    reach: Reach,
    depth: int,
) -> str:
    """`salted_hmac: 3 direct and 25 indirect dependents in 14 files; 40 tests reach it.`"""
    if not targets and not gone:
        return "No such symbol."
    names = [*(target.qualified_name for target in targets), *gone]
    name = names[0] if len(names) == 1 else f"{len(names)} symbols"
    parts = [f"{name}: {_dependents(others)}", _tests(tests)]
    if unresolved.message:
        parts.append(unresolved.message)
    if reach.deeper:
        parts.append(f"more beyond {_counted(depth, 'step')}")
    if reach.partial:
        parts.append("not everything was followed: the time was over")
    return "; ".join(parts) + "."


def _dependents(others: Sequence[tuple[Symbol, Arrival]]) -> str:
    if not others:
        return "no dependents known outside the tests"
    direct = sum(arrival.distance == 1 for _, arrival in others)
    inferred = sum(arrival.certainty < Certainty.EXACT for _, arrival in others)
    files = len({symbol.file for symbol, _ in others})
    counted = _counted(len(others), "dependent")
    split = [f"{direct} direct"] + ([f"{inferred} of them inferred"] if inferred else [])
    return f"{counted} in {_counted(files, 'file')} ({', '.join(split)})"


def _tests(tests: Sequence[tuple[Symbol, Arrival]]) -> str:
    if not tests:
        return "no test is known to reach it"
    files = len({symbol.file for symbol, _ in tests})
    reach = "reaches" if len(tests) == 1 else "reach"
    return f"{_counted(len(tests), 'test')} in {_counted(files, 'file')} {reach} it"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
