"""What an impact could not decide: who names a target without anybody knowing which is meant.

Must never know what was decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest
from typing import Final

from ramify.features.answers.impact import Example, Uncertain
from ramify.features.places import Places, bare_name, qualified_name
from ramify.features.reach import Reach
from ramify.features.unknowns import Unknowns, site_count
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty, EdgeKind, LookUp, Symbol

MOST_EXAMPLES: Final = 10


def lookups_around(
    reading: Reading, unknowns: Unknowns, reach: Reach, gone: Sequence[str]
) -> list[LookUp]:
    """What names a target, or something in one, without anybody knowing which is meant."""
    names: dict[str, None] = dict.fromkeys(gone)
    for seed in reach.seeds:
        symbol = reading.view.symbol(seed)
        if symbol is not None and not _is_everywhere(symbol):
            names[bare_name(symbol)] = None
    return [lookup for name in names for lookup in unknowns.of(name)]


def uncertain(
    reading: Reading, places: Places, reach: Reach, lookups: Sequence[LookUp]
) -> Uncertain:
    count = site_count(lookups)
    if not count:
        return Uncertain(0, (), "")
    examples = _examples(reading, places, reach, lookups)
    return Uncertain(count, examples, _message(lookups, count))


def _examples(
    reading: Reading, places: Places, reach: Reach, lookups: Sequence[LookUp]
) -> tuple[Example, ...]:
    """Few, those outside the tests first."""
    is_in_test = reach.walk.is_in_test
    numbers = reach.walk.upstream.numbers
    first = nsmallest(
        MOST_EXAMPLES,
        (each for each in lookups if each.source in numbers),
        key=lambda e: (bool(is_in_test[numbers[e.source]]), e.certainty, e.source),
    )
    examples: list[Example] = []
    for each in first:
        source = reading.view.symbol(each.source)
        for place in places.sites(source, each.sites[:1], each.name) if source else ():
            name, is_test = qualified_name(each.source), bool(source and source.is_test)
            examples.append(Example(each.name, each.source, name, place, is_test))
    return tuple(examples)


def _is_everywhere(symbol: Symbol) -> bool:
    """Special methods are looked up by the language: `x.__init__` on an unknown x says nothing;
    nor does what is local to a function."""
    return symbol.name.startswith("__") or "<locals>" in symbol.path


def _message(lookups: Sequence[LookUp], count: int) -> str:
    """`3 calls of something named `save` on unknown objects may also reach this`."""
    names = list(dict.fromkeys(lookup.name for lookup in lookups))
    shown = ", ".join(f"`{name}`" for name in names[:3]) + (", ..." if len(names) > 3 else "")
    unknown = sum(len(e.sites) for e in lookups if e.certainty == Certainty.POSSIBLE)
    kinds = {lookup.kind for lookup in lookups}
    noun = "call of a method" if kinds == {EdgeKind.CALLS} else "use of a member"
    parts = []
    if unknown:
        named = noun if unknown == 1 else noun.replace(" of", "s of", 1)
        on = "an unknown object" if unknown == 1 else "unknown objects"
        parts.append(f"{unknown:,} {named} named {shown} on {on} may also reach this")
    if count > unknown:
        left = count - unknown
        names_it = "place names" if left == 1 else "places name"
        parts.append(f"{left:,} {names_it} {shown} and {'finds' if left == 1 else 'find'} nothing")
    return "; ".join(parts)
