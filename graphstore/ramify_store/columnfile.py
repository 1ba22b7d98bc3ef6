"""The columns of a graph in a file beside it: read in a tenth of the time that the database takes.

Derived: it counts only while it was made of the same revision, schema and files that the database
names, and is whole. What is not in it (marks of files, shadowed files) comes from the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa
from blake3 import blake3
from numpy.typing import NDArray

from ramify_store.columns import EdgeColumns, LookUpColumns, SiteColumns, SymbolColumns
from ramify_store.facts import Placed, symbol_id

NAME: Final = "columns"
WORTH_ROWS: Final = 20_000
"""Symbols, edges and look-ups from which on the database is slower than a file."""

_FORMAT: Final = 1
_HASH_BYTES: Final = 32
_CODEC: Final = "zstd"

Columns = tuple[SymbolColumns, EdgeColumns, LookUpColumns]


class _Packed(msgspec.Struct, frozen=True):
    key: bytes
    texts: dict[str, str]
    arrays: dict[str, tuple[str, bytes]]
    """Type and bytes."""


def key_of(revision: int, schema: int, files: Sequence[Placed]) -> bytes:
    """Names what columns were made of: other files, or the same ones elsewhere, have another."""
    digest = blake3(f"{_FORMAT} {schema} {revision} {len(files)}\0".encode())
    digest.update(
        "\0".join([f"{each.path}\0{each.hash}\0{symbol_id(each, '')}" for each in files]).encode()
    )
    return digest.digest()


def write(directory: Path, key: bytes, columns: Columns) -> None:
    """Puts them there whole, or not at all: nothing but time depends on it."""
    data = msgspec.msgpack.encode(_pack(key, columns))
    packed = pa.compress(data, codec=_CODEC, asbytes=True)
    head = len(data).to_bytes(8, "little")
    fresh = directory / f"{NAME}.new"
    with suppress(OSError):
        fresh.write_bytes(blake3(head + packed).digest() + head + packed)
        fresh.replace(directory / NAME)


def read(directory: Path, key: bytes, files: Sequence[Placed]) -> Columns | None:
    """None where there are none of this key, or they are not whole."""
    try:
        data = (directory / NAME).read_bytes()
    except OSError:
        return None
    body = memoryview(data)[_HASH_BYTES:]
    if blake3(body).digest() != data[:_HASH_BYTES]:
        return None
    size = int.from_bytes(body[:8], "little")
    try:
        plain = pa.decompress(pa.py_buffer(body[8:]), size, codec=_CODEC)
        packed = msgspec.msgpack.decode(memoryview(plain), type=_Packed)
    except (OSError, ValueError, msgspec.DecodeError):
        return None
    return _unpack(packed, files) if packed.key == key else None


def _pack(key: bytes, columns: Columns) -> _Packed:
    symbols, edges, lookups = columns
    count = len(symbols.names)
    texts = {
        "outside": symbols.ids[count:],
        "names": symbols.names,
        "paths": symbols.paths,
        "whys": edges.whys,
        "looked up": lookups.names,
    }
    arrays: dict[str, NDArray[Any]] = {
        **{f"symbol {name}": getattr(symbols, name) for name in _SYMBOL},
        **{f"edge {name}": getattr(edges, name) for name in _EDGE},
        **{f"look-up {name}": getattr(lookups, name) for name in _LOOKUP},
    }
    for kind, sites in (("edge", edges.sites), ("look-up", lookups.sites)):
        arrays[f"{kind} counts"] = np.diff(sites.start).astype(np.int32)
        arrays[f"{kind} pool"] = sites.pool
    return _Packed(
        key,
        {name: _joined(words) for name, words in texts.items()},
        {name: (array.dtype.str, array.tobytes()) for name, array in arrays.items()},
    )


def _unpack(packed: _Packed, files: Sequence[Placed]) -> Columns:
    texts = {name: _split(text) for name, text in packed.texts.items()}
    arrays = {name: np.frombuffer(data, kind) for name, (kind, data) in packed.arrays.items()}
    modules = [symbol_id(placed, "") for placed in files]
    paths = texts["paths"]
    within = zip(arrays["symbol file"].tolist(), paths, strict=True)
    symbols = SymbolColumns(
        ids=[modules[number] + path for number, path in within] + texts["outside"],
        names=texts["names"],
        paths=paths,
        **{name: arrays[f"symbol {name}"] for name in _SYMBOL},
    )
    edges = EdgeColumns(
        whys=texts["whys"],
        sites=_sites(arrays, "edge"),
        **{name: arrays[f"edge {name}"] for name in _EDGE},
    )
    lookups = LookUpColumns(
        names=texts["looked up"],
        sites=_sites(arrays, "look-up"),
        **{name: arrays[f"look-up {name}"] for name in _LOOKUP},
    )
    return symbols, edges, lookups


def _sites(arrays: dict[str, NDArray[Any]], kind: str) -> SiteColumns:
    counts = arrays[f"{kind} counts"]
    start = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=start[1:])
    return SiteColumns(start, arrays[f"{kind} pool"])


def _joined(words: Sequence[str]) -> str:
    """No name, path or id holds a NUL. One word more, so that none and one empty one differ."""
    return "\0".join([*words, ""])


def _split(text: str) -> list[str]:
    return text.split("\0")[:-1]


_SYMBOL: Final = ("kind", "flags", "complexity", "is_test", "file", "container")
_EDGE: Final = ("source", "target", "kind", "certainty", "dispatch", "why")
_LOOKUP: Final = ("source", "name", "kind", "certainty")
