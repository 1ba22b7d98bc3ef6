"""The edges of a view as arrays, found by their target: what a walk over thousands of them reads.

Derived from a view and kept as long as it lives. Of the committed graph it shares the columns; of a
layer over another view it adds the layer's own edges and hides those of the files it replaces, so
that a keystroke costs what its file holds. Must never know what a walk is after.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from typing import Final, TypeVar, cast
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ramify.features.dispatch import MOST_TARGETS
from ramify_store.columns import ColumnsView, Groups, edge_at, grouped
from ramify_store.facts import NONE, Certainty, Edge, EdgeKind, Symbol, SymbolKind
from ramify_store.layers import LayeredView
from ramify_store.view import GraphView

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.int8]
Gone = NDArray[np.int64]

_Scalar = TypeVar("_Scalar", np.int8, np.int32, np.bool_)
_OVERRIDES: Final = EdgeKind.OVERRIDES
_INHERITS: Final = EdgeKind.INHERITS

SETUP_NAMES: Final = frozenset(
    {
        "setUp",
        "asyncSetUp",
        "setUpClass",
        "setUpTestData",
        "tearDown",
        "asyncTearDown",
        "tearDownClass",
        "setup_method",
        "setup_class",
        "teardown_method",
        "teardown_class",
    }
)
_TESTABLE: Final = (SymbolKind.FUNCTION, SymbolKind.METHOD)
_SETS: Final = ("python:builtins.setattr",)
_MAKES_CLASSES: Final = ("python:builtins.type",)
_FIXTURES: Final = ("python:pytest.fixture", "python:pytest_asyncio.fixture")


@dataclass(frozen=True, slots=True)
class Part:
    """Edges of one layer: columns by edge, and the edges of each target in a fixed order."""

    source: Ints
    target: Ints
    kind: Bytes
    certainty: Bytes
    dispatch: Bools
    sites: Ints
    """How many sites each edge has."""
    by_target: Groups
    """Later targets than it knows have none."""
    dispatched: Groups
    """Those with dispatch alone."""
    edge: Callable[[int], Edge]


@dataclass(frozen=True, slots=True)
class Facts:
    """By number of a symbol."""

    kind: Bytes
    """SymbolKind; 0 for what is no symbol here."""
    container: Ints
    file: Ints
    """Equal for symbols of one file."""
    is_test: Bools
    """`Symbol.is_test`."""
    is_test_case: Bools
    """A test runner runs it as a test, or what it becomes once it is set as one."""
    brings_tests: Bools
    """A test class, or what runs before or after each of its tests."""
    is_local: Bools
    """Defined inside of a function."""


@dataclass(frozen=True, slots=True)
class Upstream:
    ids: Sequence[str]
    numbers: Mapping[str, int]
    facts: Facts
    parts: tuple[tuple[Part, Bools | None], ...]
    """With the symbols whose edges still count; None: all of them."""
    above: Mapping[int, Sequence[int]]
    """Methods that a method overrides directly, and the reverse."""
    overrides: Bools
    """Which are in `above`."""
    below: Mapping[int, Sequence[int]]
    derived: Mapping[int, Sequence[int]]
    """Classes that derive from a class directly."""
    tests: Mapping[int, Sequence[int]]
    """Tests directly in a class."""
    dispatching: dict[int, list[tuple[int, Certainty]]] = field(default_factory=dict)
    """What a walk worked out about methods, kept for the next."""
    sureness: dict[int, Certainty] = field(default_factory=dict)
    """The same about what they override."""
    having: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Classes whose objects have a member, by member."""
    tests_below: dict[int, Ints] = field(default_factory=dict)
    """The same about test classes."""
    file_of: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Path and package of the files that were told, by `Facts.file`."""

    def edge(self, part: int, item: int) -> Edge:
        return self.parts[part][0].edge(item)

    def overridden(self, method: int) -> list[int]:
        """Methods that it overrides, directly or not, nearest first."""
        return closure(method, self.above)

    def dispatched_above(self, method: int) -> list[tuple[int, Certainty]]:
        """Methods that it overrides, each with how sure a call of it runs this one: of more than
        `MOST_TARGETS` overrides nobody knows which is meant."""
        known = self.dispatching.get(method)
        if known is None:
            known = []
            for above in self.overridden(method):
                sure = self.sureness.get(above)
                if sure is None:
                    few = len(closure(above, self.below)) <= MOST_TARGETS
                    sure = Certainty.INFERRED if few else Certainty.POSSIBLE
                    self.sureness[above] = sure
                known.append((above, sure))
            self.dispatching[method] = known
        return known

    def classes_having(self, member: int) -> tuple[int, ...]:
        """The classes whose objects have this member: its own and those below that do not define
        it again, ascending."""
        known = self.having.get(member)
        if known is None:
            name = self.ids[member].rpartition(".")[2]
            found = {int(self.facts.container[member])}
            waiting = list(found)
            while waiting:
                for below in self.derived.get(waiting.pop(), ()):
                    if below not in found and f"{self.ids[below]}.{name}" not in self.numbers:
                        found.add(below)
                        waiting.append(below)
            known = self.having[member] = tuple(sorted(found))
        return known


def among(kinds: type[IntEnum], these: Iterable[int]) -> Bools:
    """By number of a kind: whether it is one of these. Many times as fast as `np.isin`."""
    table = np.zeros(max(kinds) + 1, dtype=np.bool_)
    table[list(these)] = True
    return table


def closure(start: int, following: Mapping[int, Sequence[int]]) -> list[int]:
    """All that is reached, nearest first, without the start."""
    found, seen = [start], {start}
    for each in found:
        for other in following.get(each, ()):
            if other not in seen:
                seen.add(other)
                found.append(other)
    return found[1:]


def gathered(groups: Groups, targets: Ints) -> tuple[Ints, Ints]:
    """Items of all the targets, one after another, and beside each the index of its target."""
    start, items = groups.start, groups.items
    inside = np.minimum(targets, len(start) - 2)
    first = start[inside]
    count = np.where(targets < len(start) - 1, start[inside + 1] - first, 0)
    at = np.repeat(np.arange(len(targets)), count)
    offset = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
    return at.astype(np.int32), items[first[at] + offset]


def upstream_of(view: GraphView) -> Upstream:
    """Made when first asked for."""
    known = _known.get(view)
    if known is None:
        known = _known[view] = _made(view)
    return known


def is_test_case(symbol: Symbol) -> bool:
    """Whether a test runner runs it as a test: neither fixture nor setup nor helper."""
    return (
        symbol.is_test
        and symbol.kind in _TESTABLE
        and symbol.name.startswith("test")
        and "<locals>" not in symbol.path
    )


_known: WeakKeyDictionary[GraphView, Upstream] = WeakKeyDictionary()
"""What is kept must not hold its view, or neither would ever go."""


def _made(view: GraphView) -> Upstream:
    if isinstance(view, ColumnsView):
        return _of_columns(view)
    if isinstance(view, LayeredView):
        return _over(upstream_of(view.base), view)
    return _over_nothing(view)


def _of_columns(view: ColumnsView) -> Upstream:
    symbols, edges = view.symbols, view.edges
    count, more = len(symbols.names), len(symbols.ids) - len(symbols.names)
    named_test = np.fromiter((name.startswith("test") for name in symbols.names), np.bool_, count)
    is_setup = np.fromiter((name in SETUP_NAMES for name in symbols.names), np.bool_, count)
    is_local = np.fromiter(("<locals>" in path for path in symbols.paths), np.bool_, count)
    testable = np.isin(symbols.kind, [int(kind) for kind in _TESTABLE])
    is_class = symbols.kind == SymbolKind.CLASS
    facts = Facts(
        kind=_longer(symbols.kind, more, 0),
        container=_longer(symbols.container, more, NONE),
        file=_longer(symbols.file, more, NONE),
        is_test=_longer(symbols.is_test, more, False),
        is_test_case=_longer(symbols.is_test & testable & named_test & ~is_local, more, False),
        brings_tests=_longer(symbols.is_test & (is_class | is_setup), more, False),
        is_local=_longer(is_local, more, False),
    )
    groups = view.edges_by_target
    part = Part(
        source=edges.source,
        target=edges.target,
        kind=edges.kind,
        certainty=edges.certainty,
        dispatch=edges.dispatch,
        sites=np.diff(edges.sites.start).astype(np.int32),
        by_target=groups,
        dispatched=_only(groups, edges.dispatch),
        edge=partial(edge_at, edges, symbols.ids),
    )
    overrides, inherits = (
        _pairs(part, edges.target, _OVERRIDES),
        _pairs(part, edges.target, _INHERITS),
    )
    return _upstream(symbols.ids, view.numbers, facts, ((part, None),), overrides, inherits)


def _over_nothing(view: GraphView) -> Upstream:
    symbols = [symbol for path in view.paths() for symbol in view.symbols_of(path)]
    kinds = tuple(EdgeKind)
    known = dict.fromkeys(symbol.id for symbol in symbols)
    edges = [edge for symbol_id in known for edge in view.outgoing(symbol_id, kinds)]
    return _with(_NOTHING, symbols, edges, ())


def _over(base: Upstream, view: LayeredView) -> Upstream:
    links = view.upper.links.values()
    symbols = [symbol for each in links for symbol in each.symbols]
    edges = [edge for each in links for edge in each.edges]
    return _with(base, symbols, edges, view.hidden_ids)


def _with(
    base: Upstream, symbols: Sequence[Symbol], edges: Sequence[Edge], hidden: Iterable[str]
) -> Upstream:
    """The base without the hidden symbols' edges, with these symbols and edges."""
    named = [symbol.id for symbol in symbols] + [edge.target for edge in edges]
    new = dict.fromkeys(each for each in named if each not in base.numbers)
    first = len(base.ids)
    below = cast("MutableMapping[str, int]", base.numbers)
    numbers = ChainMap({each: number for number, each in enumerate(new, first)}, below)
    gone = np.array([base.numbers[each] for each in hidden], dtype=np.int64)
    hides = set(gone.tolist())
    overrides = [
        (source, target)
        for source, targets in base.above.items()
        if source not in hides
        for target in targets
    ]
    inherits = [
        (source, target)
        for target, sources in base.derived.items()
        for source in sources
        if source not in hides
    ]
    for pairs, kind in ((overrides, _OVERRIDES), (inherits, _INHERITS)):
        pairs += [(numbers[e.source], numbers[e.target]) for e in edges if e.kind == kind]
    return _upstream(
        ids=[*base.ids, *new],
        numbers=numbers,
        facts=_facts_with(base.facts, symbols, numbers, len(new), gone),
        parts=(
            *((part, _without(alive, first, gone)) for part, alive in base.parts),
            (_part_of(edges, numbers, first + len(new)), None),
        ),
        overrides=overrides,
        inherits=inherits,
    )


