"""Messages of the protocol as bytes on a pipe, there and back. Knows no method."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any


def framed(message: Mapping[str, Any]) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def messages(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Until the stream ends."""
    while header := stream.readline():
        length = 0
        while header.strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            header = stream.readline()
        yield json.loads(stream.read(length))
