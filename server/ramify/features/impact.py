"""What may break when a symbol changes, and which tests can notice.

The walk is in `reach`; this module tells it to a person: nearest first, with the path that proves
each step, the tests apart, what nobody could decide, and one line that sums it up. Distances reach
as far as `DEFAULT_DEPTH` unless asked otherwise: tests often stand six or more calls away from
what they exercise, and the order keeps what is far out of the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from typing import Final, NamedTuple

from ramify.features.answers.common import FIRST_PAGE, Page
from ramify.features.answers.impact import EVERYTHING, LIKELY, Affected, Breakage, Impact, Touched
from ramify.features.breakage import breakage_of, breakage_of_changes, concerned
from ramify.features.changed import ChangedSymbols
from ramify.features.doctests import Dependent, doctests_of
from ramify.features.entries import entries_of
from ramify.features.evidence import Evidence, Lines, ran_by
from ramify.features.gone import importers_of
from ramify.features.places import Places
from ramify.features.reach import Reach, dependents, is_likely_tested, is_tested
from ramify.features.steps import Steps
from ramify.features.summary import summary_of
from ramify.features.tests_to_run import TestsToRun
from ramify.features.uncertain import lookups_around, uncertain
from ramify.features.unknowns import Unknowns
from ramify.session.cancel import CancelToken
from ramify.session.coverage import Coverage
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty, Symbol, SymbolKind, symbol_id

DEFAULT_DEPTH: Final = 10
MOST_CHECKED: Final = 300
"""Changed symbols that are each asked about tests of their own."""
MOST_DOUBTED: Final = 10
"""Those of them that no link leads to from a test, asked about likely tests."""
MOST_TOLD: Final = 50
"""Files, packages, entry points and breakages in one answer, beside their number."""

_OLD: Final = "the coverage file is older than the code: it tells which tests ran what stood there"
_UNSOUGHT: Final = "too much hangs together to look for every test that is likely to reach it"
_UNKNOWN: Final = "No such symbol."
_UNCHANGED: Final = "No definition changed."
_NO_CHANGES: Final = ChangedSymbols((), (), (), (), ())
_CODE: Final = (SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.PROPERTY, SymbolKind.CLASS)


def impact(
    reading: Reading,
    token: CancelToken,
    symbol_ids: Sequence[str],
    *,
    least: Certainty = Certainty.INFERRED,
    doubt: int = LIKELY,
    depth: int = DEFAULT_DEPTH,
    page: Page = FIRST_PAGE,
    tests_page: Page = FIRST_PAGE,
    coverage: Coverage | None = None,
) -> Impact:
    """The impact of changing all of these symbols, however; ids that the graph lacks are left
    out."""
    view, places = reading.view, Places(reading)
    doubt = EVERYTHING if least == Certainty.POSSIBLE else doubt
    targets = [symbol for symbol in map(view.symbol, dict.fromkeys(symbol_ids)) if symbol]
    reach = dependents(view, token, [target.id for target in targets], least, depth, doubt=doubt)
    unknowns = Unknowns(view)
    told = [
        each
        for target in targets[:MOST_TOLD]
        for each in breakage_of(reading, places, unknowns, target, reach)
    ]
    pieces = [(_lines(reading, places, target), None) for target in targets]
    evidence = ran_by(reading, coverage, pieces) if coverage else ()
    parts = _Parts(reading, token, places, unknowns, reach, page, tests_page, depth, doubt)
    return parts.told(targets, _NO_CHANGES, evidence, tuple(told[:MOST_TOLD]), len(told))


def impact_of_changes(
    reading: Reading,
    token: CancelToken,
    changed: ChangedSymbols,
    *,
    least: Certainty = Certainty.INFERRED,
    doubt: int = LIKELY,
    depth: int = DEFAULT_DEPTH,
    page: Page = FIRST_PAGE,
    tests_page: Page = FIRST_PAGE,
    coverage: Coverage | None = None,
) -> Impact:
    """The impact of a set of changes: of each as far as what happened to it goes."""
    view, places = reading.view, Places(reading)
    doubt = EVERYTHING if least == Certainty.POSSIBLE else doubt
    targets = [symbol for symbol in map(view.symbol, changed.ids) if symbol]
    own, gone = changed.own_code, changed.lost
    named = [each for ids in changed.still_named.values() for each in ids]
    whole = (*changed.whole, *named)
    imported = [
        *(symbol_id(placed, "") for path in changed.run_at_import if (placed := view.placed(path))),
        *importers_of(view, named),
    ]
    reach = dependents(
        view,
        token,
        whole,
        least,
        depth,
        own_code=own,
        gone=gone,
        imported=imported,
        doubt=doubt,
    )
    unknowns = Unknowns(view)
    told = breakage_of_changes(reading, places, unknowns, token, changed, MOST_TOLD)
    evidence = ran_by(reading, coverage, _pieces(reading, places, changed)) if coverage else ()
    parts = _Parts(reading, token, places, unknowns, reach, page, tests_page, depth, doubt)
    total = len(changed.ids) + len(changed.removed)
    answer = parts.told(targets, changed, evidence, told, total)
    untested, checked = _untested(reading, token, targets, least)
    untested = _without_likely(reading, token, untested, doubt)
    if coverage:
        stood = _stood(changed)
        untested = [e for e in untested if not _ran(reading, places, coverage, e, stood)]
    notes = [] if checked else [f"only {MOST_CHECKED} changed symbols were asked for their tests"]
    return replace(
        answer,
        untested=tuple(item for each in untested if (item := places.item(each))),
        untested_total=len(untested),
        notes=(*((changed.note,) if changed.note else ()), *notes, *answer.notes),
    )


@dataclass(frozen=True)
class _Parts:
    """One walk, told part by part."""

    reading: Reading
    token: CancelToken
    places: Places
    unknowns: Unknowns
    reach: Reach
    page: Page
    tests_page: Page
    depth: int
    doubt: int

    def told(
        self,
        targets: Sequence[Symbol],
        changed: ChangedSymbols,
        evidence: Sequence[Evidence],
        breakage: tuple[Breakage, ...],
        breakage_total: int,
    ) -> Impact:
        self.token.check()
        reach = self.reach
        lookups = lookups_around(self.reading, self.unknowns, reach, changed.lost)
        possible = {each.source for each in lookups if each.certainty == Certainty.POSSIBLE}
        unresolved = uncertain(self.reading, self.places, reach, lookups)
        items = tuple(item for target in targets if (item := self.places.item(target)))
        doctests = [
            each
            for each in doctests_of(self.reading, self._dependents())
            if each.doubt <= self.doubt
        ]
        steps = Steps(self.reading, self.places)
        to_run = TestsToRun(self.reading, self.places, steps, reach)
        tests, tests_total = to_run.told(self.tests_page, evidence, doctests)
        likely = reach.likely + sum(each.doubt > 0 for each in doctests)
        entries, entries_total = entries_of(self.reading, self.places, self.token, reach, MOST_TOLD)
        files, packages = self._touched()
        names = [*(item.qualified_name for item in items), *changed.removed]
        names = names or list(changed.run_at_import)
        return Impact(
            targets=items,
            affected=self._affected(steps),
            affected_total=len(reach.others),
            tests=tests,
            tests_total=tests_total,
            tests_likely=likely,
            tests_unnamed=reach.unnamed,
            possible=reach.walk.count_missed(possible),
            unresolved=unresolved,
            summary=summary_of(
                names, unresolved, reach, (tests_total, likely), packages.affected, self.depth
            )
            if names
            else (_UNKNOWN if changed is _NO_CHANGES else _UNCHANGED),
            partial=reach.partial,
            breakage=breakage,
            breakage_total=breakage_total,
            entries=entries,
            entries_total=entries_total,
            files=files.most,
            files_total=files.total,
            packages=packages.most,
            packages_total=packages.total,
            notes=(
                *((_OLD,) if any(not e.is_fresh for e in evidence) else ()),
                *((_UNSOUGHT,) if reach.unsought else ()),
            ),
        )

    def _affected(self, steps: Steps) -> tuple[Affected, ...]:
        told: list[Affected] = []
        for each in self.reach.others[self.page.offset : self.page.offset + self.page.limit]:
            symbol, trail = self.reading.view.symbol(each.symbol), self.reach.trail(each)
            item = self.places.item(symbol, each.certainty) if symbol else None
            if item is not None and trail is not None:
                concerns = concerned(trail.hop.kind, each.distance)
                told.append(Affected(item, each.distance, steps.told(trail), concerns))
        return tuple(told)

    def _dependents(self) -> Iterator[Dependent]:
        """What may have examples: what changed, what depends on it and what is likely to, tests
        left out."""
        for seed in self.reach.seeds:
            yield Dependent(seed, 0, 0)
        for each in self.reach.walk.found(Certainty.POSSIBLE)[1]:
            yield Dependent(each.symbol, each.distance, each.doubt)

    def _touched(self) -> tuple[_Touched, _Touched]:
        """Files, and packages."""
        packages: dict[str, list[int]] = {}
        files: list[_Count] = []
        for path, package, affected, tests in self.reach.by_file(self.reading.view):
            files.append((-affected, -tests, path))
            count = packages.setdefault(package, [0, 0])
            count[0] -= affected
            count[1] -= tests
        return _most_first(files), _most_first([(a, t, name) for name, (a, t) in packages.items()])


_Count = tuple[int, int, str]
"""Dependents and tests, both negative, so that most of them sort first, and where they stand."""


class _Touched(NamedTuple):
    most: tuple[Touched, ...]
    """Those with most dependents, in order."""
    total: int
    affected: int
    """In how many stand dependents."""


def _most_first(counts: Sequence[_Count]) -> _Touched:
    first = nsmallest(MOST_TOLD, counts)
    most = tuple(Touched(name, -affected, -tests) for affected, tests, name in first)
    return _Touched(most, len(counts), sum(affected < 0 for affected, _, _ in counts))


def _lines(reading: Reading, places: Places, symbol: Symbol) -> Lines | None:
    """Where it stands in the live text."""
    fact, text = places.fact(symbol), reading.snapshot.text(symbol.file)
    if fact is None or text is None:
        return None
    first, last = (text.position(at, "utf-8").line + 1 for at in (fact.start, fact.end))
    return Lines(symbol.file, first, last)


def _pieces(
    reading: Reading, places: Places, changed: ChangedSymbols
) -> list[tuple[Lines | None, Lines | None]]:
    """What changed, as it stands now and as it stood before."""
    stood = _stood(changed)
    pieces: list[tuple[Lines | None, Lines | None]] = []
    for changed_id in changed.ids:
        symbol = reading.view.symbol(changed_id)
        if symbol is not None:
            pieces.append((_lines(reading, places, symbol), stood.get(changed_id)))
    pieces.extend((None, lines) for symbol, lines in changed.stood if symbol is None)
    return pieces


def _stood(changed: ChangedSymbols) -> dict[str, Lines]:
    return {symbol: lines for symbol, lines in changed.stood if symbol is not None}


def _ran(
    reading: Reading,
    places: Places,
    coverage: Coverage,
    symbol: Symbol,
    stood: Mapping[str, Lines],
) -> bool:
    piece = (_lines(reading, places, symbol), stood.get(symbol.id))
    return bool(ran_by(reading, coverage, [piece]))


def _untested(
    reading: Reading, token: CancelToken, targets: Sequence[Symbol], least: Certainty
) -> tuple[list[Symbol], bool]:
    """Changed code that no test is known to reach, and whether all of it was asked about."""
    code = [each for each in targets if each.kind in _CODE and not each.is_test]
    untested = [
        each
        for each in code[:MOST_CHECKED]
        if not token.expired and not is_tested(reading.view, token, each.id, least)
    ]
    return untested, len(code) <= MOST_CHECKED and not token.expired


def _without_likely(
    reading: Reading, token: CancelToken, untested: Sequence[Symbol], doubt: int
) -> list[Symbol]:
    """Without those that some test of the answer is likely to run."""
    return [
        each
        for at, each in enumerate(untested)
        if not doubt
        or at >= MOST_DOUBTED
        or token.expired
        or not is_likely_tested(reading.view, token, each.id, doubt)
    ]
