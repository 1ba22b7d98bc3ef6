"""Circles of imports: modules that need each other to be loaded, and the import to part with.

What counts is what runs while a module is loaded. An import in a function, or one for type checkers
alone, is how such circles are opened; it is no part of one.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from ramify.features.answers.common import FIRST_PAGE, Item, Page, Place
from ramify.features.answers.overviews import Circle, Circles, ImportLink
from ramify.features.places import Places
from ramify.session.cancel import CancelToken
from ramify.session.snapshot import Reading
from ramify_store.facts import NONE, Body, EdgeKind, Op, Symbol, SymbolKind
from ramify_store.view import GraphView

TRIED: Final = 200
"""Imports of one circle that are tried: does it fall apart without this one? Cheapest first."""

_IMPORTS: Final = (EdgeKind.IMPORTS,)
_LOADED: Final = frozenset({SymbolKind.MODULE, SymbolKind.CLASS})
_NEEDED: Final = tuple(kind for kind in EdgeKind if kind != EdgeKind.IMPORTS)

Graph = Mapping[str, Collection[str]]
"""By path: the files it imports."""
Sites = Mapping[tuple[str, str], tuple[int, ...]]
"""By importing and imported file: ordinals of the imports in the importing one."""


def import_circles(reading: Reading, token: CancelToken, page: Page = FIRST_PAGE) -> Circles:
    """The largest first, then by the first module's path."""
    sites = _circular(reading, token)
    graph = _graph(sites)
    circles = sorted(_components(graph), key=lambda paths: (-len(paths), paths))
    places = Places(reading)
    shown = circles[page.offset : page.offset + page.limit]
    drawn = (_circle(reading, token, places, paths, graph, sites) for paths in shown)
    return Circles(
        items=tuple(circle for circle in drawn if circle),
        total=len(circles),
        modules=sum(map(len, circles)),
    )


@dataclass(frozen=True, slots=True)
class CircularImport:
    sites: tuple[Place, ...]
    way: tuple[str, ...]
    """Qualified names of the modules of a shortest way round, this one first and last."""
    links: tuple[tuple[str, Place], ...]
    """The imports of the way after this one: what each says ("b imports c") and where."""


def circular_imports(reading: Reading, token: CancelToken, path: str) -> tuple[CircularImport, ...]:
    """Imports of one file that are part of a circle."""
    sites = _circular(reading, token)
    graph, places, view = _graph(sites), Places(reading), reading.view
    found = []
    for pair in sorted(pair for pair in sites if pair[0] == path):
        links = _shortest(graph, pair)
        modules = [_module(view, places, source) for source, _ in links]
        source, target = modules[0], modules[1]
        symbol = view.symbol(source.id) if source else None
        if symbol is not None and target is not None and all(modules):
            way = tuple(each.qualified_name for each in (*modules, source) if each)
            own = places.sites(symbol, sites[pair], target.name)
            after = tuple(_said(view, places, each, sites[each]) for each in links[1:])
            found.append(CircularImport(own, way, tuple(each for each in after if each)))
    return tuple(found)


def _said(
    view: GraphView, places: Places, pair: tuple[str, str], ordinals: tuple[int, ...]
) -> tuple[str, Place] | None:
    source, target = (_module(view, places, path) for path in pair)
    importer = view.symbol(source.id) if source else None
    if source is None or target is None or importer is None:
        return None
    for place in places.sites(importer, ordinals, target.name)[:1]:
        return f"{source.qualified_name} imports {target.qualified_name}", place
    return None


def _circular(reading: Reading, token: CancelToken) -> Sites:
    """Imports between modules of one circle. Worked out once for a view."""
    known = _remembered.get(reading.view)
    if known is None:
        known = _remembered[reading.view] = _worked_out(reading, token)
    return known


_remembered: WeakKeyDictionary[GraphView, Sites] = WeakKeyDictionary()


def _worked_out(reading: Reading, token: CancelToken) -> Sites:
    """Facts are read of the files in circles alone."""
    sites = _imports(reading.view, token)
    inside = _within(sites, _components(_graph(sites)))
    left = {
        pair: ordinals
        for pair, all_ordinals in inside.items()
        if (ordinals := _at_run_time(reading, pair[0], all_ordinals))
    }
    return _within(left, _components(_graph(left)))  # what was left out may have closed a circle


def _imports(view: GraphView, token: CancelToken) -> Sites:
    found: dict[tuple[str, str], list[int]] = {}
    for path in view.paths():
        token.check()
        for symbol in view.symbols_of(path):
            if symbol.kind not in _LOADED:
                continue
            for edge in view.outgoing(symbol.id, _IMPORTS):
                target = view.symbol(edge.target)
                if target is not None and target.file != path and not _around(view, path, target):
                    found.setdefault((path, target.file), []).extend(edge.sites)
    return {pair: tuple(sorted(set(ordinals))) for pair, ordinals in found.items()}


def _around(view: GraphView, path: str, target: Symbol) -> bool:
    """Whether it is a package that the file is in: that is being loaded anyway, and `from . import
    sibling` needs nothing of it."""
    own, package = view.placed(path), view.placed(target.file)
    if own is None or package is None or target.path or not package.is_package:
        return False
    return own.root == package.root and own.module.startswith(f"{package.module}.")


def _graph(pairs: Iterable[tuple[str, str]]) -> Graph:
    graph: dict[str, list[str]] = {}
    for source, target in sorted(pairs):
        graph.setdefault(source, []).append(target)
        graph.setdefault(target, [])
    return graph


def _within(sites: Sites, components: Iterable[Collection[str]]) -> Sites:
    number = {path: n for n, paths in enumerate(components) for path in paths}
    return {
        (source, target): ordinals
        for (source, target), ordinals in sites.items()
        if source in number and number[source] == number.get(target)
    }


