"""Who is likely to run a symbol though no link proves it: a walk that pays for its doubts.

Between what links prove and what is merely possible stands what a careful colleague would name.
Every link costs as much as it is doubtful, a path what its links cost together, and the cheapest
path to a dependent says how likely it is: at `LIKELY` the choice of tests is cut, and up to
`EVERYTHING` goes what is possible.

- A link that inference drew costs nothing.
- What a variable at the top of a module or class holds is run by who reads the variable: 1.
- A method that nothing known calls is run by who has an instance: 2, its `__init__` 1; one that
  others call, by who has an instance and is not seen to call it: 4.
- A call of a method may run what overrides it: 3; of what stands in a class below instead of a
  field or of a fixture: 1.
- Who mentions a class makes instances of it: a test, and who defines the class inside of a
  function: 1; others: 6.
- What runs at import fails every test that imports it: 3. What a program runs is run by tests that
  start programs: 2.
- A test that names a member of something unknown: 2 where one thing has that name, 2 more each time
  twice as many have it; code that is no test, 6 and more.
- A test that both reaches a call of that name (or of a method that overrides the same one) and has
  an instance: 1 more than the dearer of the two. That takes a walk from either end.
- A path over a variable or an instance, where the test says no word of what changed (`affinity`,
  added by `walk`): 2.

The figures were chosen on the packages that `benchmarks.mutation` keeps for choosing. Must never
know what links prove: `reach` joins the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log2
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ramify.features.dispatch import MOST_TARGETS
from ramify.features.implicit import Costs, Implicit, Pairs, implicit_of
from ramify.features.upstream import Bools, Bytes, Ints, Part, among, closure, gathered
from ramify.session.cancel import CancelToken
from ramify_store.facts import Certainty, EdgeKind, SymbolKind
from ramify_store.view import GraphView

HELD: Final = 1
MADE: Final = 1
ALONE: Final = 2
HAVING: Final = 4
INSTEAD: Final = 1
OVERRIDING: Final = 3
OVERRIDING_MANY: Final = 5
MENTIONED: Final = 6
MENTIONED_IN_TEST: Final = 1
IMPORTED: Final = 3
STARTED: Final = 2
NAMED: Final = 6
NAMED_IN_TEST: Final = 2
TWICE_AS_MANY: Final = 2
BOTH: Final = 1

MOST_MEMBERS: Final = 16
"""Members for which both ends are walked from, and, of those that call them, further ones."""
MOST_CALLING: Final = 8
MOST_NAMING: Final = 250
"""Callers by whose names anything can be told: everybody calls some `get`."""
MOST_LINKS: Final = 60_000
"""That the walks from both ends may look at for one question."""

_FAR: Final = 127
_CLASS: Final = int(SymbolKind.CLASS)
_FIELD: Final = int(SymbolKind.FIELD)
_IS_MEMBER: Final = among(SymbolKind, (SymbolKind.METHOD, SymbolKind.PROPERTY))
_USES: Final = int(EdgeKind.USES)
_IS_RUNNING: Final = among(EdgeKind, (EdgeKind.CALLS, EdgeKind.USES))

# How a row came about, beside the number of a part of the upstream for edges.
WITH_TESTS: Final = -1
BY_NAME: Final = -2
HOLDING: Final = -3
INSTANCE: Final = -4
IMPORTING: Final = -5
BOTH_ENDS: Final = -6
STARTING: Final = -7


class Links(NamedTuple):
    """By row: `source` may run `symbol`."""

    symbol: Ints
    source: Ints
    part: Bytes
    item: Ints
    cost: Bytes
    ends: Bools


class Prices(NamedTuple):
    """What some links cost where a walk begins at one end."""

    mentioned: int
    imported: int


class Came(NamedTuple):
    """By symbol: the row that it was reached over, cheapest first found."""

    cost: Bytes
    symbol: Ints
    part: Bytes
    item: Ints
    steps: Ints

    @staticmethod
    def nowhere(count: int) -> Came:
        return Came(
            np.full(count, _FAR, dtype=np.int8),
            np.full(count, -1, dtype=np.int32),
            np.zeros(count, dtype=np.int8),
            np.zeros(count, dtype=np.int32),
            np.zeros(count, dtype=np.int32),
        )

    def keep(self, links: Links, rows: NDArray[np.intp], cost: Bytes, steps: Ints) -> Ints:
        """The sources for which one of the rows is cheaper than what was known."""
        order = rows[np.argsort(cost[rows], kind="stable")]
        sources, first = np.unique(links.source[order], return_index=True)
        best = order[first]
        better = cost[best] < self.cost[sources]
        sources, best = sources[better], best[better]
        self.cost[sources] = cost[best]
        self.symbol[sources] = links.symbol[best]
        self.part[sources] = links.part[best]
        self.item[sources] = links.item[best]
        self.steps[sources] = steps[best]
        return sources


@dataclass(frozen=True)
class Walked:
    """One walk: how every symbol is reported, and what it went on from."""

    reported: Came
    passed: Came
    certain: Ints
    """What costs nothing, nearest first."""
    is_whole: bool
    """Whether all that may be looked at was."""


class Likely:
    """The walks of one question. `counting` says by kind of symbol and of edge which edges bring a
    dependent."""

    def __init__(self, view: GraphView, token: CancelToken, counting: Bools, depth: int) -> None:
        self.implicit: Implicit = implicit_of(view)
        self.upstream = self.implicit.upstream
        self._view = view
        self._token = token
        self._counting = counting
        self._depth = depth
        self._looked_at = 0

    def walk(self, seeds: Ints, modules: Sequence[int], most: int) -> Walked:
        """From the seeds, and from modules that run otherwise when they are imported, to all that
        costs at most so much, both ends included."""
        walked = self._from(seeds, most, _CHANGED)
        for module in modules if most >= IMPORTED else ():
            tests = self.implicit.importing_file(self._view, module)
            cost = np.full(len(tests), IMPORTED, dtype=np.int8)
            self._found(walked, module, tests, cost, IMPORTING)
        members = [*self._fields(seeds), *self._members(walked.certain)]
        self._looked_at = 0
        for member in members[:MOST_MEMBERS]:
            for tests, cost in self._both_ends(member, most, deeper=True):
                self._found(walked, member, tests, cost, BOTH_ENDS)
        is_whole = self._looked_at < MOST_LINKS and not self._token.expired
        return Walked(walked.reported, walked.passed, walked.certain, is_whole)

    def _found(self, walked: Walked, symbol: int, tests: Ints, cost: Bytes, part: int) -> None:
        count = len(tests)
        links = Links(
            np.full(count, symbol, dtype=np.int32),
            tests,
            np.full(count, part, dtype=np.int8),
            np.zeros(count, dtype=np.int32),
            cost,
            np.ones(count, dtype=np.bool_),
        )
        steps = np.full(count, walked.passed.steps[symbol] + 1, dtype=np.int32)
        walked.reported.keep(links, np.arange(count), cost, steps)

    def _from(self, seeds: Ints, most: int, prices: Prices) -> Walked:
        count = len(self.upstream.ids)
        reported, passed = Came.nowhere(count), Came.nowhere(count)
        passed.cost[seeds] = 0
        done = np.zeros(count, dtype=np.bool_)
        waiting: list[list[Ints]] = [[] for _ in range(most + 1)]
        waiting[0].append(seeds)
        certain: list[Ints] = []
        for cost in range(most + 1):
            frontier = _unique(waiting[cost])
            while len(frontier):
                self._token.check()
                if self._token.expired:
                    return Walked(reported, passed, _joined(certain), is_whole=False)
                frontier = frontier[~done[frontier] & (passed.cost[frontier] == cost)]
                frontier = frontier[passed.steps[frontier] < self._depth]
                done[frontier] = True
                if cost == 0:
                    certain.append(frontier)
                links = self._links(frontier, cost, most, prices)
                total = (links.cost + cost).astype(np.int8)
                steps = passed.steps[links.symbol] + 1
                rows = np.flatnonzero(~done[links.source])
                reported.keep(links, rows, total, steps)
                better = passed.keep(links, rows[~links.ends[rows]], total, steps)
                reached = passed.cost[better]
                for each in range(cost + 1, most + 1):
                    waiting[each].append(better[reached == each])
                frontier = better[reached == cost]
        return Walked(reported, passed, _joined(certain), is_whole=True)

    def _links(self, frontier: Ints, cost: int, most: int, prices: Prices) -> Links:
        left = most - cost
        mention = prices.mentioned
        pieces = [*self._edges_into(frontier, frontier, None, mention)]
        pieces.extend(self._overriding(frontier, mention))
        pieces.append(_plain(self._run_together(frontier), WITH_TESTS, 0))
        if left >= HELD:
            view = self._view
            pieces.append(_plain(self.implicit.holding(view, frontier), HOLDING, HELD))
            pieces.extend(self._having(frontier))
        if left >= prices.imported:
            found = self.implicit.importing(self._view, frontier)
            pieces.append(_plain(found, IMPORTING, IMPORTED, ends=True))
            found = self.implicit.starting(self._view, frontier)
            pieces.append(_plain(found, STARTING, STARTED))
        if left >= NAMED_IN_TEST and cost == 0:
            pieces.extend(self._naming(frontier, left))
        links = _all(pieces)
        self._looked_at += len(links.source)
        return _rows(links, np.flatnonzero(links.cost <= left))

    def _edges_into(
        self, symbols: Ints, targets: Ints, more: Bytes | None, mention: int
    ) -> Iterator[Links]:
        """Edges into `targets` as they concern `symbols` beside them: the same, or, with what that
        costs, members that override them."""
        facts = self.upstream.facts
        for number, (part, alive) in enumerate(self.upstream.parts):
            at, items = self._gathered(part, symbols, targets, more)
            symbol, source, kind = symbols[at], part.source[items], part.kind[items]
            of = facts.kind[symbol]
            mentions = (of == _CLASS) & (kind == _USES)
            keep = self._counting[of, kind] | mentions
            cost = np.zeros(len(items), dtype=np.int8)
            cost[mentions] = mention
            cost[mentions & (facts.is_test[source] | facts.is_local[symbol])] = MENTIONED_IN_TEST
            if more is not None:
                cost += np.where(part.dispatch[items], more[at], np.int8(INSTEAD))
            if alive is not None:
                keep &= alive[source]
            ends = (kind == _USES) & (facts.kind[source] == _CLASS)
            keep &= ~(ends & (facts.container[symbol] == source))
            index = np.full(len(items), number, dtype=np.int8)
            yield _rows(
                Links(symbol, source, index, items, cost.astype(np.int8), ends),
                np.flatnonzero(keep),
            )

    def _gathered(
        self, part: Part, symbols: Ints, targets: Ints, more: Bytes | None
    ) -> tuple[Ints, Ints]:
        """Of what is overridden the calls with dispatch alone, unless the symbol stands instead of
        it, as fields and what tests are made of do."""
        if more is None:
            return gathered(part.by_target, targets)
        facts = self.upstream.facts
        instead = (facts.kind[symbols] == _FIELD) | facts.is_test[symbols]
        whole, called = np.flatnonzero(instead), np.flatnonzero(~instead)
        at_whole, of_whole = gathered(part.by_target, targets[whole])
        at_called, of_called = gathered(part.dispatched, targets[called])
        at = np.concatenate([whole[at_whole], called[at_called]])
        order = np.argsort(at, kind="stable")
        return at[order].astype(np.int32), np.concatenate([of_whole, of_called])[order]

    def _overriding(self, frontier: Ints, mention: int) -> Iterator[Links]:
        upstream = self.upstream
        rows = [
            (each, above, OVERRIDING if most > Certainty.POSSIBLE else OVERRIDING_MANY)
            for each in frontier[upstream.overrides[frontier]].tolist()
            for above, most in upstream.dispatched_above(each)
        ]
        if rows:
            symbols, targets, more = np.array(rows, dtype=np.int32).T
            yield from self._edges_into(symbols, targets, more.astype(np.int8), mention)

    def _run_together(self, frontier: Ints) -> Pairs:
        facts = self.upstream.facts
        bringing = frontier[facts.brings_tests[frontier]]
        pairs: list[tuple[int, int]] = []
        for each in bringing.tolist():
            test_class = each if facts.kind[each] == _CLASS else int(facts.container[each])
            for below in (test_class, *closure(test_class, self.upstream.derived)):
                pairs.extend((each, test) for test in self.upstream.tests.get(below, ()))
        return _pairs(pairs)

    def _having(self, frontier: Ints) -> Iterator[Links]:
        """From members to who has an instance; what makes up a test class has none."""
        facts, ids = self.upstream.facts, self.upstream.ids
        found = self.implicit.having(self._view, frontier[~facts.is_test_case[frontier]])
        rows = np.flatnonzero(~facts.brings_tests[found.symbol])
        costs = []
        for member in found.symbol[rows].tolist():
            name = ids[member].rpartition(".")[2]
            is_asked = not _is_special(name) and self.implicit.is_asked_for(self._view, name)
            costs.append(MADE if name == "__init__" else HAVING if is_asked else ALONE)
        links = _plain(Pairs(found.symbol[rows], found.source[rows]), INSTANCE, 0)
        yield links._replace(cost=np.array(costs, dtype=np.int8))

    def _naming(self, frontier: Ints, left: int) -> Iterator[Links]:
        """Who names a member on something unknown."""
        is_test = self.upstream.facts.is_test
        for member in (*self._fields(frontier), *self._members(frontier)):
            name = self.upstream.ids[member].rpartition(".")[2]
            if _is_special(name):
                continue
            shared = int(TWICE_AS_MANY * log2(max(1, len(self._view.named(name)))))
            if NAMED_IN_TEST + shared > left:
                continue
            sources = self.implicit.naming(self._view, name)
            links = _plain(_of_one(member, sources), BY_NAME, 0)
            cost = np.where(is_test[sources], NAMED_IN_TEST, NAMED) + shared
            yield links._replace(cost=cost.astype(np.int8))

    def _members(self, symbols: Ints) -> list[int]:
        """Those that are members of classes, tests left out."""
        facts = self.upstream.facts
        symbols = symbols[_IS_MEMBER[facts.kind[symbols]] & ~facts.is_test[symbols]]
        members: list[int] = symbols[facts.kind[facts.container[symbols]] == _CLASS].tolist()
        return members

    def _fields(self, seeds: Ints) -> list[int]:
        """Fields of classes that are asked about: whoever names one may mean it, too."""
        facts = self.upstream.facts
        fields = seeds[(facts.kind[seeds] == _FIELD) & ~facts.is_test[seeds]]
        found: list[int] = fields[facts.kind[facts.container[fields]] == _CLASS].tolist()
        return found

    def _both_ends(self, member: int, most: int, *, deeper: bool) -> Iterator[tuple[Ints, Bytes]]:
        """Tests that reach a call that may be one of the member, and have an instance."""
        most -= BOTH
        calling = self._calling(member)
        if not 0 < len(calling) <= MOST_NAMING or self._looked_at >= MOST_LINKS:
            return
        calls = self._tests_of(calling, most, _CALLING)
        if deeper:
            for each in self._members(calling)[:MOST_CALLING]:
                for tests, cost in self._both_ends(each, most, deeper=False):
                    calls[tests] = np.minimum(calls[tests], cost)
        if not np.any(calls <= most):
            return
        has = self._tests_of(self._classes(member), most, _HAVING)
        dearer = np.maximum(calls, has)
        tests = np.flatnonzero(dearer <= most).astype(np.int32)
        yield tests, (dearer[tests] + BOTH).astype(np.int8)

    def _tests_of(self, seeds: Ints, most: int, prices: Prices) -> Bytes:
        """By number: what it costs to get from the seeds to a test; far for all else."""
        key = (prices, most, self._depth, tuple(seeds.tolist()))
        known = self.implicit.costs.get(key)
        if known is None:
            before = self._looked_at
            walked = self._from(seeds, most, prices)
            cost = np.minimum(walked.reported.cost, walked.passed.cost)
            cost[~self.upstream.facts.is_test_case] = _FAR
            if walked.is_whole:
                tests = np.flatnonzero(cost < _FAR).astype(np.int32)
                self.implicit.keep(key, Costs(tests, cost[tests], self._looked_at - before))
            return cost
        self._looked_at += known.looked_at
        cost = np.full(len(self.upstream.ids), _FAR, dtype=np.int8)
        cost[known.tests] = known.cost
        return cost

    def _calling(self, member: int) -> Ints:
        """Who calls something by its name, or by inference a member that overrides the same."""
        name = self.upstream.ids[member].rpartition(".")[2]
        above = self.upstream.overridden(member) if member in self.upstream.above else []
        found = [] if _is_special(name) else [self.implicit.naming(self._view, name)]
        family = {each for root in (member, *above) for each in closure(root, self.upstream.below)}
        family |= set(above)
        if len(family) <= MOST_TARGETS:
            found.extend(self._callers(family - {member}, frozenset(above)))
        if not _is_special(name):
            found.extend(self._callers(self._in_protocols(name, member), frozenset()))
        return _unique(found)

    def _callers(self, members: Iterable[int], above: frozenset[int]) -> Iterator[Ints]:
        for each in members:
            for part, alive in self.upstream.parts:
                _, items = gathered(part.by_target, np.array([each], dtype=np.int32))
                source = part.source[items]
                keep = _IS_RUNNING[part.kind[items]]
                if above:
                    inferred = part.certainty[items] == int(Certainty.INFERRED)
                    keep &= inferred | (part.dispatch[items] & (each in above))
                if alive is not None:
                    keep &= alive[source]
                yield source[keep]

    def _in_protocols(self, name: str, member: int) -> list[int]:
        numbers, container = self.upstream.numbers, self.upstream.facts.container
        named = (numbers[each.id] for each in self._view.named(name))
        protocols = self.implicit.protocols(self._view)
        return [each for each in named if each != member and int(container[each]) in protocols]

    def _classes(self, member: int) -> Ints:
        """The classes whose instances have this member: its own and those below that do not
        define it again."""
        upstream = self.upstream
        name = upstream.ids[member].rpartition(".")[2]
        found = {int(upstream.facts.container[member]): None}
        waiting = list(found)
        while waiting:
            for below in upstream.derived.get(waiting.pop(), ()):
                if below not in found and f"{upstream.ids[below]}.{name}" not in upstream.numbers:
                    found[below] = None
                    waiting.append(below)
        return np.array(sorted(found), dtype=np.int32)


_CHANGED: Final = Prices(MENTIONED, IMPORTED)
_CALLING: Final = Prices(MENTIONED, _FAR)
_HAVING: Final = Prices(MENTIONED_IN_TEST, _FAR)


def _is_special(name: str) -> bool:
    return name.startswith("__")


def _of_one(symbol: int, sources: Ints) -> Pairs:
    return Pairs(np.full(len(sources), symbol, dtype=np.int32), sources)


def _pairs(found: Sequence[tuple[int, int]]) -> Pairs:
    rows = np.array(found, dtype=np.int32).reshape(-1, 2)
    return Pairs(rows[:, 0], rows[:, 1])


def _plain(found: Pairs, part: int, cost: int, *, ends: bool = False) -> Links:
    count = len(found.source)
    return Links(
        found.symbol,
        found.source,
        np.full(count, part, dtype=np.int8),
        np.arange(count, dtype=np.int32),
        np.full(count, cost, dtype=np.int8),
        np.full(count, ends, dtype=np.bool_),
    )


def _rows(links: Links, rows: NDArray[np.intp]) -> Links:
    return Links(
        links.symbol[rows],
        links.source[rows],
        links.part[rows],
        links.item[rows],
        links.cost[rows],
        links.ends[rows],
    )


def _all(pieces: Sequence[Links]) -> Links:
    return Links(*(np.concatenate(columns) for columns in zip(*pieces, strict=True)))


def _joined(pieces: Sequence[Ints]) -> Ints:
    return np.concatenate(pieces) if pieces else np.empty(0, dtype=np.int32)


def _unique(pieces: Sequence[Ints]) -> Ints:
    return np.unique(_joined(pieces)).astype(np.int32)
