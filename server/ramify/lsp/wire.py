"""Messages as bytes: frames with a Content-Length, JSON in them, and the way back.

Reads from and writes to binary streams; knows nothing of methods, handlers or threads. Whatever a
client sends, reading goes on: what is no message comes out as a `Broken` that says why.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec

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


def messages(stream: Source, limit: int = MESSAGE_LIMIT) -> Iterator[Any]:
    """Decoded JSON, one value for each frame, until the stream ends. Broken for the others."""
    for body in bodies(stream, limit):
        yield body if isinstance(body, Broken) else decoded(body)


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


def frame(message: object) -> bytes:
    """The message with its header. Encodes msgspec Structs, attrs classes, plain values."""
    return framed(_encoder.encode(message))


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def encoded(value: object) -> msgspec.Raw:
    """A piece of JSON made ahead of its message, on whatever thread has the time."""
    return msgspec.Raw(_encoder.encode(value))


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


def decoded(body: bytes) -> Any:
    """The JSON of one frame; Broken when it is none."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    try:  # slower and more lenient: text with half a surrogate pair comes from real editors
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        return Broken(PARSE_ERROR, f"no JSON: {error}")


_encoder = msgspec.json.Encoder()
