"""From the database's tables to the columns in memory: one pass at open and after a bulk load.

Kùzu's offsets are not in any order worth keeping: everything is renumbered here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec.structs import replace
from numpy.typing import NDArray

from ramify_store import columnfile, queries
from ramify_store.columns import (
    ColumnsView,
    EdgeColumns,
    Ints,
    LookUpColumns,
    SiteColumns,
    SymbolColumns,
)
from ramify_store.engine import Session
from ramify_store.facts import EdgeKind, FileLinks, Outline, Placed, symbol_id
from ramify_store.migrations import MIGRATIONS
from ramify_store.rows import placed_of, unpack_links

Longs = NDArray[np.int64]


def load_view(
    session: Session, revision: int, outlines: Callable[[Placed], Outline | None]
) -> tuple[ColumnsView, dict[str, FileLinks]]:
    """The graph's view, and the shadowed files by path, which are not part of it."""
    files, file_number, shadowed = _files(session)
    columns = _columns(session, files, file_number)
    return ColumnsView(revision, files, *columns, outlines), shadowed


def load_view_by_file(
    session: Session,
    revision: int,
    outlines: Callable[[Placed], Outline | None],
    directory: Path,
) -> tuple[ColumnsView, dict[str, FileLinks]]:
    """The same, from the columns in a file if it is of this graph; else they are written there
    where that is worth it."""
    files, file_number, shadowed = _files(session)
    key = columnfile.key_of(revision, len(MIGRATIONS), files)
    known = columnfile.read(directory, key, files)
    columns = known or _columns(session, files, file_number)
    view = ColumnsView(revision, files, *columns, outlines)
    if known is None and view.size > columnfile.WORTH_ROWS:
        columnfile.write(directory, key, columns)
    return view, shadowed


def _columns(session: Session, files: Sequence[Placed], file_number: Ints) -> columnfile.Columns:
    symbols, number_of, first_site = _symbols(session, files, file_number)
    rank = _ranks(symbols.ids)
    edges = _edges(session, symbols, number_of, first_site, rank)
    lookups = _lookups(session, symbols, number_of, first_site, rank)
    return symbols, edges, lookups


def _files(session: Session) -> tuple[Sequence[Placed], Ints, dict[str, FileLinks]]:
    """Files by path, the number of each database offset, and the shadowed ones apart."""
    rows = sorted(queries.files(session).to_pylist(), key=lambda row: row["path"])
    shadowed = {
        row["path"]: replace(unpack_links(row["shadowed"]), placed=placed_of(row))
        for row in rows
        if row["shadowed"]
    }
    kept = [row for row in rows if not row["shadowed"]]
    numbers = np.full(1 + max((row["offset"] for row in rows), default=0), -1, np.int32)
    for number, row in enumerate(kept):
        numbers[row["offset"]] = number
    return [placed_of(row) for row in kept], numbers, shadowed


def _symbols(
    session: Session, files: Sequence[Placed], file_number: Ints
) -> tuple[SymbolColumns, Ints, Ints]:
    """The symbols, the number of each database offset, and each number's first site."""
    table = queries.symbols(session)
    offset = _ints(table, "offset")
    size = 1 + int(offset.max(initial=0))
    file = np.full(size, -1, np.int32)
    pairs = queries.defines(session)
    file[_ints(pairs, "target")] = file_number[_ints(pairs, "source")]
    file = file[offset]
    # Defined symbols first, by (file, position); then what is only named, by id.
    undefined = file < 0
    ordinal = _ints(table, "ordinal")
    order = np.lexsort((ordinal, file, undefined))
    count = int(len(order) - undefined.sum())
    paths = _strings(table, "path", order)
    outside = paths[count:]
    order[count:] = order[count:][sorted(range(len(outside)), key=outside.__getitem__)]
    modules = [symbol_id(placed, "") for placed in files]
    within = zip(file[order[:count]].tolist(), paths[:count], strict=True)
    ids = [modules[number] + path for number, path in within]
    ids.extend(sorted(outside))
    number_of = np.full(size, -1, np.int32)
    number_of[offset[order]] = np.arange(len(order), dtype=np.int32)
    container = np.full(size, -1, np.int32)
    nested = queries.contains(session)
    container[_ints(nested, "target")] = number_of[_ints(nested, "source")]
    defined = order[:count]
    symbols = SymbolColumns(
        ids=ids,
        names=_strings(table, "name", defined),
        paths=paths[:count],
        kind=_ints(table, "kind")[defined].astype(np.int8),
        flags=_ints(table, "flags")[defined].astype(np.int32),
        complexity=_ints(table, "complexity")[defined].astype(np.int32),
        is_test=_column(table, "is_test").to_numpy(zero_copy_only=False)[defined],
        file=file[defined],
        container=container[offset[defined]],
    )
    first_site = _ints(table, "first_site")[order].astype(np.int32)
    return symbols, number_of, first_site