def _upstream(
    ids: Sequence[str],
    numbers: Mapping[str, int],
    facts: Facts,
    parts: tuple[tuple[Part, Bools | None], ...],
    overrides: Iterable[tuple[int, int]],
    inherits: Iterable[tuple[int, int]],
) -> Upstream:
    above: dict[int, list[int]] = {}
    below: dict[int, list[int]] = {}
    for source, target in overrides:
        above.setdefault(source, []).append(target)
        below.setdefault(target, []).append(source)
    derived: dict[int, list[int]] = {}
    for source, target in inherits:
        derived.setdefault(target, []).append(source)
    facts.is_test_case[_sources(numbers, parts, _FIXTURES, (EdgeKind.DECORATES,))] = False
    facts.is_test_case[_set_as_tests(numbers, facts, parts)] = True
    tests: dict[int, list[int]] = {}
    for test in np.flatnonzero(facts.is_test_case).tolist():
        tests.setdefault(int(facts.container[test]), []).append(test)
    is_override = np.zeros(len(ids), dtype=np.bool_)
    is_override[list(above)] = True
    return Upstream(ids, numbers, facts, parts, above, is_override, below, derived, tests)


def _set_as_tests(
    numbers: Mapping[str, int], facts: Facts, parts: Sequence[tuple[Part, Bools | None]]
) -> list[int]:
    """Functions inside of what makes tests: where a file of tests sets attributes of classes or
    has a metaclass, those that stand in functions which are no tests themselves."""
    sets = _sources(numbers, parts, _SETS, (EdgeKind.CALLS,))
    setting = np.concatenate([sets, _sources(numbers, parts, _MAKES_CLASSES, (_INHERITS,))])
    setting = facts.file[setting[facts.is_test[setting]]]
    if not len(setting):
        return []
    inner = facts.is_local & facts.is_test & (facts.kind == int(SymbolKind.FUNCTION))
    made = np.flatnonzero(inner & np.isin(facts.file, setting)).tolist()
    return [each for each in made if not _stands_in_test(facts, each)]


