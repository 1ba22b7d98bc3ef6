"""Many commits of single files into a large graph: what comes back from disk is what went in."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from ramify_store.check import differences
from ramify_store.facts import Certainty, Edge, EdgeKind, FileLinks, LookUp, Symbol
from ramify_store.store import Store
from tests.store.graphs import function_of, module_of, placed_of

FILES = 400
COMMITS = 20


def sites(chance: random.Random) -> tuple[int, ...]:
    return tuple(sorted(chance.sample(range(500), chance.choice((1, 1, 2, 3, 9)))))


def written(chance: random.Random, symbols: Sequence[Symbol], targets: Sequence[str]) -> FileLinks:
    """A file with these symbols that refers to some of the targets, at random sites."""
    edges = [
        Edge(symbol.id, target, kind, Certainty.EXACT, "import", False, sites(chance))
        for symbol in symbols
        for kind in (EdgeKind.CALLS, EdgeKind.USES)
        for target in chance.sample(targets, 4)
    ]
    lookups = [
        LookUp(symbol.id, name, EdgeKind.CALLS, Certainty.POSSIBLE, sites(chance))
        for symbol in symbols
        for name in chance.sample(("get", "run", "close", "items"), 2)
    ]
    keys = tuple(sorted(chance.sample(range(2**40), 50)))
    placed = placed_of(symbols[0].file, str(chance.random()))
    return FileLinks(placed, tuple(symbols), tuple(edges), tuple(lookups), keys, ())


def moved(chance: random.Random, links: FileLinks) -> FileLinks:
    """The same edges, many of them at other sites."""
    edges = [
        replace(edge, sites=sites(chance)) if chance.random() < 0.5 else edge
        for edge in links.edges
    ]
    return replace(links, edges=tuple(edges))


def stored(store: Store) -> dict[str, FileLinks]:
    paths = store.view().paths()
    return {path: links for path in paths if (links := store.links(path)) is not None}


def test_files_that_nobody_touched_come_back_as_they_were(tmp_path: Path) -> None:
    chance = random.Random(1)
    symbols: dict[str, list[Symbol]] = {}
    for number in range(FILES):
        placed = placed_of(f"f{number}.py")
        functions = [function_of(placed, f"g{each}") for each in range(number % 6)]
        symbols[placed.path] = [module_of(placed), *functions]
    targets = [symbol.id for group in symbols.values() for symbol in group]
    files = {path: written(chance, group, targets) for path, group in symbols.items()}
    store = Store.open(tmp_path, None, "stamp")
    store.commit(files, ())
    for number in range(COMMITS):
        if number % 5 == 0:
            store.close()
            store = Store.open(tmp_path, None, "stamp")
        path = chance.choice(sorted(files))
        if chance.random() < 0.5:
            files[path] = moved(chance, files[path])
        else:
            files[path] = written(chance, symbols[path], targets)
        store.commit({path: files[path]}, ())
    store.close()
    store = Store.open(tmp_path, None, "stamp")
    found = stored(store)
    store.close()
    assert list(differences(files, found)) == []
    assert {path: links.keys for path, links in found.items()} == {
        path: links.keys for path, links in files.items()
    }