def _edges(
    session: Session, symbols: SymbolColumns, number_of: Ints, first_site: Ints, rank: Longs
) -> EdgeColumns:
    tables = [(kind, queries.edges(session, kind)) for kind in EdgeKind]
    table = pa.concat_tables(each for _, each in tables)
    kind = np.repeat(
        np.array([int(each) for each, _ in tables], np.int8),
        [rows.num_rows for _, rows in tables],
    )
    source = number_of[_ints(table, "source")]
    target = number_of[_ints(table, "target")]
    certainty = _ints(table, "certainty").astype(np.int8)
    dispatch = _column(table, "dispatch").to_numpy(zero_copy_only=False).astype(np.bool_)
    why, whys = _coded(table, "why")
    sites = _sites(table, first_site[source])
    last = ((kind.astype(np.int64) * 8 + (3 - certainty)) << 32) + why * 2 + dispatch
    order = np.lexsort((last, rank[target], *_place(symbols, source, sites, rank)))
    return EdgeColumns(
        source=source[order],
        target=target[order],
        kind=kind[order],
        certainty=certainty[order],
        dispatch=dispatch[order],
        why=why[order],
        whys=whys,
        sites=_reordered(sites, order),
    )


def _lookups(
    session: Session, symbols: SymbolColumns, number_of: Ints, first_site: Ints, rank: Longs
) -> LookUpColumns:
    table = queries.lookups(session)
    source = number_of[_ints(table, "source")]
    kind = _ints(table, "kind").astype(np.int8)
    certainty = _ints(table, "certainty").astype(np.int8)
    name, names = _coded(table, "name")
    sites = _sites(table, first_site[source])
    last = (name.astype(np.int64) << 8) + kind.astype(np.int64) * 8 + (3 - certainty)
    order = np.lexsort((last, *_place(symbols, source, sites, rank)))
    return LookUpColumns(
        source=source[order],
        name=name[order],
        names=names,
        kind=kind[order],
        certainty=certainty[order],
        sites=_reordered(sites, order),
    )


def _place(
    symbols: SymbolColumns, source: Ints, sites: SiteColumns, rank: Longs
) -> tuple[Longs, Longs]:
    """Sort keys (least important first) that put items in order of file, site and source."""
    if len(source) == 0:
        empty = np.zeros(0, np.int64)
        return empty, empty
    has_sites = sites.start[1:] > sites.start[:-1]
    padded = np.append(sites.pool, np.int32(0))
    first = np.where(has_sites, padded[sites.start[:-1]], -1)
    return rank[source], (symbols.file[source].astype(np.int64) << 32) + (first + 1)


def _ranks(ids: Sequence[str]) -> Longs:
    """The place of each id among all of them in alphabetical order."""
    rank = np.empty(len(ids), np.int64)
    rank[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return rank


def _sites(table: Any, first: Ints) -> SiteColumns:
    texts = table["sites"].to_pylist()
    counts = np.fromiter((text.count(",") for text in texts), np.int64, len(texts))
    pool = np.fromstring("".join(texts), np.int32, sep=",")
    start = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(counts, out=start[1:])
    return SiteColumns(start, pool + np.repeat(first, counts))


def _reordered(sites: SiteColumns, order: NDArray[np.intp]) -> SiteColumns:
    lengths = np.diff(sites.start)[order]
    start = np.zeros(len(order) + 1, np.int64)
    np.cumsum(lengths, out=start[1:])
    places = np.arange(start[-1]) + np.repeat(sites.start[:-1][order] - start[:-1], lengths)
    return SiteColumns(start, sites.pool[places])


def _coded(table: Any, name: str) -> tuple[Ints, list[str]]:
    """Each value's index in the sorted list of distinct values."""
    values = table[name].to_pylist()
    distinct = sorted(set(values))
    codes = {value: code for code, value in enumerate(distinct)}
    return np.fromiter(map(codes.__getitem__, values), np.int32, len(values)), distinct


def _strings(table: Any, name: str, order: NDArray[np.intp]) -> list[str]:
    # Not `take`: importing Arrow's compute functions costs more than this.
    values = table[name].to_pylist()
    return [values[place] for place in order.tolist()]


def _ints(table: Any, name: str) -> Longs:
    values: Longs = _column(table, name).to_numpy(zero_copy_only=False).astype(np.int64)
    return values


def _column(table: Any, name: str) -> Any:
    column = table[name].combine_chunks()
    return column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
