"""What a change breaks: whom a changed signature, a changed body or a removal concerns, counted by
certainty, with the calls whose arguments certainly do not fit any more.

Counts come from the arrays of `upstream`; places are looked up for what is shown alone. Must never
know how two states were compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Final, NamedTuple

import numpy as np

from ramify.features.answers.impact import Breakage, BreakingChange, BreakingSite, Concern, Concerns
from ramify.features.changed import ChangedSymbols, Signatures
from ramify.features.places import Places, bare_name, qualified_name
from ramify.features.reach import Reach
from ramify.features.signatures import CallSites, misfit
from ramify.features.unknowns import Unknowns, site_count
from ramify.features.upstream import Bytes, Ints, among, upstream_of
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty, Edge, EdgeKind, LookUp, Symbol, SymbolKind

SIGNATURE: Final[Concern] = "signature"
BODY: Final[Concern] = "body"
REMOVAL: Final[Concern] = "removal"

CALL_SITES: Final[Concerns] = "call sites"
BEHAVIOUR: Final[Concerns] = "tests and behaviour"
REFERENCES: Final[Concerns] = "every reference"

MOST_SITES: Final = 10
MOST_CHECKED: Final = 500
"""Calls of one function whose arguments are held against a changed signature."""

_CONSTRUCTORS: Final = ("__init__", "__new__")
_CALLING: Final = (EdgeKind.CALLS, EdgeKind.DECORATES)
_NOTICING: Final = (EdgeKind.CALLS, EdgeKind.DECORATES, EdgeKind.USES, EdgeKind.INHERITS)
_REFERRING: Final = tuple(EdgeKind)
_CALLED: Final = (SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.CLASS)
_CONCERNED: Final[dict[EdgeKind, tuple[Concern, ...]]] = {
    EdgeKind.CALLS: (SIGNATURE, BODY, REMOVAL),
    EdgeKind.DECORATES: (SIGNATURE, BODY, REMOVAL),
    EdgeKind.OVERRIDES: (SIGNATURE, REMOVAL),
    EdgeKind.INHERITS: (SIGNATURE, BODY, REMOVAL),
    EdgeKind.USES: (BODY, REMOVAL),
    EdgeKind.WRITES: (REMOVAL,),
    EdgeKind.IMPORTS: (REMOVAL,),
}


def concerned(kind: EdgeKind, distance: int) -> tuple[Concern, ...]:
    """Which kinds of change of a target concern a dependent whose path begins with such an edge.
    Who does not refer to the target itself only meets another behaviour."""
    return _CONCERNED[kind] if distance == 1 else (BODY,)


def breakage_of(
    reading: Reading, places: Places, unknowns: Unknowns, target: Symbol, reach: Reach
) -> tuple[Breakage, ...]:
    """What each kind of change of one symbol would concern."""
    asked = _Asked(reading, places, unknowns)
    told = []
    if target.kind in _CALLED:
        called = asked.called(target)
        counts = asked.counted(called, _CALLING, bare_name(target))
        told.append(_told(SIGNATURE, target, counts, asked.sites(called, _CALLING)))
    told.append(_told(BODY, target, _behaviour(reach), ()))
    counts = asked.counted((target.id,), _REFERRING, bare_name(target))
    told.append(_told(REMOVAL, target, counts, asked.sites((target.id,), _REFERRING)))
    return tuple(told)


def breakage_of_changes(
    reading: Reading,
    places: Places,
    unknowns: Unknowns,
    token: CancelToken,
    changed: ChangedSymbols,
    most: int,
) -> tuple[Breakage, ...]:
    """What each change concerns, in the order of the changes, at most so many."""
    asked = _Asked(reading, places, unknowns, _files_going(reading, changed))
    told: list[Breakage] = []
    for symbol_id, change in islice(zip(changed.ids, changed.changes, strict=True), most):
        token.check()
        symbol = reading.view.symbol(symbol_id)
        if symbol is not None and not token.expired:
            told.append(_of_change(asked, changed, symbol, change))
    left = max(0, most - len(told))
    for name in changed.removed[:left]:
        told.append(
            _of_removed(asked, name, changed.still_named.get(name) or _former(changed, name))
        )
    return tuple(told)


def _files_going(reading: Reading, changed: ChangedSymbols) -> Ints:
    """Numbers of the files that are removed and are still there."""
    upstream = upstream_of(reading.view)
    going = (ids for name, ids in changed.still_named.items() if reading.view.placed(name))
    return np.unique(upstream.facts.file[[upstream.numbers[ids[0]] for ids in going]])


def _of_change(
    asked: _Asked, changed: ChangedSymbols, symbol: Symbol, change: BreakingChange
) -> Breakage:
    name = bare_name(symbol)
    if change == "signature":
        called = asked.called(symbol)
        counts = asked.counted(called, _CALLING, name)
        both = changed.signatures.get(symbol.id)
        broken = asked.broken(called, both) if both else []
        shown = broken or asked.sites(called, _CALLING)
        return _told(change, symbol, counts, shown, len(broken))
    if change in ("renamed", "moved"):
        counts = asked.counted((symbol.id,), _REFERRING, name)
        before = changed.before[symbol.id]
        missing = asked.unknowns.missing(before.rpartition(".")[2])
        former = _former(changed, before)
        gone = asked.counted(former, _REFERRING, "")
        counts = _Counts(
            counts.exact + gone.exact,
            counts.inferred + gone.inferred + site_count(missing),
            counts.possible,
        )
        shown = [
            *asked.sites(former, _REFERRING),
            *asked.lookup_sites(missing),
            *asked.sites((symbol.id,), _REFERRING),
        ]
        return _told(change, symbol, counts, shown)
    counts = asked.counted((symbol.id,), _NOTICING, name)
    message = _message("direct use", counts, 0, _BY_NAME)
    return replace(_told(change, symbol, counts, ()), message=message)


def _of_removed(asked: _Asked, name: str, ids: Sequence[str]) -> Breakage:
    """A symbol, or a file by its path, with the ids under which edges still name it."""
    bare = name.removesuffix(".py").replace("/", ".").rpartition(".")[2]
    missing = asked.unknowns.missing(bare)
    named = _outermost(ids)
    known = asked.counted(named, _REFERRING, "")
    exact, inferred = known.exact, known.inferred + site_count(missing)
    count = exact + inferred
    said = "1 place still names it" if count == 1 else f"{count:,} places still name it"
    shown = [*asked.sites(named, _REFERRING), *asked.lookup_sites(missing)]
    return Breakage(
        change="removed",
        target=name,
        id=None,
        concerns=REFERENCES,
        exact=exact,
        inferred=inferred,
        possible=site_count(asked.unknowns.possible(bare)),
        sites=tuple(shown[:MOST_SITES]),
        misfits=0,
        message=f"{said} and will not find it" if count else "nothing known still names it",
    )


def _former(changed: ChangedSymbols, before: str) -> list[str]:
    """The ids under which edges still name something that was in a file which is gone."""
    named = (each for ids in changed.still_named.values() for each in ids)
    return [each for each in named if qualified_name(each) == before]


def _outermost(ids: Sequence[str]) -> list[str]:
    """Without members of what a module outside the workspace holds: who names one names that,
    too."""
    module = min(ids, key=len, default="")
    known = set(ids) - {module}
    return [each for each in ids if " " in each or each.rpartition(".")[0] not in known]


class _Counts(NamedTuple):
    exact: int
    inferred: int
    possible: int


class _References(NamedTuple):
    """Edges of one part of the upstream, as they count."""

    part: int
    items: Ints
    certainty: Bytes


@dataclass
class _Asked:
    """One question's way to counts and places; reads the calls of each file once."""

    reading: Reading
    places: Places
    unknowns: Unknowns
    going: Ints | None = None
    """Files by number: what stands there goes with what it refers to."""
    _calls: dict[str, CallSites | None] = field(default_factory=dict)

    def called(self, symbol: Symbol) -> tuple[str, ...]:
        """What calls of it may name: of a class its constructors, too."""
        if symbol.kind != SymbolKind.CLASS:
            return (symbol.id,)
        inside = self.reading.view.children(symbol.id)
        return (symbol.id, *(each.id for each in inside if each.name in _CONSTRUCTORS))

    def counted(self, symbols: Sequence[str], kinds: Sequence[EdgeKind], name: str) -> _Counts:
        """Places that refer to one of the symbols, by certainty; an edge without a place is one."""
        upstream = upstream_of(self.reading.view)
        counts = [0] * (max(Certainty) + 1)
        for symbol in symbols:
            for part, items, certainty in self._references(symbol, kinds):
                sites = np.maximum(upstream.parts[part][0].sites[items], 1)
                imports = upstream.parts[part][0].kind[items] == EdgeKind.IMPORTS
                for at in np.flatnonzero(imports & (sites > 1)).tolist():
                    sites[at] = _imports(upstream.edge(part, int(items[at])).sites)
                for level in (Certainty.INFERRED, Certainty.EXACT):
                    counts[level] += int(sites[certainty == level].sum())
        possible = [each for each in self.unknowns.possible(name) if each.kind in kinds]
        return _Counts(counts[Certainty.EXACT], counts[Certainty.INFERRED], site_count(possible))

    def sites(self, symbols: Sequence[str], kinds: Sequence[EdgeKind]) -> list[BreakingSite]:
        """The first few places that refer to the symbols, surest first."""
        found: dict[tuple[str, int], BreakingSite] = {}
        for symbol in symbols:
            for edge, certainty in islice(self._edges(symbol, kinds), MOST_SITES):
                for ordinal in edge.sites[:MOST_SITES]:
                    site = self._site(edge, ordinal, certainty, None)
                    if site is not None:
                        found.setdefault((site.place.path, site.place.start), site)
        return sorted(found.values(), key=lambda site: -site.certainty)[:MOST_SITES]

    def broken(self, symbols: Sequence[str], both: Signatures) -> list[BreakingSite]:
        """Calls that fitted before and certainly do not fit now, of the first `MOST_CHECKED`."""
        found: list[BreakingSite] = []
        checked = 0
        for symbol in symbols:
            for edge, certainty in self._edges(symbol, (EdgeKind.CALLS,)):
                calls = self._calls_in(edge.source)
                for ordinal in edge.sites if calls else ():
                    checked += 1
                    arguments = calls.arguments(ordinal) if calls else None
                    if arguments is None or misfit(both.before, arguments):
                        continue
                    why = misfit(both.after, arguments)
                    site = self._site(edge, ordinal, certainty, why) if why else None
                    if site is not None:
                        found.append(site)
                if checked >= MOST_CHECKED:
                    return found
        return found

    def lookup_sites(self, lookups: Iterable[LookUp]) -> Iterator[BreakingSite]:
        for each in lookups:
            source = self.reading.view.symbol(each.source)
            for place in self.places.sites(source, each.sites, each.name) if source else ():
                name = qualified_name(each.source)
                yield BreakingSite(each.source, name, place, Certainty.INFERRED)

    def _references(self, symbol: str, kinds: Sequence[EdgeKind]) -> Iterator[_References]:
        """Edges into it, then calls of what it overrides that may run it."""
        upstream = upstream_of(self.reading.view)
        number = upstream.numbers.get(symbol)
        if number is None:
            return
        wanted = among(EdgeKind, kinds)
        for target in (number, *upstream.overridden(number)):
            for at, (part, alive) in enumerate(upstream.parts):
                groups = part.by_target if target == number else part.dispatched
                if target + 1 >= len(groups.start):
                    continue
                items = groups.of(target)
                keep = wanted[part.kind[items]]
                if alive is not None:
                    keep &= alive[part.source[items]]
                if self.going is not None:
                    keep &= ~np.isin(upstream.facts.file[part.source[items]], self.going)
                items = items[keep]
                most = Certainty.EXACT if target == number else Certainty.INFERRED
                yield _References(at, items, np.minimum(part.certainty[items], most))

    def _edges(self, symbol: str, kinds: Sequence[EdgeKind]) -> Iterator[tuple[Edge, Certainty]]:
        """Surest first."""
        upstream = upstream_of(self.reading.view)
        for part, items, certainty in self._references(symbol, kinds):
            for row in np.argsort(-certainty, kind="stable").tolist():
                yield upstream.edge(part, int(items[row])), Certainty(int(certainty[row]))

    def _site(
        self, edge: Edge, ordinal: int, certainty: Certainty, why: str | None
    ) -> BreakingSite | None:
        source = self.reading.view.symbol(edge.source)
        if source is None:
            return None
        places = self.places.sites(source, (ordinal,), self.places.name_of(edge.target))
        if not places:
            return None
        return BreakingSite(source.id, qualified_name(source.id), places[0], certainty, why)

    def _calls_in(self, source: str) -> CallSites | None:
        """The calls of its file, where the text is the one that the graph speaks of."""
        symbol = self.reading.view.symbol(source)
        if symbol is None:
            return None
        path = symbol.file
        if path not in self._calls:
            indexed, live = self.reading.view.placed(path), self.reading.snapshot.placed(path)
            same = indexed is not None and live is not None and indexed.hash == live.hash
            facts = self.reading.snapshot.facts(path) if same else None
            self._calls[path] = CallSites(facts) if facts else None
        return self._calls[path]


