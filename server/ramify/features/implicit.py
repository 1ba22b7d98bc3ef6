"""Who may run a symbol without any line that says so: what a cautious choice of tests adds.

- What a module or class puts into a variable (`READERS = {"a": read}`) is run by whoever reads it.
- A method that nobody is known to call, that something unknown is asked for (`x.save()`), or that
  runs where nothing tells the class (`for y in x`), is run by whoever has an instance: makes one,
  derives from the class, or hands it on.
- What a module's own statements call runs when it is imported: a failure there fails every test
  whose file imports it, directly or not.
- What a module calls as a program is run by tests that start programs.

All of it is possible, no more. Must never know what else a walk follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from ramify.features.upstream import (
    Bools,
    Bytes,
    Ints,
    Upstream,
    among,
    gathered,
    upstream_of,
)
from ramify_store.facts import NONE, Certainty, Edge, EdgeKind, SymbolKind, symbol_id
from ramify_store.view import GraphView

MOST_WALKS: Final = 2_000
"""Whose findings are kept, a few kilobytes each."""

HELD: Final = "holds it"
INSTANCE: Final = "an instance runs it"
AT_IMPORT: Final = "importing runs it"

_IS_CALL: Final = among(EdgeKind, (EdgeKind.CALLS,))
_IS_CALL_OR_USE: Final = among(EdgeKind, (EdgeKind.CALLS, EdgeKind.USES))
_OVERRIDES: Final = int(EdgeKind.OVERRIDES)
_MODULE: Final = int(SymbolKind.MODULE)
_CLASS: Final = int(SymbolKind.CLASS)
_IS_MEMBER: Final = among(SymbolKind, (SymbolKind.METHOD, SymbolKind.PROPERTY, SymbolKind.FIELD))
_IS_SUITE: Final = among(SymbolKind, (SymbolKind.MODULE, SymbolKind.CLASS))
_BOUND: Final = (SymbolKind.VARIABLE, SymbolKind.FIELD)
_ANYWHERE: Final = frozenset(
    {
        "__init__",
        "__call__",
        "__eq__",
        "__ne__",
        "__hash__",
        "__bool__",
        "__len__",
        "__iter__",
        "__getitem__",
        "__contains__",
    }
)
_NAME: Final = "python:builtins.__name__"
_STARTS: Final = ("python:subprocess.", "python:runpy.", "python:os.system", "python:os.popen")
_MAIN: Final = ("/main", "/_main", "/cli")
_PROTOCOL: Final = ".Protocol"
_CONFTEST: Final = "conftest.py"


class Pairs(NamedTuple):
    """By row: `source` may depend on `symbol`, both by number."""

    symbol: Ints
    source: Ints


class Costs(NamedTuple):
    """What a walk found: tests with what it costs to get there, and how many links it looked at."""

    tests: Ints
    cost: Bytes
    looked_at: int


@dataclass(frozen=True)
class Implicit:
    """The three relations of one view, each worked out as far as it was asked for."""

    upstream: Upstream
    _bindings: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    """By path: first and last byte of each statement that binds a variable, and the variable."""
    _sites: dict[str, Sequence[int]] = field(default_factory=dict)
    _importers: dict[int, list[int]] = field(default_factory=dict)
    """By file: the files that import it directly."""
    _tests: dict[int, Ints] = field(default_factory=dict)
    """By file: the tests in all files that import it, directly or not."""
    _asked: dict[str, bool] = field(default_factory=dict)
    """By bare name of a member."""
    _naming: dict[str, Ints] = field(default_factory=dict)
    costs: dict[object, Costs] = field(default_factory=dict)
    """What walks found and how many links they looked at, kept for the next."""
    owners: dict[tuple[int, ...], Ints | None] = field(default_factory=dict)
    """By depth and classes: the tests that come by an object of one; None: any may."""
    _protocols: list[frozenset[int]] = field(default_factory=list)
    _starting: list[Ints] = field(default_factory=list)
    _guards: dict[str, int | None] = field(default_factory=dict)
    """By path: the site after which its statements run as a program alone."""

    def keep(self, key: object, costs: Costs) -> None:
        if len(self.costs) >= MOST_WALKS:
            self.costs.clear()
        self.costs[key] = costs

    def holding(self, view: GraphView, frontier: Ints) -> Pairs:
        """Variables whose statement, at the top of a module or class, names a symbol."""
        found: dict[tuple[int, int], None] = {}
        for symbol, part, item in self._stated(frontier, _IS_CALL_OR_USE):
            edge = self.upstream.edge(part, item)
            source = view.symbol(edge.source)
            if source is not None:
                for ordinal in edge.sites:
                    for variable in self._bound_at(view, source.file, ordinal):
                        found[symbol, variable] = None
        return _pairs(found)

    def having(self, view: GraphView, frontier: Ints) -> Pairs:
        """The classes of methods that somebody may run of whom nobody knows."""
        ids, facts = self.upstream.ids, self.upstream.facts
        container = facts.container[frontier]
        is_member = _IS_MEMBER[facts.kind[frontier]] & (container >= 0)
        members = frontier[is_member]
        members = members[facts.kind[facts.container[members]] == _CLASS]
        known = self._is_referred_to(members)
        keep = [
            not is_known or self.is_asked_for(view, ids[member].rpartition(".")[2])
            for member, is_known in zip(members.tolist(), known, strict=True)
        ]
        members = members[np.array(keep, dtype=np.bool_)]
        return Pairs(members, facts.container[members])

    def importing(self, view: GraphView, frontier: Ints) -> Pairs:
        """Tests whose file imports a module that calls a symbol while it is imported."""
        rows = {
            (symbol, file)
            for symbol, part, item in self._stated(frontier, _IS_CALL)
            if (file := self._imported_file(int(self.upstream.parts[part][0].source[item]))) >= 0
            and not self._is_guarded(view, self.upstream.edge(part, item))
        }
        symbols: list[Ints] = []
        tests: list[Ints] = []
        for symbol, file in sorted(rows):
            tests.append(self._tests_importing(view, file))
            symbols.append(np.full(len(tests[-1]), symbol, dtype=np.int32))
        return Pairs(_concatenated(symbols), _concatenated(tests))

    def importing_file(self, view: GraphView, module: int) -> Ints:
        """Tests whose file imports that of a module, directly or not, and those in it."""
        return self._tests_importing(view, int(self.upstream.facts.file[module]))

    def _stated(self, frontier: Ints, kinds: Bools) -> Iterator[tuple[int, int, int]]:
        """Edges from the statements of a module or class itself: symbol, part and item."""
        kind_of = self.upstream.facts.kind
        for number, (part, alive) in enumerate(self.upstream.parts):
            at, items = gathered(part.by_target, frontier)
            source = part.source[items]
            keep = kinds[part.kind[items]] & _IS_SUITE[kind_of[source]]
            if alive is not None:
                keep &= alive[source]
            for row in np.flatnonzero(keep).tolist():
                yield int(frontier[at[row]]), number, int(items[row])

    def _is_guarded(self, view: GraphView, edge: Edge) -> bool:
        """Whether a module does it under `if __name__ == "__main__"` alone: behind the last place
        that names `__name__` other than to put it somewhere."""
        source = view.symbol(edge.source)
        if source is None or source.kind != SymbolKind.MODULE:
            return False
        if source.file not in self._guards:
            named = view.incoming(_NAME, (EdgeKind.USES,))
            self._guards[source.file] = max(
                (
                    site
                    for each in named
                    if each.source == source.id
                    for site in each.sites
                    if not list(self._bound_at(view, source.file, site))
                ),
                default=None,
            )
        guard = self._guards[source.file]
        return guard is not None and all(site > guard for site in edge.sites)

    def _bound_at(self, view: GraphView, path: str, ordinal: int) -> Iterator[int]:
        if path not in self._bindings:
            outline, placed = view.outline(path), view.placed(path)
            self._sites[path] = outline.sites()[0] if outline else ()
            places = {f.path: (f.start, f.end) for f in outline.symbols} if outline else {}
            self._bindings[path] = [
                (*places[symbol.path], self.upstream.numbers[symbol.id])
                for symbol in (view.symbols_of(path) if placed else ())
                if symbol.kind in _BOUND and symbol.path in places
            ]
        sites = self._sites[path]
        if 0 <= ordinal < len(sites):
            place = sites[ordinal]
            for first, last, variable in self._bindings[path]:
                if first <= place < last:
                    yield variable

    def is_asked_for(self, view: GraphView, name: str) -> bool:
        """Whether somebody asks something unknown for a member of this name."""
        if name not in self._asked:
            self._asked[name] = name in _ANYWHERE or any(
                each.certainty == Certainty.POSSIBLE for each in view.lookups_of(name)
            )
        return self._asked[name]

    def starting(self, view: GraphView, frontier: Ints) -> Pairs:
        """From what a module calls where it is run as a program, and from functions named as a
        program's are, to the tests' functions that start programs."""
        if not self._starting:
            found = {
                self.upstream.numbers[edge.source]
                for each in view.externals()
                if each.startswith(_STARTS)
                for edge in view.incoming(each, (EdgeKind.CALLS, EdgeKind.USES))
            }
            starting = np.array(sorted(found), dtype=np.int32)
            self._starting.append(starting[self.upstream.facts.is_test[starting]])
        starting = self._starting[0]
        if not len(starting):
            return _pairs(())
        facts, ids = self.upstream.facts, self.upstream.ids
        entered = {
            symbol
            for symbol, part, item in self._stated(frontier, _IS_CALL)
            if facts.kind[self.upstream.parts[part][0].source[item]] == _MODULE
        }
        entered |= {each for each in frontier.tolist() if ids[each].endswith(_MAIN)}
        programs = [each for each in sorted(entered) if not facts.is_test[each]]
        return _pairs((each, test) for each in programs for test in starting.tolist())

    def naming(self, view: GraphView, name: str) -> Ints:
        """Who names this without anybody knowing what is meant, by number, ascending."""
        if name not in self._naming:
            numbers = self.upstream.numbers
            found = {numbers.get(each.source, NONE) for each in view.lookups_of(name)}
            self._naming[name] = np.array(sorted(found - {NONE}), dtype=np.int32)
        return self._naming[name]

    def protocols(self, view: GraphView) -> frozenset[int]:
        """The classes that are protocols: whoever has their members stands for one."""
        if not self._protocols:
            found = (
                self.upstream.numbers[edge.source]
                for each in view.externals()
                if each.endswith(_PROTOCOL)
                for edge in view.incoming(each, (EdgeKind.INHERITS,))
            )
            self._protocols.append(frozenset(found))
        return self._protocols[0]

    def unreferred(self, symbols: Ints) -> Ints:
        """Those to which no edge leads."""
        unknown: Ints = symbols[self._reference_counts(symbols) == 0]
        return unknown

    def _is_referred_to(self, members: Ints) -> list[bool]:
        """Whether an edge other than an override leads to it, or to what it overrides."""
        counts = self._reference_counts(members)
        referred: list[bool] = (counts > 0).tolist()
        for at, member in enumerate(members.tolist()):
            if not referred[at] and member in self.upstream.above:
                above = np.array(self.upstream.overridden(member), dtype=np.int32)
                referred[at] = bool(self._reference_counts(above).any())
        return referred

    def _reference_counts(self, symbols: Ints) -> Ints:
        counts = np.zeros(len(symbols), dtype=np.int32)
        for part, alive in self.upstream.parts:
            at, items = gathered(part.by_target, symbols)
            keep = part.kind[items] != _OVERRIDES
            if alive is not None:
                keep &= alive[part.source[items]]
            counts += np.bincount(at[keep], minlength=len(symbols)).astype(np.int32)
        return counts

    def _imported_file(self, source: int) -> int:
        """The file whose import runs the statements of a module or class; NONE for those of a
        class inside of a function."""
        facts = self.upstream.facts
        while source >= 0 and facts.kind[source] == _CLASS:
            source = int(facts.container[source])
        return int(facts.file[source]) if source >= 0 and facts.kind[source] == _MODULE else NONE

    def importers(self, view: GraphView) -> Mapping[int, Sequence[int]]:
        """By file: the files that import it directly."""
        if not self._importers:
            self._importers.update(_importers(view, self.upstream))
        return self._importers

    def _tests_importing(self, view: GraphView, file: int) -> Ints:
        if file not in self._tests:
            importers = self.importers(view)
            seen, waiting = {file}, [file]
            while waiting:
                for each in importers.get(waiting.pop(), ()):
                    if each not in seen:
                        seen.add(each)
                        waiting.append(each)
            facts = self.upstream.facts
            inside = facts.is_test_case & np.isin(facts.file, list(seen))
            self._tests[file] = np.flatnonzero(inside).astype(np.int32)
        return self._tests[file]


def implicit_of(view: GraphView) -> Implicit:
    """Made when first asked for."""
    known = _known.get(view)
    if known is None:
        known = _known[view] = Implicit(upstream_of(view))
    return known


_known: WeakKeyDictionary[GraphView, Implicit] = WeakKeyDictionary()
"""What is kept must not hold its view, or neither would ever go."""


def _importers(view: GraphView, upstream: Upstream) -> dict[int, list[int]]:
    """By file: who imports it. Importing a module imports the packages around it, and a test file
    the `conftest.py` of its folder and of those above."""
    facts = upstream.facts
    pairs: set[tuple[int, int]] = set()
    for part, alive in upstream.parts:
        rows = np.flatnonzero(part.kind == int(EdgeKind.IMPORTS))
        if alive is not None:
            rows = rows[alive[part.source[rows]]]
        targets = part.target[rows]
        known = facts.kind[targets] > 0
        ends = facts.file[targets][known], facts.file[part.source[rows]][known]
        pairs.update(zip(*(end.tolist() for end in ends), strict=True))
    pairs.update(_surrounding(view, upstream))
    importers: dict[int, list[int]] = {}
    for target, source in sorted(pairs):
        if target != source:
            importers.setdefault(target, []).append(source)
    return importers


def _surrounding(view: GraphView, upstream: Upstream) -> Iterator[tuple[int, int]]:
    """Pairs of files: a package and what stands in it, a `conftest.py` and what stands below."""
    file_of: dict[str, int] = {}
    for path in view.paths():
        placed = view.placed(path)
        module = upstream.numbers.get(symbol_id(placed, "")) if placed else None
        if module is not None:
            file_of[path] = int(upstream.facts.file[module])
    for path, file in file_of.items():
        folder, is_package = path, True
        while folder:
            folder = folder.rpartition("/")[0]
            head = f"{folder}/" if folder else ""
            package = file_of.get(f"{head}__init__.py")
            is_package = is_package and package is not None
            for around in (package if is_package else None, file_of.get(f"{head}{_CONFTEST}")):
                if around is not None:
                    yield around, file


def _pairs(found: Iterable[tuple[int, int]]) -> Pairs:
    rows = np.array(list(found), dtype=np.int32).reshape(-1, 2)
    return Pairs(rows[:, 0], rows[:, 1])


def _concatenated(pieces: Sequence[Ints]) -> Ints:
    return np.concatenate(pieces) if pieces else np.empty(0, dtype=np.int32)
