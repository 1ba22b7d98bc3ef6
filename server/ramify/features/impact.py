"""What may break when a symbol changes, and which tests can notice.

The walk is in `reach`; this module tells it to a person: nearest first, with the path that proves
each step, the tests apart, what nobody could decide, and one line that sums it up. Distances reach
as far as `DEFAULT_DEPTH` unless asked otherwise: tests often stand six or more calls away from
what they exercise, and the order keeps what is far out of the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nsmallest
from typing import Final

from ramify.features.answers.common import FIRST_PAGE, Page, Place
from ramify.features.answers.impact import (
    LIKELY,
    Affected,
    Breakage,
    Example,
    Impact,
    Step,
    TestToRun,
    Touched,
    Uncertain,
)
from ramify.features.breakage import breakage_of, breakage_of_changes, concerned
from ramify.features.changed import ChangedSymbols
from ramify.features.doctests import Dependent, Doctest, doctests_of
from ramify.features.entries import entries_of
from ramify.features.evidence import Evidence, Lines, ran_by
from ramify.features.found import Hop, Reached
from ramify.features.likely import EVERYTHING
from ramify.features.places import Places, bare_name, qualified_name
from ramify.features.reach import Reach, dependents, is_tested
from ramify.features.runnable import runnables_of
from ramify.features.unknowns import Unknowns, site_count
from ramify.session.cancel import CancelToken
from ramify.session.coverage import Coverage
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty, EdgeKind, LookUp, Symbol, SymbolKind, symbol_id

DEFAULT_DEPTH: Final = 10
MOST_EXAMPLES: Final = 10
MOST_CHECKED: Final = 300
"""Changed symbols that are each asked about tests of their own."""
MOST_TOLD: Final = 50
"""Files, packages, entry points and breakages in one answer, beside their number."""

FIXTURE: Final = "fixture"
_UNSOUGHT: Final = "too much hangs together to look for every test that is likely to reach it"
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
    whole = changed.whole
    imported = [
        symbol_id(placed, "") for path in changed.run_at_import if (placed := view.placed(path))
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
    _steps: dict[Hop, Step] = field(default_factory=dict)

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
        lookups = _lookups(self.reading, self.unknowns, reach, changed.lost)
        possible = {each.source for each in lookups if each.certainty == Certainty.POSSIBLE}
        unresolved = self._uncertain(lookups)
        items = tuple(item for target in targets if (item := self.places.item(target)))
        doctests = [
            each
            for each in doctests_of(self.reading, self._dependents())
            if each.doubt <= self.doubt
        ]
        tests, tests_total = self._tests(evidence, doctests)
        likely = reach.likely + sum(each.doubt > 0 for each in doctests)
        entries, entries_total = entries_of(self.reading, self.places, self.token, reach, MOST_TOLD)
        files, packages = self._touched()
        in_packages = sum(each.affected > 0 for each in packages)
        names = [*(item.qualified_name for item in items), *changed.removed]
        return Impact(
            targets=items,
            affected=self._affected(),
            affected_total=len(reach.others),
            tests=tests,
            tests_total=tests_total,
            tests_likely=likely,
            tests_unnamed=reach.unnamed,
            possible=reach.walk.count_missed(possible),
            unresolved=unresolved,
            summary=_summary(
                names, unresolved, reach, (tests_total, likely), in_packages, self.depth
            ),
            partial=reach.partial,
            breakage=breakage,
            breakage_total=breakage_total,
            entries=entries,
            entries_total=entries_total,
            files=tuple(files[:MOST_TOLD]),
            files_total=len(files),
            packages=tuple(packages[:MOST_TOLD]),
            packages_total=len(packages),
            notes=(
                *sorted({e.reason for e in evidence if not e.is_fresh}),
                *((_UNSOUGHT,) if reach.unsought else ()),
            ),
        )

    def _affected(self) -> tuple[Affected, ...]:
        told: list[Affected] = []
        for each in self.reach.others[self.page.offset : self.page.offset + self.page.limit]:
            symbol = self.reading.view.symbol(each.symbol)
            item = self.places.item(symbol, each.certainty) if symbol else None
            if item is not None:
                hops = self.reach.path(each)
                path = tuple(self._told_step(hop) for hop in hops)
                told.append(
                    Affected(item, each.distance, path, concerned(hops[-1].kind, each.distance))
                )
        return tuple(told)

    def _dependents(self) -> Iterator[Dependent]:
        """What may have examples: what changed, what depends on it and what is likely to, tests
        left out."""
        for seed in self.reach.seeds:
            yield Dependent(seed, 0, 0)
        for each in self.reach.walk.found(Certainty.POSSIBLE)[1]:
            yield Dependent(each.symbol, each.distance, each.doubt)

    def _tests(
        self, evidence: Sequence[Evidence], doctests: Sequence[Doctest]
    ) -> tuple[tuple[TestToRun, ...], int]:
        """What changed itself first, then what a fresh coverage file proves, then as `reach` has
        them, then doctests, then what coverage alone tells."""
        proved: dict[str, list[Evidence]] = {}
        for each in evidence:
            proved.setdefault(each.test.id, []).append(each)
        seeds = self.reach.seed_tests
        known: Sequence[Reached] = self.reach.tests
        if proved:
            known = sorted(known, key=lambda each: not _is_fresh(proved.get(each.symbol, ())))
        more = sorted(proved.keys() - {each.symbol for each in (*seeds, *known)}) if proved else []
        first, last = self.tests_page.offset, self.tests_page.offset + self.tests_page.limit
        shown: list[Reached | Doctest | str] = list(seeds[first:last])
        first, last = (max(0, at - len(seeds)) for at in (first, last))
        shown += known[first:last]
        first, last = (max(0, at - len(known)) for at in (first, last))
        shown += doctests[first:last]
        first, last = (max(0, at - len(doctests)) for at in (first, last))
        shown += more[first:last]
        told = (
            self._doctest(each) if isinstance(each, Doctest) else self._test(each, proved)
            for each in shown
        )
        total = len(seeds) + len(known) + len(doctests) + len(more)
        return tuple(each for each in told if each), total

    def _doctest(self, test: Doctest) -> TestToRun | None:
        symbol = self.reading.view.symbol(test.symbol)
        sure = Certainty.POSSIBLE if test.doubt else Certainty.INFERRED
        item = self.places.item(symbol, sure) if symbol else None
        reason = "likely: its examples name it" if test.doubt else "its examples are run"
        return (
            TestToRun(item, test.distance, (), (reason,), test.doubt, (test.run,)) if item else None
        )

    def _test(self, test: Reached | str, proved: Mapping[str, list[Evidence]]) -> TestToRun | None:
        reached = test if isinstance(test, Reached) else None
        test_id = reached.symbol if reached else str(test)
        evidence = proved.get(test_id, ())
        symbol = self.reading.view.symbol(test_id)
        sure = reached.certainty if reached else Certainty.INFERRED
        sure = Certainty.EXACT if _is_fresh(evidence) else sure
        item = self.places.item(symbol, sure) if symbol else None
        if item is None:
            return None
        hops = self.reach.path(reached) if reached else ()
        path = (*map(self._bare_step, hops[:-1]), *map(self._told_step, hops[-1:]))
        runs = runnables_of(self.reading.view, test_id)
        known = {(each.path, each.names) for each in runs}
        more = tuple(e.run for e in evidence if (e.run.path, e.run.names) not in known)
        reasons = (*_reasons(reached, path), *dict.fromkeys(each.reason for each in evidence))
        distance, doubt = (reached.distance, reached.doubt) if reached else (0, 0)
        doubt = 0 if _is_fresh(evidence) else doubt
        return TestToRun(item, distance, path, reasons, doubt, (*runs, *more))

    def _bare_step(self, hop: Hop) -> Step:
        """Without its site: looking up that of every step to every test takes longest."""
        name = qualified_name(hop.source)
        return Step(hop.source, name, None, hop.kind, hop.certainty, hop.why)

    def _told_step(self, hop: Hop) -> Step:
        """Paths share most of their links."""
        known = self._steps.get(hop)
        if known is None:
            known = self._steps[hop] = self._step(hop)
        return known

    def _step(self, hop: Hop) -> Step:
        source, edge = self.reading.view.symbol(hop.source), hop.edge
        sites: tuple[Place, ...] = ()
        if source is not None and edge is not None:
            name = self.places.name_of(edge.target)
            sites = self.places.sites(source, edge.sites[:1], name)
        return Step(
            id=hop.source,
            name=qualified_name(hop.source),
            site=sites[0] if sites else None,
            edge=hop.kind,
            certainty=hop.certainty,
            why=hop.why,
        )

    def _uncertain(self, lookups: Sequence[LookUp]) -> Uncertain:
        count = site_count(lookups)
        if not count:
            return Uncertain(0, (), "")
        return Uncertain(count, self._examples(lookups), _message(lookups, count))

    def _examples(self, lookups: Sequence[LookUp]) -> tuple[Example, ...]:
        """Few, those outside the tests first."""
        is_in_test = self.reach.walk.is_in_test
        numbers = self.reach.walk.upstream.numbers
        first = nsmallest(
            MOST_EXAMPLES,
            (each for each in lookups if each.source in numbers),
            key=lambda e: (bool(is_in_test[numbers[e.source]]), e.certainty, e.source),
        )
        examples: list[Example] = []
        for each in first:
            source = self.reading.view.symbol(each.source)
            for place in self.places.sites(source, each.sites[:1], each.name) if source else ():
                name, is_test = qualified_name(each.source), bool(source and source.is_test)
                examples.append(Example(each.name, each.source, name, place, is_test))
        return tuple(examples)

    def _touched(self) -> tuple[list[Touched], list[Touched]]:
        """Files, then packages, those with most dependents first."""
        files: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        packages: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for side, found in enumerate((self.reach.others, self.reach.tests)):
            for path, package, count in self.reach.by_file(self.reading.view, found):
                files[side][path] += count
                packages[side][package] += count
        return _most_first(*files), _most_first(*packages)


def _is_fresh(evidence: Sequence[Evidence]) -> bool:
    return any(each.is_fresh for each in evidence)


def _reasons(reached: Reached | None, path: Sequence[Step]) -> tuple[str, ...]:
    """`calls it`, `through the fixture app`, `6 steps away`."""
    if reached is None:
        return ()
    if not path:
        return ("the test itself changed",)
    if reached.certainty == Certainty.POSSIBLE:
        return (f"likely: {_doubted(path)}",) if reached.doubt <= LIKELY else (_doubted(path),)
    last = path[-1]
    if last.why == FIXTURE and len(path) > 1:
        return (f"through the fixture `{path[-2].name.rpartition('.')[2]}`",)
    if len(path) == 1:
        return ("the fixture changed",) if last.why == FIXTURE else ("direct",)
    return (f"{len(path)} steps away",)


def _doubted(path: Sequence[Step]) -> str:
    """What is most in doubt on the way: `test_all holds it`."""
    first = next((step for step in path if step.certainty == Certainty.POSSIBLE), path[-1])
    return f"`{first.name.rpartition('.')[2]}`: {first.why}"


def _most_first(affected: Counter[str], tests: Counter[str]) -> list[Touched]:
    touched = (Touched(name, affected[name], tests[name]) for name in affected | tests)
    return sorted(touched, key=lambda each: (-each.affected, -each.tests, each.name))


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


def _lookups(
    reading: Reading, unknowns: Unknowns, reach: Reach, gone: Sequence[str]
) -> list[LookUp]:
    """What names a target, or something in one, without anybody knowing which is meant."""
    names: dict[str, None] = dict.fromkeys(gone)
    for seed in reach.seeds:
        symbol = reading.view.symbol(seed)
        if symbol is not None and not _is_everywhere(symbol):
            names[bare_name(symbol)] = None
    return [lookup for name in names for lookup in unknowns.of(name)]


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


def _summary(
    names: Sequence[str],
    unresolved: Uncertain,
    reach: Reach,
    tests: tuple[int, int],
    packages: int,
    depth: int,
) -> str:
    """`salted_hmac: 28 dependents in 14 files (3 direct); 40 tests in 7 files reach it.`"""
    if not names:
        return "No such symbol."
    name = names[0] if len(names) == 1 else f"{len(names)} symbols"
    it = "it" if len(names) == 1 else "them"
    parts = [f"{name}: {_dependents(reach, packages)}", _tests(reach, *tests, it)]
    if unresolved.message:
        parts.append(unresolved.message)
    if reach.deeper:
        parts.append(f"more beyond {_counted(depth, 'step')}")
    if reach.partial:
        parts.append(reach.partial)
    return "; ".join(parts) + "."


def _dependents(reach: Reach, packages: int) -> str:
    others = reach.others
    if not others:
        return "no dependents known outside the tests"
    direct = int((others.distance == 1).sum())
    inferred = int((others.level < Certainty.EXACT).sum())
    split = [f"{direct:,} direct"] + ([f"{inferred:,} inferred"] if inferred else [])
    files = _counted(reach.files(others), "file")
    where = f"{files} of {packages:,} packages" if packages > 1 else files
    return f"{_counted(len(others), 'dependent')} in {where} ({', '.join(split)})"


def _tests(reach: Reach, total: int, likely: int, it: str) -> str:
    """Of `total` so many are likely to, no more."""
    if not total and not reach.unnamed:
        return f"no test is known to reach {it}"
    proved = total - likely
    verb = "reaches" if proved == 1 else "reach"
    files = f" in {_counted(reach.files(reach.tests), 'file')}" if len(reach.tests) == total else ""
    parts = [f"{_counted(proved, 'test')}{'' if likely else files} {verb} {it}"]
    if likely:
        more = f"{likely:,} more {'is' if likely == 1 else 'are'} likely to{files}"
        parts = [*(parts if proved else [f"no test is known to reach {it}"]), more]
    if reach.unnamed:
        parts.append(f"{reach.unnamed:,} more may, too many to say which")
    return ", ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
