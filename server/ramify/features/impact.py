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
from ramify.features.reach import Hop, Reach, Reached, dependents
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
    token.check()
    lookups = _lookups(reading, reach, gone)
    possible = {each.source for each in lookups if each.certainty == Certainty.POSSIBLE}
    reached = {each.symbol for each in (*reach.others, *reach.tests)}
    unresolved = _uncertain(reading, places, lookups)
    items = tuple(item for target in targets if (item := places.item(target)))
    return Impact(
        targets=items,
        affected=_page(reading, places, reach, reach.others, page),
        affected_total=len(reach.others),
        tests=_page(reading, places, reach, reach.tests, tests_page),
        tests_total=len(reach.tests),
        possible=len(possible - reached - reach.seeds.keys()),
        unresolved=unresolved,
        summary=_summary(items, gone, unresolved, reach, depth),
        partial="the time was over before everything was followed" if reach.partial else None,
    )


def _page(
    reading: Reading, places: Places, reach: Reach, found: Sequence[Reached], page: Page
) -> tuple[Affected, ...]:
    shown = found[page.offset : page.offset + page.limit]
    told = (_affected(reading, places, reach, each) for each in shown)
    return tuple(each for each in told if each)


def _affected(reading: Reading, places: Places, reach: Reach, reached: Reached) -> Affected | None:
    symbol = reading.view.symbol(reached.symbol)
    item = places.item(symbol, reached.certainty) if symbol else None
    if item is None:
        return None
    path = tuple(_step(reading, places, hop) for hop in reach.path(reached))
    return Affected(item, reached.distance, path)


def _step(reading: Reading, places: Places, hop: Hop) -> Step:
    source, edge = reading.view.symbol(hop.source), hop.edge
    sites: tuple[Place, ...] = ()
    if source is not None and edge is not None:
        sites = places.sites(source, edge.sites[:1], places.name_of(edge.target))
    return Step(
        id=hop.source,
        name=qualified_name(hop.source),
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
    unresolved: Uncertain,
    reach: Reach,
    depth: int,
) -> str:
    """`salted_hmac: 3 direct and 25 indirect dependents in 14 files; 40 tests reach it.`"""
    if not targets and not gone:
        return "No such symbol."
    names = [*(target.qualified_name for target in targets), *gone]
    name = names[0] if len(names) == 1 else f"{len(names)} symbols"
    parts = [f"{name}: {_dependents(reach)}", _tests(reach)]
    if unresolved.message:
        parts.append(unresolved.message)
    if reach.deeper:
        parts.append(f"more beyond {_counted(depth, 'step')}")
    if reach.partial:
        parts.append("not everything was followed: the time was over")
    return "; ".join(parts) + "."


def _dependents(reach: Reach) -> str:
    others = reach.others
    if not others:
        return "no dependents known outside the tests"
    direct = sum(each.distance == 1 for each in others)
    inferred = sum(each.certainty < Certainty.EXACT for each in others)
    split = [f"{direct:,} direct"] + ([f"{inferred:,} inferred"] if inferred else [])
    files = _counted(reach.files(others), "file")
    return f"{_counted(len(others), 'dependent')} in {files} ({', '.join(split)})"


def _tests(reach: Reach) -> str:
    tests = reach.tests
    if not tests:
        return "no test is known to reach it"
    verb = "reaches" if len(tests) == 1 else "reach"
    return f"{_counted(len(tests), 'test')} in {_counted(reach.files(tests), 'file')} {verb} it"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
