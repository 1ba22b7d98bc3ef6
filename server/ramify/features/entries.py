"""Where programs are entered from outside: scripts, commands, routes, tasks, signal handlers, and
what a package exports.

What frameworks call is data of the language (`languages`); this module finds it in the graph, once
for each view, and picks what a walk reached. Must never know why it was reached.
"""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from ramify.features.answers.impact import Entry
from ramify.features.found import Numbers
from ramify.features.places import Places, qualified_name
from ramify.features.reach import Reach
from ramify.features.upstream import Bools, Ints, Upstream, upstream_of
from ramify.languages.registry import LANGUAGES, spec_of
from ramify.languages.spec import EntryPoints
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import EdgeKind, SymbolKind, edge_is_external, symbol_id
from ramify_store.view import GraphView

API: Final = "api"
MOST_METADATA: Final = 1_000_000
"""Bytes of a metadata file beyond which nobody reads it."""

_METADATA: Final = ("pyproject.toml", "setup.cfg")


class Mark(NamedTuple):
    kind: str
    how: str


def entries_of(
    reading: Reading, places: Places, token: CancelToken, reach: Reach, limit: int
) -> tuple[tuple[Entry, ...], int]:
    """The first entry points among the targets and what was reached, and how many there are:
    scripts and the like first, the public API last, then nearest first."""
    upstream = upstream_of(reading.view)
    known = known_entries(reading.view)
    numbers, distance = _candidates(reach, upstream)
    scripts = _scripts(reading, upstream)
    is_run = known.is_run[numbers] | np.isin(numbers, list(scripts))
    public = known.is_public(upstream, numbers)
    found: list[tuple[bool, int, str, Mark]] = []
    for row in np.flatnonzero(is_run | public).tolist():
        number = int(numbers[row])
        mark = scripts.get(number, known.marks.get(number)) if is_run[row] else None
        if mark is not None and not _holds(reading, reach, upstream, number, mark):
            mark = None
        if mark is None and public[row]:
            mark = known.offered(upstream, number)
        if mark is not None:
            found.append((mark.kind == API, int(distance[row]), upstream.ids[number], mark))
    token.check()
    found.sort(key=lambda each: each[:3])
    return tuple(_entries(reading, places, found, limit)), len(found)


def all_entries(reading: Reading) -> Numbers:
    """Numbers of the symbols (`upstream_of`) by which the workspace is entered, in order."""
    upstream, known = upstream_of(reading.view), known_entries(reading.view)
    every = np.arange(len(upstream.ids))
    entered = known.is_run | known.is_public(upstream, every)
    entered[list(_scripts(reading, upstream))] = True
    return np.flatnonzero(entered)


def how_entered(reading: Reading, symbol_id: str) -> str | None:
    """How the workspace is entered at a symbol; None when it is not."""
    upstream, known = upstream_of(reading.view), known_entries(reading.view)
    number = upstream.numbers.get(symbol_id)
    if number is None:
        return None
    mark = _scripts(reading, upstream).get(number) or known.marks.get(number)
    if mark is None and known.is_public(upstream, np.array([number]))[0]:
        mark = known.offered(upstream, number)
    return mark.how if mark else None


def _entries(
    reading: Reading, places: Places, found: list[tuple[bool, int, str, Mark]], limit: int
) -> Iterator[Entry]:
    for _, distance, entry, mark in found[:limit]:
        symbol = reading.view.symbol(entry)
        item = places.item(symbol) if symbol else None
        if item is not None:
            yield Entry(item, mark.kind, mark.how, distance)


def _candidates(reach: Reach, upstream: Upstream) -> tuple[Numbers, Ints]:
    """Numbers and distances of the targets and of what was reached, without the tests."""
    seeds = [upstream.numbers[seed] for seed in reach.seeds if seed in upstream.numbers]
    numbers = np.concatenate([np.array(seeds, dtype=np.intp), reach.others.numbers])
    distance = np.concatenate([np.zeros(len(seeds), dtype=np.int32), reach.others.distance])
    keep = ~upstream.facts.is_test[numbers]
    return numbers[keep], distance[keep]


def _holds(reading: Reading, reach: Reach, upstream: Upstream, number: int, mark: Mark) -> bool:
    """A module that merely imports what changed does not run it; one with a main block must have
    it."""
    if upstream.facts.kind[number] != SymbolKind.MODULE:
        return True
    if reach.walk.runs_nothing(number):
        return False
    symbol = reading.view.symbol(upstream.ids[number])
    if mark.how != _GUARDED or symbol is None:
        return symbol is not None
    text = reading.snapshot.text(symbol.file)
    return text is not None and _names_of(symbol.id).main_guard in text.data


