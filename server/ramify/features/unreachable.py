"""Definitions that nothing reaches: no entry point, no code of a module, no test.

Every module counts as loaded. What somebody outside of the workspace may call (a public name, a
member of a class with a base outside), and what something unknown names, is `possible` at most, and
so is what that reaches.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from ramify.features.answers.common import FIRST_PAGE, Page, Place
from ramify.features.answers.overviews import Unreachable, Unreached
from ramify.features.entries import all_entries
from ramify.features.places import Places, qualified_name
from ramify.features.together import defined_together
from ramify.features.upstream import Bools, Ints, Upstream, closure, upstream_of
from ramify.languages.registry import LANGUAGES
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import NONE, Certainty, EdgeKind, Symbol, SymbolKind, edge_is_external
from ramify_store.view import GraphView

_REPORTED: Final = (
    SymbolKind.CLASS,
    SymbolKind.FUNCTION,
    SymbolKind.METHOD,
    SymbolKind.PROPERTY,
)
_MEMBERS: Final = (SymbolKind.METHOD, SymbolKind.PROPERTY)
MOST_MENTIONS: Final = 5
_NAMING: Final = (EdgeKind.CALLS, EdgeKind.USES, EdgeKind.IMPORTS, EdgeKind.INHERITS)
_GETATTR: Final = "python:builtins.getattr"
_PUT_TOGETHER: Final = re.compile(rb"""["'](\w{3,})(?:%s|\{|["']\s*\+)""")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that names a definition which nothing reaches."""

    source: str
    """Qualified name of the symbol it stands in."""
    place: Place


@dataclass(frozen=True, slots=True)
class Idle:
    """A definition of one file that nothing reaches, as surely as that is known here."""

    unreached: Unreached
    mentions: tuple[Mention, ...]
    """In code that nothing reaches either, or in tests; the first of them."""


@dataclass(frozen=True, slots=True)
class _Reached:
    """By number of a symbol: who is reached, and from where."""

    surely: Bools
    """From code that runs, tests left out."""
    perhaps: Bools
    """Also from definitions that somebody unknown may run."""
    by_tests: Bools
    """From tests, too; from nothing unknown."""
    doubts: Mapping[int, str]
    """Why somebody unknown may run a definition that nothing surely reaches."""


@dataclass(frozen=True, slots=True)
class _Links:
    source: Ints
    target: Ints
    """Who is reached with whom."""
    override: Ints
    overridden: Ints


def unreachable(
    reading: Reading,
    token: CancelToken,
    least: Certainty = Certainty.INFERRED,
    page: Page = FIRST_PAGE,
) -> Unreachable:
    """By path and position, those that are at least that certain."""
    places = Places(reading)
    every = list(_found(reading, token, reading.view.paths()))
    found = [each for each in every if each[1] >= least]
    shown = found[page.offset : page.offset + page.limit]
    return Unreachable(
        items=tuple(
            Unreached(item, why, only_tests)
            for symbol, certainty, why, only_tests in shown
            if (item := places.item(symbol, certainty))
        ),
        total=len(found),
        possible=len(every) - len(found),
    )


def unreached_in(reading: Reading, token: CancelToken, path: str) -> tuple[Idle, ...]:
    """Of one file, by position; nothing that somebody unknown may run."""
    places = Places(reading)
    return tuple(
        Idle(Unreached(item, why, only_tests), tuple(_mentions(reading, places, symbol)))
        for symbol, certainty, why, only_tests in _found(reading, token, (path,))
        if certainty > Certainty.POSSIBLE and (item := places.item(symbol, certainty))
    )


def _mentions(reading: Reading, places: Places, symbol: Symbol) -> Iterator[Mention]:
    view, inside = reading.view, f"{symbol.id}."
    for edge in islice(view.incoming(symbol.id, _NAMING), MOST_MENTIONS):
        source = view.symbol(edge.source)
        if source is not None and not f"{source.id}.".startswith(inside):
            for place in places.sites(source, edge.sites, symbol.name)[:1]:
                yield Mention(qualified_name(source.id), place)


def doubt_about(reading: Reading, token: CancelToken, symbol: Symbol) -> str | None:
    """Why somebody unknown may run a definition that has no known user; None for no reason."""
    upstream = upstream_of(reading.view)
    for _, doubt in _doubts(reading, token, upstream, (symbol,)):
        return doubt
    return None


def _found(
    reading: Reading, token: CancelToken, paths: Iterable[str]
) -> Iterator[tuple[Symbol, Certainty, str, bool]]:
    view, upstream = reading.view, upstream_of(reading.view)
    reached, facts = _reached(reading, token), upstream.facts
    for path in paths:
        token.check()
        for symbol in view.symbols_of(path):
            number = upstream.numbers[symbol.id]
            if not _is_reported(symbol) or reached.surely[number]:
                continue
            owner = int(facts.container[number])
            if not reached.surely[owner] and facts.kind[owner] in _REPORTED:
                continue  # its owner is listed
            together = [upstream.numbers[each.id] for each in defined_together(view, symbol)]
            if number == together[0] and not reached.surely[together].any():
                yield symbol, *_judged(reached, number, together)


def _judged(reached: _Reached, number: int, together: list[int]) -> tuple[Certainty, str, bool]:
    """Overloads, accessors and alternatives are one thing: who reaches one reaches it."""
    only_tests = bool(reached.by_tests[together].any())
    if not reached.perhaps[together].any():
        why = "only tests reach it" if only_tests else "nothing reaches it"
        return Certainty.INFERRED, why, only_tests
    why = reached.doubts.get(number, "only code reaches it that nothing is known to run")
    return Certainty.POSSIBLE, why, only_tests


def _is_reported(symbol: Symbol) -> bool:
    return symbol.kind in _REPORTED and not symbol.is_test


def _reached(reading: Reading, token: CancelToken) -> _Reached:
    """Worked out once for a view."""
    known = _remembered.get(reading.view)
    if known is None:
        known = _remembered[reading.view] = _worked_out(reading, token)
    return known


_remembered: WeakKeyDictionary[GraphView, _Reached] = WeakKeyDictionary()


def _worked_out(reading: Reading, token: CancelToken) -> _Reached:
    upstream = upstream_of(reading.view)
    links, facts = _links(upstream), upstream.facts
    roots = facts.kind == SymbolKind.MODULE
    roots[all_entries(reading)] = True
    surely = _spread(links, facts.container, roots & ~facts.is_test, token)
    doubts = dict(_doubts(reading, token, upstream, _unreached(reading, upstream, surely)))
    doubtful = surely.copy()
    doubtful[list(doubts)] = True
    return _Reached(
        surely=surely,
        perhaps=_spread(links, facts.container, doubtful, token),
        by_tests=_spread(links, facts.container, surely | facts.is_test, token),
        doubts=doubts,
    )


def _links(upstream: Upstream) -> _Links:
    facts = upstream.facts
    sources, targets = [], []
    for part, alive in upstream.parts:
        groups = part.by_target
        target = np.repeat(np.arange(len(groups.start) - 1), np.diff(groups.start))
        source, kind = part.source[groups.items], part.kind[groups.items]
        imported = (kind == EdgeKind.IMPORTS) & (facts.kind[target] != SymbolKind.MODULE)
        counts = (kind != EdgeKind.OVERRIDES) & ~imported
        if alive is not None:
            counts &= alive[source]
        sources.append(source[counts])
        targets.append(target[counts])
    inside = np.flatnonzero(facts.container != NONE).astype(np.int32)
    # A member is reached with its owner if nobody has to name it: a lambda, `__len__`.
    dunder = [n for n, each in enumerate(upstream.ids) if "__" in each[-6:] and _is_dunder(each)]
    unnamed = inside[(facts.kind[inside] == SymbolKind.LAMBDA) | np.isin(inside, dunder)]
    sources += [inside, facts.container[unnamed]]
    targets += [facts.container[inside], unnamed]
    pairs = [(o, base) for o, bases in upstream.above.items() for base in bases]
    override, overridden = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    return _Links(np.concatenate(sources), np.concatenate(targets), override, overridden)


def _is_dunder(symbol_id: str) -> bool:
    name = _bare(symbol_id)
    return name.startswith("__") and name.endswith("__")


def _bare(symbol_id: str) -> str:
    return symbol_id.rpartition("/")[2].rpartition(".")[2].partition("#")[0]


def _spread(links: _Links, container: Ints, roots: Bools, token: CancelToken) -> Bools:
    """Roots and all that is reached from them."""
    reached = roots.copy()
    before = -1
    while (now := int(reached.sum())) != before:
        token.check()
        before = now
        reached[links.target[reached[links.source]]] = True
        runs = reached[links.overridden] & reached[container[links.override]]
        reached[links.override[runs]] = True
    return reached


def _unreached(reading: Reading, upstream: Upstream, surely: Bools) -> Iterator[Symbol]:
    facts = upstream.facts
    numbers = np.flatnonzero(np.isin(facts.kind, _REPORTED) & ~facts.is_test & ~surely)
    found = (reading.view.symbol(upstream.ids[number]) for number in numbers.tolist())
    return (symbol for symbol in found if symbol is not None)


def _doubts(
    reading: Reading, token: CancelToken, upstream: Upstream, unreached: Iterable[Symbol]
) -> Iterator[tuple[int, str]]:
    """Which of them somebody unknown may run, by number, and why."""
    view, facts, ids = reading.view, upstream.facts, upstream.ids
    outside, dynamic = _with_bases_outside(upstream), _with_names_at_run_time(view, upstream)
    made = _made_at_run_time(reading)
    passive = {name for each in LANGUAGES for name in each.entry_points.passive_decorators}
    members = np.flatnonzero(np.isin(facts.kind, _MEMBERS)).tolist()
    owners = Counter(name for name, _ in {(_bare(ids[n]), facts.container[n]) for n in members})
    named_by_unknown = cache(partial(_named_by_unknown, view))
    for symbol in unreached:
        token.check()
        number = upstream.numbers[symbol.id]
        owner = int(facts.container[number])
        if places := named_by_unknown(symbol.name):
            named = "1 place names" if places == 1 else f"{places} places name"
            yield number, f"{named} it on something unknown"
        elif owner in outside:
            yield number, f"{outside[owner]} may call it by its name"
        elif symbol.name.startswith(made):
            yield number, "its name may be put together at run time"
        elif owner in dynamic:
            yield number, "its class looks names up at run time"
        elif symbol.kind in _MEMBERS and owners[symbol.name] > 1:
            yield number, "it may stand in for a member of the same name of another class"
        elif _is_handed_on(reading, symbol, passive):
            yield number, "its decorator may hand it on"
        elif not _is_private(symbol):
            yield number, "its name is public: code outside may use it"


def _named_by_unknown(view: GraphView, name: str) -> int:
    return sum(len(lookup.sites) for lookup in view.lookups_of(name))


def _is_private(symbol: Symbol) -> bool:
    module, _, path = symbol.id.split(" ", 2)[2].rpartition("/")
    return any(part.startswith("_") for part in (*module.split("."), *path.split(".")))


def _with_bases_outside(upstream: Upstream) -> Mapping[int, str]:
    """Classes below one outside of the workspace that may call its members, and its name."""
    passive = {name for each in LANGUAGES for name in each.entry_points.passive_bases}
    found: dict[int, str] = {}
    for base in upstream.derived:
        name = qualified_name(upstream.ids[base])
        if edge_is_external(upstream.ids[base]) and not _is_passive(name, passive):
            found |= dict.fromkeys(closure(base, upstream.derived), name)
    return found


def _is_passive(name: str, passive: Collection[str]) -> bool:
    return name in passive or f"{name.rpartition('.')[0]}." in passive


def _is_handed_on(reading: Reading, symbol: Symbol, passive: Collection[str]) -> bool:
    """Whether a decorator gets it that may keep it for later."""
    facts = reading.snapshot.facts(symbol.file)
    fact = (
        next((f for f in facts.outline.symbols if f.path == symbol.path), None) if facts else None
    )
    if facts is None or fact is None or fact.scope == NONE:
        return False
    known = {
        edge.target
        for edge in reading.view.outgoing(symbol.id, (EdgeKind.DECORATES,))
        if _is_passive(qualified_name(edge.target), passive)
    }
    return len(facts.body.scopes[fact.scope].decorators) > len(known)


def _made_at_run_time(reading: Reading) -> tuple[str, ...]:
    """How names begin that code with a `getattr` puts together: `"visit_" + kind`."""
    view = reading.view
    edges = view.incoming(_GETATTR, (EdgeKind.CALLS,))
    sources = (view.symbol(edge.source) for edge in edges)
    found: set[str] = set()
    for path in sorted({source.file for source in sources if source is not None}):
        text = reading.snapshot.text(path)
        if text is not None:
            found.update(match[1].decode() for match in _PUT_TOGETHER.finditer(text.data))
    return tuple(sorted(found))


def _with_names_at_run_time(view: GraphView, upstream: Upstream) -> set[int]:
    """Classes that call `getattr` themselves or derive from one that does."""
    found: set[int] = set()
    for edge in view.incoming(_GETATTR, (EdgeKind.CALLS,)):
        owner = int(upstream.facts.container[upstream.numbers[edge.source]])
        if owner != NONE and upstream.facts.kind[owner] == SymbolKind.CLASS and owner not in found:
            found.update((owner, *closure(owner, upstream.derived)))
    return found