def _sources(
    numbers: Mapping[str, int],
    parts: Sequence[tuple[Part, Bools | None]],
    targets: Iterable[str],
    kinds: Iterable[EdgeKind],
) -> Ints:
    """Who refers to one of these in one of these ways."""
    known = np.array([numbers[each] for each in targets if each in numbers], dtype=np.int32)
    found = [np.empty(0, dtype=np.int32)]
    for part, alive in parts:
        items = gathered(part.by_target, known)[1]
        sources = part.source[items[np.isin(part.kind[items], [int(kind) for kind in kinds])]]
        found.append(sources if alive is None else sources[alive[sources]])
    return np.concatenate(found)


def _stands_in_test(facts: Facts, number: int) -> bool:
    around = int(facts.container[number])
    while around >= 0:
        if facts.is_test_case[around] and not facts.is_local[around]:
            return True
        around = int(facts.container[around])
    return False


def _pairs(part: Part, target: Ints, kind: EdgeKind) -> list[tuple[int, int]]:
    """(source, target) of all edges of a kind."""
    items = np.flatnonzero(part.kind == kind)
    return list(zip(part.source[items].tolist(), target[items].tolist(), strict=True))


def _facts_with(
    base: Facts, symbols: Iterable[Symbol], numbers: Mapping[str, int], more: int, gone: Gone
) -> Facts:
    kind = _longer(base.kind, more, 0)
    container = _longer(base.container, more, NONE)
    file = _longer(base.file, more, NONE)
    is_test = _longer(base.is_test, more, False)
    is_case = _longer(base.is_test_case, more, False)
    brings_tests = _longer(base.brings_tests, more, False)
    is_local = _longer(base.is_local, more, False)
    kind[gone], is_case[gone], brings_tests[gone] = 0, False, False
    files: dict[str, int] = {}
    first_file = int(base.file.max(initial=NONE)) + 1
    for symbol in symbols:
        number = numbers[symbol.id]
        kind[number] = symbol.kind
        container[number] = numbers[symbol.container] if symbol.container else NONE
        file[number] = first_file + files.setdefault(symbol.file, len(files))
        is_test[number] = symbol.is_test
        is_case[number] = is_test_case(symbol)
        brings_tests[number] = symbol.is_test and (
            symbol.kind == SymbolKind.CLASS or symbol.name in SETUP_NAMES
        )
        is_local[number] = "<locals>" in symbol.path
    return Facts(kind, container, file, is_test, is_case, brings_tests, is_local)


