"""Links as rows of the graph's tables, and back: what both ways of writing share.

Sites become relative to the first site of their symbol. Knows the columns, no query and no
database.
"""

from __future__ import annotations

import base64
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec
from blake3 import blake3

from ramify_store.errors import BrokenLinks
from ramify_store.facts import (
    Certainty,
    EdgeKind,
    FileLinks,
    Flow,
    Placed,
    Symbol,
    decode_links,
    encode,
    packed_column,
    symbol_id,
    unpacked_column,
)

OUTSIDE: Final = 0
"""Kind of a Symbol row that edges name and no file defines."""

Flows = tuple[tuple[Flow, ...], ...]


def key_of(text: str) -> int:
    """Key of a symbol's id or of a name: 63 bits of its hash."""
    return int.from_bytes(blake3(text.encode()).digest(8), "big") >> 1


class SymbolRow(NamedTuple):
    key: int
    name: str
    path: str
    """In its file; of a symbol that no file defines, its id."""
    kind: int
    flags: int
    is_test: bool
    complexity: int
    ordinal: int
    """Index among the file's symbols."""
    first_site: int
    """Least site of the symbol's edges and look-ups; -1 without any."""


class EdgeKey(NamedTuple):
    """What tells an edge from every other."""

    kind: EdgeKind
    source: str
    target: str
    certainty: Certainty
    why: str
    dispatch: bool


class LookUpKey(NamedTuple):
    source: str
    name: str
    kind: EdgeKind
    certainty: Certainty


Sites = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of some files, by their keys. Sites are relative."""

    symbols: dict[str, SymbolRow] = field(default_factory=dict)
    file_of: dict[str, str] = field(default_factory=dict)
    container_of: dict[str, str] = field(default_factory=dict)
    edges: dict[EdgeKey, Sites] = field(default_factory=dict)
    lookups: dict[LookUpKey, Sites] = field(default_factory=dict)


def rows_of(files: Iterable[FileLinks]) -> Rows:
    """Raises BrokenLinks when an edge or a look-up starts at a symbol its file does not define."""
    rows = Rows()
    for links in files:
        firsts = first_sites(links)
        for ordinal, symbol in enumerate(links.symbols):
            rows.symbols[symbol.id] = symbol_row(symbol, ordinal, firsts[symbol.id])
            rows.file_of[symbol.id] = symbol.file
            if symbol.container:
                rows.container_of[symbol.id] = symbol.container
        for edge in links.edges:
            key = EdgeKey(
                edge.kind, edge.source, edge.target, edge.certainty, edge.why, edge.dispatch
            )
            rows.edges[key] = relative(edge.sites, firsts[edge.source])
        for lookup in links.lookups:
            waiting = LookUpKey(lookup.source, lookup.name, lookup.kind, lookup.certainty)
            rows.lookups[waiting] = relative(lookup.sites, firsts[lookup.source])
    return rows


def symbol_row(symbol: Symbol, ordinal: int, first_site: int) -> SymbolRow:
    return SymbolRow(
        key_of(symbol.id),
        symbol.name,
        symbol.path,
        int(symbol.kind),
        symbol.flags,
        symbol.is_test,
        symbol.complexity,
        ordinal,
        first_site,
    )


def outside_row(outside: str) -> SymbolRow:
    """Of an id that no file defines."""
    return SymbolRow(key_of(outside), "", outside, OUTSIDE, 0, False, 0, -1, -1)


def first_sites(links: FileLinks) -> dict[str, int]:
    """By symbol id: the site its edges and look-ups count from; -1 where there is none.

    Raises BrokenLinks when an id or an edge does not belong to the file.
    """
    module = symbol_id(links.placed, "")
    firsts: dict[str, int] = {}
    for symbol in links.symbols:
        if symbol.id != module + symbol.path:
            raise BrokenLinks(f"{symbol.id} is not the id of {symbol.path} in {module}")
        firsts[symbol.id] = -1
    for group in (links.edges, links.lookups):
        for item in group:
            known = firsts.get(item.source)
            if known is None:
                raise BrokenLinks(f"{links.placed.path} does not define {item.source}")
            if item.sites and (known < 0 or item.sites[0] < known):
                firsts[item.source] = item.sites[0]
    return firsts


def relative(sites: Sites, first: int) -> Sites:
    return tuple([site - first for site in sites])


def sites_text(relative_sites: Iterable[int]) -> str:
    """Text such as "0,3,7,", because of a list that a later commit replaces Kùzu may read back
    another row's: after a checkpoint, and in rows that nobody touched."""
    return "".join([f"{site}," for site in relative_sites])


def sites_in(text: str, first: int) -> Sites:
    """Absolute again."""
    return tuple([int(site) + first for site in text.split(",")[:-1]])


def file_row(links: FileLinks, *, shadowed: bool) -> dict[str, object]:
    """The File node: where it is placed, what relinking asks, and the whole of a shadowed file."""
    placed = links.placed
    return {
        "path": placed.path,
        "hash": placed.hash,
        "language": placed.language,
        "root": placed.root,
        "module": placed.module,
        "is_package": placed.is_package,
        "is_stub": placed.is_stub,
        "is_test": placed.is_test,
        "size": placed.size,
        "mtime_ns": placed.mtime_ns,
        "keys": pack_keys(links.keys),
        "flows": pack_flows(links.flows),
        "shadowed": pack_links(links) if shadowed else "",
    }


def placed_of(row: Mapping[str, Any]) -> Placed:
    """From a File row."""
    return Placed(**{name: row[name] for name in Placed.__struct_fields__})


_encoder = msgspec.msgpack.Encoder()
_flows_decoder = msgspec.msgpack.Decoder(Flows)


def pack_keys(keys: Sequence[int]) -> str:
    """Text, for the same reason as sites."""
    return _pack(packed_column(array("q", keys))) if keys else ""


def unpack_keys(text: str) -> tuple[int, ...]:
    keys: array[int] = array("q")
    return tuple(unpacked_column(_unpack(text), keys)) if text else ()


def pack_flows(flows: Flows) -> str:
    """Text, because Kùzu binds no bytes."""
    return _pack(_encoder.encode(flows)) if flows else ""


def unpack_flows(text: str) -> Flows:
    return _flows_decoder.decode(_unpack(text)) if text else ()


def pack_links(links: FileLinks) -> str:
    return _pack(encode(links))


def unpack_links(text: str) -> FileLinks:
    return decode_links(_unpack(text))


def _pack(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 1)).decode("ascii")


def _unpack(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))
