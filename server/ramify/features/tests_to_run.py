"""Which tests to run for a change, in the order to run them, and why each.

What changed itself first, then what a fresh coverage file proves, then as `reach` has them, then
doctests, then what coverage alone tells. Must never know how a test was reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from ramify.features.answers.common import Page
from ramify.features.answers.impact import LIKELY, Step, TestToRun
from ramify.features.doctests import Doctest
from ramify.features.evidence import Evidence
from ramify.features.found import Reached
from ramify.features.places import Places
from ramify.features.pytest_options import is_below, options_of
from ramify.features.reach import Reach
from ramify.features.runnable import runnables_of
from ramify.features.steps import Steps
from ramify.session.snapshot import Reading
from ramify_store.facts import Certainty

FIXTURE: Final = "fixture"

_Proved = Mapping[str, Sequence[Evidence]]


@dataclass(frozen=True)
class TestsToRun:
    """Those of one walk; looked up for the page that is asked for."""

    reading: Reading
    places: Places
    steps: Steps
    reach: Reach

    def told(
        self, page: Page, evidence: Sequence[Evidence], doctests: Sequence[Doctest]
    ) -> tuple[tuple[TestToRun, ...], int]:
        """One page, and how many there are."""
        proved: dict[str, list[Evidence]] = {}
        for each in evidence:
            proved.setdefault(each.test.id, []).append(each)
        seeds = self.reach.seed_tests
        known: Sequence[Reached] = self.reach.tests
        if proved:
            known = sorted(known, key=lambda each: not _is_fresh(proved.get(each.symbol, ())))
        more = sorted(proved.keys() - {each.symbol for each in (*seeds, *known)}) if proved else []
        first, last = page.offset, page.offset + page.limit
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

    def _test(self, test: Reached | str, proved: _Proved) -> TestToRun | None:
        reached = test if isinstance(test, Reached) else None
        test_id = reached.symbol if reached else str(test)
        evidence = proved.get(test_id, ())
        symbol = self.reading.view.symbol(test_id)
        sure = reached.certainty if reached else Certainty.INFERRED
        sure = Certainty.EXACT if _is_fresh(evidence) else sure
        item = self.places.item(symbol, sure) if symbol else None
        if item is None:
            return None
        trail = self.reach.trail(reached) if reached else None
        path = self.steps.ending(trail) if trail else ()
        runs = runnables_of(self.reading.view, test_id)
        reasons = _reasons(reached, path)
        if evidence:
            known = {(each.path, each.names) for each in runs}
            runs += tuple(e.run for e in evidence if (e.run.path, e.run.names) not in known)
            reasons += tuple(dict.fromkeys(each.reason for each in evidence))
        distance, doubt = (reached.distance, reached.doubt) if reached else (0, 0)
        doubt = 0 if _is_fresh(evidence) else doubt
        return TestToRun(item, distance, path, reasons, doubt, runs)


def collected(reading: Reading, tests: Sequence[TestToRun]) -> tuple[tuple[TestToRun, ...], int]:
    """Those that stand where pytest is told to look for tests, and how many others do not: tests
    of another project, that its environment alone can run."""
    options = options_of(reading)
    folders = [each.rstrip("/").removeprefix("./") for each in options.folders] if options else []
    inside: list[TestToRun] = []
    for test in tests:
        runs = tuple(run for run in test.runs if is_below(run.path, folders))
        if runs or not test.runs:
            inside.append(replace(test, runs=runs))
    return tuple(inside), len(tests) - len(inside)


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
