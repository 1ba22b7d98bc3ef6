"""Messages as bytes: JSON in frames, and the way back.

Reads from and writes to binary streams; knows nothing of methods, handlers or threads. Whatever a
client sends, reading goes on: what is no message comes out as a `Broken` that says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from ramify.lsp.frames import MESSAGE_LIMIT, PARSE_ERROR, Broken, Source, bodies, framed


def messages(stream: Source, limit: int = MESSAGE_LIMIT) -> Iterator[Any]:
    """Decoded JSON, one value for each frame, until the stream ends. Broken for the others."""
    for body in bodies(stream, limit):
        yield body if isinstance(body, Broken) else decoded(body)


def frame(message: object) -> bytes:
    """The message with its header. Encodes msgspec Structs, attrs classes, plain values."""
    return framed(_encoder.encode(message))


def encoded(value: object) -> msgspec.Raw:
    """A piece of JSON made ahead of its message, on whatever thread has the time."""
    return msgspec.Raw(_encoder.encode(value))


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