def _at_run_time(reading: Reading, path: str, ordinals: tuple[int, ...]) -> tuple[int, ...]:
    """Without those below `if TYPE_CHECKING`."""
    facts = reading.snapshot.facts(path)
    if facts is None:
        return ordinals
    apart = [
        (b.first, b.last) for b in facts.body.blocks if _for_types(facts.body, b.guard, b.negated)
    ]
    return tuple(o for o in ordinals if not any(first <= o < last for first, last in apart))


def _for_types(body: Body, guard: int, negated: bool) -> bool:
    if guard == NONE or negated or body.ops[guard] not in (Op.NAME, Op.ATTR):
        return False
    column = body.a if body.ops[guard] == Op.NAME else body.b
    return body.names[array("i", column)[guard]] == "TYPE_CHECKING"


def _components(graph: Graph) -> list[tuple[str, ...]]:
    """Strongly connected components of more than one module, each sorted. Tarjan's algorithm
    ("Depth-first search and linear graph algorithms", 1972), with a stack of its own."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found = []
    for start in graph:
        if start in index:
            continue
        work: list[tuple[str, Iterator[str]]] = [(start, iter(graph[start]))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on_stack.add(start)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(graph[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = _popped(stack, node)
                    on_stack.difference_update(component)
                    if len(component) > 1:
                        found.append(tuple(sorted(component)))
    return found


def _popped(stack: list[str], down_to: str) -> list[str]:
    at = stack.index(down_to)
    taken = stack[at:]
    del stack[at:]
    return taken


def _circle(
    reading: Reading,
    token: CancelToken,
    places: Places,
    paths: tuple[str, ...],
    graph: Graph,
    sites: Sites,
) -> Circle | None:
    """None when a file of it is gone from the disk meanwhile."""
    modules = {path: item for path in paths if (item := _module(reading.view, places, path))}
    if len(modules) < len(paths):
        return None
    inside = set(paths)
    own = {path: [target for target in graph[path] if target in inside] for path in paths}
    links = {
        (source, target): _link(reading.view, places, modules, (source, target), sites)
        for source, targets in own.items()
        for target in targets
    }
    cut, left = _cut(token, own, {pair: link.uses for pair, link in links.items()})
    example = _shortest(own, cut or min(links))
    return Circle(
        modules=tuple(modules.values()),
        example=tuple(links[pair] for pair in example),
        imports=len(links),
        cut=links[cut] if cut else None,
        left=left,
    )


def _link(
    view: GraphView,
    places: Places,
    modules: Mapping[str, Item],
    pair: tuple[str, str],
    sites: Sites,
) -> ImportLink:
    source, target = modules[pair[0]], modules[pair[1]]
    importer = view.symbol(source.id)
    found = places.sites(importer, sites[pair], target.name) if importer else ()
    placed = view.placed(pair[0])
    handed_on = len(sites[pair]) if placed and placed.is_package else 0
    through = _through(view, source.id, sites[pair])
    return ImportLink(source, target, found, _uses(view, *pair, through) + handed_on)


def _uses(view: GraphView, source: str, target: str, through: Collection[str]) -> int:
    """Places of a file that need something of the other one, or that is taken from there: what a
    cut has to move."""
    return sum(
        len(edge.sites)
        for symbol in view.symbols_of(source)
        for edge in view.outgoing(symbol.id, _NEEDED)
        if edge.target in through
        or ((needed := view.symbol(edge.target)) is not None and needed.file == target)
    )


def _through(view: GraphView, importer: str, statements: Iterable[int]) -> frozenset[str]:
    """What `from other import name` names that the other module has from elsewhere. Each name
    stands right after the module, twice: as it is there, and as it is bound here."""
    named = {
        ordinal: edge.target for edge in view.outgoing(importer, _IMPORTS) for ordinal in edge.sites
    }
    found: set[str] = set()
    for at in statements:
        name = at + 1
        while (target := named.get(name)) is not None and named.get(name + 1) == target:
            found.add(target)
            name += 2
    return frozenset(found)


def _cut(
    token: CancelToken, graph: Graph, uses: Mapping[tuple[str, str], int]
) -> tuple[tuple[str, str] | None, int]:
    """The import that frees most modules for each place that needs it, and how many stay in the
    largest circle without it; None when no single one opens the circle."""
    best: tuple[float, tuple[str, str]] | None = None
    remaining = len(graph)
    for pair in sorted(uses, key=lambda pair: (uses[pair], pair))[:TRIED]:
        token.check()
        without = {
            path: [target for target in targets if (path, target) != pair]
            for path, targets in graph.items()
        }
        left = max(map(len, _components(without)), default=0)
        if left < len(graph):
            cost = ((1 + uses[pair]) / (len(graph) - left), pair)
            if best is None or cost < best:
                best, remaining = cost, left
    return (best[1] if best else None), remaining


def _shortest(graph: Graph, pair: tuple[str, str]) -> list[tuple[str, str]]:
    """The links of a shortest circle that begins with this one."""
    source, target = pair
    came: dict[str, str] = {target: source}
    waiting = deque([target])
    while waiting and source not in came:
        at = waiting.popleft()
        for following in graph[at]:
            if following not in came:
                came[following] = at
                waiting.append(following)
    links = [(came[source], source)]
    while links[-1] != pair:
        at = links[-1][0]
        links.append((came[at], at))
    return links[::-1]


def _module(view: GraphView, places: Places, path: str) -> Item | None:
    of_file = view.symbols_of(path)
    return places.item(of_file[0]) if of_file else None
