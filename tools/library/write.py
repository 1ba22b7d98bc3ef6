"""`library.bin`: a header that says where each module is, then the modules, each compressed."""

from __future__ import annotations

import zlib
from importlib.metadata import version

import msgspec

from ramify.languages.python.library import Header
from tools.library.reduce import entries


def written() -> bytes:
    """The whole file."""
    encoder = msgspec.msgpack.Encoder(order="deterministic")
    places: dict[str, tuple[int, int]] = {}
    body = bytearray()
    for module, names in entries().items():
        packed = zlib.compress(encoder.encode(names), 9)
        places[module] = (len(body), len(packed))
        body += packed
    header = encoder.encode(Header(version("typeshed-client"), places))
    return len(header).to_bytes(4, "big") + header + bytes(body)