def _part_of(edges: Sequence[Edge], numbers: Mapping[str, int], count: int) -> Part:
    targets = np.array([numbers[edge.target] for edge in edges], dtype=np.int32)
    groups = grouped(targets, count)
    dispatch = np.array([edge.dispatch for edge in edges], dtype=np.bool_)
    return Part(
        source=np.array([numbers[edge.source] for edge in edges], dtype=np.int32),
        target=targets,
        kind=np.array([edge.kind for edge in edges], dtype=np.int8),
        certainty=np.array([edge.certainty for edge in edges], dtype=np.int8),
        dispatch=dispatch,
        sites=np.array([len(edge.sites) for edge in edges], dtype=np.int32),
        by_target=groups,
        dispatched=_only(groups, dispatch),
        edge=edges.__getitem__,
    )


def _only(groups: Groups, keep: Bools) -> Groups:
    """The same groups with some of their items."""
    kept = keep[groups.items]
    before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(kept)])
    return Groups(before[groups.start], groups.items[kept])


def _without(alive: Bools | None, count: int, gone: Gone) -> Bools | None:
    """Which symbols of a layer still speak, once those of a layer above it do instead."""
    if not len(gone):
        return alive
    rest = np.ones(count, dtype=np.bool_)
    if alive is not None:
        rest[: len(alive)] = alive
    rest[gone] = False
    return rest


def _longer(column: NDArray[_Scalar], more: int, value: int) -> NDArray[_Scalar]:
    """A copy with room for more."""
    return np.concatenate([column, np.full(more, value, dtype=column.dtype)])


_NOTHING: Final = Upstream(
    ids=(),
    numbers={},
    facts=Facts(
        kind=np.empty(0, dtype=np.int8),
        container=np.empty(0, dtype=np.int32),
        file=np.empty(0, dtype=np.int32),
        is_test=np.empty(0, dtype=np.bool_),
        is_test_case=np.empty(0, dtype=np.bool_),
        brings_tests=np.empty(0, dtype=np.bool_),
        is_local=np.empty(0, dtype=np.bool_),
    ),
    parts=(),
    above={},
    overrides=np.empty(0, dtype=np.bool_),
    below={},
    derived={},
    tests={},
)