def _imports(sites: Sequence[int]) -> int:
    """`import f` is one place, though it names what it imports and binds the name next to it."""
    return 1 + sum(after - before > 1 for before, after in pairwise(sites))


def _behaviour(reach: Reach) -> _Counts:
    levels = np.concatenate([reach.others.level, reach.tests.level])
    counts = np.bincount(levels, minlength=max(Certainty) + 1).tolist()
    return _Counts(*(counts[c] for c in (Certainty.EXACT, Certainty.INFERRED, Certainty.POSSIBLE)))


_CONCERNS: Final[dict[BreakingChange, Concerns]] = {
    SIGNATURE: CALL_SITES,
    BODY: BEHAVIOUR,
    "added": BEHAVIOUR,
    REMOVAL: REFERENCES,
    "renamed": REFERENCES,
    "moved": REFERENCES,
}
_NOUNS: Final[dict[Concerns, str]] = {
    CALL_SITES: "call",
    BEHAVIOUR: "dependent",
    REFERENCES: "reference",
}
_BY_NAME: Final = "by name only"
_UNSURE: Final[dict[Concerns, str]] = {
    CALL_SITES: _BY_NAME,
    BEHAVIOUR: "unproved",
    REFERENCES: _BY_NAME,
}


def _told(
    change: BreakingChange,
    target: Symbol,
    counts: _Counts,
    sites: Sequence[BreakingSite],
    misfits: int = 0,
) -> Breakage:
    concerns = _CONCERNS[change]
    return Breakage(
        change=change,
        target=qualified_name(target.id),
        id=target.id,
        concerns=concerns,
        exact=counts.exact,
        inferred=counts.inferred,
        possible=counts.possible,
        sites=tuple(sites[:MOST_SITES]),
        misfits=misfits,
        message=_message(_NOUNS[concerns], counts, misfits, _UNSURE[concerns]),
    )


def _message(noun: str, counts: _Counts, misfits: int, unsure: str) -> str:
    """`42 calls (40 exact, 2 inferred), 3 more by name only; 2 certainly do not fit any more`."""
    known = counts.exact + counts.inferred
    said = f"{known:,} {noun}{'' if known == 1 else 's'}"
    if counts.exact and counts.inferred:
        said += f" ({counts.exact:,} exact, {counts.inferred:,} inferred)"
    elif counts.inferred:
        said += ", inferred"
    if counts.possible:
        said += f", {counts.possible:,} more {unsure}"
    if misfits:
        said += f"; {misfits:,} certainly {'does' if misfits == 1 else 'do'} not fit any more"
    return said
