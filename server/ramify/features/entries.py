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

from ramify.features.answers import Entry
from ramify.features.places import Places, qualified_name
from ramify.features.reach import Reach, Reached
from ramify.features.upstream import Upstream, upstream_of
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
    marks = _marks(reading.view) | _scripts(reading, upstream)
    exported = _exported(reading.view)
    found: list[tuple[bool, int, str, Mark]] = []
    for number, distance, symbol, runs in _candidates(reach, upstream):
        mark = marks.get(number) if runs else None
        if mark is None and runs:
            mark = _found_by_name(reading, symbol, int(upstream.facts.kind[number]))
        if mark is None:
            mark = _public(number, symbol, upstream, exported)
        if mark is not None:
            found.append((mark.kind == API, distance, symbol, mark))
    token.check()
    found.sort(key=lambda each: each[:3])
    return tuple(_entries(reading, places, found, limit)), len(found)


def _entries(
    reading: Reading, places: Places, found: list[tuple[bool, int, str, Mark]], limit: int
) -> Iterator[Entry]:
    for _, distance, symbol_id_, mark in found[:limit]:
        symbol = reading.view.symbol(symbol_id_)
        item = places.item(symbol) if symbol else None
        if item is not None:
            yield Entry(item, mark.kind, mark.how, distance)


def _candidates(reach: Reach, upstream: Upstream) -> Iterator[tuple[int, int, str, bool]]:
    """Number, distance, id, and whether it runs what it depends on: an import does not."""
    is_test = reach.walk.is_in_test
    for seed in reach.seeds:
        number = upstream.numbers[seed]
        if not is_test[number]:
            yield number, 0, seed, True
    for each in reach.others:
        if not is_test[each.number]:
            yield each.number, each.distance, each.symbol, _runs(reach, upstream, each)


def _runs(reach: Reach, upstream: Upstream, reached: Reached) -> bool:
    if reached.distance > 1 or upstream.facts.kind[reached.number] != SymbolKind.MODULE:
        return True
    return reach.path(reached)[-1].kind != EdgeKind.IMPORTS


def _found_by_name(reading: Reading, symbol: str, kind: int) -> Mark | None:
    """What a framework finds by its place and name, and modules that are run."""
    head, _, path = symbol.rpartition("/")
    names = _names_of(symbol)
    if kind == SymbolKind.MODULE:
        return _of_module(reading, symbol, head.rpartition(" ")[2], names)
    owner, _, name = path.rpartition(".")
    found = names.methods.get((owner, name))
    if found is None:
        return None
    known = reading.view.symbol(symbol)
    if known is None or names.method_paths.get(found, "") not in f"/{known.file}":
        return None
    return Mark(found, f"`{owner}.{name}` in {known.file}")


def _of_module(reading: Reading, symbol: str, module: str, names: EntryPoints) -> Mark | None:
    for child in reading.view.children(symbol):
        table = names.tables.get(child.name)
        if table is not None:
            return Mark(table, f"listed in `{child.name}`")
    if module.rpartition(".")[2] in names.main_modules:
        return Mark("main", "a module that is run")
    known = reading.view.symbol(symbol)
    if known is None or not names.main_guard or symbol not in _naming_themselves(reading.view):
        return None
    text = reading.snapshot.text(known.file)
    if text is not None and names.main_guard in text.data:
        return Mark("main", 'under `if __name__ == "__main__"`')
    return None


def _names_of(symbol: str) -> EntryPoints:
    spec = spec_of(symbol.partition(" ")[0].removesuffix("-stub"))
    return spec.entry_points if spec else _NOWHERE


_NOWHERE: Final = EntryPoints()


def _public(
    number: int, symbol: str, upstream: Upstream, exported: Mapping[int, str]
) -> Mark | None:
    """Something a package's `__init__` offers, or a public member of a class that it offers."""
    if number in exported:
        return Mark(API, f"offered by `{exported[number]}`")
    container = int(upstream.facts.container[number])
    if container in exported and not symbol.rpartition("/")[2].rpartition(".")[2].startswith("_"):
        return Mark(API, f"member of what `{exported[container]}` offers")
    return None


def _marks(view: GraphView) -> dict[int, Mark]:
    """By number: what is decorated as an entry point."""
    known = _known_marks.get(view)
    if known is None:
        known = _known_marks[view] = dict(_decorated(view, upstream_of(view)))
    return known


_known_marks: WeakKeyDictionary[GraphView, dict[int, Mark]] = WeakKeyDictionary()
_known_exports: WeakKeyDictionary[GraphView, dict[int, str]] = WeakKeyDictionary()
_known_naming: WeakKeyDictionary[GraphView, frozenset[str]] = WeakKeyDictionary()


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


def _exported(view: GraphView) -> dict[int, str]:
    """By number of what a package's `__init__` binds to a public name: the package."""
    known = _known_exports.get(view)
    if known is None:
        known = _known_exports[view] = _made_exports(view, upstream_of(view))
    return known


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
    for target, source in _edges(upstream, EdgeKind.IMPORTS):
        package = packages.get(source)
        is_module = upstream.facts.kind[target] == SymbolKind.MODULE
        if package is not None and not is_module and _is_public(upstream.ids[target]):
            exported.setdefault(target, package)
    inside = np.flatnonzero(np.isin(upstream.facts.container, list(packages)))
    for number in inside.tolist():
        if upstream.facts.kind[number] and _is_public(upstream.ids[number]):
            exported.setdefault(number, packages[int(upstream.facts.container[number])])
    return exported


def _is_public(symbol: str) -> bool:
    return not symbol.rpartition("/")[2].startswith("_") and " " in symbol


def _naming_themselves(view: GraphView) -> frozenset[str]:
    """Modules that read their own `__name__`."""
    known = _known_naming.get(view)
    if known is None:
        edges = view.incoming("python:builtins.__name__", (EdgeKind.USES,))
        known = _known_naming[view] = frozenset(edge.source for edge in edges)
    return known


def _edges(upstream: Upstream, kind: EdgeKind) -> Iterator[tuple[int, int]]:
    """(target, source) of all edges of a kind."""
    for part, alive in upstream.parts:
        targets = np.repeat(np.arange(len(part.start) - 1), np.diff(part.start))
        at = np.flatnonzero(part.kind[part.items] == kind)
        sources = part.source[part.items[at]]
        if alive is not None:
            at, sources = at[alive[sources]], sources[alive[sources]]
        yield from zip(targets[at].tolist(), sources.tolist(), strict=True)


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
