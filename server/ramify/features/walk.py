"""The walk upstream: breadth first over arrays, once for each level of certainty.

What passes a change on, and in which order dependents are told, stands in `reach`. Must never know
what is asked, nor a text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from ramify.features import doubts
from ramify.features.affinity import shared_words
from ramify.features.answers.impact import EVERYTHING
from ramify.features.dispatch import OVERRIDE
from ramify.features.doubts import Came
from ramify.features.found import CERTAINTY, Found, Hop, Reached, Trail
from ramify.features.likely import Likely, Walked
from ramify.features.needs import ANYTHING, NOTHING, Masks
from ramify.features.strides import (
    COUNTING,
    COUNTING_OWN_CODE,
    COUNTING_WHEN_ASKED,
    ENDING,
    Passed,
    Stride,
    growing,
    joined,
    plain,
    rows_of,
)
from ramify.features.upstream import (
    Bools,
    Bytes,
    Ints,
    among,
    closure,
    gathered,
    upstream_of,
)
from ramify.session.cancel import CancelToken
from ramify_store.facts import Certainty, Edge, EdgeKind, SymbolKind
from ramify_store.view import GraphView

SAME_NAME: Final = "only the name matches"
GONE: Final = "names what is gone"
RUN_TOGETHER: Final = "runs with the tests of its class"
HELD: Final = "holds it"
INSTANCE: Final = "an instance runs it"
AT_IMPORT: Final = "importing runs it"
STARTS_IT: Final = "starts programs"
BOTH_ENDS: Final = "reaches a call of that name, and has an instance"

_IS_DATA: Final = among(SymbolKind, (SymbolKind.VARIABLE, SymbolKind.FIELD))
_CLASS: Final = int(SymbolKind.CLASS)
_EXACT: Final = Certainty.EXACT
_POSSIBLE: Final = Certainty.POSSIBLE
_USES: Final = int(EdgeKind.USES)
_WITH_TESTS: Final = -1
_BY_NAME: Final = -2
_IMPLIED: Final = {
    doubts.WITH_TESTS: (EdgeKind.CALLS, RUN_TOGETHER),
    doubts.HOLDING: (EdgeKind.USES, HELD),
    doubts.INSTANCE: (EdgeKind.USES, INSTANCE),
    doubts.IMPORTING: (EdgeKind.IMPORTS, AT_IMPORT),
    doubts.BOTH_ENDS: (EdgeKind.CALLS, BOTH_ENDS),
    doubts.STARTING: (EdgeKind.USES, STARTS_IT),
}


class Walk:
    """From some symbols to whoever depends on them."""

    def __init__(
        self,
        view: GraphView,
        token: CancelToken,
        seeds: Sequence[str],
        whole: Sequence[str],
        depth: int,
        gone: Collection[str],
    ) -> None:
        self.upstream = upstream_of(view)
        self.deeper = False
        self.partial: str | None = None
        self.unnamed = 0
        self.unsought = False
        self._view = view
        self._token = token
        self._depth = depth
        numbers = self.upstream.numbers
        self._seeds = np.array([numbers[seed] for seed in seeds if seed in numbers], dtype=np.int32)
        self._gone = len(self.upstream.ids)
        """Stands for all that is gone: a seed that is no symbol."""
        count = self._gone + 1
        self._is_seed = np.zeros(count, dtype=np.bool_)
        self._is_seed[self._seeds] = True
        self._is_seed[self._gone] = True
        self._is_whole = np.zeros(count, dtype=np.bool_)
        self._is_whole[[numbers[each] for each in whole if each in numbers]] = True
        self._distance = np.zeros(count, dtype=np.int32)
        """Of the reached; 0 for the others."""
        self._level = np.zeros(count, dtype=np.int8)
        self._steps: list[Stride] = []
        self._trails: dict[tuple[int, int], Trail] = {}
        self._trails_in_doubt: dict[int, Trail | None] = {}
        self._lookups_of: dict[int, dict[int, Edge]] = {}
        self._reported = Passed.nowhere(count)
        """How each was reached."""
        self._passes: dict[Certainty, Passed] = {}
        """By level: how the walk came to what it went on from."""
        self._doubted: Walked | None = None
        self._most_doubt = 0
        self._names: dict[int, list[tuple[int, Edge]]] = {self._gone: list(self._missing(gone))}

    @property
    def is_in_test(self) -> Bools:
        """By number: part of a test, or of what tests are made of."""
        return self.upstream.facts.is_test

    @cached_property
    def _likely(self) -> Likely:
        return Likely(self._view, self._token, COUNTING, self._depth)

    def runs_nothing(self, number: int) -> bool:
        """Whether a symbol was reached and runs nothing of what it depends on."""
        passed = any(came.step[number] >= 0 for came in self._passes.values())
        return not self._is_seed[number] and not passed

    def count_missed(self, symbols: Iterable[str]) -> int:
        """How many of these, and of those that are likely to depend on it and are no tests, it
        neither began from nor reached over what is proved."""
        numbers = self.upstream.numbers
        missed = np.zeros(len(self.upstream.ids), dtype=np.bool_)
        missed[[numbers[each] for each in symbols if each in numbers]] = True
        if self._doubted is not None and self._most_doubt < EVERYTHING:
            facts = self.upstream.facts
            runs = ~facts.is_test_case & (facts.kind > 0) & ~_IS_DATA[facts.kind]
            missed |= (self._doubted.reported.symbol >= 0) & runs
        return int((missed & (self._distance[:-1] == 0) & ~self._is_seed[:-1]).sum())

    def follow(self, level: Certainty) -> None:
        """Finds the shortest paths of links that are each at least so certain."""
        passes = self._passes[level] = Passed.nowhere(len(self._is_seed))
        under = np.where(self._is_seed, ANYTHING, NOTHING)
        frontier = self._seeds
        for distance in range(1, self._depth + 1):
            self._token.check()
            if self._token.expired:
                self.partial = self.partial or _followed(level, distance - 1)
                return
            step, more = growing(self._step(frontier, level, asked=distance == 1), under)
            self._steps.append(step)
            self._report(step, more, level, distance)
            rows = np.flatnonzero(~step.ends)
            frontier, first = np.unique(step.source[rows], return_index=True)
            new = under[frontier] == NOTHING
            np.bitwise_or.at(under, step.source[rows], more[rows])
            passes.keep(frontier[new], len(self._steps) - 1, rows[first[new]])
            if not len(frontier):
                return
        further, _ = growing(self._step(frontier, level, asked=False), under)
        self.deeper = self.deeper or bool(np.any(self._distance[further.source] == 0))

    def doubt(self, most: int, imported: Collection[str]) -> None:
        """Finds who may depend on the seeds, each by its cheapest path."""
        is_test = self.upstream.facts.is_test_case
        if most < EVERYTHING and np.sum(is_test & (self._distance[:-1] > 0)) > _many(is_test):
            self.unsought = True
            return
        seeds = np.unique(self._seeds).astype(np.int32)
        numbers = self.upstream.numbers
        modules = [numbers[each] for each in imported if each in numbers]
        self._doubted, self._most_doubt = self._likely.walk(seeds, modules, most), most
        self.unsought = not self._doubted.is_whole

    def meets_test(self, level: Certainty) -> bool:
        """Whether following links of that certainty meets a test, the seeds included."""
        is_test = self.upstream.facts.is_test_case
        passed = self._is_seed.copy()
        frontier = self._seeds
        for distance in range(self._depth):
            if np.any(is_test[frontier]):
                return True
            self._token.check()
            if self._token.expired or not len(frontier):
                return False
            step = self._step(frontier, level, asked=distance == 0)
            frontier = np.unique(step.source[~step.ends & ~passed[step.source]])
            passed[frontier] = True
        return False

    def seed_tests(self) -> tuple[Reached, ...]:
        ids, is_test = self.upstream.ids, self.upstream.facts.is_test_case
        seeds = self._seeds[is_test[self._seeds]].tolist()
        return tuple(Reached(ids[seed], seed, 0, Certainty.EXACT) for seed in seeds)

    def found(self, least: Certainty) -> tuple[Found, Found]:
        """Tests and others, each in order."""
        facts = self.upstream.facts
        distance, level = self._distance[:-1].copy(), self._level[:-1].copy()
        doubt = np.zeros(len(distance), dtype=np.int8)
        words = np.zeros(len(distance), dtype=np.int32)
        tests = np.flatnonzero(facts.is_test_case & (distance > 0)).astype(np.int32)
        if self._doubted is None:
            self._count_words(words, tests)
        else:
            came = self._doubted.reported
            more = (came.symbol >= 0) & (distance == 0) & ~self._is_seed[:-1]
            doubted = np.flatnonzero(more & facts.is_test_case).astype(np.int32)
            cost = came.cost.copy()
            if self._count_words(words, np.concatenate([tests, doubted])):
                vague = doubted[self._is_vague(doubted) & (words[doubted] == 0)]
                cost[vague] += WORDLESS
            if least > Certainty.POSSIBLE:
                more &= facts.is_test_case & (cost <= self._most_doubt)
                if self._most_doubt < EVERYTHING:
                    more = self._few_of(more, cost, _many(facts.is_test_case) - len(tests))
            distance[more], level[more] = came.steps[more], Certainty.POSSIBLE
            doubt[more] = cost[more]
        every = np.flatnonzero((distance > 0) & (facts.kind > 0))
        is_test = facts.is_test_case[every]
        sides = []
        for numbers, missing in ((every[is_test], 2), (every[~is_test], 0)):
            steps, sure = distance[numbers], level[numbers]
            unsure = (Certainty.EXACT - sure).astype(np.int32)
            before = steps + missing * unsure + doubt[numbers].astype(np.int32)
            before -= A_WORD * np.minimum(words[numbers], MOST_WORDS)
            rank = before * 1000 + steps * 10 + unsure
            sides.append(Found(self.upstream.ids, numbers, steps, sure, doubt[numbers], rank))
        return sides[0], sides[1]

    def _count_words(self, words: Ints, tests: Ints) -> bool:
        """Puts beside each test how many words it shares; whether that could be told."""
        shared = shared_words(self._view, self._seeds, tests)
        if shared is not None:
            words[tests] = shared
        return shared is not None

    def _is_vague(self, numbers: Ints) -> Bools:
        """Whether the cheapest path goes over what somebody merely has or holds."""
        vague = np.zeros(len(numbers), dtype=np.bool_)
        if self._doubted is None:
            return vague
        came, at = self._doubted.reported, numbers.copy()
        rows = np.arange(len(numbers))
        while len(rows):
            vague[rows] |= np.isin(came.part[at[rows]], _VAGUE)
            at[rows] = came.symbol[at[rows]]
            came = self._doubted.passed
            rows = rows[~vague[rows] & (came.symbol[at[rows]] >= 0)]
        return vague

    def _few_of(self, more: Bools, cost: Bytes, most: int) -> Bools:
        """Those up to the cost at which they would be too many to be told from the others."""
        few = more
        for doubt in range(int(cost[more].max(initial=0)), 0, -1):
            if np.sum(few) <= most:
                break
            few = few & (cost < doubt)
        self.unnamed = int(np.sum(more)) - int(np.sum(few))
        return few

    def trail_of(self, reached: Reached) -> Trail | None:
        """The path to a dependent; None for a seed."""
        if not reached.distance:
            return None
        if reached.certainty == _POSSIBLE:
            doubted = self._doubted
            return self._trail_in_doubt(doubted.reported, reached.number) if doubted else None
        return self._trail(self._passes[reached.certainty], *self._reported.of(reached.number))

    def _trail(self, passes: Passed, at: int, row: int) -> Trail:
        known = self._trails.get((at, row))
        if known is None:
            step = self._steps[at]
            symbol = int(step.symbol[row])
            before = None if self._is_seed[symbol] else self._trail(passes, *passes.of(symbol))
            known = self._trails[at, row] = Trail(self._hop(step, row), before)
        return known

    def _hop(self, step: Stride, row: int) -> Hop:
        source = self.upstream.ids[step.source[row]]
        certainty, part = CERTAINTY[int(step.certainty[row])], int(step.part[row])
        if part == _WITH_TESTS:
            return Hop(source, EdgeKind.CALLS, certainty, RUN_TOGETHER, None)
        symbol, item = int(step.symbol[row]), int(step.item[row])
        if part == _BY_NAME:
            edge = self._names[symbol][item][1]
            return Hop(source, edge.kind, certainty, edge.why, edge)
        edge = self.upstream.edge(part, item)
        named = edge.target == self.upstream.ids[symbol]
        return Hop(source, edge.kind, certainty, edge.why if named else OVERRIDE, edge)

    def _trail_in_doubt(self, came: Came, number: int) -> Trail | None:
        symbol = int(came.symbol[number])
        if self._doubted is None or symbol < 0:
            return None
        passed = self._doubted.passed
        if symbol not in self._trails_in_doubt:
            self._trails_in_doubt[symbol] = self._trail_in_doubt(passed, symbol)
        is_free = came.cost[number] == passed.cost[symbol]
        row = (symbol, int(came.part[number]), int(came.item[number]))
        hop = self._hop_in_doubt(number, *row, is_free=bool(is_free))
        return Trail(hop, self._trails_in_doubt[symbol])

    def _hop_in_doubt(
        self, number: int, symbol: int, part: int, item: int, *, is_free: bool
    ) -> Hop:
        source = self.upstream.ids[number]
        if part in _IMPLIED:
            kind, why = _IMPLIED[part]
            sure = Certainty.EXACT if part == doubts.WITH_TESTS else Certainty.POSSIBLE
            return Hop(source, kind, sure, why, None)
        if part == doubts.BY_NAME:
            edge = self._lookups(symbol)[number]
            return Hop(source, edge.kind, edge.certainty, edge.why, edge)
        edge = self.upstream.edge(part, item)
        named = edge.target == self.upstream.ids[symbol]
        certainty = edge.certainty if is_free else Certainty.POSSIBLE
        return Hop(source, edge.kind, certainty, edge.why if named else OVERRIDE, edge)

    def _report(self, step: Stride, under: Masks, level: Certainty, distance: int) -> None:
        new = np.flatnonzero((self._distance[step.source] == 0) & ~self._is_seed[step.source])
        new = new[~self._likely.lack(step.source[new], under[new])]
        new = np.concatenate([new[~step.ends[new]], new[step.ends[new]]])
        sources, first = np.unique(step.source[new], return_index=True)
        self._distance[sources] = distance
        self._level[sources] = level
        self._reported.keep(sources, len(self._steps) - 1, new[first])

    def _step(self, frontier: Ints, level: Certainty, *, asked: bool) -> Stride:
        """What depends on the frontier directly."""
        pieces = [
            *self._edges_into(frontier, frontier, None, level, asked),
            *self._dispatched_into(frontier, level, asked),
            self._tests_run_with(frontier),
        ]
        if asked and level == Certainty.INFERRED:
            pieces.append(self._missing_it())
        return joined(pieces)

    def _edges_into(
        self, symbols: Ints, targets: Ints, most: Bytes | None, level: Certainty, asked: bool
    ) -> Iterator[Stride]:
        """Edges into `targets` as they concern `symbols` beside them: the same, or, with `most`,
        methods that override them, which only calls with dispatch reach."""
        facts = self.upstream.facts
        for number, (part, alive) in enumerate(self.upstream.parts):
            groups = part.by_target if most is None else part.dispatched
            at, items = gathered(groups, targets)
            symbol, source, kind = symbols[at], part.source[items], part.kind[items]
            certainty = part.certainty[items]
            keep = self._counts(symbol, kind, level, asked)
            if most is not None:
                certainty = np.minimum(certainty, most[at])
            keep &= certainty >= level
            if alive is not None:
                keep &= alive[source]
            mentions = (kind == _USES) & (facts.kind[source] == _CLASS)
            keep &= ~(mentions & (facts.container[symbol] == source))
            ends = ENDING[kind] | mentions
            index = np.full(len(items), number, dtype=np.int8)
            rows = np.flatnonzero(keep)
            by_value = np.full(len(rows), most is not None)
            by_value |= part.certainty[items[rows]] == Certainty.INFERRED
            needs = np.zeros(len(items), dtype=np.int8)
            needs[rows] = self._likely.needs.of(symbol[rows], by_value)
            step = Stride(symbol, source, index, items, certainty, ends, needs)
            yield rows_of(step, rows)

    def _counts(self, symbol: Ints, kind: Bytes, level: Certainty, asked: bool) -> Bools:
        of = self.upstream.facts.kind[symbol]
        if not asked:
            return COUNTING[of, kind]
        whole = COUNTING_WHEN_ASKED[of, kind]
        return np.where(self._is_whole[symbol], whole, COUNTING_OWN_CODE[of, kind])

    def _dispatched_into(self, frontier: Ints, level: Certainty, asked: bool) -> Iterator[Stride]:
        """Nothing where links must be exact: which override a call runs is inferred at best."""
        upstream = self.upstream
        overriding = frontier[upstream.overrides[frontier]].tolist() if level < _EXACT else ()
        rows = [
            (each, above, most)
            for each in overriding
            for above, most in upstream.dispatched_above(each)
            if most >= level
        ]
        if rows:
            symbols, targets, most = np.array(rows, dtype=np.int32).reshape(-1, 3).T
            yield from self._edges_into(symbols, targets, most.astype(np.int8), level, asked)

    def _tests_run_with(self, frontier: Ints) -> Stride:
        """The tests of a test class and of those below it, from the class or from its setup."""
        facts = self.upstream.facts
        bringing = frontier[facts.brings_tests[frontier]]
        if not len(bringing):
            return plain([], [], _WITH_TESTS, Certainty.EXACT)
        is_class = facts.kind[bringing] == _CLASS
        classes = np.where(is_class, bringing, facts.container[bringing])
        brought = [self._tests_below(each) for each in classes.tolist()]
        symbols = np.repeat(bringing, [len(each) for each in brought])
        return plain(symbols, np.concatenate(brought), _WITH_TESTS, Certainty.EXACT)

    def _tests_below(self, test_class: int) -> Ints:
        upstream = self.upstream
        known = upstream.tests_below.get(test_class)
        if known is None:
            below = (test_class, *closure(test_class, upstream.derived))
            tests = [test for each in below for test in upstream.tests.get(each, ())]
            known = upstream.tests_below[test_class] = np.array(tests, dtype=np.int32)
        return known

    def _missing_it(self) -> Stride:
        """Who names what is gone."""
        sources = [source for source, _ in self._names[self._gone]]
        gone = [self._gone] * len(sources)
        return plain(gone, sources, _BY_NAME, Certainty.INFERRED)

    def _missing(self, gone: Collection[str]) -> Iterator[tuple[int, Edge]]:
        for name in gone:
            for lookup in self._view.lookups_of(name):
                source = self.upstream.numbers.get(lookup.source)
                if source is not None and lookup.certainty == Certainty.UNRESOLVED:
                    ends = (lookup.source, name, lookup.kind)
                    yield source, Edge(*ends, Certainty.INFERRED, GONE, False, lookup.sites)

    def _lookups(self, number: int) -> dict[int, Edge]:
        """Who names a symbol without anybody knowing what is meant, each by its first look-up."""
        known = self._lookups_of.get(number)
        if known is None:
            known = self._lookups_of[number] = {}
            symbol = self._view.symbol(self.upstream.ids[number])
            for lookup in self._view.lookups_of(symbol.name) if symbol else ():
                source = self.upstream.numbers.get(lookup.source)
                if source is not None and source not in known and symbol is not None:
                    ends = (lookup.source, symbol.id, lookup.kind)
                    edge = Edge(*ends, Certainty.POSSIBLE, SAME_NAME, False, lookup.sites)
                    known[source] = edge
        return known


def _followed(level: Certainty, steps: int) -> str:
    said = f"{steps} {'step' if steps == 1 else 'steps'} of {level.name.lower()} links"
    return f"the time was over after {said}: what is further away or less sure is missing"


def _many(is_test: Bools) -> int:
    """A list longer than that tells nobody which tests are meant."""
    return max(_MANY_TESTS, int(is_test.sum()) // 3)


_MANY_TESTS: Final = 1_000
_VAGUE: Final = (doubts.INSTANCE, doubts.HOLDING)

WORDLESS: Final = 2
"""What it costs that a test says no word of the changed names, where no more is known than that it
has an instance or reads what holds it."""
A_WORD: Final = 2
"""Steps by which a test comes earlier for each word it shares, up to MOST_WORDS."""
MOST_WORDS: Final = 4
