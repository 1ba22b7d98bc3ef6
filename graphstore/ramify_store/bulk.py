"""Loading a whole graph into an empty database: columns in, no row at a time.

For a cold start and for changes so large that replacing single files would take longer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pyarrow as pa

from ramify_store import queries
from ramify_store.engine import Session
from ramify_store.facts import Edge, EdgeKind, FileLinks, LookUp
from ramify_store.memory import give_back
from ramify_store.rows import (
    file_row,
    first_sites,
    key_of,
    outside_row,
    relative,
    sites_text,
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
        ("keys", pa.string()),
        ("flows", pa.string()),
        ("shadowed", pa.string()),
    ]
)
_SYMBOL_SCHEMA = pa.schema(
    [
        ("key", pa.int64()),
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

Firsts = Mapping[str, int]
"""First site by symbol id."""


def load(
    session: Session,
    files: Iterable[FileLinks],
    shadowed: Iterable[FileLinks],
    check: Callable[[], None] = lambda: None,
) -> None:
    """Fills an empty graph. `shadowed` files repeat a module of `files`: see `writer`. `check` is
    called for each file and table, and may raise to give up."""
    files = list(_checked(files, check))
    firsts: dict[str, int] = {}
    edges: dict[EdgeKind, list[Edge]] = {kind: [] for kind in EdgeKind}
    for links in files:
        firsts |= first_sites(links)
        for edge in links.edges:
            edges[edge.kind].append(edge)
    _load(session, "File", _files(files, shadowed))
    if not firsts:
        return
    check()
    _load(session, "Symbol", _symbols(files, firsts, edges.values()))
    check()
    _load(session, "DEFINES", _defines(files))
    _load(session, "CONTAINS", _contains(files))
    for kind, group in edges.items():
        if group:
            check()
            _load(session, kind.name, _edges(group, firsts))
            group.clear()
    lookups = [lookup for links in files for lookup in links.lookups]
    if lookups:
        check()
        names = sorted({lookup.name for lookup in lookups})
        _load(session, "Name", pa.table([_keys(names), _text(names)], ["key", "name"]))
        _load(session, "LOOKS_UP", _lookups(lookups, firsts))


def _checked(files: Iterable[FileLinks], check: Callable[[], None]) -> Iterator[FileLinks]:
    for links in files:
        check()
        yield links


def _load(session: Session, table: str, rows: pa.Table) -> None:
    """What a table took is given back before the next one is made."""
    queries.load(session, table, rows)
    del rows
    give_back()


def _files(files: Iterable[FileLinks], shadowed: Iterable[FileLinks]) -> pa.Table:
    rows = [file_row(links, shadowed=False) for links in files]
    rows += [file_row(links, shadowed=True) for links in shadowed]
    return pa.Table.from_pylist(rows, _FILE_SCHEMA)


def _symbols(
    files: Iterable[FileLinks], firsts: Firsts, edges: Iterable[Iterable[Edge]]
) -> pa.Table:
    rows = [
        symbol_row(symbol, ordinal, firsts[symbol.id])
        for links in files
        for ordinal, symbol in enumerate(links.symbols)
    ]
    named = {edge.target for group in edges for edge in group}
    rows.extend(outside_row(symbol_id) for symbol_id in sorted(named - firsts.keys()))
    columns = zip(*rows, strict=True)
    arrays = [
        pa.array(column, kind.type) for column, kind in zip(columns, _SYMBOL_SCHEMA, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=_SYMBOL_SCHEMA)


def _defines(files: Iterable[FileLinks]) -> pa.Table:
    symbols = [symbol for links in files for symbol in links.symbols]
    columns = [_text([each.file for each in symbols]), _keys([each.id for each in symbols])]
    return pa.table(columns, ["source", "target"])


def _contains(files: Iterable[FileLinks]) -> pa.Table:
    nested = [symbol for links in files for symbol in links.symbols if symbol.container]
    columns = [_keys([each.container for each in nested]), _keys([each.id for each in nested])]
    return pa.table(columns, ["source", "target"])


def _edges(edges: Sequence[Edge], firsts: Firsts) -> pa.Table:
    columns = {
        "source": _keys([edge.source for edge in edges]),
        "target": _keys([edge.target for edge in edges]),
        "certainty": pa.array([edge.certainty for edge in edges], pa.int8()),
        "why": _text([edge.why for edge in edges]),
        "dispatch": pa.array([edge.dispatch for edge in edges], pa.bool_()),
        "sites": _sites(edges, firsts),
    }
    return pa.table(columns)


def _lookups(lookups: Sequence[LookUp], firsts: Firsts) -> pa.Table:
    columns = {
        "source": _keys([lookup.source for lookup in lookups]),
        "name": _keys([lookup.name for lookup in lookups]),
        "kind": pa.array([lookup.kind for lookup in lookups], pa.int8()),
        "certainty": pa.array([lookup.certainty for lookup in lookups], pa.int8()),
        "sites": _sites(lookups, firsts),
    }
    return pa.table(columns)


def _sites(items: Sequence[Edge] | Sequence[LookUp], firsts: Firsts) -> pa.StringArray:
    return _text([sites_text(relative(item.sites, firsts[item.source])) for item in items])


def _keys(texts: Sequence[str]) -> pa.Int64Array:
    known = {text: key_of(text) for text in set(texts)}
    return pa.array([known[text] for text in texts], pa.int64())


def _text(values: Sequence[str]) -> pa.StringArray:
    return pa.array(values, pa.string())