class _Known(NamedTuple):
    """What one view says of entry points, by number."""

    marks: dict[int, Mark]
    is_run: Bools
    exported: dict[int, str]
    is_exported: Bools

    def is_public(self, upstream: Upstream, numbers: Numbers) -> Bools:
        """Something a package's `__init__` offers, or a public member of a class it offers."""
        container = upstream.facts.container[numbers]
        of_class = (container >= 0) & (upstream.facts.kind[container] == SymbolKind.CLASS)
        member = self.is_exported[container] & of_class
        for row in np.flatnonzero(member).tolist():
            member[row] = not _bare(upstream.ids[numbers[row]]).startswith("_")
        public: Bools = self.is_exported[numbers] | member
        return public

    def offered(self, upstream: Upstream, number: int) -> Mark:
        if number in self.exported:
            return Mark(API, f"offered by `{self.exported[number]}`")
        container = int(upstream.facts.container[number])
        return Mark(API, f"member of what `{self.exported[container]}` offers")


def known_entries(view: GraphView) -> _Known:
    known = _kept.get(view)
    if known is None:
        upstream = upstream_of(view)
        marks = {**dict(_decorated(view, upstream)), **dict(_by_place(view, upstream))}
        exported = _made_exports(view, upstream)
        count = len(upstream.ids)
        is_run, is_exported = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
        is_run[list(marks)] = True
        is_exported[list(exported)] = True
        known = _kept[view] = _Known(marks, is_run, exported, is_exported)
    return known


_kept: WeakKeyDictionary[GraphView, _Known] = WeakKeyDictionary()
_GUARDED: Final = 'under `if __name__ == "__main__"`'


def _bare(symbol: str) -> str:
    return symbol.rpartition("/")[2].rpartition(".")[2]


def _by_place(view: GraphView, upstream: Upstream) -> Iterator[tuple[int, Mark]]:
    """What a framework finds by its place and name, and modules that are run."""
    for edge in view.incoming("python:builtins.__name__", (EdgeKind.USES,)):
        if upstream.facts.kind[upstream.numbers[edge.source]] == SymbolKind.MODULE:
            yield upstream.numbers[edge.source], Mark("main", _GUARDED)
    for language in LANGUAGES:
        names = language.entry_points
        for name in names.main_modules:
            for symbol in view.named(name):
                if symbol.kind == SymbolKind.MODULE:
                    yield upstream.numbers[symbol.id], Mark("main", "a module that is run")
        for table, kind in names.tables.items():
            for symbol in view.named(table):
                number = upstream.numbers.get(symbol.container)
                if number is not None:
                    yield number, Mark(kind, f"listed in `{table}`")
        for (owner, member), kind in names.methods.items():
            for symbol in view.named(member):
                inside = names.method_paths.get(kind, "") in f"/{symbol.file}"
                if symbol.path == f"{owner}.{member}" and inside:
                    how = f"`{symbol.path}` in {symbol.file}"
                    yield upstream.numbers[symbol.id], Mark(kind, how)


def _names_of(symbol: str) -> EntryPoints:
    spec = spec_of(symbol.partition(" ")[0].removesuffix("-stub"))
    return spec.entry_points if spec else _NOWHERE


_NOWHERE: Final = EntryPoints()


def _decorated(view: GraphView, upstream: Upstream) -> Iterator[tuple[int, Mark]]:
    for target, source in _edges(upstream, EdgeKind.DECORATES):
        decorator = upstream.ids[target]
        mark = _mark(decorator)
        if mark is not None:
            yield source, mark
    for language in LANGUAGES:
        for member, kind in language.entry_points.members.items():
            yield from _by_member(view, upstream, member, kind)


@lru_cache(maxsize=4096)
def _mark(decorator: str) -> Mark | None:
    name = qualified_name(decorator)
    for language in LANGUAGES:
        names = language.entry_points
        kind = names.decorators.get(name)
        if kind is None and edge_is_external(decorator):
            owner, _, member = name.rpartition(".")
            kind = names.members.get(member) if _is_instance_member(owner) else None
        if kind is not None:
            return Mark(kind, f"decorated with `{name}`")
    return None


def _is_instance_member(owner: str) -> bool:
    """`flask.Flask` of `flask.Flask.route`: a member of a class, not of a module."""
    return owner.rpartition(".")[2][:1].isupper()


def _by_member(
    view: GraphView, upstream: Upstream, member: str, kind: str
) -> Iterator[tuple[int, Mark]]:
    """`@cli.command()` where nobody knows what `cli` is: the call stands in the module, between
    where the decorated definition starts and its name."""
    for lookup in view.lookups_of(member):
        module = view.symbol(lookup.source)
        if lookup.kind != EdgeKind.CALLS or module is None or module.kind != SymbolKind.MODULE:
            continue
        outline, placed = view.outline(module.file), view.placed(module.file)
        if outline is None or placed is None or module.is_test:
            continue
        starts, _ = outline.sites()
        for ordinal in lookup.sites:
            for fact in outline.symbols[1:]:
                if fact.scope >= 0 and fact.start <= starts[ordinal] < fact.name_start:
                    number = upstream.numbers[symbol_id(placed, fact.path)]
                    yield number, Mark(kind, f"decorated with `.{member}`")


