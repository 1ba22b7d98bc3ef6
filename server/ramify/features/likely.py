"""Who is likely to run a symbol though no link proves it: a walk that pays for its doubts.

Between what links prove and what is merely possible stands what a careful colleague would name.
Every link costs as much as it is doubtful, a path what its links cost together, and the cheapest
path to a dependent says how likely it is: at `LIKELY` the choice of tests is cut, and up to
`EVERYTHING` goes what is possible.

- A link that inference drew costs nothing.
- What a variable at the top of a module or class holds is run by who reads the variable: 1.
- A method that nothing known calls is run by who has an instance: 2, its `__init__` 1; one that
  others call, by who has an instance and is not seen to call it: 4.
- A call of a method may run what overrides it: 1, where the test comes by an object of such a
  class within 3 (`needs`), else 4 more; of what stands in a class below instead of a field or of
  a fixture: 1.
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

from ramify.features.dispatch import MOST_TARGETS
from ramify.features.doubts import (
    BOTH_ENDS,
    BY_NAME,
    FAR,
    HOLDING,
    IMPORTING,
    INSTANCE,
    STARTING,
    WITH_TESTS,
    Came,
    Links,
    all_of,
    of_one,
    pairs_of,
    plain,
    rows_of,
)
from ramify.features.implicit import Costs, Implicit, Pairs, implicit_of
from ramify.features.needs import ANYTHING, NOTHING, Masks, Needs, given
from ramify.features.upstream import Bools, Bytes, Ints, Part, among, closure, gathered
from ramify.session.cancel import CancelToken
from ramify_store.facts import Certainty, EdgeKind, SymbolKind
from ramify_store.view import GraphView

HELD: Final = 1
MADE: Final = 1
ALONE: Final = 2
HAVING: Final = 4
INSTEAD: Final = 1
DISPATCHED: Final = 1
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
HAVE: Final = 3
LACKING: Final = 4
MOST_OWNERS: Final = 2
"""The part of all tests of which it is worth telling that they come by an object."""

MOST_MEMBERS: Final = 16
"""Members for which both ends are walked from, and, of those that call them, further ones."""
MOST_CALLING: Final = 8
MOST_NAMING: Final = 250
"""Callers by whose names anything can be told: everybody calls some `get`."""
MOST_LINKS: Final = 60_000
"""That the walks from both ends may look at for one question."""

_EVERY: Final = 1 << 31
_CLASS: Final = int(SymbolKind.CLASS)
_FIELD: Final = int(SymbolKind.FIELD)
_IS_MEMBER: Final = among(SymbolKind, (SymbolKind.METHOD, SymbolKind.PROPERTY))
_USES: Final = int(EdgeKind.USES)
_INHERITS: Final = int(EdgeKind.INHERITS)
_FUNCTION: Final = int(SymbolKind.FUNCTION)
_IS_RUNNING: Final = among(EdgeKind, (EdgeKind.CALLS, EdgeKind.USES))


class Prices(NamedTuple):
    """What some links cost where a walk begins at one end."""

    mentioned: int
    imported: int
    overriding: int
    derives: bool
    """Whether who derives from a class is reached: not from all that have a member already."""


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
        self.needs = Needs(self.upstream)
        self._tests = np.flatnonzero(self.upstream.facts.is_test_case)

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
            np.zeros(count, dtype=np.int8),
        )
        steps = np.full(count, walked.passed.steps[symbol] + 1, dtype=np.int32)
        walked.reported.keep(links, np.arange(count), cost, steps)

    def _from(self, seeds: Ints, most: int, prices: Prices, enough: int = _EVERY) -> Walked:
        """To all that costs at most so much, or until more than `enough` tests are found."""
        count = len(self.upstream.ids)
        reported, passed = Came.nowhere(count), Came.nowhere(count)
        passed.cost[seeds] = 0
        under = np.full(count, NOTHING)
        under[seeds] = ANYTHING
        told = under.copy()
        waiting: list[list[Ints]] = [[] for _ in range(most + 1)]
        waiting[0].append(seeds)
        certain: list[Ints] = []
        for cost in range(most + 1):
            frontier = _unique(waiting[cost])
            while len(frontier):
                self._token.check()
                if self._token.expired:
                    return Walked(reported, passed, _joined(certain), is_whole=False)
                frontier = frontier[passed.cost[frontier] <= cost]
                frontier = frontier[passed.steps[frontier] < self._depth]
                if cost == 0:
                    certain.append(frontier)
                if np.count_nonzero(passed.cost[self._tests] <= most) > enough:
                    return Walked(reported, passed, _joined(certain), is_whole=False)
                links = self._links(frontier, cost, most, prices)
                new = given(under[links.symbol], links.needs)
                new[(links.part == IMPORTING) | (links.part == STARTING)] = ANYTHING
                total = (links.cost + cost).astype(np.int8)
                steps = passed.steps[links.symbol] + 1
                grows = new & ~np.where(links.ends, told[links.source], under[links.source])
                dear = np.where(links.ends, reported.cost[links.source], passed.cost[links.source])
                rows = np.flatnonzero((grows != NOTHING) | (total < dear))
                if prices.overriding == DISPATCHED:
                    total[rows[self.lack(links.source[rows], new[rows])]] += LACKING
                    rows = rows[total[rows] <= most]
                reported.keep(links, rows, total, steps)
                np.bitwise_or.at(told, links.source[rows], new[rows])
                rows = rows[~links.ends[rows]]
                passed.keep(links, rows, total, steps)
                np.bitwise_or.at(under, links.source[rows], new[rows])
                for each in range(cost + 1, most + 1):
                    waiting[each].append(links.source[rows[total[rows] == each]])
                frontier = _unique([links.source[rows[total[rows] == cost]]])
        return Walked(reported, passed, _joined(certain), is_whole=True)

    def _links(self, frontier: Ints, cost: int, most: int, prices: Prices) -> Links:
        left = most - cost
        pieces = [*self._edges_into(frontier, frontier, None, prices)]
        pieces.extend(self._overriding(frontier, prices))
        pieces.append(plain(self._run_together(frontier), WITH_TESTS, 0))
        if left >= HELD:
            view = self._view
            pieces.append(plain(self.implicit.holding(view, frontier), HOLDING, HELD))
            pieces.extend(self._having(frontier))
        if left >= prices.imported:
            found = self.implicit.importing(self._view, frontier)
            pieces.append(plain(found, IMPORTING, IMPORTED, ends=True))
            found = self.implicit.starting(self._view, frontier)
            pieces.append(plain(found, STARTING, STARTED))
        if left >= NAMED_IN_TEST and cost == 0:
            pieces.extend(self._naming(frontier, left))
        links = all_of(pieces)
        self._looked_at += len(links.source)
        return rows_of(links, np.flatnonzero(links.cost <= left))

    def _edges_into(
        self, symbols: Ints, targets: Ints, more: Bytes | None, prices: Prices
    ) -> Iterator[Links]:
        """Edges into `targets` as they concern `symbols` beside them: the same, or, with what that
        costs, members that override them."""
        facts = self.upstream.facts
        for number, (part, alive) in enumerate(self.upstream.parts):
            at, items = self._gathered(part, symbols, targets, more)
            symbol, source, kind = symbols[at], part.source[items], part.kind[items]
            of = facts.kind[symbol]
            keep = self._counting[of, kind] | ((of == _CLASS) & (kind == _USES))
            if not prices.derives:
                keep &= kind != _INHERITS
            if alive is not None:
                keep &= alive[source]
            ends = (kind == _USES) & (facts.kind[source] == _CLASS)
            keep &= ~(ends & (facts.container[symbol] == source))
            rows = np.flatnonzero(keep)
            if not len(rows):
                continue
            at, items, symbol, source = at[rows], items[rows], symbol[rows], source[rows]
            mentions = (of[rows] == _CLASS) & (kind[rows] == _USES)
            cost = np.zeros(len(rows), dtype=np.int8)
            cost[mentions] = prices.mentioned
            cost[mentions & (facts.is_test[source] | facts.is_local[symbol])] = MENTIONED_IN_TEST
            if more is not None:
                cost += np.where(part.dispatch[items], more[at], np.int8(INSTEAD))
            needs = np.zeros(len(rows), dtype=np.int8)
            if prices.overriding == DISPATCHED:
                by_value = np.full(len(rows), more is not None)
                by_value |= part.certainty[items] == Certainty.INFERRED
                needs = self.needs.of(symbol, by_value)
            index = np.full(len(rows), number, dtype=np.int8)
            yield Links(symbol, source, index, items, cost, ends[rows], needs)

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

    def _overriding(self, frontier: Ints, prices: Prices) -> Iterator[Links]:
        upstream = self.upstream
        rows = [
            (each, above, prices.overriding if most > Certainty.POSSIBLE else OVERRIDING_MANY)
            for each in frontier[upstream.overrides[frontier]].tolist()
            for above, most in upstream.dispatched_above(each)
        ]
        if rows:
            symbols, targets, more = np.array(rows, dtype=np.int32).T
            more = more.astype(np.int8)
            yield from self._edges_into(symbols, targets, more, prices)

    def _run_together(self, frontier: Ints) -> Pairs:
        facts = self.upstream.facts
        bringing = frontier[facts.brings_tests[frontier]]
        pairs: list[tuple[int, int]] = []
        for each in bringing.tolist():
            test_class = each if facts.kind[each] == _CLASS else int(facts.container[each])
            for below in (test_class, *closure(test_class, self.upstream.derived)):
                pairs.extend((each, test) for test in self.upstream.tests.get(below, ()))
        return pairs_of(pairs)

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
        links = plain(Pairs(found.symbol[rows], found.source[rows]), INSTANCE, 0)
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
            links = plain(of_one(member, sources), BY_NAME, 0)
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
        classes = np.array(self.upstream.classes_having(member), dtype=np.int32)
        has = self._tests_of(classes, most, _HAVING)
        dearer = np.maximum(calls, has)
        tests = np.flatnonzero(dearer <= most).astype(np.int32)
        yield tests, (dearer[tests] + BOTH).astype(np.int8)

    def lack(self, symbols: Ints, under: Masks) -> Bools:
        """Which are tests that come by nothing of what they need."""
        lacking: Bools = (under != ANYTHING) & self.upstream.facts.is_test_case[symbols]
        for bit, classes in self.needs.kinds() if np.any(lacking) else ():
            rows = np.flatnonzero(lacking & (under & bit != NOTHING))
            if len(rows):
                lacking[rows] = ~self._come_by(classes)[symbols[rows]]
        return lacking

    def _come_by(self, classes: Ints) -> Bools:
        """By number: whether it is a test that comes by an object of one of the classes. All do
        where nobody knows who makes them."""
        key = (self._depth, *classes.tolist())
        known = self.implicit.owners
        owners = known[key] if key in known else self._owners(classes)
        if not self._token.expired:
            known[key] = owners
        has = np.zeros(len(self.upstream.ids), dtype=np.bool_)
        has[slice(None) if owners is None else owners] = True
        return has

    def _owners(self, classes: Ints) -> Ints | None:
        """Tests that come by an object of one of the classes; None where any may: none is known
        to, most do, or who makes them is asked for by name where nothing tells what is meant."""
        walked = self._from(classes, HAVE, _HAVING, len(self._tests) // MOST_OWNERS)
        cost = np.minimum(walked.reported.cost, walked.passed.cost)
        owners = np.flatnonzero((cost <= HAVE) & self.upstream.facts.is_test_case)
        makers = np.flatnonzero(walked.passed.cost <= HAVE).astype(np.int32)
        is_known = len(owners) and walked.is_whole and not self._is_open(makers)
        return owners.astype(np.int32) if is_known else None

    def _is_open(self, makers: Ints) -> bool:
        """Whether one of them is a function that nobody is known to call, or a field that holds
        the class, and somebody asks something unknown for that name: `load(name).make()`."""
        facts = self.upstream.facts
        makers = makers[~facts.is_test[makers]]
        functions = self.implicit.unreferred(makers[facts.kind[makers] == _FUNCTION])
        fields = makers[facts.kind[makers] == _FIELD]
        ids = (self.upstream.ids[each] for each in (*functions.tolist(), *fields.tolist()))
        names = {each.rpartition("/")[2].rpartition(".")[2] for each in ids}
        return any(self.implicit.is_asked_for(self._view, each) for each in names)

    def _tests_of(self, seeds: Ints, most: int, prices: Prices) -> Bytes:
        """By number: what it costs to get from the seeds to a test; far for all else."""
        key = (prices, most, self._depth, tuple(seeds.tolist()))
        known = self.implicit.costs.get(key)
        if known is None:
            before = self._looked_at
            walked = self._from(seeds, most, prices)
            cost = np.minimum(walked.reported.cost, walked.passed.cost)
            cost[~self.upstream.facts.is_test_case] = FAR
            if walked.is_whole:
                tests = np.flatnonzero(cost < FAR).astype(np.int32)
                self.implicit.keep(key, Costs(tests, cost[tests], self._looked_at - before))
            return cost
        self._looked_at += known.looked_at
        cost = np.full(len(self.upstream.ids), FAR, dtype=np.int8)
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


_CHANGED: Final = Prices(MENTIONED, IMPORTED, DISPATCHED, derives=True)
_CALLING: Final = Prices(MENTIONED, FAR, OVERRIDING, derives=True)
_HAVING: Final = Prices(MENTIONED_IN_TEST, FAR, OVERRIDING, derives=False)


def _is_special(name: str) -> bool:
    return name.startswith("__")


def _joined(pieces: Sequence[Ints]) -> Ints:
    return np.concatenate(pieces) if pieces else np.empty(0, dtype=np.int32)


def _unique(pieces: Sequence[Ints]) -> Ints:
    return np.unique(_joined(pieces)).astype(np.int32)
