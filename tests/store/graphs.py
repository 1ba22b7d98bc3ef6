"""Random but coherent graphs for the store's tests.

A graph is a mapping of path to links whose edges name symbols of the same graph or externals, as
a linker would give them. Outlines are made to match, so that places can be asked for as well.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from zlib import crc32

from hypothesis import strategies as st

from ramify_store.facts import (
    NONE,
    Certainty,
    ChunkFact,
    Edge,
    EdgeKind,
    FileLinks,
    Flow,
    LookUp,
    Outline,
    Placed,
    Symbol,
    SymbolFact,
    SymbolKind,
    packed_column,
    symbol_id,
)

Graph = Mapping[str, FileLinks]

PATHS = ("a.py", "b.py", "pkg/__init__.py", "pkg/c.py", "tests/test_d.py")
NAMES = ("get", "run", "Widget", "close")
EXTERNALS = ("python:os.path.join", "python:len")
WHYS = ("import", "own class", "annotation")


def placed_of(path: str, content: str = "", *, language: str = "python") -> Placed:
    """`content` stands for the bytes: it changes the hash and nothing else."""
    stem = path.removesuffix(".py").removesuffix("/__init__")
    return Placed(
        path=path,
        hash=f"{crc32((path + content).encode()):032x}",
        language=language,
        root=".",
        module=stem.replace("/", "."),
        is_package=path.endswith("__init__.py"),
        is_stub=False,
        is_test=path.startswith("tests/"),
        size=len(content),
        mtime_ns=1_700_000_000_000_000_123,
    )


def module_of(placed: Placed) -> Symbol:
    return Symbol(
        id=symbol_id(placed, ""),
        name=placed.module.rpartition(".")[2],
        path="",
        kind=SymbolKind.MODULE,
        flags=0,
        container="",
        file=placed.path,
        is_test=placed.is_test,
        complexity=0,
    )


def function_of(placed: Placed, path: str, *, complexity: int = 1, flags: int = 0) -> Symbol:
    """A function (or a method, where the path has a dot) directly in its parent path."""
    parent, _, name = path.rpartition(".")
    return Symbol(
        id=symbol_id(placed, path),
        name=name,
        path=path,
        kind=SymbolKind.METHOD if parent else SymbolKind.FUNCTION,
        flags=flags,
        container=symbol_id(placed, parent),
        file=placed.path,
        is_test=placed.is_test,
        complexity=complexity,
    )


def calls(source: Symbol, target: Symbol | str, *sites: int) -> Edge:
    return Edge(
        source=source.id,
        target=target if isinstance(target, str) else target.id,
        kind=EdgeKind.CALLS,
        certainty=Certainty.EXACT,
        why="import",
        dispatch=False,
        sites=sites,
    )


def links_of(
    placed: Placed,
    symbols: tuple[Symbol, ...],
    edges: tuple[Edge, ...] = (),
    lookups: tuple[LookUp, ...] = (),
) -> FileLinks:
    return FileLinks(placed, symbols, edges, lookups, keys=(), flows=())


def outline_of(links: FileLinks) -> Outline:
    """Places that agree with the links: each symbol takes ten bytes, and has a chunk."""
    symbols = tuple(
        SymbolFact(
            name="" if index == 0 else symbol.name,
            path=symbol.path,
            kind=symbol.kind,
            flags=symbol.flags,
            parent=NONE if index == 0 else 0,
            scope=NONE,
            start=10 * index,
            end=10 * index + 10,
            name_start=10 * index,
            name_end=10 * index + 3,
            doc_start=NONE,
            doc_end=NONE,
            signature="()",
            complexity=symbol.complexity,
        )
        for index, symbol in enumerate(links.symbols)
    )
    chunks = tuple(
        ChunkFact(
            symbol=index,
            kind="module" if index == 0 else "function",
            start=10 * index,
            end=10 * index + 10,
            part=0,
            hash=f"{crc32(f'{symbol.id} {symbol.complexity}'.encode()):032x}",
        )
        for index, symbol in enumerate(links.symbols)
    )
    return Outline(
        language=links.placed.language,
        size=10 * len(symbols),
        ascii=True,
        line_starts=packed_column(array("i", [0])),
        symbols=symbols,
        chunks=chunks,
        site_starts=b"",
        site_lengths=b"",
        notes=(),
    )


@st.composite
def graphs(draw: st.DrawFn, *, paths: tuple[str, ...] = PATHS) -> Graph:
    """A whole coherent graph over some of the paths."""
    present = draw(st.sets(st.sampled_from(paths)))
    symbols = {path: draw(_symbols(path)) for path in sorted(present)}
    targets = [symbol.id for group in symbols.values() for symbol in group]
    return {
        path: draw(_links(path, group, (*targets, *EXTERNALS))) for path, group in symbols.items()
    }


@st.composite
def _symbols(draw: st.DrawFn, path: str) -> tuple[Symbol, ...]:
    placed = placed_of(path)
    found = [module_of(placed)]
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3)):
        numbers = {"complexity": draw(st.integers(0, 40)), "flags": draw(st.integers(0, 127))}
        found.append(function_of(placed, name, **numbers))
        if draw(st.booleans()):
            found.append(function_of(placed, f"{name}.{draw(st.sampled_from(NAMES))}", **numbers))
    return tuple(found)


@st.composite
def _links(
    draw: st.DrawFn, path: str, symbols: tuple[Symbol, ...], targets: tuple[str, ...]
) -> FileLinks:
    sources = st.sampled_from([symbol.id for symbol in symbols])
    sites = st.lists(st.integers(0, 5000), unique=True, max_size=4).map(sorted).map(tuple)
    certain = st.sampled_from((Certainty.INFERRED, Certainty.EXACT))
    edges = st.builds(
        Edge,
        source=sources,
        target=st.sampled_from(targets),
        kind=st.sampled_from(EdgeKind),
        certainty=certain,
        why=st.sampled_from(WHYS),
        dispatch=st.booleans(),
        sites=sites,
    )
    lookups = st.builds(
        LookUp,
        source=sources,
        name=st.sampled_from((*NAMES, "nobody_has_this")),
        kind=st.sampled_from((EdgeKind.CALLS, EdgeKind.USES, EdgeKind.WRITES)),
        certainty=st.sampled_from((Certainty.UNRESOLVED, Certainty.POSSIBLE)),
        sites=sites,
    )
    flow = st.builds(Flow, target=sources, value=st.sampled_from(targets))
    return FileLinks(
        placed=placed_of(path, repr((symbols, draw(st.sampled_from(("", "changed")))))),
        symbols=symbols,
        edges=tuple(draw(st.lists(edges, max_size=8, unique_by=_edge_key))),
        lookups=tuple(draw(st.lists(lookups, max_size=4, unique_by=_lookup_key))),
        keys=tuple(sorted(draw(st.sets(st.integers(0, 2**63 - 1), max_size=4)))),
        flows=tuple(
            tuple(round_) for round_ in draw(st.lists(st.lists(flow, max_size=2), max_size=2))
        ),
    )


def _edge_key(edge: Edge) -> tuple[object, ...]:
    return (edge.source, edge.target, edge.kind, edge.certainty, edge.why, edge.dispatch)


def _lookup_key(lookup: LookUp) -> tuple[object, ...]:
    return (lookup.source, lookup.name, lookup.kind, lookup.certainty)
