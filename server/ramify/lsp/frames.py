"""Frames with a Content-Length: bytes in, bytes out. What is in them is somebody else's.

Standard library only, and little of it: a command that asks a running server starts with this.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

MESSAGE_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of one message. A larger one is skipped and refused."""

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600

_HEADER_LIMIT: Final = 8192
_PIECE: Final = 1024 * 1024
_ID: Final = re.compile(rb'"id"\s*:\s*(-?\d{1,18}|"(?:[^"\\]|\\.){0,200}")')


class Source(Protocol):
    """A blocking binary stream; both give b"" at its end."""

    def readline(self, limit: int, /) -> bytes: ...

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that is no message. `id` is the request's where it could be told."""

    code: int
    reason: str
    id: int | str | None = None


def bodies(stream: Source, limit: int = MESSAGE_LIMIT) -> Iterator[bytes | Broken]:
    """What is in each frame, until the stream ends. Broken for what is too large to be read."""
    while (length := _length(stream)) is not None:
        if isinstance(length, Broken):
            yield length
        elif length > limit:
            head = _skip(stream, length)
            if head is None:
                return
            reason = f"a message of {length} bytes is larger than the limit of {limit}"
            yield Broken(INVALID_REQUEST, reason, _id_in(head))
        else:
            body = stream.read(length)
            if len(body) < length:
                return
            yield body


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def _length(stream: Source) -> int | Broken | None:
    """Reads one header; None at the end of the stream."""
    length: int | None = None
    seen = False
    while line := stream.readline(_HEADER_LIMIT):
        if not line.strip():
            if length is not None:
                return length
            if seen:
                return Broken(INVALID_REQUEST, "a header without a Content-Length")
            continue  # stray blank lines between messages
        seen = True
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            digits = value.strip()
            length = int(digits) if digits.isdigit() and len(digits) < 19 else None
    return None


def _skip(stream: Source, length: int) -> bytes | None:
    """Reads over a body and returns its beginning; None when the stream ends in it."""
    head = b""
    while length:
        piece = stream.read(min(length, _PIECE))
        if not piece:
            return None
        head = head or piece[:4096]
        length -= len(piece)
    return head


def _id_in(head: bytes) -> int | str | None:
    """Clients write the id before the params, so it stands near the start if there is one."""
    match = _ID.search(head.partition(b'"params"')[0])
    if match is None:
        return None
    value: int | str = json.loads(match[1])
    return value