def _made_exports(view: GraphView, upstream: Upstream) -> dict[int, str]:
    packages: dict[int, str] = {}
    for path in view.paths():
        placed = view.placed(path)
        if placed is None or not placed.is_package or placed.is_test:
            continue
        if placed.module and not any(part.startswith("_") for part in placed.module.split(".")):
            number = upstream.numbers.get(symbol_id(placed, ""))
            if number is not None:
                packages[number] = placed.module
    exported: dict[int, str] = {}
    is_package = np.zeros(len(upstream.ids), dtype=np.bool_)
    is_package[list(packages)] = True
    for target, source in _edges(upstream, EdgeKind.IMPORTS, is_package):
        package, symbol = packages.get(source), upstream.ids[target]
        is_module = upstream.facts.kind[target] == SymbolKind.MODULE
        if package is None or is_module or not _is_public(symbol):
            continue
        if target not in exported or _holds_it(package, symbol):
            exported[target] = package
    inside = np.flatnonzero(np.isin(upstream.facts.container, list(packages)))
    for number in inside.tolist():
        if upstream.facts.kind[number] and _is_public(upstream.ids[number]):
            exported.setdefault(number, packages[int(upstream.facts.container[number])])
    return exported


def _holds_it(package: str, symbol: str) -> bool:
    """Whether the package is around the symbol, and does not merely hand it on."""
    return f"{symbol.rpartition('/')[0].rpartition(' ')[2]}.".startswith(f"{package}.")


def _is_public(symbol: str) -> bool:
    return not symbol.rpartition("/")[2].startswith("_") and " " in symbol


def _edges(
    upstream: Upstream, kind: EdgeKind, counts: Bools | None = None
) -> Iterator[tuple[int, int]]:
    """(target, source) of all edges of a kind, of the sources that count."""
    for part, alive in upstream.parts:
        groups = part.by_target
        at = np.flatnonzero(part.kind[groups.items] == kind)
        sources = part.source[groups.items[at]]
        for mask in (alive, counts):
            if mask is not None:
                at, sources = at[mask[sources]], sources[mask[sources]]
        targets = np.searchsorted(groups.start, at, side="right") - 1
        yield from zip(targets.tolist(), sources.tolist(), strict=True)


def _scripts(reading: Reading, upstream: Upstream) -> dict[int, Mark]:
    """What build metadata installs as programs."""
    marks: dict[int, Mark] = {}
    for name in _METADATA:
        text = reading.snapshot.text(name)
        if text is None or len(text.data) > MOST_METADATA:
            continue
        for kind, script, target in _named_scripts(name, text.data):
            for number in _numbers_of(reading, upstream, target):
                marks[number] = Mark(kind, f"{name}: `{script}`")
    return marks


def _numbers_of(reading: Reading, upstream: Upstream, target: str) -> Iterator[int]:
    """`shop.cli:main` as a symbol, whatever its import root is."""
    module, _, path = target.partition(":")
    wanted = f"{module.strip()}/{path.partition('[')[0].strip()}"
    for symbol in reading.view.named(wanted.rpartition("/")[2].rpartition(".")[2]):
        if symbol.id.rpartition(" ")[2] == wanted:
            yield upstream.numbers[symbol.id]


@lru_cache(maxsize=16)
def _named_scripts(name: str, data: bytes) -> tuple[tuple[str, str, str], ...]:
    """(kind, name of the script, what it runs); nothing from what cannot be read."""
    try:
        text = data.decode("utf-8")
        table = _of_setup_cfg(text) if name.endswith(".cfg") else tomllib.loads(text)
        return tuple(_declared(table))
    except (ValueError, configparser.Error, RecursionError):
        return ()


def _declared(table: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    project, tool = _table(table, "project"), _table(table, "tool")
    groups = {
        "script": (
            _table(project, "scripts"),
            _table(project, "gui-scripts"),
            _table(_table(tool, "poetry"), "scripts"),
        ),
        "plugin": tuple(_table(project, "entry-points").values()),
    }
    for kind, tables in groups.items():
        for each in tables:
            for script, target in each.items() if isinstance(each, dict) else ():
                if isinstance(target, str):
                    yield kind, script, target


def _table(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = table.get(name)
    return found if isinstance(found, dict) else {}


def _of_setup_cfg(text: str) -> Mapping[str, Any]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    listed = parser.get("options.entry_points", "console_scripts", fallback="")
    return {"project": {"scripts": dict(_pairs(listed.splitlines()))}}


def _pairs(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, equals, target = line.partition("=")
        if equals:
            yield name.strip(), target.strip()
