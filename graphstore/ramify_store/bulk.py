"""Loading a whole graph into an empty database: columns in, no row at a time.

For a cold start and for changes so large that replacing single files would take longer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from ramify_store import queries
from ramify_store.engine import Session
from ramify_store.facts import EdgeKind, FileLinks
from ramify_store.rows import (
    SymbolRow,
    file_row,
    first_sites,
    outside_row,
    relative,
    symbol_row,
)

_FILE_SCHEMA = pa.schema(
    [
        ("path", pa.string()),
        ("hash", pa.string()),
        ("language", pa.string()),
        ("root", pa.string()),
        ("module", pa.string()),
        ("is_package", pa.bool_()),
        ("is_stub", pa.bool_()),
        ("is_test", pa.bool_()),
        ("size", pa.int64()),
        ("mtime_ns", pa.int64()),
        ("keys", pa.list_(pa.int64())),
        ("flows", pa.string()),
        ("shadowed", pa.string()),
    ]
)
_SYMBOL_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("name", pa.string()),
        ("path", pa.string()),
        ("kind", pa.int8()),
        ("flags", pa.int32()),
        ("is_test", pa.bool_()),
        ("complexity", pa.int32()),
        ("ordinal", pa.int32()),
        ("first_site", pa.int32()),
    ]
)
_PAIR_SCHEMA = pa.schema([("source", pa.string()), ("target", pa.string())])
_EDGE_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("target", pa.string()),
        ("certainty", pa.int8()),
        ("why", pa.string()),
        ("dispatch", pa.bool_()),
        ("sites", pa.list_(pa.int32())),
    ]
)
_LOOKUP_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("name", pa.string()),
        ("kind", pa.int8()),
        ("certainty", pa.int8()),
        ("sites", pa.list_(pa.int32())),
    ]
)

Row = tuple[object, ...]


def load(session: Session, files: Iterable[FileLinks], shadowed: Iterable[FileLinks]) -> None:
    """Fills an empty graph. `shadowed` files repeat a module of `files`: see `writer`."""
    files = list(files)
    nodes: list[SymbolRow] = []
    defines: list[Row] = []
    contains: list[Row] = []
    edges: dict[EdgeKind, list[Row]] = defaultdict(list)
    lookups: list[Row] = []
    for links in files:
        firsts = first_sites(links)
        for ordinal, symbol in enumerate(links.symbols):
            nodes.append(symbol_row(symbol, ordinal, firsts[symbol.id]))
            defines.append((links.placed.path, symbol.id))
            if symbol.container:
                contains.append((symbol.container, symbol.id))
        for edge in links.edges:
            sites = relative(edge.sites, firsts[edge.source])
            edges[edge.kind].append(
                (edge.source, edge.target, edge.certainty, edge.why, edge.dispatch, sites)
            )
        for lookup in links.lookups:
            sites = relative(lookup.sites, firsts[lookup.source])
            lookups.append((lookup.source, lookup.name, lookup.kind, lookup.certainty, sites))
    nodes.extend(_outside(nodes, edges.values()))
    stored = [file_row(links, shadowed=False) for links in files]
    stored += [file_row(links, shadowed=True) for links in shadowed]
    if stored:
        queries.load(session, "File", pa.Table.from_pylist(stored, _FILE_SCHEMA))
    _load(session, "Symbol", nodes, _SYMBOL_SCHEMA)
    _load(session, "Name", [(name,) for name in sorted({str(row[1]) for row in lookups})], _NAMES)
    _load(session, "DEFINES", defines, _PAIR_SCHEMA)
    _load(session, "CONTAINS", contains, _PAIR_SCHEMA)
    for kind in EdgeKind:
        _load(session, kind.name, edges[kind], _EDGE_SCHEMA)
    _load(session, "LOOKS_UP", lookups, _LOOKUP_SCHEMA)


_NAMES = pa.schema([("name", pa.string())])


def _outside(nodes: Sequence[SymbolRow], edges: Iterable[Sequence[Row]]) -> Iterable[SymbolRow]:
    defined = {row.id for row in nodes}
    named = {str(row[1]) for rows in edges for row in rows}
    return [outside_row(symbol_id) for symbol_id in sorted(named - defined)]


def _load(session: Session, table: str, rows: Sequence[Row], schema: Any) -> None:
    if not rows:
        return
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, kind.type) for column, kind in zip(columns, schema, strict=True)]
    queries.load(session, table, pa.Table.from_arrays(arrays, schema=schema))
